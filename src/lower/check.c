/* Whether the nodes of a graph are ones that LLTFI knows. */
#include "lower/lowering.h"

#include "base/errors.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
    [ATTRIBUTE_NONE] = "of no type",
    [ATTRIBUTE_INT] = "an integer",
    [ATTRIBUTE_FLOAT] = "a float",
    [ATTRIBUTE_STRING] = "a string",
    [ATTRIBUTE_TENSOR] = "a tensor",
    [ATTRIBUTE_GRAPH] = "a graph",
    [ATTRIBUTE_INTS] = "a list of integers",
    [ATTRIBUTE_FLOATS] = "a list of floats",
    [ATTRIBUTE_STRINGS] = "a list of strings",
    [ATTRIBUTE_TENSORS] = "a list of tensors",
    [ATTRIBUTE_GRAPHS] = "a list of graphs",
    [ATTRIBUTE_OTHER] = "of an unknown type",
};

/* The names in an operator's attribute table, for messages. */
static char *known_attributes(const struct operator* operator)
{
    GString *names = g_string_new(NULL);

    for (const struct attribute *a = operator->attributes; a && a->name; a++)
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", a->name);
    return g_string_free(names, FALSE);
}

static gboolean check_attribute(const struct op_node *node, const struct node_attribute *attribute, GError **error)
{
    const char *name = attribute->name;
    const struct attribute *known = node->operator->attributes;

    while (known && known->name && strcmp(known->name, name) != 0)
        known++;
    if (!known || !known->name) {
        g_autofree char *names = known_attributes(node->operator);

        return op_error(node, error, "attribute '%s' is unknown: %s%s", name,
                        *names ? "the operator has " : "it has none", names);
    }
    if (attribute->reference)
        return op_error(node, error, "attribute '%s' refers to one of a function, but the node is in none", name);
    if (attribute->kind != known->kind)
        return op_error(node, error, "attribute '%s' is %s, but must be %s", name, kind_names[attribute->kind],
                        kind_names[known->kind]);
    if ((known->kind == ATTRIBUTE_TENSOR && !attribute->tensor) ||
        (known->kind == ATTRIBUTE_STRING && !attribute->string))
        return op_error(node, error, "attribute '%s' is empty", name);
    return TRUE;
}

static gboolean check_attributes(const struct op_node *node, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < node->node->attributes->len; i++) {
        const struct node_attribute *attribute = node->node->attributes->pdata[i];

        if (!check_attribute(node, attribute, error))
            return FALSE;
        if (!g_hash_table_add(seen, attribute->name))
            return op_error(node, error, "attribute '%s' is given twice", attribute->name);
    }
    return TRUE;
}

static gboolean check_opset(const struct op_node *node, GError **error)
{
    const struct operator* operator= node->operator;
    g_autofree char *label = node_label(node->node);
    int opset = node->node->opset;

    if (opset >= operator->first_opset &&(operator->last_opset == 0 || opset <= operator->last_opset))
        return TRUE;
    if (opset < operator->first_opset)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_UNSUPPORTED,
                    "%s: operator %s is supported from opset %d on, but the model has opset %d: convert it with "
                    "onnx.version_converter",
                    label, operator->type, operator->first_opset, opset);
    else
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_UNSUPPORTED,
                    "%s: operator %s exists up to opset %d, but the model has opset %d",
                    label, operator->type, operator->last_opset, opset);
    return FALSE;
}

/* "1", "2 to 3", "at least 1". */
static char *range_text(int min, int max)
{
    if (max < 0)
        return g_strdup_printf("at least %d", min);
    return min == max ? g_strdup_printf("%d", min) : g_strdup_printf("%d to %d", min, max);
}

static gboolean check_count(const struct op_node *node, const char *what, const GArray *values, int min, int max,
                            GError **error)
{
    g_autofree char *range = NULL;

    if (values->len >= (guint)min && (max < 0 || values->len <= (guint)max))
        return TRUE;
    range = range_text(min, max);
    return op_error(node, error, "it has %u %s, but must have %s", values->len, what, range);
}

gboolean check_node(const struct op_node *node, GError **error)
{
    const struct operator* operator= node->operator;
    int required = operator->max_inputs<0 ? op_input_count(node) : operator->min_inputs;
    gboolean computes = FALSE;

    if (!check_opset(node, error) || !check_attributes(node, error) ||
        !check_count(node, "inputs", node->inputs, operator->min_inputs, operator->max_inputs, error) ||
        !check_count(node, "outputs", node->outputs, operator->min_outputs, operator->max_outputs, error))
        return FALSE;
    for (int i = 0; i < required; i++)
        if (!op_input(node, i))
            return op_error(node, error, "input %d is not optional, but its name is empty", i);
    for (int i = 0; i < op_output_count(node); i++)
        computes |= op_has_output(node, i);
    return computes || op_error(node, error, "it has no output");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean is_function(const struct node_graph *graph, const char *type)
{
    return g_ptr_array_find_with_equal_func(graph->functions, type, g_str_equal, NULL);
}

static void list_unsupported(const struct node_graph *graph, GHashTable *counts, GError **error)
{
    guint n_types;
    g_autofree gpointer *types = g_hash_table_get_keys_as_array(counts, &n_types);
    g_autoptr(GString) text = g_string_new(NULL);

    qsort(types, n_types, sizeof(*types), compare_names);
    for (guint i = 0; i < n_types; i++) {
        const char *type = types[i];
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, type));

        g_string_append_printf(
            text, "%s%s (%u node%s%s)", i ? ", " : "", *type ? type : "an empty operator type", n, n == 1 ? "" : "s",
            is_function(graph, type) ? ", a function of the model: inline it with onnx.inliner" : "");
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_UNSUPPORTED,
                "%s: unsupported operator%s: %s. `lltfi operators` lists the supported ones", graph->path,
                n_types == 1 ? "" : "s", text->str);
}

gboolean check_operators(const struct node_graph *graph, GError **error)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < graph->nodes->len; i++) {
        char *type = node_type(graph->nodes->pdata[i]);
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, type));

        if (operator_find(type))
            g_free(type);
        else
            g_hash_table_insert(counts, type, GUINT_TO_POINTER(n + 1));
    }
    if (g_hash_table_size(counts) == 0)
        return TRUE;
    list_unsupported(graph, counts, error);
    return FALSE;
}
