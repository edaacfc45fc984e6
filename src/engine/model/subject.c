/* Loads a model and its inputs, and makes golden runs, profile and compiled forms. */
#include "engine/model/subject.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/stages.h"
#include "engine/worker.h"
#include "ops/ops.h"

#include <string.h>

const struct model_subject *model_subject_of(const struct subject *subject)
{
    g_assert(subject_is_model(subject));
    return (const struct model_subject *)subject;
}

static void free_model(struct subject *base)
{
    struct model_subject *subject = (struct model_subject *)base;

    for (guint i = 0; subject->golden && i < subject->inputs->len; i++)
        golden_free(subject->golden[i]);
    g_free(subject->golden);
    g_free(subject->references);
    machine_free(subject->machine);
    if (subject->hash)
        model_free((struct model *)subject->model);
    g_clear_pointer(&subject->inputs, g_ptr_array_unref);
    g_free(subject->hash);
    subject_clear(base);
    g_free(subject);
}

char *model_hash_file(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);
    g_autoptr(GBytes) bytes = file ? g_mapped_file_get_bytes(file) : NULL;

    return bytes ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : NULL;
}

/* The hash in the identity is of the bytes that are parsed, even if the file is replaced meanwhile. */
static struct node_graph *read_file(struct model_subject *subject, GError **error)
{
    const char *path = subject->base.campaign->model;
    g_autoptr(GMappedFile) file = file_map(path, error);
    g_autoptr(GBytes) bytes = file ? g_mapped_file_get_bytes(file) : NULL;
    gsize size;
    const void *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
    struct node_graph *graph = bytes ? onnx_parse(data, size, path, error) : NULL;

    subject->hash = graph ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : NULL;
    return graph;
}

/* The model is compiled for the shapes of its first input, and for the values of inputs on which shapes depend. */
static gboolean check_input(const struct model_subject *subject, const struct input *first, const struct input *other,
                            GError **error)
{
    for (size_t i = 0; i < first->count; i++) {
        if (!tensor_same_shape(first->tensors[i], other->tensors[i])) {
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                        "input '%s' has another shape than '%s': all inputs of a campaign need the same", other->path,
                        first->path);
            return FALSE;
        }
    }
    for (guint f = 0; f < subject->model->fixed->len; f++) {
        for (guint i = 0; i < subject->model->inputs->len; i++) {
            if (g_array_index(subject->model->inputs, int, i) != g_array_index(subject->model->fixed, int, f) ||
                tensor_first_difference(first->tensors[i], other->tensors[i]) < 0)
                continue;
            g_set_error(
                error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "inputs '%s' and '%s' differ in '%s', which decides the shapes of the model: run one campaign for each",
                first->path, other->path,
                model_value(subject->model, g_array_index(subject->model->inputs, int, i))->name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean lower(struct model_subject *subject, const struct node_graph *graph, GError **error)
{
    const struct input *first = subject->inputs->pdata[0];
    const struct model *model = lower_graph(graph, first->tensors, subject->base.campaign->dims, error);

    subject->model = model;
    if (!model)
        return FALSE;
    for (guint n = 0; n < model->notices->len; n++)
        g_ptr_array_add(subject->base.notices, g_strdup(model->notices->pdata[n]));
    for (guint i = 1; i < subject->inputs->len; i++)
        if (!check_input(subject, first, subject->inputs->pdata[i], error))
            return FALSE;
    if (model->layers->len > 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "'%s' computes nothing at run time: it has no layer a fault could strike", model->path);
    return FALSE;
}

static gboolean read_model(struct model_subject *subject, GError **error)
{
    g_autoptr(node_graph_t) graph = read_file(subject, error);

    if (!graph)
        return FALSE;
    subject->inputs = inputs_load(graph, subject->base.campaign, error);
    return subject->inputs && lower(subject, graph, error);
}

/* Selections of instructions have no meaning if tensors are struck. */
static gboolean selects_instructions(const struct selection *selection)
{
    for (guint e = 0; e < selection->entries->len; e++)
        if (((struct instruction_selection *)selection->entries->pdata[e])->method != SELECT_LAYER)
            return TRUE;
    return selection->registers != REGISTER_DESTINATION;
}

static void note_targets(struct model_subject *subject)
{
    const struct campaign *campaign = subject->base.campaign;
    char *notice = targets_notice(subject->machine);

    if (!subject->base.targets)
        return;
    if (selects_instructions(&campaign->selection))
        g_ptr_array_add(
            subject->base.notices,
            g_strdup_printf("level %s: selections of instructions and registers have no effect, only those of layers",
                            level_names[campaign->level]));
    if (notice)
        g_ptr_array_add(subject->base.notices, notice);
}

static gboolean check_plan(const struct model_subject *subject, GError **error)
{
    return !subject->base.protection || !subject->hash ||
           protection_check_hash(subject->base.protection, subject->hash, subject->base.campaign->model, error);
}

static gboolean load(struct subject *base, GError **error)
{
    struct model_subject *subject = (struct model_subject *)base;

    if (!subject->model && !read_model(subject, error))
        return FALSE;
    subject->machine = machine_new(subject->model, NULL, base->campaign->opt_level, error);
    if (!subject->machine)
        return FALSE;
    machine_protect(subject->machine, base->protection, base->campaign->originals_only);
    if (!check_plan(subject, error) || !machine_choose(subject->machine, base->campaign, error))
        return FALSE;
    base->sites = subject->machine->sites;
    base->targets = subject->machine->targets;
    base->n_inputs = subject->inputs->len;
    note_targets(subject);
    return TRUE;
}

static void note_guards(struct model_subject *subject)
{
    for (guint i = 0; i < subject->inputs->len; i++) {
        if (machine_is_guarded(subject->machine, subject->golden[i]->memory))
            continue;
        g_ptr_array_add(subject->base.notices,
                        g_strdup("the memory around the tensors can't be reserved (ulimit -v, many inputs): faults in "
                                 "addresses may end differently from run to run"));
        return;
    }
}

static gboolean run_golden(struct subject *base, const char *scratch G_GNUC_UNUSED, GError **error)
{
    struct model_subject *subject = (struct model_subject *)base;
    guint n = subject->inputs->len;

    subject->golden = g_new0(struct golden *, n);
    subject->references = g_new0(struct outcome_reference, n);
    for (guint i = n; i-- > 0;) { /* the first input last, so that its counts stay in the sites */
        const struct input *input = subject->inputs->pdata[i];

        subject->golden[i] = golden_new(subject->machine, input->tensors, error);
        if (!subject->golden[i] ||
            !outcome_reference_init(&subject->references[i], &base->campaign->outcome, subject->golden[i]->outputs,
                                    subject->model->outputs->len, input->label, error)) {
            g_prefix_error(error, "input '%s': ", input->path);
            return FALSE;
        }
    }
    note_guards(subject);
    return TRUE;
}

static uint64_t total(const struct subject *base, size_t input)
{
    const struct model_subject *subject = (const struct model_subject *)base;

    return golden_total(subject->golden[input], subject->machine);
}

static int locate(const struct subject *base, size_t input, uint64_t cycle, uint64_t *before)
{
    const struct model_subject *subject = (const struct model_subject *)base;
    const struct golden *golden = subject->golden[input];
    int low = 0, high = (int)subject->model->layers->len;

    while (high - low > 1) {
        int middle = (low + high) / 2;

        if (golden->before[middle] < cycle)
            low = middle;
        else
            high = middle;
    }
    *before = golden->before[low];
    return low + 1;
}

static guint count_parts(const struct subject *base)
{
    return ((const struct model_subject *)base)->model->layers->len;
}

static struct subject_part part(const struct subject *base, guint number)
{
    const struct model_subject *subject = (const struct model_subject *)base;
    const struct layer *layer = model_layer(subject->model, (int)number);

    return (struct subject_part){
        .name = layer->name,
        .type = layer->operator->type,
        .instructions = profile_layer(subject->machine, (int)number, NULL),
        .selected =
            base->targets ? targets_of_layer(base->targets, (int)number) : subject->golden[0]->selected[number - 1],
        .seconds = subject->golden[0]->fast_seconds[number - 1],
    };
}

/* Weights may be outside of the model's file. */
static void add_constants_line(GString *text, const struct model_subject *subject)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint v = 0; v < subject->model->values->len; v++) {
        const struct tensor *constant = model_value(subject->model, (int)v)->constant;

        if (constant && constant->type != ELEMENT_STRING)
            g_checksum_update(sum, constant->data, (gssize)constant->size);
    }
    g_string_append_printf(text, "constants: %s\n", g_checksum_get_string(sum));
}

static void add_input_lines(GString *text, const struct model_subject *subject)
{
    for (guint i = 0; i < subject->inputs->len; i++) {
        const struct input *input = subject->inputs->pdata[i];
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

        for (size_t t = 0; t < input->count; t++)
            g_checksum_update(sum, input->tensors[t]->data, (gssize)input->tensors[t]->size);
        g_string_append_printf(text, "input %u: %s label %d\n", i, g_checksum_get_string(sum), input->label);
    }
}

/* The tensors whose elements faults may strike. */
static void add_target_line(GString *text, const struct model_subject *subject)
{
    const struct targets *targets = subject->base.targets;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    if (!targets)
        return;
    for (guint t = 0; t < targets->list->len; t++) {
        const struct target *target = &g_array_index(targets->list, struct target, t);

        g_checksum_update(sum, (const guchar *)&target->value, sizeof(target->value));
        g_checksum_update(sum, (const guchar *)&target->count, sizeof(target->count));
    }
    g_string_append_printf(text, "tensors: %s\n", g_checksum_get_string(sum));
}

static void add_identity(const struct subject *base, GString *text)
{
    const struct model_subject *subject = (const struct model_subject *)base;

    g_string_append_printf(text, "model: %s\n", subject->hash);
    add_constants_line(text, subject);
    add_input_lines(text, subject);
    subject_add_sites(text, base->sites);
    add_target_line(text, subject);
}

/* Faults may strike any layer with sites; all others, and those after faults in tensors, run in fast form, which the
 * golden run compiled. */
gboolean model_subject_compile(struct model_subject *subject, gboolean fork_all, GError **error)
{
    struct machine *machine = subject->machine;
    STAGE("compile");

    if (machine->targets) {
        machine_drop_modules(machine);
        return TRUE;
    }
    for (size_t i = 0; !fork_all && i < subject->base.n_inputs; i++)
        if (!subject->golden[i]->grains && !golden_find_grains(subject->golden[i], machine, error))
            return FALSE;
    for (int l = 1; l <= (int)machine->model->layers->len; l++) {
        gboolean one_grain = machine->code[l - 1].grains == GRAINS_FOUND;

        if (!machine_compile(machine, l, FORM_FAULT, error) ||
            (one_grain && !machine_compile(machine, l, FORM_GRAIN, error)))
            return FALSE;
    }
    machine_drop_modules(machine);
    return TRUE;
}

static gboolean compile(struct subject *base, gboolean fork_all, GError **error)
{
    return model_subject_compile((struct model_subject *)base, fork_all, error);
}

static const struct subject_kind kind = {
    .name = "model",
    .running = "compiling the model and running it without faults",
    .depends_on = "the inputs, the weights",
    .free = free_model,
    .load = load,
    .run_golden = run_golden,
    .total = total,
    .locate = locate,
    .count_parts = count_parts,
    .part = part,
    .add_identity = add_identity,
    .control_interval = 1024,
    .compile = compile,
    .worker_new = model_worker_new,
    .chunk = model_chunk,
    .run_chunk = worker_run_each,
    .run_trial = model_run_trial,
    .replay = model_replay_trial,
};

gboolean subject_is_model(const struct subject *subject)
{
    return subject->kind == &kind;
}

struct model_subject *model_subject_create(const struct campaign *campaign)
{
    struct model_subject *subject = g_new0(struct model_subject, 1);

    subject_init(&subject->base, &kind, campaign);
    return subject;
}

/* Does not free the tensors, which belong to the caller. */
static void free_given(gpointer input)
{
    g_free(((struct input *)input)->path);
    g_free(((struct input *)input)->tensors);
    g_free(input);
}

struct model_subject *model_subject_create_of(const struct campaign *campaign, const struct model *model,
                                              struct tensor *const *tensors)
{
    struct model_subject *subject = model_subject_create(campaign);
    struct input *input = g_new0(struct input, 1);

    input->path = g_strdup("given");
    input->count = model->inputs->len;
    input->tensors = g_memdup2(tensors, input->count * sizeof(*tensors));
    input->label = -1;
    subject->model = model;
    subject->inputs = g_ptr_array_new_with_free_func(free_given);
    g_ptr_array_add(subject->inputs, input);
    return subject;
}
