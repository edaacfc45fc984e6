/* `lltfi instrument`: makes the tree, that is, numbered IR, executables, and the record for the other verbs. */
#include "llfi/llfi.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/scratch.h"
#include "passes/ir/index.h"

#include <glib/gstdio.h>
#include <llvm-c/BitWriter.h>
#include <stdio.h>
#include <string.h>

/* One call of instrument. Everything is made in a temporary folder, which is renamed when it is complete. */
struct instrument {
    const struct llfi_tree *tree;
    const struct llfi_instrument *option;
    char *unfinished;
    struct campaign *campaign;
    struct program_subject *subject;
    struct llfi_record *record;
};

static const char *ending(const struct instrument *on)
{
    return on->option->readable ? "ll" : "bc";
}

static char *file_of(const struct instrument *on, const char *what, const char *end)
{
    return g_strdup_printf("%s/%s-%s.%s", on->unfinished, on->tree->stem, what, end);
}

static gboolean write_module(const struct instrument *on, LLVMModuleRef module, const char *what, GError **error)
{
    g_autofree char *path = file_of(on, what, ending(on));
    char *message = NULL;
    gboolean failed = on->option->readable ? LLVMPrintModuleToFile(module, path, &message)
                                           : LLVMWriteBitcodeToFile(module, path) != 0;

    if (failed)
        set_error(error, LLTFI_ERROR_RUN, "%s: it can't be written%s%s", path, message ? ": " : "",
                  message ? message : "");
    LLVMDisposeMessage(message);
    return !failed;
}

/* The IR with instruction numbers, from which the executables are made. */
static gboolean write_index(const struct instrument *on, const char *source, GError **error)
{
    g_autoptr(GPtrArray) sources = g_ptr_array_new();
    const struct program_option option = { .sources = sources };
    g_autoptr(program_t) program = NULL;
    g_autoptr(GString) warnings = g_string_new(NULL);

    g_ptr_array_add(sources, (gpointer)source);
    program = program_load(&option, 0, ir_context(), warnings, error);
    llfi_print_warnings(warnings);
    if (!program)
        return FALSE;
    module_mark_indices(program->module);
    return write_module(on, program->module, "llfi_index", error);
}

static char *join_libs(const GPtrArray *libs)
{
    GString *text = g_string_new(NULL);

    for (guint l = 0; l < libs->len; l++) {
        g_autofree char *quoted = g_shell_quote(libs->pdata[l]);

        g_string_append_printf(text, "%s%s", l ? " " : "", quoted);
    }
    return g_string_free(text, FALSE);
}

/* Reads the program as profile and injectfault will. */
static gboolean load(struct instrument *on, GError **error)
{
    struct program_option *program = &on->campaign->program;

    on->record->libs = join_libs(on->option->libs);
    g_ptr_array_add(program->sources, file_of(on, "llfi_index", ending(on)));
    program->libs = g_strdup(on->record->libs);
    on->subject = program_subject_load(on->campaign, error);
    if (!on->subject)
        return FALSE;
    on->record->index = g_strdup_printf("%s/%s-llfi_index.%s", on->tree->folder, on->tree->stem, ending(on));
    on->record->hash = llfi_hash(program->sources->pdata[0], error);
    on->record->ml_lines = on->option->ml_runtime;
    on->record->ml_stats = on->option->ml_stats;
    return on->record->hash != NULL;
}

/* IR does not say whether libraries need C++: if linking as C fails, it is tried as C++. */
static char *build(const struct instrument *on, LLVMModuleRef module, GError **error)
{
    struct program *program = on->subject->program;
    GError *failed = NULL;
    char *built = program_build_module(program, module, &failed);

    if (!built && !program->cxx && on->option->libs->len > 0) {
        fputs("lltfi: note: it does not link as C: trying as C++\n", stderr);
        program->cxx = on->record->cxx = TRUE;
        built = program_build_module(program, module, NULL);
    }
    if (failed && !built)
        g_propagate_error(error, failed);
    else
        g_clear_error(&failed);
    return built;
}

static gboolean write_executable(const struct instrument *on, LLVMModuleRef module, const char *what, GError **error)
{
    g_autofree char *to = file_of(on, what, "exe");
    g_autofree char *built = build(on, module, error);

    return built && folder_copy(built, to, error);
}

static gboolean write_form(const struct instrument *on, enum form form, const char *what, GError **error)
{
    const struct functions *functions = on->subject->functions;
    g_autofree unsigned *counters = g_new(unsigned, functions->n_instructions + 1);
    unsigned n_counters = 0;
    LLVMModuleRef module = program_form(on->subject, form, counters, &n_counters, error);
    gboolean done = module && write_module(on, module, what, error) &&
                    (on->option->ir_only || write_executable(on, module, what, error));

    if (form == FORM_COUNT && done) {
        g_array_append_vals(on->record->counters, counters, functions->n_instructions);
        on->record->n_counters = n_counters;
    }
    if (module)
        LLVMDisposeModule(module);
    return done;
}

/* profile and injectfault use this selection, even if input.yaml changes later. */
static gboolean write_record(const struct instrument *on, GError **error)
{
    g_autofree char *input = g_build_filename(on->unfinished, LLFI_INPUT, NULL);
    g_autofree char *record = g_build_filename(on->unfinished, LLFI_RECORD, NULL);

    return folder_copy(LLFI_INPUT, input, error) && llfi_record_save(on->record, record, error);
}

static gboolean finish(const struct instrument *on, GError **error)
{
    if (g_rename(on->unfinished, on->tree->folder) != 0)
        return system_error(error, on->tree->folder);
    if (llfi_write_base(on->campaign, &on->record->option, on->subject, error))
        return TRUE;
    folder_remove(on->tree->folder);
    return FALSE;
}

static gboolean load_campaign(struct instrument *on, GError **error)
{
    on->record = llfi_record_new();
    on->campaign = llfi_campaign_load(LLFI_INPUT, &on->record->option, error);
    if (on->campaign && !on->record->option.selects)
        return set_error(error, LLTFI_ERROR_CONFIG,
                         LLFI_INPUT ":1:1: the key 'compileOption' is missing: it says what "
                                    "is instrumented");
    return on->campaign != NULL;
}

void llfi_print_warnings(GString *warnings)
{
    fputs(warnings->str, stderr);
    g_string_truncate(warnings, 0);
}

static void print_notes(const GPtrArray *notices)
{
    for (guint n = 0; n < notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)notices->pdata[n]);
}

static gboolean instrument(struct instrument *on, const char *source, GError **error)
{
    gboolean done;

    if (!load_campaign(on, error))
        return FALSE;
    print_notes(on->campaign->notices);
    if (!write_index(on, source, error) || !load(on, error))
        return FALSE;
    print_notes(on->subject->base.notices);
    if (on->option->verbose)
        fprintf(stderr, "lltfi: %u of %u instructions are selected\n", on->subject->functions->sites->len,
                on->subject->functions->n_instructions);
    done = write_form(on, FORM_COUNT, "profiling", error) && write_form(on, FORM_FAULT, "faultinjection", error) &&
           (on->option->ir_only || llfi_trace_begin(on->subject, &on->record->option, error));
    llfi_print_warnings(on->subject->base.warnings);
    return done && write_record(on, error) && finish(on, error);
}

static gboolean check_folder(const struct llfi_tree *tree, GError **error)
{
    if (!*tree->folder || strchr(tree->folder, '/'))
        return set_error(error, LLTFI_ERROR_USAGE, "--dir '%s': it must be the name of a folder, without '/'",
                         tree->folder);
    if (g_file_test(tree->folder, G_FILE_TEST_EXISTS))
        return set_error(error, LLTFI_ERROR_USAGE, "'%s/%s' is there already: remove it, or give another --dir",
                         tree->base, tree->folder);
    return TRUE;
}

/* Error messages name the user's file, not the copy made from it. */
static void name_source(const struct instrument *on, const char *source, GError *error)
{
    g_autofree char *made = file_of(on, "llfi_index", ending(on));
    g_auto(GStrv) parts = g_strsplit(error->message, made, -1);

    g_free(error->message);
    error->message = g_strjoinv(source, parts);
}

gboolean llfi_instrument(const struct llfi_tree *tree, const char *source, const struct llfi_instrument *option,
                         GError **error)
{
    struct instrument on = { .tree = tree, .option = option };
    g_autofree char *unfinished = g_strdup("llfi-unfinished-XXXXXX");
    GError *failed = NULL;
    struct guard *guard;
    gboolean done;

    if (!check_folder(tree, error))
        return FALSE;
    if (!g_mkdtemp_full(unfinished, 0777))
        return set_error(error, LLTFI_ERROR_RUN, "%s: no folder can be made there: %s", tree->base, g_strerror(errno));
    on.unfinished = unfinished;
    guard = scratch_guard_begin(unfinished);
    done = instrument(&on, source, &failed);
    scratch_guard_end(guard);
    if (!done) {
        name_source(&on, source, failed);
        g_propagate_error(error, failed);
        folder_remove(unfinished);
    }
    program_subject_free(on.subject);
    campaign_free(on.campaign);
    llfi_record_free(on.record);
    return done;
}
