/* What the file declares of computed values, compared with what the nodes give. */
#include "frontend/onnx/onnx.h"

#include "base/errors.h"

/* Whether a value is of the type and shape that the file declares for it; symbolic dimensions fit everything. */
static gboolean fits(const struct onnx_port *port, const struct value *value)
{
    if ((port->type != ELEMENT_UNDEFINED && port->type != value->type) ||
        (port->rank >= 0 && port->rank != value->rank))
        return FALSE;
    for (int d = 0; d < port->rank; d++)
        if (port->dims[d] >= 0 && port->dims[d] != value->dims[d])
            return FALSE;
    return TRUE;
}

static gboolean add_output(struct lowering *lowering, const struct onnx_port *port, GError **error)
{
    int number = *port->name ? lowering_find(lowering, port->name) : -1;
    const struct value *value = model_value(lowering->model, number);

    if (!value) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: output '%s' is not computed by any node",
                    lowering->onnx->path, port->name);
        return FALSE;
    }
    if (!fits(port, value)) {
        g_autofree char *declared = port_to_string(port), *shape = shape_to_string(value->rank, value->dims);

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                    "%s: output '%s' is declared as %s, but the nodes give %s %s", lowering->onnx->path, port->name,
                    declared, element_name(value->type), shape);
        return FALSE;
    }
    g_array_append_val(lowering->model->outputs, number);
    return TRUE;
}

gboolean lowering_add_outputs(struct lowering *lowering, GError **error)
{
    for (size_t i = 0; i < onnx_output_count(lowering->onnx); i++)
        if (!add_output(lowering, onnx_output(lowering->onnx, i), error))
            return FALSE;
    return TRUE;
}

/* What the file says of values in between is only a hint: exporters and editors leave wrong ones behind. */
void lowering_check_hints(struct lowering *lowering)
{
    const Onnx__GraphProto *graph = lowering->onnx->proto->graph;

    for (size_t i = 0; i < graph->n_value_info; i++) {
        g_autofree char *declared = NULL, *shape = NULL;
        const struct value *value;
        struct onnx_port port;

        if (!port_from_proto(lowering->onnx->path, graph->value_info[i], &port, NULL))
            continue;
        value = model_value(lowering->model, lowering_find(lowering, port.name));
        if (!value || fits(&port, value))
            continue;
        declared = port_to_string(&port);
        shape = shape_to_string(value->rank, value->dims);
        g_ptr_array_add(lowering->model->notices,
                        g_strdup_printf("%s: '%s' is declared as %s, but the nodes give %s %s, which is used",
                                        lowering->onnx->path, port.name, declared, element_name(value->type), shape));
    }
}
