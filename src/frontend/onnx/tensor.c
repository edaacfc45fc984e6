/* Decodes TensorProto into struct tensor: every element type; raw, typed and external storage. */
#include "frontend/onnx/onnx.h"

#include "base/errors.h"

#include <string.h>

/* Bytes of `count` elements as raw data holds them. */
static size_t raw_size(enum element type, size_t count)
{
    unsigned bits = element_file_bits(type);

    return bits >= 8 ? count * (bits / 8) : (count * bits + 7) / 8;
}

/* Elements narrower than a byte are packed from the low bits up. In memory each has a byte; signed ones are extended.
 * */
static void unpack_bits(const guint8 *from, struct tensor *to)
{
    unsigned bits = element_file_bits(to->type), each = 8 / bits;
    gboolean is_signed = to->type == ELEMENT_INT4 || to->type == ELEMENT_INT2;

    for (size_t i = 0; i < to->count; i++) {
        unsigned value = from[i / each] >> (i % each * bits) & ((1u << bits) - 1);

        if (is_signed && value >> (bits - 1))
            value |= ~0u << bits;
        ((guint8 *)to->data)[i] = (guint8)value;
    }
}

static void take_raw(const guint8 *from, struct tensor *to)
{
    if (element_file_bits(to->type) < 8)
        unpack_bits(from, to);
    else
        memcpy(to->data, from, to->size);
}

/* A bool in memory is 0 or 1, whatever the file says. */
static void normalize_bools(struct tensor *tensor)
{
    for (size_t i = 0; tensor->type == ELEMENT_BOOL && i < tensor->count; i++)
        ((guint8 *)tensor->data)[i] = ((guint8 *)tensor->data)[i] != 0;
}

/* int32_data holds one element per number for types of up to 32 bits, and one packed byte per number for sub-byte
 * types. */
static void take_int32(const int32_t *from, struct tensor *to)
{
    size_t size = element_size(to->type);

    if (element_file_bits(to->type) < 8) {
        size_t bytes = raw_size(to->type, to->count);
        g_autofree guint8 *packed = g_malloc0(bytes + 1);

        for (size_t i = 0; i < bytes; i++)
            packed[i] = (guint8)from[i];
        unpack_bits(packed, to);
        return;
    }
    for (size_t i = 0; i < to->count; i++)
        memcpy((guint8 *)to->data + i * size, &from[i], size);
}

static void take_uint64(const uint64_t *from, struct tensor *to)
{
    size_t size = element_size(to->type);

    for (size_t i = 0; i < to->count; i++)
        memcpy((guint8 *)to->data + i * size, &from[i], size);
}

/* The typed field that holds elements of a type, how many numbers are there, and how many there must be. */
struct field {
    const void *numbers;
    size_t have, want;
};

static struct field typed_field(const Onnx__TensorProto *proto, enum element type, size_t count)
{
    switch (type) {
    case ELEMENT_FLOAT:
        return (struct field){ proto->float_data, proto->n_float_data, count };
    case ELEMENT_COMPLEX64:
        return (struct field){ proto->float_data, proto->n_float_data, 2 * count };
    case ELEMENT_DOUBLE:
        return (struct field){ proto->double_data, proto->n_double_data, count };
    case ELEMENT_COMPLEX128:
        return (struct field){ proto->double_data, proto->n_double_data, 2 * count };
    case ELEMENT_INT64:
        return (struct field){ proto->int64_data, proto->n_int64_data, count };
    case ELEMENT_UINT32:
    case ELEMENT_UINT64:
        return (struct field){ proto->uint64_data, proto->n_uint64_data, count };
    case ELEMENT_STRING:
        return (struct field){ proto->string_data, proto->n_string_data, count };
    default:
        return (struct field){ proto->int32_data, proto->n_int32_data,
                               element_file_bits(type) < 8 ? raw_size(type, count) : count };
    }
}

static void take_strings(const ProtobufCBinaryData *from, struct tensor *to)
{
    for (size_t i = 0; i < to->count; i++) {
        g_autofree char *text = g_strndup((const char *)from[i].data, from[i].len);

        ((const char **)to->data)[i] = g_intern_string(text);
    }
}

static void take_typed(const struct field *field, struct tensor *to)
{
    switch (to->type) {
    case ELEMENT_FLOAT:
    case ELEMENT_COMPLEX64:
    case ELEMENT_DOUBLE:
    case ELEMENT_COMPLEX128:
    case ELEMENT_INT64:
        memcpy(to->data, field->numbers, to->size);
        break;
    case ELEMENT_UINT32:
    case ELEMENT_UINT64:
        take_uint64(field->numbers, to);
        break;
    case ELEMENT_STRING:
        take_strings(field->numbers, to);
        break;
    default:
        take_int32(field->numbers, to);
    }
}

static struct tensor *decode_raw(const Onnx__TensorProto *proto, enum element type, size_t count, const void *bytes,
                                 size_t length, GError **error)
{
    struct tensor *tensor;

    if (type == ELEMENT_STRING) {
        set_error(error, LLTFI_ERROR_INPUT, "strings can't be given as raw data");
        return NULL;
    }
    if (length != raw_size(type, count)) {
        set_error(error, LLTFI_ERROR_INPUT, "its shape needs %zu bytes of data, but %zu are there",
                  raw_size(type, count), length);
        return NULL;
    }
    tensor = tensor_new(type, (int)proto->n_dims, proto->dims, error);
    if (tensor && length > 0)
        take_raw(bytes, tensor);
    return tensor;
}

static struct tensor *decode_typed(const Onnx__TensorProto *proto, enum element type, size_t count, GError **error)
{
    struct field field = typed_field(proto, type, count);
    struct tensor *tensor;

    if (field.have != field.want) {
        set_error(error, LLTFI_ERROR_INPUT, "its shape needs %zu numbers, but %zu are there", field.want, field.have);
        return NULL;
    }
    tensor = tensor_new(type, (int)proto->n_dims, proto->dims, error);
    if (tensor && field.have > 0)
        take_typed(&field, tensor);
    return tensor;
}

/* The data's length is compared with the shape first, so no more is allocated than the file holds data for. */
static struct tensor *decode(const Onnx__TensorProto *proto, const char *folder, GError **error)
{
    enum element type = (enum element)proto->data_type;
    g_autoptr(GBytes) external = NULL;
    size_t count, size;

    if (proto->segment) {
        set_error(error, LLTFI_ERROR_INPUT, "tensors in segments are not supported");
        return NULL;
    }
    if (!tensor_measure(type, (int)MIN(proto->n_dims, G_MAXINT), proto->dims, &count, &size, error))
        return NULL;
    if (proto->has_data_location && proto->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL) {
        external = external_data(proto, folder, raw_size(type, count), error);
        return external
                   ? decode_raw(proto, type, count, g_bytes_get_data(external, NULL), g_bytes_get_size(external), error)
                   : NULL;
    }
    if (proto->has_raw_data && proto->raw_data.len > 0)
        return decode_raw(proto, type, count, proto->raw_data.data, proto->raw_data.len, error);
    return decode_typed(proto, type, count, error);
}

struct tensor *tensor_from_proto(const Onnx__TensorProto *proto, const char *folder, const char *what, GError **error)
{
    struct tensor *tensor = decode(proto, folder, error);

    if (tensor)
        normalize_bools(tensor);
    else
        g_prefix_error(error, "%s: ", what);
    return tensor;
}
