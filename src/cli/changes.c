#include "cli/changes.h"

#include <math.h>
#include <string.h>

gboolean change_at(const struct change *change, size_t i)
{
    size_t size = element_size(change->golden.type);

    return memcmp((const char *)change->golden.data + i * size, (const char *)change->faulty->data + i * size, size) !=
           0;
}

char *index_text(const struct tensor *tensor, size_t i)
{
    GString *text = g_string_new("[");
    size_t below = tensor->count;

    for (int d = 0; d < tensor->rank; d++) {
        below /= (size_t)tensor->dims[d];
        g_string_append_printf(text, "%s%zu", d > 0 ? "," : "", i / below);
        i %= below;
    }
    return g_string_free(g_string_append_c(text, ']'), FALSE);
}

static void measure_element(struct change *change, size_t i)
{
    double golden = tensor_element_as_double(&change->golden, i), faulty = tensor_element_as_double(change->faulty, i);
    double distance = golden == faulty ? 0 : fabs(faulty - golden);
    double relative = distance == 0 ? 0 : distance / fabs(golden);

    if (change->changed++ == 0)
        change->first = i;
    /* NaN stays once it is there. */
    if (!(distance <= change->largest))
        change->largest = distance;
    if (!(relative <= change->largest_relative))
        change->largest_relative = relative;
}

static void measure(struct change *change)
{
    for (size_t i = 0; i < change->golden.count; i++)
        if (change_at(change, i))
            measure_element(change, i);
}

/* Whether the layer was struck or reads what has changed. */
static gboolean is_reached(const struct replay *replay, const struct layer *layer, const gboolean *changed)
{
    const GArray *sites = replay->session->machine->sites;

    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i] >= 0 && changed[layer->inputs[i]])
            return TRUE;
    for (int i = 0; i < replay->trial->n_injections; i++)
        if (g_array_index(sites, struct site, replay->trial->injections[i].site).layer == layer->number)
            return TRUE;
    return FALSE;
}

static void add_output(GArray *changes, const struct replay *replay, const struct layer *layer, int output,
                       gboolean *changed)
{
    const struct session *session = replay->session;
    const struct memory *memory = session->golden[replay->trial->input]->memory;
    int value = layer->outputs[output];
    struct change change = { .layer = layer, .output = output, .reached = is_reached(replay, layer, changed) };

    if (value < 0 || !replay->values->pdata[value])
        return;
    change.golden = machine_view(session->machine, (unsigned char *)memory->golden, value);
    change.faulty = replay->values->pdata[value];
    measure(&change);
    changed[value] = change.changed > 0;
    g_array_append_val(changes, change);
}

GArray *changes_find(const struct replay *replay)
{
    const struct model *model = replay->session->model;
    GArray *changes = g_array_new(FALSE, TRUE, sizeof(struct change));
    g_autofree gboolean *changed = g_new0(gboolean, model->values->len + 1);

    for (guint l = 1; l <= model->layers->len; l++)
        for (int o = 0; o < model_layer(model, (int)l)->n_outputs; o++)
            add_output(changes, replay, model_layer(model, (int)l), o, changed);
    return changes;
}

const struct layer *changes_masked_in(const struct replay *replay, const GArray *changes)
{
    const GArray *outputs = replay->session->model->outputs;
    const struct layer *last = NULL;

    for (guint c = 0; c < changes->len; c++) {
        const struct change *change = &g_array_index(changes, struct change, c);

        if (change->reached)
            last = change->changed == 0 ? change->layer : NULL;
        for (guint o = 0; change->changed > 0 && o < outputs->len; o++)
            if (g_array_index(outputs, int, o) == change->layer->outputs[change->output])
                return NULL;
    }
    return last;
}
