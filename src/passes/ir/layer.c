/* A layer as an LLVM function that calls its kernel with the layer's parameters as constants. */
#include "passes/ir/ir.h"

#include "base/attributes.h"
#include "base/errors.h"
#include "kernels/native.h"

#include <llvm-c/BitReader.h>

#include <string.h>

static LLVMModuleRef parse_kernel(const struct layer *layer, enum form form, GError **error)
{
    const struct kernel_bitcode *bitcode = kernel_bitcode(layer->kernel);
    const unsigned char *begin, *end;
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef module = NULL;

    if (!bitcode) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "layer '%s': there is no kernel '%s'", layer->name,
                    layer->kernel);
        return NULL;
    }
    begin = form == FORM_FAST ? bitcode->fast : bitcode->fault;
    end = form == FORM_FAST ? bitcode->fast_end : bitcode->fault_end;
    buffer = LLVMCreateMemoryBufferWithMemoryRange((const char *)begin, (size_t)(end - begin), bitcode->stem, FALSE);
    if (LLVMParseBitcodeInContext2(ir_context(), buffer, &module))
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "kernel '%s': its bitcode does not load with LLVM %s",
                    layer->kernel, LLVM_VERSION_STRING);
    LLVMDisposeMemoryBuffer(buffer);
    return module;
}

/* Makes all functions of the kernel internal, so that they are removed after inlining. */
static void make_private(LLVMModuleRef module)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            LLVMSetLinkage(f, LLVMInternalLinkage);
}

static LLVMValueRef constant_bytes(LLVMModuleRef module, const char *name, const void *bytes, size_t size)
{
    LLVMValueRef data = LLVMConstStringInContext2(ir_context(), bytes, size, TRUE);
    LLVMValueRef global = LLVMAddGlobal(module, LLVMTypeOf(data), name);

    LLVMSetInitializer(global, data);
    LLVMSetGlobalConstant(global, TRUE);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetAlignment(global, 16);
    return global;
}

/* Marks the layer's function: its name may clash with a kernel's or a library's and is then changed by LLVM. */
#define LAYER_ATTRIBUTE "lltfi-layer"

static int count_present(const int *values, int n)
{
    int present = 0;

    for (int i = 0; i < n; i++)
        present += values[i] >= 0;
    return present;
}

/* An array of pointers on the stack: the function's parameters from *next on, NULL where an optional one is absent. */
static LLVMValueRef pointer_array(LLVMBuilderRef builder, LLVMValueRef function, const int *values, int n,
                                  unsigned *next)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(ir_context(), 0);
    LLVMTypeRef type = LLVMArrayType2(pointer, (uint64_t)MAX(n, 1));
    LLVMValueRef array = LLVMBuildAlloca(builder, type, "");

    for (int i = 0; i < n; i++) {
        LLVMValueRef at = LLVMConstInt(LLVMInt64TypeInContext(ir_context()), (unsigned)i, FALSE);
        LLVMValueRef slot = LLVMBuildInBoundsGEP2(builder, pointer, array, &at, 1, "");

        LLVMBuildStore(builder, values[i] < 0 ? LLVMConstNull(pointer) : LLVMGetParam(function, (*next)++), slot);
    }
    return array;
}

static LLVMValueRef declare_layer_function(LLVMModuleRef module, const struct layer *layer)
{
    int inputs = count_present(layer->inputs, layer->n_inputs);
    int outputs = count_present(layer->outputs, layer->n_outputs);
    unsigned n = (unsigned)(inputs + outputs + 1);
    g_autofree LLVMTypeRef *types = g_new(LLVMTypeRef, n);
    LLVMValueRef function;

    for (unsigned i = 0; i < n; i++)
        types[i] = LLVMPointerTypeInContext(ir_context(), 0);
    function =
        LLVMAddFunction(module, layer->name, LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), types, n, FALSE));
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *name = i < (unsigned)inputs ? g_strdup_printf("input%u", i)
                                : i + 1 < n          ? g_strdup_printf("output%u", i - (unsigned)inputs)
                                                     : g_strdup("box");

        LLVMSetValueName2(LLVMGetParam(function, i), name, strlen(name));
        if (i >= (unsigned)inputs)
            parameter_add_attribute(function, i, "noalias");
    }
    LLVMAddTargetDependentFunctionAttr(function, LAYER_ATTRIBUTE, "");
    function_add_attribute(function, "nounwind");
    function_add_attribute(function, "noinline");
    return function;
}

/* Copies the bounds of the box to a local variable, so that the kernel's reads of it become uses of single values. */
static LLVMValueRef local_box(LLVMBuilderRef builder, const struct layer *layer, LLVMValueRef box)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context());
    LLVMValueRef local = LLVMBuildAlloca(builder, LLVMArrayType2(i64, sizeof(struct box) / sizeof(int64_t)), "bounds");

    for (int half = 0; half < 2; half++) {
        for (int d = 0; d < layer->space_rank; d++) {
            LLVMValueRef at = LLVMConstInt(i64, (unsigned)(half * MAX_RANK + d), FALSE);
            g_autofree char *name = g_strdup_printf("%s%d", half ? "hi" : "lo", d);
            LLVMValueRef bound =
                LLVMBuildLoad2(builder, i64, LLVMBuildInBoundsGEP2(builder, i64, box, &at, 1, ""), name);

            LLVMBuildStore(builder, bound, LLVMBuildInBoundsGEP2(builder, i64, local, &at, 1, ""));
        }
    }
    return local;
}

/* Keeps LLVM from replacing loops that copy or fill memory by calls, in scalar forms: a fault can strike a load, but
 * nothing inside a library's memcpy. */
static void keep_loops(LLVMValueRef function)
{
    LLVMAddTargetDependentFunctionAttr(function, "no-builtin-memcpy", "");
    LLVMAddTargetDependentFunctionAttr(function, "no-builtin-memmove", "");
    LLVMAddTargetDependentFunctionAttr(function, "no-builtin-memset", "");
}

static void build_layer_function(LLVMModuleRef module, const struct layer *layer, enum form form, LLVMValueRef kernel)
{
    LLVMValueRef function = declare_layer_function(module, layer);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    LLVMValueRef arguments[4];
    unsigned next = 0;

    if (form != FORM_FAST)
        keep_loops(function);
    LLVMPositionBuilderAtEnd(builder, LLVMAppendBasicBlockInContext(ir_context(), function, "entry"));
    arguments[0] = constant_bytes(module, "params", layer->params, layer->params_size);
    arguments[1] = pointer_array(builder, function, layer->inputs, layer->n_inputs, &next);
    arguments[2] = pointer_array(builder, function, layer->outputs, layer->n_outputs, &next);
    arguments[3] = local_box(builder, layer, LLVMGetParam(function, next));
    LLVMBuildCall2(builder, LLVMGlobalGetValueType(kernel), kernel, arguments, G_N_ELEMENTS(arguments), "");
    LLVMBuildRetVoid(builder);
    LLVMDisposeBuilder(builder);
}

LLVMModuleRef layer_module(const struct model *model, const struct layer *layer, enum form form, GError **error)
{
    LLVMModuleRef module = parse_kernel(layer, form, error);
    LLVMValueRef kernel;

    if (!module)
        return NULL;
    LLVMSetModuleIdentifier(module, layer->name, strlen(layer->name));
    LLVMSetSourceFileName(module, model->path, strlen(model->path));
    make_private(module);
    kernel = LLVMGetNamedFunction(module, layer->kernel);
    function_add_attribute(kernel, "alwaysinline");
    LLVMSetValueName2(kernel, "kernel", 6);
    build_layer_function(module, layer, form, kernel);
    ir_drop_target_attributes(module);
    return module;
}

LLVMValueRef layer_function(LLVMModuleRef module)
{
    LLVMValueRef f = LLVMGetFirstFunction(module);

    while (f && !LLVMGetStringAttributeAtIndex(f, (unsigned)LLVMAttributeFunctionIndex, LAYER_ATTRIBUTE,
                                               strlen(LAYER_ATTRIBUTE)))
        f = LLVMGetNextFunction(f);
    return f;
}

static void load_pointers(LLVMBuilderRef builder, LLVMValueRef array, const int *values, int n, LLVMValueRef *arguments,
                          unsigned *next)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(ir_context(), 0);

    for (int i = 0; i < n; i++) {
        LLVMValueRef at = LLVMConstInt(LLVMInt64TypeInContext(ir_context()), (unsigned)i, FALSE);

        if (values[i] >= 0)
            arguments[(*next)++] =
                LLVMBuildLoad2(builder, pointer, LLVMBuildInBoundsGEP2(builder, pointer, array, &at, 1, ""), "");
    }
}

void layer_add_entry(LLVMModuleRef module, const struct layer *layer)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(ir_context(), 0);
    LLVMTypeRef types[3] = { pointer, pointer, pointer };
    LLVMValueRef target = layer_function(module);
    LLVMValueRef entry =
        LLVMAddFunction(module, LAYER_ENTRY, LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), types, 3, FALSE));
    g_autofree LLVMValueRef *arguments = g_new(LLVMValueRef, LLVMCountParams(target));
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    unsigned next = 0;

    LLVMPositionBuilderAtEnd(builder, LLVMAppendBasicBlockInContext(ir_context(), entry, "entry"));
    load_pointers(builder, LLVMGetParam(entry, 0), layer->inputs, layer->n_inputs, arguments, &next);
    load_pointers(builder, LLVMGetParam(entry, 1), layer->outputs, layer->n_outputs, arguments, &next);
    arguments[next++] = LLVMGetParam(entry, 2);
    LLVMBuildCall2(builder, LLVMGlobalGetValueType(target), target, arguments, next, "");
    LLVMBuildRetVoid(builder);
    LLVMDisposeBuilder(builder);
}
