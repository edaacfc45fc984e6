/*
 * Executables and libraries that contain their own LLVM IR: `lltfi cc` makes them and `lltfi run ./program` reads them.
 *
 * Each object has its bitcode in a section, as clang -fembed-bitcode would write it. A linker concatenates the sections
 * of all objects, so an executable has the bitcode of everything that was linked, members of archives too. The section
 * is not called .llvmbc, as clang's is: plugins of ar and ld would take the object for one to optimize.
 *
 * Another section records the link: RECORD_MAGIC, "cc" or "c++", the folder, the number of words, the words; each ended
 * by a zero byte.
 */
#ifndef LLTFI_FRONTEND_BINARY_BINARY_H
#define LLTFI_FRONTEND_BINARY_BINARY_H

#include <glib.h>
#include <llvm-c/Core.h>

#define BITCODE_SECTION ".lltfbc"
#define CLANG_BITCODE_SECTION ".llvmbc" /* of the same length */
#define RECORD_SECTION ".lltfi"
#define RECORD_MAGIC "lltfi link"

struct binary {
    GPtrArray *modules; /* LLVMModuleRef in the order of linking, verified; whoever takes one sets it to NULL */
    gboolean cxx;
    char *folder;     /* where it was linked; NULL: unknown */
    GPtrArray *words; /* char *: arguments for the linker besides the modules' code */
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

/* Renames the section with the bitcode of an object that clang wrote. Other files stay as they are. */
gboolean binary_rename_bitcode(const char *path, GError **error);

#endif
