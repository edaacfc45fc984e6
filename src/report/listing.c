#include "report/listing.h"

#include "base/errors.h"
#include "report/rates.h"

#include <string.h>

/* One line of a source: its number from 1, its text (NULL: the file can't be read), what faults did (NULL: none of its
 * instructions is selected and executed). */
struct source_line {
    unsigned number;
    const char *text;
    const struct group *group;
};

/* A source file with its groups, in order of their lines. */
struct source {
    char *file; /* as debug information has it */
    GPtrArray *groups;
    GStrv lines; /* NULL: it can't be read */
};

static void source_free(gpointer data)
{
    struct source *source = data;

    g_free(source->file);
    g_ptr_array_unref(source->groups);
    g_strfreev(source->lines);
    g_free(source);
}

static gboolean is_wanted(const char *file, const char *wanted)
{
    return !wanted || strcmp(file, wanted) == 0 ||
           (g_str_has_suffix(file, wanted) && file[strlen(file) - strlen(wanted) - 1] == G_DIR_SEPARATOR);
}

/* Relative paths are those of the folder that the compiler ran in: that of the campaign, or of the executable. */
static GStrv read_lines(struct store *store, const char *file)
{
    g_autofree char *started = store_get(store, "folder"), *model = store_get(store, "model");
    g_autofree char *beside = model ? g_path_get_dirname(model) : NULL, *text = NULL;
    const char *const folders[] = { started, beside };
    gsize length;

    for (size_t f = 0; !text && f < G_N_ELEMENTS(folders); f++) {
        g_autofree char *from = g_canonicalize_filename(folders[f] ? folders[f] : ".", started);
        g_autofree char *path = g_canonicalize_filename(file, from);

        g_file_get_contents(path, &text, &length, NULL);
    }
    if (text && length > 0 && text[length - 1] == '\n')
        text[length - 1] = '\0';
    return text ? g_strsplit(text, "\n", -1) : NULL;
}

static unsigned line_of(const struct breakdown *breakdown, const struct group *group)
{
    const char *line = group_label(breakdown, group, "line");

    return line ? (unsigned)g_ascii_strtoull(line, NULL, 10) : 0;
}

/* The groups come sorted by file and line. */
static GPtrArray *sources_new(struct store *store, const struct breakdown *breakdown, const char *wanted)
{
    GPtrArray *sources = g_ptr_array_new_with_free_func(source_free);
    struct source *source = NULL;

    for (guint g = 0; g < breakdown->groups->len; g++) {
        struct group *group = breakdown->groups->pdata[g];
        const char *file = group_label(breakdown, group, "file");

        if (!file || !is_wanted(file, wanted))
            continue;
        if (!source || strcmp(source->file, file) != 0) {
            source = g_new0(struct source, 1);
            source->file = g_strdup(file);
            source->groups = g_ptr_array_new();
            source->lines = read_lines(store, file);
            g_ptr_array_add(sources, source);
        }
        g_ptr_array_add(source->groups, group);
    }
    return sources;
}

/* All lines of a file that can be read, else those with results: GArray of struct source_line. */
static GArray *lines_of(const struct breakdown *breakdown, const struct source *source)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct source_line));
    unsigned n = source->lines ? g_strv_length(source->lines) : 0, next = 0;

    for (unsigned number = 1; number <= n || next < source->groups->len; number++) {
        const struct group *group = next < source->groups->len ? source->groups->pdata[next] : NULL;
        struct source_line line = { number, number <= n ? source->lines[number - 1] : NULL, NULL };

        if (number > n && group)
            line.number = number = MAX(number, line_of(breakdown, group));
        if (group && line_of(breakdown, group) <= number) {
            line.group = group;
            next++;
        }
        g_array_append_val(lines, line);
    }
    return lines;
}

static char *share_text(const struct breakdown *breakdown, const struct group *group)
{
    const char *share = group_label(breakdown, group, "share");

    return format_percentage(share ? g_ascii_strtod(share, NULL) : 0, 1);
}

/* Tabs as blanks, and nothing that steers a terminal. */
static char *text_of(const struct source_line *line)
{
    g_autoptr(GString) expanded = g_string_new(line->text ? line->text : "(source not found)");

    g_string_replace(expanded, "\t", "    ", 0);
    return g_strchomp(printable(expanded->str));
}

static void add_table_row(struct table *table, const struct breakdown *breakdown, const struct source_line *line,
                          const struct report_option *option)
{
    const struct group *group = line->group;

    table_row(table);
    table_cell(table, g_strdup_printf("%u", line->number));
    table_cell(table, group ? share_text(breakdown, group) : NULL);
    table_cell(table, group ? g_strdup_printf("%" G_GUINT64_FORMAT, group->tally.trials) : NULL);
    for (int outcome = OUTCOME_SDC; outcome <= OUTCOME_CRASH; outcome++) {
        struct rate rate = group ? tally_rate(option, &group->tally, outcome) : (struct rate){ 0 };

        table_cell(table, rate.n > 0 ? rate_text(&rate) : NULL);
    }
    table_cell(table, text_of(line));
}

static void print_table(const struct breakdown *breakdown, const struct source *source,
                        const struct report_option *option, GString *to)
{
    g_autoptr(table_t) table = table_new(0);
    g_autoptr(GArray) lines = lines_of(breakdown, source);

    append_heading(to, source->file, option);
    table_column(table, "line", ALIGN_RIGHT);
    table_column(table, "share", ALIGN_RIGHT);
    table_column(table, "trials", ALIGN_RIGHT);
    table_column(table, "SDC", ALIGN_RIGHT);
    table_column(table, "crash", ALIGN_RIGHT);
    table_column(table, "source", ALIGN_LEFT);
    for (guint l = 0; l < lines->len; l++)
        add_table_row(table, breakdown, &g_array_index(lines, struct source_line, l), option);
    table_print(table, option, to);
}

static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s: faults by source line</title>\n<style>\n"
    "body{font:14px/1.5 system-ui,sans-serif;margin:2em;color:#222;background:#fff}\n"
    "table{border-collapse:collapse}\ntd,th{padding:0 .8em 0 0;text-align:right;white-space:nowrap}\n"
    "td:last-child,th:last-child{text-align:left}\ncode{font:13px/1.5 ui-monospace,monospace;white-space:pre}\n"
    "th{color:#666;font-weight:normal;border-bottom:1px solid #ccc}\n.number{color:#666}\n.crash{color:#7b3294}\n"
    "</style>\n</head>\n<body>\n";

static void append_escaped(GString *to, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);

    g_string_append(to, escaped);
}

/* The redder, the higher the SDC rate. */
static void append_html_row(GString *to, const struct breakdown *breakdown, const struct source_line *line,
                            const struct report_option *option)
{
    const struct group *group = line->group;
    g_autofree char *text = text_of(line), *share = group ? share_text(breakdown, group) : g_strdup("");
    struct rate sdc = group ? tally_rate(option, &group->tally, OUTCOME_SDC) : (struct rate){ 0 };

    g_string_append(to, "<tr");
    if (sdc.n > 0)
        g_string_append_printf(to, " style=\"background:rgba(215,48,39,.%02d)\"", (int)(sdc.share * 40));
    g_string_append_printf(to, "><td class=\"number\">%u</td><td>%s</td><td>", line->number, share);
    if (group)
        g_string_append_printf(to, "%" G_GUINT64_FORMAT, group->tally.trials);
    for (int outcome = OUTCOME_SDC; outcome <= OUTCOME_CRASH; outcome++) {
        struct rate rate = group ? tally_rate(option, &group->tally, outcome) : (struct rate){ 0 };
        g_autofree char *cell = rate.n > 0 ? rate_text(&rate) : g_strdup("");

        g_string_append_printf(to, "</td><td%s>%s", outcome == OUTCOME_CRASH ? " class=\"crash\"" : "", cell);
    }
    g_string_append(to, "</td><td><code>");
    append_escaped(to, text);
    g_string_append(to, "</code></td></tr>\n");
}

static void append_html(GString *to, const struct breakdown *breakdown, const struct source *source,
                        const struct report_option *option)
{
    g_autoptr(GArray) lines = lines_of(breakdown, source);

    g_string_append(to, "<h2>");
    append_escaped(to, source->file);
    g_string_append(to, "</h2>\n<table>\n<tr><th>line</th><th>share</th><th>trials</th><th>SDC</th><th>crash</th>"
                        "<th>source</th></tr>\n");
    for (guint l = 0; l < lines->len; l++)
        append_html_row(to, breakdown, &g_array_index(lines, struct source_line, l), option);
    g_string_append(to, "</table>\n");
}

static const char explanation[] = "share: of the executions that a fault may hit. Rates are shares of the activated "
                                  "faults that struck the line, with 95 % intervals.";

static void append_page(struct store *store, GString *to, const struct breakdown *breakdown, const GPtrArray *sources,
                        const struct report_option *option)
{
    g_autofree char *model = store_get(store, "model"), *title = g_markup_escape_text(model ? model : "", -1);

    g_string_append_printf(to, page_head, title);
    g_string_append_printf(to, "<h1>%s: faults by source line</h1>\n<p>%s</p>\n", title, explanation);
    for (guint s = 0; s < sources->len; s++)
        append_html(to, breakdown, sources->pdata[s], option);
    g_string_append(to, "</body>\n</html>\n");
}

static void append_tables(GString *to, const struct breakdown *breakdown, const GPtrArray *sources,
                          const struct report_option *option)
{
    for (guint s = 0; s < sources->len; s++) {
        print_table(breakdown, sources->pdata[s], option, to);
        g_string_append_c(to, '\n');
    }
    append_wrapped(to, explanation, option);
}

static gboolean none_found(struct store *store, const char *file, GError **error)
{
    if (!store_is_program(store)) {
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                            "the campaign is about a model, which has no source: `lltfi results DIR --by layer`");
        return FALSE;
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                file ? "no line of '%s' was executed and could be struck: `lltfi results DIR --by line` lists the files"
                     : "the campaign's program has no debug information: compile it with -g (lltfi does so with "
                       "sources)%s",
                file ? file : "");
    return FALSE;
}

gboolean report_listing(struct store *store, const char *file, const struct report_option *option, FILE *to,
                        GError **error)
{
    g_autoptr(breakdown_t) breakdown = breakdown_load(store, BY_LINE, error);
    g_autoptr(GPtrArray) sources = breakdown ? sources_new(store, breakdown, file) : NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!sources)
        return FALSE;
    if (sources->len == 0)
        return none_found(store, file, error);
    if (option->format == FORMAT_HTML)
        append_page(store, text, breakdown, sources, option);
    else
        append_tables(text, breakdown, sources, option);
    return report_write(text, to, error);
}
