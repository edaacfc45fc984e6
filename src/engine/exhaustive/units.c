#include "engine/exhaustive/units.h"

#include "base/search.h"
#include "config/campaign.h"

/* The work in a unit, in trials of tier 1 of a small model: about a second. */
#define UNIT_COST 32768.0
/* The least cost of a trial in a child, in trials of tier 1, and the number of instructions of its layer's run that
 * cost as much as one. */
#define CHILD_COST 64.0
#define INSTRUCTIONS_OF_COST 5000.0
/* Trials of larger models are slower: this many selected instructions double a trial's cost. */
#define INSTRUCTIONS_OF_SIZE 50e6

static uint64_t span_of(const struct units *units, const struct golden *golden, const struct unit_group *group)
{
    double selected = (double)golden->selected[group->layer - 1];
    double size = 1 + (double)golden_total(golden, units->subject->machine) / INSTRUCTIONS_OF_SIZE;
    double child = CHILD_COST * size + selected / INSTRUCTIONS_OF_COST;
    double contained = (double)group->population.contained;
    double others = units->subject->base.campaign->contained_only ? 0 : (double)group->population.faults - contained;
    double span = UNIT_COST * selected / MAX(contained * size + others * child, 1);

    return (uint64_t)CLAMP(span, 1, selected);
}

static void add_group(struct units *units, int input, int layer)
{
    const struct golden *golden = units->subject->golden[input];
    struct unit_group group = { .first = units->n, .input = input, .layer = layer };
    uint64_t selected = golden->selected[layer - 1];

    group.population = population_of_layer(units->subject->machine, golden, layer, units->subject->base.campaign->bits);
    if (group.population.faults == 0)
        return;
    group.span = span_of(units, golden, &group);
    units->n += (selected + group.span - 1) / group.span;
    units->population.faults += group.population.faults;
    units->population.contained += group.population.contained;
    g_array_append_val(units->groups, group);
}

struct units *units_new(const struct model_subject *subject)
{
    struct units *units = g_new0(struct units, 1);

    units->subject = subject;
    units->groups = g_array_new(FALSE, FALSE, sizeof(struct unit_group));
    for (size_t i = 0; i < subject->base.n_inputs; i++)
        for (guint l = 1; l <= subject->model->layers->len; l++)
            add_group(units, (int)i, (int)l);
    return units;
}

void units_free(struct units *units)
{
    if (!units)
        return;
    g_array_unref(units->groups);
    g_free(units);
}

struct unit units_get(const struct units *units, uint64_t number)
{
    guint g = ARRAY_FIND_LAST(units->groups, struct unit_group, first, number);
    const struct unit_group *group = &g_array_index(units->groups, struct unit_group, g);
    struct unit unit;
    uint64_t selected;

    unit = (struct unit){ group->input, group->layer, (number - group->first) * group->span, 0 };
    selected = units->subject->golden[unit.input]->selected[unit.layer - 1];
    unit.end = MIN(unit.first + group->span, selected);
    return unit;
}
