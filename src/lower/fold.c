/* Values that are known while a model is lowered: constants, and what is computed from them and from given inputs. */
#include "lower/lowering.h"

#include "base/errors.h"
#include "kernels/native.h"

/* The most bytes of one folded tensor, and of all. Larger ones are computed at run time: tensors that decide shapes are
 * small. */
#define FOLD_LIMIT ((size_t)1 << 26)
#define FOLD_TOTAL ((size_t)1 << 30)

struct tensor *op_new_tensor(struct op_node *node, enum element type, int rank, const int64_t *dims, GError **error)
{
    struct lowering *lowering = node->lowering;
    size_t count, size;

    if (!tensor_measure(type, rank, dims, &count, &size, error))
        return NULL;
    if (size > FOLD_LIMIT || lowering->evaluated + size > FOLD_TOTAL) {
        g_autofree char *shape = shape_to_string(rank, dims);

        op_error(node, error, "a constant of shape %s is too large to be computed beforehand", shape);
        return NULL;
    }
    lowering->evaluated += size;
    return tensor_new(type, rank, dims, error);
}

static size_t value_size(const struct value *value)
{
    size_t count = 0, size = 0;

    return tensor_measure(value->type, value->rank, value->dims, &count, &size, NULL) ? size : G_MAXSIZE;
}

/* Bytes of a layer's outputs, G_MAXSIZE where one is too large. */
static size_t outputs_size(const struct lowering *lowering, const struct layer *layer)
{
    size_t total = 0;

    for (int i = 0; i < layer->n_outputs; i++) {
        const struct value *value = model_value(lowering->model, layer->outputs[i]);
        size_t size = value ? value_size(value) : 0;

        if (size > FOLD_LIMIT)
            return G_MAXSIZE;
        total += size;
    }
    return lowering->evaluated + total > FOLD_TOTAL ? G_MAXSIZE : total;
}

static struct tensor *known(const struct lowering *lowering, int number)
{
    const struct value *value = model_value(lowering->model, number);

    if (!value)
        return NULL;
    return value->constant ? value->constant : lowering->known->pdata[number];
}

/* Runs a layer's native kernel over whole tensors, all of whose inputs are known. */
static gboolean evaluate(struct lowering *lowering, const struct layer *layer, GError **error)
{
    g_autofree const void **in = g_new0(const void *, layer->n_inputs + 1);
    g_autofree void **out = g_new0(void *, layer->n_outputs + 1);
    size_t size = outputs_size(lowering, layer);
    struct box box;

    if (size == G_MAXSIZE) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_UNSUPPORTED,
                    "shapes depend on layer '%s', whose output is too large to be computed beforehand", layer->name);
        return FALSE;
    }
    lowering->evaluated += size;
    for (int i = 0; i < layer->n_inputs; i++)
        in[i] = layer->inputs[i] < 0 ? NULL : known(lowering, layer->inputs[i])->data;
    for (int i = 0; i < layer->n_outputs; i++) {
        const struct value *value = model_value(lowering->model, layer->outputs[i]);
        struct tensor *tensor = value ? tensor_new(value->type, value->rank, value->dims, error) : NULL;

        if (value && !tensor)
            return FALSE;
        if (!tensor)
            continue;
        out[i] = tensor->data;
        tensor_free(lowering->known->pdata[layer->outputs[i]]);
        lowering->known->pdata[layer->outputs[i]] = tensor;
    }
    box_whole(layer->space_rank, layer->space, &box);
    if (!box_is_empty(layer->space_rank, &box))
        kernel_native(layer->kernel)(layer->params, in, out, &box);
    return TRUE;
}

gboolean lowering_can_fold(const struct lowering *lowering, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++) {
        const struct value *value = model_value(lowering->model, layer->inputs[i]);

        if (value && !value->constant)
            return FALSE;
    }
    return outputs_size(lowering, layer) < G_MAXSIZE;
}

gboolean lowering_fold(struct lowering *lowering, const struct layer *layer, GError **error)
{
    if (!evaluate(lowering, layer, error))
        return FALSE;
    for (int i = 0; i < layer->n_outputs; i++) {
        struct value *value = model_value(lowering->model, layer->outputs[i]);

        if (!value)
            continue;
        value->constant = g_steal_pointer(&lowering->known->pdata[layer->outputs[i]]);
        value->folded = TRUE;
    }
    return TRUE;
}

/* A graph input is known if it was given. All inputs of the campaign must then agree on it. */
static gboolean fix_input(struct lowering *lowering, int number, GError **error)
{
    const GArray *inputs = lowering->model->inputs;

    for (guint i = 0; i < inputs->len; i++) {
        if (g_array_index(inputs, int, i) != number)
            continue;
        if (!lowering->inputs || !lowering->inputs[i])
            break;
        lowering->known->pdata[number] = tensor_copy(lowering->inputs[i]);
        g_array_append_val(lowering->model->fixed, number);
        return TRUE;
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "the shapes of the model depend on the content of its input '%s': give it as an input",
                model_value(lowering->model, number)->name);
    return FALSE;
}

/* The numbers of the layers that must be computed for a value; graph inputs on the way are fixed. */
static gboolean collect(struct lowering *lowering, int number, GArray *layers, GError **error)
{
    g_autoptr(GArray) todo = g_array_new(FALSE, FALSE, sizeof(int));
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    g_array_append_val(todo, number);
    while (todo->len > 0) {
        int next = g_array_index(todo, int, todo->len - 1);
        int producer = model_value(lowering->model, next)->producer;
        const struct layer *layer;

        g_array_set_size(todo, todo->len - 1);
        if (known(lowering, next))
            continue;
        if (producer <= 0 && !fix_input(lowering, next, error))
            return FALSE;
        if (producer <= 0 || !g_hash_table_add(seen, GINT_TO_POINTER(producer)))
            continue;
        g_array_append_val(layers, producer);
        layer = model_layer(lowering->model, producer);
        for (int i = 0; i < layer->n_inputs; i++)
            if (layer->inputs[i] >= 0)
                g_array_append_val(todo, layer->inputs[i]);
    }
    return TRUE;
}

static gint compare_numbers(gconstpointer a, gconstpointer b)
{
    return *(const int *)a - *(const int *)b;
}

const struct tensor *lowering_content(struct lowering *lowering, int number, GError **error)
{
    g_autoptr(GArray) layers = g_array_new(FALSE, FALSE, sizeof(int));

    if (!collect(lowering, number, layers, error))
        return NULL;
    g_array_sort(layers, compare_numbers);
    for (guint l = 0; l < layers->len; l++)
        if (!evaluate(lowering, model_layer(lowering->model, g_array_index(layers, int, l)), error))
            return NULL;
    return known(lowering, number);
}
