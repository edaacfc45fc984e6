#include "frontend/inputs/inputs.h"

#include "base/errors.h"

#include <string.h>
#include <zlib.h>

#define PNG_MAGIC "\x89PNG\r\n\x1a\n"
#define PNG_MAGIC_SIZE 8
/* A chunk's length, type and CRC. */
#define CHUNK_FRAME 12

static guint32 get_big32(const guint8 *at)
{
    return (guint32)at[0] << 24 | (guint32)at[1] << 16 | (guint32)at[2] << 8 | at[3];
}

/* Checks every chunk up to IEND and its CRC. */
static gboolean check_png(const guint8 *data, gsize size, const char *what, GError **error)
{
    gsize at = PNG_MAGIC_SIZE;

    while (size - at >= CHUNK_FRAME) {
        gsize length = get_big32(data + at);

        if (length > size - at - CHUNK_FRAME)
            break;
        if (crc32_z(0, data + at + 4, length + 4) != get_big32(data + at + 8 + length))
            return input_error(what, error, "the PNG picture is damaged (a CRC is wrong)");
        if (memcmp(data + at + 4, "IEND", 4) == 0)
            return TRUE;
        at += length + CHUNK_FRAME;
    }
    return input_error(what, error, "the PNG picture is truncated");
}

/* Markers of a JPEG file that matter here. */
#define DHT 0xc4
#define RST0 0xd0
#define RST7 0xd7
#define EOI 0xd9
#define SOS 0xda
#define DNL 0xdc

/* Huffman tables of a DHT segment: the decoder trusts that none has more than 256 codes. */
static gboolean check_huffman(const guint8 *data, gsize size)
{
    while (size > 0) {
        gsize codes = 0;

        if (size < 17)
            return FALSE;
        for (int i = 1; i <= 16; i++)
            codes += data[i];
        if (codes > 256 || codes > size - 17)
            return FALSE;
        data += 17 + codes;
        size -= 17 + codes;
    }
    return TRUE;
}

/* Where coded data ends: at the next marker that is neither a stuffed byte nor a restart. */
static gsize skip_coded(const guint8 *data, gsize size, gsize at)
{
    while (at + 1 < size && !(data[at] == 0xff && data[at + 1] != 0 && data[at + 1] != 0xff &&
                              !(data[at + 1] >= RST0 && data[at + 1] <= RST7)))
        at++;
    return at;
}

/* Checks that every segment up to the end of the image is inside the file, and its Huffman tables. */
static gboolean check_jpeg(const guint8 *data, gsize size, const char *what, GError **error)
{
    gsize at = 2;

    while (at + 1 < size && data[at] == 0xff) {
        int marker = data[at + 1];
        gsize length = at + 3 < size ? (gsize)data[at + 2] << 8 | data[at + 3] : 0;

        if (marker == 0xff) {
            at++;
            continue;
        }
        if (marker == EOI)
            return TRUE;
        if (length < 2 || length > size - at - 2)
            break;
        if (marker == DNL || (marker == DHT && !check_huffman(data + at + 4, length - 2)))
            return input_error(what, error, "the JPEG picture is damaged, or of a rare kind: save it again, or as PNG");
        at += 2 + length;
        if (marker == SOS)
            at = skip_coded(data, size, at);
    }
    return input_error(what, error, "the JPEG picture is truncated or damaged");
}

gboolean picture_check(const guint8 *data, gsize size, const char *what, GError **error)
{
    if (size >= PNG_MAGIC_SIZE && memcmp(data, PNG_MAGIC, PNG_MAGIC_SIZE) == 0)
        return check_png(data, size, what, error);
    if (size > 4 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff)
        return check_jpeg(data, size, what, error);
    return input_error(what, error, "this is not a PNG or JPEG picture");
}
