/* TensorProto to struct tensor: every element type, raw, typed and external storage. */
#include "frontend/onnx/onnx.h"

#include "base/errors.h"

#include <stdlib.h>
#include <string.h>

/* A tensor on its way, with what messages call it. */
struct decoder {
    const Onnx__TensorProto *proto;
    const char *what;
    GError **error;
};

static gboolean decode_error(const struct decoder *d, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean decode_error(const struct decoder *d, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(d->error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: %s", d->what, text);
    return FALSE;
}

/* Octets of `count` elements as raw data holds them. */
static size_t raw_size(enum element type, size_t count)
{
    unsigned bits = element_file_bits(type);

    return bits >= 8 ? count * (bits / 8) : (count * bits + 7) / 8;
}

/* Elements narrower than an octet lie first in the low bits; in memory each has an octet, signed ones extended. */
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

/* int32_data holds one element a number for types up to 32 bits, and the packed octets of sub-byte types. */
static void take_int32(const int32_t *from, struct tensor *to)
{
    size_t size = element_size(to->type);

    if (element_file_bits(to->type) < 8) {
        size_t octets = raw_size(to->type, to->count);
        g_autofree guint8 *packed = g_malloc0(octets + 1);

        for (size_t i = 0; i < octets; i++)
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

static const char *external_entry(const Onnx__TensorProto *proto, const char *key)
{
    for (size_t i = 0; i < proto->n_external_data; i++)
        if (strcmp(proto_string(proto->external_data[i]->key), key) == 0)
            return proto_string(proto->external_data[i]->value);
    return NULL;
}

static gboolean external_number(const struct decoder *d, const char *key, guint64 otherwise, guint64 *number)
{
    const char *text = external_entry(d->proto, key);

    *number = otherwise;
    if (!text || g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, number, NULL))
        return TRUE;
    return decode_error(d, "external data: '%s' is no %s", text, key);
}

/* The file, with symbolic links followed, if it lies in the model's folder. */
static char *external_path(const struct decoder *d, const char *folder)
{
    const char *location = external_entry(d->proto, "location");
    g_autofree char *joined = NULL, *inside = NULL;
    char *real, *base;

    if (!folder || !location || !*location) {
        decode_error(d, "external data without a location");
        return NULL;
    }
    joined = g_build_filename(folder, location, NULL);
    base = realpath(folder, NULL);
    real = g_path_is_absolute(location) ? NULL : realpath(joined, NULL);
    inside = base ? g_strconcat(base, strcmp(base, "/") == 0 ? "" : "/", NULL) : NULL;
    if (!real && !g_path_is_absolute(location))
        decode_error(d, "external data file '%s' is missing", joined);
    else if (!real || !inside || !g_str_has_prefix(real, inside)) {
        decode_error(d, "external data file '%s' lies outside the model's folder", location);
        g_clear_pointer(&real, free);
    }
    free(base);
    return real;
}

static gboolean take_external(const struct decoder *d, const char *folder,
                              struct tensor *(*make)(const struct decoder *, enum element, size_t),
                              struct tensor **result)
{
    char *path = external_path(d, folder);
    guint64 offset, length;
    GMappedFile *file;
    gsize size;

    if (!path || !external_number(d, "offset", 0, &offset)) {
        free(path);
        return FALSE;
    }
    file = g_mapped_file_new(path, FALSE, d->error);
    free(path);
    if (!file)
        return FALSE;
    size = g_mapped_file_get_length(file);
    if (!external_number(d, "length", offset > size ? 0 : size - offset, &length) || offset > size ||
        length > size - offset) {
        if (!d->error || !*d->error)
            decode_error(
                d, "external data: offset and length reach behind the end of the file (%" G_GSIZE_FORMAT " octets)",
                size);
        g_mapped_file_unref(file);
        return FALSE;
    }
    *result = make(d, (enum element)d->proto->data_type, length);
    if (*result)
        take_raw((const guint8 *)g_mapped_file_get_contents(file) + offset, *result);
    g_mapped_file_unref(file);
    return *result != NULL;
}

/* A tensor of the proto's shape, if so many raw octets fill it: no more is allocated than what is there. */
static struct tensor *make_from_raw(const struct decoder *d, enum element type, size_t octets)
{
    size_t count, size;

    if (!tensor_measure(type, (int)d->proto->n_dims, d->proto->dims, &count, &size, d->error)) {
        g_prefix_error(d->error, "%s: ", d->what);
        return NULL;
    }
    if (type == ELEMENT_STRING || octets != raw_size(type, count)) {
        decode_error(d, "its shape needs %" G_GSIZE_FORMAT " octets of data, but %" G_GSIZE_FORMAT " are there",
                     raw_size(type, count), octets);
        return NULL;
    }
    return tensor_new(type, (int)d->proto->n_dims, d->proto->dims, d->error);
}

static struct tensor *decode_typed(const struct decoder *d, enum element type)
{
    struct tensor *tensor;
    struct field field;
    size_t count, size;

    if (!tensor_measure(type, (int)d->proto->n_dims, d->proto->dims, &count, &size, d->error)) {
        g_prefix_error(d->error, "%s: ", d->what);
        return NULL;
    }
    field = typed_field(d->proto, type, count);
    if (field.have != field.want) {
        decode_error(d, "its shape needs %" G_GSIZE_FORMAT " numbers, but %" G_GSIZE_FORMAT " are there", field.want,
                     field.have);
        return NULL;
    }
    tensor = tensor_new(type, (int)d->proto->n_dims, d->proto->dims, d->error);
    if (tensor)
        take_typed(&field, tensor);
    return tensor;
}

struct tensor *tensor_from_proto(const Onnx__TensorProto *proto, const char *folder, const char *what, GError **error)
{
    struct decoder d = { .proto = proto, .what = what, .error = error };
    enum element type = (enum element)proto->data_type;
    struct tensor *tensor = NULL;

    if (element_size(type) == 0 || proto->n_dims > MAX_RANK) {
        decode_error(&d, element_size(type) == 0 ? "element type %d is unknown" : "its rank is over %d",
                     element_size(type) == 0 ? proto->data_type : MAX_RANK);
        return NULL;
    }
    if (proto->segment)
        decode_error(&d, "tensors in segments are not supported");
    else if (proto->has_data_location && proto->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
        take_external(&d, folder, make_from_raw, &tensor);
    else if (proto->has_raw_data) {
        tensor = make_from_raw(&d, type, proto->raw_data.len);
        if (tensor && proto->raw_data.len > 0)
            take_raw(proto->raw_data.data, tensor);
    } else {
        tensor = decode_typed(&d, type);
    }
    if (tensor)
        normalize_bools(tensor);
    return tensor;
}
