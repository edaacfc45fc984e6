#include "passes/ir/ir.h"

#include "base/errors.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include <string.h>

const char *const form_names[FORM_COUNT_OF_FORMS] = { "fast", "scalar", "fault", "count", "trace", "grain", "mark" };

static LLVMContextRef context;

LLVMContextRef ir_context(void)
{
    if (!context)
        context = LLVMContextCreate();
    return context;
}

void ir_context_renew(void)
{
    g_clear_pointer(&context, LLVMContextDispose);
}

/* With these features conversions to bfloat16 and float16 arithmetic flush or round differently, so that results would
 * depend on the machine. */
static const char *const unwanted_features[] = { "avx512bf16", "avx512fp16", "avxneconvert", "amx-bf16", "amx-fp16" };

/* The host's features without the unwanted ones; free with g_free. */
static char *target_features(void)
{
    char *host = LLVMGetHostCPUFeatures();
    GString *features = g_string_new(host);

    LLVMDisposeMessage(host);
    for (size_t i = 0; i < G_N_ELEMENTS(unwanted_features); i++) {
        g_autofree char *on = g_strconcat("+", unwanted_features[i], NULL);
        g_autofree char *off = g_strconcat("-", unwanted_features[i], NULL);

        g_string_replace(features, on, off, 0);
    }
    return g_string_free(features, FALSE);
}

LLVMTargetMachineRef ir_target_machine(void)
{
    static LLVMTargetMachineRef machine;
    LLVMTargetRef target;
    g_autofree char *features = NULL;
    char *triple, *cpu, *message = NULL;

    if (machine)
        return machine;
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    LLVMInitializeNativeAsmParser();
    triple = LLVMGetDefaultTargetTriple();
    cpu = LLVMGetHostCPUName();
    features = target_features();
    if (LLVMGetTargetFromTriple(triple, &target, &message))
        g_error("LLVM has no code generator for this machine (%s): %s", triple, message);
    machine = LLVMCreateTargetMachine(target, triple, cpu, features, LLVMCodeGenLevelDefault, LLVMRelocPIC,
                                      LLVMCodeModelDefault);
    LLVMDisposeMessage(triple);
    LLVMDisposeMessage(cpu);
    return machine;
}

LLVMTargetDataRef ir_data_layout(void)
{
    static LLVMTargetDataRef layout;

    if (!layout)
        layout = LLVMCreateTargetDataLayout(ir_target_machine());
    return layout;
}

const char *ir_target_description(void)
{
    static char *description;
    char *cpu, *features;

    if (description)
        return description;
    cpu = LLVMGetTargetMachineCPU(ir_target_machine());
    features = LLVMGetTargetMachineFeatureString(ir_target_machine());
    description = g_strdup_printf("LLVM %s, %s, %s", LLVM_VERSION_STRING, cpu, features);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
    return description;
}

gboolean ir_error(GError **error, const char *what, char *llvm_message)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "%s: LLVM says: %s", what, llvm_message ? llvm_message : "?");
    LLVMDisposeMessage(llvm_message);
    return FALSE;
}

gboolean ir_run_passes(LLVMModuleRef module, const char *passes, GError **error)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef failed = LLVMRunPasses(module, passes, ir_target_machine(), options);

    LLVMDisposePassBuilderOptions(options);
    if (failed) {
        char *text = LLVMGetErrorMessage(failed);

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "passes '%s': LLVM says: %s", passes, text);
        LLVMDisposeErrorMessage(text);
        return FALSE;
    }
    return TRUE;
}

gboolean ir_verify(LLVMModuleRef module, const char *after, GError **error)
{
    char *message = NULL;

    if (LLVMVerifyModule(module, LLVMReturnStatusAction, &message))
        return ir_error(error, after, message);
    LLVMDisposeMessage(message);
    return TRUE;
}

void ir_drop_target_attributes(LLVMModuleRef module)
{
    static const char *const names[] = { "target-cpu", "target-features", "tune-cpu", "min-legal-vector-width" };
    char *cpu = LLVMGetTargetMachineCPU(ir_target_machine());
    char *features = LLVMGetTargetMachineFeatureString(ir_target_machine());

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
            LLVMRemoveStringAttributeAtIndex(f, (unsigned)LLVMAttributeFunctionIndex, names[i],
                                             (unsigned)strlen(names[i]));
        if (LLVMIsDeclaration(f))
            continue;
        LLVMAddTargetDependentFunctionAttr(f, "target-cpu", cpu);
        LLVMAddTargetDependentFunctionAttr(f, "target-features", features);
        LLVMAddTargetDependentFunctionAttr(f, "prefer-vector-width", "512");
    }
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
}

LLVMMemoryBufferRef ir_emit_object(LLVMModuleRef module, GError **error)
{
    LLVMMemoryBufferRef object;
    char *message = NULL;

    if (LLVMTargetMachineEmitToMemoryBuffer(ir_target_machine(), module, LLVMObjectFile, &message, &object)) {
        ir_error(error, "generating code", message);
        return NULL;
    }
    return object;
}

void ir_drop_flags(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAdd:
    case LLVMSub:
    case LLVMMul:
    case LLVMShl:
        LLVMSetNSW(instruction, FALSE);
        LLVMSetNUW(instruction, FALSE);
        break;
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMLShr:
    case LLVMAShr:
        LLVMSetExact(instruction, FALSE);
        break;
    case LLVMZExt:
        LLVMSetNNeg(instruction, FALSE);
        break;
    case LLVMOr:
        LLVMSetIsDisjoint(instruction, FALSE);
        break;
    case LLVMGetElementPtr:
        LLVMSetIsInBounds(instruction, FALSE);
        break;
    default:
        break;
    }
}
