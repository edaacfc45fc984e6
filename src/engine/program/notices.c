/* What a campaign's user should know of its program beforehand. */
#include "engine/program/subject.h"

#include "base/setting_name.h"
#include "passes/analysis/library.h"

#include <string.h>
#include <sys/wait.h>

/* Of functions, in one notice. */
#define MOST_NAMES 4

static void notice(struct program_subject *subject, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void notice(struct program_subject *subject, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(subject->base.notices, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* All functions that are left as they are for the same reason, where the first of them is. */
static void tell_obstacle(struct program_subject *subject, guint first)
{
    const GArray *functions = subject->functions->functions;
    const char *obstacle = g_array_index(functions, struct function, first).obstacle;
    g_autoptr(GString) names = g_string_new(NULL);
    guint n = 0;

    for (guint f = 0; obstacle && f < functions->len; f++) {
        const struct function *function = &g_array_index(functions, struct function, f);

        if (g_strcmp0(function->obstacle, obstacle) != 0)
            continue;
        if (f < first)
            return;
        if (n++ < MOST_NAMES)
            g_string_append_printf(names, "%s%s", n > 1 ? ", " : "", function->name);
    }
    if (n > MOST_NAMES)
        g_string_append_printf(names, " and %u more", n - MOST_NAMES);
    if (n > 0)
        notice(subject, "%u function%s left as %s, %s: %s", n, n == 1 ? " is" : "s are", n == 1 ? "it is" : "they are",
               obstacle, names->str);
}

void program_note_left_out(struct program_subject *subject)
{
    const struct functions *functions = subject->functions;

    if (functions->left_out > 0)
        notice(subject, "%u of %u selected instructions can't be struck (no such register, intrinsics, memcpy...)",
               functions->left_out, functions->left_out + functions->sites->len);
    for (guint f = 0; f < functions->functions->len; f++)
        tell_obstacle(subject, f);
}

/* It may be meant so; often it lacks its files. */
static void tell_failure(struct program_subject *subject, const char *status)
{
    const GByteArray *messages = subject->golden->messages;
    g_autofree char *text = g_utf8_make_valid(messages->len > 0 ? (const char *)messages->data : "", messages->len);
    const char *line = strrchr(g_strchomp(text), '\n');

    line = line ? line + 1 : text;
    notice(subject,
           "the program ends with %s without any fault%s%s%s. It runs in a folder of its own: does it lack files "
           "(%s NAME,...)?",
           status, *line ? " and says '" : "", line, *line ? "'" : "", setting_name("files"));
}

/* Calls that lead out of a run's folder to what processes share: addresses, memory and locks of the system. */
static const char *const outside_calls[] = {
    "connect", "bind", "shm_open", "shmget", "sem_open", "semget", "mq_open", "msgget", "flock", "lockf", "mkfifo",
};

const char *program_outside_call(const struct program_subject *subject)
{
    for (size_t c = 0; c < G_N_ELEMENTS(outside_calls); c++) {
        LLVMValueRef function = LLVMGetNamedFunction(subject->program->module, outside_calls[c]);

        if (function && LLVMIsDeclaration(function))
            return outside_calls[c];
    }
    return NULL;
}

void program_note_golden(struct program_subject *subject, const struct run_result *again)
{
    g_autofree char *difference = run_difference(subject, subject->golden, again);
    g_autofree char *status = status_text(again->status);
    uint64_t executed = subject->functions->threads ? subject->total : NEVER - again->countdown;

    if (difference)
        notice(subject, "two runs without faults differ (%s): what differs by itself counts as SDC or crash of trials",
               difference);
    else if (executed != subject->total)
        notice(subject,
               "two runs without faults executed %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
               " selected instructions: the program depends on time, addresses or threads, so a cycle is not the same "
               "instruction in every run",
               subject->total, executed);
    if (!WIFEXITED(again->status))
        notice(subject, "the program ends with %s without any fault: trials that do the same are no crashes", status);
    else if (WEXITSTATUS(again->status) != 0)
        tell_failure(subject, status);
    if (subject->base.campaign->snapshots && program_outside_call(subject))
        notice(subject,
               "trials run from the program's beginning: it calls %s, and a run that stands still may hold what they "
               "wait for",
               program_outside_call(subject));
}

void program_note_missing(struct program_subject *subject)
{
    const uint32_t n = subject->golden->shared->stripes.missing;

    if (n > 0)
        notice(
            subject,
            "%u times a thread found no room for counters of its own: the profile has less than was executed. Does the "
            "program change its root folder, or its limits of memory or of open files?",
            n);
}

const char *program_outside_call(const struct program_subject *subject)
{
    return library_find_declared(subject->program->module, LIBRARY_SHARES);
}
