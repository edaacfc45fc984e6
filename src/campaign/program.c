#include "campaign/program.h"

#include "base/scratch.h"
#include "campaign/session.h"
#include "report/progress.h"

#include <stdio.h>

struct program_subject *program_start(const struct campaign *campaign, const char *scratch, gboolean quiet,
                                      GError **error)
{
    g_autoptr(program_subject_t) subject = NULL;
    struct guard *guard = scratch_guard_begin(scratch);
    gboolean done;

    progress_phase("compiling the program and running it without faults", quiet);
    subject = program_subject_new(campaign, error);
    done = subject && program_run_golden(subject, scratch, error);
    progress_phase_end(quiet);
    scratch_guard_end(guard);
    for (guint n = 0; subject && n < subject->notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)subject->notices->pdata[n]);
    return done ? g_steal_pointer(&subject) : NULL;
}

static void add_list(GString *text, const char *key, const GPtrArray *list)
{
    g_string_append_printf(text, "%s:", key);
    for (guint i = 0; i < list->len && list->pdata[i]; i++) {
        g_autofree char *quoted = g_shell_quote(list->pdata[i]);
        g_auto(GStrv) lines = g_strsplit(quoted, "\n", -1);
        g_autofree char *line = g_strjoinv("\\n", lines);

        g_string_append_printf(text, " %s", line);
    }
    g_string_append_c(text, '\n');
}

/* Folders are known by their names. */
static void add_file(GString *text, const char *path)
{
    g_autofree char *bytes = NULL, *hash = NULL;
    gsize size = 0;

    if (g_file_get_contents(path, &bytes, &size, NULL))
        hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, size);
    g_string_append_printf(text, "file %s: %s\n", path, hash ? hash : "folder");
}

char *program_identity(const struct program_subject *subject)
{
    const struct program_option *option = &subject->campaign->program;
    g_autofree char *canonical = campaign_canonical(subject->campaign);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "program: %s\n", subject->program->hash);
    add_list(text, "link", subject->program->link);
    add_list(text, "command", subject->words);
    add_list(text, "outputs", option->outputs);
    for (guint i = 0; i < subject->inputs->len; i++)
        add_file(text, subject->inputs->pdata[i]);
    if (option->input)
        add_file(text, option->input);
    g_string_append_printf(text, "threads: %d\ndetected status: %d\n", subject->functions->threads,
                           option->detected_status);
    identity_add_sites(text, subject->functions->sites);
    g_string_append(text, canonical);
    return g_string_free(text, FALSE);
}
