/* How a trial of a program ended: by its exit status, its standard output and its files. */
#include "engine/program/subject.h"

#include "base/errors.h"
#include "base/folder.h"
#include "engine/outcome.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* The texts that are compared: standard output, then the files. NULL bytes: the file is missing. */
struct text {
    const char *bytes;
    size_t size;
};

static struct text text_of(const struct run_result *result, guint i)
{
    GBytes *file = i > 0 ? result->files->pdata[i - 1] : NULL;
    struct text text = { (const char *)result->output->data, result->output->len };
    gsize size = 0;

    if (i == 0) {
        text.bytes = text.bytes ? text.bytes : "";
        return text;
    }
    text.bytes = file ? g_bytes_get_data(file, &size) : NULL;
    text.bytes = file && !text.bytes ? "" : text.bytes;
    text.size = size;
    return text;
}

static guint count_texts(const struct program_subject *subject)
{
    return 1 + subject->base.campaign->program.outputs->len;
}

static const char *name_of_text(const struct program_subject *subject, guint i)
{
    return i == 0 ? "standard output" : subject->base.campaign->program.outputs->pdata[i - 1];
}

static gboolean same_text(struct text a, struct text b)
{
    if (!a.bytes || !b.bytes)
        return !a.bytes && !b.bytes;
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

static gboolean same_texts(const struct program_subject *subject, const struct run_result *a,
                           const struct run_result *b)
{
    for (guint i = 0; i < count_texts(subject); i++)
        if (!same_text(text_of(a, i), text_of(b, i)))
            return FALSE;
    return TRUE;
}

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

/* A line in a form that messages can show. */
static char *shown_line(const char *line, size_t left)
{
    const char *end = memchr(line, '\n', left);
    g_autofree char *copy = g_strndup(line, MIN(end ? (size_t)(end - line) : left, 60));
    char *valid = g_utf8_make_valid(copy, -1);

    for (char *c = valid; *c; c++)
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    return valid;
}

static char *text_difference(const char *name, struct text a, struct text b)
{
    g_autofree char *one = NULL, *other = NULL;
    size_t at = 0, line = 0, number = 1;

    if (!a.bytes || !b.bytes)
        return g_strdup_printf("%s: written in one run, missing in the other", name);
    while (at < a.size && at < b.size && a.bytes[at] == b.bytes[at]) {
        if (a.bytes[at++] != '\n')
            continue;
        number++;
        line = at;
    }
    one = shown_line(a.bytes + line, a.size - line);
    other = shown_line(b.bytes + line, b.size - line);
    return g_strdup_printf("%s, line %zu: '%s' and '%s'", name, number, one, other);
}

char *run_difference(const struct program_subject *subject, const struct run_result *a, const struct run_result *b)
{
    if (a->status != b->status) {
        g_autofree char *one = status_text(a->status), *other = status_text(b->status);

        return g_strdup_printf("%s and %s", one, other);
    }
    for (guint i = 0; i < count_texts(subject); i++)
        if (!same_text(text_of(a, i), text_of(b, i)))
            return text_difference(name_of_text(subject, i), text_of(a, i), text_of(b, i));
    return NULL;
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

/* The next word, without separators; FALSE if there is none. */
static gboolean next_word(struct text *text, struct text *word)
{
    static const char separators[] = " \t\r\n,;:=()[]{}";
    size_t skipped = 0, length = 0;

    while (skipped < text->size && memchr(separators, text->bytes[skipped], sizeof(separators)))
        skipped++;
    while (skipped + length < text->size && !memchr(separators, text->bytes[skipped + length], sizeof(separators)))
        length++;
    *word = (struct text){ text->bytes + skipped, length };
    text->bytes += skipped + length;
    text->size -= skipped + length;
    return length > 0;
}

static gboolean read_number(struct text word, double *number)
{
    char copy[64], *end;

    if (word.size >= sizeof(copy))
        return FALSE;
    memcpy(copy, word.bytes, word.size);
    copy[word.size] = '\0';
    *number = g_ascii_strtod(copy, &end);
    return *end == '\0';
}

/* Whether all numbers differ by at most the tolerance and all other words are equal. Updates the trial's deviation. */
static gboolean within_tolerance(const struct outcome_option *option, struct text golden, struct text faulty,
                                 struct trial *trial)
{
    gboolean within = golden.bytes && faulty.bytes;
    struct text before, after;

    while (within) {
        gboolean more = next_word(&golden, &before);
        double a, b, distance;

        if (next_word(&faulty, &after) != more)
            return FALSE;
        if (!more)
            break;
        if (same_text(before, after))
            continue;
        if (!read_number(before, &a) || !read_number(after, &b))
            return FALSE;
        distance = fabs(a - b);
        trial->deviation = distance > trial->deviation || isnan(distance) ? distance : trial->deviation;
        within = distance <= option->absolute_tolerance + option->relative_tolerance * fabs(a);
    }
    return within;
}

static gboolean all_within_tolerance(const struct program_subject *subject, const struct run_result *result,
                                     struct trial *trial)
{
    for (guint i = 0; i < count_texts(subject); i++) {
        struct text golden = text_of(subject->golden, i), faulty = text_of(result, i);

        if (!same_text(golden, faulty) && !within_tolerance(&subject->base.campaign->outcome, golden, faulty, trial))
            return FALSE;
    }
    return TRUE;
}

/* Writes a run's texts as files for the user's command: "stdout", and the files under their own names. */
static gboolean save_texts(const struct program_subject *subject, const struct run_result *result, const char *folder,
                           GError **error)
{
    for (guint i = 0; i < count_texts(subject); i++) {
        struct text text = text_of(result, i);
        g_autofree char *path = g_build_filename(folder, i == 0 ? "stdout" : name_of_text(subject, i), NULL);
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
    gboolean folders = subject->base.campaign->program.outputs->len > 0;
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
    if (same_texts(subject, subject->golden, result))
        return TRUE;
    trial->sdc = SDC_EXACT;
    if (option->rule == RULE_COMMAND)
        return ask_command(subject, result, scratch, trial, error);
    if (option->rule == RULE_TOLERANCE) {
        if (all_within_tolerance(subject, result, trial))
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

char *program_sdc_definition(const struct campaign *campaign)
{
    GString *text = g_string_new("SDC here: the program ended as in the golden run, but of its standard output");

    for (guint o = 0; o < campaign->program.outputs->len; o++)
        g_string_append_printf(text, ", '%s'", (char *)campaign->program.outputs->pdata[o]);
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
