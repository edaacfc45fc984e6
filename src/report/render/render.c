#include "report/render/render.h"

#include "base/errors.h"

#include <errno.h>

static const struct {
    const char *name;
    unsigned readers;
    void (*render)(const struct document *document, const struct report_option *option, GString *to);
} formats[] = {
    [FORMAT_TABLE] = { "table", FOR_PEOPLE, render_table }, [FORMAT_CSV] = { "csv", FOR_CSV, render_csv },
    [FORMAT_JSON] = { "json", FOR_JSON, render_json },      [FORMAT_HTML] = { "html", FOR_PEOPLE, render_html },
    [FORMAT_SVG] = { "svg", FOR_PEOPLE, render_svg },
};

gboolean report_format_parse(const char *text, enum report_format *format, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (g_ascii_strcasecmp(text, formats[i].name) == 0) {
            *format = (enum report_format)i;
            return TRUE;
        }
        g_string_append_printf(names, "%s%s",
                               i == 0                          ? ""
                               : i + 1 < G_N_ELEMENTS(formats) ? ", "
                                                               : " or ",
                               formats[i].name);
    }
    return set_error(error, LLTFI_ERROR_USAGE, "'%s': the format is %s", text, names->str);
}

unsigned format_readers(enum report_format format)
{
    return formats[format].readers;
}

gboolean report_write(const GString *text, FILE *to, GError **error)
{
    if (fwrite(text->str, 1, text->len, to) == text->len && fflush(to) == 0)
        return TRUE;
    return set_error(error, LLTFI_ERROR_RUN, "cannot write the report: %s", g_strerror(errno));
}

gboolean render(const struct document *document, const struct report_option *option, FILE *to, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    formats[option->format].render(document, option, text);
    return report_write(text, to, error);
}
