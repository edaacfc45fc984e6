#include "base/file.h"

#include "base/errors.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *reason(int number)
{
    return number == ENOENT ? "no such file" : number == EISDIR ? "a file is wanted, not a folder" : g_strerror(number);
}

/* Fails for folders too, which open() accepts. */
static int open_file(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (file < 0 || fstat(file, &status) != 0 || !S_ISDIR(status.st_mode))
        return file;
    close(file);
    errno = EISDIR;
    return -1;
}

GMappedFile *file_map(const char *path, GError **error)
{
    int file = open_file(path);
    g_autoptr(GError) failed = NULL;
    GMappedFile *mapped;

    if (file < 0) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: %s", path, reason(errno));
        return NULL;
    }
    mapped = g_mapped_file_new_from_fd(file, FALSE, &failed);
    close(file);
    if (!mapped)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: it can't be read: %s", path, failed->message);
    return mapped;
}

gboolean file_write_all(int file, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        ssize_t n = write(file, at, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        at += n;
        size -= (size_t)n;
    }
    return TRUE;
}

static gboolean write_beside(const char *path, const void *data, size_t size)
{
    g_autofree char *beside = g_strconcat(path, ".XXXXXX", NULL);
    int file = g_mkstemp_full(beside, O_WRONLY | O_CLOEXEC, 0666);
    int failure = 0;

    if (file < 0)
        return FALSE;
    if (!file_write_all(file, data, size))
        failure = errno;
    if (close(file) != 0 && !failure)
        failure = errno;
    if (!failure && rename(beside, path) == 0)
        return TRUE;
    failure = failure ? failure : errno;
    g_unlink(beside);
    errno = failure;
    return FALSE;
}

/* Devices and pipes. */
static gboolean write_into(const char *path, const void *data, size_t size)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    gboolean done = file >= 0 && file_write_all(file, data, size);
    int failure = errno;

    if (file >= 0)
        close(file);
    errno = failure;
    return done;
}

gboolean file_write(const char *path, const void *data, size_t size, GError **error)
{
    gboolean special = g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR);

    if (special ? write_into(path, data, size) : write_beside(path, data, size))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%s: it can't be written: %s", path,
                errno == ENOENT ? "no such folder" : reason(errno));
    return FALSE;
}
