#include "ops/elementwise.h"

#include "kernels/cast.h"

#include <string.h>

#define IS_BYTE(type) ((type) >= ELEMENT_FLOAT8E4M3FN)
#define IS_INTEGER(type)                                                                              \
    (ELEMENT_BIT(type) & (ELEMENTS_INTEGER | ELEMENT_BIT(ELEMENT_UINT4) | ELEMENT_BIT(ELEMENT_INT4) | \
                          ELEMENT_BIT(ELEMENT_UINT2) | ELEMENT_BIT(ELEMENT_INT2)))
#define CASTABLE (ELEMENTS_ALL & ~(ELEMENT_BIT(ELEMENT_COMPLEX64) | ELEMENT_BIT(ELEMENT_COMPLEX128)))

static const char *const roundings[] = { [CAST_UP] = "up", [CAST_DOWN] = "down", [CAST_NEAREST] = "nearest" };

/* The kernel that reads elements of type `from`; strings are read as the number that is closest to `to`. */
static char *kernel_symbol(enum element from, enum element to)
{
    if (from == ELEMENT_STRING)
        return g_strdup_printf("cast_text_%s", to == ELEMENT_DOUBLE ? "double" : IS_INTEGER(to) ? "int64" : "float");
    if (IS_BYTE(from))
        return g_strdup(to == ELEMENT_STRING ? "cast_byte_to_text_float" : "cast_byte_float");
    return g_strdup_printf(to == ELEMENT_STRING ? "cast_to_text_%s" : "cast_%s", element_name(from));
}

static gboolean read_target(const struct op_node *node, int *to, GError **error)
{
    int64_t number = op_int(node, "to", ELEMENT_UNDEFINED);

    if (!op_has_attribute(node, "to"))
        return op_error(node, error, "attribute 'to' is missing: it must name the element type to cast to");
    if (number <= ELEMENT_UNDEFINED || number >= ELEMENT_COUNT || !(ELEMENT_BIT(number) & CASTABLE))
        return op_error(node, error, "attribute 'to' is %" G_GINT64_FORMAT ", which is not an element type to cast to",
                        number);
    *to = (int)number;
    return TRUE;
}

static gboolean read_rounding(const struct op_node *node, int *rounding, GError **error)
{
    const char *mode = op_string(node, "round_mode", roundings[CAST_UP]);

    for (size_t i = 0; i < G_N_ELEMENTS(roundings); i++) {
        *rounding = (int)i;
        if (strcmp(mode, roundings[i]) == 0)
            return TRUE;
    }
    return op_error(node, error, "attribute 'round_mode' is '%s', it must be 'up', 'down' or 'nearest'", mode);
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct cast p = { .from = (int)x->type, .saturate = op_int(node, "saturate", 1) != 0 };
    g_autofree char *symbol = NULL;

    if (!op_check_type(node, x->type, error) || !read_target(node, &p.to, error) ||
        !read_rounding(node, &p.rounding, error) || !op_output(node, 0, (enum element)p.to, x->rank, x->dims, error))
        return FALSE;
    if (p.from == p.to)
        return op_kernel_copy(node, error);
    p.space.rank = x->rank;
    memcpy(p.space.dims, x->dims, (size_t)x->rank * sizeof(*x->dims));
    space_lay_out(&p.space, NULL, 0);
    symbol = kernel_symbol(x->type, (enum element)p.to);
    return op_kernel_symbol(node, symbol, &p, sizeof(p), error);
}

static const struct attribute attributes[] = {
    { "round_mode", ATTRIBUTE_STRING },
    { "saturate", ATTRIBUTE_INT },
    { "to", ATTRIBUTE_INT },
    { NULL },
};

const struct operator operator_Cast = {
    .type = "Cast",
    .first_opset = OLDEST_OPSET,
    .elements = CASTABLE,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
};
