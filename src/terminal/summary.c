#include "terminal/terminal.h"

#include "report/breakdown.h"
#include "report/chart.h"
#include "report/text.h"

#include <string.h>

static gboolean take_number(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                            GError **error G_GNUC_UNUSED)
{
    *(char **)data = g_strdup(values[0]);
    return TRUE;
}

/* The first SDC is worth a replay. */
static gboolean print_next(struct store *store, const char *dir, GError **error)
{
    const char *program = terminal_program ? terminal_program : "lltfi";
    g_autofree char *quoted = g_shell_quote(dir), *trial = NULL, *lines = NULL;
    const char *shown = strpbrk(dir, " \t\n'\"\\$&;|<>()*?[]#~`!{}") ? quoted : dir;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!store_query(store, "SELECT number FROM trial ORDER BY outcome <> 'SDC', number LIMIT 1", take_number, &trial,
                     error))
        return FALSE;
    g_string_append_printf(text,
                           "\nThe results are in %s/campaign.db (SQLite), pictures in %s/graphs.\n"
                           "Look further:\n"
                           "  %s results %s --by %s\n"
                           "  %s results %s --by %s --format csv\n",
                           dir, dir, program, shown, store_has_tensors(store) ? "tensor" : "instruction", program,
                           shown, store_is_program(store) ? "line" : "layer");
    if (trial)
        g_string_append_printf(text, "  %s replay %s --trial %s\n", program, shown, trial);
    lines = printable_lines(text->str);
    fputs(lines, stdout);
    return TRUE;
}

gboolean terminal_summary(const char *dir, gboolean exact, GError **error)
{
    struct report_option option = { .exact = exact };
    g_autoptr(store_t) store = store_open_read(dir, error);

    terminal_describe(&option);
    return store && charts_write(store, dir, &option, error) && report_summary(store, dir, &option, stdout, error) &&
           print_next(store, dir, error);
}
