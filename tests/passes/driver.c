/*
 * Textual IR through one of LLTFI's passes, for FileCheck: driver PASS REGISTERS FILE.ll [OPCODE...].
 *
 * PASS is sites (prints them), reach (what a fault in each of their registers reaches; grains are the iterations of the
 * loop whose header is named %grain), count, mark, inject, grain or trace.
 */
#include "passes/containment.h"
#include "passes/instrument.h"

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

int main(int argc, char **argv)
{
    struct selection selection = { .entries = g_ptr_array_new(), .layers = g_ptr_array_new() };
    g_autoptr(GError) error = NULL;
    LLVMModuleRef module;
    LLVMValueRef function;
    GPtrArray *loops;
    GArray *sites;
    size_t n;
    char *text;

    if (argc < 4) {
        fprintf(stderr, "usage: driver sites|reach|count|mark|inject|grain|trace REGISTERS FILE.ll "
                        "[OPCODE|-OPCODE|+forward|+backward]...\n");
        return 2;
    }
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
    if (strcmp(argv[1], "count") == 0)
        pass_count(function);
    else if (strcmp(argv[1], "mark") == 0)
        pass_mark(function, sites, 1, find_grain_loop(loops));
    else if (strcmp(argv[1], "grain") == 0)
        pass_inject_grain(function, sites, 1, 0, find_grain_loop(loops));
    else if (strcmp(argv[1], "inject") == 0)
        pass_inject(function, sites, 1, 0);
    else
        pass_trace(function, 1);
    if (!ir_verify(module, argv[1], &error) || !ir_run_passes(module, "function(mem2reg)", &error)) {
        fprintf(stderr, "driver: %s\n", error->message);
        return 1;
    }
    text = LLVMPrintModuleToString(module);
    fputs(text, stdout);
    LLVMDisposeMessage(text);
    return 0;
}
