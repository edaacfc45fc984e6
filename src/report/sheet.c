/* Builds documents, sheets, columns, rows and cells, and answers who sees which of them. Rendering is in render/. */
#include "report/sheet.h"

static void cell_clear(const struct sheet_column *column, struct sheet_cell *cell)
{
    g_free(cell->text);
    g_free(cell->shown);
    if (cell->state != CELL_KNOWN)
        return;
    if (column->kind == COLUMN_RATE)
        g_free(cell->rate);
    else if (column->kind == COLUMN_LIST)
        g_ptr_array_unref(cell->list);
}

struct sheet *sheet_new(const char *key, const char *title)
{
    struct sheet *sheet = g_new0(struct sheet, 1);

    sheet->key = key;
    sheet->title = g_strdup(title);
    sheet->seen_by = FOR_ALL;
    sheet->columns = g_array_new(FALSE, FALSE, sizeof(struct sheet_column));
    sheet->rows = g_array_new(FALSE, FALSE, sizeof(struct sheet_row));
    sheet->cells = g_array_new(FALSE, TRUE, sizeof(struct sheet_cell));
    sheet->remarks = g_ptr_array_new_with_free_func(g_free);
    return sheet;
}

struct sheet *facts_new(void)
{
    struct sheet *facts = sheet_new(NULL, NULL);

    facts->form = SHEET_FACTS;
    sheet_row(facts);
    return facts;
}

void sheet_free(struct sheet *sheet)
{
    if (!sheet)
        return;
    for (guint r = 0; r < sheet->rows->len; r++)
        for (guint c = 0; c < sheet_row_at(sheet, r)->n; c++)
            cell_clear(sheet_column_at(sheet, c),
                       &g_array_index(sheet->cells, struct sheet_cell, sheet_row_at(sheet, r)->first + c));
    for (guint c = 0; c < sheet->columns->len; c++)
        sheet_free(sheet_column_at(sheet, c)->rows);
    g_free(sheet->title);
    g_array_unref(sheet->columns);
    g_array_unref(sheet->rows);
    g_array_unref(sheet->cells);
    g_ptr_array_unref(sheet->remarks);
    g_free(sheet);
}

void sheet_column(struct sheet *sheet, struct sheet_column column)
{
    unsigned named = (column.name ? FOR_PEOPLE : 0) | (column.key ? FOR_MACHINES : 0);

    column.seen_by = column.seen_by ? column.seen_by & named : named;
    g_array_append_val(sheet->columns, column);
}

void sheet_columns(struct sheet *sheet, const struct sheet_column *columns, size_t n)
{
    for (size_t c = 0; c < n; c++)
        sheet_column(sheet, columns[c]);
}

struct sheet_row *sheet_row(struct sheet *sheet)
{
    struct sheet_row row = { .first = sheet->cells->len, .seen_by = FOR_ALL, .bar = -1 };

    g_array_append_val(sheet->rows, row);
    return &g_array_index(sheet->rows, struct sheet_row, sheet->rows->len - 1);
}

void sheet_remark(struct sheet *sheet, char *remark)
{
    g_ptr_array_add(sheet->remarks, remark);
}

static void add_cell(struct sheet *sheet, struct sheet_cell cell)
{
    g_array_append_val(sheet->cells, cell);
    g_array_index(sheet->rows, struct sheet_row, sheet->rows->len - 1).n++;
}

void cell_text(struct sheet *sheet, const char *text)
{
    add_cell(sheet, (struct sheet_cell){ .state = text ? CELL_KNOWN : CELL_UNKNOWN, .text = g_strdup(text) });
}

void cell_count(struct sheet *sheet, uint64_t count)
{
    add_cell(sheet, (struct sheet_cell){ .state = CELL_KNOWN, .count = count });
}

void cell_real(struct sheet *sheet, double real)
{
    add_cell(sheet, (struct sheet_cell){ .state = CELL_KNOWN, .real = real });
}

void cell_rate(struct sheet *sheet, const struct rate *rate)
{
    add_cell(sheet, (struct sheet_cell){ .state = CELL_KNOWN, .rate = g_memdup2(rate, sizeof(*rate)) });
}

void cell_number(struct sheet *sheet, const char *digits)
{
    add_cell(sheet, (struct sheet_cell){ .state = digits ? CELL_NUMBER : CELL_UNKNOWN, .text = g_strdup(digits) });
}

void cell_list(struct sheet *sheet, const char *const *texts, guint n)
{
    struct sheet_cell cell = { .state = CELL_KNOWN, .list = g_ptr_array_new_with_free_func(g_free) };

    for (guint t = 0; t < n; t++)
        g_ptr_array_add(cell.list, g_strdup(texts[t]));
    add_cell(sheet, cell);
}

void cell_rows(struct sheet *sheet, guint first)
{
    guint column = g_array_index(sheet->rows, struct sheet_row, sheet->rows->len - 1).n;
    const struct sheet *rows = sheet_column_at(sheet, column)->rows;

    add_cell(sheet, (struct sheet_cell){ .state = CELL_KNOWN, .rows = { first, rows->rows->len - first } });
}

void cell_absent(struct sheet *sheet)
{
    add_cell(sheet, (struct sheet_cell){ .state = CELL_ABSENT });
}

void cell_shown(struct sheet *sheet, char *shown)
{
    struct sheet_cell *cell = &g_array_index(sheet->cells, struct sheet_cell, sheet->cells->len - 1);

    g_free(cell->shown);
    cell->shown = shown;
}

void fact_text(struct sheet *facts, const char *name, const char *key, const char *text)
{
    sheet_column(facts, (struct sheet_column){ COLUMN_TEXT, .name = name, .key = key });
    cell_text(facts, text);
}

void fact_count(struct sheet *facts, const char *name, const char *key, uint64_t count)
{
    sheet_column(facts, (struct sheet_column){ COLUMN_COUNT, .name = name, .key = key });
    cell_count(facts, count);
}

gboolean column_is_seen(const struct sheet_column *column, unsigned by)
{
    return (column->seen_by & by) != 0;
}

gboolean sheet_is_seen(const struct sheet *sheet, unsigned by)
{
    gboolean any = FALSE;

    for (guint c = 0; !any && c < sheet->columns->len; c++)
        any = column_is_seen(sheet_column_at(sheet, c), by);
    return any && sheet->seen_by & by;
}

const struct sheet_cell *sheet_cell(const struct sheet *sheet, const struct sheet_row *row, guint c)
{
    return c < row->n ? &g_array_index(sheet->cells, struct sheet_cell, row->first + c) : NULL;
}

static void part_clear(gpointer data)
{
    struct document_part *part = data;

    sheet_free(part->sheet);
    g_free(part->note);
}

struct document *document_new(const char *title)
{
    struct document *document = g_new0(struct document, 1);

    document->title = g_strdup(title);
    document->parts = g_array_new(FALSE, TRUE, sizeof(struct document_part));
    g_array_set_clear_func(document->parts, part_clear);
    return document;
}

void document_free(struct document *document)
{
    if (!document)
        return;
    g_free(document->title);
    g_array_unref(document->parts);
    g_free(document);
}

void document_sheet(struct document *document, struct sheet *sheet)
{
    struct document_part part = { .sheet = sheet };

    g_array_append_val(document->parts, part);
}

void document_note(struct document *document, char *note)
{
    struct document_part part = { .note = note };

    g_array_append_val(document->parts, part);
}

void document_verbatim(struct document *document, char *lines)
{
    struct document_part part = { .note = lines, .is_verbatim = TRUE };

    g_array_append_val(document->parts, part);
}
