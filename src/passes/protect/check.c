/* Compares an original with its copy, and reports or corrects a difference in a block of its own. */
#include "passes/protect/duplicate.h"

#include "base/attributes.h"
#include "passes/ir/blocks.h"
#include "passes/select/sites.h"

#include <string.h>

/* How much more often copies are equal than not, for the layout of blocks. */
#define WEIGHT_EQUAL 1048576

static LLVMValueRef declare(LLVMModuleRef module, const char *name)
{
    LLVMValueRef function = LLVMGetNamedFunction(module, name);

    if (function)
        return function;
    function = LLVMAddFunction(module, name, LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), NULL, 0, FALSE));
    function_add_attribute(function, "nounwind");
    function_add_attribute(function, "cold");
    return function;
}

static void call(struct duplication *d, const char *name)
{
    LLVMValueRef function = declare(d->module, name);

    LLVMBuildCall2(d->builder, LLVMGlobalGetValueType(function), function, NULL, 0, "");
}

/* An i1: whether two values differ in some bit. */
static LLVMValueRef build_difference(LLVMBuilderRef builder, LLVMValueRef a, LLVMValueRef b)
{
    LLVMTypeRef type = LLVMTypeOf(a), bits;
    LLVMValueRef lanes;

    if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
        return LLVMBuildICmp(builder, LLVMIntNE, a, b, "differ");
    bits = type_bits(type);
    lanes = LLVMBuildICmp(builder, LLVMIntNE, LLVMBuildBitCast(builder, a, bits, ""),
                          LLVMBuildBitCast(builder, b, bits, ""), "differ");
    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind)
        return lanes;
    bits = LLVMIntTypeInContext(ir_context(), LLVMGetVectorSize(type));
    return LLVMBuildICmp(builder, LLVMIntNE, LLVMBuildBitCast(builder, lanes, bits, ""), LLVMConstNull(bits), "differ");
}

static void mark_unlikely(LLVMValueRef branch)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(ir_context());
    LLVMMetadataRef parts[] = {
        LLVMMDStringInContext2(ir_context(), "branch_weights", strlen("branch_weights")),
        LLVMValueAsMetadata(LLVMConstInt(i32, 1, FALSE)),
        LLVMValueAsMetadata(LLVMConstInt(i32, WEIGHT_EQUAL, FALSE)),
    };
    LLVMMetadataRef node = LLVMMDNodeInContext2(ir_context(), parts, G_N_ELEMENTS(parts));

    LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(ir_context(), "prof", strlen("prof")),
                    LLVMMetadataAsValue(ir_context(), node));
}

/* The cold block's content. Returns the corrected value; NULL: there is none. */
static LLVMValueRef build_response(struct duplication *d, response respond, gpointer data, LLVMBasicBlockRef next)
{
    LLVMValueRef corrected = respond(d, data);

    call(d, corrected ? CORRECTED_SYMBOL : DETECTED_SYMBOL);
    if (corrected || !d->aborts) {
        LLVMBuildBr(d->builder, next);
        return corrected;
    }
    call(d, "abort");
    LLVMBuildUnreachable(d->builder);
    return NULL;
}

LLVMValueRef build_branch(struct duplication *d, LLVMValueRef condition, LLVMValueRef value, LLVMValueRef before,
                          response respond, gpointer data)
{
    LLVMBasicBlockRef head = block_split_before(d->builder, before), next = LLVMGetInstructionParent(before);
    LLVMBasicBlockRef cold = LLVMAppendBasicBlockInContext(ir_context(), d->function, "noticed");
    LLVMValueRef corrected, phi;

    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(head));
    LLVMPositionBuilderAtEnd(d->builder, head);
    mark_unlikely(LLVMBuildCondBr(d->builder, condition, cold, next));
    LLVMPositionBuilderAtEnd(d->builder, cold);
    corrected = build_response(d, respond, data, next);
    if (!corrected)
        return value;
    LLVMPositionBuilderBefore(d->builder, before);
    phi = LLVMBuildPhi(d->builder, LLVMTypeOf(value), "checked");
    LLVMAddIncoming(phi, &value, &head, 1);
    LLVMAddIncoming(phi, &corrected, &cold, 1);
    return phi;
}

/* Two values that are compared, and how there is a third. */
struct comparison_of_copies {
    LLVMValueRef original, copy;
    recompute third;
    gpointer data;
};

static LLVMValueRef correct_difference(struct duplication *d, gpointer data)
{
    const struct comparison_of_copies *c = data;

    return build_correction(d, c->original, c->copy, c->third, c->data);
}

LLVMValueRef build_check(struct duplication *d, LLVMValueRef original, LLVMValueRef copy, LLVMValueRef before,
                         recompute third, gpointer data)
{
    struct comparison_of_copies c = { original, copy, third, data };
    LLVMValueRef differ;

    LLVMPositionBuilderBefore(d->builder, before);
    differ = build_difference(d->builder, original, copy);
    return build_branch(d, differ, original, before, correct_difference, &c);
}
