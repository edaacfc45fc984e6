/* Moves files between base, the folders of runs and the tree. */
#include "llfi/llfi.h"

#include "base/errors.h"
#include "base/folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file or folder that is larger is linked instead of copied, and so is every one once all have this size. */
#define MOST_OF_ONE (G_GINT64_CONSTANT(16) << 20)
#define MOST_OF_ALL (G_GINT64_CONSTANT(64) << 20)
/* A file counts as at least this many bytes. */
#define LEAST_OF_FILE 4096

static gint64 size_of(const char *path, gint64 most);

/* A symbolic link may lead anywhere, even upwards, so a folder that has one is not copied. */
static gint64 size_of_folder(const char *path, gint64 most)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    gint64 size = dir ? LEAST_OF_FILE : most + 1;

    while (dir && size <= most && (name = g_dir_read_name(dir))) {
        g_autofree char *inside = g_build_filename(path, name, NULL);

        if (g_file_test(inside, G_FILE_TEST_IS_SYMLINK))
            return most + 1;
        size += size_of(inside, most - size);
    }
    return size;
}

/* The size of a file or folder; above `most` if it can't be copied. */
static gint64 size_of(const char *path, gint64 most)
{
    struct stat status;

    if (stat(path, &status) != 0 || access(path, R_OK) != 0)
        return most + 1;
    if (S_ISDIR(status.st_mode))
        return size_of_folder(path, most);
    return S_ISREG(status.st_mode) ? MAX(status.st_size, LEAST_OF_FILE) : most + 1;
}

/* Whether an argument is this file, or is in this folder. */
static gboolean is_argument(const struct campaign *campaign, const char *name)
{
    const GPtrArray *arguments = campaign->program.arguments;
    size_t length = strlen(name);

    for (guint a = 0; a < arguments->len; a++) {
        const char *argument = arguments->pdata[a];

        if (strncmp(argument, name, length) == 0 && (argument[length] == '\0' || argument[length] == '/'))
            return TRUE;
    }
    return FALSE;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted; NULL if it can't be read. */
static GPtrArray *names_in(const char *path, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, error);
    GPtrArray *names = dir ? g_ptr_array_new_with_free_func(g_free) : NULL;
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    if (names)
        g_ptr_array_sort(names, by_name);
    return names;
}

gboolean llfi_add_files(struct campaign *campaign, const struct llfi_tree *tree, GError **error)
{
    g_autoptr(GPtrArray) names = names_in(".", error);
    gint64 left = MOST_OF_ALL;

    for (guint n = 0; names && n < names->len; n++) {
        const char *name = names->pdata[n];
        gint64 most = MIN(left, MOST_OF_ONE), size;

        if (g_str_has_prefix(name, "llfi") || strcmp(name, tree->folder) == 0 ||
            (llvmir_is_ir(name) && !is_argument(campaign, name)))
            continue;
        size = size_of(name, most);
        left -= size <= most ? size : 0;
        if (size <= most || is_argument(campaign, name)) {
            g_ptr_array_add(campaign->program.files, g_strdup(name));
            continue;
        }
        g_ptr_array_add(campaign->program.links, g_strdup(name));
        g_ptr_array_add(
            campaign->notices,
            g_strdup_printf("'%s' is large: runs get no copy of it but a link, and must not write to it", name));
    }
    return names != NULL;
}

static gboolean keep_input(const struct llfi_tree *tree, const char *path, GError **error)
{
    g_autofree char *folder = llfi_path(tree, "prog_input");
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *to = g_build_filename(folder, name, NULL);

    return !g_file_test(path, G_FILE_TEST_IS_REGULAR) || folder_copy(path, to, error);
}

gboolean llfi_keep_inputs(const struct llfi_tree *tree, const GPtrArray *arguments, GError **error)
{
    g_autofree char *folder = llfi_path(tree, "prog_input");

    if (g_mkdir_with_parents(folder, 0777) != 0)
        return system_error(error, folder);
    for (guint a = 0; a < arguments->len; a++) {
        g_auto(GStrv) parts = g_strsplit(arguments->pdata[a], ",", -1);

        if (!keep_input(tree, arguments->pdata[a], error))
            return FALSE;
        for (char **part = parts; parts[0] && parts[1] && *part; part++)
            if (!keep_input(tree, *part, error))
                return FALSE;
    }
    return TRUE;
}

/* Whether a file in a run's folder was made or changed by the run. */
static gboolean is_new(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    struct stat now, before;

    if (lstat(path, &now) != 0 || !(S_ISREG(now.st_mode) || S_ISDIR(now.st_mode)))
        return FALSE;
    return stat(name, &before) != 0 || (S_ISREG(now.st_mode) && !folder_is_same(path, name));
}

GPtrArray *llfi_new_files(const char *folder)
{
    g_autoptr(GPtrArray) names = names_in(folder, NULL);
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);

    for (guint n = 0; names && n < names->len; n++)
        if (is_new(folder, names->pdata[n]))
            g_ptr_array_add(found, g_strdup(names->pdata[n]));
    return found;
}

char *llfi_numbered_name(const char *name, const char *number)
{
    const char *dot = strrchr(name, '.');

    if (!dot)
        return g_strdup_printf(".%s.%s", number, name);
    return g_strdup_printf("%.*s.%s%s", (int)(dot - name), name, number, dot);
}

/* The program may have removed permissions. */
gboolean llfi_move(const char *from, const char *to, GError **error)
{
    gboolean is_folder = g_file_test(from, G_FILE_TEST_IS_DIR);

    g_chmod(from, is_folder ? 0777 : 0666);
    if (is_folder)
        folder_remove(to);
    return g_rename(from, to) == 0 || folder_copy(from, to, error);
}
