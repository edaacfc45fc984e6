#include "report/trial/replay_picture.h"

#include "engine/model/propagation.h"
#include "ops/ops.h"
#include "report/graph.h"

/* What the fault did to all outputs of a layer together. */
struct layer_total {
    gboolean reached, struck;
    uint64_t changed, one_bit, elements;
    double largest;
};

static gboolean is_struck(const struct model_trial *shown, int layer)
{
    const struct trial *trial = shown->trial;

    for (int i = 0; i < trial->n_injections; i++)
        if (g_array_index(shown->machine->sites, struct site, trial->injections[i].site).layer == layer)
            return TRUE;
    return FALSE;
}

static struct layer_total total_of(const struct model_trial *shown, const struct layer *layer)
{
    const struct machine *machine = shown->machine;
    struct layer_total total = { .struck = is_struck(shown, layer->number) };

    for (int o = 0; o < layer->n_outputs; o++)
        if (layer->outputs[o] >= 0)
            total.elements += machine_view(machine, NULL, layer->outputs[o]).count;
    for (int c = 0; c < shown->trial->n_changes; c++) {
        const struct change *change = &shown->trial->changes[c];

        if (change->layer != layer->number)
            continue;
        total.reached = TRUE;
        total.changed += change->changed;
        total.one_bit += change->one_bit;
        if (!(change->largest <= total.largest))
            total.largest = change->largest;
    }
    return total;
}

static void add_row(struct graph *graph, const struct model_trial *shown, const struct layer *layer)
{
    struct layer_total total = total_of(shown, layer);
    double part = total.elements > 0 ? (double)total.changed / (double)total.elements : 0;
    struct graph_row row = {
        .before = g_strdup_printf("%s%d ", total.struck ? "fault → " : "", layer->number),
        .name = g_strdup(layer->name),
        .after = g_strdup_printf(" (%s)", layer->operator->type),
        .mark = total.changed > 0 ? total.struck ? GRAPH_STRUCK : GRAPH_CHANGED
                : total.reached   ? GRAPH_MASKED
                                  : GRAPH_UNTOUCHED,
        .line = total.changed > 0 ? 0.25 : 0,
        .pale = total.changed > 0 ? 1 : -1,
        .bar = part,
    };

    if (total.reached)
        row.cells[0] = total.changed > 0 ? g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, total.changed,
                                                           total.elements)
                                         : g_strdup("masked");
    if (total.changed > 0) {
        row.cells[1] = g_strdup_printf("%" G_GUINT64_FORMAT, total.one_bit);
        row.cells[2] = g_strdup_printf("%.4g", total.largest);
    }
    g_array_append_val(graph->rows, row);
}

static void add_lines(struct graph *graph, const struct model *model, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++) {
        const struct value *value = model_value(model, layer->inputs[i]);
        struct graph_line line = { 0, (guint)layer->number - 1 };

        if (!value || value->producer < 1)
            continue;
        line.from = (guint)value->producer - 1;
        g_array_append_val(graph->lines, line);
    }
}

static void add_notes(struct graph *graph, const struct model_trial *shown)
{
    const struct trial *trial = shown->trial;
    const struct model *model = shown->model;
    int masked = trial_masked_in(trial);

    g_ptr_array_add(graph->notes,
                    masked ? g_strdup_printf("%s: masked in layer %d, %s, whose output has the golden run's bits.",
                                             outcome_names[trial->outcome], masked, model_layer(model, masked)->name)
                           : g_strdup_printf("%s", outcome_names[trial->outcome]));
    g_ptr_array_add(graph->notes,
                    g_strdup("Black: struck, red: output changed, green: masked, grey: not reached. Bars: "
                             "share of the output's elements that differ."));
}

char *replay_draw(const struct model_trial *shown)
{
    g_autofree char *title = g_strdup_printf("Trial %" G_GUINT64_FORMAT, shown->trial->number);
    g_autoptr(graph_t) graph = graph_new(title);
    const struct model *model = shown->model;

    graph->bar = "elements that differ, 0 to 100 %";
    graph->headings[0] = "changed";
    graph->headings[1] = "by one bit";
    graph->headings[2] = "largest change";
    add_notes(graph, shown);
    for (int l = 1; l <= (int)model->layers->len; l++) {
        add_row(graph, shown, model_layer(model, l));
        add_lines(graph, model, model_layer(model, l));
    }
    return graph_draw(graph);
}
