/* The values of a model while it is lowered. */
#include "lower/lowering.h"

#include "base/errors.h"

#include <string.h>

int lowering_add_value(struct lowering *lowering, const char *name)
{
    struct value *value = g_new0(struct value, 1);
    int number = (int)lowering->model->values->len;

    value->name = *name ? g_strdup(name) : g_strdup_printf("value_%d", number);
    value->rank = value->producer = value->original = -1;
    g_ptr_array_add(lowering->model->values, value);
    g_ptr_array_add(lowering->known, NULL);
    if (*name)
        g_hash_table_insert(lowering->numbers, value->name, GINT_TO_POINTER(number + 1));
    return number;
}

int lowering_add_constant(struct lowering *lowering, const char *name, struct tensor *tensor)
{
    int number = lowering_add_value(lowering, name);
    struct value *value = model_value(lowering->model, number);

    value->type = tensor->type;
    value->rank = tensor->rank;
    memcpy(value->dims, tensor->dims, sizeof(value->dims));
    value->constant = tensor;
    lowering->total += tensor->size;
    return number;
}

int lowering_find(const struct lowering *lowering, const char *name)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(lowering->numbers, name)) - 1;
}

gboolean lowering_shape_value(struct lowering *lowering, int number, enum element type, int rank, const int64_t *dims,
                              GError **error)
{
    struct value *value = model_value(lowering->model, number);
    size_t count, size;

    if (!tensor_measure(type, rank, dims, &count, &size, error))
        return FALSE;
    if (size > TENSOR_MAX_SIZE - MIN(lowering->total, TENSOR_MAX_SIZE)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                    "the tensors of the model up to '%s' are larger than 64 GiB together", value->name);
        return FALSE;
    }
    lowering->total += size;
    value->type = type;
    value->rank = rank;
    for (int d = 0; d < rank; d++)
        value->dims[d] = dims[d];
    return TRUE;
}

/* Constants that no layer reads (they were folded, or laid out for a kernel) take no memory in the runs. */
void lowering_drop_unused(struct lowering *lowering)
{
    struct model *model = lowering->model;
    g_autofree gboolean *used = g_new0(gboolean, model->values->len + 1);

    for (guint l = 1; l <= model->layers->len; l++)
        for (int i = 0; i < model_layer(model, (int)l)->n_inputs; i++)
            used[model_layer(model, (int)l)->inputs[i] + 1] = TRUE;
    for (guint i = 0; i < model->outputs->len; i++)
        used[g_array_index(model->outputs, int, i) + 1] = TRUE;
    for (guint v = 0; v < model->values->len; v++) {
        struct value *value = model->values->pdata[v];

        if (!value->constant || used[v + 1])
            continue;
        g_clear_pointer(&value->constant, tensor_free);
        value->unread = TRUE;
    }
}
