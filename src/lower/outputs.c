/* What the file declares of computed values, compared with what the nodes give. */
#include "lower/lowering.h"

#include "base/errors.h"

/* Whether a value is of the type and shape that the file declares for it; symbolic dimensions fit everything. */
static gboolean fits(const struct port *port, const struct value *value)
{
    if ((port->type != ELEMENT_UNDEFINED && port->type != value->type) ||
        (port->rank >= 0 && port->rank != value->rank))
        return FALSE;
    for (int d = 0; d < port->rank; d++)
        if (port->dims[d] >= 0 && port->dims[d] != value->dims[d])
            return FALSE;
    return TRUE;
}

static gboolean add_output(struct lowering *lowering, const struct port *port, GError **error)
{
    int number = *port->name ? lowering_find(lowering, port->name) : -1;
    const struct value *value = model_value(lowering->model, number);

    if (!value) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: output '%s' is not computed by any node",
                    lowering->graph->path, port->name);
        return FALSE;
    }
    if (!fits(port, value)) {
        g_autofree char *declared = port_to_string(port), *shape = shape_to_string(value->rank, value->dims);

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                    "%s: output '%s' is declared as %s, but the nodes give %s %s", lowering->graph->path, port->name,
                    declared, element_name(value->type), shape);
        return FALSE;
    }
    g_array_append_val(lowering->model->outputs, number);
    return TRUE;
}

gboolean lowering_add_outputs(struct lowering *lowering, GError **error)
{
    for (guint i = 0; i < lowering->graph->outputs->len; i++)
        if (!add_output(lowering, lowering->graph->outputs->pdata[i], error))
            return FALSE;
    return TRUE;
}

/* What the file says about values in between is only a hint: exporters and editors leave wrong ones there. */
void lowering_check_hints(struct lowering *lowering)
{
    const GPtrArray *hints = lowering->graph->hints;

    for (guint i = 0; i < hints->len; i++) {
        const struct port *port = hints->pdata[i];
        const struct value *value = model_value(lowering->model, lowering_find(lowering, port->name));
        g_autofree char *declared = NULL, *shape = NULL;

        if (!value || fits(port, value))
            continue;
        declared = port_to_string(port);
        shape = shape_to_string(value->rank, value->dims);
        g_ptr_array_add(lowering->model->notices,
                        g_strdup_printf("%s: '%s' is declared as %s, but the nodes give %s %s, which is used",
                                        lowering->graph->path, port->name, declared, element_name(value->type), shape));
    }
}
