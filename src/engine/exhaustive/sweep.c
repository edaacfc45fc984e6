/* Runs every fault of a unit, and remembers the outcomes of wrong values that many faults have in common. */
#include "engine/exhaustive/sweep.h"

#include "engine/model/forked.h"
#include "engine/model/grain/differential.h"
#include "ops/ops.h"

#include <string.h>

/* How many wrong values of the struck element are remembered with their outcomes; a power of two. */
#define KNOWN 4096
/* The fewest trials in children that a measurement runs; they get half of its time. */
#define MEASURED_CHILDREN 2

/* The part of a trial's result that is counted. */
struct verdict {
    uint32_t outcome, sdc;
    int golden_right, faulty_right;
};

/* The outcome of a wrong value of a grain that has one element. */
struct known {
    uint64_t grain; /* the grain, as a number in the order of striking, from 1 */
    uint64_t value;
    struct verdict verdict;
};

/* Consecutive selected instructions of one grain, or (grain -1) of no grain. */
struct stretch {
    uint64_t offset;    /* of the first, in the layer's run */
    uint64_t countdown; /* in the grain */
    int64_t grain;
    unsigned n;
    int sites[MAX_FAULTS]; /* -1: nothing can be injected */
};

struct sweep {
    const struct model_runner *runner;
    const struct model_subject *subject;
    struct differential *differential;
    struct bins *bins;
    struct unit unit;
    struct planned planned;
    struct stretch stretch;
    struct box box;      /* of the grain */
    uint64_t struck;     /* number of grains struck so far */
    const void *element; /* the grain's only output element; NULL: it has more, or a large one */
    size_t element_size;
    struct known known[KNOWN]; /* by hash of the value */
    unsigned applied;          /* injections of this trial */
    unsigned faults;           /* of this instruction */
    double measured;           /* how long a measurement takes, in seconds */
    struct sweep_cost *cost;   /* while measuring */
};

struct sweep *sweep_new(const struct model_runner *runner, struct bins *bins)
{
    struct sweep *sweep = g_new0(struct sweep, 1);

    sweep->runner = runner;
    sweep->subject = runner->subject;
    sweep->differential = runner->differential;
    sweep->bins = bins;
    return sweep;
}

void sweep_free(struct sweep *sweep)
{
    g_free(sweep);
}

static const struct machine *machine_of(const struct sweep *w)
{
    return w->subject->machine;
}

static const struct golden *golden_of(const struct sweep *w)
{
    return w->subject->golden[w->unit.input];
}

static void count_injection(const struct injection *injection G_GNUC_UNUSED, void *data)
{
    ((struct sweep *)data)->applied++;
}

/* Sets what all trials of a unit have in common. */
static void begin_unit(struct sweep *w, const struct unit *unit)
{
    const struct campaign *campaign = w->subject->base.campaign;
    const struct run_option *option = campaign->runs->pdata[0];

    w->unit = *unit;
    w->stretch = (struct stretch){ .grain = -1 };
    w->element = NULL;
    w->planned = (struct planned){ .input = unit->input, .layer = unit->layer };
    w->planned.timeout = option->timeout > 0 ? option->timeout : campaign->timeout;
    w->planned.runtime.type = option->fault;
    w->planned.runtime.num_bits = 1;
    w->planned.runtime.every_site = -1;
    w->planned.runtime.n_faults = 1;
}

/* A trial's outcome depends only on what the grain stored. If that is one element, the outcome can be looked up by its
 * value. */
static void find_element(struct sweep *w)
{
    const struct model *model = machine_of(w)->model;
    const struct layer *layer = model_layer(model, w->unit.layer);
    const struct value *value = layer->n_outputs == 1 ? model_value(model, layer->outputs[0]) : NULL;
    struct box produced;
    size_t index = 0;

    w->element = NULL;
    if (!value || element_size(value->type) > sizeof(uint64_t))
        return;
    layer_produced(model, layer, 0, &w->box, &produced);
    for (int d = 0; d < value->rank; d++) {
        if (produced.hi[d] - produced.lo[d] != 1)
            return;
        index = index * (size_t)value->dims[d] + (size_t)produced.lo[d];
    }
    w->element_size = element_size(value->type);
    w->element = (const char *)machine_value(machine_of(w), golden_of(w)->memory->data, layer->outputs[0]) +
                 index * w->element_size;
}

static const struct grains *grains_of(const struct sweep *w)
{
    const struct golden *golden = golden_of(w);

    return golden->grains ? golden->grains[w->unit.layer - 1] : NULL;
}

static void enter_grain(struct sweep *w, int64_t grain)
{
    w->struck++;
    w->element = NULL;
    if (grain < 0)
        return;
    grain_box(&grains_of(w)->grid, grain, &w->box);
    find_element(w);
}

static int64_t grain_of(const struct sweep *w, uint64_t offset, uint64_t *countdown)
{
    const struct grains *grains = grains_of(w);
    int64_t grain;

    return grains && grains_find(grains, offset, &grain, countdown) ? grain : -1;
}

static void note_site(const struct injection *injection, void *data)
{
    ((struct stretch *)data)->sites[injection->fault] = (int)injection->site;
}

/* Determines which instructions are executed, by a run without a fault. */
static void find_sites(struct sweep *w)
{
    struct stretch *stretch = &w->stretch;
    gboolean in_grain = stretch->grain >= 0;
    struct runtime_plan plan = { .type = FAULT_NONE, .num_bits = 1, .every_site = -1, .n_faults = stretch->n };

    plan.record = note_site;
    plan.data = stretch;
    for (unsigned i = 0; i < stretch->n; i++) {
        plan.gaps[i] = 1;
        stretch->sites[i] = -1;
    }
    runtime_arm(&plan, in_grain ? stretch->countdown : stretch->offset);
    machine_run_layer(machine_of(w), golden_of(w)->memory->data, w->unit.layer, in_grain ? FORM_GRAIN : FORM_FAULT,
                      in_grain ? &w->box : NULL);
}

/* The stretch of instructions that begins at an offset. */
static void begin_stretch(struct sweep *w, uint64_t offset)
{
    struct stretch *stretch = &w->stretch;
    int64_t before = stretch->grain;
    uint64_t ignored;

    stretch->offset = offset;
    stretch->grain = grain_of(w, offset, &stretch->countdown);
    for (stretch->n = 1; stretch->n < MAX_FAULTS && offset + stretch->n < w->unit.end; stretch->n++)
        if (grain_of(w, offset + stretch->n, &ignored) != stretch->grain)
            break;
    if (stretch->grain != before || stretch->grain < 0)
        enter_grain(w, stretch->grain);
    find_sites(w);
}

static struct verdict verdict_of(const struct trial *trial)
{
    return (struct verdict){ (uint32_t)trial->outcome, trial->sdc, trial->golden_right, trial->faulty_right };
}

/* The table entry for the struck element's value, and whether its outcome is known; NULL: it can't be remembered. */
static struct known *find_known(struct sweep *w, gboolean *found)
{
    uint64_t value = 0;
    struct known *known;

    *found = FALSE;
    if (!w->element)
        return NULL;
    memcpy(&value, w->element, w->element_size);
    known = &w->known[(value * 0x9e3779b97f4a7c15u >> 32) % KNOWN];
    *found = known->grain == w->struck && known->value == value;
    known->grain = *found ? w->struck : 0;
    known->value = value;
    return known;
}

static gboolean follow(struct sweep *w, struct trial *trial, GError **error)
{
    const struct outcome_reference *reference = &w->subject->references[w->unit.input];
    const struct tensor *const *outputs;
    gboolean changed = !differential_is_golden(w->differential);

    if (!differential_follow(w->differential, &outputs))
        return FALSE;
    if (changed && reference->rule == RULE_COMMAND && trial->outcome != OUTCOME_NOT_ACTIVATED)
        return outcome_command(reference, outputs, w->runner->scratch, trial, error);
    return TRUE;
}

/* FALSE without an error: the fault is not safe to run in this process, and needs a child. */
static gboolean run_contained(struct sweep *w, uint64_t countdown, struct verdict *verdict, GError **error)
{
    struct runtime_plan *plan = &w->planned.runtime;
    struct trial trial = { .input = w->unit.input, .layer = w->unit.layer };
    struct known *known = NULL;
    gboolean found = FALSE, done;

    w->applied = 0;
    plan->record = count_injection;
    plan->data = w;
    if (!differential_strike(w->differential, &w->planned, plan, countdown, &w->box, &trial))
        return FALSE;
    trial.n_injections = (int)w->applied;
    if (!differential_is_golden(w->differential))
        known = find_known(w, &found);
    if (found) {
        *verdict = known->verdict;
        differential_reset(w->differential);
        return TRUE;
    }
    done = follow(w, &trial, error);
    if (done)
        *verdict = verdict_of(&trial);
    differential_reset(w->differential);
    if (done && known) {
        known->verdict = *verdict;
        known->grain = w->struck;
    }
    return done;
}

static gboolean run_forked(struct sweep *w, struct verdict *verdict, GError **error)
{
    struct trial trial = { .input = w->unit.input, .layer = w->unit.layer };
    gboolean done;

    if (w->subject->base.campaign->contained_only) {
        *verdict = (struct verdict){ BIN_LEFT_OUT, 0, -1, -1 };
        return TRUE;
    }
    w->planned.runtime.allowed = NULL;
    done = forked_trial(w->runner, &w->planned, &trial, NULL, error);
    *verdict = verdict_of(&trial);
    trial_clear(&trial);
    return done;
}

static void count(struct sweep *w, int site, int reg, unsigned bit, const struct verdict *verdict)
{
    struct bin bin = { .outcome = verdict->outcome, .sdc = verdict->sdc, .faults = w->faults, .n = 1 };

    bin.table = BIN_BIT;
    bin.where[0] = site;
    bin.where[1] = reg;
    bin.where[2] = bit;
    bins_add(w->bins, &bin);
    bin.sdc = 0;
    bin.table = BIN_ELEMENT;
    bin.where[0] = w->unit.layer;
    bin.where[1] = w->stretch.grain;
    bin.where[2] = 0;
    bins_add(w->bins, &bin);
    bin.table = BIN_INPUT;
    bin.where[0] = w->unit.input;
    bin.where[1] = verdict->golden_right;
    bin.where[2] = verdict->faulty_right;
    bins_add(w->bins, &bin);
}

static gboolean is_contained(const struct sweep *w, int site, int reg)
{
    return w->stretch.grain >= 0 && reg < 64 && machine_of(w)->contained[site] >> reg & 1;
}

static void add_cost(struct sweep *w, gboolean contained, gint64 started)
{
    w->cost->seconds[!contained] += (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    w->cost->trials[!contained]++;
}

static gboolean has_enough_children(const struct sweep *w)
{
    return w->cost->trials[1] >= MEASURED_CHILDREN && w->cost->seconds[1] >= w->measured / 2;
}

static gboolean run_fault(struct sweep *w, unsigned i, int reg, unsigned bit, GError **error)
{
    int site = w->stretch.sites[i];
    gboolean contained = is_contained(w, site, reg);
    gint64 started = w->cost ? g_get_monotonic_time() : 0;
    struct verdict verdict;
    GError *failed = NULL;

    if (w->cost && !contained && has_enough_children(w))
        return TRUE;
    w->planned.runtime.reg_index = reg;
    w->planned.runtime.bit = bit;
    contained = contained && run_contained(w, w->stretch.countdown + i, &verdict, &failed);
    if (!contained && !failed)
        run_forked(w, &verdict, &failed);
    if (failed) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if (w->cost)
        add_cost(w, contained, started);
    else
        count(w, site, reg, bit, &verdict);
    return TRUE;
}

static gboolean run_register(struct sweep *w, unsigned i, int reg, unsigned width, GError **error)
{
    const GArray *bits = w->subject->base.campaign->bits;

    for (guint b = 0; b < (bits->len ? bits->len : width); b++) {
        unsigned bit = bits->len ? g_array_index(bits, unsigned, b) : b;

        if (bit < width && !run_fault(w, i, reg, bit, error))
            return FALSE;
    }
    return TRUE;
}

/* Runs every fault of the i-th instruction of the stretch. */
static gboolean run_instruction(struct sweep *w, unsigned i, GError **error)
{
    const struct golden *golden = golden_of(w);
    const struct site *site;

    if (w->stretch.sites[i] < 0)
        return TRUE;
    site = &g_array_index(machine_of(w)->sites, struct site, w->stretch.sites[i]);
    w->faults = site_faults(site, w->subject->base.campaign->bits);
    w->planned.countdown = w->stretch.offset + i;
    w->planned.cycle = golden->before[w->unit.layer - 1] + w->planned.countdown + 1;
    for (int r = 0; r < site->n_registers; r++)
        if (!run_register(w, i, r, site->registers[r].width, error))
            return FALSE;
    return TRUE;
}

gboolean sweep_unit(struct sweep *w, const struct unit *unit, const uint32_t *stop, gboolean *done, GError **error)
{
    *done = FALSE;
    begin_unit(w, unit);
    for (uint64_t offset = unit->first; offset < unit->end; offset += w->stretch.n) {
        begin_stretch(w, offset);
        for (unsigned i = 0; i < w->stretch.n; i++) {
            if (stop && __atomic_load_n(stop, __ATOMIC_RELAXED))
                return TRUE;
            if (!run_instruction(w, i, error))
                return FALSE;
        }
    }
    *done = TRUE;
    return TRUE;
}

gboolean sweep_measure(struct sweep *w, const struct unit *unit, double seconds, struct sweep_cost *cost,
                       GError **error)
{
    gint64 end = g_get_monotonic_time() + (gint64)(seconds * G_USEC_PER_SEC);
    gboolean done = TRUE;

    w->cost = cost;
    w->measured = seconds;
    begin_unit(w, unit);
    for (uint64_t offset = unit->first; done && offset < unit->end; offset += w->stretch.n) {
        begin_stretch(w, offset);
        for (unsigned i = 0; done && i < w->stretch.n && g_get_monotonic_time() < end; i++)
            done = run_instruction(w, i, error);
        if (g_get_monotonic_time() >= end)
            break;
    }
    w->cost = NULL;
    return done;
}
