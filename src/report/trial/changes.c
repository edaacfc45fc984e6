#include "report/trial/changes.h"

#include <string.h>

gboolean differs_at(const struct reached_output *comparison, size_t i)
{
    size_t size = element_size(comparison->golden.type);

    return memcmp((const char *)comparison->golden.data + i * size, (const char *)comparison->faulty->data + i * size,
                  size) != 0;
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

GArray *comparisons_new(const struct model_trial *shown)
{
    const struct memory *memory = shown->golden->memory;
    GArray *comparisons = g_array_new(FALSE, TRUE, sizeof(struct reached_output));

    for (int c = 0; c < shown->trial->n_changes; c++) {
        const struct change *change = &shown->trial->changes[c];
        const struct layer *layer = model_layer(shown->model, change->layer);
        int value = layer->outputs[change->output];
        struct reached_output comparison = { change, layer,
                                             machine_view(shown->machine, (unsigned char *)memory->golden, value),
                                             shown->values->pdata[value] };

        /* A run that crashed may not have sent it. */
        if (comparison.faulty)
            g_array_append_val(comparisons, comparison);
    }
    return comparisons;
}
