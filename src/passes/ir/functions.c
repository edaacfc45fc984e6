#include "passes/ir/functions.h"

#include "base/errors.h"
#include "passes/count/spanning.h"
#include "passes/count/tables.h"
#include "passes/count/terms.h"
#include "passes/inject/barriers.h"
#include "passes/inject/gates.h"
#include "passes/instrument.h"
#include "passes/ir/texts.h"
#include "passes/trace/program.h"
#include "runtime/program/shared_page.h"

#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/Linker.h>

#include <string.h>

static void function_clear(gpointer data)
{
    g_free(((struct function *)data)->name);
}

void functions_free(struct functions *functions)
{
    if (!functions)
        return;
    g_array_unref(functions->functions);
    g_array_unref(functions->sites);
    g_free(functions->opcodes);
    g_free(functions);
}

/* Functions that begin a thread, in C, C++ and OpenMP. */
static gboolean starts_threads(LLVMModuleRef module)
{
    static const char *const names[] = { "pthread_create", "thrd_create", "__kmpc_fork_call", "GOMP_parallel" };
    static const char *const prefixes[] = { "_ZNSt6thread", "_ZNSt13__future_base", "g_thread_" };

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        for (size_t p = 0; p < G_N_ELEMENTS(prefixes); p++)
            if (g_str_has_prefix(LLVMGetValueName(f), prefixes[p]))
                return TRUE;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (LLVMGetNamedFunction(module, names[i]))
            return TRUE;
    return FALSE;
}

static void add_opcodes(GArray *opcodes, LLVMValueRef function)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    for (size_t i = 0; i < n; i++) {
        unsigned opcode = instruction_opcode(all[i]);

        g_array_append_val(opcodes, opcode);
    }
}

static void add_function(struct functions *to, LLVMValueRef f, const struct selection *selection, GHashTable *texts,
                         GArray *opcodes)
{
    struct function function = {
        .name = g_strdup(LLVMGetValueName(f)),
        .first_index = to->n_instructions + 1,
        .first_site = to->sites->len,
        .obstacle = barriers_obstacle(f),
    };
    size_t n;
    g_autoptr(GArray) sites =
        function_sites_counted(f, NULL, selection, texts, function.first_index, &n, &to->left_out);

    if (function.obstacle) {
        to->n_obstacles++;
        to->left_out += sites->len;
        g_array_set_size(sites, 0);
    }
    for (guint s = 0; s < sites->len; s++)
        g_array_index(sites, struct site, s).layer = (int)to->functions->len + 1;
    function.n_instructions = (unsigned)n;
    function.n_sites = sites->len;
    g_array_set_clear_func(sites, NULL);
    g_array_append_vals(to->sites, sites->data, sites->len);
    g_array_append_val(to->functions, function);
    to->n_instructions += (unsigned)n;
    add_opcodes(opcodes, f);
}

struct functions *functions_new(LLVMModuleRef module, const struct selection *selection, gboolean threads)
{
    struct functions *functions = g_new0(struct functions, 1);
    g_autoptr(GHashTable) texts = module_texts(module);
    GArray *opcodes = g_array_new(FALSE, FALSE, sizeof(unsigned));

    functions->functions = g_array_new(FALSE, TRUE, sizeof(struct function));
    functions->sites = g_array_new(FALSE, TRUE, sizeof(struct site));
    g_array_set_clear_func(functions->functions, function_clear);
    g_array_set_clear_func(functions->sites, site_clear);
    functions->threads = threads || starts_threads(module);
    functions->every_block = TRUE;
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            add_function(functions, f, selection, texts, opcodes);
    functions->opcodes = (unsigned *)(gpointer)g_array_free(opcodes, FALSE);
    return functions;
}

const struct function *functions_find(const struct functions *functions, unsigned index)
{
    guint low = 0, high = functions->functions->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (g_array_index(functions->functions, struct function, middle).first_index <= index)
            low = middle;
        else
            high = middle;
    }
    return &g_array_index(functions->functions, struct function, low);
}

/* Clang marks what it did not optimize so that nobody else does: but our own variables shall be in registers. */
static void allow_optimization(LLVMValueRef function)
{
    unsigned kind = LLVMGetEnumAttributeKindForName("optnone", strlen("optnone"));

    LLVMRemoveEnumAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex, kind);
}

static GArray *sites_of(const struct functions *functions, const struct function *function)
{
    GArray *sites = g_array_new(FALSE, FALSE, sizeof(struct site));

    if (function->n_sites > 0)
        g_array_append_vals(sites, &g_array_index(functions->sites, struct site, function->first_site),
                            function->n_sites);
    return sites;
}

static void instrument(const struct functions *functions, LLVMValueRef f, const struct function *function,
                       enum form form, struct count_order *order, struct gate_order *gates, unsigned *counters)
{
    g_autoptr(GArray) sites = sites_of(functions, function);

    if (form == FORM_COUNT) {
        pass_count_program(f, sites, function->first_index, order, counters + function->first_index - 1);
        return;
    }
    if (form == FORM_TRACE)
        pass_trace_program(f, function->first_index);
    if (function->n_sites > 0)
        pass_inject_program(f, sites, function->first_index, function->first_site, order->calls, gates);
}

/* Defined functions come in the order of `functions`; what the passes declare comes behind what was there. */
static struct calls *find_calls(const struct functions *functions, LLVMModuleRef module)
{
    g_autoptr(GHashTable) selected = g_hash_table_new(NULL, NULL);
    guint number = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && g_array_index(functions->functions, struct function, number++).n_sites > 0)
            g_hash_table_add(selected, f);
    return calls_new(module, selected);
}

static void instrument_all(const struct functions *functions, LLVMModuleRef module, enum form form,
                           struct count_order *order, struct gate_order *gates, unsigned *counters)
{
    g_autoptr(calls_t) calls = find_calls(functions, module);
    g_autoptr(callers_t) callers = form == FORM_COUNT ? callers_new(module) : NULL;
    unsigned number = 0;

    order->calls = calls;
    order->callers = callers;
    order->next_counter = callers_count(callers);
    for (unsigned i = 0; counters && i < functions->n_instructions; i++)
        counters[i] = G_MAXUINT;
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        const struct function *function;

        if (LLVMIsDeclaration(f) || number >= functions->functions->len)
            continue;
        function = &g_array_index(functions->functions, struct function, number++);
        if (function->obstacle)
            continue;
        allow_optimization(f);
        if (form == FORM_SCALAR)
            continue;
        instrument(functions, f, function, form, order, gates, counters);
    }
}

/* The runtime's own functions must not meet the program's; weak ones give way to them. */
static void hide_helpers(LLVMModuleRef runtime)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(runtime); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && !g_str_has_prefix(LLVMGetValueName(f), "lltfi_") &&
            LLVMGetLinkage(f) != LLVMWeakAnyLinkage)
            LLVMSetLinkage(f, LLVMInternalLinkage);
}

static gboolean link_runtime(LLVMModuleRef module, GError **error)
{
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRange(
        (const char *)runtime_program_bitcode, (size_t)(runtime_program_bitcode_end - runtime_program_bitcode),
        "runtime", FALSE);
    LLVMModuleRef runtime;
    gboolean parsed = !LLVMParseBitcodeInContext2(ir_context(), buffer, &runtime);

    LLVMDisposeMemoryBuffer(buffer);
    if (parsed) {
        hide_helpers(runtime);
        if (!LLVMLinkModules2(module, runtime))
            return TRUE;
    }
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE,
                        "the runtime does not link: the program defines one of its functions (lltfi_...)");
    return FALSE;
}

LLVMModuleRef functions_copy(LLVMModuleRef module)
{
    LLVMMemoryBufferRef bitcode = LLVMWriteBitcodeToMemoryBuffer(module);
    LLVMModuleRef copy;

    if (LLVMParseBitcodeInContext2(ir_context(), bitcode, &copy))
        g_error("LLVM can't read its own bitcode");
    LLVMDisposeMemoryBuffer(bitcode);
    return copy;
}

static gboolean add_runtime(LLVMModuleRef module, unsigned n_counters, gboolean by_thread, const GArray *terms,
                            const struct gate_order *gates, GError **error)
{
    gates_define(gates, module);
    count_tables_define(module, n_counters, by_thread, terms);
    return link_runtime(module, error) && ir_verify(module, "linking the runtime", error);
}

gboolean functions_add_runtime(LLVMModuleRef module, unsigned n_counters, GError **error)
{
    g_autoptr(GArray) terms = g_array_new(FALSE, FALSE, sizeof(struct count_term));
    struct gate_order none = { 0 };

    return add_runtime(module, n_counters, FALSE, terms, &none, error);
}

/* Defines what the counting code and its readers need. */
static gboolean add_counters(LLVMModuleRef module, const struct count_order *order, const struct gate_order *gates,
                             gboolean by_thread, GError **error)
{
    g_autoptr(GArray) terms = terms_in_order(order->terms, order->entries, order->n_blocks);

    return add_runtime(module, MAX(order->n_blocks, order->next_counter), by_thread, terms, gates, error);
}

LLVMModuleRef functions_form(const struct functions *functions, LLVMModuleRef module, enum form form,
                             unsigned *counters, unsigned *n_counters, GError **error)
{
    LLVMModuleRef made = functions_copy(module);
    g_autoptr(GArray) terms = g_array_new(FALSE, FALSE, sizeof(struct spanning_term));
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    g_autoptr(GArray) gate_sites = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    struct count_order order = {
        .threads = functions->threads, .every_block = functions->every_block, .terms = terms, .entries = entries
    };
    struct gate_order gates = { .threads = functions->threads, .flags = functions->gate_flags, .sites = gate_sites };

    LLVMStripModuleDebugInfo(made);
    instrument_all(functions, made, form, &order, &gates, counters);
    *n_counters = order.n_blocks;
    if (ir_verify(made, form_names[form], error) && pass_inject_program_clean(made, error) &&
        add_counters(made, &order, &gates, form == FORM_COUNT && functions->threads, error))
        return made;
    LLVMDisposeModule(made);
    return NULL;
}
