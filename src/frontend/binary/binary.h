/*
 * Executables and libraries that carry their own LLVM IR: what `lltfi cc` makes and `lltfi run ./program` takes.
 *
 * Each object has its bitcode in a section, as clang -fembed-bitcode would write it. A linker puts the sections of all
 * objects behind each other, so an executable has the bitcode of all that went into it, members of archives too. The
 * section has a name of its own: plugins of ar and ld take objects with clang's .llvmbc for objects to optimize.
 *
 * What linked it is in another section: RECORD_MAGIC, "cc" or "c++", the folder, the number of words, the words; each
 * ended by a zero byte.
 */
#ifndef LLTFI_FRONTEND_BINARY_BINARY_H
#define LLTFI_FRONTEND_BINARY_BINARY_H

#include <glib.h>
#include <llvm-c/Core.h>

#define BITCODE_SECTION ".lltfbc"
#define CLANG_BITCODE_SECTION ".llvmbc" /* as long */
#define RECORD_SECTION ".lltfi"
#define RECORD_MAGIC "lltfi link"

struct binary {
    GPtrArray *modules; /* LLVMModuleRef in the order of linking, verified; whoever takes one sets it to NULL */
    gboolean cxx;
    char *folder;     /* where it was linked; NULL: unknown */
    GPtrArray *words; /* char *: what the linker is to get besides the modules' code */
};

/* Whether a path is that of an ELF file. */
gboolean binary_is(const char *path);
/* Whether it is one with bitcode. */
gboolean binary_has_bitcode(const char *path);

struct binary *binary_read(const char *path, LLVMContextRef context, GError **error);
void binary_free(struct binary *binary);
typedef struct binary binary_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(binary_t, binary_free)

/* The bytes of a record: what binary_read understands. The caller frees. */
GByteArray *binary_record(gboolean cxx, const char *folder, const GPtrArray *words);

/* Gives the bitcode of an object that clang wrote its own section. Files that are no such objects stay as they are. */
gboolean binary_rename_bitcode(const char *path, GError **error);

#endif
