#include "base/folder.h"

#include "base/errors.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
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
void folder_remove(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    if (!dir && g_chmod(folder, 0700) == 0)
        dir = g_dir_open(folder, 0, NULL);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            folder_remove(path);
        else
            g_unlink(path);
    }
    g_rmdir(folder);
}
