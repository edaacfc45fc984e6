/* Renderers: what makes text of a document, one a format. A further format is one file, one row of the table in
 * render.c and one member of enum report_format. */
#ifndef LLTFI_REPORT_RENDER_RENDER_H
#define LLTFI_REPORT_RENDER_RENDER_H

#include "report/sheet.h"

/* Appends the document in this format. */
void render_table(const struct document *document, const struct report_option *option, GString *to);
void render_csv(const struct document *document, const struct report_option *option, GString *to);
void render_json(const struct document *document, const struct report_option *option, GString *to);
void render_html(const struct document *document, const struct report_option *option, GString *to);
void render_svg(const struct document *document, const struct report_option *option, GString *to);

/* Who reads a format: one of FOR_PEOPLE, FOR_CSV, FOR_JSON. */
unsigned format_readers(enum report_format format);

/* In the option's format. */
gboolean render(const struct document *document, const struct report_option *option, FILE *to, GError **error);

/* A field of CSV (RFC 4180): quoted where it holds a comma, a quote or a line break; quotes are doubled. NULL: empty.
 */
void csv_field(GString *to, const char *text);

/* Writes text and flushes. */
gboolean report_write(const GString *text, FILE *to, GError **error);

#endif
