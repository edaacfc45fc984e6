/* Compares layers' outputs with golden, box by box, and records the changes. */
#include "engine/model/propagation.h"

#include "engine/model/measure.h"
#include "ops/ops.h"

#include <string.h>

struct propagation {
    const struct machine *machine;
    struct layout *layouts; /* by value number */
    int *last_reader;       /* by value number: the last layer that reads it; 0: none */
    gboolean *differs;      /* by value number */
    gboolean *struck;       /* by layer number - 1 */
    int last;               /* the last layer that is known to be reached */
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

/* A box as contiguous pieces of memory: each covers the dimensions from `first` on and has n elements. */
struct pieces {
    int first;
    size_t n;
};

/* A contiguous piece may be this many times longer than the part of it inside the box, if no other box covers the gaps.
 */
#define PIECE_WASTE 3

static struct pieces find_pieces(const struct layout *layout, const struct box *box, size_t waste)
{
    struct pieces pieces = { layout->rank, 1 };
    size_t payload = 1, n = 1;

    for (int d = layout->rank - 1; d >= 0; d--) {
        size_t extent = (size_t)(box->hi[d] - box->lo[d]);

        payload *= extent;
        n += (extent - 1) * layout->strides[d] / layout->element;
        if (n > waste * payload)
            break;
        pieces = (struct pieces){ d, n };
    }
    return pieces;
}

/* Number of the first element of the piece at `index`; only dimensions before `first` of the index are used. */
static size_t piece_start(const struct layout *layout, const struct box *box, int first, const int64_t *index)
{
    size_t bytes = 0;

    for (int d = 0; d < layout->rank; d++)
        bytes += (size_t)(d < first ? index[d] : box->lo[d]) * layout->strides[d];
    return bytes / layout->element;
}

static gboolean next_piece(int first, const struct box *box, int64_t *index)
{
    for (int d = first - 1; d >= 0; d--) {
        if (++index[d] < box->hi[d])
            return TRUE;
        index[d] = box->lo[d];
    }
    return FALSE;
}

/* Whether one of the first n boxes has this element, which then is counted already. */
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

/* Measures, one by one, the elements of box b that are in no box before it. */
static void measure_rest(const struct pair *pair, const struct layout *layout, const struct boxes *boxes, int b,
                         struct sums *sums)
{
    int last = layout->rank - 1;
    int64_t index[MAX_RANK];

    memcpy(index, boxes->box[b].lo, sizeof(index));
    do {
        size_t first = piece_start(layout, &boxes->box[b], last, index);

        for (index[last] = boxes->box[b].lo[last]; index[last] < boxes->box[b].hi[last]; index[last]++, first++)
            if (!is_in(boxes, b, layout->rank, index))
                measure(pair, first, 1, sums);
    } while (next_piece(last, &boxes->box[b], index));
}

static void measure_box(const struct pair *pair, const struct layout *layout, const struct boxes *boxes, int b,
                        struct sums *sums)
{
    const struct box *box = &boxes->box[b];
    struct pieces pieces;
    int64_t index[MAX_RANK];

    if (box_is_empty(layout->rank, box))
        return;
    for (int other = 0; other < b; other++) {
        if (overlap(layout->rank, &boxes->box[other], box)) {
            measure_rest(pair, layout, boxes, b, sums);
            return;
        }
    }
    pieces = find_pieces(layout, box, boxes->n == 1 ? PIECE_WASTE : 1);
    memcpy(index, box->lo, sizeof(index));
    do
        measure(pair, piece_start(layout, box, pieces.first, index), pieces.n, sums);
    while (next_piece(pieces.first, box, index));
}

/* Most pieces are equal, and are skipped without measuring their elements. */
#define PIECE 1024

static void measure_everywhere(const struct pair *pair, struct sums *sums)
{
    for (size_t i = 0; i < pair->n; i += PIECE) {
        size_t n = MIN(PIECE, pair->n - i), offset = i * pair->element;

        if (memcmp(pair->golden + offset, pair->faulty + offset, n * pair->element) != 0)
            measure(pair, i, n, sums);
    }
}

static void measure_value(const struct propagation *p, int value, const unsigned char *data,
                          const unsigned char *golden, const struct boxes *changed, struct change *change)
{
    const struct layout *layout = &p->layouts[value];
    size_t offset = p->machine->offsets[value];
    struct sums sums = { .first = SIZE_MAX };
    struct pair pair = {
        .type = model_value(p->machine->model, value)->type,
        .element = layout->element,
        .n = machine_value_size(p->machine, value) / layout->element,
        .golden = golden + offset,
        .faulty = data + offset,
    };

    if (!changed || layout->rank == 0)
        measure_everywhere(&pair, &sums);
    else
        for (int b = 0; b < changed[value].n; b++)
            measure_box(&pair, layout, &changed[value], b, &sums);
    measure_end(&pair, &sums, change);
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

/* The fault was masked in the last layer that it reached, if that layer's outputs are golden. A change that no layer
 * reads is not masked anywhere. */
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
