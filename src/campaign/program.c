#include "campaign/program.h"

#include "base/scratch.h"
#include "campaign/session.h"
#include "report/progress.h"

#include <stdio.h>

struct process *program_start(const struct campaign *campaign, const char *scratch, gboolean quiet, GError **error)
{
    g_autoptr(process_t) process = NULL;
    struct guard *guard = guard_begin(scratch);
    gboolean done;

    progress_phase("compiling the program and running it without faults", quiet);
    process = process_new(campaign, error);
    done = process && process_golden(process, scratch, error);
    progress_phase_end(quiet);
    guard_end(guard);
    for (guint n = 0; process && n < process->notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)process->notices->pdata[n]);
    return done ? g_steal_pointer(&process) : NULL;
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
    g_autofree char *octets = NULL, *hash = NULL;
    gsize size = 0;

    if (g_file_get_contents(path, &octets, &size, NULL))
        hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)octets, size);
    g_string_append_printf(text, "file %s: %s\n", path, hash ? hash : "folder");
}

char *program_identity(const struct process *process)
{
    const struct program_option *option = &process->campaign->program;
    g_autofree char *canonical = campaign_canonical(process->campaign);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "program: %s\n", process->program->hash);
    add_list(text, "link", process->program->link);
    add_list(text, "command", process->words);
    add_list(text, "outputs", option->outputs);
    for (guint i = 0; i < process->inputs->len; i++)
        add_file(text, process->inputs->pdata[i]);
    if (option->input)
        add_file(text, option->input);
    g_string_append_printf(text, "threads: %d\ndetected status: %d\n", process->functions->threads,
                           option->detected_status);
    identity_add_sites(text, process->functions->sites);
    g_string_append(text, canonical);
    return g_string_free(text, FALSE);
}
