#include "report/trial/profile.h"

#include "base/errors.h"
#include "passes/ir/names.h"
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
        if (!name || strcmp(views->name, name) == 0)
            return views;
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", views->name);
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "it must be one of %s", names->str);
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

static gboolean has_times(const GPtrArray *rows)
{
    return rows->len > 0 && ((const struct profile_row *)rows->pdata[0])->fast_milliseconds >= 0;
}

#define PEOPLE_AND_JSON (FOR_PEOPLE | FOR_JSON)

/* CSV has fewer digits than JSON. */
static void add_time_columns(struct sheet *sheet, const char *name, const char *key)
{
    sheet_column(sheet, (struct sheet_column){ COLUMN_REAL, .name = name, .key = key, .unit = "ms",
                                               .seen_by = name ? PEOPLE_AND_JSON : FOR_JSON });
    sheet_column(sheet, (struct sheet_column){ COLUMN_REAL, .key = key, .seen_by = FOR_CSV });
}

static void add_columns(struct sheet *sheet, const struct profile_view *view, gboolean times)
{
    const struct sheet_column columns[] = {
        { COLUMN_COUNT, .name = view->number, .key = "number" },
        { COLUMN_TEXT, .name = view->heading, .key = view->name, .shorten = view->shorten, .is_label = TRUE },
        { COLUMN_TEXT, .name = view->type, .key = "operator" },
        { COLUMN_COUNT, .name = "instructions", .key = "instructions" },
        { COLUMN_COUNT, .name = "selected", .key = "selected" },
        { COLUMN_SHARE, .name = "share" },
    };

    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    add_time_columns(sheet, times ? "fast" : NULL, "fast_milliseconds");
    add_time_columns(sheet, times ? "scalar" : NULL, "scalar_milliseconds");
}

static void cell_time(struct sheet *sheet, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (value < 0) {
        cell_absent(sheet);
        cell_absent(sheet);
        return;
    }
    cell_real(sheet, value);
    cell_shown(sheet, g_strdup_printf(value < 10 ? "%.3f" : "%.1f", value));
    cell_number(sheet, g_ascii_formatd(text, sizeof(text), "%.6f", value));
}

static struct sheet_row *add_row(struct sheet *sheet, const struct profile_row *row, double part)
{
    struct sheet_row *added = sheet_row(sheet);

    cell_count(sheet, row->number);
    if (row->number == 0)
        cell_shown(sheet, g_strdup(""));
    cell_text(sheet, row->name);
    cell_shown(sheet, function_shown_name(row->name));
    if (row->type)
        cell_text(sheet, row->type);
    else
        cell_absent(sheet);
    cell_count(sheet, row->instructions);
    cell_count(sheet, row->selected);
    cell_real(sheet, part);
    cell_time(sheet, row->fast_milliseconds);
    cell_time(sheet, row->scalar_milliseconds);
    return added;
}

static struct sheet *rows_sheet(const struct profile_view *view, const GPtrArray *rows)
{
    struct sheet *sheet = sheet_new(NULL, NULL);
    struct profile_row total = sum(rows);

    add_columns(sheet, view, has_times(rows));
    for (guint r = 0; r < rows->len; r++) {
        const struct profile_row *row = rows->pdata[r];
        double part = share(row->selected, total.selected);
        struct sheet_row *added = add_row(sheet, row, part);

        added->bar = row->number > 0 ? part : -1;
        added->tint = TINT_BLUE;
    }
    add_row(sheet, &total, share(total.selected, total.selected))->seen_by = FOR_PEOPLE;
    return sheet;
}

struct document *profile_document(const struct profile_view *view, const struct profiled *measured)
{
    g_autoptr(GPtrArray) rows = view->rows(measured);
    g_autofree char *title = g_strdup_printf("Profile by %s", view->name);
    struct document *document = document_new(title);

    document_sheet(document, rows_sheet(view, rows));
    document_note(document, g_strdup("selected: executions that a fault may hit, the size of the fault space; share: "
                                     "of it. A trial strikes each of them with the same probability."));
    return document;
}
