/* Reads and writes NumPy's .npy, versions 1 to 3: a header that is a Python dictionary, then the elements. */
#include "frontend/inputs/inputs.h"

#include "base/errors.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6
#define MAX_HEADER (1 << 20)
/* Characters of a fixed-width string element; longer ones are refused. */
#define MAX_STRING (1 << 20)

/* What a header says. */
struct npy_header {
    enum element type;
    char kind;
    gboolean big_endian;
    size_t item; /* bytes of an element in the file */
    gboolean fortran;
    int rank;
    int64_t dims[MAX_RANK];
    gboolean has_descr, has_order, has_shape;
};

static const struct {
    const char *code; /* kind and size, as in descr '<f4' */
    enum element type;
} dtypes[] = {
    { "f4", ELEMENT_FLOAT },     { "u1", ELEMENT_UINT8 },       { "i1", ELEMENT_INT8 },     { "u2", ELEMENT_UINT16 },
    { "i2", ELEMENT_INT16 },     { "i4", ELEMENT_INT32 },       { "i8", ELEMENT_INT64 },    { "b1", ELEMENT_BOOL },
    { "f2", ELEMENT_FLOAT16 },   { "f8", ELEMENT_DOUBLE },      { "u4", ELEMENT_UINT32 },   { "u8", ELEMENT_UINT64 },
    { "c8", ELEMENT_COMPLEX64 }, { "c16", ELEMENT_COMPLEX128 }, { "V2", ELEMENT_BFLOAT16 }, /* as ml_dtypes writes it */
};

/* A place in the header's text. */
struct cursor {
    const char *at;
    const char *what;
    GError **error;
};

static gboolean malformed(const struct cursor *cursor, const char *problem)
{
    return input_error(cursor->what, cursor->error, "its .npy header is malformed: %s", problem);
}

static void skip_blanks(struct cursor *cursor)
{
    while (g_ascii_isspace(*cursor->at))
        cursor->at++;
}

static gboolean accept(struct cursor *cursor, char expected)
{
    skip_blanks(cursor);
    if (*cursor->at != expected)
        return FALSE;
    cursor->at++;
    return TRUE;
}

/* A quoted text without escapes. The caller frees. */
static char *read_quoted(struct cursor *cursor)
{
    const char *end;
    char *text, quote;

    skip_blanks(cursor);
    quote = *cursor->at;
    if (quote != '\'' && quote != '"')
        return NULL;
    end = strchr(cursor->at + 1, quote);
    if (!end)
        return NULL;
    text = g_strndup(cursor->at + 1, (gsize)(end - cursor->at - 1));
    cursor->at = end + 1;
    return text;
}

/* Fixed-width strings: 'S5' bytes, 'U5' characters of 32 bits. */
static gboolean set_string_type(const char *code, struct npy_header *header)
{
    int64_t length;

    if ((code[0] != 'S' && code[0] != 'U') || !g_ascii_string_to_signed(code + 1, 10, 0, MAX_STRING, &length, NULL))
        return FALSE;
    header->type = ELEMENT_STRING;
    header->kind = code[0];
    header->item = (size_t)length * (code[0] == 'U' ? 4 : 1);
    return TRUE;
}

static gboolean set_type(struct cursor *cursor, const char *descr, struct npy_header *header)
{
    const char *code = descr + strspn(descr, "<>|=");

    header->big_endian = descr[0] == '>';
    header->has_descr = TRUE;
    for (size_t i = 0; i < G_N_ELEMENTS(dtypes); i++) {
        if (strcmp(code, dtypes[i].code) != 0)
            continue;
        header->type = dtypes[i].type;
        header->item = element_size(header->type);
        return TRUE;
    }
    if (set_string_type(code, header))
        return TRUE;
    return input_error(cursor->what, cursor->error,
                       "its NumPy type '%.20s' has no counterpart in ONNX: save it as float32, int64...", descr);
}

static gboolean read_descr(struct cursor *cursor, struct npy_header *header)
{
    g_autofree char *descr = read_quoted(cursor);

    if (!descr)
        return malformed(cursor, "descr is not a simple type (structured arrays are not supported)");
    return set_type(cursor, descr, header);
}

static gboolean read_order(struct cursor *cursor, struct npy_header *header)
{
    skip_blanks(cursor);
    header->fortran = g_str_has_prefix(cursor->at, "True");
    if (!header->fortran && !g_str_has_prefix(cursor->at, "False"))
        return malformed(cursor, "fortran_order is neither True nor False");
    cursor->at += header->fortran ? strlen("True") : strlen("False");
    header->has_order = TRUE;
    return TRUE;
}

static gboolean read_shape(struct cursor *cursor, struct npy_header *header)
{
    if (!accept(cursor, '('))
        return malformed(cursor, "shape is not a tuple");
    while (!accept(cursor, ')')) {
        char *end;

        skip_blanks(cursor);
        errno = 0;
        if (header->rank == MAX_RANK)
            return input_error(cursor->what, cursor->error, "it has more than %d dimensions", MAX_RANK);
        if (!g_ascii_isdigit(*cursor->at))
            return malformed(cursor, "a dimension of shape is not a number");
        header->dims[header->rank++] = strtoll(cursor->at, &end, 10);
        if (errno)
            return malformed(cursor, "a dimension of shape is too large");
        cursor->at = end;
        accept(cursor, 'L'); /* written by Python 2 */
        accept(cursor, ',');
    }
    header->has_shape = TRUE;
    return TRUE;
}

static gboolean read_pair(struct cursor *cursor, struct npy_header *header)
{
    static const struct {
        const char *key;
        gboolean (*read)(struct cursor *cursor, struct npy_header *header);
    } keys[] = { { "descr", read_descr }, { "fortran_order", read_order }, { "shape", read_shape } };
    g_autofree char *key = read_quoted(cursor);

    if (!key || !accept(cursor, ':'))
        return malformed(cursor, "a key is missing");
    header->rank = strcmp(key, "shape") == 0 ? 0 : header->rank;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(key, keys[i].key) == 0)
            return keys[i].read(cursor, header);
    return malformed(cursor, "it has an unknown key");
}

static gboolean read_dictionary(struct cursor *cursor, struct npy_header *header)
{
    if (!accept(cursor, '{'))
        return malformed(cursor, "it is not a dictionary");
    while (!accept(cursor, '}')) {
        if (!read_pair(cursor, header))
            return FALSE;
        accept(cursor, ',');
    }
    if (!header->has_descr || !header->has_order || !header->has_shape)
        return malformed(cursor, "descr, fortran_order or shape is missing");
    return TRUE;
}

/* Reads the header; *begin receives where the elements start. */
static gboolean read_header(const guint8 *data, gsize size, const char *what, struct npy_header *header, gsize *begin,
                            GError **error)
{
    gsize prefix = size > MAGIC_SIZE && data[MAGIC_SIZE] >= 2 ? 12 : 10, length = 0;
    g_autofree char *text = NULL;
    struct cursor cursor = { NULL, what, error };

    if (size < prefix || memcmp(data, MAGIC, MAGIC_SIZE) != 0)
        return input_error(what, error, "this is not a .npy file, or it is truncated");
    if (data[MAGIC_SIZE] < 1 || data[MAGIC_SIZE] > 3)
        return input_error(what, error, ".npy version %d is not known (1 to 3 are)", data[MAGIC_SIZE]);
    for (gsize i = prefix; i-- > 8;)
        length = length << 8 | data[i];
    if (length > MAX_HEADER || length > size - prefix)
        return input_error(what, error,
                           "its .npy header shall have %" G_GSIZE_FORMAT " bytes, but the file has %" G_GSIZE_FORMAT
                           ": it is truncated or damaged",
                           length, size);
    text = g_strndup((const char *)data + prefix, length);
    cursor.at = text;
    *begin = prefix + length;
    return read_dictionary(&cursor, header);
}

/* Element `from` of the file becomes element `to`: numbers in our byte order, strings interned. */
static void take_element(const struct npy_header *header, const guint8 *file, size_t from, struct tensor *tensor,
                         size_t to)
{
    const guint8 *item = file + from * header->item;

    if (header->kind == 'U') {
        g_autofree gunichar *letters = g_malloc0(header->item + sizeof(gunichar));
        g_autofree char *text = NULL;

        memcpy(letters, item, header->item);
        for (size_t i = 0; header->big_endian && i < header->item / 4; i++)
            letters[i] = GUINT32_SWAP_LE_BE(letters[i]);
        text = g_ucs4_to_utf8(letters, -1, NULL, NULL, NULL);
        ((const char **)tensor->data)[to] = g_intern_string(text ? text : "");
    } else if (header->kind == 'S') {
        g_autofree char *text = g_strndup((const char *)item, header->item);

        ((const char **)tensor->data)[to] = g_intern_string(text);
    } else {
        memcpy((guint8 *)tensor->data + to * header->item, item, header->item);
    }
}

/* Elements in Fortran order: the first index runs fastest. */
static void take_fortran(const struct npy_header *header, const guint8 *file, struct tensor *tensor)
{
    for (size_t to = 0; to < tensor->count; to++) {
        size_t from = 0, rest = to, stride = tensor->count;

        for (int d = tensor->rank - 1; d >= 0; d--) {
            stride /= (size_t)tensor->dims[d];
            from += rest % (size_t)tensor->dims[d] * stride;
            rest /= (size_t)tensor->dims[d];
        }
        take_element(header, file, from, tensor, to);
    }
}

/* Complex numbers are two of half their size. */
static void swap_bytes(struct tensor *tensor)
{
    gboolean complex = tensor->type == ELEMENT_COMPLEX64 || tensor->type == ELEMENT_COMPLEX128;
    size_t width = element_size(tensor->type) / (complex ? 2 : 1);

    for (guint8 *bytes = tensor->data, *end = bytes + tensor->size; bytes < end; bytes += width) {
        for (size_t i = 0; i < width / 2; i++) {
            guint8 low = bytes[i];

            bytes[i] = bytes[width - 1 - i];
            bytes[width - 1 - i] = low;
        }
    }
}

static void take_elements(const struct npy_header *header, const guint8 *file, struct tensor *tensor)
{
    if (header->fortran && tensor->rank > 1)
        take_fortran(header, file, tensor);
    else if (tensor->type == ELEMENT_STRING)
        for (size_t i = 0; i < tensor->count; i++)
            take_element(header, file, i, tensor, i);
    else if (tensor->size > 0)
        memcpy(tensor->data, file, tensor->size);
    if (header->big_endian != (G_BYTE_ORDER == G_BIG_ENDIAN) && tensor->type != ELEMENT_STRING && header->item > 1)
        swap_bytes(tensor);
    for (size_t i = 0; tensor->type == ELEMENT_BOOL && i < tensor->count; i++)
        ((guint8 *)tensor->data)[i] = ((guint8 *)tensor->data)[i] != 0;
}

struct tensor *npy_parse(const guint8 *data, gsize size, const char *what, GError **error)
{
    struct npy_header header = { 0 };
    struct tensor *tensor;
    gsize begin = 0;
    size_t count, bytes;

    if (!read_header(data, size, what, &header, &begin, error))
        return NULL;
    if (!tensor_measure(header.type, header.rank, header.dims, &count, &bytes, error)) {
        g_prefix_error(error, "%s: ", what);
        return NULL;
    }
    /* Strings of length 0 take no bytes in the file but some in memory, so the file's size limits their number. */
    if ((header.item == 0 && count > size) || (header.item > 0 && count > G_MAXSIZE / header.item) ||
        count * header.item != size - begin) {
        g_autofree char *shape = shape_to_string(header.rank, header.dims);

        input_error(what, error,
                    "its header says %s %s, %" G_GSIZE_FORMAT " elements of %zu bytes, but %" G_GSIZE_FORMAT
                    " bytes follow: it is truncated or damaged",
                    element_name(header.type), shape, count, header.item, size - begin);
        return NULL;
    }
    tensor = tensor_new(header.type, header.rank, header.dims, error);
    if (tensor)
        take_elements(&header, data + begin, tensor);
    return tensor;
}

struct tensor *tensor_load_npy(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    if (!file)
        return NULL;
    return npy_parse((const guint8 *)g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path, error);
}

/* The NumPy type that holds the elements bit by bit; ONNX's small types have none and are kept as bytes. */
static char *descr_of(enum element type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(dtypes); i++)
        if (dtypes[i].type == type)
            return g_strconcat(element_size(type) == 1 ? "|" : "<", dtypes[i].code, NULL);
    if (type == ELEMENT_INT4 || type == ELEMENT_INT2)
        return g_strdup("|i1");
    return element_size(type) == 1 ? g_strdup("|u1") : NULL;
}

/* The header of version 1, padded with blanks so that the elements begin at a multiple of 64 bytes. */
static GString *make_header(const struct tensor *tensor, const char *descr)
{
    GString *header = g_string_new_len(MAGIC "\x01\x00\x00\x00", 10);
    gsize length;

    g_string_append_printf(header, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
    for (int d = 0; d < tensor->rank; d++)
        g_string_append_printf(header, "%" G_GINT64_FORMAT ",%s", tensor->dims[d], d + 1 < tensor->rank ? " " : "");
    g_string_append(header, "), }");
    while ((header->len + 1) % 64)
        g_string_append_c(header, ' ');
    g_string_append_c(header, '\n');
    length = header->len - 10;
    header->str[8] = (char)(length & 0xff);
    header->str[9] = (char)(length >> 8);
    return header;
}

/* Without g_file_set_contents, which waits for the disk: the user's command reads such files after each trial. */
static gboolean write_file(const char *path, const GString *header, const struct tensor *tensor)
{
    FILE *file = fopen(path, "wb");
    gboolean done = file && fwrite(header->str, 1, header->len, file) == header->len &&
                    fwrite(tensor->data, 1, tensor->size, file) == tensor->size;

    return file && fclose(file) == 0 && done;
}

gboolean tensor_save_npy(const struct tensor *tensor, const char *path, GError **error)
{
    g_autofree char *descr = descr_of(tensor->type);
    GString *header;
    gboolean done;

    if (!descr)
        return input_error(path, error, "a tensor of %s can't be written as .npy", element_name(tensor->type));
    header = make_header(tensor, descr);
    done = write_file(path, header, tensor);
    if (!done)
        input_error(path, error, "it can't be written: %s", g_strerror(errno));
    g_string_free(header, TRUE);
    return done;
}
