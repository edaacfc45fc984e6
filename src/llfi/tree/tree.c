/* Where LLFI's files are: the folder of the IR file ("base"), and the folder llfi in it. */
#include "llfi/llfi.h"

#include "base/errors.h"

#include <glib/gstdio.h>
#include <string.h>

/* Returns `found`, or frees it and returns NULL if there is no such file. */
static char *check_file(char *found, const char *path, GError **error)
{
    if (found && g_file_test(found, G_FILE_TEST_IS_REGULAR))
        return found;
    g_free(found);
    set_error(error, LLTFI_ERROR_INPUT, "'%s': there is no such file", path);
    return NULL;
}

static char *real_path(const char *path, GError **error)
{
    char *found = realpath(path, NULL), *copy = g_strdup(found);

    free(found);
    return check_file(copy, path, error);
}

static struct llfi_tree *tree_new(char *base, const char *folder, char *stem)
{
    struct llfi_tree *tree = g_new0(struct llfi_tree, 1);

    tree->base = base;
    tree->folder = g_strdup(folder);
    tree->stem = stem;
    return tree;
}

/* An IR file may be a symbolic link to another disk: base is the folder of the link. */
struct llfi_tree *llfi_tree_of_source(const char *path, const char *folder, GError **error)
{
    g_autofree char *found = check_file(g_canonicalize_filename(path, NULL), path, error);

    if (!found)
        return NULL;
    return tree_new(g_path_get_dirname(found), folder, program_name(found));
}

struct llfi_tree *llfi_tree_of_executable(const char *path, const char *ending, GError **error)
{
    g_autofree char *found = real_path(path, error), *folder = NULL, *name = NULL, *inside = NULL;

    if (!found)
        return NULL;
    inside = g_path_get_dirname(found);
    folder = g_path_get_basename(inside);
    name = g_path_get_basename(found);
    if (!g_str_has_suffix(name, ending)) {
        set_error(error, LLTFI_ERROR_USAGE,
                  "'%s' is not an executable that `lltfi instrument` made: "
                  "llfi/NAME%s is needed",
                  path, ending);
        return NULL;
    }
    return tree_new(g_path_get_dirname(inside), folder, g_strndup(name, strlen(name) - strlen(ending)));
}

void llfi_tree_free(struct llfi_tree *tree)
{
    if (!tree)
        return;
    g_free(tree->base);
    g_free(tree->folder);
    g_free(tree->stem);
    g_free(tree);
}

gboolean llfi_tree_enter(const struct llfi_tree *tree, GError **error)
{
    return g_chdir(tree->base) == 0 || set_error(error, LLTFI_ERROR_INPUT, "%s: %s", tree->base, g_strerror(errno));
}

char *llfi_path(const struct llfi_tree *tree, const char *name)
{
    return g_build_filename(tree->folder, name, NULL);
}

char *llfi_stem_path(const struct llfi_tree *tree, const char *ending)
{
    g_autofree char *name = g_strconcat(tree->stem, ending, NULL);

    return llfi_path(tree, name);
}
