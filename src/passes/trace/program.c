#include "passes/trace/program.h"

#include "passes/ir/blocks.h"
#include "passes/ir/globals.h"

/* A function that is being traced. */
struct tracer {
    LLVMValueRef function, report;
    LLVMTypeRef i32, i64, pointer, report_type;
    LLVMBuilderRef builder;
    LLVMValueRef slot; /* a stack slot for the value that is reported */
    LLVMValueRef *all; /* the function's instructions */
    size_t n;
    unsigned first_index;
};

static gboolean is_void(LLVMValueRef instruction)
{
    return LLVMGetTypeKind(LLVMTypeOf(instruction)) == LLVMVoidTypeKind;
}

static unsigned value_bytes(LLVMValueRef instruction)
{
    return is_void(instruction) ? 0 : (type_width(LLVMTypeOf(instruction)) + 7) / 8;
}

static gboolean is_aggregate(LLVMTypeRef type)
{
    LLVMTypeKind kind = LLVMGetTypeKind(type);

    return kind == LLVMStructTypeKind || kind == LLVMArrayTypeKind || kind == LLVMVectorTypeKind;
}

/* Padding of aggregates is undefined, so the slot is cleared first. */
static void store_value(struct tracer *t, LLVMValueRef value, unsigned bytes)
{
    if (is_aggregate(LLVMTypeOf(value)))
        instruction_add_mark(LLVMBuildMemSet(t->builder, t->slot, LLVMConstNull(LLVMInt8TypeInContext(ir_context())),
                                             LLVMConstInt(t->i64, bytes, FALSE), 1));
    instruction_add_mark(LLVMBuildStore(t->builder, value, t->slot));
}

static void report_before(struct tracer *t, size_t i, LLVMValueRef place)
{
    unsigned bytes = value_bytes(t->all[i]);
    LLVMValueRef arguments[4] = {
        LLVMConstInt(t->i64, t->first_index + i, FALSE),
        LLVMConstInt(t->i32, instruction_opcode(t->all[i]), FALSE),
        LLVMConstInt(t->i32, bytes, FALSE),
        bytes > 0 ? t->slot : LLVMConstNull(t->pointer),
    };

    LLVMPositionBuilderBefore(t->builder, place);
    if (bytes > 0)
        store_value(t, t->all[i], bytes);
    instruction_add_mark(LLVMBuildCall2(t->builder, t->report_type, t->report, arguments, 4, ""));
}

static gboolean begins_block(LLVMValueRef instruction)
{
    return LLVMIsAPHINode(instruction) || LLVMGetInstructionOpcode(instruction) == LLVMLandingPad;
}

/* Whether an instruction is one of the stack slots at the function's beginning, which later passes expect together. */
static gboolean is_early_slot(const struct tracer *t, size_t i)
{
    size_t k = 0;

    while (k < i && LLVMIsAAllocaInst(t->all[k]))
        k++;
    return k == i && LLVMIsAAllocaInst(t->all[i]);
}

static LLVMValueRef place_after(const struct tracer *t, size_t i)
{
    while (begins_block(t->all[i]) && begins_block(t->all[i + 1]))
        i++;
    if (is_early_slot(t, i))
        while (LLVMIsAAllocaInst(t->all[i + 1]))
            i++;
    return t->all[i + 1];
}

static gboolean is_musttail(LLVMValueRef instruction)
{
    return LLVMGetInstructionOpcode(instruction) == LLVMCall &&
           LLVMGetTailCallKind(instruction) == LLVMTailCallKindMustTail;
}

static void replace_instruction(LLVMValueRef from, LLVMValueRef to, void *data)
{
    struct tracer *t = data;

    for (size_t i = 0; i < t->n; i++)
        t->all[i] = t->all[i] == from ? to : t->all[i];
}

/* A place that only the normal return of an invoke leads to. */
static LLVMValueRef place_of_return(struct tracer *t, LLVMValueRef invoke)
{
    LLVMBasicBlockRef edge;

    if (block_count_predecessors(LLVMGetNormalDest(invoke)) == 1)
        return block_body(LLVMGetNormalDest(invoke));
    edge = block_split_edge(t->builder, invoke, 0, replace_instruction, t);
    instruction_add_mark(LLVMGetBasicBlockTerminator(edge));
    return LLVMGetBasicBlockTerminator(edge);
}

static void report_invokes(struct tracer *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (LLVMGetInstructionOpcode(t->all[i]) == LLVMInvoke)
            report_before(t, i, place_of_return(t, t->all[i]));
}

static void report_others(struct tracer *t)
{
    gboolean tail = FALSE; /* between a musttail call and its return */

    for (size_t i = 0; i < t->n; i++) {
        tail = is_musttail(t->all[i]) || (tail && !LLVMIsATerminatorInst(t->all[i]));
        if (!tail && !LLVMIsATerminatorInst(t->all[i]))
            report_before(t, i, place_after(t, i));
    }
}

/* Adds one slot that is large enough for every value of the function, so that frames stay small. */
static void add_slot(struct tracer *t)
{
    LLVMTypeRef byte = LLVMInt8TypeInContext(ir_context());
    unsigned most = 1;

    for (size_t i = 0; i < t->n; i++)
        most = MAX(most, value_bytes(t->all[i]));
    LLVMPositionBuilderBefore(t->builder, t->all[0]);
    t->slot = LLVMBuildAlloca(t->builder, LLVMArrayType2(byte, most), "traced");
    LLVMSetAlignment(t->slot, 64);
    instruction_add_mark(t->slot);
}

static void declare_report(struct tracer *t)
{
    LLVMTypeRef types[4] = { t->i64, t->i32, t->i32, t->pointer };

    t->report_type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), types, 4, FALSE);
    t->report = module_function(LLVMGetGlobalParent(t->function), TRACE_SYMBOL, t->report_type);
}

void pass_trace_program(LLVMValueRef function, unsigned first_index)
{
    struct tracer t = { .function = function, .first_index = first_index };
    g_autofree LLVMValueRef *all = t.all = function_instructions(function, &t.n);

    t.i32 = LLVMInt32TypeInContext(ir_context());
    t.i64 = LLVMInt64TypeInContext(ir_context());
    t.pointer = LLVMPointerTypeInContext(ir_context(), 0);
    t.builder = LLVMCreateBuilderInContext(ir_context());
    declare_report(&t);
    add_slot(&t);
    report_invokes(&t);
    report_others(&t);
    LLVMDisposeBuilder(t.builder);
}
