/* What pictures are drawn from: texts, lines and bars of SVG. Lengths are pixels, y grows downwards. */
#ifndef LLTFI_REPORT_RENDER_SVG_H
#define LLTFI_REPORT_RENDER_SVG_H

#include <glib.h>

/* Begins and ends a picture with these style rules (CSS), on white. */
void svg_begin(GString *to, int width, int height, const char *rules);
void svg_end(GString *to);

/* `class` names a rule. The text may be any: it is made printable and escaped. */
void svg_text(GString *to, double x, double y, const char *class, const char *text);
void svg_line(GString *to, double x1, double y1, double x2, double y2, const char *class);
void svg_rectangle(GString *to, double x, double y, double width, double height, const char *class);

/* Appends `before` and a number with a point, whatever the locale: svg_number(to, " x=\"", 1.5). */
void svg_number(GString *to, const char *before, double value);

/* The colours of changed, masked, struck and unimportant things. */
#define SVG_RED "#d1495b"
#define SVG_PALE_RED "#f2c9cd"
#define SVG_GREEN "#2e8b57"
#define SVG_BLACK "#222"
#define SVG_GREY "#666"
#define SVG_PALE_GREY "#bbb"

#endif
