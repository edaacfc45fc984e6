#include "base/element.h"

static const struct {
    const char *name;
    size_t size;
    unsigned file_bits;
} elements[ELEMENT_COUNT] = {
    [ELEMENT_UNDEFINED] = { "undefined", 0, 0 },
    [ELEMENT_FLOAT] = { "float", 4, 32 },
    [ELEMENT_UINT8] = { "uint8", 1, 8 },
    [ELEMENT_INT8] = { "int8", 1, 8 },
    [ELEMENT_UINT16] = { "uint16", 2, 16 },
    [ELEMENT_INT16] = { "int16", 2, 16 },
    [ELEMENT_INT32] = { "int32", 4, 32 },
    [ELEMENT_INT64] = { "int64", 8, 64 },
    [ELEMENT_STRING] = { "string", sizeof(const char *), 0 },
    [ELEMENT_BOOL] = { "bool", 1, 8 },
    [ELEMENT_FLOAT16] = { "float16", 2, 16 },
    [ELEMENT_DOUBLE] = { "double", 8, 64 },
    [ELEMENT_UINT32] = { "uint32", 4, 32 },
    [ELEMENT_UINT64] = { "uint64", 8, 64 },
    [ELEMENT_COMPLEX64] = { "complex64", 8, 64 },
    [ELEMENT_COMPLEX128] = { "complex128", 16, 128 },
    [ELEMENT_BFLOAT16] = { "bfloat16", 2, 16 },
    [ELEMENT_FLOAT8E4M3FN] = { "float8e4m3fn", 1, 8 },
    [ELEMENT_FLOAT8E4M3FNUZ] = { "float8e4m3fnuz", 1, 8 },
    [ELEMENT_FLOAT8E5M2] = { "float8e5m2", 1, 8 },
    [ELEMENT_FLOAT8E5M2FNUZ] = { "float8e5m2fnuz", 1, 8 },
    [ELEMENT_UINT4] = { "uint4", 1, 4 },
    [ELEMENT_INT4] = { "int4", 1, 4 },
    [ELEMENT_FLOAT4E2M1] = { "float4e2m1", 1, 4 },
    [ELEMENT_FLOAT8E8M0] = { "float8e8m0", 1, 8 },
    [ELEMENT_UINT2] = { "uint2", 1, 2 },
    [ELEMENT_INT2] = { "int2", 1, 2 },
};

static gboolean is_known(enum element type)
{
    return (unsigned)type < ELEMENT_COUNT;
}

const char *element_name(enum element type)
{
    return is_known(type) ? elements[type].name : "unknown";
}

size_t element_size(enum element type)
{
    return is_known(type) ? elements[type].size : 0;
}

unsigned element_file_bits(enum element type)
{
    return is_known(type) ? elements[type].file_bits : 0;
}
