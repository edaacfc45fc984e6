#include "passes/protect/duplicate.h"

#include "passes/select/sites.h"

LLVMTypeRef type_bits(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMVectorTypeKind:
        return LLVMVectorType(type_bits(LLVMGetElementType(type)), LLVMGetVectorSize(type));
    case LLVMIntegerTypeKind:
        return type;
    default:
        return LLVMIntTypeInContext(ir_context(), type_width(type));
    }
}

LLVMValueRef splat_value(LLVMTypeRef vector, LLVMValueRef constant)
{
    unsigned n = LLVMGetVectorSize(vector);
    g_autofree LLVMValueRef *lanes = g_new(LLVMValueRef, n);

    for (unsigned i = 0; i < n; i++)
        lanes[i] = constant;
    return LLVMConstVector(lanes, n);
}

LLVMValueRef splat(LLVMTypeRef type, uint64_t number)
{
    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind)
        return LLVMConstInt(type, number, FALSE);
    return splat_value(type, LLVMConstInt(LLVMGetElementType(type), number, FALSE));
}

void replace_uses(LLVMValueRef value, LLVMValueRef by, GHashTable *users)
{
    GHashTableIter iter;
    gpointer user;

    g_hash_table_iter_init(&iter, users);
    while (g_hash_table_iter_next(&iter, &user, NULL))
        for (unsigned k = 0; k < (unsigned)LLVMGetNumOperands(user); k++)
            if (LLVMGetOperand(user, k) == value)
                LLVMSetOperand(user, k, by);
}
