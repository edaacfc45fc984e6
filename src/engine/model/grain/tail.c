#include "engine/model/grain/tail.h"

#include "engine/model/golden.h"
#include "ops/ops.h"

/* The most instructions that these layers together execute in scalar form, and the most bytes that they write. */
#define MOST_INSTRUCTIONS 200000
#define MOST_BYTES 8192

/* Whether a layer is safe to run in this process with any input from earlier layers. */
static gboolean trusts_its_inputs(const struct machine *machine, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i] >= 0 && !model_value(machine->model, layer->inputs[i])->constant &&
            (i >= 64 || !(machine->code[layer->number - 1].trusted_inputs >> i & 1)))
            return FALSE;
    return TRUE;
}

static void add_outputs(struct tail *tail, const struct machine *machine, const struct layer *layer)
{
    for (int o = 0; o < layer->n_outputs; o++) {
        size_t offset = layer->outputs[o] < 0 ? 0 : machine->offsets[layer->outputs[o]];

        if (layer->outputs[o] < 0)
            continue;
        tail->begin = MIN(tail->begin, offset);
        tail->end = MAX(tail->end, offset + machine_value_size(machine, layer->outputs[o]));
    }
}

/* Adds one more layer if the limits allow it. */
static gboolean extend(struct tail *tail, const struct machine *machine, uint64_t *instructions)
{
    const struct layer *layer = model_layer(machine->model, tail->first - 1);
    struct tail longer = *tail;

    if (!machine->code[layer->number - 1].counts || !trusts_its_inputs(machine, layer))
        return FALSE;
    *instructions += profile_layer(machine, layer->number, NULL);
    longer.first--;
    add_outputs(&longer, machine, layer);
    if (*instructions > MOST_INSTRUCTIONS || (longer.end > longer.begin && longer.end - longer.begin > MOST_BYTES))
        return FALSE;
    *tail = longer;
    return TRUE;
}

void tail_init(struct tail *tail, const struct machine *machine)
{
    int n = (int)machine->model->layers->len;
    uint64_t instructions = 0;

    *tail = (struct tail){ .first = n + 1, .begin = SIZE_MAX };
    while (tail->first > 1 && extend(tail, machine, &instructions))
        ;
    tail->whole = g_new(struct box, n + 1 - tail->first + 1);
    for (int l = tail->first; l <= n; l++) {
        const struct layer *layer = model_layer(machine->model, l);

        box_whole(layer->space_rank, layer->space, &tail->whole[l - tail->first]);
    }
}

void tail_clear(struct tail *tail)
{
    g_free(tail->whole);
}
