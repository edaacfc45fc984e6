#include "ops/matmul.h"

#include "ops/types.h"

#include <math.h>

/* A transposed matrix differs only in its strides. */
static gboolean read_matrices(const struct op_node *node, const struct value *a, const struct value *b,
                              struct matmul *p, GError **error)
{
    gboolean ta = op_int(node, "transA", 0) != 0, tb = op_int(node, "transB", 0) != 0;
    g_autofree char *left = shape_to_string(a->rank, a->dims), *right = shape_to_string(b->rank, b->dims);

    if (a->rank != 2 || b->rank != 2)
        return op_error(node, error, "inputs '%s' (%s) and '%s' (%s) must be matrices", a->name, left, b->name, right);
    if (a->dims[!ta] != b->dims[tb])
        return op_error(node, error, "matrices '%s' (%s%s) and '%s' (%s%s) can't be multiplied: inner extents differ",
                        a->name, left, ta ? ", transposed" : "", b->name, right, tb ? ", transposed" : "");
    p->a_transposed = ta;
    p->b_transposed = tb;
    p->rows = a->dims[ta];
    p->depth = a->dims[!ta];
    p->columns = b->dims[!tb];
    p->a_row = ta ? 1 : a->dims[1];
    p->a_depth = ta ? a->dims[1] : 1;
    p->b_depth = tb ? 1 : b->dims[1];
    p->b_column = tb ? b->dims[1] : 1;
    return TRUE;
}

/* c is broadcast to the product's shape; the product is not broadcast. */
static gboolean read_addend(const struct op_node *node, const struct value *c, struct matmul *p, GError **error)
{
    int64_t rows = c->rank == 2 ? c->dims[0] : 1;
    int64_t columns = c->rank > 0 ? c->dims[c->rank - 1] : 1;

    if (c->rank > 2 || (rows != 1 && rows != p->rows) || (columns != 1 && columns != p->columns)) {
        g_autofree char *shape = shape_to_string(c->rank, c->dims);

        return op_error(node, error,
                        "input '%s' (%s) can't be broadcast to the product's %" G_GINT64_FORMAT "x%" G_GINT64_FORMAT,
                        c->name, shape, p->rows, p->columns);
    }
    p->c_row = rows == 1 ? 0 : columns;
    p->c_column = columns == 1 ? 0 : 1;
    return TRUE;
}

static gboolean read_factors(const struct op_node *node, enum element type, struct matmul *p, GError **error)
{
    p->alpha = op_float(node, "alpha", 1);
    p->beta = op_float(node, "beta", 1);
    p->scaled = p->alpha != 1;
    p->weighted = p->beta != 1;
    if ((ELEMENTS_INTEGER & ELEMENT_BIT(type)) &&
        (rint(p->alpha) != p->alpha || rint(p->beta) != p->beta || fabs(p->alpha) > 1e9 || fabs(p->beta) > 1e9))
        return op_error(node, error, "alpha %g and beta %g must be whole numbers for %s elements", p->alpha, p->beta,
                        element_name(type));
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *a = op_input(node, 0), *b = op_input(node, 1), *c = op_input(node, 2);
    struct matmul p = { .row_dimension = 0, .column_dimension = 1, .added = c != NULL };

    if (!op_check_type(node, a->type, error) || !same_types(node, error) || !read_matrices(node, a, b, &p, error) ||
        (c && !read_addend(node, c, &p, error)) || !read_factors(node, a->type, &p, error))
        return FALSE;
    return op_output(node, 0, a->type, 2, (const int64_t[]){ p.rows, p.columns }, error) &&
           matmul_kernel(node, &p, error);
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *box)
{
    const struct matmul *p = layer->params;
    int rank = model_value(model, layer->inputs[input])->rank;

    if (input < 2) {
        matmul_affected(model, layer, input, changed, box);
        return;
    }
    box_whole(layer->space_rank, layer->space, box);
    if (p->c_row) {
        box->lo[0] = changed->lo[0];
        box->hi[0] = changed->hi[0];
    }
    if (p->c_column) {
        box->lo[1] = changed->lo[rank - 1];
        box->hi[1] = changed->hi[rank - 1];
    }
}

static const struct attribute attributes[] = {
    { "alpha", ATTRIBUTE_FLOAT },
    { "beta", ATTRIBUTE_FLOAT },
    { "transA", ATTRIBUTE_INT },
    { "transB", ATTRIBUTE_INT },
    { NULL },
};

const struct operator operator_Gemm = {
    .type = "Gemm",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING | ELEMENT_BIT(ELEMENT_INT32) | ELEMENT_BIT(ELEMENT_INT64) |
                ELEMENT_BIT(ELEMENT_UINT32) | ELEMENT_BIT(ELEMENT_UINT64),
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
    .place = matmul_place,
    .doubt_constants = matmul_doubt_constants,
    .resume = matmul_resume,
    .first_term = matmul_first_term,
};
