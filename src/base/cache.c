#include "base/cache.h"

#include "base/errors.h"

#include <errno.h>
#include <glib/gstdio.h>

char *cache_folder(const char *kind, GError **error)
{
    g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "lltfi", kind, NULL);

    if (g_mkdir_with_parents(folder, 0700) == 0)
        return g_steal_pointer(&folder);
    set_error(error, LLTFI_ERROR_RUN, "%s: cannot make the folder for %s: %s", folder, kind, g_strerror(errno));
    return NULL;
}
