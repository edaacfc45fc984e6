/* Tier 1: runs the struck grain, then recomputes layer by layer the boxes that its changes reach. */
#include "engine/model/grain/differential.h"

#include "engine/model/binding.h"
#include "engine/model/grain/guarded.h"
#include "engine/model/grain/tail.h"
#include "engine/model/grain/uses.h"
#include "engine/model/strike.h"
#include "engine/trial.h"
#include "ops/ops.h"
#include "runtime/model/report.h"

#include <signal.h>
#include <string.h>

struct differential {
    const struct machine *machine;
    const struct outcome_reference *references;
    struct golden *const *golden;
    size_t n_inputs;
    int n_layers;
    struct value_use *uses; /* by value number */
    struct tail tail;
    struct binding *bindings; /* by input */
    struct guarded *guarded;
    struct boxes *changed; /* by value number: what differs from golden */
    struct boxes *pending; /* by layer number - 1: what must be recomputed */
    int64_t *first_term;   /* and the first term of its sums that differs */
    int *touched;          /* values with changed boxes */
    int n_touched;
    int n_pending; /* layers with pending boxes */
    gboolean output_changed;
    gboolean crashed;      /* in the struck grain */
    unsigned reports;      /* of the struck grains' protection */
    struct binding *bound; /* of this trial's input */
    const struct planned *planned;
    struct trial *trial;
    unsigned first_fault;            /* of the grain that runs */
    struct strike strike;            /* of an element; if `changed`, it is in memory and must be undone */
    struct propagation *propagation; /* NULL: not recorded */
};

struct differential *differential_new(const struct machine *machine, struct golden *const *golden, size_t n_inputs,
                                      const struct outcome_reference *references)
{
    struct differential *d = g_new0(struct differential, 1);

    d->machine = machine;
    d->references = references;
    d->golden = golden;
    d->n_inputs = n_inputs;
    d->n_layers = (int)machine->model->layers->len;
    d->uses = uses_new(machine);
    tail_init(&d->tail, machine);
    d->guarded = guarded_new(machine);
    d->bindings = g_new0(struct binding, n_inputs);
    for (size_t i = 0; i < n_inputs; i++)
        binding_init(&d->bindings[i], machine, golden[i], &references[i]);
    d->changed = g_new0(struct boxes, machine->model->values->len + 1);
    d->pending = g_new0(struct boxes, d->n_layers + 1);
    d->first_term = g_new0(int64_t, d->n_layers + 1);
    d->touched = g_new(int, machine->model->values->len + 1);
    return d;
}

void differential_free(struct differential *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->n_inputs; i++)
        binding_clear(&d->bindings[i], d->machine);
    uses_free(d->uses, d->machine);
    tail_clear(&d->tail);
    guarded_free(d->guarded);
    g_free(d->bindings);
    g_free(d->changed);
    g_free(d->pending);
    g_free(d->first_term);
    g_free(d->touched);
    g_free(d);
}

void differential_record(struct differential *d, struct propagation *propagation)
{
    d->propagation = propagation;
}

/* The first term at which sums of a consumer differ: the earliest over all changes. */
static void note_first_term(struct differential *d, const struct consumer *consumer, const struct box *changed)
{
    const struct layer *layer = model_layer(d->machine->model, consumer->layer);
    int64_t *first = &d->first_term[consumer->layer - 1], term;

    if (!d->bound->partial_sums[consumer->layer - 1].sums)
        return;
    term = layer->operator->first_term(d->machine->model, layer, consumer->input, changed);
    *first = d->pending[consumer->layer - 1].n > 0 ? MIN(*first, term) : term;
}

/* Marks what the consumers of a value (which may be a constant) must recompute, since elements in `box` have changed.
 * FALSE if a consumer is not safe to run in this process with wrong data. */
static gboolean reach(struct differential *d, int value, const struct box *box)
{
    const struct value_use *value_use = &d->uses[value];

    d->output_changed |= value_use->is_output;
    for (guint c = 0; c < value_use->consumers->len; c++) {
        const struct consumer *consumer = &g_array_index(value_use->consumers, struct consumer, c);
        const struct layer *layer = model_layer(d->machine->model, consumer->layer);
        struct boxes *pending = &d->pending[consumer->layer - 1];
        struct box affected;

        if (consumer->input >= 64 || !(d->machine->code[consumer->layer - 1].trusted_inputs >> consumer->input & 1))
            return FALSE;
        layer_affected(d->machine->model, layer, consumer->input, box, &affected);
        if (box_is_empty(layer->space_rank, &affected))
            continue;
        layer_grain(d->machine->model, layer, &affected);
        note_first_term(d, consumer, box);
        d->n_pending += pending->n == 0;
        boxes_add(pending, layer->space_rank, &affected);
    }
    return TRUE;
}

/* Records that elements in `box` of a layer's output differ from golden. */
static gboolean spread(struct differential *d, int value, const struct box *box)
{
    if (d->changed[value].n == 0)
        d->touched[d->n_touched++] = value;
    boxes_add(&d->changed[value], d->uses[value].layout.rank, box);
    return reach(d, value, box);
}

/* Compares what a layer wrote for `box` of its space with golden. */
static gboolean compare_outputs(struct differential *d, int number, const struct box *box)
{
    const struct layer *layer = model_layer(d->machine->model, number);

    for (int o = 0; o < layer->n_outputs; o++) {
        int value = layer->outputs[o];
        struct box produced, difference;
        size_t offset;

        if (value < 0)
            continue;
        offset = d->machine->offsets[value];
        layer_produced(d->machine->model, layer, o, box, &produced);
        if (layout_difference(&d->uses[value].layout, d->bound->data + offset, d->bound->golden + offset, &produced,
                              &difference) &&
            !spread(d, value, &difference))
            return FALSE;
    }
    return TRUE;
}

static void run_layer(const struct differential *d, int number, enum form form, const struct box *box)
{
    d->machine->code[number - 1].entry[form](d->bound->in[number - 1], d->bound->out[number - 1], box);
}

/* Runs the fast form from partial sums, for elements whose sums are golden up to a term. */
static void run_from(const struct differential *d, int number, int64_t first_term, const struct box *box)
{
    struct resume *resume = &d->bound->partial_sums[number - 1];

    if (resume->sums)
        resume->first = first_term / resume->stretch * resume->stretch;
    run_layer(d, number, FORM_FAST, box);
}

/* Recomputes what is pending of a layer. */
static void run_pending(struct differential *d, int number)
{
    struct boxes *boxes = &d->pending[number - 1];

    for (int b = 0; b < boxes->n; b++) {
        layer_grain(d->machine->model, model_layer(d->machine->model, number), &boxes->box[b]);
        run_from(d, number, d->first_term[number - 1], &boxes->box[b]);
    }
    d->n_pending -= boxes->n > 0;
    boxes->n = 0;
}

static gboolean reads_changed(const struct differential *d, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i] >= 0 && d->changed[layer->inputs[i]].n > 0)
            return TRUE;
    return FALSE;
}

/* Outputs of a layer of the tail count as changed as a whole, or not at all. */
static void compare_whole(struct differential *d, const struct layer *layer)
{
    for (int o = 0; o < layer->n_outputs; o++) {
        int value = layer->outputs[o];
        size_t offset = value < 0 ? 0 : d->machine->offsets[value];

        if (value < 0 || memcmp(d->bound->data + offset, d->bound->golden + offset, d->uses[value].bytes) == 0)
            continue;
        d->touched[d->n_touched++] = value;
        d->changed[value].n = 1;
        d->changed[value].box[0] = d->uses[value].whole;
        d->output_changed |= d->uses[value].is_output;
    }
}

/* Runs the layers of the tail: for what is pending from layers before it, or whole. */
static void run_rest(struct differential *d, int first)
{
    for (int l = first; l <= d->n_layers; l++) {
        const struct layer *layer = model_layer(d->machine->model, l);

        if (reads_changed(d, layer)) {
            d->n_pending -= d->pending[l - 1].n > 0;
            d->pending[l - 1].n = 0;
            run_from(d, l, 0, &d->tail.whole[l - d->tail.first]);
        } else if (d->pending[l - 1].n > 0) {
            run_pending(d, l);
        } else {
            continue;
        }
        compare_whole(d, layer);
    }
}

/* Recomputes what is pending, layer after layer, until nothing is. */
static gboolean propagate(struct differential *d, int first)
{
    for (int l = first; d->n_pending > 0; l++) {
        struct boxes *boxes = &d->pending[l - 1]; /* changes found here become pending in later layers */

        if (l >= d->tail.first) {
            run_rest(d, l);
            return TRUE;
        }
        if (boxes->n == 0)
            continue;
        for (int b = 0; b < boxes->n; b++) {
            layer_grain(d->machine->model, model_layer(d->machine->model, l), &boxes->box[b]);
            run_from(d, l, d->first_term[l - 1], &boxes->box[b]);
            if (!compare_outputs(d, l, &boxes->box[b]))
                return FALSE;
        }
        boxes->n = 0;
        d->n_pending--;
    }
    return TRUE;
}

static void take_back_strike(struct differential *d)
{
    if (d->strike.changed)
        strike_write(d->machine, d->bound->data, d->planned, d->strike.before);
    d->strike.changed = FALSE;
}

void differential_reset(struct differential *d)
{
    gboolean in_rest = FALSE;

    take_back_strike(d);
    for (int t = 0; t < d->n_touched; t++) {
        int value = d->touched[t];
        size_t offset = d->machine->offsets[value];

        if (offset >= d->tail.begin && offset < d->tail.end) {
            d->changed[value].n = 0;
            in_rest = TRUE;
            continue;
        }
        for (int b = 0; b < d->changed[value].n; b++)
            layout_restore(&d->uses[value].layout, d->bound->data + offset, d->bound->golden + offset,
                           &d->changed[value].box[b]);
        d->changed[value].n = 0;
    }
    if (in_rest)
        memcpy(d->bound->data + d->tail.begin, d->bound->golden + d->tail.begin, d->tail.end - d->tail.begin);
    d->n_touched = 0;
    for (int l = 0; d->n_pending > 0 && l < d->n_layers; l++) {
        d->n_pending -= d->pending[l].n > 0;
        d->pending[l].n = 0;
    }
    d->output_changed = d->crashed = FALSE;
    d->reports = 0;
}

static void record(const struct injection *injection, void *data)
{
    struct differential *d = data;
    struct injection numbered = *injection;

    numbered.fault += d->first_fault;
    trial_add_injection(d->trial, d->planned, &numbered);
}

/* The position of a fault of the plan among the selected instructions of the struck layer's run, from 0. FALSE: it is
 * after the layer. */
static gboolean fault_offset(const struct differential *d, unsigned fault, uint64_t *offset)
{
    *offset = d->planned->countdown;
    for (unsigned f = 1; f <= fault; f++)
        *offset += d->planned->runtime.gaps[f];
    return *offset < d->golden[d->planned->input]->selected[d->planned->layer - 1];
}

/* The grain of a fault; FALSE if it strikes none. */
static gboolean fault_grain(const struct differential *d, unsigned fault, int64_t *grain, uint64_t *countdown)
{
    const struct grains *grains = d->golden[d->planned->input]->grains[d->planned->layer - 1];
    uint64_t offset;

    return grains && fault_offset(d, fault, &offset) && grains_find(grains, offset, grain, countdown);
}

/* Runs the struck grain, and finds what it changed. FALSE: only a run of the whole layer can show that. */
static gboolean run_grain(struct differential *d, struct runtime_plan *plan, uint64_t countdown,
                          const struct box *grain)
{
    int layer = d->planned->layer;

    runtime_take_reports();
    if (!d->machine->code[layer - 1].may_go_astray) {
        runtime_arm(plan, countdown);
        run_layer(d, layer, FORM_GRAIN, grain);
    } else {
        gboolean is_guarded = machine_is_guarded(d->machine, d->golden[d->planned->input]->memory);
        enum guarded_end end = guarded_run(d->guarded, layer, d->bound, is_guarded, plan, countdown, grain);

        d->crashed = end == GUARDED_CRASHED;
        if (end == GUARDED_UNKNOWN)
            return FALSE;
    }
    d->reports |= runtime_take_reports();
    return compare_outputs(d, layer, grain) && !plan->refused;
}

/* Runs the grain of fault `first` with all faults that strike it; *next receives the first fault of another grain. */
static gboolean strike_grain(struct differential *d, struct runtime_plan *plan, unsigned first, unsigned *next)
{
    int64_t grain, other;
    uint64_t countdown, ignored;
    struct box box;

    if (!fault_grain(d, first, &grain, &countdown))
        return FALSE;
    for (*next = first + 1; *next < d->planned->runtime.n_faults; (*next)++) {
        if (!fault_grain(d, *next, &other, &ignored))
            return FALSE;
        if (other != grain)
            break;
    }
    plan->n_faults = *next - first;
    memcpy(plan->gaps, d->planned->runtime.gaps + first, plan->n_faults * sizeof(*plan->gaps));
    d->first_fault = first;
    grain_box(&d->golden[d->planned->input]->grains[d->planned->layer - 1]->grid, grain, &box);
    return run_grain(d, plan, countdown, &box);
}

static gboolean strike(struct differential *d)
{
    struct runtime_plan plan;
    unsigned next = 0;

    memcpy(&plan, &d->planned->runtime, offsetof(struct runtime_plan, gaps)); /* gaps are set for each grain */
    /* A fault may change which instructions its grain executes. If other faults follow, their count must not change. */
    plan.allowed = plan.n_faults == 1 ? d->machine->contained : d->machine->straight;
    plan.refused = false;
    plan.record = record;
    plan.data = d;
    while (next < d->planned->runtime.n_faults)
        if (!strike_grain(d, &plan, next, &next))
            return FALSE;
    return TRUE;
}

/* Writes a fault in an element of a tensor; all layers that read it must be recomputed. */
static gboolean strike_element(struct differential *d)
{
    struct box box;
    int value;

    strike_draw(d->machine, d->bound->data, d->planned, &d->strike);
    if (d->strike.activated)
        trial_add_injection(d->trial, d->planned, &d->strike.injection);
    if (!d->strike.changed)
        return TRUE;
    strike_write(d->machine, d->bound->data, d->planned, d->strike.after);
    for (guint i = 0; strike_place(d->machine, d->planned, i, &value, &box); i++)
        if (!(d->planned->level == LEVEL_WEIGHT ? reach(d, value, &box) : spread(d, value, &box)))
            return FALSE;
    return TRUE;
}

static void judge(struct differential *d)
{
    const struct outcome_reference *reference = &d->references[d->planned->input];
    struct trial *trial = d->trial, judged = d->bound->unchanged;

    if (d->reports & REPORT_DETECTED) {
        outcome_no_output(reference, trial);
        trial->outcome = OUTCOME_DETECTED;
        return;
    }
    if (d->crashed) {
        outcome_no_output(reference, trial);
        trial->outcome = OUTCOME_CRASH;
        trial->signal = SIGSEGV;
        return;
    }
    if (d->output_changed)
        outcome_judge(reference, d->bound->outputs, &judged);
    trial->outcome = outcome_after(judged.outcome, d->reports & REPORT_CORRECTED);
    trial->sdc = judged.sdc;
    trial->deviation = judged.deviation;
    trial->golden_right = judged.golden_right;
    trial->faulty_right = judged.faulty_right;
    trial->faulty_class = judged.faulty_class;
    trial->faulty_confidence = judged.faulty_confidence;
    trial->golden_class_confidence = judged.golden_class_confidence;
    if (trial->n_injections == 0 && d->planned->runtime.type != FAULT_NONE)
        trial->outcome = OUTCOME_NOT_ACTIVATED;
}

/* Nothing before the layer that was struck, or that reads the struck weight first, can differ. */
static void record_propagation(struct differential *d)
{
    struct propagation *p = d->propagation;

    propagation_begin(p);
    for (int i = 0; i < d->trial->n_injections; i++)
        planned_mark(d->machine, d->planned, d->trial->injections[i].site, p);
    for (int l = planned_first_layer(d->machine, d->planned); l <= propagation_last(p); l++)
        propagation_layer(p, l, d->bound->data, d->bound->golden, d->changed);
    trial_take_changes(d->trial, p);
    trial_find_masked(d->trial, d->machine->model);
}

static gboolean give_up(struct differential *d)
{
    differential_reset(d);
    trial_clear(d->trial);
    return FALSE;
}

gboolean differential_trial(struct differential *d, const struct planned *planned, struct trial *trial,
                            const struct tensor *const **outputs)
{
    d->planned = planned;
    d->trial = trial;
    d->bound = &d->bindings[planned->input];
    if (planned->cycle == 0 || (!planned->target && !d->golden[planned->input]->grains))
        return FALSE;
    if (planned->target ? !strike_element(d) || !propagate(d, 1) : !strike(d) || !propagate(d, planned->layer + 1))
        return give_up(d);
    d->reports |= runtime_take_reports();
    judge(d);
    if (d->propagation && !d->crashed)
        record_propagation(d);
    *outputs = d->bound->outputs;
    return TRUE;
}

gboolean differential_strike(struct differential *d, const struct planned *planned, struct runtime_plan *plan,
                             uint64_t countdown, const struct box *grain, struct trial *trial)
{
    d->planned = planned;
    d->trial = trial;
    d->bound = &d->bindings[planned->input];
    plan->allowed = d->machine->contained;
    plan->refused = false;
    return run_grain(d, plan, countdown, grain) || give_up(d);
}

gboolean differential_is_golden(const struct differential *d)
{
    return d->n_touched == 0 && d->reports == 0;
}

gboolean differential_follow(struct differential *d, const struct tensor *const **outputs)
{
    if (!propagate(d, d->planned->layer + 1))
        return give_up(d);
    d->reports |= runtime_take_reports();
    judge(d);
    *outputs = d->bound->outputs;
    return TRUE;
}
