/* Documents as text for terminals: aligned tables, wrapped notes. */
#include "report/elide.h"
#include "report/render/grid.h"
#include "report/render/render.h"
#include "report/text.h"

#include <math.h>

#define GAP 2
#define BAR_MINIMUM 8
#define BAR_MAXIMUM 30
#define ELASTIC_MINIMUM 12
#define FACT_NAME 8
#define DEFAULT_WIDTH 80

#define STYLE_BOLD "\033[1m"
#define STYLE_DIM "\033[2m"
#define STYLE_END "\033[0m"

static const char *const styles[TINT_COUNT] = {
    [TINT_NONE] = "",           [TINT_GREEN] = "\033[32m", [TINT_RED] = "\033[31m",  [TINT_PURPLE] = "\033[35m",
    [TINT_YELLOW] = "\033[33m", [TINT_BLUE] = "\033[34m",  [TINT_CYAN] = "\033[36m", [TINT_DIM] = STYLE_DIM,
};

/* Where a document is written. */
struct text_page {
    GString *to;
    int width;
    gboolean color;
};

static void append_spaces(GString *to, int n)
{
    for (int i = 0; i < n; i++)
        g_string_append_c(to, ' ');
}

static int grid_width(const struct text_grid *grid, int indent)
{
    int width = indent;

    for (guint c = 0; c < grid->n_columns; c++)
        width += grid->columns[c].width + (c > 0 ? GAP : 0);
    return width;
}

static gboolean is_elastic(const struct grid_column *column)
{
    return column->column->shorten != SHORTEN_NEVER;
}

/* With all elastic columns as narrow as they may become. */
static int least_width(const struct text_grid *grid, int indent)
{
    int width = grid_width(grid, indent);

    for (guint c = 0; c < grid->n_columns; c++)
        if (is_elastic(&grid->columns[c]))
            width -= MAX(grid->columns[c].width - ELASTIC_MINIMUM, 0);
    return width;
}

static void shorten_ends(char **texts, guint n, int columns)
{
    for (guint t = 0; t < n; t++)
        if (text_columns(texts[t]) > columns) {
            g_autofree char *old = texts[t], *front = text_front(old, columns - 1);

            texts[t] = g_strconcat(front, "…", NULL);
        }
}

static void shorten_column(struct grid_column *column, guint n, int width)
{
    column->width = width;
    if (column->column->shorten == SHORTEN_NAME)
        elide_all(column->texts, n, width);
    else
        shorten_ends(column->texts, n, width);
    shorten_ends(&column->heading, 1, width);
}

/* Takes what is too much from the elastic columns. */
static void shrink(struct text_grid *grid, int indent, int width)
{
    for (guint c = 0; c < grid->n_columns; c++) {
        struct grid_column *column = &grid->columns[c];
        int excess = grid_width(grid, indent) - width;

        if (is_elastic(column) && excess > 0 && column->width > ELASTIC_MINIMUM)
            shorten_column(column, grid->n_rows, MAX(ELASTIC_MINIMUM, column->width - excess));
    }
}

/* The fullest grid that fits, or the smallest. */
static struct text_grid *choose_grid(const struct sheet *sheet, int width)
{
    struct text_grid *grid = grid_new(sheet, 0);

    for (int step = 1; step <= grid_last_step(sheet) && least_width(grid, sheet->indent) > width; step++) {
        grid_free(grid);
        grid = grid_new(sheet, step);
    }
    shrink(grid, sheet->indent, width);
    return grid;
}

static void append_cell(GString *to, const char *text, const struct grid_column *column)
{
    int padding = column->width - text_columns(text);

    append_spaces(to, column->is_right ? padding : 0);
    g_string_append(to, text);
    append_spaces(to, column->is_right ? 0 : padding);
}

/* A bar in eighths of a character; a share above zero is never invisible. */
static void append_bar(GString *to, double share, int width, enum tint tint)
{
    static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    int length = (int)lround(share * width * 8);

    if (share > 0 && length == 0)
        length = 1;
    if (length == 0)
        return;
    append_spaces(to, GAP);
    g_string_append(to, styles[tint]);
    for (int i = 0; i < length / 8; i++)
        g_string_append(to, "█");
    g_string_append(to, eighths[length % 8]);
    g_string_append(to, STYLE_END);
}

static void trim(GString *to)
{
    while (to->len > 0 && to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
}

static void print_headings(const struct text_page *page, const struct text_grid *grid, int indent)
{
    gboolean any = FALSE;

    for (guint c = 0; c < grid->n_columns; c++)
        any |= *grid->columns[c].heading != '\0';
    if (!any)
        return;
    append_spaces(page->to, indent);
    g_string_append(page->to, page->color ? STYLE_DIM : "");
    for (guint c = 0; c < grid->n_columns; c++) {
        append_spaces(page->to, c > 0 ? GAP : 0);
        append_cell(page->to, grid->columns[c].heading, &grid->columns[c]);
    }
    trim(page->to);
    g_string_append(page->to, page->color ? STYLE_END "\n" : "\n");
}

static void print_row(const struct text_page *page, const struct text_grid *grid, guint r, int indent, int bars)
{
    const struct sheet_row *row = grid->rows[r];

    append_spaces(page->to, indent);
    for (guint c = 0; c < grid->n_columns; c++) {
        append_spaces(page->to, c > 0 ? GAP : 0);
        append_cell(page->to, grid->columns[c].texts[r], &grid->columns[c]);
    }
    if (bars >= BAR_MINIMUM && row->bar >= 0)
        append_bar(page->to, row->bar, bars, row->tint);
    trim(page->to);
    g_string_append_c(page->to, '\n');
}

/* Wrapped to the page's width. Line breaks are kept. */
static void append_wrapped(const struct text_page *page, const char *text, int indent)
{
    g_autofree char *clean = printable_lines(text);
    g_auto(GStrv) lines = g_strsplit(clean, "\n", -1);

    for (char **line = lines; *line; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", -1);
        int column = 0;

        append_spaces(page->to, indent);
        for (char **word = words; *word; word++) {
            int length = text_columns(*word);
            gboolean fits = column == 0 || indent + column + 1 + length <= page->width;

            g_string_append(page->to, column == 0 ? "" : fits ? " " : "\n");
            append_spaces(page->to, fits ? 0 : indent);
            g_string_append(page->to, *word);
            column = fits ? column + (column > 0) + length : length;
        }
        g_string_append_c(page->to, '\n');
    }
}

static void print_title(const struct text_page *page, const char *title)
{
    g_autofree char *clean = title ? printable(title) : NULL;

    if (clean)
        g_string_append_printf(page->to, "%s%s%s\n", page->color ? STYLE_BOLD : "", clean,
                               page->color ? STYLE_END : "");
}

static void print_sheet(const struct text_page *page, const struct sheet *sheet)
{
    g_autoptr(text_grid_t) grid = choose_grid(sheet, page->width);
    int bars = page->color ? MIN(page->width - grid_width(grid, sheet->indent) - GAP, BAR_MAXIMUM) : 0;

    print_title(page, sheet->title);
    print_headings(page, grid, sheet->indent);
    for (guint r = 0; r < grid->n_rows; r++)
        print_row(page, grid, r, sheet->indent, bars);
    for (guint r = 0; r < sheet->remarks->len; r++)
        append_wrapped(page, sheet->remarks->pdata[r], sheet->indent);
}

/* "model    lenet.onnx"; further lines of a value begin below its first. Facts without a value are left out. */
static void print_fact(const struct text_page *page, const char *name, const char *value)
{
    g_auto(GStrv) lines = g_strsplit(value, "\n", -1);

    for (char **line = lines; *line && *value; line++)
        g_string_append_printf(page->to, "%-*s %s\n", FACT_NAME, line == lines ? name : "", *line);
}

static void print_facts(const struct text_page *page, const struct sheet *sheet)
{
    g_autoptr(text_grid_t) grid = grid_new(sheet, 0);

    for (guint c = 0; c < grid->n_columns; c++)
        print_fact(page, grid->columns[c].heading, grid->columns[c].texts[0]);
}

static void print_note(const struct text_page *page, const struct document_part *part)
{
    g_autofree char *lines = part->is_verbatim ? printable_lines(part->note) : NULL;

    if (lines)
        g_string_append(page->to, lines);
    else
        append_wrapped(page, part->note, 0);
}

void render_table(const struct document *document, const struct report_option *option, GString *to)
{
    struct text_page page = { to, option->width > 0 ? option->width : DEFAULT_WIDTH, option->color };
    const struct document_part *before = NULL;

    for (guint p = 0; p < document->parts->len; p++) {
        const struct document_part *part = &g_array_index(document->parts, struct document_part, p);

        if (!part_is_seen(part))
            continue;
        if (before && (before->sheet || part->sheet))
            g_string_append_c(to, '\n');
        if (!part->sheet)
            print_note(&page, part);
        else if (part->sheet->form == SHEET_FACTS)
            print_facts(&page, part->sheet);
        else
            print_sheet(&page, part->sheet);
        before = part;
    }
}
