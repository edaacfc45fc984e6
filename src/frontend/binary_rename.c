/* The section of an object that holds its bitcode gets another name of the same length. */
#include "frontend/binary.h"

#include "base/errors.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

G_STATIC_ASSERT(sizeof(BITCODE_SECTION) == sizeof(CLANG_BITCODE_SECTION));

static gboolean read_at(int file, uint64_t offset, void *to, size_t size)
{
    return pread(file, to, size, (off_t)offset) == (ssize_t)size;
}

static gboolean read_header(int file, Elf64_Ehdr *header)
{
    return read_at(file, 0, header, sizeof(*header)) && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
           header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_shentsize == sizeof(Elf64_Shdr);
}

/* Large objects keep these two numbers in section 0. */
static gboolean read_extents(int file, const Elf64_Ehdr *header, uint64_t *sections, uint64_t *names)
{
    Elf64_Shdr first;

    if (!read_at(file, header->e_shoff, &first, sizeof(first)))
        return FALSE;
    *sections = header->e_shnum > 0 ? header->e_shnum : first.sh_size;
    *names = header->e_shstrndx == SHN_XINDEX ? first.sh_link : header->e_shstrndx;
    return TRUE;
}

/* FALSE: the name can't be written. */
static gboolean rename_sections(int file)
{
    static const char clang[] = CLANG_BITCODE_SECTION, ours[] = BITCODE_SECTION;
    Elf64_Ehdr header;
    Elf64_Shdr names, section;
    uint64_t n, index;

    if (!read_header(file, &header) || !read_extents(file, &header, &n, &index) ||
        !read_at(file, header.e_shoff + index * sizeof(names), &names, sizeof(names)))
        return TRUE;
    for (uint64_t s = 0; s < n; s++) {
        char name[sizeof(clang)];

        if (!read_at(file, header.e_shoff + s * sizeof(section), &section, sizeof(section)))
            return TRUE;
        if (read_at(file, names.sh_offset + section.sh_name, name, sizeof(name)) &&
            memcmp(name, clang, sizeof(clang)) == 0)
            return pwrite(file, ours, sizeof(ours), (off_t)(names.sh_offset + section.sh_name)) ==
                   (ssize_t)sizeof(ours);
    }
    return TRUE;
}

gboolean binary_rename_bitcode(const char *path, GError **error)
{
    int file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? open(path, O_RDWR | O_CLOEXEC) : -1;
    gboolean done;

    if (file < 0)
        return TRUE;
    done = rename_sections(file);
    if (!done)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "%s: %s", path, g_strerror(errno));
    close(file);
    return done;
}
