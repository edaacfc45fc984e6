/* Which instructions can be computed twice, and which of them a scope has. */
#include "passes/protect/duplicate.h"

#include "passes/analysis/effects.h"
#include "passes/analysis/slice.h"

gboolean is_floating(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMHalfTypeKind:
    case LLVMBFloatTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind:
    case LLVMX86_FP80TypeKind:
    case LLVMFP128TypeKind:
        return TRUE;
    case LLVMVectorTypeKind:
        return is_floating(LLVMGetElementType(type));
    default:
        return FALSE;
    }
}

/* Vectors of single bits are compared, but copies of them can't be hidden: their operands can. */
static gboolean is_comparable(LLVMTypeRef type)
{
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind && LLVMGetTypeKind(LLVMGetElementType(type)) == LLVMPointerTypeKind)
        return FALSE;
    return can_hide(type) || (LLVMGetTypeKind(type) == LLVMVectorTypeKind &&
                              LLVMGetTypeKind(LLVMGetElementType(type)) == LLVMIntegerTypeKind);
}

static gboolean is_pure_intrinsic(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMIsAFunction(LLVMGetCalledValue(call));

    return callee && LLVMGetIntrinsicID(callee) != 0 && is_pure_call(call);
}

gboolean can_duplicate(LLVMValueRef instruction)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    if (!is_comparable(LLVMTypeOf(instruction)))
        return FALSE;
    switch (opcode) {
    case LLVMFNeg:
    case LLVMICmp:
    case LLVMFCmp:
    case LLVMSelect:
    case LLVMGetElementPtr:
    case LLVMExtractElement:
    case LLVMInsertElement:
    case LLVMShuffleVector:
    case LLVMPHI:
        return TRUE;
    case LLVMCall:
        return is_pure_intrinsic(instruction);
    default:
        return LLVMIsABinaryOperator(instruction) || (LLVMIsACastInst(instruction) && opcode != LLVMAddrSpaceCast);
    }
}

/* Whether an instruction's result or one of its operands is a floating-point value. */
static gboolean handles_floats(LLVMValueRef instruction)
{
    if (is_floating(LLVMTypeOf(instruction)))
        return TRUE;
    for (int k = 0; k < LLVMGetNumOperands(instruction); k++)
        if (!LLVMValueIsBasicBlock(LLVMGetOperand(instruction, (unsigned)k)) &&
            is_floating(LLVMTypeOf(LLVMGetOperand(instruction, (unsigned)k))))
            return TRUE;
    return FALSE;
}

static void add(GHashTable *set, LLVMValueRef value)
{
    if (LLVMIsAInstruction(value))
        g_hash_table_add(set, value);
}

/* Values from which a scope is computed backwards: what is stored, returned or passed on. */
static void add_data_ends(GHashTable *set, LLVMValueRef i)
{
    switch (LLVMGetInstructionOpcode(i)) {
    case LLVMStore:
        add(set, LLVMGetOperand(i, 0));
        break;
    case LLVMRet:
        if (LLVMGetNumOperands(i) > 0)
            add(set, LLVMGetOperand(i, 0));
        break;
    case LLVMCall:
    case LLVMInvoke:
        for (unsigned k = 0; k < LLVMGetNumArgOperands(i); k++)
            if (LLVMGetTypeKind(LLVMTypeOf(LLVMGetOperand(i, k))) != LLVMPointerTypeKind)
                add(set, LLVMGetOperand(i, k));
        break;
    default:
        if (handles_floats(i))
            add(set, i);
    }
}

static void add_address_ends(GHashTable *set, LLVMValueRef i)
{
    if (LLVMIsALoadInst(i))
        add(set, LLVMGetOperand(i, 0));
    else if (LLVMIsAStoreInst(i))
        add(set, LLVMGetOperand(i, 1));
}

static gboolean ends_in_tail_call(LLVMBasicBlockRef block)
{
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        if (LLVMGetInstructionOpcode(i) == LLVMCall && LLVMGetTailCallKind(i) == LLVMTailCallKindMustTail)
            return TRUE;
    return FALSE;
}

static void add_ends(GHashTable *set, LLVMValueRef i, enum protection_scope scope)
{
    switch (scope) {
    case SCOPE_ARITHMETIC:
        if (handles_floats(i))
            add(set, i);
        break;
    case SCOPE_DATA:
        add_data_ends(set, i);
        break;
    case SCOPE_ADDRESS:
        add_address_ends(set, i);
        break;
    case SCOPE_ALL:
        add(set, i);
        break;
    }
}

static gboolean cannot_be_duplicated(gpointer key, gpointer value G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
    return !can_duplicate(key);
}

static void remove_all(GHashTable *set, LLVMBasicBlockRef block)
{
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        g_hash_table_remove(set, i);
}

GHashTable *scope_members(LLVMValueRef function, enum protection_scope scope)
{
    GHashTable *set = g_hash_table_new(NULL, NULL);

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            add_ends(set, i, scope);
    if (scope == SCOPE_DATA || scope == SCOPE_ADDRESS)
        slice_backward_through(set, can_duplicate);
    g_hash_table_foreach_remove(set, cannot_be_duplicated, NULL);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        if (ends_in_tail_call(b))
            remove_all(set, b);
    return set;
}
