/*
 * forms MODEL INPUT.npy...: runs a model in a given form and prints how long it took, so that another process can
 * interleave the forms with each other and with another runtime. Reads lines "FORM RUNS" from standard input
 * ("fault 20"), runs the model RUNS times and prints the seconds of one run.
 *
 * fast    as in golden runs
 * scalar  the IR that faults are injected into, without instrumentation
 * count   the same with block counters: a profile run
 * fault   the same with countdowns that never end, in every layer
 */
#include "base/errors.h"
#include "engine/model/machine.h"
#include "frontend/frontend.h"

#include <stdio.h>

static gboolean compile_forms(struct machine *machine, GError **error)
{
    static const enum form forms[] = { FORM_FAST, FORM_SCALAR, FORM_COUNT, FORM_FAULT };
    g_autoptr(campaign_t) campaign = campaign_new();

    if (!machine_select(machine, &campaign->selection, error))
        return FALSE;
    for (int l = 1; l <= (int)machine->model->layers->len; l++)
        for (size_t f = 0; f < G_N_ELEMENTS(forms); f++)
            if (!machine_compile(machine, l, forms[f], error))
                return FALSE;
    machine_drop_modules(machine);
    return TRUE;
}

static double seconds_per_run(const struct machine *machine, unsigned char *data, enum form form, int runs)
{
    g_autoptr(GTimer) timer = g_timer_new();

    for (int r = 0; r < runs; r++)
        for (int l = 1; l <= (int)machine->model->layers->len; l++)
            machine_run_layer(machine, data, l, form, NULL);
    return g_timer_elapsed(timer, NULL) / runs;
}

static gboolean find_form(const char *name, enum form *form)
{
    for (*form = 0; *form < FORM_COUNT_OF_FORMS; (*form)++)
        if (g_str_equal(name, form_names[*form]))
            return TRUE;
    return FALSE;
}

static gboolean answer(const struct machine *machine, unsigned char *data, GError **error)
{
    char name[16];
    enum form form;
    int runs;

    while (scanf("%15s %d", name, &runs) == 2) {
        if (!find_form(name, &form) || !machine->code[0].entry[form] || runs < 1) {
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                        "'%s %d': give fast, scalar, count or fault and a number of runs", name, runs);
            return FALSE;
        }
        printf("%.9f\n", seconds_per_run(machine, data, form, runs));
        fflush(stdout);
    }
    return TRUE;
}

static gboolean serve(struct machine *machine, struct tensor *const *inputs, GError **error)
{
    struct memory *memory = memory_new(machine, inputs, error);
    gboolean done = memory && compile_forms(machine, error) && answer(machine, memory->data, error);

    memory_free(memory);
    return done;
}

static gboolean run(const char *path, char **files, GError **error)
{
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    g_autoptr(node_graph_t) graph = onnx_load(path, error);
    g_autoptr(model_t) model = NULL;
    g_autoptr(machine_t) machine = NULL;

    for (; graph && *files; files++) {
        struct tensor *tensor = tensor_load_npy(*files, error);

        if (!tensor)
            return FALSE;
        g_ptr_array_add(inputs, tensor);
    }
    model = graph ? lower_graph(graph, (struct tensor **)inputs->pdata, NULL, error) : NULL;
    machine = model ? machine_new(model, NULL, 0, error) : NULL;
    return machine && serve(machine, (struct tensor **)inputs->pdata, error);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (argc < 3) {
        fputs("usage: forms MODEL INPUT.npy...\n", stderr);
        return 2;
    }
    if (run(argv[1], argv + 2, &error))
        return 0;
    fprintf(stderr, "forms: %s\n", error->message);
    return 1;
}
