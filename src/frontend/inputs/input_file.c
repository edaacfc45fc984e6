/* What the readers of input files share. */
#include "frontend/inputs/inputs.h"

#include "base/errors.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

gboolean input_error(const char *what, GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: %s", what, text);
    return FALSE;
}

enum input_format input_format(const char *path)
{
    static const struct {
        const char *magic;
        size_t size;
        enum input_format format;
    } formats[] = {
        { "\x93NUMPY", 6, INPUT_NPY },   { "PK\3\4", 4, INPUT_NPZ },           { "PK\5\6", 4, INPUT_NPZ },
        { "\x89PNG", 4, INPUT_PICTURE }, { "\xff\xd8\xff", 3, INPUT_PICTURE },
    };
    char head[8] = { 0 };
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(head, 1, sizeof(head), file) : 0;

    if (file)
        fclose(file);
    for (size_t f = 0; f < G_N_ELEMENTS(formats); f++)
        if (length >= formats[f].size && memcmp(head, formats[f].magic, formats[f].size) == 0)
            return formats[f].format;
    return INPUT_UNKNOWN;
}

/* NumPy's name of an element type, for advice. */
static const char *numpy_name(enum element type)
{
    return type == ELEMENT_FLOAT ? "float32" : type == ELEMENT_DOUBLE ? "float64" : element_name(type);
}

/* "x.reshape(1, 1, 28, 28)" if that gives what the model wants, else NULL. */
static char *reshape_advice(const struct tensor *tensor, const struct port *port)
{
    GString *advice = g_string_new("x.reshape(");
    size_t count = 1;

    for (int d = 0; d < port->rank; d++) {
        int64_t extent = port->dims[d] < 0 ? 1 : port->dims[d];

        count = extent == 0 || count <= G_MAXSIZE / (size_t)extent ? count * (size_t)extent : 0;
        g_string_append_printf(advice, "%s%" G_GINT64_FORMAT, d ? ", " : "", extent);
    }
    g_string_append_c(advice, ')');
    return g_string_free(advice, count != tensor->count || port->rank < 0);
}

static gboolean shape_fits(const struct tensor *tensor, const struct port *port)
{
    if (port->rank < 0)
        return TRUE;
    if (port->rank != tensor->rank)
        return FALSE;
    for (int d = 0; d < port->rank; d++)
        if (port->dims[d] >= 0 && port->dims[d] != tensor->dims[d])
            return FALSE;
    return TRUE;
}

gboolean input_check(const struct tensor *tensor, const struct port *port, const char *what, GError **error)
{
    g_autofree char *wanted = port_to_string(port), *shape = shape_to_string(tensor->rank, tensor->dims),
                    *advice = NULL;

    if (port->type != ELEMENT_UNDEFINED && port->type != tensor->type)
        return input_error(
            what, error,
            "it holds %s %s, but input '%s' of the model wants %s: save it as that type (NumPy: x.astype('%s'))",
            element_name(tensor->type), shape, port->name, wanted, numpy_name(port->type));
    if (shape_fits(tensor, port))
        return TRUE;
    advice = reshape_advice(tensor, port);
    return input_error(what, error, "it holds %s %s, but input '%s' of the model wants %s: %s%s",
                       element_name(tensor->type), shape, port->name, wanted,
                       advice ? "the elements are as many, NumPy: " : "give one of that shape", advice ? advice : "");
}
