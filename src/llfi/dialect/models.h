/* Several fault models in one input.yaml: the names in the first entry's customInstselector. The batch commands run
 * them one by one. */
#ifndef LLTFI_LLFI_DIALECT_MODELS_H
#define LLTFI_LLFI_DIALECT_MODELS_H

#include "config/yaml.h"

/* char *: the names in their order. `path` is the document's file, for messages. */
GPtrArray *llfi_model_names(const struct yaml_document *document, const char *path, GError **error);
/* The document's text with this name instead of all. The caller frees. */
char *llfi_model_text(const struct yaml_document *document, const char *name);

#endif
