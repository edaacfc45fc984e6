/* Notices about a program for the campaign's user: what can't be struck, and what its runs without faults show. */
#include "engine/program/subject.h"

#include "base/setting_name.h"
#include "engine/program/confine.h"
#include "passes/analysis/library.h"

#include <string.h>
#include <sys/wait.h>

/* Functions that a notice names. */
#define MOST_NAMES 4

static void notice(struct program_subject *subject, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void notice(struct program_subject *subject, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(subject->base.notices, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* Adds one notice for all functions that have the same obstacle, when called for the first of them. */
static void note_obstacle(struct program_subject *subject, guint first)
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
        notice(subject, "%u function%s not instrumented, %s: %s", n, n == 1 ? " is" : "s are", obstacle, names->str);
}

void program_note_left_out(struct program_subject *subject)
{
    const struct functions *functions = subject->functions;

    if (functions->left_out > 0)
        notice(subject, "%u of %u selected instructions can't be struck (no such register, intrinsics, memcpy...)",
               functions->left_out, functions->left_out + functions->sites->len);
    for (guint f = 0; f < functions->functions->len; f++)
        note_obstacle(subject, f);
}

/* The failure may be intended, but often the program lacks its files. */
static void note_failure(struct program_subject *subject, const char *status)
{
    const GByteArray *messages = subject->golden->messages;
    g_autofree char *text = g_utf8_make_valid(messages->len > 0 ? (const char *)messages->data : "", messages->len);
    const char *line = strrchr(g_strchomp(text), '\n');

    line = line ? line + 1 : text;
    if (WIFEXITED(subject->golden->status))
        notice(subject,
               "the program ends with %s without any fault%s%s%s. It runs in a folder of its own: does it lack files "
               "(%s NAME,...)?",
               status, *line ? " and says '" : "", line, *line ? "'" : "", setting_name("files"));
    else
        notice(subject, "the program ends with %s without any fault%s%s%s: trials that do the same are not crashes",
               status, *line ? " and says '" : "", line, *line ? "'" : "");
}

void program_note_golden(struct program_subject *subject, const struct run_result *again)
{
    g_autofree char *status = status_text(again->status);
    uint64_t executed = subject->functions->threads ? subject->total : NEVER - again->countdown;

    if (subject->base.unsteady)
        notice(subject, "two runs without faults differ (%s): trials that differ in this way count as SDC or crash",
               subject->base.unsteady);
    else if (executed != subject->total)
        notice(subject,
               "two runs without faults executed %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
               " selected instructions: the program depends on time, addresses or threads, so a cycle is not the same "
               "instruction in every run",
               subject->total, executed);
    if (again->status != 0)
        note_failure(subject, status);
    if (subject->confining->why_not)
        notice(subject,
               "runs are not confined: %s. A struck program may signal the user's other processes, change files and "
               "disturb other runs",
               subject->confining->why_not);
    if (!subject->confining->current && subject->base.campaign->snapshots && program_outside_call(subject))
        notice(subject,
               "trials run from the program's beginning: it calls %s, and a stopped run may hold a lock or a "
               "connection that "
               "they need",
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
