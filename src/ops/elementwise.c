#include "ops/elementwise.h"

#include <string.h>

static gboolean all_step(const struct operand *operands, int n, int d, int64_t size)
{
    for (int k = 0; k < n; k++)
        if (operands[k].strides[d] != operands[k].step * size)
            return FALSE;
    return TRUE;
}

/* Finds the dimensions of a run: the innermost one sets the steps of the operands, and outer ones join as long as every
 * operand continues with its step. Dimensions of extent 1 always fit. */
static void find_run(struct space *space, struct operand *operands, int n)
{
    gboolean found = FALSE;
    int64_t size = 1;
    int d;

    for (d = space->rank - 1; d >= 0; d--) {
        if (space->dims[d] == 1)
            continue;
        for (int k = 0; !found && k < n; k++)
            operands[k].step = operands[k].strides[d];
        if (found && !all_step(operands, n, d, size))
            break;
        found = TRUE;
        size *= space->dims[d];
    }
    space->run = d + 1;
}

void space_lay_out(struct space *space, struct operand *operands, int n)
{
    int64_t stride = 1;

    for (int d = space->rank - 1; d >= 0; d--) {
        space->output[d] = stride;
        stride *= space->dims[d];
    }
    find_run(space, operands, n);
}

static void broadcast_strides(const struct value *x, const struct space *space, int64_t *strides)
{
    int64_t stride = 1;

    for (int d = x->rank - 1, to = space->rank - 1; d >= 0 && to >= 0; d--, to--) {
        strides[to] = x->dims[d] == 1 ? 0 : stride;
        stride *= x->dims[d];
    }
}

static size_t elementwise_size(const struct elementwise *p)
{
    return sizeof(*p) + (size_t)p->n * sizeof(*p->input);
}

struct elementwise *elementwise_new(const struct op_node *node, int rank, const int64_t *dims)
{
    int n = op_input_count(node);
    struct elementwise *p = g_malloc0(sizeof(*p) + (size_t)n * sizeof(*p->input));

    p->n = n;
    p->space.rank = rank;
    memcpy(p->space.dims, dims, (size_t)rank * sizeof(*dims));
    for (int k = 0; k < n; k++)
        if (op_input(node, k))
            broadcast_strides(op_input(node, k), &p->space, p->input[k].strides);
    space_lay_out(&p->space, p->input, n);
    return p;
}

gboolean elementwise_finish(struct op_node *node, struct elementwise *p, const char *stem, enum element type,
                            enum element output, GError **error)
{
    g_autofree struct elementwise *params = p;

    return op_output(node, 0, output, params->space.rank, params->space.dims, error) &&
           op_kernel(node, stem, type, params, elementwise_size(params), error);
}

gboolean op_check_same_type(const struct op_node *node, int first, GError **error)
{
    const struct value *a = op_input(node, first);

    for (int k = first + 1; k < op_input_count(node); k++) {
        const struct value *b = op_input(node, k);

        if (b && b->type != a->type)
            return op_error(node, error, "input '%s' is of type %s, input '%s' of type %s: they must be of one type",
                            a->name, element_name(a->type), b->name, element_name(b->type));
    }
    return op_check_type(node, a->type, error);
}

static struct elementwise *broadcast_all(struct op_node *node, GError **error)
{
    int64_t dims[MAX_RANK];
    int rank = 0;

    if (!op_check_same_type(node, 0, error))
        return NULL;
    for (int k = 0; k < op_input_count(node); k++)
        if (!op_broadcast(node, op_input(node, k), &rank, dims, error))
            return NULL;
    return elementwise_new(node, rank, dims);
}

gboolean lower_formula(struct op_node *node, const char *stem, double alpha, double beta, GError **error)
{
    enum element type = op_input(node, 0)->type;
    struct elementwise *p = broadcast_all(node, error);

    if (!p)
        return FALSE;
    p->alpha = alpha;
    p->beta = beta;
    return elementwise_finish(node, p, stem, type, type, error);
}

gboolean lower_comparison(struct op_node *node, const char *stem, GError **error)
{
    struct elementwise *p = broadcast_all(node, error);

    return p && elementwise_finish(node, p, stem, op_input(node, 0)->type, ELEMENT_BOOL, error);
}
