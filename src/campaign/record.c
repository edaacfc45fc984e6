/*
 * Writes what a campaign needs to be repeated into its store: settings, subject, layers, sites, inputs. Reads it back
 * for replay and trace.
 */
#include "campaign/record.h"

#include "base/errors.h"
#include "campaign/older.h"
#include "config/software_faults.h"
#include "engine/model/subject.h"
#include "engine/program/subject.h"

#include "version.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static gboolean set_integer(struct store *store, const char *name, uint64_t value, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, value);

    return store_set(store, name, text, error);
}

static void append_fixed(GString *text, const char *what, int64_t value)
{
    if (value >= 0)
        g_string_append_printf(text, ", %s %" G_GINT64_FORMAT, what, value);
}

/* "bitflip, 2 bits, bit 30": what a trial of this run option does. */
static char *describe_fault(const struct run_option *option)
{
    GString *text = g_string_new(fault_type_name(option));
    int faults = run_option_faults(option);

    if (option->fault == FAULT_NONE)
        return g_string_free(text, FALSE);
    if (option->software && option->software->action != SOFTWARE_FLIP) {
        g_autofree char *effect = software_fault_effect(option->software);

        g_string_append_printf(text, ", %s", effect);
    } else if (fault_models[option->fault].scope == SCOPE_BITS)
        g_string_append_printf(text, ", %d bit%s", MAX(option->num_bits, 1), option->num_bits > 1 ? "s" : "");
    if (faults > 1)
        g_string_append_printf(text, " in each of %d instructions", faults);
    append_fixed(text, "always bit", option->bit);
    append_fixed(text, "always register", option->reg_index);
    append_fixed(text, "always cycle", option->cycle);
    if (option->cycle <= 0)
        append_fixed(text, "every execution of instruction", option->index);
    return g_string_free(text, FALSE);
}

static gboolean put_runs(struct store *store, const GPtrArray *runs, GError **error)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint r = 0; r < runs->len; r++) {
        const struct run_option *option = runs->pdata[r];
        g_autofree char *text = describe_fault(option);

        g_string_append_printf(all, "%s%s", r ? "; " : "", text);
        if (!store_put_config(store, (int)r, option->name ? option->name : "", text, error))
            return FALSE;
    }
    return store_set(store, "fault", all->str, error);
}

/* Stores what is needed to repeat the campaign: its description, with paths as the user wrote them, and the working
 * folder that they are relative to. */
static gboolean put_command(struct store *store, const struct campaign *campaign, GError **error)
{
    g_autofree char *description = campaign_description(campaign);
    g_autofree char *folder = g_get_current_dir();
    g_autofree char *model = g_canonicalize_filename(campaign->model, NULL);

    return store_set(store, "model", model, error) && store_set(store, "folder", folder, error) &&
           store_set(store, "campaign", description, error);
}

/* Stores the level: what faults strike. Campaigns of older versions lack it; their faults strike instructions. */
static gboolean put_level(struct store *store, const struct model_subject *subject, GError **error)
{
    const struct targets *targets = subject->machine->targets;
    g_autofree char *struck = targets ? targets_text(targets) : NULL, *notice = targets_notice(subject->machine);

    return store_set(store, "level", level_names[subject->base.campaign->level], error) &&
           (!targets || (store_set(store, "sampling", sampling_names[targets->sampling], error) &&
                         store_set(store, "struck", struck, error))) &&
           (!notice || store_set(store, "notice", notice, error));
}

static gboolean put_tensors(struct store *store, const struct model_subject *subject, GError **error)
{
    const struct targets *targets = subject->machine->targets;

    for (guint t = 0; targets && t < targets->list->len; t++) {
        const struct target *target = &g_array_index(targets->list, struct target, t);
        const struct value *value = model_value(subject->model, target->value);
        g_autofree char *shape = shape_to_string(value->rank, value->dims);
        struct store_tensor row = { .number = target->value,
                                    .layer = target->layer,
                                    .name = value->name,
                                    .type = element_name(value->type),
                                    .shape = shape,
                                    .elements = target->count,
                                    .folded = value->folded };

        if (!store_put_tensor(store, &row, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean put_facts(struct store *store, const struct campaign *campaign, uint64_t trials, GError **error)
{
    return put_command(store, campaign, error) && store_set(store, "version", LLTFI_VERSION, error) &&
           set_integer(store, "trials", trials, error) && set_integer(store, "seed", (uint64_t)campaign->seed, error) &&
           set_integer(store, "jobs", (uint64_t)campaign->jobs, error) &&
           set_integer(store, "opt_level", (uint64_t)campaign->opt_level, error) &&
           store_set(store, "record", campaign->record ? "true" : "false", error) &&
           (!campaign->exhaustive || store_set(store, "exhaustive", "every fault", error)) &&
           put_runs(store, campaign->runs, error);
}

static gboolean is_model_output(const struct model *model, int value)
{
    for (guint o = 0; o < model->outputs->len; o++)
        if (g_array_index(model->outputs, int, o) == value)
            return TRUE;
    return FALSE;
}

static gboolean put_output(struct store *store, const struct model *model, const struct layer *layer, int output,
                           GError **error)
{
    const struct value *value = model_value(model, layer->outputs[output]);
    g_autofree char *shape = value ? shape_to_string(value->rank, value->dims) : NULL;
    size_t elements, size;

    return !value || (tensor_measure(value->type, value->rank, value->dims, &elements, &size, error) &&
                      store_put_output(store,
                                       &(struct store_output){
                                           .layer = layer->number,
                                           .output = output,
                                           .name = value->name,
                                           .type = element_name(value->type),
                                           .shape = shape,
                                           .elements = elements,
                                           .model_output = is_model_output(model, layer->outputs[output]),
                                       },
                                       error));
}

static gboolean put_edge(struct store *store, const struct model *model, const struct layer *layer, int input,
                         GError **error)
{
    const struct value *value = model_value(model, layer->inputs[input]);
    const struct layer *producer = value && value->producer > 0 ? model_layer(model, value->producer) : NULL;

    for (int o = 0; producer && o < producer->n_outputs; o++)
        if (producer->outputs[o] == layer->inputs[input])
            return store_put_edge(store, layer->number, input, producer->number, o, error);
    return TRUE;
}

/* Stores which layer reads the outputs of which. */
static gboolean put_graph(struct store *store, const struct model *model, GError **error)
{
    for (int l = 1; l <= (int)model->layers->len; l++) {
        const struct layer *layer = model_layer(model, l);

        for (int o = 0; o < layer->n_outputs; o++)
            if (!put_output(store, model, layer, o, error))
                return FALSE;
        for (int i = 0; i < layer->n_inputs; i++)
            if (!put_edge(store, model, layer, i, error))
                return FALSE;
    }
    return TRUE;
}

static gboolean put_parts(struct store *store, const struct subject *subject, GError **error)
{
    for (guint p = 1; p <= subject->kind->count_parts(subject); p++) {
        const struct subject_part part = subject->kind->part(subject, p);
        struct store_layer row = { .number = (int)p,
                                   .name = part.name,
                                   .type = part.type,
                                   .instructions = part.instructions,
                                   .selected = part.selected,
                                   .seconds = part.seconds };

        if (!store_put_layer(store, &row, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean put_sites(struct store *store, const GArray *sites, GError **error)
{
    for (guint s = 0; s < sites->len; s++)
        if (!store_put_site(store, s, &g_array_index(sites, struct site, s), error))
            return FALSE;
    return TRUE;
}

static gboolean put_inputs(struct store *store, const struct model_subject *subject, GError **error)
{
    for (guint i = 0; i < subject->inputs->len; i++) {
        const struct input *input = subject->inputs->pdata[i];
        const struct outcome_reference *reference = &subject->references[i];

        if (!store_put_input(store, (int)i, input->path, reference->golden_class, reference->golden_confidence,
                             input->label, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean put_model(struct store *store, const struct subject *subject, GError **error)
{
    const struct model_subject *model = model_subject_of(subject);

    return put_level(store, model, error) && store_put_rule(store, &model->references[0], error) &&
           put_graph(store, model->model, error) && put_tensors(store, model, error) && put_inputs(store, model, error);
}

static gboolean put_program_rule(struct store *store, const struct program_subject *subject, GError **error)
{
    const struct outcome_option *outcome = &subject->base.campaign->outcome;
    enum outcome_rule rule = outcome->rule == RULE_AUTO ? RULE_EXACT : outcome->rule;
    unsigned deciding = rule == RULE_TOLERANCE ? SDC_TOLERANCE : rule == RULE_COMMAND ? SDC_COMMAND : SDC_EXACT;
    g_autofree char *definition = program_sdc_definition(subject);
    g_autofree char *golden = program_golden_text(subject);

    return store_set(store, "rule", outcome_rule_names[rule], error) &&
           store_set(store, "definition", definition, error) && store_set(store, "golden", golden, error) &&
           set_integer(store, "deciding", deciding, error);
}

static gboolean put_program_facts(struct store *store, const struct subject *base, GError **error)
{
    const struct program_subject *subject = program_subject_of(base);
    g_autofree char *command = g_strjoinv(" ", (char **)subject->words->pdata);

    return store_set(store, "kind", "program", error) && put_program_rule(store, subject, error) &&
           store_put_input(store, 0, command, -1, NAN, -1, error);
}

gboolean campaign_store_put(struct store *store, const struct subject *subject, uint64_t trials, GError **error)
{
    return store_begin(store, error) && put_facts(store, subject->campaign, trials, error) &&
           put_parts(store, subject, error) && put_sites(store, subject->sites, error) &&
           (subject_is_model(subject) ? put_model : put_program_facts)(store, subject, error) &&
           store_commit(store, error);
}

static gboolean enter_folder(struct store *store, const char *dir, GError **error)
{
    g_autofree char *folder = store_get(store, "folder");

    if (folder && g_chdir(folder) == 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                "%s: the campaign was started in '%s', which does not exist any more: restore it, the paths of model "
                "and inputs are relative to it",
                dir, folder ? folder : "");
    return FALSE;
}

/* Called before the model is loaded: errors about a changed model would be misleading. */
static gboolean check_model(struct store *store, const char *model, GError **error)
{
    g_autofree char *hash = model_hash_file(model, error);
    g_autofree char *line = g_strdup_printf("model: %s\n", hash ? hash : "");
    g_autofree char *identity = store_get(store, "identity");

    if (!hash)
        return FALSE;
    if (identity && strstr(identity, line))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                "%s: the model has changed since the campaign ran, so its trials can't be repeated: put the old file "
                "back",
                model);
    return FALSE;
}

struct campaign *campaign_store_get(struct store *store, const char *dir, GError **error)
{
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autofree char *text = store_get(store, "campaign");

    if (!text) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                    "%s: the campaign was interrupted before its first trial: run its command again", dir);
        return NULL;
    }
    campaign->is_program = store_is_program(store);
    if (!campaign_load_text(campaign, text, strlen(text), "campaign", NULL, error) || !enter_folder(store, dir, error))
        return NULL;
    campaign_store_get_older(store, campaign);
    g_free(campaign->model);
    campaign->model = store_get(store, "model");
    if (!campaign->is_program && !check_model(store, campaign->model, error))
        return NULL;
    return g_steal_pointer(&campaign);
}
