/* lltfi compile: LLVM's own tools accept its output, and its programs compute the same as the engine. */
#include "base/element.h"
#include "frontend/frontend.h"
#include "onnx_build.h"
#include "passes/pipeline.h"
#include "passes/protect/protect.h"
#include "tool.h"

#include <llvm-c/BitReader.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/IRReader.h>
#include <string.h>

/* The test's further arguments: run-model, and a second network for the same picture. */
static const char *run_model, *other_model;

static result_t compile(const struct fixture *fixture, const char *network, const char *emit, const char *form,
                        const char *file)
{
    return run(fixture, "compile", network, "--emit", emit, "--form", form, "-o", file, NULL);
}

static void compile_well(const struct fixture *fixture, const char *network, const char *emit, const char *form,
                         const char *file)
{
    g_auto(result_t) result = compile(fixture, network, emit, form, file);

    assert_ok(&result);
    g_assert_cmpstr(result.err, ==, "");
}

/* The picture as the network's input, in input.npy. */
static void write_input(const struct fixture *fixture, const char *network)
{
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autofree char *path = in_folder(fixture, "input.npy");
    g_autoptr(GError) error = NULL;
    g_autoptr(node_graph_t) graph = onnx_load(network, &error);
    g_autoptr(tensor_t) tensor =
        graph ? tensor_load_image(picture, node_graph_input(graph, 0), &campaign->image, &error) : NULL;

    g_assert_no_error(error);
    g_assert_true(tensor_save_npy(tensor, path, NULL));
}

/* What a program prints of a tensor: "name [1x10]: 0.25 ..."; nine digits distinguish all floats. */
static char *printed(const char *name, const struct tensor *tensor)
{
    g_autofree char *shape = shape_to_string(tensor->rank, tensor->dims);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%s [%s]:", name, shape);
    for (size_t i = 0; i < tensor->count; i++)
        g_string_append_printf(text, " %.9g", (double)((const float *)tensor->data)[i]);
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}

/* The same text, computed by the engine. */
static char *engine_output(const struct fixture *fixture, const char *network, const char *form)
{
    const char *const argv[] = { run_model, network, ".", "--form", form, "input.npy", NULL };
    g_auto(result_t) result = run_argv(fixture, argv);
    g_autofree char *path = in_folder(fixture, "output_0.npy");
    g_autoptr(tensor_t) tensor = NULL;

    assert_ok(&result);
    tensor = tensor_load_npy(path, NULL);
    g_assert_nonnull(tensor);
    g_assert_cmpint(tensor->type, ==, ELEMENT_FLOAT);
    return printed("output", tensor);
}

static void programs_compute_what_the_engine_computes(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const forms[] = { "scalar", "fast" };
    const char *const networks[] = { model, other_model };
    const char *const argv[] = { "./net", "input.npy", NULL };

    for (size_t n = 0; n < G_N_ELEMENTS(networks); n++) {
        write_input(fixture, networks[n]);
        for (size_t f = 0; f < G_N_ELEMENTS(forms); f++) {
            g_autofree char *wanted = engine_output(fixture, networks[n], forms[f]);
            g_auto(result_t) result = { 0 };

            compile_well(fixture, networks[n], "exe", forms[f], "net");
            result = run_argv(fixture, argv);
            assert_ok(&result);
            g_assert_cmpstr(result.out, ==, wanted);
        }
    }
}

static void a_program_refuses_what_does_not_fit(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *argument, *says;
        int status;
    } cases[] = {
        { NULL, "usage: ./net input.npy", 2 },
        { "none.npy", "none.npy: can't be opened", 1 },
        { "text.npy", "text.npy: is not a .npy file", 1 },
        { "double.npy", "double.npy: the element type is not the model's", 1 },
        { "shape.npy", "shape.npy: the shape is not the model's", 1 },
        { "deep.npy", "deep.npy: the shape is not the model's", 1 },
        { "short.npy", "short.npy: ends too early", 1 },
    };
    static const struct {
        const char *name;
        enum element type;
        int rank;
        int64_t dims[5];
    } arrays[] = {
        { "double.npy", ELEMENT_DOUBLE, 4, { 1, 1, 28, 28 } },
        { "shape.npy", ELEMENT_FLOAT, 4, { 1, 1, 28, 27 } },
        { "deep.npy", ELEMENT_FLOAT, 5, { 1, 1, 28, 28, 2 } },
    };

    write_input(fixture, model);
    write_text(fixture, "text.npy", "no array");
    for (size_t a = 0; a < G_N_ELEMENTS(arrays); a++) {
        g_autoptr(tensor_t) tensor = tensor_new(arrays[a].type, arrays[a].rank, arrays[a].dims, NULL);
        g_autofree char *path = in_folder(fixture, arrays[a].name);

        g_assert_true(tensor_save_npy(tensor, path, NULL));
    }
    {
        g_autofree char *whole = in_folder(fixture, "input.npy"), *bytes = NULL;
        gsize size;

        g_assert_true(g_file_get_contents(whole, &bytes, &size, NULL));
        write_file(fixture, "short.npy", bytes, size - 1);
    }
    compile_well(fixture, model, "exe", "fast", "net");
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        const char *const argv[] = { "./net", cases[c].argument, NULL };
        g_auto(result_t) result = run_argv(fixture, argv);

        assert_fails(&result, cases[c].status, cases[c].says);
    }
}

/* Finds a tool of this LLVM or a newer one; NULL: none is installed. */
static char *find_tool(const char *name)
{
    for (int version = 19; version <= 21; version++) {
        g_autofree char *numbered = g_strdup_printf("%s-%d", name, version);
        char *path = g_find_program_in_path(numbered);

        if (path)
            return path;
    }
    return NULL;
}

static void other_tools_take_the_module(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const tools[][6] = {
        { "opt", "-passes=verify", "-disable-output", "net.ll" },
        { "opt", "-passes=verify", "-disable-output", "net.bc" },
        { "llc", "-filetype=obj", "net.ll", "-o", "net.o" },
        { "clang", "-c", "net.ll", "-o", "net.o" },
        { "clang", "-O2", "-c", "net.bc", "-o", "net.o" },
        { "clang", "-shared", "net.o", "-o", "net.so", "-lm" },
    };
    static const char *const forms[] = { "scalar", "fast" };

    for (size_t f = 0; f < G_N_ELEMENTS(forms); f++) {
        compile_well(fixture, model, "llvm", forms[f], "net.ll");
        compile_well(fixture, model, "bitcode", forms[f], "net.bc");
        for (size_t t = 0; t < G_N_ELEMENTS(tools); t++) {
            g_autofree char *tool = find_tool(tools[t][0]);
            const char *argv[G_N_ELEMENTS(tools[t]) + 1] = { tool };
            g_auto(result_t) result = { 0 };

            g_assert_nonnull(tool);
            if (t + 1 == G_N_ELEMENTS(tools)) /* an object of ours */
                compile_well(fixture, model, "object", forms[f], "net.o");
            memcpy(argv + 1, tools[t] + 1, sizeof(tools[t]) - sizeof(*tools[t]));
            result = run_argv(fixture, argv);
            assert_ok(&result);
        }
    }
}

static LLVMModuleRef read_module(const struct fixture *fixture, const char *name)
{
    g_autofree char *path = in_folder(fixture, name);
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef module = NULL;
    char *message = NULL;

    g_assert_false(LLVMCreateMemoryBufferWithContentsOfFile(path, &buffer, &message));
    g_assert_false(LLVMParseIRInContext(ir_context(), buffer, &module, &message));
    return module;
}

static guint64 index_of(LLVMValueRef instruction)
{
    unsigned kind = LLVMGetMDKindIDInContext(ir_context(), "llfi_index", strlen("llfi_index"));
    LLVMValueRef node = LLVMGetMetadata(instruction, kind), number;

    g_assert_nonnull(node);
    LLVMGetMDNodeOperands(node, &number);
    return LLVMConstIntGetZExtValue(number);
}

/* Every instruction has a debug location whose line is its layer, in scalar form also its LLFI index: 1, 2, 3... */
static void check_marks(LLVMModuleRef module, gboolean indexed, unsigned layers)
{
    guint64 next = 1;
    unsigned line = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        size_t n;
        g_autofree LLVMValueRef *all = function_instructions(f, &n);

        for (size_t i = 0; i < n; i++) {
            LLVMMetadataRef location = LLVMInstructionGetDebugLoc(all[i]);

            g_assert_nonnull(location);
            line = MAX(line, LLVMDILocationGetLine(location));
            if (indexed)
                g_assert_cmpuint(index_of(all[i]), ==, next++);
        }
    }
    g_assert_cmpuint(line, ==, layers);
    g_assert_cmpuint(next > 100, ==, indexed);
}

static void every_instruction_says_where_it_comes_from(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const forms[] = { "scalar", "fast" };
    g_autoptr(node_graph_t) graph = onnx_load(model, NULL);
    g_autoptr(model_t) lowered = lower_graph(graph, NULL, NULL, NULL);

    for (size_t f = 0; f < G_N_ELEMENTS(forms); f++) {
        LLVMModuleRef module;

        compile_well(fixture, model, "llvm", forms[f], "net.ll");
        module = read_module(fixture, "net.ll");
        check_marks(module, f == 0, lowered->layers->len);
        for (guint l = 1; l <= lowered->layers->len; l++)
            g_assert_nonnull(LLVMGetNamedFunction(module, model_layer(lowered, (int)l)->name));
        g_assert_nonnull(LLVMGetNamedFunction(module, "main_graph"));
        LLVMDisposeModule(module);
    }
}

static void what_cannot_be_done_is_said(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const struct {
        const char *words[6];
        int status;
        const char *says;
    } cases[] = {
        { { model }, 2, "say where to write it: -o FILE" },
        { { model, "--emit", "pdf", "-o", "x" }, 2, "--emit pdf: it must be llvm, bitcode, object or exe" },
        { { model, "--form", "slow", "-o", "x" }, 2, "--form slow: it must be scalar" },
        { { model, "--opt-level", "4", "-o", "x" }, 2, "--opt-level must be 0, 1, 2 or 3" },
        { { model, other_model, "-o", "x" }, 2, "compile takes one model" },
        { { "-o", "x" }, 2, "compile takes one model" },
        { { "none.onnx", "-o", "x" }, 1, "none.onnx: no such file" },
        { { model, "-o", "none/x.ll" }, 1, "-o none/x.ll: there is no folder 'none'" },
        { { model, "-o", "." }, 1, "-o .: this is a folder: name a file in it" },
        { { model, "-o", "/dev/full" }, 1, "/dev/full: it can't be written: No space left on device" },
        { { "batch.onnx", "-o", "x" },
          1,
          "input 'x': dimension 'batch' has no extent: give an input, or --dim batch=1" },
        { { "batch.onnx", "--dim", "batch=-1", "-o", "x" }, 2, "NAME=EXTENT is wanted, as in batch=1" },
    };
    g_autofree char *batch = in_folder(fixture, "batch.onnx");
    Onnx__ModelProto *built = build_model(17);

    build_input(built, "x", ELEMENT_FLOAT, "batch,3");
    build_output(built, "y", ELEMENT_FLOAT, "batch,3");
    build_node(built, "relu", "Relu", "x", "y");
    build_write(built, batch);
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        const char *const *w = cases[c].words;
        g_auto(result_t) result = run(fixture, "compile", w[0], w[1], w[2], w[3], w[4], NULL);
        g_autofree char *file = in_folder(fixture, "x");

        assert_fails(&result, cases[c].status, cases[c].says);
        g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    }
}

static void files_beside_the_output_stay(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *object = in_folder(fixture, "net.o"), *text = NULL;

    write_text(fixture, "net.o", "somebody's");
    compile_well(fixture, model, "exe", "fast", "net");
    g_assert_true(g_file_get_contents(object, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "somebody's");
}

static const struct fixture_test tests[] = {
    { "programs", programs_compute_what_the_engine_computes },
    { "program-input", a_program_refuses_what_does_not_fit },
    { "tools", other_tools_take_the_module },
    { "marks", every_instruction_says_where_it_comes_from },
    { "errors", what_cannot_be_done_is_said },
    { "beside", files_beside_the_output_stay },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc != 6)
        g_error("usage: compile LLTFI MODEL PICTURE RUN_MODEL MODEL");
    tool_init(argv);
    run_model = g_canonicalize_filename(argv[4], NULL);
    other_model = g_canonicalize_filename(argv[5], NULL);
    add_tests("compile", tests, G_N_ELEMENTS(tests));
    return g_test_run();
}
