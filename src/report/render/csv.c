/*
 * Documents as CSV (RFC 4180): sheets with their headings, one below the other. A sheet with the headings of the one
 * before it adds its rows to that one; others follow an empty line. Facts and notes are left out.
 */
#include "report/render/render.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

#define LINE_END "\r\n"

/* Control characters but tabs and line breaks would steer a terminal: they become blanks. */
void csv_field(GString *to, const char *text)
{
    g_autofree char *clean = text ? printable_fields(text) : NULL;

    if (!clean)
        return;
    if (!strpbrk(clean, ",\"\r\n")) {
        g_string_append(to, clean);
        return;
    }
    g_string_append_c(to, '"');
    for (const char *c = clean; *c; c++) {
        if (*c == '"')
            g_string_append_c(to, '"');
        g_string_append_c(to, *c);
    }
    g_string_append_c(to, '"');
}

/* A line is fields with a comma before each; the first one is cut when it ends. */
static void add_field(GString *line, const char *text)
{
    g_string_append_c(line, ',');
    csv_field(line, text);
}

static void end_line(GString *line, GString *to)
{
    if (line->len > 0)
        g_string_append_printf(to, "%s" LINE_END, line->str + 1);
}

/* "SDC" and a suffix make "SDC_rate"; "not activated" is "not_activated". */
static void add_heading(GString *line, const char *key, const char *suffix)
{
    g_autofree char *name = *key && *suffix ? g_strconcat(key, "_", suffix, NULL) : g_strconcat(key, suffix, NULL);

    add_field(line, g_strdelimit(name, " ", '_'));
}

static void add_headings(GString *line, const struct sheet *sheet)
{
    for (guint c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet_column_at(sheet, c);

        if (!column_is_seen(column, FOR_CSV))
            continue;
        if (column->kind == COLUMN_ROWS) {
            add_headings(line, column->rows);
            continue;
        }
        if (column->kind != COLUMN_RATE || *column->key)
            add_heading(line, column->key, "");
        if (column->kind == COLUMN_RATE) {
            add_heading(line, column->key, "rate");
            add_heading(line, column->key, "low");
            add_heading(line, column->key, "high");
        }
    }
}

static void add_real(GString *line, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    add_field(line, isfinite(value) ? real_to_text(buffer, value) : NULL);
}

static void add_count(GString *line, uint64_t count)
{
    g_string_append_printf(line, ",%" G_GUINT64_FORMAT, count);
}

/* Without trials there is no rate; a true one has no interval. */
static void add_rate(GString *line, const struct sheet_column *column, const struct rate *rate)
{
    if (*column->key)
        add_count(line, rate->events);
    add_real(line, rate->n > 0 ? rate->share : NAN);
    add_real(line, rate->n > 0 && !rate->is_true ? rate->interval.low : NAN);
    add_real(line, rate->n > 0 && !rate->is_true ? rate->interval.high : NAN);
}

static void add_list(GString *line, const GPtrArray *list)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint l = 0; l < list->len; l++)
        g_string_append_printf(text, "%s%s", l > 0 ? " " : "", (const char *)list->pdata[l]);
    add_field(line, text->str);
}

static void add_value(GString *line, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    add_field(line, value_to_text(buffer, value));
}

static void add_unknown(GString *line, const struct sheet_column *column)
{
    g_string_append(line, column->kind != COLUMN_RATE ? "," : *column->key ? ",,,," : ",,,");
}

static void add_cell(GString *line, const struct sheet_column *column, const struct sheet_cell *cell)
{
    if (!cell || cell->state == CELL_ABSENT || cell->state == CELL_UNKNOWN)
        add_unknown(line, column);
    else if (cell->state == CELL_NUMBER || column->kind == COLUMN_TEXT)
        add_field(line, cell->text);
    else if (column->kind == COLUMN_COUNT)
        add_count(line, cell->count);
    else if (column->kind == COLUMN_VALUE)
        add_value(line, cell->real);
    else if (column->kind == COLUMN_RATE)
        add_rate(line, column, cell->rate);
    else if (column->kind == COLUMN_LIST)
        add_list(line, cell->list);
    else
        add_real(line, cell->real);
}

/* `inner`: the row of the sheet's COLUMN_ROWS that the line is about. */
static void add_cells(GString *line, const struct sheet *sheet, const struct sheet_row *row,
                      const struct sheet_row *inner)
{
    for (guint c = 0; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet_column_at(sheet, c);

        if (!column_is_seen(column, FOR_CSV))
            continue;
        if (column->kind == COLUMN_ROWS)
            add_cells(line, column->rows, inner, NULL);
        else
            add_cell(line, column, sheet_cell(sheet, row, c));
    }
}

static void append_line(GString *to, const struct sheet *sheet, const struct sheet_row *row,
                        const struct sheet_row *inner)
{
    g_autoptr(GString) line = g_string_new(NULL);

    add_cells(line, sheet, row, inner);
    end_line(line, to);
}

/* The number of the column with rows of its own, -1: there is none. */
static int rows_column(const struct sheet *sheet)
{
    for (guint c = 0; c < sheet->columns->len; c++)
        if (sheet_column_at(sheet, c)->kind == COLUMN_ROWS && column_is_seen(sheet_column_at(sheet, c), FOR_CSV))
            return (int)c;
    return -1;
}

static void append_row(GString *to, const struct sheet *sheet, const struct sheet_row *row, int rows)
{
    const struct sheet_cell *cell = rows >= 0 ? sheet_cell(sheet, row, (guint)rows) : NULL;

    if (rows < 0)
        append_line(to, sheet, row, NULL);
    for (guint i = 0; cell && cell->state == CELL_KNOWN && i < cell->rows.n; i++)
        append_line(to, sheet, row, sheet_row_at(sheet_column_at(sheet, (guint)rows)->rows, cell->rows.first + i));
}

void render_csv(const struct document *document, const struct report_option *option G_GNUC_UNUSED, GString *to)
{
    g_autoptr(GString) before = g_string_new(NULL);

    for (guint p = 0; p < document->parts->len; p++) {
        const struct sheet *sheet = g_array_index(document->parts, struct document_part, p).sheet;
        g_autoptr(GString) headings = g_string_new(NULL);

        if (!sheet || sheet->form == SHEET_FACTS || !sheet_is_seen(sheet, FOR_CSV))
            continue;
        add_headings(headings, sheet);
        if (!g_string_equal(headings, before)) {
            g_string_append(to, before->len > 0 ? LINE_END : "");
            end_line(headings, to);
            g_string_assign(before, headings->str);
        }
        for (guint r = 0; r < sheet->rows->len; r++)
            if (sheet_row_at(sheet, r)->seen_by & FOR_CSV)
                append_row(to, sheet, sheet_row_at(sheet, r), rows_column(sheet));
    }
}
