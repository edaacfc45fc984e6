#include "report/graph.h"

#define ROW 24
#define LANE 18
#define MARGIN 20
#define LABELS 290
#define BARS 200
#define CELL 112
#define NOTE 16
#define LABEL_LETTERS 42
#define BAR 12
#define DOT 5.5
#define THINNEST 1.0
#define THICKEST 9.0

/* Each layer lies in a lane, which stays its own until the last layer that reads it. */
struct lanes {
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

        g_free(row->label);
        for (int c = 0; c < GRAPH_CELLS; c++)
            g_free(row->cells[c]);
    }
    g_ptr_array_unref(graph->notes);
    g_array_unref(graph->rows);
    g_array_unref(graph->lines);
    g_free(graph);
}

static guint choose_lane(struct lanes *lanes, guint row)
{
    guint lane = 0;

    while (lane < lanes->holders->len && lanes->last[g_array_index(lanes->holders, guint, lane)] > row)
        lane++;
    if (lane == lanes->holders->len)
        g_array_append_val(lanes->holders, row);
    g_array_index(lanes->holders, guint, lane) = row;
    return lane;
}

static struct lanes lanes_new(const struct graph *graph)
{
    guint n = graph->rows->len;
    struct lanes lanes = { .of = g_new0(guint, n + 1), .last = g_new0(guint, n + 1) };

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

static void lanes_clear(struct lanes *lanes)
{
    g_free(lanes->of);
    g_free(lanes->last);
    g_array_unref(lanes->holders);
}

/* A number with a point, whatever the locale. */
static void number(GString *to, const char *before, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(to, "%s%s", before, g_ascii_formatd(text, sizeof(text), "%.1f", value));
}

static void text(GString *to, double x, double y, const char *class, const char *content)
{
    g_autofree char *escaped = g_markup_escape_text(content, -1);

    number(to, "<text x=\"", x);
    number(to, "\" y=\"", y);
    g_string_append_printf(to, "\" class=\"%s\">%s</text>\n", class, escaped);
}

static void rectangle(GString *to, double x, double y, double width, const char *class)
{
    number(to, "<rect x=\"", x);
    number(to, "\" y=\"", y);
    number(to, "\" width=\"", width);
    g_string_append_printf(to, "\" height=\"%d\" class=\"%s\"/>\n", BAR, class);
}

static double lane_x(const struct lanes *lanes, guint row)
{
    return lanes->left + LANE * (double)lanes->of[row];
}

static double row_y(const struct lanes *lanes, guint row)
{
    return lanes->top + ROW * ((double)row + 0.5);
}

/* Down in the lane of the layer that is read, and over to the reader in the last row. */
static void draw_line(GString *to, const struct graph *graph, const struct lanes *lanes, const struct graph_line *line)
{
    double strength = g_array_index(graph->rows, struct graph_row, line->from).line;
    double x1 = lane_x(lanes, line->from), x2 = lane_x(lanes, line->to);
    double y1 = row_y(lanes, line->from), y2 = row_y(lanes, line->to);

    g_string_append_printf(to, "<path class=\"%s\"", strength > 0 ? "flow" : "idle");
    number(to, " stroke-width=\"", strength > 0 ? THINNEST + (THICKEST - THINNEST) * strength : THINNEST);
    number(to, "\" d=\"M", x1);
    number(to, " ", y1);
    number(to, " V", y2 - ROW);
    number(to, " C", x1);
    number(to, " ", y2 - ROW / 2.0);
    number(to, " ", x2);
    number(to, " ", y2 - ROW / 2.0);
    number(to, " ", x2);
    number(to, " ", y2);
    g_string_append(to, "\"/>\n");
}

static void draw_dot(GString *to, const struct graph_row *row, double x, double y)
{
    static const char *const classes[GRAPH_MARKS] = { "untouched", "struck", "changed", "masked" };

    number(to, "<circle cx=\"", x);
    number(to, "\" cy=\"", y);
    number(to, "\" r=\"", DOT);
    g_string_append_printf(to, "\" class=\"%s\"/>\n", classes[row->mark]);
}

static char *shortened(const char *label)
{
    g_autofree char *start = NULL;

    if (g_utf8_strlen(label, -1) <= LABEL_LETTERS)
        return g_strdup(label);
    start = g_utf8_substring(label, 0, LABEL_LETTERS - 1);
    return g_strconcat(start, "…", NULL);
}

static void draw_row(GString *to, const struct graph *graph, const struct lanes *lanes, guint r, double labels)
{
    const struct graph_row *row = &g_array_index(graph->rows, struct graph_row, r);
    g_autofree char *label = shortened(row->label);
    double y = row_y(lanes, r), bars = labels + LABELS, cells = bars + BARS;

    draw_dot(to, row, lane_x(lanes, r), y);
    text(to, labels, y + 4, row->mark == GRAPH_UNTOUCHED ? "quiet" : "label", label);
    if (row->pale >= 0 && row->bar >= 0) {
        rectangle(to, bars, y - BAR / 2.0, BARS * row->pale, "pale");
        rectangle(to, bars, y - BAR / 2.0, BARS * row->bar, "bar");
    }
    for (int c = 0; c < GRAPH_CELLS; c++)
        if (row->cells[c])
            text(to, cells + CELL * (c + 1), y + 4, "cell", row->cells[c]);
}

static void draw_head(GString *to, const struct graph *graph, double top, double labels)
{
    double bars = labels + LABELS;

    text(to, MARGIN, 28, "title", graph->title);
    for (guint n = 0; n < graph->notes->len; n++)
        text(to, MARGIN, 50 + NOTE * (double)n, "quiet", graph->notes->pdata[n]);
    if (graph->bar)
        text(to, bars, top - 8, "head", graph->bar);
    for (int c = 0; c < GRAPH_CELLS; c++)
        if (graph->headings[c])
            text(to, bars + BARS + CELL * (c + 1), top - 8, "head end", graph->headings[c]);
}

static const char style[] =
    "<style>text{font:12px sans-serif;fill:#222}.title{font-size:15px;font-weight:bold}.quiet{fill:#666}"
    ".cell,.end{text-anchor:end}.head{fill:#666;font-size:11px}.pale{fill:#f2c9cd}.bar{fill:#d1495b}"
    "path{fill:none;stroke-linecap:round}.flow{stroke:#d1495b;stroke-opacity:0.75}.idle{stroke:#bbb}"
    "circle{stroke:#fff;stroke-width:1.5}.untouched{fill:#bbb}.struck{fill:#222}.changed{fill:#d1495b}"
    ".masked{fill:#2e8b57}</style>\n";

char *graph_draw(const struct graph *graph)
{
    GString *to = g_string_new(NULL);
    struct lanes lanes = lanes_new(graph);
    double labels = lanes.left + LANE * (double)lanes.holders->len + 4;
    int width, height, cells = 0;

    for (int c = 0; c < GRAPH_CELLS; c++)
        cells += graph->headings[c] != NULL;
    lanes.top = 50 + NOTE * (double)graph->notes->len + 24;
    width = (int)labels + LABELS + BARS + CELL * cells + MARGIN;
    height = (int)row_y(&lanes, graph->rows->len) + MARGIN;
    g_string_append_printf(
        to,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
        "%s<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
        width, height, width, height, style);
    draw_head(to, graph, lanes.top, labels);
    for (guint l = 0; l < graph->lines->len; l++)
        draw_line(to, graph, &lanes, &g_array_index(graph->lines, struct graph_line, l));
    for (guint r = 0; r < graph->rows->len; r++)
        draw_row(to, graph, &lanes, r, labels);
    lanes_clear(&lanes);
    return g_string_free(g_string_append(to, "</svg>\n"), FALSE);
}
