/*
 * NumPy's .npz: a ZIP archive of .npy files. Names, sizes and places come from the central directory at the archive's
 * end; the local headers before the data only say where the data begins.
 */
#include "frontend/inputs/inputs.h"

#include "base/errors.h"
#include "base/file.h"

#include <string.h>
#include <zlib.h>

#define END_SIGNATURE 0x06054b50u
#define ENTRY_SIGNATURE 0x02014b50u
#define LOCAL_SIGNATURE 0x04034b50u
#define END_SIZE 22
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30
#define METHOD_STORED 0
#define METHOD_DEFLATED 8
#define FLAG_ENCRYPTED 1
/* The most bytes that all entries together may unpack to. */
#define MAX_UNPACKED ((guint64)2 << 30)
/* The highest compression ratio of deflate: an entry that claims more is damaged. */
#define MAX_RATIO 1040

struct archive {
    const guint8 *data;
    gsize size;
    const char *path;
    guint64 unpacked; /* of the entries so far */
    GError **error;
};

struct archive_entry {
    char *name;
    unsigned flags, method;
    guint32 crc;
    gsize packed, unpacked, local;
};

static unsigned get16(const guint8 *at)
{
    return at[0] | (unsigned)at[1] << 8;
}

static guint32 get32(const guint8 *at)
{
    return get16(at) | (guint32)get16(at + 2) << 16;
}

/* The end record, which a comment of up to 65,535 bytes may follow. NULL if there is none. */
static const guint8 *find_end(const struct archive *archive)
{
    for (gsize back = END_SIZE; back <= archive->size && back <= END_SIZE + 0xffff; back++) {
        const guint8 *at = archive->data + archive->size - back;

        if (get32(at) == END_SIGNATURE && get16(at + 20) == back - END_SIZE)
            return at;
    }
    return NULL;
}

/* Reads the entry at *offset of the archive and moves on to the next. */
static gboolean read_entry(struct archive *archive, gsize *offset, struct archive_entry *entry)
{
    const guint8 *at = archive->data + *offset;
    gsize length;

    if (*offset > archive->size || archive->size - *offset < ENTRY_SIZE || get32(at) != ENTRY_SIGNATURE)
        return input_error(archive->path, archive->error,
                           "its directory is damaged: this is not a .npz file, or it is truncated");
    length = ENTRY_SIZE + get16(at + 28) + get16(at + 30) + get16(at + 32);
    if (length > archive->size - *offset)
        return input_error(archive->path, archive->error, "its directory is truncated");
    *entry = (struct archive_entry){
        .name = g_strndup((const char *)at + ENTRY_SIZE, get16(at + 28)),
        .flags = get16(at + 8),
        .method = get16(at + 10),
        .crc = get32(at + 16),
        .packed = get32(at + 20),
        .unpacked = get32(at + 24),
        .local = get32(at + 42),
    };
    *offset += length;
    return TRUE;
}

static gboolean check_entry(struct archive *archive, const struct archive_entry *entry)
{
    if (entry->packed == G_MAXUINT32 || entry->unpacked == G_MAXUINT32 || entry->local == G_MAXUINT32)
        return input_error(archive->path, archive->error,
                           "'%s' is in ZIP64 format (4 GiB or more), which is not supported: save each array as .npy",
                           entry->name);
    if (entry->flags & FLAG_ENCRYPTED || (entry->method != METHOD_STORED && entry->method != METHOD_DEFLATED))
        return input_error(archive->path, archive->error,
                           "'%s' is encrypted or packed by another method than deflate: save it with numpy.savez",
                           entry->name);
    archive->unpacked += entry->unpacked;
    if (archive->unpacked > MAX_UNPACKED || entry->unpacked / MAX_RATIO > entry->packed)
        return input_error(archive->path, archive->error,
                           "'%s' would unpack to %" G_GSIZE_FORMAT " bytes from %" G_GSIZE_FORMAT
                           ": the archive is damaged, or larger than 2 GiB",
                           entry->name, entry->unpacked, entry->packed);
    return TRUE;
}

/* The data of an entry; NULL with an error if it is not inside the file. */
static const guint8 *find_data(const struct archive *archive, const struct archive_entry *entry)
{
    const guint8 *local = archive->data + entry->local;
    gsize begin;

    if (entry->local <= archive->size && archive->size - entry->local >= LOCAL_SIZE &&
        get32(local) == LOCAL_SIGNATURE) {
        begin = entry->local + LOCAL_SIZE + get16(local + 26) + get16(local + 28);
        if (begin <= archive->size && entry->packed <= archive->size - begin)
            return archive->data + begin;
    }
    input_error(archive->path, archive->error, "the data of '%s' is outside the file: it is truncated or damaged",
                entry->name);
    return NULL;
}

/* Memory grows with the bytes that are unpacked: a wrong size in the archive allocates nothing. NULL if they are not
 * `unpacked` bytes. */
static GByteArray *inflate_entry(const guint8 *data, const struct archive_entry *entry)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    z_stream stream = { .next_in = (Bytef *)data, .avail_in = (uInt)entry->packed };
    guint8 block[1 << 16];
    int status = inflateInit2(&stream, -MAX_WBITS);

    while (status == Z_OK && out->len <= entry->unpacked) {
        stream.next_out = block;
        stream.avail_out = sizeof(block);
        status = inflate(&stream, Z_NO_FLUSH);
        if (status == Z_OK || status == Z_STREAM_END)
            g_byte_array_append(out, block, (guint)(sizeof(block) - stream.avail_out));
    }
    inflateEnd(&stream);
    return status == Z_STREAM_END && out->len == entry->unpacked ? g_steal_pointer(&out) : NULL;
}

static struct tensor *load_entry(struct archive *archive, const struct archive_entry *entry)
{
    g_autofree char *what = g_strdup_printf("%s: '%s'", archive->path, entry->name);
    g_autoptr(GByteArray) unpacked = NULL;
    const guint8 *data = check_entry(archive, entry) ? find_data(archive, entry) : NULL;

    if (!data)
        return NULL;
    if (entry->method == METHOD_DEFLATED) {
        unpacked = inflate_entry(data, entry);
        data = unpacked ? unpacked->data : NULL;
    } else if (entry->packed != entry->unpacked) {
        data = NULL;
    }
    if (!data || crc32_z(0, data, entry->unpacked) != entry->crc) {
        input_error(what, archive->error, "its data is damaged (its size or its CRC is another than the archive says)");
        return NULL;
    }
    return npy_parse(data, entry->unpacked, what, archive->error);
}

static gboolean load_entries(struct archive *archive, const guint8 *end, GPtrArray *tensors, GPtrArray *names)
{
    gsize offset = get32(end + 16);
    unsigned count = get16(end + 10);

    if (offset == G_MAXUINT32 || count == G_MAXUINT16)
        return input_error(archive->path, archive->error,
                           "it is a ZIP64 archive, which is not supported: save each array as .npy");
    for (unsigned i = 0; i < count; i++) {
        struct archive_entry entry = { 0 };
        struct tensor *tensor;

        if (!read_entry(archive, &offset, &entry))
            return FALSE;
        tensor = load_entry(archive, &entry);
        if (g_str_has_suffix(entry.name, ".npy"))
            entry.name[strlen(entry.name) - strlen(".npy")] = '\0';
        g_ptr_array_add(names, entry.name);
        if (!tensor)
            return FALSE;
        g_ptr_array_add(tensors, tensor);
    }
    return TRUE;
}

GPtrArray *tensors_load_npz(const char *path, GPtrArray *names, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);
    g_autoptr(GPtrArray) tensors = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    struct archive archive = { .path = path, .error = error };
    const guint8 *end;

    if (!file)
        return NULL;
    archive.data = (const guint8 *)g_mapped_file_get_contents(file);
    archive.size = g_mapped_file_get_length(file);
    end = find_end(&archive);
    if (!end) {
        input_error(path, error, "this is not a .npz file, or it is truncated");
        return NULL;
    }
    return load_entries(&archive, end, tensors, names) ? g_steal_pointer(&tensors) : NULL;
}
