#include "cli/options.h"

#include "config/settings.h"

#include <string.h>

const char *option_of_setting(const char *key)
{
    g_autoptr(GPtrArray) rows = settings_options();

    for (guint r = 0; r < rows->len; r++) {
        const struct key *row = rows->pdata[r];
        g_autofree char *option = g_strconcat("--", row->option.name, NULL);

        if (strcmp(row->name, key) == 0)
            return g_intern_string(option);
    }
    return NULL;
}
