/*
 * Documents as pictures: each sheet with a rate that is drawn as a chart, others as columns of text. Facts and notes
 * are left out.
 */
#include "report/render/svg.h"

#include "report/elide.h"
#include "report/render/grid.h"
#include "report/render/render.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

#define ROW 20 /* height of one bar and its gap */
#define BAR 12
#define TOP 64     /* above the first bar: title and legend */
#define BOTTOM 40  /* below the last: the axis */
#define LABELS 230 /* left of the bars */
#define PLOT 420
#define COUNTS 165 /* right of them */
#define LABEL_COLUMNS 32
#define LABEL_LEAST 12
#define CHARACTER 7.4 /* width of one, of the font of texts */
#define GAP 2
#define EDGE 16
/* Room to the right of the longest bar, as a share of it. */
#define MARGIN 1.25
#define TICKS 5

void svg_number(GString *to, const char *before, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(to, "%s%s", before, g_ascii_formatd(text, sizeof(text), "%.2f", value));
}

void svg_begin(GString *to, int width, int height, const char *rules)
{
    g_string_append_printf(to,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                           "viewBox=\"0 0 %d %d\">\n<style>%s</style>\n"
                           "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
                           width, height, width, height, rules);
}

void svg_end(GString *to)
{
    g_string_append(to, "</svg>\n");
}

void svg_text(GString *to, double x, double y, const char *class, const char *text)
{
    g_autofree char *clean = printable(text), *escaped = g_markup_escape_text(clean, -1);

    svg_number(to, "<text x=\"", x);
    svg_number(to, "\" y=\"", y);
    g_string_append_printf(to, "\" class=\"%s\">%s</text>\n", class, escaped);
}

void svg_line(GString *to, double x1, double y1, double x2, double y2, const char *class)
{
    svg_number(to, "<line x1=\"", x1);
    svg_number(to, "\" y1=\"", y1);
    svg_number(to, "\" x2=\"", x2);
    svg_number(to, "\" y2=\"", y2);
    g_string_append_printf(to, "\" class=\"%s\"/>\n", class);
}

void svg_rectangle(GString *to, double x, double y, double width, double height, const char *class)
{
    svg_number(to, "<rect x=\"", x);
    svg_number(to, "\" y=\"", y);
    svg_number(to, "\" width=\"", width);
    svg_number(to, "\" height=\"", height);
    g_string_append_printf(to, "\" class=\"%s\"/>\n", class);
}

static const char rules[] =
    "text{font:12px sans-serif;fill:" SVG_BLACK "}.title{font-size:15px;font-weight:bold}.note{fill:" SVG_GREY "}"
    ".name{text-anchor:end}.count{fill:" SVG_GREY ";font-size:11px}"
    ".tick{text-anchor:middle;fill:" SVG_GREY ";font-size:11px}.bar{fill:" SVG_RED "}"
    ".whisker{stroke:" SVG_BLACK ";stroke-width:1.2}.grid{stroke:#ddd}.axis{stroke:#888}"
    ".cell,.head{font-family:monospace;white-space:pre}.right{text-anchor:end}.head{fill:" SVG_GREY "}";

/* A chart's bars: the rows of a sheet that have trials. */
struct bars {
    guint n;
    const struct rate **rates;
    char **labels;
    const char *what; /* whose rate it is */
};

static int chart_column(const struct sheet *sheet)
{
    for (guint c = 0; c < sheet->columns->len; c++)
        if (sheet_column_at(sheet, c)->is_chart)
            return (int)c;
    return -1;
}

/* A label that says nothing new: the type in "3 conv1/Conv Conv". */
static gboolean is_said(const GString *label, const char *text)
{
    return label->len > 0 && g_ascii_isalpha(*text) && strstr(label->str, text);
}

/* The labels of a row in one text; `name` is what it has for the column that may be shortened. */
static char *join_labels(const struct text_grid *grid, guint row, const char *name)
{
    g_autoptr(GString) said = g_string_new(NULL);
    GString *label = g_string_new(NULL);

    for (guint c = 0; c < grid->n_columns; c++) {
        const struct grid_column *column = &grid->columns[c];
        gboolean is_name = column->column->shorten == SHORTEN_NAME;

        if (!column->column->is_label || !*column->texts[row] || is_said(said, column->texts[row]))
            continue;
        g_string_append(said, column->texts[row]);
        g_string_append_printf(label, "%s%s", label->len > 0 ? " " : "", is_name ? name : column->texts[row]);
    }
    return g_string_free(label, FALSE);
}

static const struct grid_column *name_column(const struct text_grid *grid)
{
    for (guint c = 0; c < grid->n_columns; c++)
        if (grid->columns[c].column->is_label && grid->columns[c].column->shorten == SHORTEN_NAME)
            return &grid->columns[c];
    return NULL;
}

/* What a row's other labels leave for the name. */
static int room_for_name(const struct text_grid *grid)
{
    int room = LABEL_COLUMNS;

    for (guint r = 0; r < grid->n_rows; r++) {
        g_autofree char *others = join_labels(grid, r, "");

        room = MIN(room, LABEL_COLUMNS - text_columns(others));
    }
    return MAX(room, LABEL_LEAST);
}

/* One label a row, at most LABEL_COLUMNS wide. */
static char **labels_of(const struct text_grid *grid)
{
    const struct grid_column *names = name_column(grid);
    char **labels = g_new0(char *, grid->n_rows + 1);
    g_auto(GStrv) shortened = g_new0(char *, grid->n_rows + 1);

    for (guint r = 0; r < grid->n_rows; r++)
        shortened[r] = g_strdup(names ? names->texts[r] : "");
    elide_all(shortened, grid->n_rows, room_for_name(grid));
    for (guint r = 0; r < grid->n_rows; r++) {
        g_autofree char *label = join_labels(grid, r, shortened[r]);
        g_autofree char *front = text_front(label, LABEL_COLUMNS - 1);

        labels[r] = text_columns(label) > LABEL_COLUMNS ? g_strconcat(front, "…", NULL) : g_steal_pointer(&label);
    }
    return labels;
}

static struct bars bars_of(const struct sheet *sheet, const struct text_grid *grid, guint column)
{
    g_auto(GStrv) labels = labels_of(grid);
    struct bars bars = { .rates = g_new(const struct rate *, grid->n_rows + 1),
                         .labels = g_new0(char *, grid->n_rows + 1),
                         .what = sheet_column_at(sheet, column)->name };

    for (guint r = 0; r < grid->n_rows; r++) {
        const struct sheet_cell *cell = sheet_cell(sheet, grid->rows[r], column);

        if (!cell || cell->state != CELL_KNOWN || cell->rate->n == 0)
            continue;
        bars.rates[bars.n] = cell->rate;
        bars.labels[bars.n++] = g_strdup(labels[r]);
    }
    return bars;
}

static void bars_clear(struct bars *bars)
{
    g_free(bars->rates);
    g_strfreev(bars->labels);
}

/* The ends of the axis are round numbers. */
static double axis_end(double highest)
{
    static const double steps[] = { 1, 2, 2.5, 5, 10 };
    double power = pow(10, floor(log10(MAX(highest, 1e-6))));

    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if (steps[i] * power >= highest)
            return MIN(steps[i] * power, 1);
    return 1;
}

/* A true rate is its own interval. */
static struct interval interval_of(const struct rate *rate)
{
    return rate->is_true ? (struct interval){ rate->share, rate->share } : rate->interval;
}

/*
 * The axis shows the rates: intervals of rows with few trials, which reach far beyond them, are cut off there. The one
 * of the row with most trials is shown whole, so that there is an axis where all rates are 0.
 */
static double choose_end(const struct bars *bars)
{
    double highest = 0;
    uint64_t most = 0;

    for (guint b = 0; b < bars->n; b++)
        most = MAX(most, bars->rates[b]->n);
    for (guint b = 0; b < bars->n; b++) {
        highest = MAX(highest, MARGIN * bars->rates[b]->share);
        if (bars->rates[b]->n == most)
            highest = MAX(highest, interval_of(bars->rates[b]).high);
    }
    return axis_end(highest);
}

/* An interval from `low` to `high`, where a plot that ends at LABELS + PLOT shows it; one that goes on gets an arrow.
 */
static void draw_whisker(GString *to, double low, double high, double y)
{
    double right = LABELS + PLOT, end = MIN(high, right);

    if (low > right)
        return;
    svg_line(to, low, y, end, y, "whisker");
    svg_line(to, low, y - 3, low, y + 3, "whisker");
    if (high <= right) {
        svg_line(to, high, y - 3, high, y + 3, "whisker");
        return;
    }
    svg_line(to, right - 5, y - 4, right, y, "whisker");
    svg_line(to, right - 5, y + 4, right, y, "whisker");
}

static void draw_bar(GString *to, const struct bars *bars, guint b, double y, double scale)
{
    const struct rate *rate = bars->rates[b];
    g_autofree char *count = g_strdup_printf("%.2f %%  (%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")",
                                             100 * rate->share, rate->events, rate->n);
    double middle = y + BAR / 2.0;

    svg_text(to, LABELS - 8, middle + 4, "name", bars->labels[b]);
    svg_text(to, LABELS + PLOT + 10, middle + 4, "count", count);
    svg_rectangle(to, LABELS, y, scale * rate->share, BAR, "bar");
    if (!rate->is_true)
        draw_whisker(to, LABELS + scale * rate->interval.low, LABELS + scale * rate->interval.high, middle);
}

static void draw_axis(GString *to, double top, double bottom, double end)
{
    for (int i = 0; i <= TICKS; i++) {
        double x = LABELS + (double)PLOT * i / TICKS;
        g_autofree char *tick = g_strdup_printf("%.3g %%", 100 * end * i / TICKS);

        svg_line(to, x, top - 6, x, bottom, i == 0 ? "axis" : "grid");
        svg_text(to, x, bottom + 16, "tick", tick);
    }
}

static void draw_legend(GString *to, const struct bars *bars, double y, const struct report_option *option)
{
    gboolean is_true = bars->n > 0 && bars->rates[0]->is_true;
    g_autofree char *whisker =
        g_strdup_printf(" Whisker: %s 95 %% interval; an arrow: it continues.", option->exact ? "exact" : "Wilson's");
    g_autofree char *note = g_strdup_printf("Bar: %s%s rate of the activated faults.%s Right: %s of trials.",
                                            is_true ? "true " : "", bars->what, is_true ? "" : whisker, bars->what);

    svg_text(to, EDGE, y, "note", note);
}

/* Draws from y on; returns where it ends. Widths are the same for all charts. */
static double draw_chart(GString *to, const struct sheet *sheet, const struct text_grid *grid, double y,
                         const char *title, const struct report_option *option)
{
    struct bars bars = bars_of(sheet, grid, (guint)chart_column(sheet));
    double end = choose_end(&bars), bottom = y + TOP + ROW * (double)bars.n;

    svg_text(to, EDGE, y + 24, "title", title);
    draw_legend(to, &bars, y + 44, option);
    draw_axis(to, y + TOP, bottom, end);
    for (guint b = 0; b < bars.n; b++)
        draw_bar(to, &bars, b, y + TOP + ROW * (double)b, PLOT / end);
    bars_clear(&bars);
    return bottom + BOTTOM;
}

static double draw_texts(GString *to, const struct text_grid *grid, double y, const char *title)
{
    double x = EDGE, first = y + (*title ? 48 : 24);

    svg_text(to, EDGE, y + 24, "title", title);
    for (guint c = 0; c < grid->n_columns; c++) {
        const struct grid_column *column = &grid->columns[c];
        double at = column->is_right ? x + column->width * CHARACTER : x;

        svg_text(to, at, first, column->is_right ? "head right" : "head", column->heading);
        for (guint r = 0; r < grid->n_rows; r++)
            svg_text(to, at, first + ROW * (r + 1.0), column->is_right ? "cell right" : "cell", column->texts[r]);
        x += (column->width + GAP) * CHARACTER;
    }
    return first + ROW * (double)grid->n_rows + EDGE;
}

static int width_of(const struct sheet *sheet, const struct text_grid *grid)
{
    int columns = 0;

    for (guint c = 0; c < grid->n_columns; c++)
        columns += grid->columns[c].width + GAP;
    return chart_column(sheet) >= 0 ? LABELS + PLOT + COUNTS : (int)(2 * EDGE + columns * CHARACTER);
}

void render_svg(const struct document *document, const struct report_option *option, GString *to)
{
    g_autoptr(GString) body = g_string_new(NULL);
    int width = LABELS + PLOT + COUNTS;
    double y = 0;

    for (guint p = 0; p < document->parts->len; p++) {
        const struct sheet *sheet = g_array_index(document->parts, struct document_part, p).sheet;
        g_autoptr(text_grid_t) grid = NULL;
        const char *title;

        if (!sheet || sheet->form == SHEET_FACTS || !sheet_is_seen(sheet, FOR_PEOPLE))
            continue;
        grid = grid_new(sheet, 0);
        title = sheet->title ? sheet->title : y == 0 && document->title ? document->title : "";
        y = chart_column(sheet) >= 0 ? draw_chart(body, sheet, grid, y, title, option)
                                     : draw_texts(body, grid, y, title);
        width = MAX(width, width_of(sheet, grid));
    }
    svg_begin(to, width, (int)y, rules);
    g_string_append(to, body->str);
    svg_end(to);
}
