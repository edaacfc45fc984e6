/* Hides from the optimizer that a copy computes what its original computes. */
#include "passes/protect/duplicate.h"

#include "passes/select/sites.h"

#include <string.h>

#define FENCE "llvm.arithmetic.fence"

/* A register of this many bits can be an operand of inline assembly. */
static gboolean is_register_width(unsigned width)
{
    return width == 8 || width == 16 || width == 32 || width == 64;
}

/* The vector of floats with the bits of a vector of integers; NULL: there is none. */
static LLVMTypeRef float_vector(LLVMTypeRef type)
{
    unsigned n = LLVMGetVectorSize(type), width = type_width(LLVMGetElementType(type));

    if (width * n % 32 != 0 || width < 8)
        return NULL;
    return LLVMVectorType(LLVMFloatTypeInContext(ir_context()), width * n / 32);
}

gboolean can_hide(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMVectorTypeKind:
        return is_floating(LLVMGetElementType(type)) ||
               (LLVMGetTypeKind(LLVMGetElementType(type)) == LLVMIntegerTypeKind && float_vector(type));
    case LLVMIntegerTypeKind:
        return LLVMGetIntTypeWidth(type) <= 64;
    case LLVMPointerTypeKind:
        return LLVMGetPointerAddressSpace(type) == 0;
    default:
        return is_floating(type);
    }
}

static LLVMValueRef fence(LLVMBuilderRef builder, LLVMValueRef value)
{
    LLVMModuleRef module = LLVMGetGlobalParent(LLVMGetBasicBlockParent(LLVMGetInsertBlock(builder)));
    LLVMTypeRef type = LLVMTypeOf(value);
    unsigned id = LLVMLookupIntrinsicID(FENCE, strlen(FENCE));
    LLVMValueRef callee = LLVMGetIntrinsicDeclaration(module, id, &type, 1);

    return LLVMBuildCall2(builder, LLVMIntrinsicGetType(ir_context(), id, &type, 1), callee, &value, 1, "hidden");
}

/* Assembly without instructions, whose result LLVM does not know. */
static LLVMValueRef empty_assembly(LLVMBuilderRef builder, LLVMValueRef value)
{
    static const char constraints[] = "=r,0";
    LLVMTypeRef type = LLVMTypeOf(value), function = LLVMFunctionType(type, &type, 1, FALSE);
    LLVMValueRef assembly = LLVMGetInlineAsm(function, "", 0, constraints, strlen(constraints), FALSE, FALSE,
                                             LLVMInlineAsmDialectATT, FALSE);

    return LLVMBuildCall2(builder, function, assembly, &value, 1, "hidden");
}

static LLVMValueRef hide_integer(LLVMBuilderRef builder, LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    unsigned width = LLVMGetIntTypeWidth(type);
    LLVMTypeRef wide = LLVMIntTypeInContext(ir_context(), width <= 8 ? 8 : width <= 32 ? 32 : 64);

    if (is_register_width(width))
        return empty_assembly(builder, value);
    return LLVMBuildTrunc(builder, empty_assembly(builder, LLVMBuildZExt(builder, value, wide, "")), type, "hidden");
}

static LLVMValueRef hide_once(LLVMBuilderRef builder, LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);

    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind:
        return hide_integer(builder, value);
    case LLVMPointerTypeKind:
        return empty_assembly(builder, value);
    case LLVMVectorTypeKind:
        if (LLVMGetTypeKind(LLVMGetElementType(type)) == LLVMIntegerTypeKind) {
            LLVMValueRef floats = LLVMBuildBitCast(builder, value, float_vector(type), "");

            return LLVMBuildBitCast(builder, fence(builder, floats), type, "hidden");
        }
        return fence(builder, value);
    default:
        return fence(builder, value);
    }
}

LLVMValueRef hide(LLVMBuilderRef builder, LLVMValueRef value, int times)
{
    for (int i = 0; i < times; i++)
        value = hide_once(builder, value);
    return value;
}

/* How well an operand can be hidden; 0: not at all. Constants are worth it only if nothing else is there. */
static int worth(LLVMValueRef operand)
{
    LLVMTypeRef type = LLVMTypeOf(operand);

    if (LLVMValueIsBasicBlock(operand) || (!LLVMIsAInstruction(operand) && !LLVMIsAArgument(operand)) ||
        !can_hide(type))
        return 0;
    if (LLVMGetTypeKind(type) == LLVMIntegerTypeKind && !is_register_width(LLVMGetIntTypeWidth(type)))
        return 1;
    return 2;
}

static gboolean hide_operand(struct duplication *d, LLVMValueRef copy, int times)
{
    int best = -1;

    for (int k = 0; k < LLVMGetNumOperands(copy); k++)
        if (worth(LLVMGetOperand(copy, (unsigned)k)) > (best < 0 ? 0 : worth(LLVMGetOperand(copy, (unsigned)best))))
            best = k;
    if (best < 0)
        return FALSE;
    LLVMSetOperand(copy, (unsigned)best, hide(d->builder, LLVMGetOperand(copy, (unsigned)best), times));
    return TRUE;
}

LLVMValueRef copy_instruction(struct duplication *d, LLVMValueRef instruction, GHashTable *copies, int times)
{
    LLVMValueRef copy = LLVMInstructionClone(instruction);
    gboolean differs = FALSE;

    for (int k = 0; copies && k < LLVMGetNumOperands(copy); k++) {
        LLVMValueRef operand = g_hash_table_lookup(copies, LLVMGetOperand(copy, (unsigned)k));

        if (!operand)
            continue;
        LLVMSetOperand(copy, (unsigned)k, operand);
        differs = TRUE;
    }
    if (!differs && !hide_operand(d, copy, times)) {
        LLVMDeleteInstruction(copy);
        return NULL;
    }
    LLVMInsertIntoBuilderWithName(d->builder, copy, "copy");
    return copy;
}
