/* How a trial of a program ended: by its exit status, its standard output and its files. */
#include "engine/program/texts.h"

#include "base/errors.h"
#include "base/folder.h"
#include "engine/outcome.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* Of files, in the definition of SDC. */
#define MOST_NAMES 8

char *status_text(int status)
{
    if (WIFEXITED(status))
        return g_strdup_printf("exit status %d", WEXITSTATUS(status));
    return g_strdup_printf("signal %d (%s)", WTERMSIG(status), g_strsignal(WTERMSIG(status)));
}

char *program_golden_text(const struct program_subject *subject)
{
    g_autofree char *status = status_text(subject->golden->status);

    return g_strdup_printf("%s, %u bytes of standard output, %" G_GUINT64_FORMAT " selected instructions", status,
                           subject->golden->output->len, subject->total);
}

gboolean program_check_rule(const struct outcome_option *option, GError **error)
{
    if (option->rule != RULE_CLASSIFIER && option->rule != RULE_REGRESSION)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG,
                "the outcome rule '%s' is for models: programs have exact, tolerance and command",
                outcome_rule_names[option->rule]);
    return FALSE;
}

static const char *file_of_text(const struct program_subject *subject, guint i)
{
    return i == STANDARD_OUTPUT ? "stdout" : i == STANDARD_ERROR ? "stderr" : text_name(subject, i);
}

/* A run's texts as files for the user's command: "stdout", "stderr", and the files under their own names. */
static gboolean save_texts(const struct program_subject *subject, const struct run_result *result, const char *folder,
                           GError **error)
{
    for (guint i = 0; i < texts_count(subject); i++) {
        struct text text = text_of(result, i);
        g_autofree char *path = g_build_filename(folder, file_of_text(subject, i), NULL);
        g_autofree char *parent = g_path_get_dirname(path);

        g_mkdir_with_parents(parent, 0700);
        if (text.bytes && !g_file_set_contents(path, text.bytes, (gssize)text.size, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean ask_command(const struct program_subject *subject, const struct run_result *result, const char *scratch,
                            struct trial *trial, GError **error)
{
    g_autofree char *golden = g_build_filename(scratch, "golden", NULL);
    g_autofree char *faulty = g_build_filename(scratch, "faulty", NULL);
    gboolean folders = subject->golden->files->len > 0;
    g_autofree char *golden_path = g_build_filename(golden, folders ? NULL : "stdout", NULL);
    g_autofree char *faulty_path = g_build_filename(faulty, folders ? NULL : "stdout", NULL);
    int status = -1;

    if (save_texts(subject, subject->golden, golden, error) && save_texts(subject, result, faulty, error))
        status = outcome_ask_command(subject->base.campaign->outcome.command, golden_path, faulty_path, error);
    folder_remove(golden);
    folder_remove(faulty);
    if (status == 1) {
        trial->outcome = OUTCOME_SDC;
        trial->sdc |= SDC_COMMAND;
    }
    return status >= 0;
}

/* Compares the texts of a program that ended as it does without faults. */
static gboolean compare(const struct program_subject *subject, const struct run_result *result, const char *scratch,
                        struct trial *trial, GError **error)
{
    const struct outcome_option *option = &subject->base.campaign->outcome;

    trial->outcome = OUTCOME_BENIGN;
    trial->deviation = 0;
    if (texts_same(subject, subject->golden, result))
        return TRUE;
    trial->sdc = SDC_EXACT;
    if (option->rule == RULE_COMMAND)
        return ask_command(subject, result, scratch, trial, error);
    if (option->rule == RULE_TOLERANCE) {
        if (texts_within_tolerance(subject, result, trial))
            return TRUE;
        trial->sdc |= SDC_TOLERANCE;
    } else {
        trial->deviation = NAN;
    }
    trial->outcome = OUTCOME_SDC;
    return TRUE;
}

static gboolean says_detected(const struct program_subject *subject, const struct run_result *result)
{
    int status = subject->base.campaign->program.detected_status;

    return result->shared->detected == 1 ||
           (status >= 0 && WIFEXITED(result->status) && WEXITSTATUS(result->status) == status &&
            result->status != subject->golden->status);
}

gboolean program_judge(const struct program_subject *subject, const struct run_result *result, gboolean injects,
                       const char *scratch, struct trial *trial, GError **error)
{
    gboolean detected = says_detected(subject, result);

    trial->golden_right = trial->faulty_right = trial->faulty_class = -1;
    trial->deviation = trial->faulty_confidence = trial->golden_class_confidence = NAN;
    if (result->timed_out || result->status != subject->golden->status) {
        trial->signal = !result->timed_out && WIFSIGNALED(result->status) ? WTERMSIG(result->status) : 0;
        trial->outcome = detected ? OUTCOME_DETECTED : result->timed_out ? OUTCOME_HANG : OUTCOME_CRASH;
        return TRUE;
    }
    if (!compare(subject, result, scratch, trial, error))
        return FALSE;
    if (injects && trial->n_injections == 0)
        trial->outcome = OUTCOME_NOT_ACTIVATED;
    else if (detected)
        trial->outcome = trial->outcome == OUTCOME_SDC ? OUTCOME_DETECTED : OUTCOME_CORRECTED;
    else
        trial->outcome = outcome_after(trial->outcome, result->shared->corrected == 1);
    return TRUE;
}

static void define_rule(GString *text, const struct outcome_option *option)
{
    switch (option->rule) {
    case RULE_TOLERANCE:
        g_string_append_printf(text,
                               "some number in them differs by more than %g + %g * |golden|, or some other word "
                               "differs",
                               option->absolute_tolerance, option->relative_tolerance);
        break;
    case RULE_COMMAND:
        g_string_append_printf(text, "the command '%s' said that they are wrong", option->command);
        break;
    default:
        g_string_append(text, "some byte of them differs");
        break;
    }
}

char *program_sdc_definition(const struct program_subject *subject)
{
    const struct campaign *campaign = subject->base.campaign;
    const GPtrArray *names = subject->golden->names;
    GString *text = g_string_new("SDC here: the program ended as in the golden run, but of its standard output");

    if (text_is_compared(subject, STANDARD_ERROR))
        g_string_append(text, ", its standard error");
    for (guint n = 0; n < MIN(names->len, MOST_NAMES); n++)
        g_string_append_printf(text, ", '%s'", (char *)names->pdata[n]);
    if (names->len > MOST_NAMES)
        g_string_append_printf(text, " and %u more files", names->len - MOST_NAMES);
    g_string_append(text, ", ");
    define_rule(text, &campaign->outcome);
    g_string_append(text,
                    ".\nCrash: it ended with another exit status than the golden run, or by a signal. Detected: it "
                    "called lltfi_detected()");
    if (campaign->program.detected_status >= 0)
        g_string_append_printf(text, " or ended with status %d", campaign->program.detected_status);
    g_string_append_c(text, '.');
    return g_string_free(text, FALSE);
}
