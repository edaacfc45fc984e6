/* What the injecting passes share: the sites of a function, stack slots, and calls of the runtime. */
#include "passes/inject/armed.h"

#include "passes/ir/blocks.h"
#include "passes/ir/globals.h"

unsigned injector_count_sites(const struct injector *in, LLVMBasicBlockRef block)
{
    unsigned n = 0;

    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        n += g_hash_table_contains(in->sites, i);
    return n;
}

LLVMValueRef injector_slot(struct injector *in, LLVMTypeRef type, const char *name)
{
    LLVMBuilderRef at = LLVMCreateBuilderInContext(ir_context());
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(in->function);
    LLVMValueRef slot;

    LLVMPositionBuilderBefore(at, LLVMGetFirstInstruction(entry));
    slot = LLVMBuildAlloca(at, type, name);
    LLVMDisposeBuilder(at);
    return slot;
}

LLVMBasicBlockRef injector_add_entry(struct injector *in)
{
    LLVMBasicBlockRef first = LLVMGetEntryBasicBlock(in->function);
    LLVMBasicBlockRef start = LLVMInsertBasicBlockInContext(ir_context(), first, "start");
    LLVMValueRef next;

    for (LLVMValueRef i = LLVMGetFirstInstruction(first); i; i = next) {
        next = LLVMGetNextInstruction(i);
        if (LLVMIsAAllocaInst(i) && LLVMIsConstant(LLVMGetOperand(i, 0)) && !g_hash_table_contains(in->sites, i))
            instruction_move(in->builder, i, start);
    }
    LLVMPositionBuilderAtEnd(in->builder, start);
    LLVMBuildBr(in->builder, first);
    return first;
}

void injector_init(struct injector *in, LLVMValueRef function, const GArray *sites, unsigned first_index,
                   unsigned first_site)
{
    size_t n_instructions;
    g_autofree LLVMValueRef *all = function_instructions(function, &n_instructions);

    in->module = LLVMGetGlobalParent(function);
    in->function = function;
    in->builder = LLVMCreateBuilderInContext(ir_context());
    in->i32 = LLVMInt32TypeInContext(ir_context());
    in->i64 = LLVMInt64TypeInContext(ir_context());
    in->pointer = LLVMPointerTypeInContext(ir_context(), 0);
    in->sites = g_hash_table_new(NULL, NULL);
    in->struck = g_hash_table_new(NULL, NULL);
    in->list = sites;
    in->first_site = first_site;
    for (guint s = 0; s < sites->len; s++)
        g_hash_table_insert(in->sites, all[g_array_index(sites, struct site, s).index - first_index],
                            GUINT_TO_POINTER(s + 1));
}

void injector_clear(struct injector *in)
{
    g_hash_table_unref(in->sites);
    g_hash_table_unref(in->struck);
    LLVMDisposeBuilder(in->builder);
}

/* In programs the runtime preserves all registers, so that calls of it do not change the register allocation. */
static LLVMValueRef call_runtime(const struct injector *in, LLVMTypeRef type, LLVMValueRef function,
                                 LLVMValueRef *arguments, unsigned n, const char *name)
{
    LLVMValueRef call = LLVMBuildCall2(in->builder, type, function, arguments, n, name);

    if (in->gates)
        LLVMSetInstructionCallConv(call, LLVMPreserveMostCallConv);
    return call;
}

/* The stack slot in which values of a type are struck. */
static LLVMValueRef struck_slot(struct injector *in, LLVMTypeRef type)
{
    LLVMValueRef slot = g_hash_table_lookup(in->struck, type);

    if (!slot) {
        slot = injector_slot(in, type, "struck");
        g_hash_table_insert(in->struck, type, slot);
    }
    return slot;
}

LLVMValueRef injector_strike(struct injector *in, LLVMValueRef value, unsigned number, int reg_index, int n_registers,
                             unsigned width)
{
    LLVMValueRef slot = struck_slot(in, LLVMTypeOf(value));
    LLVMValueRef arguments[6] = {
        LLVMBuildLoad2(in->builder, in->i64, in->countdown, ""),
        LLVMConstInt(in->i32, number, FALSE),
        LLVMConstInt(in->i32, (unsigned)reg_index, FALSE),
        LLVMConstInt(in->i32, (unsigned)n_registers, FALSE),
        slot,
        LLVMConstInt(in->i32, width, FALSE),
    };

    LLVMBuildStore(in->builder, value, slot);
    call_runtime(in, in->inject_type, in->inject, arguments, 6, "");
    return LLVMBuildLoad2(in->builder, LLVMTypeOf(value), slot, "faulty");
}

void injector_step(struct injector *in)
{
    LLVMValueRef left = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "");

    LLVMBuildStore(in->builder, call_runtime(in, in->step_type, in->step, &left, 1, ""), in->countdown);
}

LLVMValueRef injector_hold(struct injector *in, unsigned number, int reg_index, int n_registers)
{
    LLVMValueRef arguments[4] = {
        LLVMBuildLoad2(in->builder, in->i64, in->countdown, ""),
        LLVMConstInt(in->i32, number, FALSE),
        LLVMConstInt(in->i32, (unsigned)reg_index, FALSE),
        LLVMConstInt(in->i32, (unsigned)n_registers, FALSE),
    };

    return call_runtime(in, in->hold_type, in->hold, arguments, 4, "held");
}

void injector_release(struct injector *in, LLVMValueRef call, LLVMValueRef held, unsigned number, int reg_index,
                      unsigned width)
{
    LLVMValueRef slot = struck_slot(in, LLVMTypeOf(call)), store, faulty;
    LLVMValueRef arguments[5] = {
        held, LLVMConstInt(in->i32, number, FALSE), LLVMConstInt(in->i32, (unsigned)reg_index, FALSE),
        slot, LLVMConstInt(in->i32, width, FALSE),
    };

    LLVMPositionBuilderBefore(in->builder, LLVMGetNextInstruction(call));
    store = LLVMBuildStore(in->builder, LLVMGetUndef(LLVMTypeOf(call)), slot);
    call_runtime(in, in->release_type, in->release, arguments, 5, "");
    faulty = LLVMBuildLoad2(in->builder, LLVMTypeOf(call), slot, "faulty");
    LLVMReplaceAllUsesWith(call, faulty);
    LLVMSetOperand(store, 0, call);
}

void injector_settle(struct injector *in)
{
    LLVMValueRef left = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "");

    call_runtime(in, in->settle_type, in->settle, &left, 1, "");
}

static LLVMValueRef runtime_function(const struct injector *in, const char *name, LLVMTypeRef type)
{
    LLVMValueRef function = module_function(in->module, name, type);

    if (in->gates)
        LLVMSetFunctionCallConv(function, LLVMPreserveMostCallConv);
    return function;
}

void injector_declare_runtime(struct injector *in)
{
    LLVMTypeRef none = LLVMVoidTypeInContext(ir_context());
    LLVMTypeRef inject[6] = { in->i64, in->i32, in->i32, in->i32, in->pointer, in->i32 };
    LLVMTypeRef hold[4] = { in->i64, in->i32, in->i32, in->i32 };
    LLVMTypeRef release[5] = { in->i64, in->i32, in->i32, in->pointer, in->i32 };

    in->inject_type = LLVMFunctionType(none, inject, 6, FALSE);
    in->step_type = LLVMFunctionType(in->i64, &in->i64, 1, FALSE);
    in->hold_type = LLVMFunctionType(in->i64, hold, 4, FALSE);
    in->release_type = LLVMFunctionType(none, release, 5, FALSE);
    in->inject = runtime_function(in, "lltfi_inject", in->inject_type);
    in->step = runtime_function(in, "lltfi_step", in->step_type);
    if (!in->gates)
        return;
    in->hold = runtime_function(in, "lltfi_hold", in->hold_type);
    in->release = runtime_function(in, "lltfi_release", in->release_type);
    in->settle_type = LLVMFunctionType(none, &in->i64, 1, FALSE);
    in->settle = runtime_function(in, in->gates->threads ? "lltfi_settle_shared" : "lltfi_settle", in->settle_type);
}
