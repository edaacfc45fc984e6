#include "lltfi.h"

const char *const outcome_names[OUTCOME_COUNT] = {
    [OUTCOME_BENIGN] = "benign",
    [OUTCOME_SDC] = "SDC",
    [OUTCOME_CRASH] = "crash",
    [OUTCOME_HANG] = "hang",
    [OUTCOME_DETECTED] = "detected",
    [OUTCOME_CORRECTED] = "corrected",
    [OUTCOME_NOT_ACTIVATED] = "not activated",
};

enum outcome outcome_named(const char *name)
{
    int outcome = 0;

    while (outcome < OUTCOME_COUNT && g_strcmp0(name, outcome_names[outcome]) != 0)
        outcome++;
    return (enum outcome)outcome;
}

const char *const level_names[] = {
    [LEVEL_INSTRUCTION] = "instruction",
    [LEVEL_TENSOR] = "tensor",
    [LEVEL_WEIGHT] = "weight",
};

const char *const sampling_names[] = { [SAMPLING_ELEMENT] = "element", [SAMPLING_LAYER] = "layer" };

void trial_clear(struct trial *trial)
{
    g_clear_pointer(&trial->injections, g_free);
    g_clear_pointer(&trial->changes, g_free);
    g_clear_pointer(&trial->difference, g_free);
    trial->n_injections = trial->n_changes = 0;
}

static void value_free(gpointer data)
{
    struct value *value = data;

    g_free(value->name);
    g_clear_pointer(&value->constant, tensor_free);
    g_free(value);
}

static void layer_free(gpointer data)
{
    struct layer *layer = data;

    g_free(layer->name);
    g_free(layer->inputs);
    g_free(layer->outputs);
    g_free(layer->kernel);
    g_free(layer->params);
    g_free(layer);
}

struct model *model_new(const char *path)
{
    struct model *model = g_new0(struct model, 1);

    model->path = g_strdup(path);
    model->values = g_ptr_array_new_with_free_func(value_free);
    model->layers = g_ptr_array_new_with_free_func(layer_free);
    model->inputs = g_array_new(FALSE, FALSE, sizeof(int));
    model->outputs = g_array_new(FALSE, FALSE, sizeof(int));
    model->fixed = g_array_new(FALSE, FALSE, sizeof(int));
    model->notices = g_ptr_array_new_with_free_func(g_free);
    return model;
}

void model_free(struct model *model)
{
    if (!model)
        return;
    g_free(model->path);
    g_ptr_array_unref(model->values);
    g_ptr_array_unref(model->layers);
    g_array_unref(model->inputs);
    g_array_unref(model->outputs);
    g_array_unref(model->fixed);
    g_ptr_array_unref(model->notices);
    g_free(model);
}
