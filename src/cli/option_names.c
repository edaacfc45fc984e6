#include "cli/options.h"

const char *option_of_setting(const char *key)
{
    const char *name = settings_option(key);
    g_autofree char *option = name ? g_strconcat("--", name, NULL) : NULL;

    return option ? g_intern_string(option) : NULL;
}
