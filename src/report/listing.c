/* The report that lists a program's source: each line with the trials that struck it and their rates. */
#include "report/listing.h"

#include "base/errors.h"
#include "report/rates.h"
#include "report/render/render.h"
#include "report/text.h"

#include <string.h>

/* One line of a source: its number from 1, its text (NULL: the file can't be read), what faults did (NULL: none of its
 * instructions is selected and executed). */
struct source_line {
    unsigned number;
    const char *text;
    const struct group *group;
};

/* A source file with its groups, in order of their lines. */
struct source_file {
    char *file; /* as debug information has it */
    GPtrArray *groups;
    GStrv lines; /* NULL: it can't be read */
};

static void source_free(gpointer data)
{
    struct source_file *source = data;

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

/* The groups are sorted by file and line. */
static GPtrArray *sources_new(struct store *store, const struct breakdown *breakdown, const char *wanted)
{
    GPtrArray *sources = g_ptr_array_new_with_free_func(source_free);
    struct source_file *source = NULL;

    for (guint g = 0; g < breakdown->groups->len; g++) {
        struct group *group = breakdown->groups->pdata[g];
        const char *file = group_label(breakdown, group, "file");

        if (!file || !is_wanted(file, wanted))
            continue;
        if (!source || strcmp(source->file, file) != 0) {
            source = g_new0(struct source_file, 1);
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
static GArray *lines_of(const struct breakdown *breakdown, const struct source_file *source)
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

/* Tabs as blanks. */
static char *text_of(const struct source_line *line)
{
    GString *expanded = g_string_new(line->text ? line->text : "(source not found)");

    g_string_replace(expanded, "\t", "    ", 0);
    return g_strchomp(g_string_free(expanded, FALSE));
}

static const struct sheet_column columns[] = {
    { COLUMN_COUNT, .name = "line", .key = "line" },
    { COLUMN_SHARE, .name = "share", .key = "share" },
    { COLUMN_COUNT, .name = "trials", .key = "trials" },
    { COLUMN_RATE, .name = "SDC", .key = "SDC" },
    { COLUMN_RATE, .name = "crash", .key = "crash" },
    { COLUMN_TEXT, .name = "source", .key = "source", .is_code = TRUE },
};

/* A line that no fault struck has no rate. */
static void cell_line_rate(struct sheet *sheet, const struct group *group, int outcome,
                           const struct report_option *option)
{
    struct rate rate = group ? tally_rate(option, &group->tally, outcome) : (struct rate){ 0 };

    if (rate.n > 0)
        cell_rate(sheet, &rate);
    else
        cell_absent(sheet);
}

static void add_line(struct sheet *sheet, const struct breakdown *breakdown, const struct source_line *line,
                     const struct report_option *option)
{
    const struct group *group = line->group;
    struct rate sdc = group ? tally_rate(option, &group->tally, OUTCOME_SDC) : (struct rate){ 0 };
    struct sheet_row *row = sheet_row(sheet);
    const char *share = group ? group_label(breakdown, group, "share") : NULL;
    g_autofree char *text = text_of(line);

    row->bar = sdc.n > 0 ? sdc.share : -1;
    row->tint = outcome_tints[OUTCOME_SDC];
    cell_count(sheet, line->number);
    cell_number(sheet, group && !share ? "0" : share);
    if (group)
        cell_count(sheet, group->tally.trials);
    else
        cell_absent(sheet);
    cell_line_rate(sheet, group, OUTCOME_SDC, option);
    cell_line_rate(sheet, group, OUTCOME_CRASH, option);
    cell_text(sheet, text);
}

static struct sheet *source_sheet(const struct breakdown *breakdown, const struct source_file *source,
                                  const struct report_option *option)
{
    struct sheet *sheet = sheet_new("lines", source->file);
    g_autoptr(GArray) lines = lines_of(breakdown, source);

    sheet->is_heat = TRUE;
    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (guint l = 0; l < lines->len; l++)
        add_line(sheet, breakdown, &g_array_index(lines, struct source_line, l), option);
    return sheet;
}

static const char explanation[] = "share: of the executions that a fault may hit. Rates are shares of the activated "
                                  "faults that struck the line, with 95 % intervals.";

static struct document *make_document(struct store *store, const struct breakdown *breakdown, const GPtrArray *sources,
                                      const struct report_option *option)
{
    g_autofree char *model = store_get(store, "model");
    g_autofree char *title = g_strdup_printf("%s: faults by source line", model ? model : "");
    struct document *document = document_new(title);

    for (guint s = 0; s < sources->len; s++)
        document_sheet(document, source_sheet(breakdown, sources->pdata[s], option));
    document_note(document, g_strdup(explanation));
    return document;
}

static gboolean none_found(struct store *store, const char *file, GError **error)
{
    if (!store_is_program(store))
        return set_error(error, LLTFI_ERROR_INPUT,
                         "the campaign is about a model, which has no source: its rates are by layer");
    if (file)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "no line of '%s' was executed and could be struck: the rates by line list the files", file);
    return set_error(error, LLTFI_ERROR_INPUT,
                     "the campaign's program has no debug information: compile it with -g (lltfi does so with "
                     "sources)");
}

gboolean report_listing(struct store *store, const char *file, const struct report_option *option, FILE *to,
                        GError **error)
{
    g_autoptr(breakdown_t) breakdown = breakdown_load(store, BY_LINE, error);
    g_autoptr(GPtrArray) sources = breakdown ? sources_new(store, breakdown, file) : NULL;
    g_autoptr(document_t) document = NULL;

    if (!sources)
        return FALSE;
    if (sources->len == 0)
        return none_found(store, file, error);
    document = make_document(store, breakdown, sources, option);
    return render(document, option, to, error);
}
