/* Finds the loop whose iterations are a layer's grains, and builds the table of grains by running the mark form once.
 */
#include "engine/model/grain/grains.h"

#include "ops/ops.h"
#include "passes/analysis/containment.h"
#include "runtime/model/mark.h"

#include <string.h>

/* Builds the table while the layer runs. */
struct collector {
    struct grid grid;
    const struct machine *machine;
    const struct model *model;
    const struct layer *layer;
    unsigned char *data;
    struct grains *grains;
    gboolean *seen; /* by grain */
    int64_t n;      /* iterations so far */
    gboolean failed;
};

void grains_free(struct grains *grains)
{
    if (!grains)
        return;
    g_array_unref(grains->runs);
    g_free(grains->index);
    g_free(grains);
}

static void grid_init(struct grid *grid, const struct model *model, const struct layer *layer)
{
    struct box first;

    *grid = (struct grid){ .rank = layer->space_rank, .grains = 1 };
    memcpy(grid->space, layer->space, sizeof(grid->space));
    box_whole(layer->space_rank, layer->space, &first);
    for (int d = 0; d < layer->space_rank; d++)
        first.hi[d] = MIN(first.hi[d], 1);
    layer_grain(model, layer, &first);
    for (int d = 0; d < layer->space_rank; d++) {
        grid->extent[d] = MAX(first.hi[d] - first.lo[d], 1);
        grid->count[d] = (layer->space[d] + grid->extent[d] - 1) / grid->extent[d];
        grid->grains *= grid->count[d];
    }
}

void grain_box(const struct grid *grid, int64_t grain, struct box *box)
{
    for (int d = grid->rank - 1; d >= 0; d--) {
        int64_t count = grid->count[d], i = count == 1 ? 0 : grain % count;

        box->lo[d] = i * grid->extent[d];
        box->hi[d] = MIN(box->lo[d] + grid->extent[d], grid->space[d]);
        grain = count == 1 ? grain : grain / count;
    }
}

/* The output that an address belongs to, and the index of the element there; -1: none. */
static int find_output(const struct collector *c, const unsigned char *address, int64_t *index)
{
    const struct layer *layer = c->layer;

    for (int o = 0; o < layer->n_outputs; o++) {
        const unsigned char *begin;
        int64_t tail;

        if (layer->outputs[o] < 0)
            continue;
        begin = machine_value(c->machine, c->data, layer->outputs[o]);
        if (address < begin || address >= begin + machine_value_size(c->machine, layer->outputs[o]))
            continue;
        tail = (address - begin) / (int64_t)element_size(model_value(c->model, layer->outputs[o])->type);
        for (int d = model_value(c->model, layer->outputs[o])->rank - 1; d >= 0; d--) {
            index[d] = tail % model_value(c->model, layer->outputs[o])->dims[d];
            tail /= model_value(c->model, layer->outputs[o])->dims[d];
        }
        return o;
    }
    return -1;
}

static gboolean contains_index(int rank, const struct box *box, const int64_t *index)
{
    for (int d = 0; d < rank; d++)
        if (index[d] < box->lo[d] || index[d] >= box->hi[d])
            return FALSE;
    return TRUE;
}

/* The grain that stored to an address. If the space has the output's shape, the address determines it; otherwise it
 * must be the next grain in row-major order. -1 if neither holds. */
static int64_t grain_at(const struct collector *c, const void *address)
{
    const struct grid *grid = &c->grid;
    int64_t index[MAX_RANK] = { 0 }, grain = 0;
    int output = find_output(c, address, index);
    struct box box, produced;

    if (output < 0)
        return -1;
    if (c->layer->operator->produced || output != 0) {
        grain = c->n;
    } else {
        for (int d = 0; d < c->layer->space_rank; d++)
            grain = grain * grid->count[d] + index[d] / grid->extent[d];
    }
    if (grain >= grid->grains)
        return -1;
    grain_box(grid, grain, &box);
    layer_produced(c->model, c->layer, output, &box, &produced);
    return contains_index(model_value(c->model, c->layer->outputs[output])->rank, &produced, index) ? grain : -1;
}

/* Extends the last run, or begins a new one. */
static void add_grain(GArray *runs, uint64_t begin, uint64_t each, int64_t grain)
{
    struct grain_run *last = runs->len ? &g_array_index(runs, struct grain_run, runs->len - 1) : NULL;
    struct grain_run added = { .first = begin, .each = each, .n = 1, .grain = grain };

    if (last && last->n == 1 && last->each == each) {
        last->period = begin - last->first;
        last->step = grain - last->grain;
        last->n = 2;
    } else if (last && last->n > 1 && last->each == each && begin == last->first + last->n * last->period &&
               grain == last->grain + (int64_t)last->n * last->step) {
        last->n++;
    } else {
        g_array_append_val(runs, added);
    }
}

static void collect(uint64_t begin, uint64_t end, const void *address, void *data)
{
    struct collector *c = data;
    int64_t grain = c->failed || !address ? -1 : grain_at(c, address);

    if (grain < 0 || c->seen[grain]) {
        c->failed = TRUE;
        return;
    }
    c->seen[grain] = TRUE;
    c->n++;
    add_grain(c->grains->runs, begin, end - begin, grain);
}

#define INDEX_SIZE 1024

/* Makes the index, with which a search visits few runs. */
static void make_index(struct grains *grains)
{
    const struct grain_run *runs = (const struct grain_run *)(const void *)grains->runs->data;
    guint n = grains->runs->len, run = 0;

    if (n == 0)
        return;
    while (runs[n - 1].first >> grains->shift >= INDEX_SIZE)
        grains->shift++;
    grains->n_index = (guint)(runs[n - 1].first >> grains->shift) + 1;
    grains->index = g_new(guint, grains->n_index);
    for (guint i = 0; i < grains->n_index; i++) {
        while (run + 1 < n && runs[run + 1].first <= (uint64_t)i << grains->shift)
            run++;
        grains->index[i] = run;
    }
}

/* Builds the table with the chosen loop. NULL without an error if its iterations are not the grains. */
static struct grains *mark(struct machine *machine, int number, unsigned char *data, GError **error)
{
    struct collector c = {
        .machine = machine, .model = machine->model, .layer = model_layer(machine->model, number), .data = data
    };

    grid_init(&c.grid, c.model, c.layer);
    if (!machine_compile(machine, number, FORM_MARK, error))
        return NULL;
    c.grains = g_new0(struct grains, 1);
    c.grains->runs = g_array_new(FALSE, FALSE, sizeof(struct grain_run));
    c.seen = g_new0(gboolean, MAX(c.grid.grains, 1));
    runtime_mark_to(collect, &c);
    machine_run_layer(machine, data, number, FORM_MARK, NULL);
    runtime_mark_to(NULL, NULL);
    g_free(c.seen);
    c.grains->grid = c.grid;
    if (!c.failed && c.n == c.grid.grains) {
        make_index(c.grains);
        return c.grains;
    }
    grains_free(c.grains);
    return NULL;
}

/* The innermost loop around all stores to outputs; NULL: there is none. */
static const struct loop *innermost_store_loop(const GPtrArray *loops, LLVMValueRef function)
{
    const struct loop *common = NULL;
    gboolean found = FALSE;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b)) {
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            LLVMValueRef base = LLVMIsAStoreInst(i) ? pointer_base(LLVMGetOperand(i, 1)) : NULL;

            if (!base || !LLVMIsAArgument(base))
                continue;
            common = found ? loop_common(common, loop_innermost(loops, b)) : loop_innermost(loops, b);
            found = TRUE;
        }
    }
    return common;
}

static int loop_number(const GPtrArray *loops, const struct loop *loop)
{
    guint number;

    return loop && g_ptr_array_find((GPtrArray *)loops, loop, &number) ? (int)number : -1;
}

/* Tries the loops from `loop` outwards. */
static struct grains *try_loops(struct machine *machine, int number, const GPtrArray *loops, const struct loop *loop,
                                unsigned char *data, GError **error)
{
    struct layer_code *code = &machine->code[number - 1];

    for (;; loop = loop->outer) {
        struct grains *grains;
        GError *failed = NULL;

        code->grain_loop = loop_number(loops, loop);
        code->entry[FORM_MARK] = NULL;
        grains = mark(machine, number, data, &failed);
        if (failed)
            g_propagate_error(error, failed);
        if (grains || failed || !loop)
            return grains;
    }
}

/* Chooses a loop: the innermost one whose iterations are the grains. */
static struct grains *find_loop(struct machine *machine, int number, unsigned char *data, GError **error)
{
    struct layer_code *code = &machine->code[number - 1];
    LLVMModuleRef module = machine_scalar(machine, number, error);
    LLVMValueRef function = module ? layer_function(module) : NULL;
    g_autoptr(GPtrArray) loops = module ? function_loops(function) : NULL;
    struct grains *grains = NULL;

    if (module)
        grains = try_loops(machine, number, loops, innermost_store_loop(loops, function), data, error);
    code->grains = grains ? GRAINS_FOUND : GRAINS_NONE;
    if (grains)
        machine_find_containment(machine, number, loops);
    return grains;
}

struct grains *grains_new(struct machine *machine, int layer, unsigned char *data, GError **error)
{
    switch (machine->code[layer - 1].grains) {
    case GRAINS_UNKNOWN:
        return find_loop(machine, layer, data, error);
    case GRAINS_FOUND:
        return mark(machine, layer, data, error);
    default:
        return NULL;
    }
}

/* The last run that begins at or before the instruction. */
static const struct grain_run *find_run(const struct grains *grains, uint64_t offset)
{
    uint64_t i = offset >> grains->shift;
    guint low = grains->index[MIN(i, grains->n_index - 1)];
    guint high = i + 1 < grains->n_index ? grains->index[i + 1] + 1 : grains->runs->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (g_array_index(grains->runs, struct grain_run, middle).first <= offset)
            low = middle;
        else
            high = middle;
    }
    return &g_array_index(grains->runs, struct grain_run, low);
}

gboolean grains_find(const struct grains *grains, uint64_t offset, int64_t *grain, uint64_t *countdown)
{
    const struct grain_run *run;
    uint64_t i;

    if (grains->runs->len == 0)
        return FALSE;
    run = find_run(grains, offset);
    if (offset < run->first)
        return FALSE;
    i = run->n > 1 && run->period > 0 ? MIN((offset - run->first) / run->period, run->n - 1) : 0;
    *grain = run->grain + (int64_t)i * run->step;
    *countdown = offset - run->first - i * run->period;
    return *countdown < run->each;
}
