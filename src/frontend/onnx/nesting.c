/* How deep the messages of a file nest, found before protobuf-c recurses that deep. */
#include "frontend/onnx/onnx.h"

/* Models with subgraphs in subgraphs stay far below. */
#define MAX_NESTING 64

struct level {
    const ProtobufCMessageDescriptor *message;
    const guint8 *end;
};

struct walk {
    const guint8 *at;
    int depth;
    struct level levels[MAX_NESTING];
};

static gboolean read_varint(struct walk *walk, uint64_t *value)
{
    *value = 0;
    for (int shift = 0; walk->at < walk->levels[walk->depth].end && shift < 64; shift += 7) {
        guint8 byte = *walk->at++;

        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return TRUE;
    }
    return FALSE;
}

static gboolean skip(struct walk *walk, uint64_t bytes)
{
    if (bytes > (uint64_t)(walk->levels[walk->depth].end - walk->at))
        return FALSE;
    walk->at += bytes;
    return TRUE;
}

/* Enters a length-delimited field that is a message, skips another. FALSE at the limit and for malformed data. */
static gboolean enter(struct walk *walk, uint64_t key, uint64_t length)
{
    const ProtobufCMessageDescriptor *message = walk->levels[walk->depth].message;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(message, (unsigned)MIN(key >> 3, G_MAXUINT));
    const guint8 *begin = walk->at;

    if (!skip(walk, length))
        return FALSE;
    if (!field || field->type != PROTOBUF_C_TYPE_MESSAGE)
        return TRUE;
    if (walk->depth + 1 == MAX_NESTING)
        return FALSE;
    walk->levels[++walk->depth] = (struct level){ field->descriptor, walk->at };
    walk->at = begin;
    return TRUE;
}

/* One field. FALSE where protobuf-c would refuse it too, or where it lies too deep. */
static gboolean read_field(struct walk *walk)
{
    uint64_t key, number;

    if (!read_varint(walk, &key))
        return FALSE;
    switch (key & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(walk, &number);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return skip(walk, 8);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return skip(walk, 4);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return read_varint(walk, &number) && enter(walk, key, number);
    default:
        return FALSE;
    }
}

gboolean model_nests_sanely(const guint8 *data, size_t size)
{
    struct walk walk = { .at = data, .levels = { { &onnx__model_proto__descriptor, data + size } } };

    while (walk.depth >= 0) {
        if (walk.at == walk.levels[walk.depth].end)
            walk.depth--;
        else if (!read_field(&walk))
            return FALSE;
    }
    return TRUE;
}
