/* The element types of ONNX tensors; the numbers are those of TensorProto.DataType. */
#ifndef LLTFI_BASE_ELEMENT_H
#define LLTFI_BASE_ELEMENT_H

#include <glib.h>
#include <stddef.h>

enum element {
    ELEMENT_UNDEFINED = 0,
    ELEMENT_FLOAT = 1,
    ELEMENT_UINT8 = 2,
    ELEMENT_INT8 = 3,
    ELEMENT_UINT16 = 4,
    ELEMENT_INT16 = 5,
    ELEMENT_INT32 = 6,
    ELEMENT_INT64 = 7,
    ELEMENT_STRING = 8, /* in memory: const char *, owned by the tool until it exits */
    ELEMENT_BOOL = 9,   /* in memory: one byte, 0 or 1 */
    ELEMENT_FLOAT16 = 10,
    ELEMENT_DOUBLE = 11,
    ELEMENT_UINT32 = 12,
    ELEMENT_UINT64 = 13,
    ELEMENT_COMPLEX64 = 14,
    ELEMENT_COMPLEX128 = 15,
    ELEMENT_BFLOAT16 = 16,
    ELEMENT_FLOAT8E4M3FN = 17,
    ELEMENT_FLOAT8E4M3FNUZ = 18,
    ELEMENT_FLOAT8E5M2 = 19,
    ELEMENT_FLOAT8E5M2FNUZ = 20,
    ELEMENT_UINT4 = 21, /* sub-byte types: two (four) a byte in a file, one a byte in memory */
    ELEMENT_INT4 = 22,
    ELEMENT_FLOAT4E2M1 = 23,
    ELEMENT_FLOAT8E8M0 = 24,
    ELEMENT_UINT2 = 25,
    ELEMENT_INT2 = 26,
    ELEMENT_COUNT
};

/* Sets of element types, as bit masks. */
#define ELEMENT_BIT(e) (1u << (e))
#define ELEMENTS_FLOATING                                                                      \
    (ELEMENT_BIT(ELEMENT_FLOAT) | ELEMENT_BIT(ELEMENT_DOUBLE) | ELEMENT_BIT(ELEMENT_FLOAT16) | \
     ELEMENT_BIT(ELEMENT_BFLOAT16))
#define ELEMENTS_SIGNED \
    (ELEMENT_BIT(ELEMENT_INT8) | ELEMENT_BIT(ELEMENT_INT16) | ELEMENT_BIT(ELEMENT_INT32) | ELEMENT_BIT(ELEMENT_INT64))
#define ELEMENTS_UNSIGNED                                                                     \
    (ELEMENT_BIT(ELEMENT_UINT8) | ELEMENT_BIT(ELEMENT_UINT16) | ELEMENT_BIT(ELEMENT_UINT32) | \
     ELEMENT_BIT(ELEMENT_UINT64))
#define ELEMENTS_INTEGER (ELEMENTS_SIGNED | ELEMENTS_UNSIGNED)
#define ELEMENTS_NUMERIC (ELEMENTS_FLOATING | ELEMENTS_INTEGER)
/* Every type that can be stored: what operators that only move data accept. */
#define ELEMENTS_ALL ((ELEMENT_BIT(ELEMENT_COUNT) - 1u) & ~ELEMENT_BIT(ELEMENT_UNDEFINED))

/* The name used in messages, kernel names and the CLI: "float", "int64", "bfloat16"... */
const char *element_name(enum element type);

/* Bytes that one element takes in memory; 0 for ELEMENT_UNDEFINED and for numbers out of range. */
size_t element_size(enum element type);

/* Bits of one element as it is stored in a file: 32 for float, 4 for int4; 0 for strings. */
unsigned element_file_bits(enum element type);

#endif
