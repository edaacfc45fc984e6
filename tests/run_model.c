/* run-model MODEL FOLDER [--form fast|scalar] INPUT.npy...: writes FOLDER/output_0.npy, output_1.npy... */
#include "engine/model/machine.h"
#include "frontend/frontend.h"

#include <stdio.h>
#include <string.h>

static gboolean write_outputs(const struct machine *machine, unsigned char *data, const char *folder, GError **error)
{
    for (guint o = 0; o < machine->model->outputs->len; o++) {
        struct tensor view = machine_view(machine, data, g_array_index(machine->model->outputs, int, o));
        g_autofree char *path = g_strdup_printf("%s/output_%u.npy", folder, o);

        if (!tensor_save_npy(&view, path, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean run(const char *path, const char *folder, enum form form, char **inputs, size_t n, GError **error)
{
    g_autoptr(node_graph_t) graph = onnx_load(path, error);
    g_autoptr(GPtrArray) tensors = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    g_autoptr(model_t) model = NULL;
    g_autoptr(machine_t) machine = NULL;
    struct memory *memory;
    gboolean done;

    for (size_t i = 0; graph && i < n; i++) {
        struct tensor *tensor = tensor_load_npy(inputs[i], error);

        if (!tensor)
            return FALSE;
        g_ptr_array_add(tensors, tensor);
    }
    model = graph ? lower_graph(graph, (struct tensor **)tensors->pdata, NULL, error) : NULL;
    machine = model ? machine_new(model, NULL, 0, error) : NULL;
    memory = machine ? memory_new(machine, (struct tensor **)tensors->pdata, error) : NULL;
    done = memory && machine_run(machine, memory->data, form, NULL, error) &&
           write_outputs(machine, memory->data, folder, error);
    memory_free(memory);
    return done;
}

int main(int argc, char **argv)
{
    static char *name;
    static GOptionEntry entries[] = {
        { "form", 0, 0, G_OPTION_ARG_STRING, &name, "fast (default) or scalar", "FORM" },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("MODEL FOLDER INPUT.npy...");
    g_autoptr(GError) error = NULL;
    enum form form;

    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, &argc, &argv, &error) && argc >= 3) {
        form = g_strcmp0(name, "scalar") == 0 ? FORM_SCALAR : FORM_FAST;
        if (run(argv[1], argv[2], form, argv + 3, (size_t)argc - 3, &error))
            return 0;
    }
    fprintf(stderr, "run-model: %s\n", error ? error->message : "usage: run-model MODEL FOLDER INPUT.npy...");
    return 1;
}
