/* FIDL-Algorithm: the user's own descriptions of software faults. */
#include "llfi/verbs/verbs.h"

#include "config/software_faults.h"

#include <stdio.h>
#include <string.h>

static const char help[] = "usage: FIDL-Algorithm -a FILE|default   add a file's fault descriptions to yours\n"
                           "       FIDL-Algorithm -r NAME|custom    remove one of yours, or all of them\n"
                           "       FIDL-Algorithm -l custom|default list yours, or LLFI's own\n\n"
                           "Descriptions are data, read when a campaign needs them: nothing is built.\n";

static int list(gboolean custom)
{
    const GPtrArray *all = software_faults();

    for (guint f = 0; f < all->len; f++) {
        const struct software_fault *fault = all->pdata[f];

        if (custom == (fault->from != NULL) && software_fault_find(fault->name) == fault)
            puts(fault->name);
    }
    return 0;
}

/* LLFI's own descriptions are part of the tool, so they are always there. */
static int leave_defaults(const char *what)
{
    fprintf(stderr, "lltfi: LLFI's own fault descriptions are part of this tool: nothing is %s\n", what);
    return 0;
}

int verb_fidl_algorithm(int argc, char **argv)
{
    gboolean is_default = argc == 3 && strcmp(argv[2], "default") == 0;
    gboolean is_custom = argc == 3 && strcmp(argv[2], "custom") == 0;
    g_autoptr(GError) error = NULL;

    if (argc == 3 && strcmp(argv[1], "-l") == 0 && (is_default || is_custom))
        return list(is_custom);
    if (argc == 3 && strcmp(argv[1], "-a") == 0)
        return is_default ? leave_defaults("added") : software_store_add(argv[2], &error) ? 0 : llfi_fail(error);
    if (argc == 3 && strcmp(argv[1], "-r") == 0)
        return is_default ? leave_defaults("removed")
               : software_store_remove(is_custom ? NULL : argv[2], &error) ? 0
                                                                           : llfi_fail(error);
    fputs(help, argc == 2 && strcmp(argv[1], "-h") == 0 ? stdout : stderr);
    return !(argc == 2 && strcmp(argv[1], "-h") == 0);
}
