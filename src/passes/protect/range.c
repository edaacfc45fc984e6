/*
 * Range restriction (Ranger, Chen, Li and Pattabiraman 2020): what a layer stores in its outputs must lie within bounds
 * that were profiled. A NaN lies in no range. `clip` takes the nearest bound, and 0, or the bound next to it, for NaN.
 *
 *     store float %s, ptr %y                     %above = fcmp oge float %s, LOW
 *                                                %below = fcmp ole float %s, HIGH
 *                                                %inside = and i1 %above, %below
 *                                                br i1 %inside, label %next, label %noticed, !prof !likely
 *                                              noticed:
 *                                                %clipped = ...
 *                                                call void @lltfi_corrected()
 *                                                br label %next
 *                                              next:
 *                                                %restricted = phi float [ %s, ... ], [ %clipped, %noticed ]
 *                                                store float %restricted, ptr %y
 */
#include "passes/protect/duplicate.h"

static LLVMValueRef bound(LLVMTypeRef type, double value)
{
    LLVMTypeRef element = LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
    LLVMValueRef constant = LLVMConstReal(element, value);

    if (element == type)
        return constant;
    return splat_value(type, constant);
}

/* An i1 for each lane: whether it is inside. */
static LLVMValueRef build_inside(struct duplication *d, LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    LLVMValueRef above = LLVMBuildFCmp(d->builder, LLVMRealOGE, value, bound(type, d->bounds->low), "above");
    LLVMValueRef below = LLVMBuildFCmp(d->builder, LLVMRealOLE, value, bound(type, d->bounds->high), "below");

    return LLVMBuildAnd(d->builder, above, below, "inside");
}

static LLVMValueRef clip(struct duplication *d, LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    LLVMValueRef low = bound(type, d->bounds->low), high = bound(type, d->bounds->high);
    LLVMValueRef middle = bound(type, CLAMP(0.0, d->bounds->low, d->bounds->high));
    LLVMValueRef number = LLVMBuildFCmp(d->builder, LLVMRealORD, value, value, "");

    value = LLVMBuildSelect(d->builder, number, value, middle, "");
    value = LLVMBuildSelect(d->builder, LLVMBuildFCmp(d->builder, LLVMRealOLT, value, low, ""), low, value, "");
    return LLVMBuildSelect(d->builder, LLVMBuildFCmp(d->builder, LLVMRealOGT, value, high, ""), high, value, "clipped");
}

/* Lanes that are outside become 0. */
static LLVMValueRef clear(struct duplication *d, LLVMValueRef value, LLVMValueRef inside)
{
    return LLVMBuildSelect(d->builder, inside, value, LLVMConstNull(LLVMTypeOf(value)), "cleared");
}

struct restriction {
    LLVMValueRef value, inside;
};

static LLVMValueRef restrict_value(struct duplication *d, gpointer data)
{
    const struct restriction *r = data;

    switch (d->rule->correction) {
    case CORRECT_clip:
        return clip(d, r->value);
    case CORRECT_zero:
        return clear(d, r->value, r->inside);
    default:
        return NULL;
    }
}

/* An i1: whether some lane is outside. */
static LLVMValueRef build_outside(struct duplication *d, LLVMValueRef inside)
{
    LLVMTypeRef type = LLVMTypeOf(inside);
    LLVMValueRef outside = LLVMBuildNot(d->builder, inside, "outside");

    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind)
        return outside;
    type = LLVMIntTypeInContext(ir_context(), LLVMGetVectorSize(type));
    return LLVMBuildICmp(d->builder, LLVMIntNE, LLVMBuildBitCast(d->builder, outside, type, ""), LLVMConstNull(type),
                         "outside");
}

void protect_range(struct duplication *d)
{
    for (guint i = 0; i < d->selected->len; i++) {
        LLVMValueRef store = d->selected->pdata[i], outside;
        struct restriction r = { .value = LLVMGetOperand(store, 0) };

        LLVMPositionBuilderBefore(d->builder, store);
        r.inside = build_inside(d, r.value);
        outside = build_outside(d, r.inside);
        LLVMSetOperand(store, 0, build_branch(d, outside, r.value, store, restrict_value, &r));
    }
}
