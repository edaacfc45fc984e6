/* Reads reports, merges those of the same instruction, and writes them. */
#include "llfi/traces/report.h"

#include "base/errors.h"

#include <string.h>

#define BEGIN "#FaultReport"

void fault_report_free(gpointer data)
{
    struct fault_report *report = data;

    g_free(report->number);
    g_free(report->opcode);
    g_free(report->golden);
    g_ptr_array_unref(report->values);
    g_ptr_array_unref(report->diffs);
    g_free(report);
}

static GPtrArray *words_of(const char *line)
{
    g_auto(GStrv) words = g_strsplit_set(line, " \t\r", -1);
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

    for (char **word = words; *word; word++)
        if (**word)
            g_ptr_array_add(list, g_strdup(*word));
    return list;
}

/* "1 @ 14" */
static gboolean read_place(struct fault_report *report, const char *line)
{
    g_autoptr(GPtrArray) words = words_of(line);

    if (words->len != 3 || strcmp(words->pdata[1], "@") != 0 ||
        !g_ascii_string_to_unsigned(words->pdata[0], 10, 1, G_MAXUINT64, &report->faults, NULL))
        return FALSE;
    report->number = g_strdup(words->pdata[2]);
    return TRUE;
}

/* "ID: 13 OPCode: store Value: 00000000 / 0" */
static gboolean read_fault(struct fault_report *report, const char *line)
{
    g_autoptr(GPtrArray) words = words_of(line);
    guint64 id;

    if (words->len < 7 || strcmp(words->pdata[6], "/") != 0 ||
        !g_ascii_string_to_unsigned(words->pdata[1], 10, 0, G_MAXUINT, &id, NULL))
        return FALSE;
    report->id = (unsigned)id;
    report->opcode = g_strdup(words->pdata[3]);
    report->golden = g_strdup(words->pdata[5]);
    for (guint w = 7; w < words->len; w++)
        g_ptr_array_add(report->values, g_strdup(words->pdata[w]));
    return TRUE;
}

static struct fault_report *report_new(void)
{
    struct fault_report *report = g_new0(struct fault_report, 1);

    report->values = g_ptr_array_new_with_free_func(g_free);
    report->diffs = g_ptr_array_new_with_free_func(g_free);
    return report;
}

/* Reads one report, whose first line has been read. Returns the line after its last; NULL if it is malformed. */
static char **read_report(char **line, GPtrArray *reports)
{
    struct fault_report *report = report_new();

    g_ptr_array_add(reports, report);
    if (!line[0] || !read_place(report, line[0]) || !line[1] || !read_fault(report, line[1]))
        return NULL;
    for (line += 2; *line && !g_str_has_prefix(*line, BEGIN); line++)
        if (strstr(*line, "Diff"))
            g_ptr_array_add(report->diffs, g_strdup(*line));
    return line;
}

gboolean fault_reports_read(const char *path, GPtrArray *reports, GError **error)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint before = reports->len;

    if (!g_file_get_contents(path, &text, NULL, error))
        return FALSE;
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; line && *line;) {
        if (!g_str_has_prefix(*line++, BEGIN))
            continue;
        line = read_report(line, reports);
        if (!line)
            return set_error(error, LLTFI_ERROR_INPUT,
                             "%s: a report lacks the lines '<faults> @ <number>' and 'ID: ... / <value>' after '%s'",
                             path, BEGIN);
    }
    return reports->len > before ||
           set_error(error, LLTFI_ERROR_INPUT, "%s: there is no '%s' in it: tracediff makes such files", path, BEGIN);
}

static void add_strings(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(from->pdata[i]));
}

void fault_reports_unite(GPtrArray *reports)
{
    g_autoptr(GHashTable) first = g_hash_table_new(NULL, NULL);

    for (guint r = 0; r < reports->len;) {
        struct fault_report *report = reports->pdata[r];
        struct fault_report *one = g_hash_table_lookup(first, GUINT_TO_POINTER(report->id));

        if (!one) {
            g_hash_table_insert(first, GUINT_TO_POINTER(report->id), report);
            r++;
            continue;
        }
        one->faults += report->faults;
        add_strings(one->values, report->values);
        add_strings(one->diffs, report->diffs);
        g_ptr_array_remove_index(reports, r);
    }
}

void fault_report_append(const struct fault_report *report, GString *to)
{
    g_string_append_printf(to, BEGIN "\n%" G_GUINT64_FORMAT " @ %s\nID: %u OPCode: %s Value: %s / ", report->faults,
                           report->number, report->id, report->opcode, report->golden);
    for (guint v = 0; v < report->values->len; v++)
        g_string_append_printf(to, " %s", (char *)report->values->pdata[v]);
    g_string_append_c(to, '\n');
    for (guint d = 0; d < report->diffs->len; d++) {
        const char *line = report->diffs->pdata[d];

        g_string_append_printf(to, "%s%s\n", strchr(line, '@') ? "\n" : "", line);
    }
    g_string_append_c(to, '\n');
}
