#include "passes/inject/barriers.h"

#include "base/attributes.h"
#include "passes/ir/blocks.h"

#include <string.h>

void barriers_free(struct barriers *barriers)
{
    if (!barriers)
        return;
    g_ptr_array_unref(barriers->calls);
    g_ptr_array_unref(barriers->before);
    g_ptr_array_unref(barriers->after);
    g_hash_table_unref(barriers->deferred);
    g_free(barriers);
}

static gboolean is_barrier(const struct barriers *barriers, LLVMValueRef instruction)
{
    return LLVMGetInstructionOpcode(instruction) == LLVMCall &&
           (calls_effects(barriers->known, instruction) & barriers->effects);
}

static gboolean has_type_without_phis(LLVMValueRef instruction)
{
    LLVMTypeKind kind = LLVMGetTypeKind(LLVMTypeOf(instruction));

    return kind == LLVMTokenTypeKind || kind == LLVMX86_AMXTypeKind || kind == LLVMTargetExtTypeKind;
}

static const char *instruction_obstacle(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMCallBr:
        return "assembly that jumps (callbr)";
    case LLVMCatchSwitch:
    case LLVMCatchPad:
    case LLVMCleanupPad:
        return "exception handling of Windows";
    default:
        return has_type_without_phis(instruction) ? "a value that no phi can take" : NULL;
    }
}

/* Resolvers run while the program is being loaded, before its variables are relocated. */
static gboolean is_resolver(LLVMValueRef function)
{
    LLVMModuleRef module = LLVMGetGlobalParent(function);

    for (LLVMValueRef i = LLVMGetFirstGlobalIFunc(module); i; i = LLVMGetNextGlobalIFunc(i))
        if (LLVMGetGlobalIFuncResolver(i) == function)
            return TRUE;
    return FALSE;
}

const char *barriers_obstacle(LLVMValueRef function)
{
    const char *obstacle = NULL;

    if (LLVMGetLinkage(function) == LLVMAvailableExternallyLinkage)
        return "code that is taken from elsewhere (available_externally)";
    if (function_has_attribute(function, "naked"))
        return "assembly without a frame (naked)";
    if (is_resolver(function))
        return "a choice of functions while the program is loaded (ifunc)";
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i && !obstacle; i = LLVMGetNextInstruction(i))
            obstacle = instruction_obstacle(i);
    return obstacle;
}

static gboolean is_musttail(LLVMValueRef call)
{
    return LLVMGetTailCallKind(call) == LLVMTailCallKindMustTail;
}

static void isolate(struct barriers *barriers, LLVMBuilderRef builder, LLVMValueRef call)
{
    LLVMBasicBlockRef after = is_musttail(call) ? NULL : LLVMGetInstructionParent(call);

    if (after)
        block_split_before(builder, LLVMGetNextInstruction(call));
    g_ptr_array_add(barriers->calls, call);
    g_ptr_array_add(barriers->before, block_split_before(builder, call));
    g_ptr_array_add(barriers->after, after);
}

/* Last call first, so that the code after each call stays in the original block. */
static void isolate_in_block(struct barriers *barriers, LLVMBuilderRef builder, LLVMBasicBlockRef block)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        if (is_barrier(barriers, i))
            g_ptr_array_add(found, i);
    for (guint i = found->len; i-- > 0;)
        isolate(barriers, builder, found->pdata[i]);
}

static void find_deferred(struct barriers *barriers, LLVMValueRef *all, const GArray *sites, unsigned first_index)
{
    g_autoptr(GHashTable) calls = g_hash_table_new(NULL, NULL);

    for (guint c = 0; c < barriers->calls->len; c++)
        g_hash_table_add(calls, barriers->calls->pdata[c]);
    for (guint s = 0; s < sites->len; s++) {
        const struct site *site = &g_array_index(sites, struct site, s);
        LLVMValueRef instruction = all[site->index - first_index];

        if (site->n_registers == 1 && site->registers[0].position == 0 && g_hash_table_contains(calls, instruction))
            g_hash_table_add(barriers->deferred, instruction);
    }
}

struct barriers *barriers_isolate_for(LLVMValueRef function, const GArray *sites, unsigned first_index,
                                      const struct calls *known, unsigned effects)
{
    struct barriers *barriers = g_new0(struct barriers, 1);
    g_autofree LLVMBasicBlockRef *blocks = g_new(LLVMBasicBlockRef, LLVMCountBasicBlocks(function));
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    unsigned n = LLVMCountBasicBlocks(function);
    size_t n_instructions;
    g_autofree LLVMValueRef *all = function_instructions(function, &n_instructions);

    barriers->known = known;
    barriers->effects = effects;
    barriers->calls = g_ptr_array_new();
    barriers->before = g_ptr_array_new();
    barriers->after = g_ptr_array_new();
    barriers->deferred = g_hash_table_new(NULL, NULL);
    LLVMGetBasicBlocks(function, blocks);
    for (unsigned b = 0; b < n; b++)
        isolate_in_block(barriers, builder, blocks[b]);
    find_deferred(barriers, all, sites, first_index);
    LLVMDisposeBuilder(builder);
    return barriers;
}

struct barriers *barriers_isolate(LLVMValueRef function, const GArray *sites, unsigned first_index)
{
    return barriers_isolate_for(function, sites, first_index, NULL, CALL_COUNTS | CALL_LEAVES);
}
