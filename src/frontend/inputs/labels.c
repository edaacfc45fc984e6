/* Labels of a campaign's inputs: numbers, a file with one number per line, or a file of "file,label" lines. */
#include "config/words.h"
#include "frontend/inputs/inputs.h"

#include "base/errors.h"
#include "base/file.h"

#include <string.h>

#define MAX_FILE (1 << 26)

/* Labels as they were read. */
struct labels {
    GArray *in_order;    /* int */
    GHashTable *by_name; /* file name -> label + 1 */
};

static gboolean parse_label(const char *text, int *label)
{
    int64_t number;

    if (!integer_parse(text, 0, G_MAXINT32 - 1, &number, NULL))
        return FALSE;
    *label = (int)number;
    return TRUE;
}

/* One line. The first of "file,label" lines may be a heading. */
static gboolean read_line(struct labels *labels, char *line, const char *path, guint number, GError **error)
{
    char *comma = strrchr(line, ',');
    int label;

    g_strstrip(line);
    if (!*line || *line == '#')
        return TRUE;
    if (!parse_label(comma ? g_strstrip(comma + 1) : line, &label)) {
        if (number == 1)
            return TRUE;
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                    "%s:%u: '%.60s' is not a label: a class number from 0, or FILE,NUMBER is wanted", path, number,
                    line);
        return FALSE;
    }
    if (!comma) {
        g_array_append_val(labels->in_order, label);
        return TRUE;
    }
    *comma = '\0';
    g_hash_table_replace(labels->by_name, g_path_get_basename(g_strstrip(line)), GINT_TO_POINTER(label + 1));
    return TRUE;
}

static gboolean read_file(struct labels *labels, const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!file)
        return FALSE;
    if (g_mapped_file_get_length(file) > MAX_FILE)
        return input_error(path, error, "a file of labels has at most %d bytes", MAX_FILE);
    text = g_strndup(g_mapped_file_get_contents(file), g_mapped_file_get_length(file));
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        if (!read_line(labels, lines[i], path, i + 1, error))
            return FALSE;
    return TRUE;
}

static gboolean read_labels(struct labels *labels, const GPtrArray *given, GError **error)
{
    int label;

    for (guint i = 0; i < given->len; i++) {
        if (parse_label(given->pdata[i], &label))
            g_array_append_val(labels->in_order, label);
        else if (!read_file(labels, given->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean attach_by_name(GPtrArray *inputs, const struct labels *labels, GError **error)
{
    for (guint i = 0; i < inputs->len; i++) {
        struct input *input = inputs->pdata[i];
        g_autofree char *name = g_path_get_basename(input->path);
        int label = GPOINTER_TO_INT(g_hash_table_lookup(labels->by_name, name));

        if (label == 0)
            return input_error(input->path, error, "the labels have no line '%s,NUMBER' for this input", name);
        input->label = label - 1;
    }
    return TRUE;
}

/* A single label is that of all inputs; otherwise each input needs one. */
static gboolean attach_in_order(GPtrArray *inputs, const GArray *labels, GError **error)
{
    if (labels->len != 1 && labels->len != inputs->len) {
        g_set_error(
            error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
            "there are %u labels for %u inputs: give one for each in the order of the inputs, or FILE,NUMBER lines",
            labels->len, inputs->len);
        return FALSE;
    }
    for (guint i = 0; i < inputs->len; i++)
        ((struct input *)inputs->pdata[i])->label = g_array_index(labels, int, labels->len == 1 ? 0 : i);
    return TRUE;
}

gboolean labels_attach(GPtrArray *inputs, const GPtrArray *given, GError **error)
{
    g_autoptr(GArray) in_order = g_array_new(FALSE, FALSE, sizeof(int));
    g_autoptr(GHashTable) by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct labels labels = { in_order, by_name };

    if (given->len == 0)
        return TRUE;
    if (!read_labels(&labels, given, error))
        return FALSE;
    if (g_hash_table_size(by_name) > 0 && in_order->len > 0) {
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                            "some labels name a file and some do not: write all of them one way");
        return FALSE;
    }
    return g_hash_table_size(by_name) > 0 ? attach_by_name(inputs, &labels, error)
                                          : attach_in_order(inputs, in_order, error);
}
