#include "base/folder.h"

#include "base/errors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean folder_error(GError **error, const char *path)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%s: cannot be copied for a run: %s", path, g_strerror(errno));
    return FALSE;
}

static gboolean copy_bytes(int from, int to)
{
    ssize_t n;

    do
        n = sendfile(to, from, NULL, 1u << 30);
    while (n > 0);
    return n == 0;
}

/* Copies keep their times: a file with another time has been changed by the program. */
static gboolean copy_times(int to, const struct stat *status)
{
    struct timespec times[2] = { status->st_atim, status->st_mtim };

    return futimens(to, times) == 0;
}

static gboolean copy_file(const char *from, const char *to, const struct stat *status, GError **error)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = source < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, status->st_mode & 0777);
    gboolean done = target >= 0 && copy_bytes(source, target) && copy_times(target, status);

    if (!done)
        folder_error(error, from);
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    return done;
}

static gboolean copy_folder(const char *from, const char *to, GError **error)
{
    g_autoptr(GDir) folder = g_dir_open(from, 0, error);
    const char *name;

    if (!folder)
        return FALSE;
    if (g_mkdir_with_parents(to, 0777) != 0)
        return folder_error(error, to);
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *target = g_build_filename(to, name, NULL);

        if (!folder_copy(source, target, error))
            return FALSE;
    }
    return TRUE;
}

gboolean folder_copy(const char *from, const char *to, GError **error)
{
    struct stat status;

    if (stat(from, &status) != 0)
        return folder_error(error, from);
    if (S_ISDIR(status.st_mode))
        return copy_folder(from, to, error);
    return !S_ISREG(status.st_mode) || copy_file(from, to, &status, error);
}

gboolean folder_fill(const char *folder, const GPtrArray *paths, GError **error)
{
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return folder_error(error, folder);
    for (guint p = 0; p < paths->len; p++) {
        g_autofree char *to = g_build_filename(folder, paths->pdata[p], NULL);
        g_autofree char *parent = g_path_get_dirname(to);

        if (g_mkdir_with_parents(parent, 0777) != 0)
            return folder_error(error, parent);
        if (!folder_copy(paths->pdata[p], to, error))
            return FALSE;
    }
    return TRUE;
}

gboolean folder_link(const char *folder, const GPtrArray *paths, GError **error)
{
    for (guint p = 0; p < paths->len; p++) {
        g_autofree char *from = g_canonicalize_filename(paths->pdata[p], NULL);
        g_autofree char *to = g_build_filename(folder, paths->pdata[p], NULL);

        if (symlink(from, to) != 0)
            return folder_error(error, to);
    }
    return TRUE;
}

/* Links are removed, not followed; the program may have taken permissions away. */
gboolean folder_is_same(const char *copy, const char *original)
{
    struct stat now, before;

    return lstat(copy, &now) == 0 && stat(original, &before) == 0 && S_ISREG(now.st_mode) && S_ISREG(before.st_mode) &&
           now.st_size == before.st_size && now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
}

static void add_written(const char *folder, const char *below, GPtrArray *names)
{
    g_autofree char *path = g_build_filename(folder, below, NULL);
    g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);
    const char *name;

    while (entries && (name = g_dir_read_name(entries))) {
        g_autofree char *inside = below ? g_build_filename(below, name, NULL) : g_strdup(name);
        g_autofree char *full = g_build_filename(folder, inside, NULL);
        struct stat status;

        if (lstat(full, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            add_written(folder, inside, names);
        else if (S_ISREG(status.st_mode) && !folder_is_same(full, inside))
            g_ptr_array_add(names, g_steal_pointer(&inside));
    }
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *folder_written(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    add_written(folder, NULL, names);
    g_ptr_array_sort(names, by_name);
    return names;
}

/* What a folder is called that is being removed. */
#define MOVED ".lltfi-"

/* Opens a folder of which a program may have taken our rights. */
static int open_folder(int parent, const char *name)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int folder = openat(parent, name, flags);

    if (folder < 0 && fchmodat(parent, name, 0700, 0) == 0)
        folder = openat(parent, name, flags);
    return folder;
}

/* Removes what is in a folder; folders that are not empty go to the top under numbers, so that no depth is too deep.
 * FALSE where something could not be removed. */
static gboolean empty_into(int folder, int top, guint64 *number)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again >= 0 ? fdopendir(again) : NULL;
    const struct dirent *entry;
    gboolean done = entries != NULL;

    fchmod(folder, 0700);
    while (entries && (entry = readdir(entries))) {
        char moved[32];

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            (folder == top && g_str_has_prefix(entry->d_name, MOVED)) || unlinkat(folder, entry->d_name, 0) == 0 ||
            unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0)
            continue;
        g_snprintf(moved, sizeof(moved), MOVED "%" G_GUINT64_FORMAT, (*number)++);
        fchmodat(folder, entry->d_name, 0700, 0);
        done &= renameat(folder, entry->d_name, top, moved) == 0;
    }
    if (entries)
        closedir(entries);
    return done;
}

/* The folders that lie at the top, one after the other, until there are none. */
static void empty(int top)
{
    guint64 number = 0;
    gboolean done = empty_into(top, top, &number);

    for (guint64 next = 0; done && next < number; next++) {
        g_autofree char *name = g_strdup_printf(MOVED "%" G_GUINT64_FORMAT, next);
        int folder = open_folder(top, name);

        done = folder >= 0 && empty_into(folder, top, &number);
        if (folder >= 0)
            close(folder);
        unlinkat(top, name, AT_REMOVEDIR);
    }
}

void folder_remove(const char *folder)
{
    int top = open_folder(AT_FDCWD, folder);

    if (top >= 0) {
        empty(top);
        close(top);
        g_rmdir(folder);
    } else {
        g_unlink(folder);
    }
}
