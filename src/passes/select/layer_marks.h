/*
 * Layers in IR that onnx-mlir made: there is a call of OMInstrumentPoint before and after each operator. Its first
 * argument is the operator's name, as a number made of its first seven letters or as a text "onnx.Conv".
 */
#ifndef LLTFI_PASSES_SELECT_LAYER_MARKS_H
#define LLTFI_PASSES_SELECT_LAYER_MARKS_H

#include "config/selection.h"

#include <llvm-c/Core.h>

struct layer_mark {
    char *type;        /* "Conv" */
    gboolean cut;      /* it may be only the beginning of the type */
    int number;        /* from 1, in the order in which they begin */
    int occurrence;    /* the k-th of its type, from 1 */
    size_t begin, end; /* instructions of the function between the calls: begin..end-1 */
};

/* The result holds struct layer_mark. The second argument of a call does not say whether it begins or ends a layer, as
 * versions of onnx-mlir differ: the first call of a name begins one. */
GArray *layer_marks(LLVMValueRef *instructions, size_t n);

/* Whether one of the patterns names the layer, as LLFI's -layerName and -layerNo do. */
gboolean layer_mark_matches(const struct layer_mark *mark, const GPtrArray *patterns);

/* The innermost layer that contains an instruction; NULL: there is none. */
const struct layer_mark *layer_mark_at(const GArray *marks, size_t position);

#endif
