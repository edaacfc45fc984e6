/* The passes of a program's forms. */
#include "passes/forms/forms.h"

#include "base/attributes.h"
#include "frontend/program.h"
#include "passes/count/spanning.h"
#include "passes/count/tables.h"
#include "passes/count/terms.h"
#include "passes/ir/functions.h"
#include "passes/trace/program.h"

#include <llvm-c/DebugInfo.h>

gboolean program_take(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    c->module = c->from;
    return TRUE;
}

gboolean program_optimize(struct compilation *c, GError **error)
{
    g_autofree char *passes = g_strdup_printf("default<O%d>", c->opt_level);

    return c->opt_level == 0 || ir_run_passes(c->module, passes, error);
}

/* A function of the module with what is known of it. */
typedef void (*function_visitor)(struct compilation *c, LLVMValueRef f, const struct function *function);

/* Defined functions are in the order of c->functions; what passes declare comes after them. */
static void each_function(struct compilation *c, function_visitor visit)
{
    const GArray *functions = c->functions->functions;
    guint number = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(c->module); f && number < functions->len; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            visit(c, f, &g_array_index(functions, struct function, number++));
}

/* Clang marks the functions that it did not optimize, so that no pass changes them: but our variables are to become
 * registers. */
static void allow_optimization(struct compilation *c G_GNUC_UNUSED, LLVMValueRef f, const struct function *function)
{
    if (!function->obstacle)
        function_remove_attribute(f, "optnone");
}

gboolean program_copy(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    c->module = functions_copy(c->from);
    c->count = (struct count_order){
        .threads = c->functions->threads,
        .every_block = c->functions->every_block,
        .terms = g_array_new(FALSE, FALSE, sizeof(struct spanning_term)),
        .entries = g_array_new(FALSE, FALSE, sizeof(struct entry)),
    };
    c->gates = (struct gate_order){
        .threads = c->functions->threads,
        .flags = c->functions->gate_flags,
        .sites = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
    };
    LLVMStripModuleDebugInfo(c->module);
    each_function(c, allow_optimization);
    return TRUE;
}

gboolean program_find_calls(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    g_autoptr(GHashTable) selected = g_hash_table_new(NULL, NULL);
    const GArray *functions = c->functions->functions;
    guint number = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(c->module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && g_array_index(functions, struct function, number++).n_sites > 0)
            g_hash_table_add(selected, f);
    c->count.calls = c->calls = calls_new(c->module, selected);
    return TRUE;
}

static GArray *sites_of(const struct functions *functions, const struct function *function)
{
    GArray *sites = g_array_new(FALSE, FALSE, sizeof(struct site));

    if (function->n_sites > 0)
        g_array_append_vals(sites, &g_array_index(functions->sites, struct site, function->first_site),
                            function->n_sites);
    return sites;
}

static void count(struct compilation *c, LLVMValueRef f, const struct function *function)
{
    g_autoptr(GArray) sites = sites_of(c->functions, function);

    if (!function->obstacle)
        pass_count_program(f, sites, function->first_index, &c->count, c->counters + function->first_index - 1);
}

gboolean program_count(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    c->count.callers = c->callers = callers_new(c->module);
    c->count.next_counter = callers_count(c->callers);
    for (unsigned i = 0; i < c->functions->n_instructions; i++)
        c->counters[i] = G_MAXUINT;
    each_function(c, count);
    return TRUE;
}

static void trace(struct compilation *c G_GNUC_UNUSED, LLVMValueRef f, const struct function *function)
{
    if (!function->obstacle)
        pass_trace_program(f, function->first_index);
}

gboolean program_trace(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    each_function(c, trace);
    return TRUE;
}

static void inject(struct compilation *c, LLVMValueRef f, const struct function *function)
{
    g_autoptr(GArray) sites = sites_of(c->functions, function);

    if (!function->obstacle && function->n_sites > 0)
        pass_inject_program(f, sites, function->first_index, function->first_site, c->calls, &c->gates);
}

gboolean program_inject(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    each_function(c, inject);
    return TRUE;
}

gboolean program_clean(struct compilation *c, GError **error)
{
    return pass_inject_program_clean(c->module, error);
}

gboolean program_add_runtime(struct compilation *c, GError **error)
{
    g_autoptr(GArray) terms = terms_in_order(c->count.terms, c->count.entries, c->count.n_blocks);
    unsigned n_counters = MAX(c->count.n_blocks, c->count.next_counter);

    gates_define(&c->gates, c->module);
    count_tables_define(c->module, n_counters, c->form == FORM_COUNT && c->functions->threads, terms);
    return functions_link_runtime(c->module, error);
}

/* Linking consumes the injectors. */
gboolean program_link_injectors(struct compilation *c, GError **error)
{
    LLVMModuleRef injectors = g_steal_pointer(&c->injectors);

    return !injectors || program_link_module(c->module, c->name, injectors, "its injectors", ir_context(), error);
}

void forms_clear(struct compilation *c)
{
    g_clear_pointer(&c->calls, calls_free);
    g_clear_pointer(&c->callers, callers_free);
    g_clear_pointer(&c->count.terms, g_array_unref);
    g_clear_pointer(&c->count.entries, g_array_unref);
    g_clear_pointer(&c->gates.sites, g_array_unref);
    g_clear_pointer(&c->injectors, LLVMDisposeModule);
    g_clear_pointer(&c->builder, model_builder_free);
    c->count.calls = NULL;
    c->count.callers = NULL;
}
