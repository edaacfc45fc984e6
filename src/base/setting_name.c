#include "base/setting_name.h"

#include <stddef.h>

static const char *(*name_of)(const char *key);

const char *setting_name(const char *key)
{
    const char *name = name_of ? name_of(key) : NULL;

    return name ? name : key;
}

void setting_set_names(const char *(*name)(const char *key))
{
    name_of = name;
}

void setting_set_default_names(const char *(*name)(const char *key))
{
    if (!name_of)
        name_of = name;
}
