/* Upper bounds of the iterations of loops, as code that computes them before a loop begins. */
#include "passes/analysis/loops.h"

#include <string.h>

#define GUESSED_ROUNDS 4
#define MAX_STEP (1 << 20)
#define MAX_DEPTH 12 /* of an expression that is computed again before a loop */

/* A loop exit: the loop continues while (start + k * step), compared by `again` with `end`, is true. */
struct trip_counter {
    LLVMValueRef start, end;
    LLVMValueRef addition; /* start's phi plus step */
    int64_t step;
    LLVMIntPredicate again;
    gboolean after; /* the compared value is the phi plus step, not the phi */
};

/* Comparisons by LLVMIntPredicate - LLVMIntEQ: with exchanged sides, negated, and which counts they can end. */
static const struct exit_comparison {
    LLVMIntPredicate exchanged, negated;
    int direction;             /* sign of the steps, 0: either or none */
    gboolean is_signed, equal; /* equal: the loop also continues at the end itself */
} comparisons[] = {
    { LLVMIntEQ, LLVMIntNE, 0, FALSE, TRUE },     /* eq */
    { LLVMIntNE, LLVMIntEQ, 0, FALSE, FALSE },    /* ne */
    { LLVMIntULT, LLVMIntULE, -1, FALSE, FALSE }, /* ugt */
    { LLVMIntULE, LLVMIntULT, -1, FALSE, TRUE },  /* uge */
    { LLVMIntUGT, LLVMIntUGE, 1, FALSE, FALSE },  /* ult */
    { LLVMIntUGE, LLVMIntUGT, 1, FALSE, TRUE },   /* ule */
    { LLVMIntSLT, LLVMIntSLE, -1, TRUE, FALSE },  /* sgt */
    { LLVMIntSLE, LLVMIntSLT, -1, TRUE, TRUE },   /* sge */
    { LLVMIntSGT, LLVMIntSGE, 1, TRUE, FALSE },   /* slt */
    { LLVMIntSGE, LLVMIntSGT, 1, TRUE, TRUE },    /* sle */
};

static const struct exit_comparison *comparison(LLVMIntPredicate predicate)
{
    return &comparisons[predicate - LLVMIntEQ];
}

/* Instructions that can be executed anywhere: no memory, no trap. */
static gboolean is_pure(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAdd:
    case LLVMSub:
    case LLVMMul:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr:
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor:
    case LLVMTrunc:
    case LLVMZExt:
    case LLVMSExt:
    case LLVMICmp:
    case LLVMSelect:
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean is_outside(LLVMValueRef value, const struct loop *region)
{
    return !LLVMIsAInstruction(value) || !loop_contains(region, LLVMGetInstructionParent(value));
}

/* Whether a value can be computed before the region begins. */
static gboolean is_known(LLVMValueRef value, const struct loop *region, int depth)
{
    if (is_outside(value, region))
        return TRUE;
    if (depth == 0 || !is_pure(value))
        return FALSE;
    for (int k = 0; k < LLVMGetNumOperands(value); k++)
        if (!is_known(LLVMGetOperand(value, (unsigned)k), region, depth - 1))
            return FALSE;
    return TRUE;
}

/* Builds a known value at the builder's place. */
static LLVMValueRef build_known(LLVMBuilderRef builder, LLVMValueRef value, const struct loop *region)
{
    LLVMValueRef copy;

    if (is_outside(value, region))
        return value;
    copy = LLVMInstructionClone(value);
    /* It may be executed where the original is not, and the flags may be wrong there. */
    ir_drop_flags(copy);
    for (int k = 0; k < LLVMGetNumOperands(value); k++)
        LLVMSetOperand(copy, (unsigned)k, build_known(builder, LLVMGetOperand(value, (unsigned)k), region));
    LLVMInsertIntoBuilder(builder, copy);
    return copy;
}

/* Whether `value` is a phi of the header that grows by a constant in each iteration, or that phi plus the constant. */
static gboolean find_steps(const struct loop *loop, LLVMValueRef value, struct trip_counter *counter)
{
    LLVMValueRef phi = LLVMIsAPHINode(value) || !LLVMIsABinaryOperator(value) ? value : LLVMGetOperand(value, 0);
    unsigned inside;

    if (LLVMGetTypeKind(LLVMTypeOf(value)) != LLVMIntegerTypeKind || LLVMGetIntTypeWidth(LLVMTypeOf(value)) > 64 ||
        !LLVMIsAPHINode(phi) || LLVMGetInstructionParent(phi) != loop->header || LLVMCountIncoming(phi) != 2)
        return FALSE;
    inside = loop_contains(loop, LLVMGetIncomingBlock(phi, 1));
    counter->start = LLVMGetIncomingValue(phi, 1 - inside);
    counter->addition = LLVMGetIncomingValue(phi, inside);
    counter->after = value != phi;
    if (!LLVMIsABinaryOperator(counter->addition) || LLVMGetInstructionOpcode(counter->addition) != LLVMAdd ||
        LLVMGetOperand(counter->addition, 0) != phi || !LLVMIsAConstantInt(LLVMGetOperand(counter->addition, 1)))
        return FALSE;
    counter->step = LLVMConstIntGetSExtValue(LLVMGetOperand(counter->addition, 1));
    return value == phi || value == counter->addition;
}

/* Whether the steps reach the end without wrapping around. */
static gboolean reaches_end(const struct trip_counter *counter)
{
    const struct exit_comparison *c = comparison(counter->again);

    if (counter->step == 0 || ABS(counter->step) > MAX_STEP || counter->again == LLVMIntEQ)
        return FALSE;
    if (counter->again == LLVMIntNE)
        return ABS(counter->step) == 1;
    if ((counter->step > 0) != (c->direction > 0))
        return FALSE;
    if (ABS(counter->step) == 1 && !c->equal)
        return TRUE;
    return c->is_signed ? LLVMGetNSW(counter->addition) : c->direction > 0 && LLVMGetNUW(counter->addition);
}

/* The exit at the end of `block`, which is executed in every iteration. */
static gboolean find_exit(const struct loop *loop, LLVMBasicBlockRef block, const struct loop *region,
                          struct trip_counter *counter)
{
    LLVMValueRef branch = LLVMGetBasicBlockTerminator(block), condition;
    gboolean first_stays;

    if (!LLVMIsABranchInst(branch) || !LLVMIsConditional(branch))
        return FALSE;
    first_stays = loop_contains(loop, LLVMGetSuccessor(branch, 0));
    condition = LLVMGetCondition(branch);
    if (first_stays == loop_contains(loop, LLVMGetSuccessor(branch, 1)) || !LLVMIsAICmpInst(condition))
        return FALSE;
    for (unsigned side = 0; side < 2; side++) {
        counter->again = LLVMGetICmpPredicate(condition);
        if (side == 1)
            counter->again = comparison(counter->again)->exchanged;
        if (!first_stays)
            counter->again = comparison(counter->again)->negated;
        counter->end = LLVMGetOperand(condition, 1 - side);
        if (find_steps(loop, LLVMGetOperand(condition, side), counter) && reaches_end(counter) &&
            is_known(counter->start, region, MAX_DEPTH) && is_known(counter->end, region, MAX_DEPTH))
            return TRUE;
    }
    return FALSE;
}

static gboolean find_counter(const struct loop *loop, const struct loop *region, struct trip_counter *counter)
{
    return loop->latches->len == 1 && (find_exit(loop, loop->latches->pdata[0], region, counter) ||
                                       find_exit(loop, loop->header, region, counter));
}

static LLVMValueRef constant(uint64_t value)
{
    return LLVMConstInt(LLVMInt64TypeInContext(ir_context()), value, FALSE);
}

static LLVMValueRef build_intrinsic(LLVMBuilderRef builder, const char *name, LLVMValueRef *arguments, unsigned n)
{
    LLVMModuleRef module = LLVMGetGlobalParent(LLVMGetBasicBlockParent(LLVMGetInsertBlock(builder)));
    LLVMTypeRef type = LLVMTypeOf(arguments[0]);
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(module, LLVMLookupIntrinsicID(name, strlen(name)), &type, 1);

    return LLVMBuildCall2(builder, LLVMGlobalGetValueType(function), function, arguments, n, "");
}

static LLVMValueRef build_sum(LLVMBuilderRef builder, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef arguments[2] = { a, b };
    guint64 sum;

    if (!LLVMIsAConstantInt(a) || !LLVMIsAConstantInt(b))
        return build_intrinsic(builder, "llvm.uadd.sat", arguments, 2);
    return constant(g_uint64_checked_add(&sum, LLVMConstIntGetZExtValue(a), LLVMConstIntGetZExtValue(b)) ? sum
                                                                                                         : G_MAXUINT64);
}

static LLVMValueRef build_product(LLVMBuilderRef builder, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef arguments[3] = { a, b, LLVMConstInt(LLVMInt32TypeInContext(ir_context()), 0, FALSE) };
    guint64 product;

    if (!LLVMIsAConstantInt(a) || !LLVMIsAConstantInt(b))
        return build_intrinsic(builder, "llvm.umul.fix.sat", arguments, 3);
    return constant(g_uint64_checked_mul(&product, LLVMConstIntGetZExtValue(a), LLVMConstIntGetZExtValue(b))
                        ? product
                        : G_MAXUINT64);
}

/* The distance from the counter's start to its end; 0 if the end is already passed. */
static LLVMValueRef build_distance(LLVMBuilderRef builder, const struct trip_counter *counter,
                                   const struct loop *region)
{
    const struct exit_comparison *c = comparison(counter->again);
    LLVMValueRef start = build_known(builder, counter->start, region), end = build_known(builder, counter->end, region);
    LLVMValueRef step = LLVMConstInt(LLVMTypeOf(start), (uint64_t)counter->step, TRUE), low, high, order;

    if (counter->after)
        start = LLVMBuildAdd(builder, start, step, "");
    low = counter->step > 0 ? start : end;
    high = counter->step > 0 ? end : start;
    if (counter->again != LLVMIntNE) {
        order = LLVMBuildICmp(builder, c->is_signed ? LLVMIntSLT : LLVMIntULT, low, high, "");
        high = LLVMBuildSelect(builder, order, high, low, "");
    }
    return LLVMBuildZExt(builder, LLVMBuildSub(builder, high, low, ""), LLVMInt64TypeInContext(ir_context()), "");
}

static LLVMValueRef build_rounds(LLVMBuilderRef builder, const struct trip_counter *counter, const struct loop *region)
{
    LLVMValueRef distance = build_distance(builder, counter, region);
    uint64_t step = (uint64_t)ABS(counter->step);

    if (step == 1 && !comparison(counter->again)->equal)
        return build_sum(builder, distance, constant(1));
    return build_sum(builder, LLVMBuildUDiv(builder, distance, constant(step), ""), constant(2));
}

static gboolean has_sites(const struct loop *loop)
{
    if (loop->sites > 0)
        return TRUE;
    for (guint i = 0; i < loop->inner->len; i++)
        if (has_sites(loop->inner->pdata[i]))
            return TRUE;
    return FALSE;
}

static gboolean is_bounded(const struct loop *loop, const struct loop *region)
{
    struct trip_counter counter;

    if (!has_sites(loop))
        return TRUE;
    if (loop->is_irregular || !find_counter(loop, region, &counter))
        return FALSE;
    for (guint i = 0; i < loop->inner->len; i++)
        if (!is_bounded(loop->inner->pdata[i], region))
            return FALSE;
    return TRUE;
}

gboolean loop_is_bounded(const struct loop *region)
{
    return has_sites(region) && is_bounded(region, region);
}

static LLVMValueRef build_bound(LLVMBuilderRef builder, const struct loop *loop, const struct loop *region)
{
    LLVMValueRef round = constant(loop->sites);
    struct trip_counter counter;

    if (!has_sites(loop))
        return round;
    for (guint i = 0; i < loop->inner->len; i++)
        round = build_sum(builder, round, build_bound(builder, loop->inner->pdata[i], region));
    find_counter(loop, region, &counter);
    return build_product(builder, build_rounds(builder, &counter, region), round);
}

LLVMValueRef loop_build_bound(LLVMBuilderRef builder, const struct loop *region)
{
    LLVMValueRef bound = build_bound(builder, region, region);

    return LLVMIsConstant(bound) ? bound : LLVMBuildFreeze(builder, bound, "");
}

/* If a loop counts between constants, the builder folds the bound to a constant and inserts nothing. */
static uint64_t estimate_rounds(const struct loop *loop)
{
    LLVMBuilderRef builder;
    struct trip_counter counter;
    uint64_t rounds = GUESSED_ROUNDS;

    if (!find_counter(loop, loop, &counter) || !LLVMIsAConstantInt(counter.start) || !LLVMIsAConstantInt(counter.end))
        return rounds;
    builder = LLVMCreateBuilderInContext(ir_context());
    rounds = LLVMConstIntGetZExtValue(build_rounds(builder, &counter, loop));
    LLVMDisposeBuilder(builder);
    return rounds;
}

uint64_t loop_estimate(const struct loop *loop)
{
    guint64 round = loop->sites, total;

    for (guint i = 0; i < loop->inner->len; i++)
        round += loop_estimate(loop->inner->pdata[i]);
    return g_uint64_checked_mul(&total, round, estimate_rounds(loop)) ? total : G_MAXUINT64 / 2;
}
