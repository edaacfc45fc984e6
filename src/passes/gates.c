#include "passes/gates.h"

#include "passes/globals.h"
#include "passes/whole.h"
#include "runtime/process.h"

#include <string.h>

/* A gate on its way. */
struct building {
    const struct gate_order *order;
    const struct gate *gate;
    LLVMBuilderRef builder;
    LLVMModuleRef module;
    LLVMTypeRef i8, i32, i64;
    LLVMValueRef number, size;
    LLVMBasicBlockRef locating, near;
};

/* struct runtime_gate of runtime/gates.c, in its section. */
static const char table_text[] = ".pushsection lltfi_gates,\"a?\",@progbits\n\t"
                                 ".balign 4\n\t"
                                 ".long 1b - .\n\t"
                                 ".long ${2:l} - .\n\t"
                                 ".long ${3:l} - .\n\t"
                                 ".long ${0:c}\n\t"
                                 ".long ${1:c}\n\t"
                                 ".popsection";
/* A subtraction from memory and a jump have room in these: one no-operation of 14 octets, and what is left. */
#define NOTHING_14 "1: .byte 0x66, 0x66, 0x66, 0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0\n\t"
static const char *const gate_texts[2][2] = {
    /* by threads, and whether the size needs more than one octet */
    { NOTHING_14, NOTHING_14 ".byte 0x0f, 0x1f, 0\n\t" },
    { NOTHING_14 ".byte 0x66, 0x90\n\t", NOTHING_14 ".byte 0x0f, 0x1f, 0x44, 0, 0\n\t" },
};
static const char *const locate_texts[2] = {
    "incq lltfi_executions+${0:c}(%rip)\n\tsubq $1, lltfi_countdown(%rip)\n\tjb ${2:l}",
    "lock incq lltfi_executions+${0:c}(%rip)\n\tsubq $1, %fs:lltfi_ration@tpoff\n\tjb ${2:l}",
};

static const char clobbers[] = "~{memory},~{dirflag},~{fpsr},~{flags}";

gboolean gates_are_code(const struct gate_order *order)
{
    char *triple = LLVMGetTargetMachineTriple(ir_target_machine());
    gboolean has_jumps = g_str_has_prefix(triple, "x86_64");

    LLVMDisposeMessage(triple);
    return has_jumps && !order->flags;
}

static LLVMBasicBlockRef add_block(const struct building *b, const char *suffix)
{
    g_autofree char *name = g_strconcat(LLVMGetBasicBlockName(b->gate->plain), suffix, NULL);

    return LLVMAppendBasicBlockInContext(ir_context(), LLVMGetBasicBlockParent(b->gate->head), name);
}

static LLVMValueRef assembly(LLVMTypeRef type, const char *text, const char *operands)
{
    g_autofree char *constraints = g_strconcat(operands, ",", clobbers, NULL);

    return LLVMGetInlineAsm(type, text, strlen(text), constraints, strlen(constraints), TRUE, FALSE,
                            LLVMInlineAsmDialectATT, FALSE);
}

/* Assembly with two constants, that may go elsewhere. */
static void build_jump(const struct building *b, const char *text, LLVMValueRef *constants,
                       LLVMBasicBlockRef *elsewhere, unsigned n)
{
    LLVMTypeRef operands[2] = { LLVMTypeOf(constants[0]), LLVMTypeOf(constants[1]) };
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), operands, 2, FALSE);

    LLVMBuildCallBr(b->builder, type, assembly(type, text, n == 2 ? "i,i,!i,!i" : "i,i,!i"), b->gate->plain, elsewhere,
                    n, constants, 2, NULL, 0, "");
}

static LLVMValueRef element(const struct building *b, const char *name, LLVMTypeRef type)
{
    LLVMValueRef number = b->number;

    return LLVMBuildInBoundsGEP2(b->builder, type, module_global(b->module, name, LLVMArrayType2(type, 0)), &number, 1,
                                 "");
}

static void build_code(const struct building *b)
{
    LLVMBasicBlockRef open[2] = { b->near, b->locating };
    LLVMValueRef gate[2] = { b->number, LLVMConstInt(b->i32, b->gate->size, FALSE) };
    LLVMValueRef at = LLVMConstInt(b->i64, LLVMConstIntGetZExtValue(b->number) * sizeof(uint64_t), FALSE);
    LLVMValueRef locate[2] = { at, b->size };
    gboolean threads = b->order->threads, is_long = b->gate->size > G_MAXINT8;
    g_autofree char *text = g_strconcat(gate_texts[threads][is_long], table_text, NULL);

    LLVMPositionBuilderAtEnd(b->builder, b->gate->head);
    build_jump(b, text, gate, open, 2);
    LLVMPositionBuilderAtEnd(b->builder, b->locating);
    build_jump(b, locate_texts[threads], locate, open, 1);
}

/* A load that the optimizer leaves where it is. */
static LLVMValueRef load_volatile(const struct building *b, LLVMTypeRef type, LLVMValueRef from)
{
    LLVMValueRef load = LLVMBuildLoad2(b->builder, type, from, "");

    LLVMSetVolatile(load, TRUE);
    return load;
}

static void build_count(const struct building *b, LLVMBasicBlockRef counting)
{
    const char *name = b->order->threads ? "lltfi_ration" : "lltfi_countdown";
    LLVMValueRef from = module_global(b->module, name, b->i64), before, store;

    LLVMSetThreadLocal(from, b->order->threads);
    LLVMPositionBuilderAtEnd(b->builder, counting);
    before = load_volatile(b, b->i64, from);
    store = LLVMBuildStore(b->builder, LLVMBuildSub(b->builder, before, b->size, ""), from);
    LLVMSetVolatile(store, TRUE);
    branch_set_unlikely(LLVMBuildCondBr(b->builder, LLVMBuildICmp(b->builder, LLVMIntULT, before, b->size, ""), b->near,
                                        b->gate->plain));
}

static void build_flag(const struct building *b)
{
    LLVMBasicBlockRef counting = add_block(b, ".counting");
    LLVMValueRef flag, way;

    LLVMPositionBuilderAtEnd(b->builder, b->gate->head);
    flag = load_volatile(b, b->i8, element(b, "lltfi_gate_flags", b->i8));
    way = LLVMBuildSwitch(b->builder, flag, b->gate->plain, 2);
    LLVMAddCase(way, LLVMConstInt(b->i8, GATE_COUNTS, FALSE), counting);
    LLVMAddCase(way, LLVMConstInt(b->i8, GATE_LOCATES, FALSE), b->locating);
    LLVMPositionBuilderAtEnd(b->builder, b->locating);
    LLVMBuildAtomicRMW(b->builder, LLVMAtomicRMWBinOpAdd, element(b, "lltfi_executions", b->i64),
                       LLVMConstInt(b->i64, 1, FALSE), LLVMAtomicOrderingMonotonic, FALSE);
    LLVMBuildBr(b->builder, counting);
    build_count(b, counting);
}

/* As runtime/snapshot.h says. */
static LLVMValueRef near_function(const struct building *b, LLVMTypeRef type)
{
    static const char jump[] = "leaq 0f(%rip), %rcx\n\tjmp lltfi_near_traceless\n0:";
    static const char registers[] = "={ax},{di},{si},~{cx},~{memory},~{dirflag},~{fpsr},~{flags}";
    const char *name = b->order->threads ? "lltfi_near_shared" : "lltfi_near";
    LLVMValueRef function;

    if (gates_are_code(b->order) && !b->order->threads)
        return LLVMGetInlineAsm(type, jump, strlen(jump), registers, strlen(registers), TRUE, FALSE,
                                LLVMInlineAsmDialectATT, FALSE);
    function = module_function(b->module, name, type);
    LLVMSetFunctionCallConv(function, LLVMPreserveMostCallConv);
    return function;
}

static void build_near(const struct building *b)
{
    LLVMTypeRef types[2] = { b->i64, b->i32 };
    LLVMTypeRef type = LLVMFunctionType(b->i64, types, 2, FALSE);
    LLVMValueRef arguments[2] = { b->size, b->number }, near, countdown;

    LLVMPositionBuilderAtEnd(b->builder, b->near);
    near = near_function(b, type);
    countdown = LLVMBuildCall2(b->builder, type, near, arguments, 2, "countdown");
    if (LLVMIsAFunction(near))
        LLVMSetInstructionCallConv(countdown, LLVMPreserveMostCallConv);
    LLVMBuildStore(b->builder, countdown, b->gate->countdown);
    LLVMBuildCondBr(b->builder, LLVMBuildICmp(b->builder, LLVMIntULT, countdown, b->size, "here"), b->gate->armed,
                    b->gate->plain);
}

void gate_build(struct gate_order *order, LLVMBuilderRef builder, const struct gate *gate)
{
    struct building b = { .order = order, .gate = gate, .builder = builder };

    b.module = LLVMGetGlobalParent(LLVMGetBasicBlockParent(gate->head));
    b.i8 = LLVMInt8TypeInContext(ir_context());
    b.i32 = LLVMInt32TypeInContext(ir_context());
    b.i64 = LLVMInt64TypeInContext(ir_context());
    b.number = LLVMConstInt(b.i32, order->next++, FALSE);
    b.size = LLVMConstInt(b.i64, gate->size, FALSE);
    b.locating = add_block(&b, ".locating");
    b.near = add_block(&b, ".near");
    (gates_are_code(order) ? build_code : build_flag)(&b);
    build_near(&b);
}

void gates_define(const struct gate_order *order, LLVMModuleRef module)
{
    LLVMTypeRef i8 = LLVMInt8TypeInContext(ir_context()), i64 = LLVMInt64TypeInContext(ir_context());
    unsigned flags = gates_are_code(order) ? 0 : order->next;

    module_define_pages(module, "lltfi_executions", "lltfi_executions_octets", order->next);
    module_define_zeros(module, "lltfi_gate_flags", LLVMArrayType2(i8, flags), 1);
    module_define_constant(module, "lltfi_n_gate_flags", LLVMConstInt(i64, flags, FALSE));
    module_define_constant(module, "lltfi_threads", LLVMConstInt(i64, (unsigned)order->threads, FALSE));
}
