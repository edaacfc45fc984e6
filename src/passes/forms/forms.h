/* The passes of pipeline.c that are not LLVM's: each works on c->module, which the first one of a form makes. */
#ifndef LLTFI_PASSES_FORMS_FORMS_H
#define LLTFI_PASSES_FORMS_FORMS_H

#include "passes/pipeline.h"

/* Layers (layer.c). */
gboolean layer_build(struct compilation *c, GError **error);
gboolean layer_copy(struct compilation *c, GError **error);
gboolean layer_optimize(struct compilation *c, GError **error);
gboolean layer_inject(struct compilation *c, GError **error);
gboolean layer_inject_grain(struct compilation *c, GError **error);
gboolean layer_count(struct compilation *c, GError **error);
gboolean layer_mark(struct compilation *c, GError **error);
gboolean layer_trace(struct compilation *c, GError **error);
gboolean layer_make_entry(struct compilation *c, GError **error);

/* Exported models (model.c). */
gboolean model_begin(struct compilation *c, GError **error);
gboolean model_add_layers(struct compilation *c, GError **error);
gboolean model_add_graph(struct compilation *c, GError **error);
gboolean model_end(struct compilation *c, GError **error);
void model_builder_free(struct model_builder *builder);

/* Programs (program.c). */
gboolean program_take(struct compilation *c, GError **error);
gboolean program_optimize(struct compilation *c, GError **error);
gboolean program_copy(struct compilation *c, GError **error);
gboolean program_find_calls(struct compilation *c, GError **error);
gboolean program_count(struct compilation *c, GError **error);
gboolean program_trace(struct compilation *c, GError **error);
gboolean program_inject(struct compilation *c, GError **error);
gboolean program_clean(struct compilation *c, GError **error);
gboolean program_add_runtime(struct compilation *c, GError **error);
gboolean program_link_injectors(struct compilation *c, GError **error);

/* Frees what the passes of any form left in c but the module. */
void forms_clear(struct compilation *c);

#endif
