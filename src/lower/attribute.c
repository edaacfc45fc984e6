/* A node's attributes. check_node has compared their kinds with the operator's table. */
#include "lower/lowering.h"

#include <string.h>

static const struct node_attribute *find(const struct op_node *node, const char *name)
{
    const GPtrArray *attributes = node->node->attributes;

    for (guint i = 0; i < attributes->len; i++) {
        const struct node_attribute *attribute = attributes->pdata[i];

        if (strcmp(attribute->name, name) == 0)
            return attribute;
    }
    return NULL;
}

gboolean op_has_attribute(const struct op_node *node, const char *name)
{
    return find(node, name) != NULL;
}

int64_t op_int(const struct op_node *node, const char *name, int64_t otherwise)
{
    const struct node_attribute *attribute = find(node, name);

    return attribute ? attribute->integer : otherwise;
}

double op_float(const struct op_node *node, const char *name, double otherwise)
{
    const struct node_attribute *attribute = find(node, name);

    return attribute ? attribute->real : otherwise;
}

const char *op_string(const struct op_node *node, const char *name, const char *otherwise)
{
    const struct node_attribute *attribute = find(node, name);

    return attribute ? attribute->string : otherwise;
}

const int64_t *op_ints(const struct op_node *node, const char *name, size_t *count)
{
    const struct node_attribute *attribute = find(node, name);

    *count = attribute ? attribute->count : 0;
    return attribute ? attribute->integers : NULL;
}

const float *op_floats(const struct op_node *node, const char *name, size_t *count)
{
    const struct node_attribute *attribute = find(node, name);

    *count = attribute ? attribute->count : 0;
    return attribute ? attribute->reals : NULL;
}

const char *const *op_strings(const struct op_node *node, const char *name, size_t *count)
{
    const struct node_attribute *attribute = find(node, name);

    *count = attribute ? attribute->count : 0;
    return attribute ? (const char *const *)attribute->strings : NULL;
}

struct tensor *op_tensor(const struct op_node *node, const char *name, GError **error)
{
    const struct node_attribute *attribute = find(node, name);

    if (attribute && attribute->tensor)
        return tensor_ref(attribute->tensor);
    op_error(node, error, "attribute '%s' is missing", name);
    return NULL;
}
