/* campaign_load: reads a YAML file into a campaign by the table of settings. */
#include "config/settings.h"

#include "base/errors.h"
#include "base/file.h"
#include "config/software_faults.h"

#include <string.h>

/* Reads the keys that others depend on first, wherever they are in the file. */
static void load_first(struct loader *loader, const struct yaml *root)
{
    const struct yaml *faults = yaml_value(root, "faults");

    if (faults)
        load_software_faults(loader, faults);
    loader->campaign->is_program |= yaml_value(root, "program") != NULL;
}

static void check_subject(struct loader *loader, const struct yaml *root)
{
    if (yaml_value(root, "model") && yaml_value(root, "program"))
        loader_error(loader, root, "a campaign has either a model or a program: remove the key 'model' or 'program'");
}

static gboolean resolve_software(struct campaign *campaign, const char *path, GError **error)
{
    if (campaign_resolve_software(campaign, error))
        return TRUE;
    g_prefix_error(error, "%s: ", path);
    return FALSE;
}

gboolean campaign_load_text(struct campaign *campaign, const char *text, gsize size, const char *path,
                            const struct dialect *dialect, GError **error)
{
    static const struct dialect none;
    g_autoptr(yaml_document_t) document = yaml_parse(text, size, path, error);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
    struct loader loader = { campaign, path, errors, 0, dialect ? dialect : &none };

    if (!document)
        return FALSE;
    g_free(campaign->file);
    campaign->file = g_strdup(path);
    load_first(&loader, document->root);
    load_map_with(&loader, document->root, campaign_keys, campaign, loader.dialect->campaign, "the configuration");
    check_subject(&loader, document->root);
    if (loader.dialect->check)
        loader.dialect->check(&loader, document->root);
    return loader_finish(&loader, error) && resolve_software(campaign, path, error);
}

gboolean campaign_load(struct campaign *campaign, const char *path, const struct dialect *dialect, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    return file && campaign_load_text(campaign, g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path,
                                      dialect, error);
}
