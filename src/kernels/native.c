#include "kernels/native.h"

#include "kernels/table.h"

#include <string.h>

kernel_function kernel_native(const char *symbol)
{
    for (const struct kernel_native *k = kernel_natives; k->symbol; k++)
        if (strcmp(k->symbol, symbol) == 0)
            return k->function;
    return NULL;
}

const struct kernel_bitcode *kernel_bitcode(const char *symbol)
{
    const char *end = strrchr(symbol, '_');
    size_t length = end ? (size_t)(end - symbol) : 0;

    for (const struct kernel_bitcode *k = kernel_bitcodes; k->stem; k++)
        if (strlen(k->stem) == length && strncmp(k->stem, symbol, length) == 0)
            return k;
    return NULL;
}
