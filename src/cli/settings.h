/* One row an option that sets a campaign's fields: the command line's half of docs/configuration.md. */
#ifndef LLTFI_CLI_SETTINGS_H
#define LLTFI_CLI_SETTINGS_H

#include "config/campaign.h"

enum setting_group { GROUP_INPUT, GROUP_PROGRAM, GROUP_SITES, GROUP_FAULT, GROUP_OUTCOME, GROUP_RUN };

struct setting {
    const char *name;
    char letter; /* 0: none */
    enum setting_group group;
    const char *argument; /* NULL: a switch */
    const char *help;
    gboolean (*set)(struct campaign *campaign, const struct setting *setting, const char *value, GError **error);
    void (*reset)(struct campaign *campaign); /* before the first value is set; NULL: nothing to forget */
    gboolean is_file;
    int late;          /* set after all that is not */
    size_t offset;     /* of the field, for setters that serve several */
    int64_t low, high; /* what it may be */
};

extern const struct setting settings[]; /* ends with a NULL name */

/* What must hold between options. */
gboolean settings_check(const struct campaign *campaign, GError **error);

#endif
