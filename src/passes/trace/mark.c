/* Adds calls at the beginning and end of the iterations of a grain loop, as instrument.h shows. */
#include "passes/analysis/containment.h"
#include "passes/instrument.h"
#include "passes/ir/globals.h"

struct marker {
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    LLVMTypeRef i64;
    LLVMValueRef count; /* stack slot: selected instructions executed so far */
    LLVMValueRef function;
    const struct loop *grain_loop;
};

static void build_call(struct marker *m, const char *name, LLVMValueRef argument)
{
    LLVMTypeRef parameter = LLVMTypeOf(argument);
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), &parameter, 1, FALSE);

    LLVMBuildCall2(m->builder, type, module_function(m->module, name, type), &argument, 1, "");
}

/* Adds a call with the count before the block's terminator, after all of its selected instructions. */
static void mark_end_of(struct marker *m, LLVMBasicBlockRef block, const char *name)
{
    LLVMPositionBuilderBefore(m->builder, LLVMGetBasicBlockTerminator(block));
    build_call(m, name, LLVMBuildLoad2(m->builder, m->i64, m->count, ""));
}

static void add_to_count(struct marker *m, LLVMBasicBlockRef block, unsigned n)
{
    LLVMValueRef first = LLVMGetFirstInstruction(block), old;

    while (LLVMIsAPHINode(first))
        first = LLVMGetNextInstruction(first);
    if (block == LLVMGetInstructionParent(m->count))
        first = LLVMGetBasicBlockTerminator(block);
    LLVMPositionBuilderBefore(m->builder, first);
    old = LLVMBuildLoad2(m->builder, m->i64, m->count, "");
    LLVMBuildStore(m->builder, LLVMBuildAdd(m->builder, old, LLVMConstInt(m->i64, n, FALSE), ""), m->count);
}

static void mark_stores(struct marker *m, LLVMBasicBlockRef block)
{
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
        LLVMValueRef base = LLVMIsAStoreInst(i) ? pointer_base(LLVMGetOperand(i, 1)) : NULL;

        if (!base || !LLVMIsAArgument(base))
            continue;
        LLVMPositionBuilderBefore(m->builder, i);
        build_call(m, "lltfi_mark_store", LLVMGetOperand(i, 1));
    }
}

/* Edges into the loop's header: from outside the loop begins, from inside an iteration ends. */
static void mark_loop(struct marker *m)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(m->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(b);

        for (unsigned s = 0; s < LLVMGetNumSuccessors(terminator); s++) {
            if (LLVMGetSuccessor(terminator, s) != m->grain_loop->header)
                continue;
            mark_end_of(m, b, loop_contains(m->grain_loop, b) ? "lltfi_mark_end" : "lltfi_mark_begin");
            break;
        }
    }
}

static void mark_function(struct marker *m)
{
    LLVMPositionBuilderBefore(m->builder, LLVMGetNextInstruction(LLVMGetNextInstruction(m->count)));
    build_call(m, "lltfi_mark_begin", LLVMConstNull(m->i64));
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(m->function); b; b = LLVMGetNextBasicBlock(b))
        if (LLVMGetInstructionOpcode(LLVMGetBasicBlockTerminator(b)) == LLVMRet)
            mark_end_of(m, b, "lltfi_mark_end");
}

void pass_mark(LLVMValueRef function, const GArray *sites, unsigned first_index, const struct loop *grain_loop)
{
    struct marker m = {
        .module = LLVMGetGlobalParent(function),
        .builder = LLVMCreateBuilderInContext(ir_context()),
        .i64 = LLVMInt64TypeInContext(ir_context()),
        .function = function,
        .grain_loop = grain_loop,
    };
    size_t blocks, block = 0;
    g_autofree unsigned *numbers = function_block_numbers(function, &blocks);
    g_autofree unsigned *selected = g_new0(unsigned, blocks);

    for (guint s = 0; s < sites->len; s++)
        selected[numbers[g_array_index(sites, struct site, s).index - first_index]]++;
    LLVMPositionBuilderBefore(m.builder, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)));
    m.count = LLVMBuildAlloca(m.builder, m.i64, "count");
    LLVMBuildStore(m.builder, LLVMConstNull(m.i64), m.count);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b), block++) {
        if (selected[block] > 0)
            add_to_count(&m, b, selected[block]);
        mark_stores(&m, b);
    }
    if (grain_loop)
        mark_loop(&m);
    else
        mark_function(&m);
    LLVMDisposeBuilder(m.builder);
}
