#include "engine/model/golden.h"

#include "base/errors.h"
#include "base/stages.h"
#include "config/protection.h"
#include "passes/instrument.h"
#include "runtime/model/report.h"

#include <string.h>

void golden_free(struct golden *golden)
{
    if (!golden)
        return;
    for (guint l = 0; golden->grains && l < golden->n_layers; l++)
        grains_free(golden->grains[l]);
    g_free(golden->grains);
    memory_free(golden->memory);
    g_free(golden->views);
    g_free(golden->outputs);
    g_free(golden->executions);
    g_free(golden->selected);
    g_free(golden->before);
    g_free(golden->fast_seconds);
    g_free(golden->scalar_seconds);
    g_free(golden);
}

static void reset_counts(struct machine *machine)
{
    for (guint l = 0; l < machine->model->layers->len; l++) {
        struct layer_code *code = &machine->code[l];

        if (code->counts)
            memset(code->counts, 0, code->n_blocks * sizeof(uint64_t));
    }
}

/* How often the i-th instruction of a layer was executed in the last profile run. */
static uint64_t executions(const struct layer_code *code, size_t i)
{
    return code->counts[code->blocks[i]];
}

static void count_sites(struct machine *machine, struct golden *golden)
{
    guint n = machine->model->layers->len;

    for (guint l = 0; l < n; l++) {
        const struct layer_code *code = &machine->code[l];

        for (unsigned s = code->first_site; s < code->first_site + code->n_sites; s++) {
            struct site *site = &g_array_index(machine->sites, struct site, s);

            site->count = executions(code, site->index - code->first_index);
            golden->executions[s] = site->count;
            golden->selected[l] += site->count;
        }
        golden->before[l + 1] = golden->before[l] + golden->selected[l];
    }
}

/* Checks the invariant: the scalar form must have computed the same bits. */
static gboolean check_forms_agree(const struct machine *machine, const struct memory *memory,
                                  const unsigned char *scalar, GError **error)
{
    for (guint l = 1; l <= machine->model->layers->len; l++) {
        const struct layer *layer = model_layer(machine->model, (int)l);

        for (int o = 0; o < layer->n_outputs; o++) {
            int value = layer->outputs[o];

            if (value < 0 || memcmp(machine_value(machine, memory->data, value), scalar + machine->offsets[value],
                                    machine_value_size(machine, value)) == 0)
                continue;
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                        "layer '%s': its fast and its scalar form differ in '%s'. This is a bug of LLTFI: please "
                        "report the model",
                        layer->name, model_value(machine->model, value)->name);
            return FALSE;
        }
    }
    return TRUE;
}

/* Without faults protection must report nothing. */
static gboolean check_no_alarm(const struct machine *machine, GError **error)
{
    return !runtime_take_reports() ||
           set_error(
               error, LLTFI_ERROR_RUN,
               protection_has_ranges(machine->protection)
                   ? "'%s': without a fault some value is out of the plan's bounds: profile them over more inputs, "
                     "or with a larger margin"
                   : "'%s': its protection reports a fault though none was injected. This is a bug of LLTFI: please "
                     "report the model and the plan of protection",
               machine->model->path);
}

static gboolean profile(struct machine *machine, struct golden *golden, struct tensor *const *inputs, GError **error)
{
    STAGE("profile");
    struct memory *memory = memory_new(machine, inputs, error);
    gboolean done = memory != NULL;

    if (done) {
        reset_counts(machine);
        done = machine_run(machine, memory->data, FORM_COUNT, golden->scalar_seconds, error) &&
               check_no_alarm(machine, error) && check_forms_agree(machine, golden->memory, memory->data, error);
    }
    if (done)
        count_sites(machine, golden);
    memory_free(memory);
    return done;
}

/* Views the outputs in golden memory. An output may be a constant, which is not in a run's memory. */
static void view_outputs(const struct machine *machine, struct golden *golden)
{
    guint n = machine->model->outputs->len;

    golden->views = g_new0(struct tensor, MAX(n, 1));
    golden->outputs = g_new0(const struct tensor *, MAX(n, 1));
    for (guint o = 0; o < n; o++) {
        int value = g_array_index(machine->model->outputs, int, o);
        const struct tensor *constant = model_value(machine->model, value)->constant;

        golden->views[o] = constant ? *constant : machine_view(machine, (unsigned char *)golden->memory->golden, value);
        golden->outputs[o] = &golden->views[o];
    }
}

struct golden *golden_new(struct machine *machine, struct tensor *const *inputs, GError **error)
{
    STAGE("golden run");
    guint n = machine->model->layers->len;
    struct golden *golden = g_new0(struct golden, 1);

    runtime_take_reports();
    golden->n_layers = n;
    golden->executions = g_new0(uint64_t, MAX(machine->sites->len, 1));
    golden->selected = g_new0(uint64_t, MAX(n, 1));
    golden->before = g_new0(uint64_t, n + 1);
    golden->fast_seconds = g_new0(double, MAX(n, 1));
    golden->scalar_seconds = g_new0(double, MAX(n, 1));
    golden->memory = memory_new(machine, inputs, error);
    if (!golden->memory || !machine_run(machine, golden->memory->data, FORM_FAST, golden->fast_seconds, error) ||
        !profile(machine, golden, inputs, error) || !memory_freeze(golden->memory, error)) {
        golden_free(golden);
        return NULL;
    }
    view_outputs(machine, golden);
    return golden;
}

/* Layers write the bits that are there already, so the tensors stay golden. */
gboolean golden_find_grains(struct golden *golden, struct machine *machine, GError **error)
{
    STAGE("find grains");
    GError *failed = NULL;

    golden->grains = g_new0(struct grains *, golden->n_layers + 1);
    for (guint l = 0; !failed && l < golden->n_layers; l++)
        if (golden->selected[l] > 0)
            golden->grains[l] = grains_new(machine, (int)l + 1, golden->memory->data, &failed);
    if (failed)
        g_propagate_error(error, failed);
    memory_reset(golden->memory);
    return !failed;
}

uint64_t golden_total(const struct golden *golden, const struct machine *machine)
{
    return golden->before[machine->model->layers->len];
}

uint64_t profile_layer(const struct machine *machine, int layer, uint64_t *by_opcode)
{
    const struct layer_code *code = &machine->code[layer - 1];
    uint64_t sum = 0;

    for (size_t i = 0; i < code->n_instructions; i++) {
        sum += executions(code, i);
        if (by_opcode)
            by_opcode[code->opcodes[i]] += executions(code, i);
    }
    return sum;
}
