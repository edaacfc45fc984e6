#include "engine/model/emission.h"

#include "base/errors.h"
#include "base/file.h"
#include "frontend/program.h"
#include "passes/forms/model.h"

#include <glib/gstdio.h>
#include <llvm-c/BitWriter.h>
#include <string.h>
#include <unistd.h>

static gboolean write_text(LLVMModuleRef module, const char *path, GError **error)
{
    char *text = LLVMPrintModuleToString(module);
    gboolean done = file_write(path, text, strlen(text), error);

    LLVMDisposeMessage(text);
    return done;
}

static gboolean write_buffer(LLVMMemoryBufferRef buffer, const char *path, GError **error)
{
    gboolean done = buffer && file_write(path, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer), error);

    if (buffer)
        LLVMDisposeMemoryBuffer(buffer);
    return done;
}

static gboolean write_bitcode(LLVMModuleRef module, const char *path, GError **error)
{
    return write_buffer(LLVMWriteBitcodeToMemoryBuffer(module), path, error);
}

static gboolean write_object(LLVMModuleRef module, const char *path, GError **error)
{
    return write_buffer(ir_emit_object(module, error), path, error);
}

static gboolean link_program(const char *object, const char *path, GError **error)
{
    g_autofree char *driver = csource_linker(FALSE, error);
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    if (!driver) {
        g_prefix_error(error, "%s: ", path);
        return FALSE;
    }
    g_ptr_array_add(words, "-lm");
    if (csource_link(NULL, driver, object, words, path, error))
        return TRUE;
    g_prefix_error(error, "%s: linking it failed: ", path);
    return FALSE;
}

static gboolean write_program(LLVMModuleRef module, const char *path, GError **error)
{
    g_autofree char *object = NULL;
    int file = g_file_open_tmp("lltfi-XXXXXX.o", &object, error);
    gboolean done;

    if (file < 0)
        return FALSE;
    close(file);
    done = model_add_main(module, error) && write_object(module, object, error) && link_program(object, path, error);
    g_unlink(object);
    return done;
}

static const struct emission emissions[] = {
    { "llvm", write_text },
    { "bitcode", write_bitcode },
    { "object", write_object },
    { "exe", write_program },
};

const struct emission *emission_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(emissions); i++)
        if (strcmp(emissions[i].name, name) == 0)
            return &emissions[i];
    return NULL;
}

gboolean model_emit(const struct model *model, enum form form, int opt_level, struct protect_order *protection,
                    const struct emission *emission, const char *path, GError **error)
{
    LLVMModuleRef module = model_module(model, form, opt_level, protection, error);
    gboolean done = module && emission->write(module, path, error);

    if (module)
        LLVMDisposeModule(module);
    return done;
}
