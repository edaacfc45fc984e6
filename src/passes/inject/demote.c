#include "passes/inject/demote.h"

#include "passes/ir/blocks.h"
#include "passes/ir/globals.h"

void function_pin(LLVMValueRef function)
{
    LLVMModuleRef module = LLVMGetGlobalParent(function);
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), NULL, 0, TRUE);
    LLVMValueRef pin = module_function(module, PIN_SYMBOL, type), last = NULL;
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    g_autoptr(GPtrArray) slots = g_ptr_array_new();

    for (LLVMValueRef i = LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)); i; i = LLVMGetNextInstruction(i))
        if (LLVMIsAAllocaInst(i))
            g_ptr_array_add(slots, last = i);
    LLVMPositionBuilderBefore(builder, last ? LLVMGetNextInstruction(last)
                                            : LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)));
    LLVMBuildCall2(builder, type, pin, (LLVMValueRef *)slots->pdata, slots->len, "");
    LLVMDisposeBuilder(builder);
}

LLVMValueRef function_slot(LLVMValueRef function, LLVMTypeRef type, const char *name)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    LLVMValueRef slot;

    LLVMPositionBuilderBefore(builder, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)));
    slot = LLVMBuildAlloca(builder, type, name);
    LLVMDisposeBuilder(builder);
    return slot;
}

static void load_operands(LLVMBuilderRef builder, LLVMValueRef user, LLVMValueRef value, LLVMValueRef slot)
{
    LLVMValueRef load = NULL;

    for (int k = 0; k < LLVMGetNumOperands(user); k++) {
        if (LLVMGetOperand(user, (unsigned)k) != value)
            continue;
        if (!load) {
            LLVMPositionBuilderBefore(builder, user);
            load = LLVMBuildLoad2(builder, LLVMTypeOf(value), slot, "");
        }
        LLVMSetOperand(user, (unsigned)k, load);
    }
}

static gboolean is_elsewhere(LLVMValueRef user, LLVMValueRef value)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(user);

    return block != LLVMGetInstructionParent(value) && block != LLVMGetEntryBasicBlock(LLVMGetBasicBlockParent(block));
}

void value_load_uses(LLVMValueRef value, LLVMValueRef slot)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    g_autoptr(GPtrArray) users = g_ptr_array_new();

    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        if (is_elsewhere(LLVMGetUser(use), value))
            g_ptr_array_add(users, LLVMGetUser(use));
    for (guint u = 0; u < users->len; u++)
        load_operands(builder, users->pdata[u], value, slot);
    LLVMDisposeBuilder(builder);
}

/* Stores a phi's incoming values to its slot at the end of the blocks that they come from. */
static void demote_phi(LLVMBuilderRef builder, LLVMValueRef phi, LLVMValueRef slot)
{
    for (unsigned k = 0; k < LLVMCountIncoming(phi); k++) {
        LLVMPositionBuilderBefore(builder, LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(phi, k)));
        LLVMBuildStore(builder, LLVMGetIncomingValue(phi, k), slot);
    }
}

static void demote_phis(LLVMBuilderRef builder, LLVMBasicBlockRef block,
                        void (*moved)(LLVMValueRef from, LLVMValueRef to, void *data), void *data)
{
    LLVMValueRef function = LLVMGetBasicBlockParent(block), place = block_body(block), next;

    if (LLVMGetInstructionOpcode(place) == LLVMLandingPad)
        place = LLVMGetFirstInstruction(LLVMGetSuccessor(LLVMGetBasicBlockTerminator(block), 0));

    for (LLVMValueRef phi = LLVMGetFirstInstruction(block); LLVMIsAPHINode(phi); phi = next) {
        LLVMValueRef slot = function_slot(function, LLVMTypeOf(phi), "phi.slot"), load;

        next = LLVMGetNextInstruction(phi);
        LLVMPositionBuilderBefore(builder, place);
        load = LLVMBuildLoad2(builder, LLVMTypeOf(phi), slot, LLVMGetValueName(phi));
        demote_phi(builder, phi, slot);
        LLVMReplaceAllUsesWith(phi, load);
        moved(phi, load, data);
        LLVMInstructionEraseFromParent(phi);
    }
}

static gboolean is_used_elsewhere(LLVMValueRef value)
{
    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        if (LLVMGetInstructionParent(LLVMGetUser(use)) != LLVMGetInstructionParent(value))
            return TRUE;
    return FALSE;
}

static LLVMValueRef place_after(LLVMValueRef value)
{
    if (LLVMGetInstructionOpcode(value) == LLVMInvoke)
        return block_body(LLVMGetNormalDest(value));
    return LLVMGetNextInstruction(value);
}

static LLVMValueRef demote_value(LLVMBuilderRef builder, LLVMValueRef value)
{
    LLVMValueRef slot =
        function_slot(LLVMGetBasicBlockParent(LLVMGetInstructionParent(value)), LLVMTypeOf(value), "slot");

    value_load_uses(value, slot);
    LLVMPositionBuilderBefore(builder, place_after(value));
    LLVMBuildStore(builder, value, slot);
    return slot;
}

GHashTable *function_demote(LLVMValueRef function, void (*moved)(LLVMValueRef from, LLVMValueRef to, void *data),
                            void *data)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    GHashTable *slots = g_hash_table_new(NULL, NULL);
    LLVMBasicBlockRef second = LLVMGetNextBasicBlock(LLVMGetEntryBasicBlock(function));

    for (LLVMBasicBlockRef b = second; b; b = LLVMGetNextBasicBlock(b))
        demote_phis(builder, b, moved, data);
    for (LLVMBasicBlockRef b = second; b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            if (is_used_elsewhere(i))
                g_ptr_array_add(values, i);
    for (guint v = 0; v < values->len; v++)
        g_hash_table_insert(slots, values->pdata[v], demote_value(builder, values->pdata[v]));
    LLVMDisposeBuilder(builder);
    return slots;
}
