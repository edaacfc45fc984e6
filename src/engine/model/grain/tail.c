#include "engine/model/grain/tail.h"

#include "engine/model/golden.h"
#include "ops/ops.h"

/* Together these layers execute at most so many instructions in scalar form, and write so many octets. */
#define MOST_INSTRUCTIONS 200000
#define MOST_OCTETS 8192

/* Whether it does no harm, whatever earlier layers give it. */
static gboolean trusts_its_inputs(const struct machine *machine, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i] >= 0 && !model_value(machine->model, layer->inputs[i])->constant &&
            (i >= 64 || !(machine->code[layer->number - 1].trusted_inputs >> i & 1)))
            return FALSE;
    return TRUE;
}

static void add_outputs(struct rest *rest, const struct machine *machine, const struct layer *layer)
{
    for (int o = 0; o < layer->n_outputs; o++) {
        size_t offset = layer->outputs[o] < 0 ? 0 : machine->offsets[layer->outputs[o]];

        if (layer->outputs[o] < 0)
            continue;
        rest->begin = MIN(rest->begin, offset);
        rest->end = MAX(rest->end, offset + machine_value_size(machine, layer->outputs[o]));
    }
}

/* Takes one more layer if that is not too much. */
static gboolean extend(struct rest *rest, const struct machine *machine, uint64_t *instructions)
{
    const struct layer *layer = model_layer(machine->model, rest->first - 1);
    struct rest longer = *rest;

    if (!machine->code[layer->number - 1].counts || !trusts_its_inputs(machine, layer))
        return FALSE;
    *instructions += profile_layer(machine, layer->number, NULL);
    longer.first--;
    add_outputs(&longer, machine, layer);
    if (*instructions > MOST_INSTRUCTIONS || (longer.end > longer.begin && longer.end - longer.begin > MOST_OCTETS))
        return FALSE;
    *rest = longer;
    return TRUE;
}

void rest_init(struct rest *rest, const struct machine *machine)
{
    int n = (int)machine->model->layers->len;
    uint64_t instructions = 0;

    *rest = (struct rest){ .first = n + 1, .begin = SIZE_MAX };
    while (rest->first > 1 && extend(rest, machine, &instructions))
        ;
    rest->whole = g_new(struct box, n + 1 - rest->first + 1);
    for (int l = rest->first; l <= n; l++) {
        const struct layer *layer = model_layer(machine->model, l);

        box_whole(layer->space_rank, layer->space, &rest->whole[l - rest->first]);
    }
}

void rest_clear(struct rest *rest)
{
    g_free(rest->whole);
}
