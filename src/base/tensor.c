#include "base/tensor.h"

#include "base/errors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64

gboolean tensor_measure(enum element type, int rank, const int64_t *dims, size_t *count, size_t *size, GError **error)
{
    size_t n = 1, limit = TENSOR_MAX_SIZE / MAX(element_size(type), 1);
    size_t extent = 1; /* without dimensions of extent 0: strides are computed from it */

    if (element_size(type) == 0 || rank < 0 || rank > MAX_RANK) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_UNSUPPORTED,
                    "a tensor of element type %d and rank %d: ranks up to %d and ONNX's element types are supported",
                    (int)type, rank, MAX_RANK);
        return FALSE;
    }
    for (int d = 0; d < rank; d++) {
        if (dims[d] < 0 || (size_t)dims[d] > limit / extent) {
            g_autofree char *shape = shape_to_string(rank, dims);

            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "a tensor of shape %s is %s", shape,
                        dims[d] < 0 ? "impossible" : "larger than 64 GiB");
            return FALSE;
        }
        n *= (size_t)dims[d];
        extent *= (size_t)MAX(dims[d], 1);
    }
    *count = n;
    *size = n * element_size(type);
    return TRUE;
}

struct tensor *tensor_new(enum element type, int rank, const int64_t *dims, GError **error)
{
    struct tensor *tensor;
    size_t count, size, room;
    void *data;

    if (!tensor_measure(type, rank, dims, &count, &size, error))
        return NULL;
    room = (MAX(size, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    data = aligned_alloc(ALIGNMENT, room);
    if (!data) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "out of memory for a tensor of %" G_GSIZE_FORMAT " bytes",
                    size);
        return NULL;
    }
    tensor = g_new0(struct tensor, 1);
    *tensor = (struct tensor){ .type = type, .rank = rank, .count = count, .size = size, .data = data };
    for (int d = 0; d < rank; d++)
        tensor->dims[d] = dims[d];
    memset(data, 0, room);
    for (size_t i = 0; type == ELEMENT_STRING && i < count; i++)
        ((const char **)data)[i] = "";
    return tensor;
}

struct tensor *tensor_copy(const struct tensor *tensor)
{
    struct tensor *copy = tensor_new(tensor->type, tensor->rank, tensor->dims, NULL);

    if (copy)
        memcpy(copy->data, tensor->data, tensor->size);
    return copy;
}

struct tensor *tensor_ref(struct tensor *tensor)
{
    tensor->shares++;
    return tensor;
}

void tensor_free(struct tensor *tensor)
{
    if (!tensor || tensor->shares-- > 0)
        return;
    free(tensor->data);
    g_free(tensor);
}

char *shape_to_string(int rank, const int64_t *dims)
{
    GString *text = g_string_new(rank == 0 ? "scalar" : NULL);

    for (int d = 0; d < rank; d++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, d ? "x" : "", dims[d]);
    return g_string_free(text, FALSE);
}

gboolean tensor_same_shape(const struct tensor *a, const struct tensor *b)
{
    return a->type == b->type && a->rank == b->rank &&
           memcmp(a->dims, b->dims, (size_t)a->rank * sizeof(*a->dims)) == 0;
}

static gboolean same_element(const struct tensor *a, const struct tensor *b, size_t i)
{
    size_t size = element_size(a->type);

    if (a->type == ELEMENT_STRING)
        return strcmp(((char **)a->data)[i], ((char **)b->data)[i]) == 0;
    return memcmp((char *)a->data + i * size, (char *)b->data + i * size, size) == 0;
}

int64_t tensor_first_difference(const struct tensor *a, const struct tensor *b)
{
    if (a->type != ELEMENT_STRING && memcmp(a->data, b->data, a->size) == 0)
        return -1;
    for (size_t i = 0; i < a->count; i++)
        if (!same_element(a, b, i))
            return (int64_t)i;
    return -1;
}

/* A binary float of `exponent` and `fraction` bits, with infinities and NaN as IEEE 754 has them. */
static double small_float(unsigned bits, int exponent, int fraction)
{
    unsigned sign = bits >> (exponent + fraction) & 1;
    int e = (int)(bits >> fraction & ((1u << exponent) - 1)), bias = (1 << (exponent - 1)) - 1;
    double f = (double)(bits & ((1u << fraction) - 1)) / (double)(1u << fraction);
    double value;

    if (e == (1 << exponent) - 1)
        value = f == 0 ? INFINITY : NAN;
    else
        value = e == 0 ? ldexp(f, 1 - bias) : ldexp(1 + f, e - bias);
    return sign ? -value : value;
}

double tensor_element_as_double(const struct tensor *tensor, size_t i)
{
    switch (tensor->type) {
    case ELEMENT_FLOAT:
        return (double)((float *)tensor->data)[i];
    case ELEMENT_DOUBLE:
        return ((double *)tensor->data)[i];
    case ELEMENT_FLOAT16:
        return small_float(((uint16_t *)tensor->data)[i], 5, 10);
    case ELEMENT_BFLOAT16:
        return small_float(((uint16_t *)tensor->data)[i], 8, 7);
    case ELEMENT_FLOAT8E5M2:
        return small_float(((uint8_t *)tensor->data)[i], 5, 2);
    case ELEMENT_BOOL:
    case ELEMENT_UINT8:
    case ELEMENT_UINT4:
    case ELEMENT_UINT2:
        return ((uint8_t *)tensor->data)[i];
    case ELEMENT_INT8:
    case ELEMENT_INT4:
    case ELEMENT_INT2:
        return ((int8_t *)tensor->data)[i];
    case ELEMENT_UINT16:
        return ((uint16_t *)tensor->data)[i];
    case ELEMENT_INT16:
        return ((int16_t *)tensor->data)[i];
    case ELEMENT_UINT32:
        return ((uint32_t *)tensor->data)[i];
    case ELEMENT_INT32:
        return ((int32_t *)tensor->data)[i];
    case ELEMENT_UINT64:
        return (double)((uint64_t *)tensor->data)[i];
    case ELEMENT_INT64:
        return (double)((int64_t *)tensor->data)[i];
    default:
        return NAN;
    }
}
