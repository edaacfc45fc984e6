#include "frontend/binary/elf.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

#define LONGEST_NAME 64

static gboolean read_at(int file, guint64 offset, void *to, size_t size)
{
    return offset <= G_MAXINT64 && pread(file, to, size, (off_t)offset) == (ssize_t)size;
}

static gboolean read_header(int file, Elf64_Ehdr *header)
{
    return read_at(file, 0, header, sizeof(*header)) && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
           header->e_ident[EI_CLASS] == ELFCLASS64 &&
           header->e_ident[EI_DATA] == (G_BYTE_ORDER == G_LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB) &&
           header->e_shentsize == sizeof(Elf64_Shdr);
}

static gboolean read_section(int file, const Elf64_Ehdr *header, guint64 index, Elf64_Shdr *section)
{
    return index < G_MAXINT64 / sizeof(*section) &&
           read_at(file, header->e_shoff + index * sizeof(*section), section, sizeof(*section));
}

/* Files with too many sections for the header's fields keep these two numbers in section 0. */
static gboolean read_extents(int file, const Elf64_Ehdr *header, guint64 *sections, guint64 *names)
{
    Elf64_Shdr first;

    if (header->e_shoff == 0 || !read_section(file, header, 0, &first))
        return FALSE;
    *sections = header->e_shnum > 0 ? header->e_shnum : first.sh_size;
    *names = header->e_shstrndx == SHN_XINDEX ? first.sh_link : header->e_shstrndx;
    return TRUE;
}

static gboolean has_name(int file, guint64 at, const char *name)
{
    char text[LONGEST_NAME];
    size_t size = strlen(name) + 1;

    return size <= sizeof(text) && read_at(file, at, text, size) && memcmp(text, name, size) == 0;
}

gboolean elf_find(int file, const char *name, struct elf_section *found)
{
    Elf64_Ehdr header;
    Elf64_Shdr names, section;
    guint64 n, index;

    if (!read_header(file, &header) || !read_extents(file, &header, &n, &index) ||
        !read_section(file, &header, index, &names))
        return FALSE;
    for (guint64 s = 0; s < n && read_section(file, &header, s, &section); s++) {
        if (!has_name(file, names.sh_offset + section.sh_name, name))
            continue;
        *found = (struct elf_section){ names.sh_offset + section.sh_name, section.sh_offset, section.sh_size };
        return TRUE;
    }
    return FALSE;
}
