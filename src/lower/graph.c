/* Graphs of nodes are made, described and freed. */
#include "lower/lower.h"

#include "base/errors.h"

static void free_attribute(gpointer data)
{
    struct node_attribute *attribute = data;

    switch (attribute->kind) {
    case ATTRIBUTE_STRING:
        g_free(attribute->string);
        break;
    case ATTRIBUTE_TENSOR:
        tensor_free(attribute->tensor);
        break;
    case ATTRIBUTE_INTS:
        g_free(attribute->integers);
        break;
    case ATTRIBUTE_FLOATS:
        g_free(attribute->reals);
        break;
    case ATTRIBUTE_STRINGS:
        g_strfreev(attribute->strings);
        break;
    default:
        break;
    }
    g_free(attribute->name);
    g_free(attribute->reference);
    g_free(attribute);
}

static void free_node(gpointer data)
{
    struct node *node = data;

    g_free(node->name);
    g_free(node->type);
    g_free(node->domain);
    g_ptr_array_unref(node->inputs);
    g_ptr_array_unref(node->outputs);
    g_ptr_array_unref(node->attributes);
    g_free(node);
}

static void free_port(gpointer data)
{
    struct port *port = data;

    g_free(port->name);
    for (int d = 0; d < MAX_RANK; d++)
        g_free(port->symbols[d]);
    g_free(port);
}

static void free_constant(gpointer data)
{
    struct node_constant *constant = data;

    g_free(constant->name);
    tensor_free(constant->tensor);
    g_free(constant);
}

struct node_graph *node_graph_new(const char *path)
{
    struct node_graph *graph = g_new0(struct node_graph, 1);

    graph->path = g_strdup(path);
    graph->nodes = g_ptr_array_new_with_free_func(free_node);
    graph->inputs = g_ptr_array_new_with_free_func(free_port);
    graph->outputs = g_ptr_array_new_with_free_func(free_port);
    graph->hints = g_ptr_array_new_with_free_func(free_port);
    graph->constants = g_ptr_array_new_with_free_func(free_constant);
    graph->functions = g_ptr_array_new_with_free_func(g_free);
    graph->notices = g_ptr_array_new_with_free_func(g_free);
    return graph;
}

void node_graph_free(struct node_graph *graph)
{
    if (!graph)
        return;
    g_ptr_array_unref(graph->nodes);
    g_ptr_array_unref(graph->inputs);
    g_ptr_array_unref(graph->outputs);
    g_ptr_array_unref(graph->hints);
    g_ptr_array_unref(graph->constants);
    g_ptr_array_unref(graph->functions);
    g_ptr_array_unref(graph->notices);
    g_free(graph->path);
    g_free(graph);
}

struct node *node_graph_add_node(struct node_graph *graph, const char *name, const char *type, int opset)
{
    struct node *node = g_new0(struct node, 1);

    node->name = g_strdup(name);
    node->type = g_strdup(type);
    node->domain = g_strdup("");
    node->opset = opset;
    node->inputs = g_ptr_array_new_with_free_func(g_free);
    node->outputs = g_ptr_array_new_with_free_func(g_free);
    node->attributes = g_ptr_array_new_with_free_func(free_attribute);
    g_ptr_array_add(graph->nodes, node);
    return node;
}

void node_add_input(struct node *node, const char *value)
{
    g_ptr_array_add(node->inputs, g_strdup(value));
}

void node_add_output(struct node *node, const char *value)
{
    g_ptr_array_add(node->outputs, g_strdup(value));
}

struct node_attribute *node_add_attribute(struct node *node, const char *name, enum attribute_kind kind)
{
    struct node_attribute *attribute = g_new0(struct node_attribute, 1);

    attribute->name = g_strdup(name);
    attribute->kind = kind;
    g_ptr_array_add(node->attributes, attribute);
    return attribute;
}

struct port *node_graph_add_port(GPtrArray *ports, const char *name, enum element type, int rank, const int64_t *dims)
{
    struct port *port = g_new0(struct port, 1);

    port->name = g_strdup(name);
    port->type = type;
    port->rank = rank;
    for (int d = 0; d < rank; d++)
        port->dims[d] = dims[d];
    g_ptr_array_add(ports, port);
    return port;
}

gboolean node_graph_count(struct node_graph *graph, const struct tensor *tensor, GError **error)
{
    graph->total += tensor->size;
    return graph->total <= TENSOR_MAX_SIZE ||
           set_error(error, LLTFI_ERROR_INPUT, "%s: the constants of the model are larger than 64 GiB together",
                     graph->path);
}

gboolean node_graph_add_constant(struct node_graph *graph, const char *name, struct tensor *tensor, GError **error)
{
    struct node_constant *constant = g_new(struct node_constant, 1);

    *constant = (struct node_constant){ g_strdup(name), tensor };
    g_ptr_array_add(graph->constants, constant);
    return node_graph_count(graph, tensor, error);
}

char *node_type(const struct node *node)
{
    return *node->domain ? g_strdup_printf("%s.%s", node->domain, node->type) : g_strdup(node->type);
}

char *node_label(const struct node *node)
{
    if (*node->name)
        return g_strdup_printf("node '%s'", node->name);
    for (guint i = 0; i < node->outputs->len; i++)
        if (*(const char *)node->outputs->pdata[i])
            return g_strdup_printf("the unnamed node that computes '%s'", (const char *)node->outputs->pdata[i]);
    return g_strdup("an unnamed node");
}

gboolean node_prefix_error(const struct node *node, GError **error)
{
    g_autofree char *label = node_label(node), *type = node_type(node);

    g_prefix_error(error, "%s (%s, opset %d): ", label, type, node->opset);
    return FALSE;
}

char *port_to_string(const struct port *port)
{
    GString *text = g_string_new(port->type == ELEMENT_UNDEFINED ? "any type" : element_name(port->type));

    g_string_append(text, port->rank < 0 ? " of any shape" : port->rank == 0 ? " scalar" : " ");
    for (int d = 0; d < port->rank; d++) {
        g_string_append(text, d ? "x" : "");
        if (port->dims[d] >= 0)
            g_string_append_printf(text, "%" G_GINT64_FORMAT, port->dims[d]);
        else
            g_string_append(text, port->symbols[d] && *port->symbols[d] ? port->symbols[d] : "?");
    }
    return g_string_free(text, FALSE);
}
