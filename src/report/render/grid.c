#include "report/render/grid.h"

#include "report/elide.h"
#include "report/text.h"

#include <math.h>

static char *list_text(const GPtrArray *list)
{
    GString *text = g_string_new(NULL);

    for (guint l = 0; l < list->len; l++)
        g_string_append_printf(text, "%s%s", l > 0 ? " " : "", (const char *)list->pdata[l]);
    return g_string_free(text, FALSE);
}

static char *rate_words(const struct rate *rate, gboolean interval)
{
    return interval || rate->n == 0 ? rate_text(rate) : format_percentage(rate->share, 2);
}

static char *known_text(const struct sheet_column *column, const struct sheet_cell *cell, gboolean interval)
{
    switch (column->kind) {
    case COLUMN_TEXT:
        return g_strdup(cell->text);
    case COLUMN_COUNT:
        return g_strdup_printf("%" G_GUINT64_FORMAT, cell->count);
    case COLUMN_REAL:
        return isfinite(cell->real) ? g_strdup_printf("%.4g", cell->real) : g_strdup("-");
    case COLUMN_VALUE:
        return g_strdup_printf("%.4g", cell->real);
    case COLUMN_SHARE:
        return format_percentage(cell->real, 1);
    case COLUMN_RATE:
        return rate_words(cell->rate, interval);
    case COLUMN_LIST:
        return list_text(cell->list);
    case COLUMN_ROWS:
        break;
    }
    return g_strdup("");
}

static char *cell_words(const struct sheet_column *column, const struct sheet_cell *cell, gboolean interval)
{
    if (!cell)
        return g_strdup("");
    if (cell->shown)
        return g_strdup(cell->shown);
    if (cell->state == CELL_NUMBER && column->kind == COLUMN_SHARE)
        return format_percentage(g_ascii_strtod(cell->text, NULL), 1);
    if (cell->state == CELL_NUMBER)
        return g_strdup(cell->text);
    return cell->state == CELL_KNOWN ? known_text(column, cell, interval) : g_strdup("");
}

static gboolean yields(const struct sheet_column *column, int step)
{
    return column->yields > 0 && column->yields <= step;
}

static gboolean stays(const struct sheet_column *column, int step)
{
    return column_is_seen(column, FOR_PEOPLE) && column->kind != COLUMN_ROWS &&
           (column->kind == COLUMN_RATE || !yields(column, step));
}

static gboolean is_right(const struct sheet_column *column, gboolean interval)
{
    switch (column->alignment) {
    case ALIGN_LEFT:
        return FALSE;
    case ALIGN_RIGHT:
        return TRUE;
    case ALIGN_RATES:
        return !interval;
    case ALIGN_KIND:
        break;
    }
    return column->kind != COLUMN_TEXT && column->kind != COLUMN_LIST;
}

/* Above percentages that are aligned on the left, with room for three digits before the point. */
static char *heading_of(const struct sheet_column *column, gboolean interval)
{
    return g_strconcat(column->alignment == ALIGN_RATES && interval ? "  " : "", column->name,
                       column->unit ? " " : NULL, column->unit, NULL);
}

static void fill_column(struct text_grid *grid, struct grid_column *to, const struct sheet *sheet, guint c, int step)
{
    const struct sheet_column *column = sheet_column_at(sheet, c);
    gboolean interval = !yields(column, step);

    to->column = column;
    to->heading = heading_of(column, interval);
    to->texts = g_new0(char *, grid->n_rows + 1);
    to->is_right = is_right(column, interval);
    to->width = text_columns(to->heading);
    for (guint r = 0; r < grid->n_rows; r++) {
        g_autofree char *words = cell_words(column, sheet_cell(sheet, grid->rows[r], c), interval);

        to->texts[r] = sheet->form == SHEET_FACTS ? printable_lines(words) : printable(words);
        to->width = MAX(to->width, text_columns(to->texts[r]));
    }
}

struct text_grid *grid_new(const struct sheet *sheet, int step)
{
    struct text_grid *grid = g_new0(struct text_grid, 1);

    grid->rows = g_new(const struct sheet_row *, sheet->rows->len + 1);
    grid->columns = g_new0(struct grid_column, sheet->columns->len + 1);
    for (guint r = 0; r < sheet->rows->len; r++)
        if (sheet_row_at(sheet, r)->seen_by & FOR_PEOPLE)
            grid->rows[grid->n_rows++] = sheet_row_at(sheet, r);
    for (guint c = 0; c < sheet->columns->len; c++)
        if (stays(sheet_column_at(sheet, c), step))
            fill_column(grid, &grid->columns[grid->n_columns++], sheet, c, step);
    return grid;
}

void grid_free(struct text_grid *grid)
{
    if (!grid)
        return;
    for (guint c = 0; c < grid->n_columns; c++) {
        g_free(grid->columns[c].heading);
        g_strfreev(grid->columns[c].texts);
    }
    g_free(grid->columns);
    g_free(grid->rows);
    g_free(grid);
}

int grid_last_step(const struct sheet *sheet)
{
    int last = 0;

    for (guint c = 0; c < sheet->columns->len; c++)
        last = MAX(last, sheet_column_at(sheet, c)->yields);
    return last;
}

gboolean part_is_seen(const struct document_part *part)
{
    return !part->sheet || sheet_is_seen(part->sheet, FOR_PEOPLE);
}
