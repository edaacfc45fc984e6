#include "frontend/inputs.h"

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

/* Every chunk up to IEND, with the CRC that it shall have. */
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

/* A JPEG ends with the marker FF D9; some writers pad it. */
static gboolean check_jpeg(const guint8 *data, gsize size, const char *what, GError **error)
{
    while (size > 4 && (data[size - 1] == 0 || g_ascii_isspace(data[size - 1])))
        size--;
    if (data[size - 2] == 0xff && data[size - 1] == 0xd9)
        return TRUE;
    return input_error(what, error, "the JPEG picture does not end as one should: it is truncated, or save it again");
}

gboolean picture_check(const guint8 *data, gsize size, const char *what, GError **error)
{
    if (size >= PNG_MAGIC_SIZE && memcmp(data, PNG_MAGIC, PNG_MAGIC_SIZE) == 0)
        return check_png(data, size, what, error);
    if (size > 4 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff)
        return check_jpeg(data, size, what, error);
    return input_error(what, error, "this is no PNG or JPEG picture");
}
