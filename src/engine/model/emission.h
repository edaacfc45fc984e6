/* A whole model as a file: what `lltfi compile` writes. */
#ifndef LLTFI_ENGINE_MODEL_EMISSION_H
#define LLTFI_ENGINE_MODEL_EMISSION_H

#include "lltfi.h"
#include "passes/protect/protect.h"

struct emission {
    const char *name; /* "llvm", "bitcode", "object", "exe" */
    gboolean (*write)(LLVMModuleRef module, const char *path, GError **error);
};

/* NULL: there is none of this name. */
const struct emission *emission_find(const char *name);

/* The opt level is that of the scalar form. `protection`: what is done to the layers; NULL: nothing. */
gboolean model_emit(const struct model *model, enum form form, int opt_level, struct protect_order *protection,
                    const struct emission *emission, const char *path, GError **error);

#endif
