#include "engine/program/subject.h"

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

/* Folders are identified by their names. */
static void add_file(GString *text, const char *path)
{
    g_autofree char *bytes = NULL, *hash = NULL;
    gsize size = 0;

    if (g_file_get_contents(path, &bytes, &size, NULL))
        hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, size);
    g_string_append_printf(text, "file %s: %s\n", path, hash ? hash : "folder");
}

void program_add_identity(const struct subject *base, GString *text)
{
    const struct program_subject *subject = program_subject_of(base);
    const struct program_option *option = &base->campaign->program;

    g_string_append_printf(text, "program: %s\n", subject->program->hash);
    add_list(text, "link", subject->program->link);
    add_list(text, "command", subject->words);
    add_list(text, "outputs", option->outputs);
    if (option->ignore->len > 0)
        add_list(text, "ignored lines", option->ignore);
    g_string_append_printf(text, "standard error: %s\n", option->ignores_messages ? "off" : "compared");
    for (guint i = 0; i < subject->inputs->len; i++)
        add_file(text, subject->inputs->pdata[i]);
    if (option->input)
        add_file(text, option->input);
    g_string_append_printf(text, "threads: %d\ndetected status: %d\n", subject->functions->threads,
                           option->detected_status);
    subject_add_sites(text, base->sites);
}
