/* The operator table: operators.def, sorted by type. */
#include "ops/ops.h"

#include <stdlib.h>
#include <string.h>

#define OP(type) extern const struct operator operator_##type;
#include "ops/operators.def"
#undef OP

#define OP(type) &operator_##type,
static const struct operator* const table[] = {
#include "ops/operators.def"
};
#undef OP

const struct operator* const * operators(size_t *count)
{
    *count = G_N_ELEMENTS(table);
    return table;
}

static int compare_type(const void *type, const void *row)
{
    return strcmp(type, (*(const struct operator* const *)row)->type);
}

const struct operator* operator_find(const char *type)
{
    const struct operator* const * row = bsearch(type, table, G_N_ELEMENTS(table), sizeof(*table), compare_type);

    return row ? *row : NULL;
}
