#include "engine/model/binding.h"

static void bind_layers(struct binding *binding, const struct machine *machine)
{
    int n = (int)machine->model->layers->len;

    binding->in = g_new(const void **, n);
    binding->out = g_new(void **, n);
    for (int l = 1; l <= n; l++) {
        const struct layer *layer = model_layer(machine->model, l);

        binding->in[l - 1] = g_new0(const void *, layer->n_inputs + 1);
        binding->out[l - 1] = g_new0(void *, layer->n_outputs + 1);
        for (int i = 0; i < layer->n_inputs; i++)
            if (layer->inputs[i] >= 0)
                binding->in[l - 1][i] = machine_value(machine, binding->data, layer->inputs[i]);
        for (int o = 0; o < layer->n_outputs; o++)
            if (layer->outputs[o] >= 0)
                binding->out[l - 1][o] = machine_value(machine, binding->data, layer->outputs[o]);
    }
}

void binding_init(struct binding *binding, const struct machine *machine, const struct golden *golden,
                  const struct outcome_reference *reference)
{
    const struct model *model = machine->model;

    binding->data = golden->memory->data;
    binding->golden = golden->memory->golden;
    bind_layers(binding, machine);
    binding->partial_sums = partial_sums_new(machine, binding->in, binding->out);
    binding->views = g_new0(struct tensor, model->outputs->len + 1);
    binding->outputs = g_new0(const struct tensor *, model->outputs->len + 1);
    for (guint o = 0; o < model->outputs->len; o++) {
        binding->views[o] = machine_view(machine, binding->data, g_array_index(model->outputs, int, o));
        binding->outputs[o] = &binding->views[o];
    }
    outcome_judge(reference, binding->outputs, &binding->unchanged);
}

void binding_clear(struct binding *binding, const struct machine *machine)
{
    partial_sums_free(binding->partial_sums, machine);
    for (guint l = 0; l < machine->model->layers->len; l++) {
        g_free(binding->in[l]);
        g_free(binding->out[l]);
    }
    g_free(binding->in);
    g_free(binding->out);
    g_free(binding->views);
    g_free(binding->outputs);
}
