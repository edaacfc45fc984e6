#include "engine/protected.h"

#include "base/errors.h"
#include "base/file.h"
#include "engine/model/emission.h"
#include "engine/model/subject.h"
#include "engine/program/subject.h"
#include "frontend/frontend.h"
#include "ops/ops.h"
#include "passes/forms/model.h"
#include "passes/pipeline.h"

#include <glib/gstdio.h>
#include <math.h>

static gboolean is_program(const struct campaign *campaign)
{
    return campaign->program.sources->len > 0;
}

/* By the ending of the file's name; NULL: an executable. */
static const struct emission *emission_of(const char *path)
{
    static const char *const endings[][2] = { { ".ll", "llvm" }, { ".bc", "bitcode" }, { ".o", "object" } };

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(path, endings[i][0]))
            return emission_find(endings[i][1]);
    return NULL;
}

static gboolean check_counts(const struct campaign *campaign, const struct protected_counts *counts, GError **error)
{
    return counts->protected > 0 ||
           set_error(error, LLTFI_ERROR_CONFIG,
                     "nothing of '%s' would be protected: no instruction is in what the plan selects and in its scope",
                     campaign->model);
}

static struct model *read_model(const struct campaign *campaign, GError **error)
{
    g_autoptr(node_graph_t) graph = onnx_load(campaign->model, error);

    return graph ? lower_graph(graph, NULL, campaign->dims, error) : NULL;
}

static gboolean write_model(const struct campaign *campaign, struct protect_order *order, enum form form,
                            const char *path, struct protected_counts *counts, GError **error)
{
    const struct emission *emission = path ? emission_of(path) : NULL;
    g_autoptr(model_t) model = read_model(campaign, error);
    LLVMModuleRef module = model ? model_module(model, form, campaign->opt_level, order, error) : NULL;
    gboolean done;

    if (!module)
        return FALSE;
    *counts = (struct protected_counts){ order->n_originals, order->n_protected };
    if (!emission)
        emission = emission_find("exe");
    done = check_counts(campaign, counts, error) && (!path || emission->write(module, path, error));
    LLVMDisposeModule(module);
    return done;
}

/* The executable is built in the cache, where campaigns keep theirs. */
static gboolean link_program(const struct program *program, const char *path, GError **error)
{
    g_autofree char *built = program_build_module(program, program->module, error);
    g_autoptr(GMappedFile) file = built ? file_map(built, error) : NULL;

    if (!file || !file_write(path, g_mapped_file_get_contents(file), g_mapped_file_get_length(file), error))
        return FALSE;
    return g_chmod(path, 0755) == 0 || system_error(error, path);
}

static struct program *read_program(const struct campaign *campaign, LLVMContextRef context, GError **error)
{
    g_autoptr(GString) warnings = g_string_new(NULL);

    return program_load(&campaign->program, campaign->opt_level, context, warnings, error);
}

/* And protects it, unless `order` is NULL. */
static gboolean optimize_program(const struct campaign *campaign, struct program *program, struct protect_order *order,
                                 GError **error)
{
    return pipeline_run(&(struct compilation){ .what = COMPILE_SOURCE,
                                               .form = FORM_SCALAR,
                                               .name = program->path,
                                               .from = program->module,
                                               .protection = order,
                                               .opt_level = program->unoptimized ? campaign->opt_level : 0 },
                        error) != NULL;
}

static gboolean write_program(const struct campaign *campaign, struct protect_order *order, const char *path,
                              struct protected_counts *counts, GError **error)
{
    const struct emission *emission = path ? emission_of(path) : NULL;
    g_autoptr(program_t) program = read_program(campaign, ir_context(), error);

    if (!program || !protection_check_hash(order->protection, program->hash, program->path, error))
        return FALSE;
    if (!optimize_program(campaign, program, order, error))
        return FALSE;
    *counts = (struct protected_counts){ order->n_originals, order->n_protected };
    if (!check_counts(campaign, counts, error) || !path)
        return counts->protected > 0;
    protect_define_reports(program->module, !order->protection->keeps_going);
    return emission ? emission->write(program->module, path, error) : link_program(program, path, error);
}

char *protected_hash(const struct campaign *campaign, GError **error)
{
    LLVMContextRef context;
    struct program *program;
    char *hash;

    if (!is_program(campaign))
        return model_hash_file(campaign->model, error);
    /* In a context that has read nothing before: names of types are numbered in each. */
    context = LLVMContextCreate();
    program = read_program(campaign, context, error);
    hash = program ? g_strdup(program->hash) : NULL;
    program_free(program);
    LLVMContextDispose(context);
    return hash;
}

static gboolean names_indices(const struct protection *plan)
{
    for (guint r = 0; r < plan->rules->len; r++) {
        const struct selection *selection = &((const struct protection_rule *)plan->rules->pdata[r])->selection;

        for (guint e = 0; e < selection->entries->len; e++)
            if (((const struct instruction_selection *)selection->entries->pdata[e])->method == SELECT_INDEX)
                return TRUE;
    }
    return FALSE;
}

gboolean protected_write(const struct campaign *campaign, const struct protection *plan, enum form form,
                         const char *path, struct protected_counts *counts, GError **error)
{
    struct protect_order order = { .protection = plan, .first_index = 1 };

    *counts = (struct protected_counts){ 0 };
    if (form == FORM_FAST && names_indices(plan))
        return set_error(error, LLTFI_ERROR_USAGE,
                         "a plan that names instructions by LLFI index is for the scalar form, whose instructions have "
                         "these numbers");
    if (is_program(campaign))
        return write_program(campaign, &order, path, counts, error);
    order.aborts = !plan->keeps_going;
    return write_model(campaign, &order, form, path, counts, error);
}

static gboolean add_model_candidates(const struct campaign *campaign, int scope, GArray *indices, GError **error)
{
    g_autoptr(model_t) model = read_model(campaign, error);
    unsigned first = 1;

    for (guint l = 1; model && l <= model->layers->len; l++) {
        LLVMModuleRef module =
            pipeline_layer(model, model_layer(model, (int)l), FORM_SCALAR, campaign->opt_level, NULL, error);

        if (!module)
            return FALSE;
        first += protect_candidates(module, scope, first, indices);
        LLVMDisposeModule(module);
    }
    return model != NULL;
}

static gboolean add_program_candidates(const struct campaign *campaign, int scope, GArray *indices, GError **error)
{
    g_autoptr(program_t) program = read_program(campaign, ir_context(), error);

    if (!program || !optimize_program(campaign, program, NULL, error))
        return FALSE;
    protect_candidates(program->module, scope, 1, indices);
    return TRUE;
}

GArray *protected_candidates(const struct campaign *campaign, int scope, GError **error)
{
    g_autoptr(GArray) indices = g_array_new(FALSE, FALSE, sizeof(unsigned));

    if (!(is_program(campaign) ? add_program_candidates : add_model_candidates)(campaign, scope, indices, error))
        return NULL;
    return g_steal_pointer(&indices);
}

/* Extends the bounds by the values of a tensor. */
static void extend_bounds(struct layer_bounds *bounds, const struct machine *machine, const struct golden *golden,
                          int value)
{
    const void *data = machine_value(machine, (unsigned char *)golden->memory->golden, value);
    struct tensor view = machine_view(machine, NULL, value);

    for (size_t i = 0; i < view.count; i++) {
        double element = view.type == ELEMENT_FLOAT ? (double)((const float *)data)[i] : ((const double *)data)[i];

        bounds->low = fmin(bounds->low, element);
        bounds->high = fmax(bounds->high, element);
    }
}

static gboolean is_bounded(const struct model *model, const struct layer *layer, const struct protection_rule *rule)
{
    const GPtrArray *patterns = rule->selection.layers;

    if (patterns->len > 0 ? !layer_patterns_match(patterns, layer, layer->operator->type)
                          : g_str_has_suffix(layer->operator->type, "Softmax"))
        return FALSE;
    for (int o = 0; o < layer->n_outputs; o++) {
        const struct value *value = model_value(model, layer->outputs[o]);

        if (value && value->type != ELEMENT_FLOAT && value->type != ELEMENT_DOUBLE)
            return FALSE;
    }
    return TRUE;
}

static double away_from_0(double bound, double margin, double sign)
{
    return bound + sign * margin * fabs(bound);
}

static void add_layer_bounds(const struct model_subject *subject, const struct layer *layer,
                             struct protection_rule *rule, double margin)
{
    struct layer_bounds bounds = { layer->number, INFINITY, -INFINITY };

    for (guint i = 0; i < subject->inputs->len; i++)
        for (int o = 0; o < layer->n_outputs; o++)
            if (layer->outputs[o] >= 0)
                extend_bounds(&bounds, subject->machine, subject->golden[i], layer->outputs[o]);
    if (!isfinite(bounds.low) || !isfinite(bounds.high))
        return;
    bounds.low = away_from_0(bounds.low, margin, -1);
    bounds.high = away_from_0(bounds.high, margin, 1);
    g_array_append_val(rule->bounds, bounds);
}

gboolean protected_profile_bounds(const struct campaign *campaign, struct protection_rule *rule, double margin,
                                  GError **error)
{
    struct campaign plain = *campaign;
    g_autoptr(subject_t) subject = NULL;
    gboolean done;

    if (is_program(campaign) || campaign->inputs->len == 0)
        return set_error(error, LLTFI_ERROR_USAGE,
                         "the technique range needs a model and inputs to profile its bounds "
                         "over: give some that are typical");
    selection_init(&plain.selection);
    plain.protect = NULL;
    subject = subject_new(&plain);
    done = subject_load(subject, error) && subject_run_golden(subject, NULL, error);
    for (guint l = 1; done && l <= model_subject_of(subject)->model->layers->len; l++) {
        const struct layer *layer = model_layer(model_subject_of(subject)->model, (int)l);

        if (is_bounded(model_subject_of(subject)->model, layer, rule))
            add_layer_bounds(model_subject_of(subject), layer, rule, margin);
    }
    selection_clear(&plain.selection);
    return done;
}
