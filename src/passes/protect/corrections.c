/* What becomes of two values that differ: one function a correction. */
#include "passes/protect/duplicate.h"

#include "passes/select/sites.h"

#include <string.h>

/* What a correction has: both values, and their bits as integers. */
struct difference_of_copies {
    LLVMBuilderRef builder;
    LLVMTypeRef type, bits;
    LLVMValueRef value[2], as_bits[2];
    LLVMValueRef third_as_bits; /* NULL unless it is a vote */
};

typedef LLVMValueRef (*correct)(const struct difference_of_copies *x);

static gboolean is_floating_value(const struct difference_of_copies *x)
{
    return x->type != x->bits && LLVMGetTypeKind(x->type) != LLVMPointerTypeKind;
}

static LLVMValueRef to_bits(const struct difference_of_copies *x, LLVMValueRef value)
{
    if (LLVMGetTypeKind(x->type) == LLVMPointerTypeKind)
        return LLVMBuildPtrToInt(x->builder, value, x->bits, "");
    return LLVMBuildBitCast(x->builder, value, x->bits, "");
}

static LLVMValueRef from_bits(const struct difference_of_copies *x, LLVMValueRef bits)
{
    if (LLVMGetTypeKind(x->type) == LLVMPointerTypeKind)
        return LLVMBuildIntToPtr(x->builder, bits, x->type, "");
    return LLVMBuildBitCast(x->builder, bits, x->type, "");
}

static LLVMValueRef first_if(const struct difference_of_copies *x, LLVMValueRef condition)
{
    return LLVMBuildSelect(x->builder, condition, x->value[0], x->value[1], "smaller");
}

/* a < b ? a : b, as the paper has it: false if one is NaN, so that a NaN in b stays. */
static LLVMValueRef correct_min(const struct difference_of_copies *x)
{
    if (is_floating_value(x))
        return first_if(x, LLVMBuildFCmp(x->builder, LLVMRealOLT, x->value[0], x->value[1], ""));
    return first_if(x, LLVMBuildICmp(x->builder, LLVMIntULT, x->as_bits[0], x->as_bits[1], ""));
}

static LLVMValueRef correct_and(const struct difference_of_copies *x)
{
    return from_bits(x, LLVMBuildAnd(x->builder, x->as_bits[0], x->as_bits[1], ""));
}

/* Bits without the sign, which order floats by their magnitude, with NaN above all. Of integers: the absolute value. */
static LLVMValueRef magnitude_of(const struct difference_of_copies *x, LLVMValueRef bits)
{
    LLVMTypeRef element = LLVMGetTypeKind(x->bits) == LLVMVectorTypeKind ? LLVMGetElementType(x->bits) : x->bits;
    LLVMValueRef zero = LLVMConstNull(x->bits);

    if (is_floating_value(x)) {
        /* All ones, shifted by one. */
        LLVMValueRef one = LLVMBuildLShr(x->builder, LLVMConstAllOnes(x->bits), splat(x->bits, 1), "");

        return LLVMBuildAnd(x->builder, bits, one, "");
    }
    if (LLVMGetTypeKind(x->type) == LLVMPointerTypeKind || LLVMGetIntTypeWidth(element) == 1)
        return bits;
    return LLVMBuildSelect(x->builder, LLVMBuildICmp(x->builder, LLVMIntSLT, bits, zero, ""),
                           LLVMBuildSub(x->builder, zero, bits, ""), bits, "");
}

static LLVMValueRef correct_magnitude(const struct difference_of_copies *x)
{
    LLVMValueRef a = magnitude_of(x, x->as_bits[0]), b = magnitude_of(x, x->as_bits[1]);

    return first_if(x, LLVMBuildICmp(x->builder, LLVMIntULE, a, b, ""));
}

static LLVMValueRef correct_vote(const struct difference_of_copies *x)
{
    LLVMValueRef both = LLVMBuildAnd(x->builder, x->as_bits[0], x->as_bits[1], "");
    LLVMValueRef some = LLVMBuildOr(x->builder, x->as_bits[0], x->as_bits[1], "");

    return from_bits(x, LLVMBuildOr(x->builder, both, LLVMBuildAnd(x->builder, some, x->third_as_bits, ""), "voted"));
}

static LLVMValueRef correct_zero(const struct difference_of_copies *x)
{
    return LLVMConstNull(x->type);
}

static LLVMValueRef correct_none(const struct difference_of_copies *x G_GNUC_UNUSED)
{
    return NULL;
}

/* Of copies neither is out of range: plans that ask for it are refused. */
static LLVMValueRef correct_clip(const struct difference_of_copies *x)
{
    return x->value[0];
}

static const correct corrections[] = {
#define CORRECTION(name, help) [CORRECT_##name] = correct_##name,
#include "config/corrections.def"
#undef CORRECTION
};

LLVMValueRef build_correction(struct duplication *d, LLVMValueRef original, LLVMValueRef copy, recompute third,
                              gpointer data)
{
    struct difference_of_copies x = { .builder = d->builder,
                                      .type = LLVMTypeOf(original),
                                      .value = { original, copy } };

    x.bits = type_bits(x.type);
    if (d->rule->correction == CORRECT_none)
        return NULL;
    for (int i = 0; i < 2; i++)
        x.as_bits[i] = to_bits(&x, x.value[i]);
    if (d->rule->correction == CORRECT_vote)
        x.third_as_bits = to_bits(&x, third(d, original, data));
    return corrections[d->rule->correction](&x);
}
