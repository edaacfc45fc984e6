#include "engine/model/grain/consumers.h"

#include "ops/ops.h"

static void init(struct route *route, const struct machine *machine, int number)
{
    const struct value *value = model_value(machine->model, number);

    layout_init(&route->layout, value);
    box_whole(value->rank, value->dims, &route->whole);
    route->octets = machine_value_size(machine, number);
    route->consumers = g_array_new(FALSE, FALSE, sizeof(struct consumer));
}

struct route *routes_new(const struct machine *machine)
{
    const struct model *model = machine->model;
    struct route *routes = g_new0(struct route, model->values->len + 1);

    for (guint v = 0; v < model->values->len; v++)
        init(&routes[v], machine, (int)v);
    for (int l = 1; l <= (int)model->layers->len; l++) {
        const struct layer *layer = model_layer(model, l);

        for (int i = 0; i < layer->n_inputs; i++) {
            struct consumer consumer = { l, i };

            if (layer->inputs[i] >= 0)
                g_array_append_val(routes[layer->inputs[i]].consumers, consumer);
        }
    }
    for (guint o = 0; o < model->outputs->len; o++)
        routes[g_array_index(model->outputs, int, o)].is_output = TRUE;
    return routes;
}

void routes_free(struct route *routes, const struct machine *machine)
{
    for (guint v = 0; v < machine->model->values->len; v++)
        g_array_unref(routes[v].consumers);
    g_free(routes);
}
