/* The file of the user's own fault descriptions. */
#include "config/software_faults.h"

#include "base/errors.h"
#include "base/file.h"

#include <errno.h>
#include <string.h>

char *software_store_path(void)
{
    return g_build_filename(g_get_user_config_dir(), "lltfi", "faults.yaml", NULL);
}

/* The known faults that were read from this file, the last one of each name: const struct software_fault *. */
static GPtrArray *faults_of(const char *from)
{
    const GPtrArray *all = software_faults();
    GPtrArray *faults = g_ptr_array_new();

    for (guint f = 0; f < all->len; f++) {
        const struct software_fault *fault = all->pdata[f];

        if (g_strcmp0(fault->from, from) == 0 && software_fault_find(fault->name) == fault)
            g_ptr_array_add(faults, (gpointer)fault);
    }
    return faults;
}

static gboolean write_all(const char *path, const GPtrArray *faults, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint f = 0; f < faults->len; f++) {
        g_autofree char *description = software_fault_text(faults->pdata[f]);

        g_string_append(text, description);
    }
    if (g_mkdir_with_parents(folder, 0777) == 0)
        return g_file_set_contents(path, text->str, (gssize)text->len, error);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%s: %s", folder, g_strerror(errno));
    return FALSE;
}

gboolean software_store_add(const char *path, GError **error)
{
    g_autofree char *store = software_store_path();
    g_autoptr(GPtrArray) faults = NULL, added = NULL;

    software_faults();
    if (!software_faults_load(path, error))
        return FALSE;
    faults = faults_of(store);
    added = faults_of(path);
    for (guint f = 0; f < added->len; f++)
        g_ptr_array_add(faults, added->pdata[f]);
    return write_all(store, faults, error);
}

gboolean software_store_remove(const char *name, GError **error)
{
    g_autofree char *store = software_store_path();
    g_autoptr(GPtrArray) faults = faults_of(store);
    gboolean found = !name;

    for (guint f = faults->len; f-- > 0;) {
        if (name && strcmp(((const struct software_fault *)faults->pdata[f])->name, name) != 0)
            continue;
        g_ptr_array_remove_index(faults, f);
        found = TRUE;
    }
    if (found)
        return write_all(store, faults, error);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "%s has no description of '%s': -l custom lists what it has",
                store, name);
    return FALSE;
}
