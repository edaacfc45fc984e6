/* Programs: C and C++ sources and LLVM IR, as one LLVM module. Everything read here is untrusted. */
#ifndef LLTFI_FRONTEND_PROGRAM_H
#define LLTFI_FRONTEND_PROGRAM_H

#include "config/campaign.h"

#include <llvm-c/Core.h>

/* A whole program as it was before any pass of ours. */
struct program {
    char *path;           /* the first source; messages and the campaign's folder are named after it */
    char *name;           /* name of the executable: the source's name without its ending */
    LLVMModuleRef module; /* all sources linked; defines main, verified */
    gboolean unoptimized; /* the opt level is still to be applied to the module */
    gboolean cxx;         /* link with the C++ driver */
    gboolean clang_links; /* its link needs libraries of clang: for OpenMP, sanitizers... */
    GPtrArray *link;      /* char *: arguments for the linker */
    char *folder; /* they are relative to it, and clang links; NULL: the current folder, and the system's compiler links
                   */
    char *hash;   /* SHA-256 of the module as bitcode */
};

/* Whether a path's ending is that of C, C++ or LLVM IR, or it is an ELF file. */
gboolean program_is_source(const char *path);

/*
 * Compiles and reads the sources and links them. C and C++ are compiled by clang with line numbers, and without
 * optimization unless opt_level says otherwise (as LLFI's users compile); LLVM IR is taken as it is. An executable of
 * `lltfi cc` has the unoptimized IR of its sources, which is optimized if opt_level says so. Warnings of compilers are
 * added to `warnings`; NULL: they are dropped.
 */
struct program *program_load(const struct program_option *option, int opt_level, LLVMContextRef context,
                             GString *warnings, GError **error);
void program_free(struct program *program);
typedef struct program program_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(program_t, program_free)

/* A source's name without folder and ending. The caller frees. */
char *program_name(const char *path);

/* One file as a module. Parts of program_load. */
LLVMModuleRef csource_read(const char *path, const struct program_option *option, int opt_level, LLVMContextRef context,
                           GString *warnings, GError **error);
LLVMModuleRef llvmir_read(const char *path, LLVMContextRef context, GError **error);
/* Takes the buffer; `path` is for messages. */
LLVMModuleRef llvmir_parse(const char *path, LLVMMemoryBufferRef buffer, LLVMContextRef context, GError **error);

/* clang, clang++ or llvm-link of the LLVM that this tool reads. The caller frees. */
char *csource_tool(const char *name, GError **error);
/* Runs a compiler's command, char * that ends with NULL, on a source. */
gboolean csource_compile(const char *path, const GPtrArray *command, GString *warnings, GError **error);
/* The C or C++ compiler that links: cc, or what there is. The caller frees. */
char *csource_linker(gboolean cxx, GError **error);
/* Links an object file, with `words` for the linker (char *), to an executable. Paths are seen from `folder`, NULL:
 * this one. The error holds what the driver says. */
gboolean csource_link(const char *folder, const char *driver, const char *object, const GPtrArray *words,
                      const char *executable, GError **error);
/* Links a module into another and disposes it; `path` is the file that it comes from, `into` the other's. */
gboolean program_link_module(LLVMModuleRef module, const char *into, LLVMModuleRef added, const char *path,
                             LLVMContextRef context, GError **error);

/* Whether a file's ending is that of a language. */
gboolean csource_is_c(const char *path);
gboolean csource_is_cxx(const char *path);
gboolean llvmir_is_ir(const char *path);

/* The major version of the LLVM that this tool is built with: files of other versions may be unreadable. */
unsigned llvmir_version(void);

#endif
