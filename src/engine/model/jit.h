/*
 * Compiles modules to machine code in this process. Object code is cached by content.
 *
 * The cache is a folder of object files named by the hash of a key; it can be deleted at any time.
 */
#ifndef LLTFI_ENGINE_MODEL_JIT_H
#define LLTFI_ENGINE_MODEL_JIT_H

#include "passes/ir/ir.h"

struct jit;

/* `cache` is the cache's folder; NULL: the user's (XDG_CACHE_HOME/lltfi/objects); "": no cache. */
struct jit *jit_new(const char *cache, GError **error);
void jit_free(struct jit *jit);

/* A key for a module: its content and the machine that code is generated for. The caller frees. */
char *jit_module_key(LLVMModuleRef module);

/*
 * Loads the code of `key` and looks up `n` of its symbols, which `module` defines. Without a module only the cache is
 * tried: FALSE without an error if the code is not there. The module is not consumed, but its symbols are renamed.
 */
gboolean jit_load(struct jit *jit, const char *key, LLVMModuleRef module, const char *const *symbols, size_t n,
                  void **addresses, GError **error);

#endif
