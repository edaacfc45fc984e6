/*
 * Textual IR through one of LLTFI's passes, for FileCheck: driver PASS REGISTERS FILE.ll [OPCODE...].
 *
 * PASS is sites (prints them), reach (what a fault in each of their registers reaches; grains are the iterations of the
 * loop whose header is named %grain), box (whether the registers depend on the last parameter), count, mark, inject,
 * grain or trace, or count-program, count-entries-program, count-threads-program, count-blocks-of-program,
 * inject-program, inject-threads, inject-flags, trace-program, which are for functions of programs.
 *
 * driver protect TECHNIQUE FILE.ll CORRECTION SCOPE [PASSES] protects the module, then runs LLVM's passes
 * (default<O2>); driver unhidden ... the same, after copies are not hidden any more.
 */
#include "passes/analysis/box_dependence.h"
#include "passes/analysis/containment.h"
#include "passes/analysis/effects.h"
#include "passes/count/spanning.h"
#include "passes/count/terms.h"
#include "passes/instrument.h"
#include "passes/protect/protect.h"
#include "passes/trace/program.h"

#include <llvm-c/IRReader.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static LLVMModuleRef read_module(const char *path)
{
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef module;
    char *message = NULL;

    if (LLVMCreateMemoryBufferWithContentsOfFile(path, &buffer, &message) ||
        LLVMParseIRInContext(ir_context(), buffer, &module, &message)) {
        fprintf(stderr, "driver: %s: %s\n", path, message);
        exit(1);
    }
    return module;
}

static LLVMValueRef first_definition(LLVMModuleRef module)
{
    LLVMValueRef f = LLVMGetFirstFunction(module);

    while (f && LLVMIsDeclaration(f))
        f = LLVMGetNextFunction(f);
    return f;
}

/* Words are opcodes to include, "-word" to exclude; "+forward", "+backward" add slices; none: the default selection. */
static void parse_selection(struct selection *selection, char **words, int n)
{
    static struct instruction_selection entry = { .method = SELECT_OPCODE };

    for (int w = 0; w < n; w++) {
        if (strcmp(words[w], "all") == 0)
            entry.include_all = TRUE;
        else if (strcmp(words[w], "+forward") == 0)
            entry.forward = TRUE;
        else if (strcmp(words[w], "+backward") == 0)
            entry.backward = TRUE;
        else if (words[w][0] == '-')
            entry.exclude_opcode[opcode_number(words[w] + 1)] = TRUE;
        else
            entry.include_opcode[opcode_number(words[w])] = TRUE;
    }
    if (n > 0)
        g_ptr_array_add(selection->entries, &entry);
}

static enum register_method register_method(const char *name, int *source)
{
    if (g_str_has_prefix(name, "srcreg")) {
        *source = atoi(name + strlen("srcreg"));
        return REGISTER_SOURCE;
    }
    return strcmp(name, "allreg") == 0      ? REGISTER_ALL
           : strcmp(name, "allsrcreg") == 0 ? REGISTER_ALL_SOURCES
                                            : REGISTER_DESTINATION;
}

static void print_sites(const GArray *sites)
{
    for (guint s = 0; s < sites->len; s++) {
        const struct site *site = &g_array_index(sites, struct site, s);

        printf("site %u: %s:", site->index, opcode_name(site->opcode));
        for (int r = 0; r < site->n_registers; r++)
            printf(" %d/%u", site->registers[r].position, site->registers[r].width);
        printf("  ; %s\n", site->text);
    }
}

static const struct loop *find_grain_loop(const GPtrArray *loops)
{
    for (guint l = 0; l < loops->len; l++)
        if (strcmp(LLVMGetBasicBlockName(((struct loop *)loops->pdata[l])->header), "grain") == 0)
            return loops->pdata[l];
    return NULL;
}

static void print_reach(const GArray *sites, const GPtrArray *loops, LLVMValueRef function)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    for (guint s = 0; s < sites->len; s++) {
        const struct site *site = &g_array_index(sites, struct site, s);

        for (int r = 0; r < site->n_registers; r++) {
            unsigned reach = containment_of_register(loops, find_grain_loop(loops), all[site->index - 1],
                                                     site->registers[r].position);
            g_autofree char *text = reach_text(reach);

            printf("%u/%d [%s] ; %s\n", site->index, site->registers[r].position, text, site->text);
        }
    }
}

static void print_box_dependence(const GArray *sites, const GPtrArray *loops, LLVMValueRef function)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    for (guint s = 0; s < sites->len; s++) {
        const struct site *site = &g_array_index(sites, struct site, s);

        for (int r = 0; r < site->n_registers; r++)
            printf("%u/%d %s ; %s\n", site->index, site->registers[r].position,
                   depends_on_box(loops, find_grain_loop(loops), all[site->index - 1], site->registers[r].position)
                       ? "yes"
                       : "no",
                   site->text);
    }
}

/* Whatever a pass wants to know. */
struct job {
    LLVMValueRef function;
    const GArray *sites;
    const struct loop *grain_loop;
};

static void count(const struct job *job)
{
    pass_count(job->function);
}

static void mark(const struct job *job)
{
    pass_mark(job->function, job->sites, 1, job->grain_loop);
}

static void grain(const struct job *job)
{
    pass_inject_grain(job->function, job->sites, 1, 0, job->grain_loop);
}

static void inject(const struct job *job)
{
    pass_inject(job->function, job->sites, 1, 0);
}

static void trace(const struct job *job)
{
    pass_trace(job->function, 1);
}

static void print_terms(const struct count_order *order)
{
    for (guint t = 0; t < order->terms->len; t++) {
        const struct spanning_term *term = &g_array_index(order->terms, struct spanning_term, t);

        printf("; block %u: %+d * counter %u\n", term->block, term->sign, term->counter);
    }
    for (guint e = 0; e < order->entries->len; e++) {
        const struct entry *entry = &g_array_index(order->entries, struct entry, e);

        printf("; entry of counter %u: block %u\n", entry->counter, entry->block);
    }
}

static void count_program_as(const struct job *job, struct count_order order)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(job->function, &n);
    g_autofree unsigned *counters = g_new(unsigned, n);
    g_autoptr(GArray) terms = g_array_new(FALSE, FALSE, sizeof(struct spanning_term));
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct entry));

    order.terms = terms;
    order.entries = entries;
    order.next_counter = callers_count(order.callers);
    pass_count_program(job->function, job->sites, 1, &order, counters);
    for (size_t i = 0; i < n; i++)
        printf("; instruction %zu: block %u\n", i + 1, counters[i]);
    print_terms(&order);
}

static void count_program(const struct job *job)
{
    count_program_as(job, (struct count_order){ 0 });
}

static void count_blocks(const struct job *job)
{
    count_program_as(job, (struct count_order){ .every_block = TRUE });
}

static void count_threads(const struct job *job)
{
    count_program_as(job, (struct count_order){ .threads = TRUE });
}

/* Calls come back. */
static void count_entries(const struct job *job)
{
    LLVMModuleRef module = LLVMGetGlobalParent(job->function);
    g_autoptr(GHashTable) selected = g_hash_table_new(NULL, NULL);
    g_autoptr(calls_t) calls = calls_new(module, selected);
    g_autoptr(callers_t) callers = callers_new(module);

    count_program_as(job, (struct count_order){ .calls = calls, .callers = callers });
}

static void inject_program(const struct job *job)
{
    pass_inject_program(job->function, job->sites, 1, 0, NULL, &(struct gate_order){ 0 });
}

/* Traced, and then made to inject. */
static void trace_program(const struct job *job)
{
    pass_trace_program(job->function, 1);
    inject_program(job);
}

static void inject_threads(const struct job *job)
{
    pass_inject_program(job->function, job->sites, 1, 0, NULL, &(struct gate_order){ .threads = TRUE });
}

static void inject_flags(const struct job *job)
{
    pass_inject_program(job->function, job->sites, 1, 0, NULL, &(struct gate_order){ .flags = TRUE });
}

typedef void (*pass_function)(const struct job *job);

static pass_function find_pass(const char *name)
{
    static const struct {
        const char *name;
        pass_function run;
    } passes[] = {
        { "count", count },
        { "count-blocks-of-program", count_blocks },
        { "count-entries-program", count_entries },
        { "count-program", count_program },
        { "count-threads-program", count_threads },
        { "grain", grain },
        { "inject", inject },
        { "inject-flags", inject_flags },
        { "inject-program", inject_program },
        { "inject-threads", inject_threads },
        { "mark", mark },
        { "trace", trace },
        { "trace-program", trace_program },
    };

    for (size_t p = 0; p < G_N_ELEMENTS(passes); p++)
        if (strcmp(passes[p].name, name) == 0)
            return passes[p].run;
    fprintf(stderr, "driver: there is no pass '%s'\n", name);
    exit(2);
}

static gboolean clean(LLVMModuleRef module, const char *name, GError **error)
{
    return g_str_has_suffix(name, "-program") ? pass_inject_program_clean(module, error)
                                              : ir_run_passes(module, "function(mem2reg)", error);
}

/* Replaces what hides a value by the value. */
static void uncover(LLVMModuleRef module)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b), next; i; i = next) {
                next = LLVMGetNextInstruction(i);
                if (!LLVMIsACallInst(i) ||
                    !(is_empty_assembly(i) ||
                      g_str_has_prefix(LLVMGetValueName(LLVMGetCalledValue(i)), "llvm.arithmetic.fence")))
                    continue;
                LLVMReplaceAllUsesWith(i, LLVMGetOperand(i, 0));
                LLVMInstructionEraseFromParent(i);
            }
}

static int print_module(LLVMModuleRef module)
{
    char *text = LLVMPrintModuleToString(module);

    fputs(text, stdout);
    LLVMDisposeMessage(text);
    return 0;
}

static int protect(int argc, char **argv)
{
    g_autoptr(protection_t) plan = protection_new();
    struct protection_rule *rule = protection_add(plan);
    struct protect_order order = { .protection = plan, .first_index = 1 };
    g_autoptr(GError) error = NULL;
    LLVMModuleRef module = read_module(argv[3]);

    if (argc < 6 || !technique_parse(argv[2], &rule->technique, &error) ||
        !correction_parse(argv[4], &rule->correction, &error) ||
        !protection_scope_parse(argv[5], &rule->scope, &error) || !protect_module(module, &order, &error) ||
        !ir_verify(module, "protection", &error)) {
        fprintf(stderr, "driver: %s\n", error ? error->message : "protect TECHNIQUE FILE.ll CORRECTION SCOPE");
        return 1;
    }
    if (strcmp(argv[1], "unhidden") == 0)
        uncover(module);
    if (argc > 6 && !ir_run_passes(module, argv[6], &error)) {
        fprintf(stderr, "driver: %s\n", error->message);
        return 1;
    }
    return print_module(module);
}

int main(int argc, char **argv)
{
    struct selection selection = { .entries = g_ptr_array_new(), .layers = g_ptr_array_new() };
    g_autoptr(GError) error = NULL;
    LLVMModuleRef module;
    LLVMValueRef function;
    GPtrArray *loops;
    GArray *sites;
    size_t n;

    if (argc < 4) {
        fprintf(stderr, "usage: driver PASS REGISTERS FILE.ll "
                        "[OPCODE|-OPCODE|+forward|+backward]...\n");
        return 2;
    }
    if (strcmp(argv[1], "protect") == 0 || strcmp(argv[1], "unhidden") == 0)
        return protect(argc, argv);
    selection.registers = register_method(argv[2], &selection.source);
    module = read_module(argv[3]);
    function = first_definition(module);
    parse_selection(&selection, argv + 4, argc - 4);
    sites = function_sites(function, NULL, &selection, 1, &n);
    if (strcmp(argv[1], "sites") == 0) {
        print_sites(sites);
        return 0;
    }
    loops = function_loops(function);
    if (strcmp(argv[1], "reach") == 0) {
        print_reach(sites, loops, function);
        return 0;
    }
    if (strcmp(argv[1], "box") == 0) {
        print_box_dependence(sites, loops, function);
        return 0;
    }
    find_pass(argv[1])(&(struct job){ function, sites, find_grain_loop(loops) });
    if (!ir_verify(module, argv[1], &error) || !clean(module, argv[1], &error) ||
        !ir_verify(module, "cleaning", &error)) {
        fprintf(stderr, "driver: %s\n", error->message);
        return 1;
    }
    return print_module(module);
}
