#include "kernels/native.h"

#include "kernels/table.h"

#include <string.h>

static const struct kernel_native *find(const char *symbol)
{
    for (const struct kernel_native *k = kernel_natives; k->symbol; k++)
        if (strcmp(k->symbol, symbol) == 0)
            return k;
    return NULL;
}

kernel_function kernel_native(const char *symbol)
{
    const struct kernel_native *kernel = find(symbol);

    return kernel ? kernel->function : NULL;
}

const struct kernel_bitcode *kernel_bitcode(const char *symbol)
{
    const struct kernel_native *kernel = find(symbol);

    return kernel ? kernel->bitcode : NULL;
}
