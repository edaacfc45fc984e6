#include "report/text.h"

#include <math.h>
#include <string.h>

#define GAP 2
#define BAR_MINIMUM 8
#define BAR_MAXIMUM 30
#define ELASTIC_MINIMUM 12
#define TRUE_DECIMALS 4

const char *const outcome_styles[OUTCOME_COUNT] = {
    [OUTCOME_BENIGN] = "\033[32m",       [OUTCOME_SDC] = "\033[31m",      [OUTCOME_CRASH] = "\033[35m",
    [OUTCOME_HANG] = "\033[33m",         [OUTCOME_DETECTED] = "\033[34m", [OUTCOME_CORRECTED] = "\033[36m",
    [OUTCOME_NOT_ACTIVATED] = STYLE_DIM,
};

struct column {
    char *heading;
    enum alignment alignment;
    int width; /* of its longest cell */
};

struct row {
    GPtrArray *cells; /* char *, owned */
    double bar;       /* share, negative: none */
    const char *style;
};

struct table {
    GArray *columns; /* struct column */
    GPtrArray *rows; /* struct row * */
    int indent;
};

int report_width(const struct report_option *option)
{
    return option->width > 0 ? option->width : 80;
}

static void column_clear(gpointer data)
{
    g_free(((struct column *)data)->heading);
}

static void row_free(gpointer data)
{
    struct row *row = data;

    g_ptr_array_unref(row->cells);
    g_free(row);
}

struct table *table_new(int indent)
{
    struct table *table = g_new0(struct table, 1);

    table->columns = g_array_new(FALSE, FALSE, sizeof(struct column));
    g_array_set_clear_func(table->columns, column_clear);
    table->rows = g_ptr_array_new_with_free_func(row_free);
    table->indent = indent;
    return table;
}

void table_free(struct table *table)
{
    if (!table)
        return;
    g_array_unref(table->columns);
    g_ptr_array_unref(table->rows);
    g_free(table);
}

void table_column(struct table *table, const char *heading, enum alignment alignment)
{
    struct column column = { g_strdup(heading), alignment, (int)g_utf8_strlen(heading, -1) };

    g_array_append_val(table->columns, column);
}

static struct row *last_row(struct table *table)
{
    return g_ptr_array_index(table->rows, table->rows->len - 1);
}

void table_row(struct table *table)
{
    struct row *row = g_new0(struct row, 1);

    row->cells = g_ptr_array_new_with_free_func(g_free);
    row->bar = -1;
    g_ptr_array_add(table->rows, row);
}

void table_cell(struct table *table, char *text)
{
    GPtrArray *cells = last_row(table)->cells;
    struct column *column = &g_array_index(table->columns, struct column, cells->len);

    g_ptr_array_add(cells, text ? text : g_strdup(""));
    column->width = MAX(column->width, (int)g_utf8_strlen(g_ptr_array_index(cells, cells->len - 1), -1));
}

void table_bar(struct table *table, double share, const char *style)
{
    last_row(table)->bar = share;
    last_row(table)->style = style;
}

static int table_width(const struct table *table)
{
    int width = table->indent;

    for (guint c = 0; c < table->columns->len; c++)
        width += g_array_index(table->columns, struct column, c).width + (c > 0 ? GAP : 0);
    return width;
}

static gboolean is_elastic(const struct column *column)
{
    return column->alignment == ALIGN_ELASTIC || column->alignment == ALIGN_ELASTIC_END;
}

int table_least_width(const struct table *table)
{
    int width = table_width(table);

    for (guint c = 0; c < table->columns->len; c++) {
        const struct column *column = &g_array_index(table->columns, struct column, c);

        if (is_elastic(column))
            width -= MAX(column->width - ELASTIC_MINIMUM, 0);
    }
    return width;
}

/* Takes what is too much from the elastic column. */
static void shrink(struct table *table, int width)
{
    for (guint c = 0; c < table->columns->len; c++) {
        struct column *column = &g_array_index(table->columns, struct column, c);

        if (is_elastic(column) && table_width(table) > width)
            column->width = MAX(MIN(column->width, ELASTIC_MINIMUM), column->width - (table_width(table) - width));
    }
}

static void append_spaces(GString *to, int n)
{
    for (int i = 0; i < n; i++)
        g_string_append_c(to, ' ');
}

static char *shorten(const char *text, int length, const struct column *column)
{
    gboolean at_end = column->alignment == ALIGN_ELASTIC_END;
    g_autofree char *kept = at_end ? g_utf8_substring(text, length - column->width + 1, length)
                                   : g_utf8_substring(text, 0, column->width - 1);

    return g_strconcat(at_end ? "…" : kept, at_end ? kept : "…", NULL);
}

static void append_cell(GString *to, const char *text, const struct column *column)
{
    int length = (int)g_utf8_strlen(text, -1);
    g_autofree char *shortened = NULL;

    if (length > column->width) {
        text = shortened = shorten(text, length, column);
        length = column->width;
    }
    if (column->alignment == ALIGN_RIGHT)
        append_spaces(to, column->width - length);
    g_string_append(to, text);
    if (column->alignment != ALIGN_RIGHT)
        append_spaces(to, column->width - length);
}

/* A bar in eighths of a character; a share above zero is never invisible. */
static void append_bar(GString *to, double share, int width, const char *style)
{
    static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    int length = (int)lround(share * width * 8);

    if (share > 0 && length == 0)
        length = 1;
    if (length == 0)
        return;
    append_spaces(to, GAP);
    g_string_append(to, style);
    for (int i = 0; i < length / 8; i++)
        g_string_append(to, "█");
    g_string_append(to, eighths[length % 8]);
    g_string_append(to, STYLE_END);
}

static void trim_line(GString *to)
{
    while (to->len > 0 && to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
    g_string_append_c(to, '\n');
}

static void print_headings(const struct table *table, const struct report_option *option, GString *to)
{
    gboolean any = FALSE;

    for (guint c = 0; c < table->columns->len; c++)
        any |= *g_array_index(table->columns, struct column, c).heading != '\0';
    if (!any)
        return;
    append_spaces(to, table->indent);
    g_string_append(to, option->color ? STYLE_DIM : "");
    for (guint c = 0; c < table->columns->len; c++) {
        const struct column *column = &g_array_index(table->columns, struct column, c);

        append_spaces(to, c > 0 ? GAP : 0);
        append_cell(to, column->heading, column);
    }
    while (to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
    g_string_append(to, option->color ? STYLE_END "\n" : "\n");
}

void table_print(struct table *table, const struct report_option *option, GString *to)
{
    int width = report_width(option), bars;

    shrink(table, width);
    bars = option->color ? MIN(width - table_width(table) - GAP, BAR_MAXIMUM) : 0;
    print_headings(table, option, to);
    for (guint r = 0; r < table->rows->len; r++) {
        const struct row *row = g_ptr_array_index(table->rows, r);

        append_spaces(to, table->indent);
        for (guint c = 0; c < row->cells->len; c++) {
            append_spaces(to, c > 0 ? GAP : 0);
            append_cell(to, g_ptr_array_index(row->cells, c), &g_array_index(table->columns, struct column, c));
        }
        if (bars >= BAR_MINIMUM && row->bar >= 0)
            append_bar(to, row->bar, bars, row->style);
        trim_line(to);
    }
}

char *format_percentage(double share, int decimals)
{
    return g_strdup_printf("%.*f %%", decimals, 100 * share);
}

/* Digits behind the point of an interval's ends: what n trials can tell apart. */
static int interval_decimals(uint64_t n)
{
    return n < 20000 ? 1 : n < 2000000 ? 2 : 3;
}

char *rate_text(const struct rate *rate)
{
    int decimals = interval_decimals(rate->n);

    if (rate->n == 0)
        return g_strdup("-");
    if (rate->is_true)
        return g_strdup_printf("%*.*f %%", TRUE_DECIMALS + 4, TRUE_DECIMALS, 100 * rate->share);
    return g_strdup_printf("%*.*f %% [%.*f, %.*f]", decimals + 5, decimals + 1, 100 * rate->share, decimals,
                           100 * rate->interval.low, decimals, 100 * rate->interval.high);
}

char *format_rate(const struct report_option *option, uint64_t events, uint64_t n)
{
    struct rate rate = { events, n, n > 0 ? (double)events / (double)n : 0, FALSE, report_interval(option, events, n) };

    return rate_text(&rate);
}

char *format_seconds(double seconds)
{
    if (seconds < 1e-3)
        return seconds < 1e-6 ? g_strdup("under 1 µs") : g_strdup_printf("%.0f µs", seconds * 1e6);
    if (seconds < 1)
        return g_strdup_printf("%.3g ms", seconds * 1e3);
    if (seconds < 120)
        return g_strdup_printf("%.3g s", seconds);
    if (seconds < 7200)
        return g_strdup_printf("%.0f min %02.0f s", floor(seconds / 60), floor(fmod(seconds, 60)));
    return g_strdup_printf("%.0f h %02.0f min", floor(seconds / 3600), floor(fmod(seconds, 3600) / 60));
}

void append_wrapped(GString *to, const char *text, const struct report_option *option)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", -1);
        int column = 0;

        for (char **word = words; *word; word++) {
            int length = (int)g_utf8_strlen(*word, -1);
            gboolean fits = column == 0 || column + 1 + length <= report_width(option);

            g_string_append(to, column == 0 ? "" : fits ? " " : "\n");
            g_string_append(to, *word);
            column = fits ? column + (column > 0) + length : length;
        }
        g_string_append_c(to, '\n');
    }
}

void append_heading(GString *to, const char *text, const struct report_option *option)
{
    g_string_append_printf(to, "%s%s%s\n", option->color ? STYLE_BOLD : "", text, option->color ? STYLE_END : "");
}
