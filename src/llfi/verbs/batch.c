/* batchInstrument, batchProfile and batchInjectfault: run the verb of that name for each fault model, in a folder of
 * its own. */
#include "llfi/verbs/verbs.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/folder.h"
#include "frontend/program.h"
#include "llfi/dialect/models.h"
#include "llfi/llfi.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* LLFI's exit status for an input.yaml that names no models. */
#define NO_MODELS 255

static const char help[] = "usage: lltfi batchInstrument [OPTION...] FILE.ll\n"
                           "       lltfi batchProfile FILE.ll [ARGUMENT...]\n"
                           "       lltfi batchInjectfault FILE.ll [ARGUMENT...]\n\n"
                           "For input.yaml files that list several names in a customInstselector: each gets a folder\n"
                           "llfi-NAME beside FILE.ll with a copy of all that is there, in which `lltfi instrument`,\n"
                           "`profile` and `injectfault` run. The exit status is the number of those that failed.\n";

/* One call of a batch command. */
struct batch {
    const char *verb;   /* what runs for each model */
    const char *ending; /* of the executable that it takes; NULL: it takes the IR file */
    int source;         /* which argument the IR file is */
    int argc;
    char **argv;
    struct llfi_tree *tree;
    char *name; /* of the IR file */
};

static char *folder_of(const char *model)
{
    return g_strconcat("llfi-", model, NULL);
}

/* Makes a model's folder, with base's files and an input.yaml for this model. */
static gboolean fill(const struct yaml_document *document, const char *model, GError **error)
{
    g_autofree char *folder = folder_of(model), *text = llfi_model_text(document, model);
    g_autofree char *input = g_build_filename(folder, LLFI_INPUT, NULL);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(".", 0, error);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        if (!g_str_has_prefix(name, "llfi") && strcmp(name, LLFI_INPUT) != 0)
            g_ptr_array_add(paths, g_strdup(name));
    folder_remove(folder);
    return dir && folder_fill(folder, paths, error) && file_write(input, text, strlen(text), error);
}

static GPtrArray *command_of(const struct batch *batch)
{
    GPtrArray *command = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(command, g_file_read_link("/proc/self/exe", NULL));
    g_ptr_array_add(command, g_strdup(batch->verb));
    for (int a = 1; a < batch->argc; a++) {
        if (a != batch->source)
            g_ptr_array_add(command, g_strdup(batch->argv[a]));
        else if (batch->ending)
            g_ptr_array_add(command, llfi_stem_path(batch->tree, batch->ending));
        else
            g_ptr_array_add(command, g_strdup(batch->name));
    }
    g_ptr_array_add(command, NULL);
    return command;
}

/* Runs the verb for one model. */
static gboolean run_model(const struct batch *batch, const char *model, GError **error)
{
    g_autofree char *folder = folder_of(model);
    g_autoptr(GPtrArray) command = command_of(batch);
    int status;

    printf("lltfi: %s: %s\n", batch->verb, folder);
    fflush(stdout);
    if (!g_spawn_sync(folder, (char **)command->pdata, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL,
                      &status, error))
        return FALSE;
    return g_spawn_check_wait_status(status, error);
}

static int run_models(const struct batch *batch, const struct yaml_document *document, const GPtrArray *models)
{
    int failed = 0;

    for (guint m = 0; m < models->len; m++) {
        g_autoptr(GError) error = NULL;

        if ((batch->ending || fill(document, models->pdata[m], &error)) && run_model(batch, models->pdata[m], &error))
            continue;
        fprintf(stderr, "lltfi: %s of '%s' failed: %s\n", batch->verb, (char *)models->pdata[m], error->message);
        failed++;
    }
    return failed;
}

static int run(struct batch *batch, GError **error)
{
    g_autoptr(GMappedFile) file = NULL;
    g_autoptr(yaml_document_t) document = NULL;
    g_autoptr(GPtrArray) models = NULL;

    batch->tree = llfi_tree_of_source(batch->argv[batch->source], "llfi", error);
    batch->name = g_path_get_basename(batch->argv[batch->source]);
    if (!batch->tree || !llfi_tree_enter(batch->tree, error))
        return 1;
    file = file_map(LLFI_INPUT, error);
    document =
        file ? yaml_parse(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), LLFI_INPUT, error) : NULL;
    models = document ? llfi_model_names(document, LLFI_INPUT, error) : NULL;
    return models ? run_models(batch, document, models) : NO_MODELS;
}

/* Among instrument's arguments the IR file is the one that is neither an option nor the value of --dir or -L. */
static int find_source(int argc, char **argv, gboolean options)
{
    for (int a = 1; a < argc; a++) {
        if (options && (strcmp(argv[a], "--dir") == 0 || strcmp(argv[a], "-L") == 0))
            a++;
        else if (!options || *argv[a] != '-')
            return a;
    }
    return 0;
}

static int batch(int argc, char **argv, const char *verb, const char *ending)
{
    struct batch on = { verb, ending, find_source(argc, argv, !ending), argc, argv, NULL, NULL };
    g_autoptr(GError) error = NULL;
    int status;

    if (on.source == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(help, argc < 2 ? stderr : stdout);
        return argc < 2;
    }
    status = run(&on, &error);
    if (error)
        llfi_fail(error);
    llfi_tree_free(on.tree);
    g_free(on.name);
    return status;
}

int verb_batch_instrument(int argc, char **argv)
{
    return batch(argc, argv, "instrument", NULL);
}

int verb_batch_profile(int argc, char **argv)
{
    return batch(argc, argv, "profile", LLFI_PROFILING);
}

int verb_batch_injectfault(int argc, char **argv)
{
    return batch(argc, argv, "injectfault", LLFI_FAULTINJECTION);
}
