/* The files that trials write into LLFI's tree. */
#include "llfi/llfi.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char *const folders[] = { "std_output", "std_error", "error_output", "llfi_stat_output", "prog_output" };

/* LLFI puts this before and after the output of a program that it killed. */
static const char killed[] = "\n\n ### Process killed by LLFI for timing out ###\n";

gboolean llfi_trials_begin(const struct llfi_trials *trials, GError **error)
{
    for (size_t f = 0; f < G_N_ELEMENTS(folders); f++) {
        g_autofree char *path = llfi_path(trials->tree, folders[f]);

        folder_remove(path);
        if (g_mkdir_with_parents(path, 0777) != 0)
            return system_error(error, path);
    }
    return TRUE;
}

static gboolean write_text(const struct llfi_trials *trials, const char *folder, const char *name, const char *number,
                           const void *bytes, size_t size, GError **error)
{
    g_autofree char *file = g_strdup_printf("%s/%s%s", folder, name, number);
    g_autofree char *path = llfi_path(trials->tree, file);

    return file_write(path, bytes, size, error);
}

static gboolean write_output(const struct llfi_trials *trials, const struct run_result *result, const char *number,
                             GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (result->timed_out)
        g_string_append(text, killed);
    g_string_append_len(text, (const char *)result->output->data, result->output->len);
    if (result->timed_out)
        g_string_append(text, killed);
    return write_text(trials, "std_output", "std_outputfile-run-", number, text->str, text->len, error) &&
           (result->messages->len == 0 || write_text(trials, "std_error", "std_errorfile-run-", number,
                                                     result->messages->data, result->messages->len, error));
}

/* LLFI's return code: minus the signal, or the exit status. */
static int return_code(const struct run_result *result)
{
    if (result->timed_out)
        return LLFI_TIMED_OUT;
    return WIFSIGNALED(result->status) ? -WTERMSIG(result->status) : WEXITSTATUS(result->status);
}

/* A trial that ends as the golden run did has not crashed, whatever the status. */
static gboolean write_error(const struct llfi_trials *trials, const struct program_subject *subject,
                            const struct run_result *result, const char *number, GError **error)
{
    int code = return_code(result);
    g_autofree char *text = NULL;

    if (!result->timed_out && result->status == subject->golden->status)
        return TRUE;
    text = result->timed_out ? g_strdup("Program hang\n")
                             : g_strdup_printf("Program crashed, terminated by %s, return code %d\n",
                                               code < 0 ? "the system" : "itself", code);
    return write_text(trials, "error_output", "errorfile-run-", number, text, strlen(text), error);
}

static gboolean write_injections(const struct llfi_trials *trials, const struct program_subject *subject,
                                 const struct trial *trial, const char *number, GError **error)
{
    g_autofree char *name = llfi_numbered_name("llfi.stat.fi.injectedfaults.txt", number);
    g_autoptr(GString) text = g_string_new(NULL);

    llfi_append_injections(text, trials, subject, trial);
    return text->len == 0 || write_text(trials, "llfi_stat_output", name, "", text->str, text->len, error);
}

static gboolean write_trace(const struct llfi_trials *trials, const struct program_subject *subject,
                            const struct run_result *result, const char *number, GError **error)
{
    g_autofree char *file = g_strdup_printf("llfi_stat_output/llfi.stat.trace.%s.txt", number);
    g_autofree char *path = llfi_path(trials->tree, file);

    return llfi_trace_write(subject, result, path, error);
}

/* LLFI removes its own files if they are empty. */
static gboolean is_empty(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

static gboolean move_files(const struct llfi_trials *trials, const char *folder, const char *number, GError **error)
{
    g_autoptr(GPtrArray) names = llfi_new_files(folder);

    for (guint n = 0; n < names->len; n++) {
        const char *name = names->pdata[n];
        gboolean own = g_str_has_prefix(name, "llfi");
        g_autofree char *kept = llfi_numbered_name(name, number);
        g_autofree char *from = g_build_filename(folder, name, NULL);
        g_autofree char *to = llfi_path(trials->tree, own ? "llfi_stat_output" : "prog_output");
        g_autofree char *path = g_build_filename(to, kept, NULL);

        if (!(own && is_empty(from)) && !llfi_move(from, path, error))
            return FALSE;
    }
    return TRUE;
}

gboolean llfi_keep_trial(const struct program_subject *subject, const struct planned *planned G_GNUC_UNUSED,
                         const struct run_result *result, const struct trial *trial, const char *folder, gpointer data,
                         GError **error)
{
    const struct llfi_trials *trials = data;
    g_autofree char *number = llfi_trial_number(trials->campaign, trial->number, NULL, NULL);

    trials->statuses[trial->number] = return_code(result);
    return write_output(trials, result, number, error) && write_error(trials, subject, result, number, error) &&
           write_injections(trials, subject, trial, number, error) &&
           write_trace(trials, subject, result, number, error) && move_files(trials, folder, number, error);
}
