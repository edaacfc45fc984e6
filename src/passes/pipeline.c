/* The order of passes on one page: first every pass with a line of help, then every form with its passes. */
#include "passes/pipeline.h"

#include "base/stages.h"
#include "passes/dump.h"
#include "passes/forms/forms.h"
#include "passes/protect/protect.h"

#include <string.h>

/* More than any form has, with a NULL after the last. */
#define MOST_PASSES 12

/* A function, or passes of LLVM in the syntax of `opt -passes=`. */
struct pass {
    const char *name, *help;
    gboolean (*run)(struct compilation *c, GError **error);
    const char *llvm;
};

static gboolean run_protect(struct compilation *c, GError **error)
{
    return !c->protection || protect_module(c->module, c->protection, error);
}

static gboolean run_verify(struct compilation *c, GError **error)
{
    return ir_verify(c->module, form_names[c->form], error);
}

/*
 * Scalar SSA: loops marked for full unrolling (loops over ranks) disappear, constants are folded, and nothing moves out
 * of a loop. Two rounds, since unrolling is what makes the index arrays of the first round scalars.
 */
#define CLEAN "sroa,instcombine<no-verify-fixpoint>,simplifycfg,sccp,adce"
#define UNROLL_HINTED "loop-unroll<full-unroll-max=1;no-partial;no-peeling;no-runtime;no-upperbound>"
#define SCALARS "function(" CLEAN "," UNROLL_HINTED "," CLEAN "," UNROLL_HINTED "," CLEAN ")"
#define ROTATE "function(loop(loop-rotate),simplifycfg,instcombine<no-verify-fixpoint>,simplifycfg),globaldce"

/* The names that several passes share, with their help. */
#define COPY "copy", "a copy of the module whose instructions are numbered"
#define OPTIMIZE "optimize", "LLVM's optimization"
#define INJECT "inject", "checks of the countdown, and armed copies that call lltfi_inject"
#define COUNT "count", "counters of blocks, or of a program's edges"
#define TRACE "trace", "calls of lltfi_trace with every value"
#define CLEAN_UP "clean", "instrumentation's variables become registers"

/* clang-format off */
/* Layers. */
static const struct pass
    build      = { "build", "the kernel, and the layer's function, which calls it", layer_build, NULL },
    inlined    = { "inline", "the kernel is inlined into the layer's function", NULL, "globaldce,always-inline,globaldce" },
    scalars    = { "scalars", "loops over ranks are unrolled, arrays become scalars, constants are folded", NULL, SCALARS },
    rotate     = { "rotate", "loops test their condition at their end", NULL, ROTATE },
    vectorize  = { OPTIMIZE, NULL, "default<O3>" },
    optimize   = { OPTIMIZE, layer_optimize, NULL },
    protect    = { "protect", "protection, before instructions are numbered", run_protect, NULL },
    verify     = { "verify", "LLVM's verifier", run_verify, NULL },
    copy       = { COPY, layer_copy, NULL },
    inject     = { INJECT, layer_inject, NULL },
    grain      = { INJECT, layer_inject_grain, NULL },
    count      = { COUNT, layer_count, NULL },
    mark       = { "mark", "calls that record where each grain begins and ends", layer_mark, NULL },
    trace      = { TRACE, layer_trace, NULL },
    entry      = { "entry", "the function that the engine calls, with arrays of pointers", layer_make_entry, NULL },
    clean      = { CLEAN_UP, NULL, INSTRUMENT_CLEAN },
    clean_loop = { CLEAN_UP, NULL, INSTRUMENT_CLEAN_COUNTS },

/* Exported models. */
    begin      = { "begin", "an empty module with debug information", model_begin, NULL },
    layers     = { "layers", "every layer's function, with its instructions numbered", model_add_layers, NULL },
    graph      = { "graph", "weights, main_graph and the tables of inputs and outputs", model_add_graph, NULL },
    end        = { "end", "debug information is complete", model_end, NULL },

/* Programs. */
    take       = { "take", "the program as it was read", program_take, NULL },
    late       = { OPTIMIZE, program_optimize, NULL },
    duplicate  = { COPY, program_copy, NULL },
    calls      = { "calls", "an analysis: which calls may count or not return (no change)", program_find_calls, NULL },
    edges      = { COUNT, program_count, NULL },
    record     = { TRACE, program_trace, NULL },
    gates      = { INJECT, program_inject, NULL },
    registers  = { CLEAN_UP, program_clean, NULL },
    runtime    = { "runtime", "tables of counters and gates, and the runtime linked", program_add_runtime, NULL },
    injectors  = { "injectors", "injectors of software faults linked", program_link_injectors, NULL };

/* The order of passes of every form. Protection comes last before instructions are numbered. */
static const struct pass *const orders[COMPILED_COUNT][FORM_COUNT_OF_FORMS][MOST_PASSES] = {
    [COMPILE_FUNCTION] = {
        [FORM_SCALAR] = { &build, &inlined, &scalars, &rotate, &optimize, &protect, &verify },
        [FORM_FAST]   = { &build, &inlined, &scalars, &rotate, &vectorize, &protect, &verify },
    },
    [COMPILE_LAYER] = {
        [FORM_FAST]   = { &build, &inlined, &scalars, &rotate, &vectorize, &protect, &verify, &entry },
        [FORM_SCALAR] = { &copy, &entry, &clean, &verify },
        [FORM_FAULT]  = { &copy, &inject, &entry, &clean_loop, &verify },
        [FORM_GRAIN]  = { &copy, &grain, &entry, &clean, &verify },
        [FORM_COUNT]  = { &copy, &count, &entry, &clean_loop, &verify },
        [FORM_MARK]   = { &copy, &mark, &entry, &clean, &verify },
        [FORM_TRACE]  = { &copy, &trace, &entry, &clean, &verify },
    },
    [COMPILE_MODEL] = {
        [FORM_SCALAR] = { &begin, &layers, &graph, &end, &verify },
        [FORM_FAST]   = { &begin, &layers, &graph, &end, &verify },
    },
    [COMPILE_SOURCE] = {
        [FORM_SCALAR] = { &take, &late, &protect, &verify },
    },
    [COMPILE_PROGRAM] = {
        [FORM_SCALAR] = { &duplicate, &verify, &runtime, &verify },
        [FORM_COUNT]  = { &duplicate, &calls, &edges, &verify, &registers, &runtime, &verify },
        [FORM_FAULT]  = { &duplicate, &calls, &gates, &verify, &registers, &runtime, &verify, &injectors },
        [FORM_TRACE]  = { &duplicate, &calls, &record, &gates, &verify, &registers, &runtime, &verify, &injectors },
    },
};
/* clang-format on */

static const char *const compiled_names[COMPILED_COUNT] = {
    [COMPILE_FUNCTION] = "function of a layer", [COMPILE_LAYER] = "layer",     [COMPILE_MODEL] = "exported model",
    [COMPILE_SOURCE] = "program as read",       [COMPILE_PROGRAM] = "program",
};

static gboolean run_pass(struct compilation *c, const struct pass *pass, GError **error)
{
    STAGE(pass->name);

    if (pass->run ? pass->run(c, error) : ir_run_passes(c->module, pass->llvm, error))
        return TRUE;
    if (pass->llvm || pass == &verify)
        g_prefix_error(error, "%s '%s', %s form, pass '%s': ", compiled_names[c->what], c->name, form_names[c->form],
                       pass->name);
    return FALSE;
}

LLVMModuleRef pipeline_run(struct compilation *c, GError **error)
{
    const struct pass *const *order = orders[c->what][c->form];
    gboolean done = TRUE;
    STAGE(compiled_names[c->what]);
    STAGE(form_names[c->form]);

    for (int p = 0; done && order[p]; p++) {
        done = run_pass(c, order[p], error);
        if (done)
            dump_after(c, order[p]->name, p + 1);
    }
    forms_clear(c);
    if (done)
        return c->module;
    if (c->module && c->module != c->from)
        LLVMDisposeModule(c->module);
    return NULL;
}

LLVMModuleRef pipeline_layer(const struct model *model, const struct layer *layer, enum form form, int opt_level,
                             struct protect_order *protection, GError **error)
{
    return pipeline_run(&(struct compilation){ .what = COMPILE_FUNCTION,
                                               .form = form,
                                               .name = layer->name,
                                               .opt_level = opt_level,
                                               .protection = protection,
                                               .model = model,
                                               .layer = layer },
                        error);
}

char *pipeline_text(enum compiled what, enum form form)
{
    GString *text = g_string_new(NULL);

    for (const struct pass *const *pass = orders[what][form]; *pass; pass++)
        g_string_append_printf(text, "%s(%s) ", (*pass)->name, (*pass)->llvm ? (*pass)->llvm : "");
    return g_string_free(text, FALSE);
}

/* Calls a function for every pass of every form until it returns TRUE, and returns what it returned last. */
static gboolean each_pass(gboolean (*visit)(const struct pass *pass, gpointer data), gpointer data)
{
    for (int what = 0; what < COMPILED_COUNT; what++)
        for (int form = 0; form < FORM_COUNT_OF_FORMS; form++)
            for (const struct pass *const *pass = orders[what][form]; *pass; pass++)
                if (visit(*pass, data))
                    return TRUE;
    return FALSE;
}

static gboolean is_called(const struct pass *pass, gpointer name)
{
    return strcmp(pass->name, name) == 0;
}

gboolean pipeline_has(const char *pass)
{
    return each_pass(is_called, (gpointer)pass);
}

/* The help, and the passes that it has by now. */
struct pass_list {
    GString *text;
    GHashTable *names;
};

static gboolean add_help(const struct pass *pass, gpointer data)
{
    struct pass_list *list = data;

    if (g_hash_table_add(list->names, (gpointer)pass->name))
        g_string_append_printf(list->text, "  %-12s %s\n", pass->name, pass->help);
    return FALSE;
}

static void add_order(GString *text, enum compiled what, enum form form)
{
    g_string_append_printf(text, "  %s, %s form:\n   ", compiled_names[what], form_names[form]);
    for (const struct pass *const *pass = orders[what][form]; *pass; pass++)
        g_string_append_printf(text, " %s", (*pass)->name);
    g_string_append_c(text, '\n');
}

char *pipeline_help(void)
{
    struct pass_list list = { g_string_new("passes:\n"), g_hash_table_new(g_str_hash, g_str_equal) };

    each_pass(add_help, &list);
    g_hash_table_unref(list.names);
    g_string_append(list.text, "\ntheir order:\n");
    for (int what = 0; what < COMPILED_COUNT; what++)
        for (int form = 0; form < FORM_COUNT_OF_FORMS; form++)
            if (orders[what][form][0])
                add_order(list.text, (enum compiled)what, (enum form)form);
    return g_string_free(list.text, FALSE);
}
