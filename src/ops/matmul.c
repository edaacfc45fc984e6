/* MatMul, and what Gemm shares with it: the layout of a constant second matrix, the tiles of the fast form, where
 * changes reach, and from which term a changed sum resumes. */
#include "ops/matmul.h"

#include "ops/types.h"

#include <math.h>
#include <string.h>

static int64_t packed_place(const struct matmul *p, int64_t k, int64_t column)
{
    return (column / p->lanes * p->depth + k) * p->lanes + column % p->lanes;
}

int64_t matmul_place(const struct layer *layer, int input G_GNUC_UNUSED, int64_t element)
{
    const struct matmul *p = layer->params;

    if (p->b_transposed)
        return packed_place(p, element % p->depth, element / p->depth);
    return packed_place(p, element / p->columns, element % p->columns);
}

void matmul_doubt_constants(void *params)
{
    ((struct matmul *)params)->sparse = 0;
}

gboolean matmul_resume(const struct layer *layer, void *params, struct resume *resume)
{
    struct matmul *p = params;

    if (p->stretch == 0)
        return FALSE;
    p->resume = layer->n_inputs;
    *resume = (struct resume){ .terms = p->depth, .stretch = p->stretch, .end = p->depth };
    resume->width = (p->columns + p->lanes - 1) / p->lanes * p->lanes;
    return TRUE;
}

int64_t matmul_first_term(const struct model *model, const struct layer *layer, int input, const struct box *changed)
{
    const struct matmul *p = layer->params;
    int rank = model_value(model, layer->inputs[0])->rank;

    return input == 0 ? changed->lo[p->a_transposed ? 0 : rank - 1] : 0;
}

static gboolean pack(struct op_node *node, const struct matmul *p, GError **error)
{
    const struct tensor *b = op_constant(node, 1, error);
    int64_t dims[] = { (p->columns + p->lanes - 1) / p->lanes, p->depth, p->lanes };
    struct tensor *packed = b ? tensor_new(b->type, G_N_ELEMENTS(dims), dims, error) : NULL;
    size_t size = packed ? element_size(b->type) : 0;

    if (!packed)
        return FALSE;
    for (int64_t column = 0; column < p->columns; column++) {
        for (int64_t k = 0; k < p->depth; k++) {
            int64_t to = packed_place(p, k, column);

            memcpy((char *)packed->data + (size_t)to * size,
                   (const char *)b->data + (size_t)(k * p->b_depth + column * p->b_column) * size, size);
        }
    }
    op_replace_input(node, 1, packed);
    return TRUE;
}

static gboolean is_finite(const struct tensor *tensor)
{
    for (size_t i = 0; i < tensor->count; i++)
        if (!isfinite(tensor_element_as_double(tensor, i)))
            return FALSE;
    return TRUE;
}

static gboolean is_shared(const struct matmul *p)
{
    for (int d = 0; d < p->batches; d++)
        if (p->b_batch[d] != 0)
            return FALSE;
    return TRUE;
}

/* Chooses the vectors of a tile so that few columns are left over, and as many rows as there are registers for. Fewer
 * than four vectors take as long as four: an addition waits for the one before it. */
static void choose_tile(struct matmul *p, int lanes)
{
    int64_t vectors = (p->columns + lanes - 1) / lanes, best = G_MAXINT64;

    p->tile_vectors = 1;
    for (int v = 1; v <= MIN(p->rows > 1 ? 4 : 8, vectors); v++) {
        int64_t cost = (vectors + v - 1) / v * MAX(v, 4);

        if (cost > best)
            continue;
        best = cost;
        p->tile_vectors = v;
    }
    p->tile_rows = (int)CLAMP(p->rows, 1, MIN(MATMUL_TILE / p->tile_vectors, 6));
}

/* The most partial sums that are kept of one sum, which limits memory; and the fewest terms between two of them. Sums
 * that are shorter than four times that have none. */
#define MOST_STRETCHES 64
#define LEAST_STRETCH 16

static int64_t choose_stretch(int64_t depth)
{
    return depth < 4 * LEAST_STRETCH ? 0 : MAX(LEAST_STRETCH, (depth + MOST_STRETCHES - 1) / MOST_STRETCHES);
}

gboolean matmul_kernel(struct op_node *node, struct matmul *p, GError **error)
{
    enum element type = op_input(node, 0)->type;
    int lanes = type == ELEMENT_DOUBLE ? 8 : 16;

    choose_tile(p, lanes);
    if ((ELEMENTS_FLOATING & ELEMENT_BIT(type)) && op_is_constant(node, 1) && is_shared(p)) {
        p->lanes = lanes * p->tile_vectors;
        p->sparse = p->rows == 1 && p->depth <= MATMUL_SPARSE_DEPTH && is_finite(op_constant(node, 1, NULL));
        if (p->rows == 1 && p->batches == 0 && p->columns > 1 && type != ELEMENT_FLOAT16 && type != ELEMENT_BFLOAT16)
            p->stretch = choose_stretch(p->depth);
        if (!pack(node, p, error))
            return FALSE;
    }
    return op_kernel(node, "matmul", type, p, sizeof(*p), error);
}

/* Strides of a matrix's batch dimensions, aligned at the right of the output's; 0 where it is broadcast. */
static void batch_strides(const struct value *x, int batches, int64_t *strides)
{
    int own = x->rank - 2;
    int64_t stride = own >= 0 ? x->dims[own] * x->dims[own + 1] : 0;

    for (int d = own - 1; d >= 0; d--) {
        strides[batches - own + d] = x->dims[d] == 1 ? 0 : stride;
        stride *= x->dims[d];
    }
}

static gboolean broadcast_batches(const struct op_node *node, const struct value *a, const struct value *b, int *rank,
                                  int64_t *dims, GError **error)
{
    struct value outer = *b;

    *rank = MAX(a->rank - 2, 0);
    memcpy(dims, a->dims, (size_t)*rank * sizeof(*dims));
    outer.rank = MAX(b->rank - 2, 0);
    return op_broadcast(node, &outer, rank, dims, error);
}

/* A 1-D left matrix is a row, a 1-D right one a column; the output lacks that dimension. */
static void read_matrices(const struct value *a, const struct value *b, struct matmul *p)
{
    p->rows = a->rank > 1 ? a->dims[a->rank - 2] : 1;
    p->depth = a->dims[a->rank - 1];
    p->columns = b->rank > 1 ? b->dims[b->rank - 1] : 1;
    p->a_row = p->depth;
    p->a_depth = 1;
    p->b_depth = p->columns;
    p->b_column = 1;
}

static gboolean check_depth(const struct op_node *node, const struct value *a, const struct value *b, GError **error)
{
    g_autofree char *left = shape_to_string(a->rank, a->dims), *right = shape_to_string(b->rank, b->dims);

    if (a->rank < 1 || b->rank < 1)
        return op_error(node, error, "inputs '%s' (%s) and '%s' (%s) must not be scalars", a->name, left, b->name,
                        right);
    if (a->dims[a->rank - 1] != b->dims[MAX(b->rank - 2, 0)])
        return op_error(node, error, "matrices '%s' (%s) and '%s' (%s) can't be multiplied: inner extents differ",
                        a->name, left, b->name, right);
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *a = op_input(node, 0), *b = op_input(node, 1);
    struct matmul p = { .row_dimension = -1, .column_dimension = -1 };
    int64_t dims[MAX_RANK + 2], stride;
    int rank;

    if (!op_check_type(node, a->type, error) || !same_types(node, error) || !check_depth(node, a, b, error) ||
        !broadcast_batches(node, a, b, &rank, dims, error))
        return FALSE;
    read_matrices(a, b, &p);
    p.batches = rank;
    batch_strides(a, rank, p.a_batch);
    batch_strides(b, rank, p.b_batch);
    if (a->rank > 1) {
        p.row_dimension = rank;
        dims[rank++] = p.rows;
    }
    if (b->rank > 1) {
        p.column_dimension = rank;
        dims[rank++] = p.columns;
    }
    if (!op_output(node, 0, a->type, rank, dims, error))
        return FALSE;
    stride = p.rows * p.columns;
    for (int d = p.batches - 1; d >= 0; stride *= dims[d--])
        p.y_batch[d] = stride;
    return matmul_kernel(node, &p, error);
}

/* In batch dimensions that are not broadcast the changed range stays the same. */
static void batches_affected(const struct matmul *p, const int64_t *strides, const struct value *x,
                             const struct box *changed, struct box *affected)
{
    int shift = p->batches - MAX(x->rank - 2, 0);

    for (int d = shift; d < p->batches; d++) {
        if (strides[d] == 0)
            continue;
        affected->lo[d] = changed->lo[d - shift];
        affected->hi[d] = changed->hi[d - shift];
    }
}

static void set_range(struct box *box, int dimension, int64_t lo, int64_t hi)
{
    if (dimension < 0)
        return;
    box->lo[dimension] = lo;
    box->hi[dimension] = hi;
}

static void packed_affects(const struct matmul *p, const struct box *changed, struct box *affected)
{
    int64_t lo = changed->lo[0] * p->lanes, hi = changed->hi[0] * p->lanes;

    if (changed->hi[0] - changed->lo[0] == 1) {
        hi = lo + changed->hi[2];
        lo += changed->lo[2];
    }
    set_range(affected, p->column_dimension, MIN(lo, p->columns), MIN(hi, p->columns));
}

void matmul_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    const struct matmul *p = layer->params;
    const struct value *x = model_value(model, layer->inputs[input]);
    int row = p->a_transposed ? x->rank - 1 : x->rank - 2, column = p->b_transposed ? x->rank - 2 : x->rank - 1;

    box_whole(layer->space_rank, layer->space, affected);
    if (input == 0) {
        batches_affected(p, p->a_batch, x, changed, affected);
        if (x->rank > 1)
            set_range(affected, p->row_dimension, changed->lo[row], changed->hi[row]);
    } else if (p->lanes) {
        packed_affects(p, changed, affected);
    } else {
        batches_affected(p, p->b_batch, x, changed, affected);
        if (x->rank > 1)
            set_range(affected, p->column_dimension, changed->lo[column], changed->hi[column]);
    }
}

const struct operator operator_MatMul = {
    .type = "MatMul",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING | ELEMENT_BIT(ELEMENT_INT32) | ELEMENT_BIT(ELEMENT_INT64) |
                ELEMENT_BIT(ELEMENT_UINT32) | ELEMENT_BIT(ELEMENT_UINT64),
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
    .affected = matmul_affected,
    .place = matmul_place,
    .doubt_constants = matmul_doubt_constants,
    .resume = matmul_resume,
    .first_term = matmul_first_term,
};
