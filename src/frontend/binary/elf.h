/* Sections of 64-bit ELF files of this machine's byte order, by their names. */
#ifndef LLTFI_FRONTEND_BINARY_ELF_H
#define LLTFI_FRONTEND_BINARY_ELF_H

#include <glib.h>

/* Where in the file things lie. */
struct elf_section {
    guint64 name, offset, size;
};

/* Whether the open file has a section of this name; the first one is found. Any bytes may be in the file: numbers are
 * only taken as places to read from. */
gboolean elf_find(int file, const char *name, struct elf_section *found);

#endif
