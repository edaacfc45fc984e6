#include "cli/profile_report.h"

#include "base/errors.h"
#include "passes/ir/names.h"
#include "report/json.h"
#include "report/text.h"

#include <string.h>

static void row_free(gpointer data)
{
    struct profile_row *row = data;

    g_free(row->name);
    g_free(row->type);
    g_free(row);
}

GPtrArray *profile_rows_new(void)
{
    return g_ptr_array_new_with_free_func(row_free);
}

struct profile_row *profile_row_add(GPtrArray *rows, unsigned number, const char *name, const char *type)
{
    struct profile_row *row = g_new0(struct profile_row, 1);

    row->number = number;
    row->name = g_strdup(name);
    row->type = g_strdup(type);
    row->fast_milliseconds = row->scalar_milliseconds = -1;
    g_ptr_array_add(rows, row);
    return row;
}

static gint by_instructions(gconstpointer a, gconstpointer b)
{
    const struct profile_row *left = *(struct profile_row *const *)a, *right = *(struct profile_row *const *)b;

    return (left->instructions < right->instructions) - (left->instructions > right->instructions);
}

GPtrArray *profile_rows_of_opcodes(const uint64_t *counts, const uint64_t *selected)
{
    GPtrArray *rows = profile_rows_new();

    for (unsigned o = 1; o < OPCODE_COUNT; o++) {
        struct profile_row *row = counts[o] > 0 ? profile_row_add(rows, o, opcode_name(o), NULL) : NULL;

        if (!row)
            continue;
        row->instructions = counts[o];
        row->selected = selected[o];
    }
    g_ptr_array_sort(rows, by_instructions);
    return rows;
}

const struct profile_view *profile_view_find(const struct profile_view *views, const char *name, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (; views->name; views++) {
        if (strcmp(views->name, name) == 0)
            return views;
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", views->name);
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "--by %s: it must be one of %s", name, names->str);
    return NULL;
}

static struct profile_row sum(const GPtrArray *rows)
{
    struct profile_row total = { .name = "total" };

    for (guint r = 0; r < rows->len; r++) {
        const struct profile_row *row = rows->pdata[r];

        total.instructions += row->instructions;
        total.selected += row->selected;
        total.fast_milliseconds += row->fast_milliseconds;
        total.scalar_milliseconds += row->scalar_milliseconds;
    }
    return total;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static char *milliseconds(double value)
{
    return value < 0 ? g_strdup("") : g_strdup_printf(value < 10 ? "%.3f" : "%.1f", value);
}

static gboolean has_times(const GPtrArray *rows)
{
    return rows->len > 0 && ((const struct profile_row *)rows->pdata[0])->fast_milliseconds >= 0;
}

static void add_columns(struct table *table, const struct profile_view *view, gboolean times)
{
    if (view->number)
        table_column(table, view->number, ALIGN_RIGHT);
    table_column(table, view->heading, ALIGN_ELASTIC);
    if (view->type)
        table_column(table, view->type, ALIGN_LEFT);
    table_column(table, "instructions", ALIGN_RIGHT);
    table_column(table, "selected", ALIGN_RIGHT);
    table_column(table, "share", ALIGN_RIGHT);
    if (!times)
        return;
    table_column(table, "fast ms", ALIGN_RIGHT);
    table_column(table, "scalar ms", ALIGN_RIGHT);
}

static void add_row(struct table *table, const struct profile_view *view, const struct profile_row *row,
                    uint64_t selected, gboolean times)
{
    double part = share(row->selected, selected);

    table_row(table);
    if (view->number)
        table_cell(table, row->number > 0 ? g_strdup_printf("%u", row->number) : NULL);
    table_cell(table, row->name ? function_shown_name(row->name) : NULL);
    if (view->type)
        table_cell(table, g_strdup(row->type));
    table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, row->instructions));
    table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, row->selected));
    table_cell(table, format_percentage(part, 1));
    if (times) {
        table_cell(table, milliseconds(row->fast_milliseconds));
        table_cell(table, milliseconds(row->scalar_milliseconds));
    }
    if (row->number > 0)
        table_bar(table, part, "\033[34m");
}

static void write_table(const GPtrArray *rows, const struct profile_view *view, const struct report_option *option,
                        GString *to)
{
    g_autoptr(table_t) table = table_new(0);
    struct profile_row total = sum(rows);
    gboolean times = has_times(rows);

    add_columns(table, view, times);
    for (guint r = 0; r < rows->len; r++)
        add_row(table, view, rows->pdata[r], total.selected, times);
    add_row(table, view, &total, total.selected, times);
    table_print(table, option, to);
    g_string_append_c(to, '\n');
    append_wrapped(to,
                   "selected: executions that a fault may hit, the size of the fault space; share: of it. A trial "
                   "strikes each of them with the same probability.",
                   option);
}

static void append_milliseconds(GString *to, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(to, ",%s", value < 0 ? "" : g_ascii_formatd(text, sizeof(text), "%.6f", value));
}

static void write_csv(const GPtrArray *rows, const struct profile_view *view, GString *to)
{
    g_string_append_printf(to, "number,%s,operator,instructions,selected,fast_milliseconds,scalar_milliseconds\r\n",
                           view->name);
    for (guint r = 0; r < rows->len; r++) {
        const struct profile_row *row = rows->pdata[r];
        g_auto(GStrv) parts = g_strsplit(row->name, "\"", -1);
        g_autofree char *quoted = g_strjoinv("\"\"", parts);

        g_string_append_printf(to, "%u,\"%s\",%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT, row->number, quoted,
                               row->type ? row->type : "", row->instructions, row->selected);
        append_milliseconds(to, row->fast_milliseconds);
        append_milliseconds(to, row->scalar_milliseconds);
        g_string_append(to, "\r\n");
    }
}

static void write_json(const GPtrArray *rows, const struct profile_view *view, GString *to)
{
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '[');
    for (guint r = 0; r < rows->len; r++) {
        const struct profile_row *row = rows->pdata[r];

        json_open(&json, NULL, '{');
        json_integer(&json, "number", row->number);
        json_text(&json, view->name, row->name);
        if (row->type)
            json_text(&json, "operator", row->type);
        json_integer(&json, "instructions", row->instructions);
        json_integer(&json, "selected", row->selected);
        if (row->fast_milliseconds >= 0) {
            json_real(&json, "fast_milliseconds", row->fast_milliseconds);
            json_real(&json, "scalar_milliseconds", row->scalar_milliseconds);
        }
        json_close(&json, '}');
    }
    json_close(&json, ']');
}

void profile_write(const GPtrArray *rows, const struct profile_view *view, const struct report_option *option,
                   GString *to)
{
    if (option->format == FORMAT_CSV)
        write_csv(rows, view, to);
    else if (option->format == FORMAT_JSON)
        write_json(rows, view, to);
    else
        write_table(rows, view, option, to);
}
