#include "ops/ops.h"

#include <math.h>

/* start, limit and delta. */
struct numbers {
    int64_t integer[3];
    double real[3];
};

static int64_t integer_element(const struct tensor *tensor)
{
    return tensor->type == ELEMENT_INT64   ? *(int64_t *)tensor->data
           : tensor->type == ELEMENT_INT32 ? *(int32_t *)tensor->data
           : tensor->type == ELEMENT_INT16 ? *(int16_t *)tensor->data
                                           : 0;
}

static gboolean read_numbers(struct op_node *node, struct numbers *numbers, GError **error)
{
    for (int i = 0; i < 3; i++) {
        const struct tensor *tensor = op_constant(node, i, error);

        if (!tensor)
            return FALSE;
        if (tensor->count != 1 || tensor->type != op_input(node, 0)->type)
            return op_error(node, error, "start, limit and delta must be single elements of one type, but '%s' is not",
                            op_input(node, i)->name);
        numbers->real[i] = tensor_element_as_double(tensor, 0);
        numbers->integer[i] = integer_element(tensor);
    }
    return TRUE;
}

static double count_integers(const int64_t *n)
{
    __int128 span = n[2] > 0 ? (__int128)n[1] - n[0] : (__int128)n[0] - n[1], step = n[2];

    step = step < 0 ? -step : step;
    return span > 0 ? (double)((span + step - 1) / step) : 0;
}

static void put(const struct numbers *n, struct tensor *range, size_t i)
{
    uint64_t integer = (uint64_t)n->integer[0] + i * (uint64_t)n->integer[2];
    double real = n->real[0] + (double)i * n->real[2];

    switch (range->type) {
    case ELEMENT_FLOAT:
        ((float *)range->data)[i] = (float)real;
        break;
    case ELEMENT_DOUBLE:
        ((double *)range->data)[i] = real;
        break;
    case ELEMENT_INT16:
        ((int16_t *)range->data)[i] = (int16_t)integer;
        break;
    case ELEMENT_INT32:
        ((int32_t *)range->data)[i] = (int32_t)integer;
        break;
    default:
        ((int64_t *)range->data)[i] = (int64_t)integer;
    }
}

/* The output's shape depends on the inputs' content, which must be known now: the output is a constant. */
static gboolean lower(struct op_node *node, GError **error)
{
    enum element type = op_input(node, 0)->type;
    gboolean real = type == ELEMENT_FLOAT || type == ELEMENT_DOUBLE;
    struct numbers n;
    struct tensor *range;
    double count;
    int64_t extent;

    if (!op_check_type(node, type, error) || !read_numbers(node, &n, error))
        return FALSE;
    if (n.real[2] == 0)
        return op_error(node, error, "delta is 0: the range has no end");
    count = real ? ceil((n.real[1] - n.real[0]) / n.real[2]) : count_integers(n.integer);
    if (!(count <= (double)(TENSOR_MAX_SIZE / sizeof(double))))
        return op_error(node, error, "a range from %g to %g by %g has no reasonable length", n.real[0], n.real[1],
                        n.real[2]);
    extent = count > 0 ? (int64_t)count : 0;
    range = op_new_tensor(node, type, 1, &extent, error);
    if (!range)
        return FALSE;
    for (size_t i = 0; i < range->count; i++)
        put(&n, range, i);
    return op_output_constant(node, 0, range, error);
}

const struct operator operator_Range = {
    .type = "Range",
    .first_opset = 11,
    .elements = ELEMENT_BIT(ELEMENT_FLOAT) | ELEMENT_BIT(ELEMENT_DOUBLE) | ELEMENT_BIT(ELEMENT_INT16) |
                ELEMENT_BIT(ELEMENT_INT32) | ELEMENT_BIT(ELEMENT_INT64),
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
};
