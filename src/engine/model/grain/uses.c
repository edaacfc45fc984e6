#include "engine/model/grain/uses.h"

#include "ops/ops.h"

static void init(struct value_use *value_use, const struct machine *machine, int number)
{
    const struct value *value = model_value(machine->model, number);

    layout_init(&value_use->layout, value);
    box_whole(value->rank, value->dims, &value_use->whole);
    value_use->bytes = machine_value_size(machine, number);
    value_use->consumers = g_array_new(FALSE, FALSE, sizeof(struct consumer));
}

struct value_use *uses_new(const struct machine *machine)
{
    const struct model *model = machine->model;
    struct value_use *uses = g_new0(struct value_use, model->values->len + 1);

    for (guint v = 0; v < model->values->len; v++)
        init(&uses[v], machine, (int)v);
    for (int l = 1; l <= (int)model->layers->len; l++) {
        const struct layer *layer = model_layer(model, l);

        for (int i = 0; i < layer->n_inputs; i++) {
            struct consumer consumer = { l, i };

            if (layer->inputs[i] >= 0)
                g_array_append_val(uses[layer->inputs[i]].consumers, consumer);
        }
    }
    for (guint o = 0; o < model->outputs->len; o++)
        uses[g_array_index(model->outputs, int, o)].is_output = TRUE;
    return uses;
}

void uses_free(struct value_use *uses, const struct machine *machine)
{
    for (guint v = 0; v < machine->model->values->len; v++)
        g_array_unref(uses[v].consumers);
    g_free(uses);
}
