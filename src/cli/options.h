/* The options that set a campaign's fields: run and profile share them. */
#ifndef LLTFI_OPTIONS_H
#define LLTFI_OPTIONS_H

#include "config/campaign.h"

/*
 * A campaign from a command line: every default, then the file of --config, then the options, in whatever order they
 * were given. `own` are the verb's own options; `inject`: those that decide on faults and outcomes are taken as well.
 * Prints --help and the file's notices. The caller frees the campaign.
 */
struct campaign *options_parse(GOptionContext *context, const GOptionEntry *own, gboolean inject, int argc, char **argv,
                               GError **error);

/* Makes --help list all options of all groups, and adds a verb's own ones. */
void options_add(GOptionContext *context, const GOptionEntry *own);

#endif
