/* --enable-ML-FI-stats: cycles by layer of a model that onnx-mlir compiled to IR. */
#include "llfi/llfi.h"

#include "passes/select/layer_marks.h"

/* Letters of an operator's name that LLFI writes. */
#define LETTERS 7

static void layer_clear(gpointer layer)
{
    g_free(((struct llfi_layer *)layer)->name);
}

static void add_layers(const struct function *function, LLVMValueRef f, GArray *layers)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(f, &n);
    g_autoptr(GArray) marks = layer_marks(all, n);

    for (guint m = 0; m < marks->len; m++) {
        const struct layer_mark *mark = &g_array_index(marks, struct layer_mark, m);
        struct llfi_layer layer = { .number = (int)layers->len + 1,
                                    .name = g_strndup(mark->type, LETTERS),
                                    .begin = function->first_index + (unsigned)mark->begin,
                                    .end = function->first_index + (unsigned)mark->end,
                                    .function_begin = function->first_index };

        g_array_append_val(layers, layer);
    }
}

GArray *llfi_layers(const struct program_subject *subject)
{
    GArray *layers = g_array_new(FALSE, FALSE, sizeof(struct llfi_layer));
    LLVMValueRef f = LLVMGetFirstFunction(subject->program->module);

    g_array_set_clear_func(layers, layer_clear);
    for (guint number = 0; number < subject->functions->functions->len; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            add_layers(&g_array_index(subject->functions->functions, struct function, number++), f, layers);
    return layers;
}

const struct llfi_layer *llfi_layer_of(const GArray *layers, unsigned index)
{
    const struct llfi_layer *found = NULL;

    for (guint l = 0; l < layers->len; l++) {
        const struct llfi_layer *layer = &g_array_index(layers, struct llfi_layer, l);

        if (layer->begin <= index && index < layer->end && (!found || layer->begin > found->begin))
            found = layer;
    }
    return found;
}

/* How many executed instructions are selected and have indices in begin..end-1. */
static uint64_t selected_between(const struct program_subject *subject, unsigned begin, unsigned end)
{
    uint64_t sum = 0;

    for (guint s = 0; s < subject->functions->sites->len; s++) {
        const struct site *site = &g_array_index(subject->functions->sites, struct site, s);

        if (site->index >= begin && site->index < end)
            sum += program_executions(subject, site->index);
    }
    return sum;
}

/* Layers run one after the other: what precedes one in the function has been executed before it. */
void llfi_append_layers(GString *text, const struct program_subject *subject)
{
    g_autoptr(GArray) layers = llfi_layers(subject);

    for (guint l = 0; l < layers->len; l++) {
        const struct llfi_layer *layer = &g_array_index(layers, struct llfi_layer, l);
        uint64_t before = selected_between(subject, layer->function_begin, layer->begin);
        uint64_t inside = selected_between(subject, layer->begin, layer->end);

        g_string_append_printf(text, "ml_layer=%d,%s,", layer->number, layer->name);
        if (inside == 0)
            g_string_append(text, "-1,-1\n");
        else
            g_string_append_printf(text, "%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "\n", before + 1, before + inside);
    }
}
