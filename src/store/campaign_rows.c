/* What a campaign is: written once, before its first trial. */
#include "store/statement.h"

#include <string.h>

gboolean store_put_rule(struct store *store, const struct outcome_reference *reference, GError **error)
{
    const struct outcome_option *option = reference->option;
    g_autofree char *definition = outcome_definition(option, reference->rule, reference->is_softmax);
    g_autofree char *deciding = g_strdup_printf("%u", outcome_deciding(reference));
    g_autoptr(GString) thresholds = g_string_new(NULL);

    for (int i = 0; reference->rule == RULE_REGRESSION && i < option->n_thresholds; i++)
        g_string_append_printf(thresholds, "%s%g", i > 0 ? " " : "", option->thresholds[i]);
    return store_set(store, "rule", outcome_rule_names[reference->rule], error) &&
           store_set(store, "definition", definition, error) &&
           store_set(store, "thresholds", thresholds->str, error) && store_set(store, "deciding", deciding, error);
}

gboolean store_put_layer(struct store *store, const struct store_layer *layer, GError **error)
{
    return store_put_row(store, PUT_LAYER,
                         CELLS(INTEGER(layer->number), TEXT(layer->name), TEXT(layer->type),
                               INTEGER(layer->instructions), INTEGER(layer->selected), REAL(layer->seconds)),
                         "layer", error);
}

gboolean store_put_output(struct store *store, const struct store_output *output, GError **error)
{
    return store_put_row(store, PUT_OUTPUT,
                         CELLS(INTEGER(output->layer), INTEGER(output->output), TEXT(output->name), TEXT(output->type),
                               TEXT(output->shape), INTEGER(output->elements), INTEGER(output->model_output)),
                         "layer", error);
}

gboolean store_put_edge(struct store *store, int layer, int input, int producer, int output, GError **error)
{
    return store_put_row(store, PUT_EDGE, CELLS(INTEGER(layer), INTEGER(input), INTEGER(producer), INTEGER(output)),
                         "layer", error);
}

gboolean store_put_tensor(struct store *store, const struct store_tensor *tensor, GError **error)
{
    return store_put_row(store, PUT_TENSOR,
                         CELLS(INTEGER(tensor->number), INTEGER(tensor->layer), TEXT(tensor->name), TEXT(tensor->type),
                               TEXT(tensor->shape), INTEGER(tensor->elements), INTEGER(tensor->folded)),
                         "tensor", error);
}

gboolean store_put_site(struct store *store, unsigned number, const struct site *site, GError **error)
{
    if (!store_put_row(store, PUT_SITE,
                       CELLS(INTEGER(number), INTEGER(site->index), INTEGER(site->layer), INTEGER(site->opcode),
                             TEXT(site->function), TEXT(site->text), INTEGER(site->n_registers), INTEGER(site->count)),
                       "site", error))
        return FALSE;
    if (site->file &&
        !store_put_row(store, PUT_LINE, CELLS(INTEGER(number), TEXT(site->file), INTEGER(site->line)), "site", error))
        return FALSE;
    for (int i = 0; i < site->n_registers; i++)
        if (!store_put_row(store, PUT_REGISTER,
                           CELLS(INTEGER(number), INTEGER(i), INTEGER(site->registers[i].position),
                                 INTEGER(site->registers[i].width)),
                           "site", error))
            return FALSE;
    return TRUE;
}

gboolean store_put_input(struct store *store, int number, const char *path, int golden_class, double golden_confidence,
                         int label, GError **error)
{
    return store_put_row(store, PUT_INPUT,
                         CELLS(INTEGER(number), TEXT(path), KNOWN(golden_class), REAL(golden_confidence), KNOWN(label)),
                         "input", error);
}

gboolean store_put_config(struct store *store, int number, const char *name, const char *text, GError **error)
{
    return store_put_row(store, PUT_CONFIG, CELLS(INTEGER(number), TEXT(name), TEXT(text)), "run option", error);
}
