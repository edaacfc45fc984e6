/* A whole model as one LLVM module that other tools can take. */
#ifndef LLTFI_PASSES_FORMS_MODEL_H
#define LLTFI_PASSES_FORMS_MODEL_H

#include "passes/protect/protect.h"

/*
 * Weights as constants, one function a layer (named as the ONNX node), `main_graph`, which calls them in order and
 * takes a pointer for every graph input and output, and `lltfi_main_graph (ptr inputs, ptr outputs)` over arrays of
 * pointers for the runtime's main(). Every instruction carries its layer: the model is the source file of its debug
 * location, the layer's number the line. In scalar form instructions also carry !llfi_index, but for those that
 * `protection` (NULL: none) adds; it also defines what they call, and sums up what was protected.
 */
LLVMModuleRef model_module(const struct model *model, enum form form, int opt_level, struct protect_order *protection,
                           GError **error);

/* Links the runtime's main() into it: a program that takes tensors as .npy files and prints the outputs. */
gboolean model_add_main(LLVMModuleRef module, GError **error);

#endif
