/* The section of an object that holds its bitcode gets another name of the same length. */
#include "frontend/binary/binary.h"

#include "base/errors.h"
#include "frontend/binary/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

G_STATIC_ASSERT(sizeof(BITCODE_SECTION) == sizeof(CLANG_BITCODE_SECTION));

gboolean binary_rename_bitcode(const char *path, GError **error)
{
    static const char name[] = BITCODE_SECTION;
    int file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct elf_section section;
    gboolean done;

    if (file < 0)
        return TRUE;
    done = !elf_find(file, CLANG_BITCODE_SECTION, &section) ||
           pwrite(file, name, sizeof(name), (off_t)section.name) == (ssize_t)sizeof(name);
    if (!done)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "%s: %s", path, g_strerror(errno));
    close(file);
    return done;
}
