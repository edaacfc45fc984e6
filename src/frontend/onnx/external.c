/* Tensor data that is kept in a file of its own, next to the model. */
#include "frontend/onnx/onnx.h"

#include "base/errors.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

static const char *entry(const Onnx__TensorProto *proto, const char *key)
{
    for (size_t i = 0; i < proto->n_external_data; i++)
        if (strcmp(proto_string(proto->external_data[i]->key), key) == 0)
            return proto_string(proto->external_data[i]->value);
    return NULL;
}

static gboolean read_number(const Onnx__TensorProto *proto, const char *key, guint64 otherwise, guint64 *number,
                            GError **error)
{
    const char *text = entry(proto, key);

    *number = otherwise;
    if (!text || g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, number, NULL))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "external data: '%s' is not a valid %s", text, key);
    return FALSE;
}

/* Whether a path without symbolic links is inside a folder. */
static gboolean is_inside(const char *folder, const char *path)
{
    char *real = realpath(folder, NULL);
    g_autofree char *prefix = real ? g_strconcat(real, strcmp(real, "/") == 0 ? "" : "/", NULL) : NULL;

    free(real);
    return prefix && g_str_has_prefix(path, prefix);
}

/* The file, with symbolic links followed. It must be inside the model's folder: a model must not read other files. */
static char *find_file(const Onnx__TensorProto *proto, const char *folder, GError **error)
{
    const char *location = entry(proto, "location");
    g_autofree char *joined = folder && location ? g_build_filename(folder, location, NULL) : NULL;
    char *path = joined && !g_path_is_absolute(location) ? realpath(joined, NULL) : NULL;

    if (!joined || !*location)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "external data without a location");
    else if (g_path_is_absolute(location) || (path && !is_inside(folder, path)))
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "external data file '%s' is outside the model's folder",
                    location);
    else if (!path || !g_file_test(path, G_FILE_TEST_IS_REGULAR))
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "external data file '%s' is missing", joined);
    else
        return path;
    free(path);
    return NULL;
}

static GBytes *map_file(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    if (file)
        return g_mapped_file_get_bytes(file);
    g_prefix_error(error, "external data: ");
    return NULL;
}

GBytes *external_data(const Onnx__TensorProto *proto, const char *folder, size_t size, GError **error)
{
    char *path = find_file(proto, folder, error);
    g_autoptr(GBytes) bytes = path ? map_file(path, error) : NULL;
    guint64 offset, length;
    gsize end;

    free(path);
    if (!bytes || !read_number(proto, "offset", 0, &offset, error) ||
        !read_number(proto, "length", size, &length, error))
        return NULL;
    end = g_bytes_get_size(bytes);
    if (offset <= end && length <= end - offset)
        return g_bytes_new_from_bytes(bytes, offset, length);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "external data: %" G_GUINT64_FORMAT " bytes from offset %" G_GUINT64_FORMAT
                " on reach beyond the end of '%s' (%" G_GSIZE_FORMAT " bytes)",
                length, offset, entry(proto, "location"), end);
    return NULL;
}
