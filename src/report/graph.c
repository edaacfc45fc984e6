/* Draws a model's layers as SVG: chooses a lane for each line between layers, then writes rows, bars and labels. */
#include "report/graph.h"

#include "report/elide.h"
#include "report/render/svg.h"
#include "report/text.h"

#define ROW 24
#define LANE 18
#define MARGIN 20
#define LABELS 290
#define BARS 200
#define CELL 112
#define NOTE 16
#define LABEL_COLUMNS 42
#define NAME_COLUMNS 16 /* that a name has at least */
#define BAR 12
#define DOT 5.5
#define THINNEST 1.0
#define THICKEST 9.0

/* Each layer has a lane, from its own row to that of the last layer that reads it. */
struct graph_lanes {
    guint *of;        /* by row */
    guint *last;      /* by row: the last row that reads it */
    GArray *holders;  /* guint by lane: the row that it belongs to */
    double top, left; /* of the first row and lane */
};

struct graph *graph_new(const char *title)
{
    struct graph *graph = g_new0(struct graph, 1);

    graph->title = title;
    graph->notes = g_ptr_array_new_with_free_func(g_free);
    graph->rows = g_array_new(FALSE, TRUE, sizeof(struct graph_row));
    graph->lines = g_array_new(FALSE, TRUE, sizeof(struct graph_line));
    return graph;
}

void graph_free(struct graph *graph)
{
    if (!graph)
        return;
    for (guint r = 0; r < graph->rows->len; r++) {
        struct graph_row *row = &g_array_index(graph->rows, struct graph_row, r);

        g_free(row->before);
        g_free(row->name);
        g_free(row->after);
        for (int c = 0; c < GRAPH_CELLS; c++)
            g_free(row->cells[c]);
    }
    g_ptr_array_unref(graph->notes);
    g_array_unref(graph->rows);
    g_array_unref(graph->lines);
    g_free(graph);
}

static guint choose_lane(struct graph_lanes *lanes, guint row)
{
    guint lane = 0;

    while (lane < lanes->holders->len && lanes->last[g_array_index(lanes->holders, guint, lane)] > row)
        lane++;
    if (lane == lanes->holders->len)
        g_array_append_val(lanes->holders, row);
    g_array_index(lanes->holders, guint, lane) = row;
    return lane;
}

static struct graph_lanes lanes_new(const struct graph *graph)
{
    guint n = graph->rows->len;
    struct graph_lanes lanes = { .of = g_new0(guint, n + 1), .last = g_new0(guint, n + 1) };

    lanes.holders = g_array_new(FALSE, FALSE, sizeof(guint));
    lanes.left = MARGIN + DOT;
    for (guint r = 0; r < n; r++)
        lanes.last[r] = r;
    for (guint l = 0; l < graph->lines->len; l++) {
        const struct graph_line *line = &g_array_index(graph->lines, struct graph_line, l);

        lanes.last[line->from] = MAX(lanes.last[line->from], line->to);
    }
    for (guint r = 0; r < n; r++)
        lanes.of[r] = choose_lane(&lanes, r);
    return lanes;
}

static void lanes_clear(struct graph_lanes *lanes)
{
    g_free(lanes->of);
    g_free(lanes->last);
    g_array_unref(lanes->holders);
}

static double lane_x(const struct graph_lanes *lanes, guint row)
{
    return lanes->left + LANE * (double)lanes->of[row];
}

static double row_y(const struct graph_lanes *lanes, guint row)
{
    return lanes->top + ROW * ((double)row + 0.5);
}

/* A line runs down in the lane of the layer that is read, and crosses to the reader's lane in the reader's row. */
static void draw_line(GString *to, const struct graph *graph, const struct graph_lanes *lanes,
                      const struct graph_line *line)
{
    double strength = g_array_index(graph->rows, struct graph_row, line->from).line;
    double x1 = lane_x(lanes, line->from), x2 = lane_x(lanes, line->to);
    double y1 = row_y(lanes, line->from), y2 = row_y(lanes, line->to);

    g_string_append_printf(to, "<path class=\"%s\"", strength > 0 ? "flow" : "idle");
    svg_number(to, " stroke-width=\"", strength > 0 ? THINNEST + (THICKEST - THINNEST) * strength : THINNEST);
    svg_number(to, "\" d=\"M", x1);
    svg_number(to, " ", y1);
    svg_number(to, " V", y2 - ROW);
    svg_number(to, " C", x1);
    svg_number(to, " ", y2 - ROW / 2.0);
    svg_number(to, " ", x2);
    svg_number(to, " ", y2 - ROW / 2.0);
    svg_number(to, " ", x2);
    svg_number(to, " ", y2);
    g_string_append(to, "\"/>\n");
}

static void draw_dot(GString *to, const struct graph_row *row, double x, double y)
{
    static const char *const classes[GRAPH_MARKS] = { "untouched", "struck", "changed", "masked" };

    svg_number(to, "<circle cx=\"", x);
    svg_number(to, "\" cy=\"", y);
    svg_number(to, "\" r=\"", DOT);
    g_string_append_printf(to, "\" class=\"%s\"/>\n", classes[row->mark]);
}

/* "12 …/conv2d_1/BiasAdd (Conv)": the labels of all rows, their names shortened where there is no room. */
static char **labels_of(const struct graph *graph)
{
    guint n = graph->rows->len;
    g_auto(GStrv) names = g_new0(char *, n + 1);
    char **labels = g_new0(char *, n + 1);
    int room = LABEL_COLUMNS;

    for (guint r = 0; r < n; r++) {
        const struct graph_row *row = &g_array_index(graph->rows, struct graph_row, r);

        names[r] = printable(row->name);
        room = MIN(room, LABEL_COLUMNS - text_columns(row->before) - text_columns(row->after));
    }
    elide_all(names, n, MAX(room, NAME_COLUMNS));
    for (guint r = 0; r < n; r++) {
        const struct graph_row *row = &g_array_index(graph->rows, struct graph_row, r);

        labels[r] = g_strconcat(row->before, names[r], row->after, NULL);
    }
    return labels;
}

static void draw_row(GString *to, const struct graph *graph, const struct graph_lanes *lanes, guint r, double labels,
                     const char *label)
{
    const struct graph_row *row = &g_array_index(graph->rows, struct graph_row, r);
    double y = row_y(lanes, r), bars = labels + LABELS, cells = bars + BARS;

    draw_dot(to, row, lane_x(lanes, r), y);
    svg_text(to, labels, y + 4, row->mark == GRAPH_UNTOUCHED ? "quiet" : "label", label);
    if (row->pale >= 0 && row->bar >= 0) {
        svg_rectangle(to, bars, y - BAR / 2.0, BARS * row->pale, BAR, "pale");
        svg_rectangle(to, bars, y - BAR / 2.0, BARS * row->bar, BAR, "bar");
    }
    for (int c = 0; c < GRAPH_CELLS; c++)
        if (row->cells[c])
            svg_text(to, cells + CELL * (c + 1), y + 4, "cell", row->cells[c]);
}

static void draw_head(GString *to, const struct graph *graph, double top, double labels)
{
    double bars = labels + LABELS;

    svg_text(to, MARGIN, 28, "title", graph->title);
    for (guint n = 0; n < graph->notes->len; n++)
        svg_text(to, MARGIN, 50 + NOTE * (double)n, "quiet", graph->notes->pdata[n]);
    if (graph->bar)
        svg_text(to, bars, top - 8, "head", graph->bar);
    for (int c = 0; c < GRAPH_CELLS; c++)
        if (graph->headings[c])
            svg_text(to, bars + BARS + CELL * (c + 1), top - 8, "head end", graph->headings[c]);
}

static const char rules[] =
    "text{font:12px sans-serif;fill:" SVG_BLACK "}.title{font-size:15px;font-weight:bold}.quiet{fill:" SVG_GREY "}"
    ".cell,.end{text-anchor:end}.head{fill:" SVG_GREY ";font-size:11px}.pale{fill:" SVG_PALE_RED "}"
    ".bar{fill:" SVG_RED "}path{fill:none;stroke-linecap:round}.flow{stroke:" SVG_RED ";stroke-opacity:0.75}"
    ".idle{stroke:" SVG_PALE_GREY "}circle{stroke:#fff;stroke-width:1.5}.untouched{fill:" SVG_PALE_GREY "}"
    ".struck{fill:" SVG_BLACK "}.changed{fill:" SVG_RED "}.masked{fill:" SVG_GREEN "}";

char *graph_draw(const struct graph *graph)
{
    GString *to = g_string_new(NULL);
    struct graph_lanes lanes = lanes_new(graph);
    double labels = lanes.left + LANE * (double)lanes.holders->len + 4;
    g_auto(GStrv) shown = labels_of(graph);
    int cells = 0;

    for (int c = 0; c < GRAPH_CELLS; c++)
        cells += graph->headings[c] != NULL;
    lanes.top = 50 + NOTE * (double)graph->notes->len + 24;
    svg_begin(to, (int)labels + LABELS + BARS + CELL * cells + MARGIN, (int)row_y(&lanes, graph->rows->len) + MARGIN,
              rules);
    draw_head(to, graph, lanes.top, labels);
    for (guint l = 0; l < graph->lines->len; l++)
        draw_line(to, graph, &lanes, &g_array_index(graph->lines, struct graph_line, l));
    for (guint r = 0; r < graph->rows->len; r++)
        draw_row(to, graph, &lanes, r, labels, shown[r]);
    lanes_clear(&lanes);
    svg_end(to);
    return g_string_free(to, FALSE);
}
