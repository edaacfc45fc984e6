/* The graph's inputs: symbolic dimensions get their extents from given tensors or from "name=extent". */
#include "lower/lowering.h"

#include "base/errors.h"
#include "base/setting_name.h"

#include <string.h>

/* The name of a dimension in "name=extent": its symbol, or "x:0" for one without. The caller frees. */
static char *dim_name(const struct port *port, int d)
{
    if (port->symbols[d] && *port->symbols[d])
        return g_strdup(port->symbols[d]);
    return g_strdup_printf("%s:%d", port->name, d);
}

/* The names of all symbolic dimensions of the inputs, for messages. */
static char *all_dim_names(const struct node_graph *graph)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < graph->inputs->len; i++)
        for (int d = 0; d < node_graph_input(graph, i)->rank; d++) {
            g_autofree char *name = dim_name(node_graph_input(graph, i), d);

            if (node_graph_input(graph, i)->dims[d] < 0 &&
                !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
                g_ptr_array_add(names, g_steal_pointer(&name));
        }
    g_ptr_array_add(names, NULL);
    return g_strjoinv(", ", (char **)names->pdata);
}

static gboolean is_dim_name(const struct node_graph *graph, const char *wanted)
{
    for (guint i = 0; i < graph->inputs->len; i++)
        for (int d = 0; d < node_graph_input(graph, i)->rank; d++) {
            g_autofree char *name = dim_name(node_graph_input(graph, i), d);

            if (node_graph_input(graph, i)->dims[d] < 0 && strcmp(name, wanted) == 0)
                return TRUE;
        }
    return FALSE;
}

static gboolean read_dim(struct lowering *lowering, const char *text, GError **error)
{
    const char *equals = strrchr(text, '=');
    g_autofree char *name = equals ? g_strndup(text, (gsize)(equals - text)) : NULL;
    gint64 extent;

    if (!equals || !g_ascii_string_to_signed(equals + 1, 10, 0, G_MAXINT64, &extent, NULL))
        return set_error(error, LLTFI_ERROR_USAGE, "dimension '%s': NAME=EXTENT is wanted, as in batch=1", text);
    if (!is_dim_name(lowering->graph, name)) {
        g_autofree char *names = all_dim_names(lowering->graph);

        return set_error(error, LLTFI_ERROR_USAGE, "dimension '%s': no input of '%s' has one of that name (it has %s)",
                         name, lowering->graph->path, *names ? names : "none that could be chosen");
    }
    g_hash_table_insert(lowering->extents, g_steal_pointer(&name), g_memdup2(&extent, sizeof(extent)));
    return TRUE;
}

/* An input that was given must be what the model wants; it gives symbolic dimensions their extents. */
static gboolean match(struct lowering *lowering, const struct port *port, const struct tensor *given, GError **error)
{
    gboolean fits =
        (port->type == ELEMENT_UNDEFINED || port->type == given->type) && (port->rank < 0 || port->rank == given->rank);

    for (int d = 0; fits && d < port->rank; d++) {
        g_autofree char *name = dim_name(port, d);
        const int64_t *bound = port->dims[d] < 0 ? g_hash_table_lookup(lowering->extents, name) : NULL;

        if (bound && *bound != given->dims[d])
            return set_error(error, LLTFI_ERROR_INPUT,
                             "input '%s': dimension '%s' is %" G_GINT64_FORMAT ", but %" G_GINT64_FORMAT
                             " in another input or on the command line",
                             port->name, name, given->dims[d], *bound);
        if (port->dims[d] < 0 && !bound)
            g_hash_table_insert(lowering->extents, g_steal_pointer(&name), g_memdup2(&given->dims[d], sizeof(int64_t)));
        fits = port->dims[d] < 0 || port->dims[d] == given->dims[d];
    }
    if (!fits) {
        g_autofree char *wanted = port_to_string(port), *shape = shape_to_string(given->rank, given->dims);

        return set_error(error, LLTFI_ERROR_INPUT, "input '%s' is %s %s, but the model wants %s", port->name,
                         element_name(given->type), shape, wanted);
    }
    return TRUE;
}

/* Without a tensor, the shape must follow from the file and the bound dimensions. */
static gboolean derive(const struct lowering *lowering, const struct port *port, int64_t *dims, GError **error)
{
    if (element_size(port->type) == 0)
        return set_error(error, LLTFI_ERROR_INPUT, "input '%s': the model does not say its element type: give an input",
                         port->name);
    if (port->rank < 0)
        return set_error(error, LLTFI_ERROR_INPUT, "input '%s': the model does not say its shape: give an input",
                         port->name);
    for (int d = 0; d < port->rank; d++) {
        g_autofree char *name = dim_name(port, d);
        const int64_t *bound = g_hash_table_lookup(lowering->extents, name);

        if (port->dims[d] < 0 && !bound)
            return set_error(error, LLTFI_ERROR_INPUT,
                             "input '%s': dimension '%s' has no extent: give an input, or %s %s=1", port->name, name,
                             setting_name("dims"), name);
        dims[d] = port->dims[d] < 0 ? *bound : port->dims[d];
    }
    return TRUE;
}

static gboolean declare(struct lowering *lowering, guint i, GError **error)
{
    const struct port *port = node_graph_input(lowering->graph, i);
    const struct tensor *given = lowering->inputs ? lowering->inputs[i] : NULL;
    int64_t dims[MAX_RANK] = { 0 };
    int number;

    if (!*port->name || lowering_find(lowering, port->name) >= 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         *port->name ? "two inputs have the name '%s'" : "an input has no name%s", port->name);
    if (given ? !match(lowering, port, given, error) : !derive(lowering, port, dims, error))
        return FALSE;
    number = lowering_add_value(lowering, port->name);
    g_array_append_val(lowering->model->inputs, number);
    if (lowering_shape_value(lowering, number, given ? given->type : port->type, given ? given->rank : port->rank,
                             given ? given->dims : dims, error))
        return TRUE;
    g_prefix_error(error, "input '%s': ", port->name);
    return FALSE;
}

gboolean lowering_bind_inputs(struct lowering *lowering, const GPtrArray *dims, GError **error)
{
    for (guint i = 0; dims && i < dims->len; i++)
        if (!read_dim(lowering, dims->pdata[i], error))
            return FALSE;
    for (guint i = 0; i < lowering->graph->inputs->len; i++)
        if (!declare(lowering, i, error)) {
            g_prefix_error(error, "%s: ", lowering->graph->path);
            return FALSE;
        }
    return TRUE;
}
