#include "engine/propagation.h"

#include "ops/ops.h"

#include <math.h>
#include <string.h>

struct propagation {
    const struct machine *machine;
    struct layout *layouts; /* by value number */
    int *last_reader;       /* by value number: the last layer that takes it, 0: none */
    gboolean *differs;      /* by value number */
    gboolean *struck;       /* by layer number - 1 */
    int last;               /* the last layer that is reached for sure */
    GArray *changes;
};

struct propagation *propagation_new(const struct machine *machine)
{
    const struct model *model = machine->model;
    struct propagation *p = g_new0(struct propagation, 1);

    p->machine = machine;
    p->layouts = g_new0(struct layout, model->values->len + 1);
    p->last_reader = g_new0(int, model->values->len + 1);
    p->differs = g_new0(gboolean, model->values->len + 1);
    p->struck = g_new0(gboolean, model->layers->len + 1);
    p->changes = g_array_new(FALSE, FALSE, sizeof(struct change));
    for (guint v = 0; v < model->values->len; v++)
        layout_init(&p->layouts[v], model_value(model, (int)v));
    for (int l = 1; l <= (int)model->layers->len; l++)
        for (int i = 0; i < model_layer(model, l)->n_inputs; i++)
            if (model_layer(model, l)->inputs[i] >= 0)
                p->last_reader[model_layer(model, l)->inputs[i]] = l;
    return p;
}

void propagation_free(struct propagation *p)
{
    if (!p)
        return;
    g_free(p->layouts);
    g_free(p->last_reader);
    g_free(p->differs);
    g_free(p->struck);
    g_array_unref(p->changes);
    g_free(p);
}

void propagation_begin(struct propagation *p)
{
    memset(p->differs, 0, p->machine->model->values->len * sizeof(gboolean));
    memset(p->struck, 0, p->machine->model->layers->len * sizeof(gboolean));
    p->last = 0;
    g_array_set_size(p->changes, 0);
}

void propagation_strike(struct propagation *p, int layer)
{
    if (layer < 1)
        return;
    p->struck[layer - 1] = TRUE;
    p->last = MAX(p->last, layer);
}

int propagation_last(const struct propagation *p)
{
    return p->last;
}

/* NaN stays once it is there. */
static inline double larger(double a, double b)
{
    return b > a || isnan(b) ? b : a;
}

/* A stretch of memory in which elements may differ: `first` is the index of its first element. */
struct stretch {
    enum element type;
    size_t element, first, n;
    const unsigned char *golden, *faulty;
};

/* Element i of the stretch has changed: it may be the first one of all. */
static void note_first(const struct stretch *s, size_t i, double golden, double faulty, unsigned bits,
                       struct change *change)
{
    if (change->changed > 0 && change->first < s->first + i)
        return;
    change->first = s->first + i;
    change->golden = golden;
    change->faulty = faulty;
    change->bits = bits;
}

static double deviation(double golden, double faulty)
{
    return golden == faulty ? 0 : fabs(faulty - golden);
}

static double ratio(double distance, double golden)
{
    return distance / (distance == 0 ? 1 : fabs(golden));
}

/* What is summed up over the elements of a stretch. */
struct sums {
    uint64_t changed, one_bit;
    double largest, largest_relative;
    gboolean no_largest, no_relative; /* some are NaN */
};

static void add_sums(struct change *change, const struct sums *sums)
{
    change->changed += sums->changed;
    change->one_bit += sums->one_bit;
    change->largest = larger(change->largest, sums->no_largest ? NAN : sums->largest);
    change->largest_relative = larger(change->largest_relative, sums->no_relative ? NAN : sums->largest_relative);
}

static void load_float(const unsigned char *from, size_t i, uint32_t *bits, double *value)
{
    float number;

    memcpy(&number, from + i * sizeof(number), sizeof(number));
    memcpy(bits, &number, sizeof(number));
    *value = (double)number;
}

/* Nearly all of the time goes here. Without branches: which elements have changed can't be foreseen. */
static void measure_floats(const struct stretch *s, struct change *change)
{
    struct sums sums = { 0 };
    size_t first = s->n;

    for (size_t i = s->n; i-- > 0;) {
        uint32_t golden_bits, faulty_bits, bits;
        double golden, faulty, distance, relative;

        load_float(s->golden, i, &golden_bits, &golden);
        load_float(s->faulty, i, &faulty_bits, &faulty);
        bits = golden_bits ^ faulty_bits;
        distance = bits == 0 ? 0 : deviation(golden, faulty);
        relative = ratio(distance, golden);
        first = bits != 0 ? i : first;
        sums.changed += bits != 0;
        sums.one_bit += (bits != 0) & ((bits & (bits - 1)) == 0);
        sums.largest = distance > sums.largest ? distance : sums.largest;
        sums.largest_relative = relative > sums.largest_relative ? relative : sums.largest_relative;
        sums.no_largest |= isnan(distance) != 0;
        sums.no_relative |= isnan(relative) != 0;
    }
    if (first < s->n) {
        uint32_t golden_bits, faulty_bits;
        double golden, faulty;

        load_float(s->golden, first, &golden_bits, &golden);
        load_float(s->faulty, first, &faulty_bits, &faulty);
        note_first(s, first, golden, faulty, (unsigned)__builtin_popcount(golden_bits ^ faulty_bits), change);
        add_sums(change, &sums);
    }
}

/* Texts are pointers: their bits mean nothing. */
static unsigned differing_bits(const struct stretch *s, size_t i)
{
    unsigned bits = 0;

    for (size_t o = i * s->element; s->type != ELEMENT_STRING && o < (i + 1) * s->element; o++)
        bits += (unsigned)__builtin_popcount((unsigned)(s->golden[o] ^ s->faulty[o]));
    return bits;
}

static void measure_any(const struct stretch *s, struct change *change)
{
    const struct tensor golden = { .type = s->type, .data = (void *)s->golden };
    const struct tensor faulty = { .type = s->type, .data = (void *)s->faulty };

    for (size_t i = 0; i < s->n; i++) {
        double old = tensor_element_as_double(&golden, i), new = tensor_element_as_double(&faulty, i);
        unsigned bits = differing_bits(s, i);
        struct sums sums = { 1, bits == 1, deviation(old, new), ratio(deviation(old, new), old), FALSE, FALSE };

        if (memcmp(s->golden + i * s->element, s->faulty + i * s->element, s->element) == 0)
            continue;
        note_first(s, i, old, new, bits, change);
        add_sums(change, &sums);
    }
}

static void measure(const struct stretch *whole, size_t first, size_t n, struct change *change)
{
    struct stretch s = *whole;

    s.first = first;
    s.n = n;
    s.golden += first * s.element;
    s.faulty += first * s.element;
    if (s.type == ELEMENT_FLOAT)
        measure_floats(&s, change);
    else
        measure_any(&s, change);
}

/* Index of the first element of a box's row at `index` (its last place is not looked at). */
static size_t row_start(const struct layout *layout, const struct box *box, const int64_t *index)
{
    size_t octets = (size_t)box->lo[layout->rank - 1] * layout->element;

    for (int d = 0; d < layout->rank - 1; d++)
        octets += (size_t)index[d] * layout->strides[d];
    return octets / layout->element;
}

static gboolean next_row(int rank, const struct box *box, int64_t *index)
{
    for (int d = rank - 2; d >= 0; d--) {
        if (++index[d] < box->hi[d])
            return TRUE;
        index[d] = box->lo[d];
    }
    return FALSE;
}

/* Whether one of the first n boxes has this element: it is counted already. */
static gboolean is_in(const struct boxes *boxes, int n, int rank, const int64_t *index)
{
    for (int b = 0; b < n; b++) {
        int d = 0;

        while (d < rank && index[d] >= boxes->box[b].lo[d] && index[d] < boxes->box[b].hi[d])
            d++;
        if (d == rank)
            return TRUE;
    }
    return FALSE;
}

static gboolean overlap(int rank, const struct box *a, const struct box *b)
{
    for (int d = 0; d < rank; d++)
        if (a->lo[d] >= b->hi[d] || b->lo[d] >= a->hi[d])
            return FALSE;
    return TRUE;
}

static void measure_row(const struct stretch *whole, const struct layout *layout, const struct boxes *boxes, int b,
                        gboolean shared, int64_t *index, struct change *change)
{
    const struct box *box = &boxes->box[b];
    int last = layout->rank - 1;
    size_t first = row_start(layout, box, index), n = (size_t)(box->hi[last] - box->lo[last]);

    if (!shared) {
        measure(whole, first, n, change);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        index[last] = box->lo[last] + (int64_t)i;
        if (!is_in(boxes, b, layout->rank, index))
            measure(whole, first + i, 1, change);
    }
}

static void measure_box(const struct stretch *whole, const struct layout *layout, const struct boxes *boxes, int b,
                        struct change *change)
{
    int64_t index[MAX_RANK];
    gboolean shared = FALSE;

    if (box_is_empty(layout->rank, &boxes->box[b]))
        return;
    for (int other = 0; other < b; other++)
        shared |= overlap(layout->rank, &boxes->box[other], &boxes->box[b]);
    memcpy(index, boxes->box[b].lo, sizeof(index));
    do
        measure_row(whole, layout, boxes, b, shared, index, change);
    while (next_row(layout->rank, &boxes->box[b], index));
}

/* Pieces that are equal, as most are, cost no look at each element. */
#define PIECE 1024

static void measure_everywhere(const struct stretch *whole, struct change *change)
{
    for (size_t i = 0; i < whole->n; i += PIECE) {
        size_t n = MIN(PIECE, whole->n - i), offset = i * whole->element;

        if (memcmp(whole->golden + offset, whole->faulty + offset, n * whole->element) != 0)
            measure(whole, i, n, change);
    }
}

static void measure_value(const struct propagation *p, int value, const unsigned char *data,
                          const unsigned char *golden, const struct boxes *changed, struct change *change)
{
    const struct layout *layout = &p->layouts[value];
    size_t size = machine_value_size(p->machine, value), offset = p->machine->offsets[value];
    struct stretch whole = {
        .type = model_value(p->machine->model, value)->type,
        .element = layout->element,
        .n = size / layout->element,
        .golden = golden + offset,
        .faulty = data + offset,
    };

    if (!changed || layout->rank == 0)
        measure_everywhere(&whole, change);
    else
        for (int b = 0; b < changed[value].n; b++)
            measure_box(&whole, layout, &changed[value], b, change);
}

static void note_difference(struct propagation *p, int value)
{
    p->differs[value] = TRUE;
    p->last = MAX(p->last, p->last_reader[value]);
}

void propagation_inputs(struct propagation *p, const unsigned char *data, const unsigned char *golden)
{
    const GArray *inputs = p->machine->model->inputs;

    for (guint i = 0; i < inputs->len; i++) {
        int value = g_array_index(inputs, int, i);
        size_t offset = p->machine->offsets[value];

        if (!model_value(p->machine->model, value)->constant &&
            memcmp(data + offset, golden + offset, machine_value_size(p->machine, value)) != 0)
            note_difference(p, value);
    }
}

static gboolean is_reached(const struct propagation *p, const struct layer *layer)
{
    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i] >= 0 && p->differs[layer->inputs[i]])
            return TRUE;
    return p->struck[layer->number - 1];
}

void propagation_layer(struct propagation *p, int number, const unsigned char *data, const unsigned char *golden,
                       const struct boxes *changed)
{
    const struct layer *layer = model_layer(p->machine->model, number);
    gboolean reached = is_reached(p, layer);

    if (!reached && changed)
        return;
    for (int o = 0; o < layer->n_outputs; o++) {
        struct change change = { .layer = number, .output = o };

        if (layer->outputs[o] < 0)
            continue;
        measure_value(p, layer->outputs[o], data, golden, changed, &change);
        if (change.changed > 0)
            note_difference(p, layer->outputs[o]);
        if (reached || change.changed > 0)
            g_array_append_val(p->changes, change);
    }
}

void trial_add_changes(struct trial *trial, const struct change *changes, guint n)
{
    if (n == 0)
        return;
    trial->changes = g_renew(struct change, trial->changes, (gsize)trial->n_changes + n);
    memcpy(trial->changes + trial->n_changes, changes, n * sizeof(*changes));
    trial->n_changes += (int)n;
}

void trial_take_changes(struct trial *trial, struct propagation *p)
{
    trial_add_changes(trial, (const struct change *)(const void *)p->changes->data, p->changes->len);
    g_array_set_size(p->changes, 0);
}

static gboolean is_model_output(const struct model *model, const struct change *change)
{
    int value = model_layer(model, change->layer)->outputs[change->output];

    for (guint o = 0; o < model->outputs->len; o++)
        if (g_array_index(model->outputs, int, o) == value)
            return TRUE;
    return FALSE;
}

/* It ended in the last layer that it reached, if that changed nothing. (A change that no layer reads ends nowhere.) */
void trial_find_masked(struct trial *trial, const struct model *model)
{
    int last = trial->n_changes - 1;

    for (int c = 0; c <= last; c++)
        if (trial->changes[c].changed > 0 &&
            (trial->changes[c].layer == trial->changes[last].layer || is_model_output(model, &trial->changes[c])))
            return;
    if (last >= 0)
        trial->changes[last].masked = TRUE;
}

int trial_masked_in(const struct trial *trial)
{
    for (int c = 0; c < trial->n_changes; c++)
        if (trial->changes[c].masked)
            return trial->changes[c].layer;
    return 0;
}
