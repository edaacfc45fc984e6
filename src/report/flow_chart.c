/* DIR/graphs/propagation.svg. */
#include "report/flow.h"

#include "report/graph.h"
#include "report/text.h"

static double share(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

/* The busiest layer's lines are the thickest. */
static double highest_share(const struct flow *flow)
{
    double highest = 0;

    for (guint l = 0; l < flow->layers->len; l++)
        highest = MAX(highest, share(flow_get(flow, l)->all.faults, flow->faults));
    return highest;
}

static void add_row(struct graph *graph, const struct flow *flow, const struct flow_layer *layer, double highest)
{
    double out = share(layer->all.faults, flow->faults);
    struct graph_row row = {
        .before = g_strdup_printf("%d ", layer->number),
        .name = g_strdup(layer->name),
        .after = g_strdup_printf(" (%s)", layer->type),
        .mark = layer->reached == 0      ? GRAPH_UNTOUCHED
                : layer->all.faults == 0 ? GRAPH_MASKED
                                         : GRAPH_CHANGED,
        .line = highest > 0 ? out / highest : 0,
        .pale = share(layer->reached, flow->faults),
        .bar = out,
    };

    if (layer->reached > 0) {
        row.cells[0] = format_percentage(row.pale, 1);
        row.cells[1] = format_percentage(share(layer->masked, flow->faults), 1);
        row.cells[2] = format_percentage(out, 1);
    }
    if (layer->all.faults > 0)
        row.cells[3] = g_strdup_printf("%.*f of %" G_GUINT64_FORMAT, layer->all.mean < 100 ? 1 : 0, layer->all.mean,
                                       layer->elements);
    g_array_append_val(graph->rows, row);
}

static void add_notes(struct graph *graph, const struct flow *flow)
{
    g_ptr_array_add(graph->notes, g_strdup_printf("%" G_GUINT64_FORMAT
                                                  " activated faults: %.1f %% reached the output of the layer that "
                                                  "they struck, %.1f %% an output of the model.",
                                                  flow->faults, 100 * share(flow->struck.faults, flow->faults),
                                                  100 * share(flow->output.faults, flow->faults)));
    g_ptr_array_add(graph->notes,
                    g_strdup("Pale: faults that reached the layer; red, and the width of lines: that "
                             "changed its output. Corrupted: elements that differ, on average of these."));
}

char *flow_draw(const struct flow *flow)
{
    g_autoptr(graph_t) graph = graph_new("How faults travelled");
    double highest = highest_share(flow);

    graph->bar = "faults, 0 to 100 %";
    graph->headings[0] = "reached";
    graph->headings[1] = "masked here";
    graph->headings[2] = "changed output";
    graph->headings[3] = "corrupted";
    add_notes(graph, flow);
    for (guint l = 0; l < flow->layers->len; l++)
        add_row(graph, flow, flow_get(flow, l), highest);
    for (guint e = 0; e < flow->edges->len; e++) {
        const struct flow_edge *edge = &g_array_index(flow->edges, struct flow_edge, e);
        struct graph_line line = { (guint)edge->from - 1, (guint)edge->to - 1 };

        g_array_append_val(graph->lines, line);
    }
    return graph_draw(graph);
}
