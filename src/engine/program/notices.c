/* What a campaign's user should know of its program beforehand. */
#include "engine/program/executable.h"

#include <string.h>
#include <sys/wait.h>

/* Of functions, in one notice. */
#define MOST_NAMES 4

static void notice(struct process *process, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void notice(struct process *process, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(process->notices, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* All functions that are left as they are for the same reason, where the first of them is. */
static void tell_obstacle(struct process *process, guint first)
{
    const GArray *functions = process->functions->functions;
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
        notice(process, "%u function%s left as %s, %s: %s", n, n == 1 ? " is" : "s are", n == 1 ? "it is" : "they are",
               obstacle, names->str);
}

void process_tell_left_out(struct process *process)
{
    const struct functions *functions = process->functions;

    if (functions->left_out > 0)
        notice(process, "%u of %u selected instructions can't be struck (no such register, intrinsics, memcpy...)",
               functions->left_out, functions->left_out + functions->sites->len);
    for (guint f = 0; f < functions->functions->len; f++)
        tell_obstacle(process, f);
}

/* It may be meant so; often it lacks its files. */
static void tell_failure(struct process *process, const char *status)
{
    const GByteArray *messages = process->golden->messages;
    g_autofree char *text = g_utf8_make_valid(messages->len > 0 ? (const char *)messages->data : "", messages->len);
    const char *line = strrchr(g_strchomp(text), '\n');

    line = line ? line + 1 : text;
    notice(process,
           "the program ends with %s without any fault%s%s%s. It runs in a folder of its own: does it lack files "
           "(--files NAME,...)?",
           status, *line ? " and says '" : "", line, *line ? "'" : "");
}

void process_tell_golden(struct process *process, const struct process_result *again)
{
    g_autofree char *difference = process_difference(process, process->golden, again);
    g_autofree char *status = process_status_text(again->status);
    uint64_t executed = process->functions->threads ? process->total : NEVER - again->countdown;

    if (difference)
        notice(process, "two runs without faults differ (%s): what differs by itself counts as SDC or crash of trials",
               difference);
    else if (executed != process->total)
        notice(process,
               "two runs without faults executed %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
               " selected instructions: the program depends on time, addresses or threads, so a cycle is not the same "
               "instruction in every run",
               process->total, executed);
    if (!WIFEXITED(again->status))
        notice(process, "the program ends with %s without any fault: trials that do the same are no crashes", status);
    else if (WEXITSTATUS(again->status) != 0)
        tell_failure(process, status);
    if (process->campaign->snapshots && process_outside_call(process))
        notice(process,
               "trials run from the program's beginning: it calls %s, and a run that stands still may hold what they "
               "wait for",
               process_outside_call(process));
}

void process_tell_missing(struct process *process)
{
    const uint32_t n = process->golden->shared->stripes.missing;

    if (n > 0)
        notice(
            process,
            "%u times a thread found no room for counters of its own: the profile has less than was executed. Does the "
            "program change its root folder, or its limits of memory or of open files?",
            n);
}
