/* A tensor: element type, shape, and its elements in row-major order. */
#ifndef LLTFI_BASE_TENSOR_H
#define LLTFI_BASE_TENSOR_H

#include "base/box.h"
#include "base/element.h"

#include <glib.h>

struct tensor {
    enum element type;
    int rank;
    int64_t dims[MAX_RANK];
    size_t count; /* number of elements: the product of dims, 1 for a scalar */
    size_t size;  /* bytes: count * element_size(type) */
    void *data;   /* size bytes, 64-byte aligned, owned */
    int shares;   /* references besides the first */
};

/* Number of elements and bytes of a shape. Every factor is checked before it is multiplied:
 * FALSE with an error for a negative dimension, a rank over MAX_RANK or more than TENSOR_MAX_SIZE bytes. */
#define TENSOR_MAX_SIZE ((size_t)1 << 36)
gboolean tensor_measure(enum element type, int rank, const int64_t *dims, size_t *count, size_t *size, GError **error);

/* A tensor of zeros (empty strings for ELEMENT_STRING). NULL with an error as for tensor_measure, or out of memory. */
struct tensor *tensor_new(enum element type, int rank, const int64_t *dims, GError **error);
struct tensor *tensor_copy(const struct tensor *tensor);
/* One more reference to the same content, which its owners must not change. Not for threads. */
struct tensor *tensor_ref(struct tensor *tensor);
/* Drops a reference; the last one frees the tensor. */
void tensor_free(struct tensor *tensor);
typedef struct tensor tensor_t; /* for g_autoptr(tensor_t) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(tensor_t, tensor_free)

/* "1x3x224x224", "scalar" for rank 0. */
char *shape_to_string(int rank, const int64_t *dims);

gboolean tensor_same_shape(const struct tensor *a, const struct tensor *b);

/* The first element that differs in any bit, or -1. Types and shapes must be equal. */
int64_t tensor_first_difference(const struct tensor *a, const struct tensor *b);

/* Element i as a double, for printing and for outcome rules: floats of every width, integers, bool; NaN for others. */
double tensor_element_as_double(const struct tensor *tensor, size_t i);

#endif
