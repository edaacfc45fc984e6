/* The files that instrument writes to base: the number of instructions, what is selected, and which selected
 * instructions have no register that can be struck. */
#include "config/software_faults.h"
#include "llfi/llfi.h"

#include "base/errors.h"
#include "base/file.h"
#include "llfi/tree/cdfg.h"
#include "passes/ir/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* LLFI instruments in two passes, and each logs what it leaves out. */
#define PASSES 2

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "fread()/fwrite()": sorted, each once, followed by `last`, which may be NULL. */
static char *target_text(GPtrArray *names, const char *last)
{
    GString *text = g_string_new(NULL);
    const char *before = NULL;

    g_ptr_array_sort(names, by_name);
    for (guint n = 0; n < names->len; n++) {
        if (g_strcmp0(before, names->pdata[n]) != 0)
            g_string_append_printf(text, "%s%s()", text->len ? "/" : "", (char *)names->pdata[n]);
        before = names->pdata[n];
    }
    if (last)
        g_string_append_printf(text, "%s%s", text->len ? "/" : "", last);
    return g_string_free(text, FALSE);
}

/* The functions of funcname that are included and not excluded; "all" is all that the program names. */
static char *function_targets(const struct instruction_selection *entry, LLVMModuleRef module)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint f = 0; f < entry->include_functions->len; f++)
        if (!function_is_among(entry->include_functions->pdata[f], entry->exclude_functions))
            g_ptr_array_add(names, g_strdup(entry->include_functions->pdata[f]));
    for (LLVMValueRef f = LLVMGetFirstFunction(module); entry->include_all && f; f = LLVMGetNextFunction(f)) {
        size_t length;
        const char *symbol = LLVMGetValueName2(f, &length);

        if (!function_is_among(symbol, entry->exclude_functions))
            g_ptr_array_add(names, function_shown_name(symbol));
    }
    return target_text(names, NULL);
}

/* LLFI writes these placeholders as they are. */
#define INCLUDED "<include list in yaml>"
#define INJECTOR "<fi_type>"

static char *software_targets(const struct software_fault *fault)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *last = NULL;

    for (guint t = 0; t < fault->triggers->len; t++) {
        const struct software_trigger *trigger = fault->triggers->pdata[t];

        if (!trigger->function)
            last = "return";
        else if (strcmp(trigger->function, "all") == 0)
            last = "all-call-instructions";
        else
            g_ptr_array_add(names, trigger->function);
    }
    return target_text(names, last);
}

static char *software_text(const struct software_fault *fault)
{
    g_autofree char *injector = software_fault_injector(fault), *targets = software_targets(fault);

    return g_strdup_printf("failure_class=%s\nfailure_mode=%s\ntargets=%s\ninjector=%s\n", fault->class, fault->mode,
                           targets, injector);
}

static char *compile_time_text(const struct instruction_selection *entry, LLVMModuleRef module)
{
    static const struct {
        const char *mode, *targets;
    } texts[] = {
        [SELECT_OPCODE] = { "SpecifiedInstructionTypes", INCLUDED },
        [SELECT_FUNCTION] = { "SpecifiedFunctions", NULL },
        [SELECT_INDEX] = { "SpecifiedLLFIIndex", INCLUDED },
        [SELECT_MAIN_GRAPH] = { "MainGraph", "main_graph()" },
        [SELECT_ONLY_MAIN] = { "OnlyMain", "main()" },
        [SELECT_LAYER] = { "CustomTensorOperator", INCLUDED },
        [SELECT_DEFAULT] = { "SpecifiedInstructionTypes", INCLUDED },
        [SELECT_SOFTWARE] = { NULL, NULL },
    };
    g_autofree char *made = NULL;
    const char *targets = texts[entry->method].targets;

    if (entry->software)
        return software_text(entry->software);
    if (!targets)
        targets = made = function_targets(entry, module);
    return g_strdup_printf("failure_class=HardwareFault\nfailure_mode=%s\ntargets=%s\ninjector=" INJECTOR "\n",
                           texts[entry->method].mode, targets);
}

static gboolean write_compile_time(const struct campaign *campaign, LLVMModuleRef module, GError **error)
{
    const GPtrArray *entries = campaign->selection.entries;
    g_autofree char *text = compile_time_text(entries->pdata[entries->len - 1], module);

    return file_write("llfi.config.compiletime.txt", text, strlen(text), error);
}

/* The instruction as LLVM prints it in a function, with two leading blanks. */
static void append_left_out(GString *text, LLVMValueRef instruction, const struct selection *selection)
{
    char *printed = LLVMPrintValueToString(instruction);
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);
    size_t length;
    const char *callee = opcode == LLVMCall ? LLVMGetValueName2(LLVMGetCalledValue(instruction), &length) : "";

    if (g_str_has_prefix(callee, "llvm."))
        g_string_append_printf(text, "LLFI cannot instrument %s intrinsic function\n", callee);
    else if (opcode == LLVMLandingPad)
        g_string_append(text, "LLFI cannot instrument landingpad instruction\n");
    else if (selection->registers == REGISTER_DESTINATION || selection->registers == REGISTER_ALL)
        g_string_append_printf(text, "LLFI cannot inject faults in destination reg of %s\n", printed);
    g_string_append_printf(text, "The selected instruction %sdoes not have any valid registers for fault injection\n",
                           printed);
    LLVMDisposeMessage(printed);
}

static gboolean is_site(const struct functions *functions, const struct function *function, unsigned index)
{
    for (unsigned s = function->first_site; s < function->first_site + function->n_sites; s++)
        if (g_array_index(functions->sites, struct site, s).index == index)
            return TRUE;
    return FALSE;
}

static char *log_text(const struct campaign *campaign, const struct program_subject *subject)
{
    GString *text = g_string_new("\n\nStart of a pass\n");
    LLVMValueRef f = LLVMGetFirstFunction(subject->program->module);

    for (guint number = 0; number < subject->functions->functions->len; f = LLVMGetNextFunction(f)) {
        const struct function *function;
        g_autofree LLVMValueRef *all = NULL;
        g_autofree gboolean *selected = NULL;
        size_t n;

        if (LLVMIsDeclaration(f))
            continue;
        function = &g_array_index(subject->functions->functions, struct function, number++);
        all = function_instructions(f, &n);
        selected = function_selected(f, &campaign->selection, function->first_index, &n);
        for (size_t i = 0; i < n; i++)
            if (selected[i] && !is_site(subject->functions, function, function->first_index + (unsigned)i))
                append_left_out(text, all[i], &campaign->selection);
    }
    return g_string_free(text, FALSE);
}

static gboolean append_log(const char *text, GError **error)
{
    static const char path[] = "llfi.log.compilation.txt";
    FILE *file = fopen(path, "ae");
    gboolean done = file != NULL;

    for (int pass = 0; done && pass < PASSES; pass++)
        done = fputs(text, file) >= 0;
    if (file && fclose(file) != 0)
        done = FALSE;
    return done || set_error(error, LLTFI_ERROR_RUN, "%s: it can't be written: %s", path, g_strerror(errno));
}

/* generateCDFG: the program's graph, and the source lines of its instructions. */
static gboolean write_graph(const struct llfi_option *option, LLVMModuleRef module, GError **error)
{
    g_autofree char *graph = NULL, *map = NULL;

    if (!option->tracing || !option->cdfg)
        return TRUE;
    graph = cdfg_text(module);
    map = cdfg_index_map(module);
    return file_write("llfi.stat.graph.dot", graph, strlen(graph), error) &&
           file_write("llfi.index.map.txt", map, strlen(map), error);
}

gboolean llfi_write_base(const struct campaign *campaign, const struct llfi_option *option,
                         const struct program_subject *subject, GError **error)
{
    g_autofree char *index = g_strdup_printf("totalindex=%u\n", subject->functions->n_instructions);
    g_autofree char *log = log_text(campaign, subject);

    return file_write("llfi.stat.totalindex.txt", index, strlen(index), error) &&
           write_compile_time(campaign, subject->program->module, error) &&
           write_graph(option, subject->program->module, error) && append_log(log, error);
}
