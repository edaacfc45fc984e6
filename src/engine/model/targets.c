/* Finds the tensors and weights that the selected layers write and read, and draws their elements. */
#include "engine/model/targets.h"

#include "base/errors.h"
#include "base/search.h"
#include "base/setting_name.h"
#include "config/campaign.h"
#include "ops/ops.h"

#include <string.h>

/* Folded constants that a notice names. */
#define LISTED 5

static void target_clear(gpointer data)
{
    struct target *target = data;

    if (target->copies)
        g_array_unref(target->copies);
}

void targets_free(struct targets *targets)
{
    if (!targets)
        return;
    g_array_unref(targets->list);
    g_array_unref(targets->layers);
    g_free(targets);
}

unsigned target_bits(enum element type)
{
    return type == ELEMENT_BOOL ? 1 : element_file_bits(type);
}

static uint64_t element_count(const struct value *value)
{
    uint64_t count = 1;

    for (int d = 0; d < value->rank; d++)
        count *= (uint64_t)value->dims[d];
    return count;
}

/* Adds a target; NULL if the tensor has nothing to strike (no elements, or strings). */
static struct target *add_target(struct targets *targets, const struct machine *machine, int layer, int value)
{
    const struct value *tensor = model_value(machine->model, value);
    struct target target = { .layer = layer, .value = value, .first = targets->total, .count = element_count(tensor) };

    if (target.count == 0 || target_bits(tensor->type) == 0)
        return NULL;
    targets->total += target.count;
    targets->widest = MAX(targets->widest, target_bits(tensor->type));
    g_array_append_val(targets->list, target);
    return &g_array_index(targets->list, struct target, targets->list->len - 1);
}

static void add_outputs(struct targets *targets, const struct machine *machine, const struct layer *layer)
{
    for (int o = 0; o < layer->n_outputs; o++)
        if (layer->outputs[o] >= 0)
            add_target(targets, machine, layer->number, layer->outputs[o]);
}

/* The constant of the file that the layer reads as its input i; -1: that input is not one. */
static int original_of(const struct machine *machine, const struct layer *layer, int i)
{
    const struct value *value = model_value(machine->model, layer->inputs[i]);

    if (!value || !value->constant || (i < 64 && machine->code[layer->number - 1].unread_inputs >> i & 1))
        return -1;
    return value->original >= 0 ? value->original : layer->inputs[i];
}

static struct target *find_value(const struct targets *targets, int value)
{
    for (guint t = 0; t < targets->list->len; t++)
        if (g_array_index(targets->list, struct target, t).value == value)
            return &g_array_index(targets->list, struct target, t);
    return NULL;
}

static void add_constants(struct targets *targets, const struct machine *machine, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++) {
        int original = original_of(machine, layer, i);
        struct target *target = original < 0 || find_value(targets, original)
                                    ? NULL
                                    : add_target(targets, machine, layer->number, original);

        if (target)
            target->copies = g_array_new(FALSE, FALSE, sizeof(struct weight_copy));
    }
}

static gboolean has_copy(const struct target *target, int value)
{
    for (guint c = 0; c < target->copies->len; c++)
        if (g_array_index(target->copies, struct weight_copy, c).value == value)
            return TRUE;
    return FALSE;
}

/* Layers that are not selected but read the same weight get its fault too. */
static void add_copies(struct targets *targets, const struct machine *machine, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++) {
        int original = original_of(machine, layer, i), value = layer->inputs[i];
        struct target *target = original < 0 ? NULL : find_value(targets, original);
        struct weight_copy copy = { value, value == original ? 0 : layer->number, i };

        if (target && !has_copy(target, value))
            g_array_append_val(target->copies, copy);
    }
}

static void collect(struct targets *targets, const struct machine *machine, const struct selection *selection)
{
    const struct model *model = machine->model;

    for (int l = 1; l <= (int)model->layers->len; l++) {
        const struct layer *layer = model_layer(model, l);

        if (!selection_has_layer(selection, layer, layer->operator->type))
            continue;
        if (targets->level == LEVEL_TENSOR)
            add_outputs(targets, machine, layer);
        else
            add_constants(targets, machine, layer);
    }
    for (int l = 1; targets->level == LEVEL_WEIGHT && l <= (int)model->layers->len; l++)
        add_copies(targets, machine, model_layer(model, l));
}

static void group_by_layer(struct targets *targets)
{
    for (guint t = 0; t < targets->list->len; t++) {
        const struct target *target = &g_array_index(targets->list, struct target, t);
        guint n = targets->layers->len;
        struct target_layer *last = n ? &g_array_index(targets->layers, struct target_layer, n - 1) : NULL;
        struct target_layer next = { target->layer, target->first, target->count };

        if (last && last->layer == target->layer)
            last->count += target->count;
        else
            g_array_append_val(targets->layers, next);
    }
}

struct targets *targets_new(const struct machine *machine, const struct campaign *campaign, GError **error)
{
    struct targets *targets = g_new0(struct targets, 1);

    targets->level = campaign->level;
    targets->sampling = campaign->sampling;
    targets->list = g_array_new(FALSE, TRUE, sizeof(struct target));
    targets->layers = g_array_new(FALSE, FALSE, sizeof(struct target_layer));
    g_array_set_clear_func(targets->list, target_clear);
    collect(targets, machine, &campaign->selection);
    group_by_layer(targets);
    if (targets->total > 0)
        return targets;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG,
                "level %s: the selected layers of '%s' %s: `lltfi profile` lists its layers; check %s",
                level_names[targets->level], machine->model->path,
                targets->level == LEVEL_TENSOR ? "have no output with elements" : "read no constant of the model",
                setting_name("layers"));
    targets_free(targets);
    return NULL;
}

uint64_t targets_draw(const struct targets *targets, struct random *random)
{
    const struct target_layer *layer;

    if (targets->sampling == SAMPLING_ELEMENT)
        return random_below(random, targets->total);
    layer = &g_array_index(targets->layers, struct target_layer, random_below(random, targets->layers->len));
    return layer->first + random_below(random, layer->count);
}

const struct target *targets_find(const struct targets *targets, uint64_t number)
{
    return &g_array_index(targets->list, struct target, ARRAY_FIND_LAST(targets->list, struct target, first, number));
}

int64_t copy_place(const struct machine *machine, const struct weight_copy *copy, uint64_t element)
{
    const struct layer *layer = copy->layer > 0 ? model_layer(machine->model, copy->layer) : NULL;

    return layer ? layer->operator->place(layer, copy->input, (int64_t)element) : (int64_t)element;
}

gboolean target_is_read(const struct machine *machine, const struct target *target, int number)
{
    const struct layer *layer = model_layer(machine->model, number);

    for (int i = 0; i < layer->n_inputs; i++)
        if (original_of(machine, layer, i) == target->value)
            return TRUE;
    return FALSE;
}

uint64_t targets_of_layer(const struct targets *targets, int layer)
{
    for (guint l = 0; l < targets->layers->len; l++)
        if (g_array_index(targets->layers, struct target_layer, l).layer == layer)
            return g_array_index(targets->layers, struct target_layer, l).count;
    return 0;
}

char *targets_text(const struct targets *targets)
{
    const char *what =
        targets->level == LEVEL_TENSOR ? "an element of a layer's output" : "a stored weight, for the whole run";
    guint n = targets->layers->len;

    if (targets->sampling == SAMPLING_LAYER)
        return g_strdup_printf("%s: %u layer%s alike, then the layer's elements (%" G_GUINT64_FORMAT " in all)", what,
                               n, n == 1 ? "" : "s", targets->total);
    return g_strdup_printf("%s: %" G_GUINT64_FORMAT " elements of %u layer%s, all alike", what, targets->total, n,
                           n == 1 ? "" : "s");
}

char *targets_notice(const struct machine *machine)
{
    const struct targets *targets = machine->targets;
    g_autoptr(GString) names = g_string_new(NULL);
    guint folded = 0;

    for (guint t = 0; targets && targets->level == LEVEL_WEIGHT && t < targets->list->len; t++) {
        const struct value *value = model_value(machine->model, g_array_index(targets->list, struct target, t).value);

        if (value->folded && folded++ < LISTED)
            g_string_append_printf(names, "%s'%s'", names->len ? ", " : "", value->name);
    }
    if (folded == 0)
        return NULL;
    return g_strdup_printf("%u constant%s computed from others of the file while the model is lowered, and struck as "
                           "computed: %s%s",
                           folded, folded == 1 ? " is" : "s are", names->str, folded > LISTED ? "..." : "");
}
