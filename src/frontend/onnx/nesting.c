/* Finds how deep the messages of a file nest, before protobuf-c recurses that deep. */
#include "frontend/onnx/onnx.h"

/* Models with subgraphs in subgraphs need far fewer levels. */
#define MAX_NESTING 64

struct level {
    const ProtobufCMessageDescriptor *message;
    const guint8 *end;
};

struct nesting {
    const guint8 *at;
    int depth;
    struct level levels[MAX_NESTING];
};

static gboolean read_varint(struct nesting *nesting, uint64_t *value)
{
    *value = 0;
    for (int shift = 0; nesting->at < nesting->levels[nesting->depth].end && shift < 64; shift += 7) {
        guint8 byte = *nesting->at++;

        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return TRUE;
    }
    return FALSE;
}

static gboolean skip(struct nesting *nesting, uint64_t bytes)
{
    if (bytes > (uint64_t)(nesting->levels[nesting->depth].end - nesting->at))
        return FALSE;
    nesting->at += bytes;
    return TRUE;
}

/* Enters a length-delimited field that is a message, skips another. FALSE at the limit and for malformed data. */
static gboolean enter(struct nesting *nesting, uint64_t key, uint64_t length)
{
    const ProtobufCMessageDescriptor *message = nesting->levels[nesting->depth].message;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(message, (unsigned)MIN(key >> 3, G_MAXUINT));
    const guint8 *begin = nesting->at;

    if (!skip(nesting, length))
        return FALSE;
    if (!field || field->type != PROTOBUF_C_TYPE_MESSAGE)
        return TRUE;
    if (nesting->depth + 1 == MAX_NESTING)
        return FALSE;
    nesting->levels[++nesting->depth] = (struct level){ field->descriptor, nesting->at };
    nesting->at = begin;
    return TRUE;
}

/* One field. FALSE if protobuf-c would refuse it too, or if it is nested too deep. */
static gboolean read_field(struct nesting *nesting)
{
    uint64_t key, number;

    if (!read_varint(nesting, &key))
        return FALSE;
    switch (key & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(nesting, &number);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return skip(nesting, 8);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return skip(nesting, 4);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return read_varint(nesting, &number) && enter(nesting, key, number);
    default:
        return FALSE;
    }
}

gboolean model_nests_sanely(const guint8 *data, size_t size)
{
    struct nesting nesting = { .at = data, .levels = { { &onnx__model_proto__descriptor, data + size } } };

    while (nesting.depth >= 0) {
        if (nesting.at == nesting.levels[nesting.depth].end)
            nesting.depth--;
        else if (!read_field(&nesting))
            return FALSE;
    }
    return TRUE;
}
