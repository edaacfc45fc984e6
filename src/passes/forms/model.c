/* The module of a whole model, layer by layer: what `lltfi compile` writes. */
#include "passes/forms/model.h"

#include "base/errors.h"
#include "ops/ops.h"
#include "passes/forms/forms.h"
#include "passes/ir/index.h"
#include "runtime/model/main.h"

#include <llvm-c/BitReader.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/Linker.h>

#include <string.h>

/* A module that grows by the model's layers. */
struct model_builder {
    const struct model *model;
    LLVMModuleRef module;
    LLVMBuilderRef ir;
    LLVMDIBuilderRef debug;
    LLVMMetadataRef file;
    LLVMValueRef *values;    /* by value number: a global, or a parameter of main_graph */
    LLVMValueRef *functions; /* by layer number - 1 */
    unsigned next_index;     /* LLFI index */
    enum form form;
    struct protect_order *protection; /* NULL: none */
};

static LLVMTypeRef pointer_type(void)
{
    return LLVMPointerTypeInContext(ir_context(), 0);
}

static LLVMTypeRef int64_type(void)
{
    return LLVMInt64TypeInContext(ir_context());
}

static size_t value_size(const struct value *value)
{
    size_t size = element_size(value->type);

    for (int d = 0; d < value->rank; d++)
        size *= (size_t)value->dims[d];
    return size;
}

static LLVMValueRef string_constant(struct model_builder *b, const char *text)
{
    LLVMValueRef data = LLVMConstStringInContext2(ir_context(), text, strlen(text), FALSE);
    LLVMValueRef global = LLVMAddGlobal(b->module, LLVMTypeOf(data), "string");

    LLVMSetInitializer(global, data);
    LLVMSetGlobalConstant(global, TRUE);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    return global;
}

static LLVMValueRef constant_data(struct model_builder *b, const struct tensor *tensor)
{
    g_autofree LLVMValueRef *strings = NULL;

    if (tensor->type != ELEMENT_STRING)
        return LLVMConstStringInContext2(ir_context(), tensor->data, tensor->size, TRUE);
    strings = g_new(LLVMValueRef, MAX(tensor->count, 1));
    for (size_t i = 0; i < tensor->count; i++)
        strings[i] = string_constant(b, ((char **)tensor->data)[i]);
    return LLVMConstArray2(pointer_type(), strings, tensor->count);
}

/* Weights become constants; the outputs of layers are zeroed buffers. */
static void add_globals(struct model_builder *b)
{
    for (guint v = 0; v < b->model->values->len; v++) {
        const struct value *value = b->model->values->pdata[v];
        LLVMValueRef data, global;

        if (!value->constant && value->producer <= 0)
            continue;
        data = value->constant
                   ? constant_data(b, value->constant)
                   : LLVMConstNull(LLVMArrayType2(LLVMInt8TypeInContext(ir_context()), MAX(value_size(value), 1)));
        global = LLVMAddGlobal(b->module, LLVMTypeOf(data), value->name);
        LLVMSetInitializer(global, data);
        LLVMSetGlobalConstant(global, value->constant != NULL);
        LLVMSetLinkage(global, LLVMInternalLinkage);
        LLVMSetAlignment(global, 64);
        b->values[v] = global;
    }
}

static LLVMValueRef add_box(struct model_builder *b, const struct layer *layer)
{
    LLVMValueRef bounds[2 * MAX_RANK], data, global;
    g_autofree char *name = g_strconcat(layer->name, ".box", NULL);

    for (int d = 0; d < MAX_RANK; d++) {
        bounds[d] = LLVMConstInt(int64_type(), 0, FALSE);
        bounds[MAX_RANK + d] = LLVMConstInt(int64_type(), d < layer->space_rank ? (uint64_t)layer->space[d] : 0, FALSE);
    }
    data = LLVMConstArray2(int64_type(), bounds, 2 * MAX_RANK);
    global = LLVMAddGlobal(b->module, LLVMTypeOf(data), name);
    LLVMSetInitializer(global, data);
    LLVMSetGlobalConstant(global, TRUE);
    LLVMSetLinkage(global, LLVMInternalLinkage);
    return global;
}

static LLVMMetadataRef add_subprogram(struct model_builder *b, LLVMValueRef function, const char *name, unsigned line)
{
    LLVMMetadataRef type = LLVMDIBuilderCreateSubroutineType(b->debug, b->file, NULL, 0, LLVMDIFlagZero);
    LLVMMetadataRef subprogram =
        LLVMDIBuilderCreateFunction(b->debug, b->file, name, strlen(name), name, strlen(name), b->file, line, type,
                                    FALSE, TRUE, line, LLVMDIFlagZero, TRUE);

    LLVMSetSubprogram(function, subprogram);
    return subprogram;
}

/* Adds debug locations (the layer's number is the line) and, in scalar form, LLFI indices. */
static void mark_instructions(struct model_builder *b, LLVMValueRef function, const char *name, unsigned line)
{
    LLVMMetadataRef subprogram = add_subprogram(b, function, name, line);
    LLVMMetadataRef location = LLVMDIBuilderCreateDebugLocation(ir_context(), line, 0, subprogram, NULL);
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    for (size_t i = 0; i < n; i++) {
        LLVMInstructionSetDebugLoc(all[i], location);
        if (b->form != FORM_FAST)
            instruction_mark_index(all[i], b->next_index);
        b->next_index++;
    }
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block; block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
            instruction_remove_mark(i);
            LLVMInstructionSetDebugLoc(i, location);
        }
}

/* The layer's function. Its rules know instructions by the numbers that they have without protection. */
static LLVMModuleRef make_layer(struct model_builder *b, const struct layer *layer, int opt_level, GError **error)
{
    struct protect_order order = { .layer = layer, .first_index = b->next_index, .originals_only = TRUE };
    LLVMModuleRef module;

    if (b->protection)
        order.protection = b->protection->protection;
    module = pipeline_layer(b->model, layer, b->form, opt_level, b->protection ? &order : NULL, error);
    if (b->protection) {
        b->protection->n_originals += order.n_originals;
        b->protection->n_protected += order.n_protected;
    }
    return module;
}

static gboolean add_layer(struct model_builder *b, const struct layer *layer, int opt_level, GError **error)
{
    LLVMModuleRef module = make_layer(b, layer, opt_level, error);
    g_autofree char *name = NULL;
    LLVMValueRef function;

    if (!module)
        return FALSE;
    name = g_strdup(LLVMGetValueName(layer_function(module)));
    if (LLVMLinkModules2(b->module, module))
        return set_error(error, LLTFI_ERROR_COMPILE,
                         "layer '%s' does not link: its name is that of a library function or of main_graph",
                         layer->name);
    function = LLVMGetNamedFunction(b->module, name);
    mark_instructions(b, function, layer->name, (unsigned)layer->number);
    b->functions[layer->number - 1] = function;
    return TRUE;
}

static unsigned add_arguments(const struct model_builder *b, const int *values, int n, LLVMValueRef *arguments)
{
    unsigned present = 0;

    for (int i = 0; i < n; i++)
        if (values[i] >= 0)
            arguments[present++] = b->values[values[i]];
    return present;
}

static void call_layer(struct model_builder *b, const struct layer *layer)
{
    LLVMValueRef function = b->functions[layer->number - 1];
    g_autofree LLVMValueRef *arguments = g_new(LLVMValueRef, LLVMCountParams(function));
    unsigned n = add_arguments(b, layer->inputs, layer->n_inputs, arguments);

    n += add_arguments(b, layer->outputs, layer->n_outputs, arguments + n);
    arguments[n++] = add_box(b, layer);
    LLVMBuildCall2(b->ir, LLVMGlobalGetValueType(function), function, arguments, n, "");
}

static void copy_outputs(struct model_builder *b, LLVMValueRef function)
{
    for (guint o = 0; o < b->model->outputs->len; o++) {
        int value = g_array_index(b->model->outputs, int, o);
        LLVMValueRef size = LLVMConstInt(int64_type(), value_size(model_value(b->model, value)), FALSE);

        LLVMBuildMemCpy(b->ir, LLVMGetParam(function, b->model->inputs->len + o), 1, b->values[value], 1, size);
    }
}

static void name_parameter(LLVMValueRef parameter, const struct value *value)
{
    LLVMSetValueName2(parameter, value->name, strlen(value->name));
}

static LLVMValueRef add_main_graph(struct model_builder *b)
{
    guint inputs = b->model->inputs->len, n = inputs + b->model->outputs->len;
    g_autofree LLVMTypeRef *types = g_new(LLVMTypeRef, MAX(n, 1));
    LLVMValueRef function;

    for (guint i = 0; i < n; i++)
        types[i] = pointer_type();
    function = LLVMAddFunction(b->module, "main_graph",
                               LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), types, n, FALSE));
    for (guint i = 0; i < inputs; i++) {
        int value = g_array_index(b->model->inputs, int, i);

        b->values[value] = LLVMGetParam(function, i);
        name_parameter(b->values[value], model_value(b->model, value));
    }
    for (guint o = 0; o < b->model->outputs->len; o++)
        name_parameter(LLVMGetParam(function, inputs + o),
                       model_value(b->model, g_array_index(b->model->outputs, int, o)));
    LLVMPositionBuilderAtEnd(b->ir, LLVMAppendBasicBlockInContext(ir_context(), function, "entry"));
    for (guint l = 1; l <= b->model->layers->len; l++)
        call_layer(b, model_layer(b->model, (int)l));
    copy_outputs(b, function);
    LLVMBuildRetVoid(b->ir);
    mark_instructions(b, function, "main_graph", 0);
    return function;
}

static LLVMValueRef load_pointer(struct model_builder *b, LLVMValueRef array, guint i)
{
    LLVMValueRef at = LLVMConstInt(int64_type(), i, FALSE);

    return LLVMBuildLoad2(b->ir, pointer_type(), LLVMBuildInBoundsGEP2(b->ir, pointer_type(), array, &at, 1, ""), "");
}

static void add_array_entry(struct model_builder *b, LLVMValueRef main_graph)
{
    guint inputs = b->model->inputs->len, n = inputs + b->model->outputs->len;
    LLVMTypeRef types[2] = { pointer_type(), pointer_type() };
    LLVMValueRef function = LLVMAddFunction(b->module, "lltfi_main_graph",
                                            LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), types, 2, FALSE));
    g_autofree LLVMValueRef *arguments = g_new(LLVMValueRef, MAX(n, 1));

    LLVMPositionBuilderAtEnd(b->ir, LLVMAppendBasicBlockInContext(ir_context(), function, "entry"));
    for (guint i = 0; i < n; i++)
        arguments[i] = i < inputs ? load_pointer(b, LLVMGetParam(function, 0), i)
                                  : load_pointer(b, LLVMGetParam(function, 1), i - inputs);
    LLVMBuildCall2(b->ir, LLVMGlobalGetValueType(main_graph), main_graph, arguments, n, "");
    LLVMBuildRetVoid(b->ir);
    mark_instructions(b, function, "lltfi_main_graph", 0);
}

/* struct model_port of runtime/model/main.h. */
static LLVMValueRef port_constant(struct model_builder *b, LLVMTypeRef type, const struct value *value)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(ir_context());
    LLVMValueRef dims[MAX_RANK], fields[6];

    for (int d = 0; d < MAX_RANK; d++)
        dims[d] = LLVMConstInt(int64_type(), d < value->rank ? (uint64_t)value->dims[d] : 0, FALSE);
    fields[0] = string_constant(b, value->name);
    fields[1] = LLVMConstInt(i32, value->type, FALSE);
    fields[2] = LLVMConstInt(i32, (unsigned)value->rank, FALSE);
    fields[3] = LLVMConstArray2(int64_type(), dims, MAX_RANK);
    fields[4] = LLVMConstInt(int64_type(), element_size(value->type), FALSE);
    fields[5] = LLVMConstInt(int64_type(), value_size(value) / element_size(value->type), FALSE);
    return LLVMConstNamedStruct(type, fields, 6);
}

static void add_ports(struct model_builder *b, LLVMTypeRef type, const char *name, const GArray *values)
{
    g_autofree LLVMValueRef *ports = g_new(LLVMValueRef, MAX(values->len, 1));
    g_autofree char *count_name = g_strconcat(name, "_count", NULL);
    LLVMValueRef table, count;

    for (guint i = 0; i < values->len; i++)
        ports[i] = port_constant(b, type, model_value(b->model, g_array_index(values, int, i)));
    table = LLVMAddGlobal(b->module, LLVMArrayType2(type, values->len), name);
    LLVMSetInitializer(table, LLVMConstArray2(type, ports, values->len));
    LLVMSetGlobalConstant(table, TRUE);
    count = LLVMAddGlobal(b->module, int64_type(), count_name);
    LLVMSetInitializer(count, LLVMConstInt(int64_type(), values->len, FALSE));
    LLVMSetGlobalConstant(count, TRUE);
}

static void add_port_tables(struct model_builder *b)
{
    LLVMTypeRef type = LLVMStructCreateNamed(ir_context(), "model_port");
    LLVMTypeRef i32 = LLVMInt32TypeInContext(ir_context());
    LLVMTypeRef fields[6] = { pointer_type(), i32,         i32, LLVMArrayType2(int64_type(), MAX_RANK),
                              int64_type(),   int64_type() };

    LLVMStructSetBody(type, fields, 6, FALSE);
    add_ports(b, type, "lltfi_inputs", b->model->inputs);
    add_ports(b, type, "lltfi_outputs", b->model->outputs);
}

static void start_debug_info(struct model_builder *b)
{
    g_autofree char *name = g_path_get_basename(b->model->path);
    g_autofree char *folder = g_path_get_dirname(b->model->path);
    LLVMMetadataRef version =
        LLVMValueAsMetadata(LLVMConstInt(LLVMInt32TypeInContext(ir_context()), LLVMDebugMetadataVersion(), FALSE));

    LLVMAddModuleFlag(b->module, LLVMModuleFlagBehaviorWarning, "Debug Info Version", strlen("Debug Info Version"),
                      version);
    b->debug = LLVMCreateDIBuilder(b->module);
    b->file = LLVMDIBuilderCreateFile(b->debug, name, strlen(name), folder, strlen(folder));
    LLVMDIBuilderCreateCompileUnit(b->debug, LLVMDWARFSourceLanguageC11, b->file, "lltfi", strlen("lltfi"), FALSE, "",
                                   0, 0, "", 0, LLVMDWARFEmissionLineTablesOnly, 0, FALSE, FALSE, "", 0, "", 0);
}

void model_builder_free(struct model_builder *b)
{
    LLVMDisposeBuilder(b->ir);
    LLVMDisposeDIBuilder(b->debug);
    g_free(b->values);
    g_free(b->functions);
    g_free(b);
}

gboolean model_begin(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    struct model_builder *b = g_new0(struct model_builder, 1);
    char *triple = LLVMGetTargetMachineTriple(ir_target_machine());

    c->builder = b;
    c->module = b->module = LLVMModuleCreateWithNameInContext(c->model->path, ir_context());
    LLVMSetModuleDataLayout(b->module, ir_data_layout());
    LLVMSetTarget(b->module, triple);
    LLVMDisposeMessage(triple);
    b->model = c->model;
    b->form = c->form;
    b->protection = c->protection;
    b->next_index = 1;
    b->ir = LLVMCreateBuilderInContext(ir_context());
    b->values = g_new0(LLVMValueRef, MAX(b->model->values->len, 1));
    b->functions = g_new0(LLVMValueRef, MAX(b->model->layers->len, 1));
    start_debug_info(b);
    return TRUE;
}

gboolean model_add_layers(struct compilation *c, GError **error)
{
    for (guint l = 1; l <= c->model->layers->len; l++)
        if (!add_layer(c->builder, model_layer(c->model, (int)l), c->opt_level, error))
            return FALSE;
    return TRUE;
}

gboolean model_add_graph(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    add_globals(c->builder);
    add_array_entry(c->builder, add_main_graph(c->builder));
    add_port_tables(c->builder);
    if (c->protection)
        protect_define_reports(c->module, c->protection->aborts);
    return TRUE;
}

gboolean model_end(struct compilation *c, GError **error G_GNUC_UNUSED)
{
    LLVMDIBuilderFinalize(c->builder->debug);
    return TRUE;
}

LLVMModuleRef model_module(const struct model *model, enum form form, int opt_level, struct protect_order *protection,
                           GError **error)
{
    return pipeline_run(&(struct compilation){ .what = COMPILE_MODEL,
                                               .form = form,
                                               .name = model->path,
                                               .opt_level = opt_level,
                                               .protection = protection,
                                               .model = model },
                        error);
}

gboolean model_add_main(LLVMModuleRef module, GError **error)
{
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRange(
        (const char *)runtime_model_bitcode, (size_t)(runtime_model_bitcode_end - runtime_model_bitcode), "main",
        FALSE);
    LLVMModuleRef main_module;
    gboolean failed = LLVMParseBitcodeInContext2(ir_context(), buffer, &main_module);

    LLVMDisposeMemoryBuffer(buffer);
    if (failed || LLVMLinkModules2(module, main_module)) {
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE,
                            "the runtime's main() does not link: a node of the model is named as one of its functions");
        return FALSE;
    }
    ir_drop_target_attributes(module);
    return TRUE;
}
