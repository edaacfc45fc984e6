#include "cli/debug.h"

#include "base/errors.h"
#include "base/stages.h"
#include "passes/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dump_option dump;
static gboolean verbose;

static const GOptionEntry entries[] = {
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &verbose, "print how long each stage took, at the end", NULL },
    { "dump-after", 0, 0, G_OPTION_ARG_STRING, &dump.after,
      "print the IR after a pass; all: after every one; help: list them", "PASS" },
    { "dump-only", 0, 0, G_OPTION_ARG_STRING, &dump.only, "only that of a layer or function; * and ? are patterns",
      "NAME" },
    { "dump-dir", 0, 0, G_OPTION_ARG_FILENAME, &dump.folder, "write it to files there, not to stderr", "DIR" },
    { NULL },
};

static void print(const char *text)
{
    fputs(text, stderr);
}

static void list_passes(void)
{
    g_autofree char *help = pipeline_help();

    fputs(help, stdout);
}

static gboolean begin(GOptionContext *context G_GNUC_UNUSED, GOptionGroup *group G_GNUC_UNUSED,
                      gpointer data G_GNUC_UNUSED, GError **error)
{
    if (verbose)
        stages_enable();
    if (!dump.after)
        return !(dump.only || dump.folder) ||
               set_error(error, LLTFI_ERROR_USAGE, "--dump-only and --dump-dir need --dump-after PASS");
    if (strcmp(dump.after, "help") == 0) {
        list_passes();
        exit(EXIT_SUCCESS);
    }
    dump.print = print;
    if (dump_begin(&dump, error))
        return TRUE;
    g_prefix_error(error, "--dump-after: ");
    return FALSE;
}

void debug_add(GOptionContext *context)
{
    GOptionGroup *group =
        g_option_group_new("debug", "For work on LLTFI:", "Show the options for work on LLTFI", NULL, NULL);

    g_option_group_add_entries(group, entries);
    g_option_group_set_parse_hooks(group, NULL, begin);
    g_option_context_add_group(context, group);
}
