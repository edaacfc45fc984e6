/* Builds gates: as inline assembly that the runtime writes over, or as loads of flags. */
#include "passes/inject/gates.h"

#include "passes/inject/whole.h"
#include "passes/ir/globals.h"
#include "runtime/program/shared_page.h"

#include <string.h>

/* A gate that is being built. */
struct building {
    const struct gate_order *order;
    const struct gate *gate;
    LLVMBuilderRef builder;
    LLVMModuleRef module;
    LLVMTypeRef i8, i32, i64;
    LLVMValueRef number, size;
    LLVMBasicBlockRef near;
};

/*
 * In the program's path is only a no-operation as long as a jump, between the labels 1 and 2. In a section of its own
 * is the code that a jump there leads to, which continues at 2; in another one struct runtime_gate of
 * runtime/program/gates.c.
 */
#define NOTHING "1: .byte 0x0f, 0x1f, 0x44, 0, 0\n2:\n\t"
/* Other threads may execute it while the runtime writes it with one store: it must not cross a multiple of 8. */
#define ALIGNED ".p2align 3,,4\n\t"
#define AWAY ".pushsection .text.lltfi_gates,\"ax?\",@progbits\n"
#define TABLE                                       \
    "\t.popsection\n\t"                             \
    ".pushsection lltfi_gates,\"a?\",@progbits\n\t" \
    ".balign 4\n\t"                                 \
    ".long 1b - .\n\t"                              \
    ".long 3b - .\n\t"                              \
    ".long 4b - .\n\t"                              \
    ".long 5b - .\n\t"                              \
    ".long ${0:c}\n\t"                              \
    ".popsection"
#define WAYS(lock, countdown)                                  \
    AWAY "4:\t" lock "incq lltfi_executions+8*${0:c}(%rip)\n"  \
         "3:\tsubq $1, " countdown "\n\tjb ${2:l}\n\tjmp 2b\n" \
         "5:\t" lock "incq lltfi_executions+8*${0:c}(%rip)\n\tsubq $1, " countdown "\n\tjmp ${2:l}\n"

/* [0]: without threads, [1]: with threads. */
static const char *const gate_texts[2] = {
    NOTHING WAYS("", "lltfi_countdown(%rip)") TABLE,
    ALIGNED NOTHING WAYS("lock ", "%fs:lltfi_ration@tpoff") TABLE,
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

static LLVMValueRef element(const struct building *b, const char *name, LLVMTypeRef type)
{
    LLVMValueRef number = b->number;

    return LLVMBuildInBoundsGEP2(b->builder, type, module_global(b->module, name, LLVMArrayType2(type, 0)), &number, 1,
                                 "");
}

static void build_code(const struct building *b)
{
    LLVMTypeRef types[2] = { b->i32, b->i32 };
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), types, 2, FALSE);
    LLVMValueRef gate[2] = { b->number, LLVMConstInt(b->i32, b->gate->size, FALSE) };
    LLVMBasicBlockRef near = b->near;

    LLVMPositionBuilderAtEnd(b->builder, b->gate->head);
    LLVMBuildCallBr(b->builder, type, assembly(type, gate_texts[b->order->threads], "i,i,!i"), b->gate->plain, &near, 1,
                    gate, 2, NULL, 0, "");
}

/* A load that the optimizer does not move or remove. */
static LLVMValueRef load_volatile(const struct building *b, LLVMTypeRef type, LLVMValueRef from)
{
    LLVMValueRef load = LLVMBuildLoad2(b->builder, type, from, "");

    LLVMSetVolatile(load, TRUE);
    return load;
}

/* Subtracts the block's size from the countdown. Returns the value before. */
static LLVMValueRef build_subtraction(const struct building *b)
{
    const char *name = b->order->threads ? "lltfi_ration" : "lltfi_countdown";
    LLVMValueRef from = module_global(b->module, name, b->i64), before, store;

    LLVMSetThreadLocal(from, b->order->threads);
    before = load_volatile(b, b->i64, from);
    store = LLVMBuildStore(b->builder, LLVMBuildSub(b->builder, before, b->size, ""), from);
    LLVMSetVolatile(store, TRUE);
    return before;
}

static void build_execution(const struct building *b)
{
    LLVMBuildAtomicRMW(b->builder, LLVMAtomicRMWBinOpAdd, element(b, "lltfi_executions", b->i64),
                       LLVMConstInt(b->i64, 1, FALSE), LLVMAtomicOrderingMonotonic, FALSE);
}

static void build_flag(const struct building *b)
{
    LLVMBasicBlockRef counting = add_block(b, ".counting"), locating = add_block(b, ".locating"),
                      marking = add_block(b, ".marking");
    LLVMValueRef flag, way, before;

    LLVMPositionBuilderAtEnd(b->builder, b->gate->head);
    flag = load_volatile(b, b->i8, element(b, "lltfi_gate_flags", b->i8));
    way = LLVMBuildSwitch(b->builder, flag, b->gate->plain, 3);
    LLVMAddCase(way, LLVMConstInt(b->i8, GATE_COUNTS, FALSE), counting);
    LLVMAddCase(way, LLVMConstInt(b->i8, GATE_LOCATES, FALSE), locating);
    LLVMAddCase(way, LLVMConstInt(b->i8, GATE_MARKS, FALSE), marking);
    LLVMPositionBuilderAtEnd(b->builder, locating);
    build_execution(b);
    LLVMBuildBr(b->builder, counting);
    LLVMPositionBuilderAtEnd(b->builder, counting);
    before = build_subtraction(b);
    branch_set_unlikely(LLVMBuildCondBr(b->builder, LLVMBuildICmp(b->builder, LLVMIntULT, before, b->size, ""), b->near,
                                        b->gate->plain));
    LLVMPositionBuilderAtEnd(b->builder, marking);
    build_execution(b);
    build_subtraction(b);
    LLVMBuildBr(b->builder, b->near);
}

/* What calls lltfi_near (runtime/program/snapshot.h). */
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
    b.near = add_block(&b, ".near");
    (gates_are_code(order) ? build_code : build_flag)(&b);
    build_near(&b);
}

void gate_note_site(struct gate_order *order, unsigned site)
{
    uint32_t pair[2] = { site, order->next };

    if (order->sites)
        g_array_append_vals(order->sites, pair, 2);
}

static void define_sites(const struct gate_order *order, LLVMModuleRef module)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(ir_context()), i64 = LLVMInt64TypeInContext(ir_context());
    guint n = order->sites ? order->sites->len : 0;
    g_autofree LLVMValueRef *numbers = g_new(LLVMValueRef, n + 1);

    for (guint i = 0; i < n; i++)
        numbers[i] = LLVMConstInt(i32, g_array_index(order->sites, uint32_t, i), FALSE);
    module_define_constant(module, "lltfi_gate_sites", LLVMConstArray2(i32, numbers, n));
    module_define_constant(module, "lltfi_n_gate_sites", LLVMConstInt(i64, n / 2, FALSE));
}

void gates_define(const struct gate_order *order, LLVMModuleRef module)
{
    LLVMTypeRef i8 = LLVMInt8TypeInContext(ir_context()), i64 = LLVMInt64TypeInContext(ir_context());
    unsigned flags = gates_are_code(order) ? 0 : order->next;

    module_define_zeros(module, "lltfi_executions", LLVMArrayType2(i64, order->next), sizeof(uint64_t));
    module_define_zeros(module, "lltfi_led", LLVMArrayType2(i64, order->next), sizeof(uint64_t));
    module_define_zeros(module, "lltfi_gate_flags", LLVMArrayType2(i8, flags), 1);
    module_define_constant(module, "lltfi_n_gates", LLVMConstInt(i64, order->next, FALSE));
    module_define_constant(module, "lltfi_n_gate_flags", LLVMConstInt(i64, flags, FALSE));
    define_sites(order, module);
    module_define_constant(module, "lltfi_threads", LLVMConstInt(i64, (unsigned)order->threads, FALSE));
}
