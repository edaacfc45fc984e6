/*
 * What a kernel file includes: the types it is instantiated for and the names that differ by type.
 *
 * A kernel is plain C, written once in terms of T, and compiled by clang to LLVM IR twice: for the fast form (FAST=1:
 * vectors of LANES output elements, explicit where the compiler does not find them) and for the fault, count and trace
 * forms (FAST=0: one element at a time, LANES is 1); and once more to native code for the tool itself. Every form must
 * give the same bits for every box: one order of additions per output element, no contraction, the same libm calls.
 *
 *     #define KERNEL_FILE "relu.c"
 *     #define KERNEL_TYPES TYPES_SIGNED
 *     #include "kernel.h"
 *     #ifdef T
 *
 *     ENTRY(relu, struct elementwise)
 *     {
 *         const T *restrict x = in[0];
 *         T *restrict y = out[0];
 *         ...
 *     }
 *     #endif
 *
 * The entry gets: p, the parameter struct (a constant after inlining: write loops over ranks with UNROLL); in and out,
 * the layer's inputs and outputs in ONNX order (NULL: absent); box, the part of the layer's space to compute.
 * It calls only libm and INLINE functions, writes no static data, and does not recurse.
 */
#ifndef LLTFI_KERNELS_KERNEL_H
#define LLTFI_KERNELS_KERNEL_H

#include "base/box.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A type, not a macro, so that it can be part of a kernel's name. */
#undef bool
typedef _Bool bool;

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define PASTE2(a, b) a##_##b
#define PASTE(a, b) PASTE2(a, b)

/* name_float, name_int64...: everything that is not INLINE-local to one instantiation must be named so. */
#define NAME(k) PASTE(k, T_NAME)
#define ENTRY(k, P)                                                                              \
    void NAME(k)(const P *restrict p, const void *const *restrict in, void *const *restrict out, \
                 const struct box *restrict box);                                                \
    void NAME(k)(const P *restrict p, const void *const *restrict in, void *const *restrict out, \
                 const struct box *restrict box)

/* Bytes of one explicit vector in the fast form. LANES is how many T (or ACC) it holds. */
#define VECTOR_BYTES 64

/* Sets of types for KERNEL_TYPES. */
#define TYPE_float 1
#define TYPE_double 2
#define TYPE_float16 4
#define TYPE_bfloat16 8
#define TYPE_int8 16
#define TYPE_int16 32
#define TYPE_int32 64
#define TYPE_int64 128
#define TYPE_uint8 256
#define TYPE_uint16 512
#define TYPE_uint32 1024
#define TYPE_uint64 2048
#define TYPE_bool 4096
#define TYPES_FLOATING (TYPE_float | TYPE_double | TYPE_float16 | TYPE_bfloat16)
#define TYPES_SIGNED_INTEGER (TYPE_int8 | TYPE_int16 | TYPE_int32 | TYPE_int64)
#define TYPES_UNSIGNED_INTEGER (TYPE_uint8 | TYPE_uint16 | TYPE_uint32 | TYPE_uint64)
#define TYPES_INTEGER (TYPES_SIGNED_INTEGER | TYPES_UNSIGNED_INTEGER)
#define TYPES_NUMERIC (TYPES_FLOATING | TYPES_INTEGER)
/* For kernels that move elements without looking at them: raw bits of a size. bits128 is two uint64_t. */
#define TYPE_bits8 (1 << 13)
#define TYPE_bits16 (1 << 14)
#define TYPE_bits32 (1 << 15)
#define TYPE_bits64 (1 << 16)
#define TYPE_bits128 (1 << 17)
#define TYPES_BITS (TYPE_bits8 | TYPE_bits16 | TYPE_bits32 | TYPE_bits64 | TYPE_bits128)

struct bits128 {
    uint64_t word[2];
};

#endif

/* The instantiations. Outside the guard: the first inclusion (T not defined) includes KERNEL_FILE once for each type.
 */
#if !defined(T) && defined(KERNEL_FILE)
#if KERNEL_TYPES & TYPE_float
#define T float
#define T_NAME float
#define T_ELEMENT 1
#define T_FLOATING 1
#define T_SIGNED 1
#define ACC float
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_double
#define T double
#define T_NAME double
#define T_ELEMENT 11
#define T_FLOATING 1
#define T_SIGNED 1
#define ACC double
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_float16
#define T _Float16
#define T_NAME float16
#define T_ELEMENT 10
#define T_FLOATING 1
#define T_SIGNED 1
#define ACC float
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_bfloat16
#define T __bf16
#define T_NAME bfloat16
#define T_ELEMENT 16
#define T_FLOATING 1
#define T_SIGNED 1
#define ACC float
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_int8
#define T int8_t
#define T_NAME int8
#define T_ELEMENT 3
#define T_FLOATING 0
#define T_SIGNED 1
#define ACC int8_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_int16
#define T int16_t
#define T_NAME int16
#define T_ELEMENT 5
#define T_FLOATING 0
#define T_SIGNED 1
#define ACC int16_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_int32
#define T int32_t
#define T_NAME int32
#define T_ELEMENT 6
#define T_FLOATING 0
#define T_SIGNED 1
#define ACC int32_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_int64
#define T int64_t
#define T_NAME int64
#define T_ELEMENT 7
#define T_FLOATING 0
#define T_SIGNED 1
#define ACC int64_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_uint8
#define T uint8_t
#define T_NAME uint8
#define T_ELEMENT 2
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint8_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_uint16
#define T uint16_t
#define T_NAME uint16
#define T_ELEMENT 4
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint16_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_uint32
#define T uint32_t
#define T_NAME uint32
#define T_ELEMENT 12
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint32_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_uint64
#define T uint64_t
#define T_NAME uint64
#define T_ELEMENT 13
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint64_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_bool
#define T bool
#define T_NAME bool
#define T_ELEMENT 9
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC bool
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_bits8
#define T uint8_t
#define T_NAME bits8
#define T_ELEMENT 2
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint8_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_bits16
#define T uint16_t
#define T_NAME bits16
#define T_ELEMENT 4
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint16_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_bits32
#define T uint32_t
#define T_NAME bits32
#define T_ELEMENT 12
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint32_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_bits64
#define T uint64_t
#define T_NAME bits64
#define T_ELEMENT 13
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC uint64_t
#include "instance.h"
#endif
#if KERNEL_TYPES & TYPE_bits128
#define T struct bits128
#define T_NAME bits128
#define T_ELEMENT 0
#define T_FLOATING 0
#define T_SIGNED 0
#define ACC struct bits128
#include "instance.h"
#endif
#endif
