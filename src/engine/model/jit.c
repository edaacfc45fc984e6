/* Compiles modules with LLVM's ORC, and keeps the object files in the cache. */
#include "engine/model/jit.h"

#include "base/cache.h"
#include "base/errors.h"
#include "base/stages.h"
#include "runtime/model/mark.h"
#include "runtime/model/report.h"
#include "runtime/model/text.h"
#include "runtime/model/trace.h"
#include "runtime/shared/inject.h"

#include <glib/gstdio.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>

#include <string.h>

struct jit {
    LLVMOrcLLJITRef llvm;
    char *cache;        /* NULL: none */
    GHashTable *loaded; /* hashes of the keys whose code is loaded */
};

/* Functions and variables of this process that instrumented code uses. */
static const struct {
    const char *name;
    void *address;
} runtime_symbols[] = {
    { "lltfi_corrected", lltfi_corrected },
    { "lltfi_countdown", &lltfi_countdown },
    { "lltfi_detected", lltfi_detected },
    { "lltfi_float_text", lltfi_float_text },
    { "lltfi_inject", lltfi_inject },
    { "lltfi_integer_text", lltfi_integer_text },
    { "lltfi_step", lltfi_step },
    { "lltfi_text_double", lltfi_text_double },
    { "lltfi_text_float", lltfi_text_float },
    { "lltfi_text_integer", lltfi_text_integer },
    { "lltfi_trace", lltfi_trace },
    { "lltfi_mark_begin", lltfi_mark_begin },
    { "lltfi_mark_store", lltfi_mark_store },
    { "lltfi_mark_end", lltfi_mark_end },
};

static gboolean orc_error(GError **error, const char *what, LLVMErrorRef failed)
{
    char *text;

    if (!failed)
        return TRUE;
    text = LLVMGetErrorMessage(failed);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "%s: LLVM says: %s", what, text);
    LLVMDisposeErrorMessage(text);
    return FALSE;
}

/* NULL: no cache. A folder that can't be made costs only time. */
static char *object_folder(const char *given)
{
    if (!given)
        return cache_folder("objects", NULL);
    return *given && g_mkdir_with_parents(given, 0700) == 0 ? g_strdup(given) : NULL;
}

static gboolean define_runtime(LLVMOrcLLJITRef llvm, GError **error)
{
    LLVMOrcJITDylibRef library = LLVMOrcLLJITGetMainJITDylib(llvm);
    LLVMOrcCSymbolMapPair pairs[G_N_ELEMENTS(runtime_symbols)];
    LLVMOrcDefinitionGeneratorRef subject;

    for (size_t i = 0; i < G_N_ELEMENTS(runtime_symbols); i++) {
        pairs[i].Name = LLVMOrcLLJITMangleAndIntern(llvm, runtime_symbols[i].name);
        pairs[i].Sym.Address = (LLVMOrcExecutorAddress)(uintptr_t)runtime_symbols[i].address;
        pairs[i].Sym.Flags = (LLVMJITSymbolFlags){ LLVMJITSymbolGenericFlagsExported, 0 };
    }
    if (!orc_error(error, "defining the runtime",
                   LLVMOrcJITDylibDefine(library, LLVMOrcAbsoluteSymbols(pairs, G_N_ELEMENTS(pairs)))))
        return FALSE;
    if (!orc_error(error, "finding the process's symbols",
                   LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(&subject, LLVMOrcLLJITGetGlobalPrefix(llvm),
                                                                        NULL, NULL)))
        return FALSE;
    LLVMOrcJITDylibAddGenerator(library, subject);
    return TRUE;
}

struct jit *jit_new(const char *cache, GError **error)
{
    LLVMOrcLLJITRef llvm;
    struct jit *jit;

    ir_target_machine();
    if (!orc_error(error, "starting the compiler", LLVMOrcCreateLLJIT(&llvm, NULL)))
        return NULL;
    jit = g_new0(struct jit, 1);
    jit->llvm = llvm;
    jit->cache = object_folder(cache);
    jit->loaded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!define_runtime(llvm, error))
        g_clear_pointer(&jit, jit_free);
    return jit;
}

void jit_free(struct jit *jit)
{
    if (!jit)
        return;
    LLVMConsumeError(LLVMOrcDisposeLLJIT(jit->llvm));
    g_hash_table_unref(jit->loaded);
    g_free(jit->cache);
    g_free(jit);
}

char *jit_module_key(LLVMModuleRef module)
{
    LLVMMemoryBufferRef bitcode = LLVMWriteBitcodeToMemoryBuffer(module);
    g_autofree char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)LLVMGetBufferStart(bitcode),
                                                        LLVMGetBufferSize(bitcode));

    LLVMDisposeMemoryBuffer(bitcode);
    return g_strdup_printf("module %s for %s", hash, ir_target_description());
}

/* The object in the cache; NULL if it is not there. */
static LLVMMemoryBufferRef read_object(const struct jit *jit, const char *hash)
{
    g_autofree char *path = jit->cache ? g_strdup_printf("%s/%s.o", jit->cache, hash) : NULL;
    g_autofree char *bytes = NULL;
    gsize size;

    if (!path || !g_file_get_contents(path, &bytes, &size, NULL) || size == 0)
        return NULL;
    return LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, size, hash);
}

/* A cache that can't be written costs only time. */
static void write_object(const struct jit *jit, const char *hash, LLVMMemoryBufferRef object)
{
    g_autofree char *path = jit->cache ? g_strdup_printf("%s/%s.o", jit->cache, hash) : NULL;

    if (path)
        g_file_set_contents_full(path, LLVMGetBufferStart(object), (gssize)LLVMGetBufferSize(object),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

/* Symbols must be unique in the process, so the first digits of the key's hash are added. */
static char *unique_symbol(const char *symbol, const char *hash)
{
    return g_strdup_printf("%s_%.20s", symbol, hash);
}

static LLVMMemoryBufferRef compile(const struct jit *jit, const char *hash, LLVMModuleRef module,
                                   const char *const *symbols, size_t n, GError **error)
{
    STAGE("generate code");
    LLVMMemoryBufferRef object;

    for (size_t i = 0; i < n; i++) {
        LLVMValueRef function = LLVMGetNamedFunction(module, symbols[i]);
        LLVMValueRef global = function ? function : LLVMGetNamedGlobal(module, symbols[i]);
        g_autofree char *name = unique_symbol(symbols[i], hash);

        LLVMSetValueName2(global, name, strlen(name));
    }
    object = ir_emit_object(module, error);
    if (object)
        write_object(jit, hash, object);
    return object;
}

static gboolean look_up(struct jit *jit, const char *hash, const char *const *symbols, size_t n, void **addresses,
                        GError **error)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *name = unique_symbol(symbols[i], hash);
        LLVMOrcExecutorAddress address = 0;

        if (!orc_error(error, name, LLVMOrcLLJITLookup(jit->llvm, &address, name)))
            return FALSE;
        addresses[i] = (void *)(uintptr_t)address;
    }
    return TRUE;
}

gboolean jit_load(struct jit *jit, const char *key, LLVMModuleRef module, const char *const *symbols, size_t n,
                  void **addresses, GError **error)
{
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
    LLVMMemoryBufferRef object;

    if (g_hash_table_contains(jit->loaded, hash))
        return look_up(jit, hash, symbols, n, addresses, error);
    object = read_object(jit, hash);
    if (!object && module)
        object = compile(jit, hash, module, symbols, n, error);
    if (!object)
        return FALSE;
    if (!orc_error(error, "loading code",
                   LLVMOrcLLJITAddObjectFile(jit->llvm, LLVMOrcLLJITGetMainJITDylib(jit->llvm), object)))
        return FALSE;
    g_hash_table_add(jit->loaded, g_strdup(hash));
    return look_up(jit, hash, symbols, n, addresses, error);
}
