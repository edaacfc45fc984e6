#include "passes/ir/functions.h"

#include "base/errors.h"
#include "base/search.h"
#include "passes/analysis/library.h"
#include "passes/inject/barriers.h"
#include "passes/ir/texts.h"
#include "runtime/program/shared_page.h"

#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
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
    functions->threads = threads || library_find(module, LIBRARY_THREADS);
    functions->every_block = TRUE;
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            add_function(functions, f, selection, texts, opcodes);
    functions->opcodes = (unsigned *)(gpointer)g_array_free(opcodes, FALSE);
    return functions;
}

const struct function *functions_find(const struct functions *functions, unsigned index)
{
    const GArray *all = functions->functions;

    return &g_array_index(all, struct function, ARRAY_FIND_LAST(all, struct function, first_index, index));
}

/* Makes functions of the runtime internal, so that they do not clash with the program's, but for its interface
 * (lltfi_...) and weak ones, which the program may replace. */
static void hide_helpers(LLVMModuleRef runtime)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(runtime); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && !g_str_has_prefix(LLVMGetValueName(f), "lltfi_") &&
            LLVMGetLinkage(f) != LLVMWeakAnyLinkage)
            LLVMSetLinkage(f, LLVMInternalLinkage);
}

gboolean functions_link_runtime(LLVMModuleRef module, GError **error)
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
