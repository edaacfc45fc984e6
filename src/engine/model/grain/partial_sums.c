#include "engine/model/grain/partial_sums.h"

#include "ops/ops.h"

/* Alignment: sums are floats or doubles, which are loaded in whole vectors. */
#define ALIGNMENT 64

static gboolean has_sums(const struct layer *layer, struct resume *resume)
{
    g_autofree void *params = g_memdup2(layer->params, layer->params_size);

    return layer->operator->resume && layer->operator->resume(layer, params, resume);
}

/* Computes one interval of terms after the other, each from the sums of the one before. */
static void compute_sums(const struct machine *machine, const struct layer *layer, const void **in, void **out,
                         struct resume *resume)
{
    size_t stretches = (size_t)((resume->terms - 1) / resume->stretch);
    struct box whole;

    resume->sums = g_aligned_alloc(MAX(stretches, 1) * (size_t)resume->width, sizeof(double), ALIGNMENT);
    box_whole(layer->space_rank, layer->space, &whole);
    in[layer->n_inputs] = resume;
    for (resume->end = resume->stretch; resume->end < resume->terms; resume->end += resume->stretch) {
        resume->first = resume->end - resume->stretch;
        machine->code[layer->number - 1].entry[FORM_FAST](in, out, &whole);
    }
    resume->first = 0;
    resume->end = resume->terms;
}

gboolean resume_init(struct resume *resume, const struct machine *machine, int number, const void **in, void **out)
{
    const struct layer *layer = model_layer(machine->model, number);

    if (!machine->code[number - 1].entry[FORM_FAST] || !has_sums(layer, resume))
        return FALSE;
    compute_sums(machine, layer, in, out, resume);
    return TRUE;
}

void resume_clear(struct resume *resume)
{
    g_aligned_free(resume->sums);
    resume->sums = NULL;
}

struct resume *partial_sums_new(const struct machine *machine, const void ***in, void ***out)
{
    guint n = machine->model->layers->len;
    struct resume *partial_sums = g_new0(struct resume, n + 1);

    for (guint l = 0; l < n; l++)
        resume_init(&partial_sums[l], machine, (int)l + 1, in[l], out[l]);
    return partial_sums;
}

void partial_sums_free(struct resume *partial_sums, const struct machine *machine)
{
    for (guint l = 0; l < machine->model->layers->len; l++)
        resume_clear(&partial_sums[l]);
    g_free(partial_sums);
}
