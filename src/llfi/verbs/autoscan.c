/* LLFI's AutoScan commands: which faults and selectors apply to an IR file. */
#include "config/software_faults.h"
#include "llfi/verbs/verbs.h"

#include "base/errors.h"
#include "base/file.h"
#include "llfi/llfi.h"
#include "passes/select/layer_marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    const char *output; /* -outputfilename= */
    const char *source;
    int runs;
    gboolean tracing, forward, backward, no_input;
};

static const char help[] =
    "usage: SoftwareFailureAutoScan [-outputfilename=FILE] [-numOfRuns N] [--enable_tracing]\n"
    "           [--enable_forward_injection] [--enable_backward_injection] [--no_input_yaml] PROGRAM.ll\n"
    "       HardwareFailureAutoScan [-outputfilename=FILE] PROGRAM.ll\n"
    "       InjectorAutoScan [-outputfilename=FILE] PROGRAM.ll\n\n"
    "Lists the software faults, the selectors, and the injectors that the program has places for, in a file beside "
    "it.\n"
    "SoftwareFailureAutoScan also writes an input.yaml that selects all that it found.\n";

static gboolean take_switch(struct scan *scan, const char *word)
{
    const struct {
        const char *name;
        gboolean *value;
    } switches[] = { { "--enable_tracing", &scan->tracing },
                     { "--enable_forward_injection", &scan->forward },
                     { "--enable_backward_injection", &scan->backward },
                     { "--no_input_yaml", &scan->no_input } };

    for (size_t s = 0; s < G_N_ELEMENTS(switches); s++)
        if (strcmp(word, switches[s].name) == 0)
            return *switches[s].value = TRUE;
    return FALSE;
}

static gboolean take_words(struct scan *scan, int argc, char **argv, GError **error)
{
    for (int a = 1; a < argc; a++) {
        int64_t runs;

        if (g_str_has_prefix(argv[a], "-outputfilename="))
            scan->output = argv[a] + strlen("-outputfilename=");
        else if (strcmp(argv[a], "-numOfRuns") == 0 && a + 1 < argc) {
            if (!integer_parse(argv[++a], 1, G_MAXINT32, &runs, error))
                return FALSE;
            scan->runs = (int)runs;
        } else if (*argv[a] != '-' && !scan->source)
            scan->source = argv[a];
        else if (!take_switch(scan, argv[a])) {
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s': it takes the options of --help and one IR file",
                        argv[a]);
            return FALSE;
        }
    }
    if (scan->source)
        return TRUE;
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "which IR file? Make one by compiletoIR");
    return FALSE;
}

static struct program *load(const char *path, GError **error)
{
    g_autoptr(GPtrArray) sources = g_ptr_array_new();
    const struct program_option option = { .sources = sources };
    g_autoptr(GString) warnings = g_string_new(NULL);
    struct program *program;

    g_ptr_array_add(sources, (gpointer)path);
    program = program_load(&option, 0, ir_context(), warnings, error);
    llfi_print_warnings(warnings);
    return program;
}

static gboolean has_sites(const struct program *program, const struct campaign *campaign)
{
    g_autoptr(functions_t) functions = functions_new(program->module, &campaign->selection, FALSE);

    return functions->sites->len > 0;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the software faults, sorted: const char *. */
static GPtrArray *software_names(const struct program *program)
{
    const GPtrArray *all = software_faults();
    GPtrArray *names = g_ptr_array_new();

    for (guint f = 0; f < all->len; f++) {
        const struct software_fault *fault = all->pdata[f];
        g_autoptr(campaign_t) campaign = campaign_new();

        campaign_set_software(campaign, fault);
        if (software_fault_find(fault->name) == fault && (!program || has_sites(program, campaign)))
            g_ptr_array_add(names, fault->name);
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

static gboolean write_text(const char *path, const GString *text, GError **error)
{
    return file_write(path, text->str, text->len, error);
}

static void append_names(GString *text, const char *key, const GPtrArray *names)
{
    g_string_append_printf(text, "%s:\n", key);
    for (guint n = 0; n < names->len; n++)
        g_string_append_printf(text, "    - %s\n", (char *)names->pdata[n]);
}

/* An input.yaml with every fault found, for the batch commands; instrument takes only one. */
static GString *input_text(const struct scan *scan, const GPtrArray *names)
{
    GString *text =
        g_string_new("compileOption:\n    instSelMethod:\n      - customInstselector:\n          include:\n");

    for (guint n = 0; n < names->len; n++)
        g_string_append_printf(text, "            - %s\n", (char *)names->pdata[n]);
    g_string_append(text, "    regSelMethod: customregselector\n    customRegSelector: Automatic\n");
    if (scan->forward || scan->backward)
        g_string_append_printf(text, "    includeInjectionTrace:\n%s%s", scan->forward ? "        - forward\n" : "",
                               scan->backward ? "        - backward\n" : "");
    if (scan->tracing)
        g_string_append(text,
                        "    tracingPropagation: True\n    tracingPropagationOption:\n        generateCDFG: True\n");
    g_string_append_printf(text, "runOption:\n    - run:\n        numOfRuns: %d\n        fi_type: AutoInjection\n",
                           scan->runs);
    return text;
}

static gboolean write_software(const struct scan *scan, const struct program *program, GError **error)
{
    g_autoptr(GPtrArray) names = software_names(program);
    g_autoptr(GString) text = g_string_new(NULL), input = input_text(scan, names);

    append_names(text, "instSelMethod", names);
    if (!write_text(scan->output ? scan->output : "llfi.applicable.software.failures.txt", text, error))
        return FALSE;
    if (names->len == 0)
        fputs("lltfi: note: the program calls nothing that a software fault strikes: no input.yaml is written\n",
              stderr);
    return scan->no_input || names->len == 0 || write_text(LLFI_INPUT, input, error);
}

static gboolean has_layers(const struct program *program)
{
    LLVMValueRef function = LLVMGetNamedFunction(program->module, "main_graph");
    size_t n;
    g_autofree LLVMValueRef *all = function ? function_instructions(function, &n) : NULL;
    g_autoptr(GArray) marks = all ? layer_marks(all, n) : NULL;

    return marks && marks->len > 0;
}

static gboolean selects(const struct program *program, enum selection_method method, enum register_method registers)
{
    g_autoptr(campaign_t) campaign = campaign_new();

    selection_add(&campaign->selection, method)->include_all = TRUE;
    campaign->selection.registers = registers;
    return has_sites(program, campaign);
}

static gboolean write_hardware(const struct scan *scan, const struct program *program, GError **error)
{
    g_autoptr(GPtrArray) selectors = g_ptr_array_new(), registers = g_ptr_array_new();
    g_autoptr(GString) text = g_string_new(NULL);

    if (has_layers(program))
        g_ptr_array_add(selectors, (gpointer) "CustomTensorOperator");
    g_ptr_array_add(selectors, (gpointer) "funcname");
    g_ptr_array_add(selectors, (gpointer) "insttype");
    g_ptr_array_add(selectors, (gpointer) "llfiindex");
    if (selects(program, SELECT_MAIN_GRAPH, REGISTER_DESTINATION))
        g_ptr_array_add(selectors, (gpointer) "maingraph");
    if (selects(program, SELECT_ONLY_MAIN, REGISTER_ALL))
        g_ptr_array_add(selectors, (gpointer) "onlymain");
    if (selects(program, SELECT_OPCODE, REGISTER_ONLY_CONST_INT))
        g_ptr_array_add(registers, (gpointer) "onlyconstint");
    g_ptr_array_add(registers, (gpointer) "regloc");
    append_names(text, "instSelMethod", selectors);
    append_names(text, "regSelMethod", registers);
    return write_text(scan->output ? scan->output : "llfi.applicable.hardware.selectors.txt", text, error);
}

static gboolean write_injectors(const struct scan *scan, const struct program *program G_GNUC_UNUSED, GError **error)
{
    g_autoptr(GPtrArray) hardware = g_ptr_array_new(), software = software_names(NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    for (int fault = 0; fault < FAULT_TYPES; fault++)
        if (fault_strikes_registers((enum fault_type)fault))
            g_ptr_array_add(hardware, (gpointer)fault_models[fault].name);
    g_ptr_array_sort(hardware, compare_names);
    append_names(text, "HardwareFaultInjector", hardware);
    append_names(text, "SoftwareFaultInjector", software);
    return write_text(scan->output ? scan->output : "llfi.all.fault.injectors.txt", text, error);
}

/* Works in the folder of the IR file, as all of LLFI's verbs do. */
static gboolean scan_file(struct scan *scan, gboolean (*write)(const struct scan *, const struct program *, GError **),
                          GError **error)
{
    g_autoptr(llfi_tree_t) tree = llfi_tree_of_source(scan->source, "llfi", error);
    g_autofree char *name = g_path_get_basename(scan->source);
    g_autoptr(program_t) program = NULL;

    if (!tree || !llfi_tree_enter(tree, error))
        return FALSE;
    program = load(name, error);
    return program && write(scan, program, error);
}

static int run(int argc, char **argv, gboolean (*write)(const struct scan *, const struct program *, GError **))
{
    struct scan scan = { .runs = 1 };
    g_autoptr(GError) error = NULL;

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(help, argc < 2 ? stderr : stdout);
        return argc < 2;
    }
    return take_words(&scan, argc, argv, &error) && scan_file(&scan, write, &error) ? 0 : llfi_fail(error);
}

int verb_software_autoscan(int argc, char **argv)
{
    return run(argc, argv, write_software);
}

int verb_hardware_autoscan(int argc, char **argv)
{
    return run(argc, argv, write_hardware);
}

int verb_injector_autoscan(int argc, char **argv)
{
    return run(argc, argv, write_injectors);
}
