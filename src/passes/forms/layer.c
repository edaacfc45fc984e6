/* The passes of a layer's forms. */
#include "passes/forms/forms.h"

gboolean layer_build(struct compilation *c, GError **error)
{
    c->module = layer_module(c->model, c->layer, c->form == FORM_FAST ? FORM_FAST : FORM_SCALAR, error);
    return c->module != NULL;
}

gboolean layer_copy(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    c->module = LLVMCloneModule(c->from);
    return TRUE;
}

gboolean layer_optimize(struct compilation *c, GError **error)
{
    static const char *const levels[] = { NULL, "default<O1>", "default<O2>", "default<O3>" };
    const char *passes = levels[CLAMP(c->opt_level, 0, 3)];

    return !passes || ir_run_passes(c->module, passes, error);
}

gboolean layer_inject(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    pass_inject(layer_function(c->module), c->sites, c->first_index, c->first_site);
    return TRUE;
}

static const struct loop *grain_loop(const struct compilation *c, const GPtrArray *loops)
{
    return c->grain_loop < 0 ? NULL : loops->pdata[c->grain_loop];
}

gboolean layer_inject_grain(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    LLVMValueRef function = layer_function(c->module);
    g_autoptr(GPtrArray) loops = function_loops(function);

    pass_inject_grain(function, c->sites, c->first_index, c->first_site, grain_loop(c, loops));
    return TRUE;
}

gboolean layer_count(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    pass_count(layer_function(c->module));
    return TRUE;
}

gboolean layer_mark(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    LLVMValueRef function = layer_function(c->module);
    g_autoptr(GPtrArray) loops = function_loops(function);

    pass_mark(function, c->sites, c->first_index, grain_loop(c, loops));
    return TRUE;
}

gboolean layer_trace(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    pass_trace(layer_function(c->module), c->first_index);
    return TRUE;
}

gboolean layer_make_entry(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    LLVMSetLinkage(layer_function(c->module), LLVMInternalLinkage);
    layer_add_entry(c->module, c->layer);
    ir_drop_target_attributes(c->module);
    return TRUE;
}
