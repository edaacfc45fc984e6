#include "cli/cli.h"
#include "cli/debug.h"
#include "cli/options.h"
#include "engine/model/emission.h"
#include "frontend/frontend.h"

#include "base/errors.h"

#include <string.h>

static const char summary[] = "Writes the whole model as one LLVM module: its weights, one function a node, and\n"
                              "main_graph, which calls them in order. A program (--emit exe) takes one .npy file\n"
                              "for each input and prints the outputs.";
static const char description[] = "Examples:\n"
                                  "  lltfi compile lenet.onnx --emit llvm -o lenet.ll\n"
                                  "  lltfi compile lenet.onnx --emit exe --form fast -o lenet && ./lenet eight.npy\n"
                                  "  lltfi compile net.onnx --dim batch=1 --emit bitcode -o net.bc\n";

/* The verb's own options. */
struct compile_options {
    char *emit;
    char *form;
    char *output;
    char **dims;
    int opt_level;
};

static const struct emission *find_emission(const char *name, GError **error)
{
    const struct emission *emission = emission_find(name);

    if (!emission)
        set_error(error, LLTFI_ERROR_USAGE, "--emit %s: it must be llvm, bitcode, object or exe", name);
    return emission;
}

static gboolean find_form(const char *name, enum form *form, GError **error)
{
    for (int f = 0; f <= FORM_SCALAR; f++) {
        if (strcmp(form_names[f], name) == 0) {
            *form = (enum form)f;
            return TRUE;
        }
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "--form %s: it must be scalar (what faults are injected into) or fast", name);
    return FALSE;
}

/* Checked before the model is compiled, which may take long. */
static gboolean check_output(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (g_file_test(folder, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_DIR))
        return TRUE;
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "-o %s: this is a folder: name a file in it", path);
    else
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "-o %s: there is no folder '%s'", path, folder);
    return FALSE;
}

static struct model *lower_model(const char *path, char **dims, GError **error)
{
    g_autoptr(node_graph_t) graph = onnx_load(path, error);
    g_autoptr(GPtrArray) bound = g_ptr_array_new();

    if (!graph)
        return NULL;
    for (char **dim = dims; dim && *dim; dim++)
        g_ptr_array_add(bound, *dim);
    return lower_graph(graph, NULL, bound, error);
}

static gboolean compile(const char *path, const struct compile_options *options, GError **error)
{
    const struct emission *emission = find_emission(options->emit ? options->emit : "llvm", error);
    g_autoptr(model_t) model = NULL;
    enum form form;

    if (!emission || !find_form(options->form ? options->form : "scalar", &form, error) ||
        !check_output(options->output, error))
        return FALSE;
    model = lower_model(path, options->dims, error);
    return model && model_emit(model, form, options->opt_level, NULL, emission, options->output, error);
}

static gboolean parse(int *argc, char ***argv, struct compile_options *options, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("MODEL.onnx - the whole model as LLVM IR, object file or program");
    GOptionEntry entries[] = {
        { "emit", 0, 0, G_OPTION_ARG_STRING, &options->emit, "llvm (default), bitcode, object or exe", "WHAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "where to write it", "FILE" },
        { "form", 0, 0, G_OPTION_ARG_STRING, &options->form, "scalar (default; what faults strike) or fast", "FORM" },
        { "opt-level", 0, 0, G_OPTION_ARG_INT, &options->opt_level, "optimize the scalar form further, 0 to 3", "N" },
        { "dim", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->dims, "bind a symbolic dimension, such as batch=1",
          "NAME=EXTENT" },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    debug_add(context);
    if (!options_take(context, entries, argc, argv, error))
        return FALSE;
    if (*argc == 2 && options->output && options->opt_level >= 0 && options->opt_level <= 3)
        return TRUE;
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                        *argc != 2         ? "compile takes one model: lltfi compile MODEL.onnx --emit llvm -o FILE"
                        : !options->output ? "say where to write it: -o FILE"
                                           : "--opt-level must be 0, 1, 2 or 3");
    return FALSE;
}

int cli_compile(int argc, char **argv)
{
    struct compile_options options = { 0 };
    g_autoptr(GError) error = NULL;
    int status = 0;

    if (!parse(&argc, &argv, &options, &error) || !compile(argv[1], &options, &error))
        status = cli_fail(error);
    g_free(options.emit);
    g_free(options.form);
    g_free(options.output);
    g_strfreev(options.dims);
    return status;
}
