/* Sections of 64-bit ELF files of this machine's byte order, by their names. */
#ifndef LLTFI_FRONTEND_BINARY_ELF_H
#define LLTFI_FRONTEND_BINARY_ELF_H

#include <glib.h>

/* Offsets in the file, and the section's size. */
struct elf_section {
    guint64 name, offset, size;
};

/* Finds the first section of this name in an open file, which is untrusted: its numbers are used only as offsets to
 * read from. */
gboolean elf_find(int file, const char *name, struct elf_section *found);

#endif
