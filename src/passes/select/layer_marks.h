/*
 * Layers in IR that onnx-mlir made: a call of OMInstrumentPoint stands before and behind each operator. Its first
 * argument is the operator's name, as the number of its first seven letters or as a text "onnx.Conv".
 */
#ifndef LLTFI_PASSES_SELECT_LAYER_MARKS_H
#define LLTFI_PASSES_SELECT_LAYER_MARKS_H

#include "config/campaign.h"

#include <llvm-c/Core.h>

struct layer_mark {
    char *type;        /* "Conv" */
    gboolean cut;      /* it may be only the beginning of the type */
    int number;        /* from 1, in the order in which they begin */
    int occurrence;    /* the k-th of its type, from 1 */
    size_t begin, end; /* instructions of the function between the calls: begin..end-1 */
};

/* struct layer_mark; free with g_array_unref. Which of its two calls comes first is not asked for: versions differ. */
GArray *layer_marks(LLVMValueRef *instructions, size_t n);

/* Whether a pattern names it, as LLFI's -layerName and -layerNo do. */
gboolean layer_mark_matches(const struct layer_mark *mark, const GPtrArray *patterns);

/* The innermost one that holds an instruction; NULL: none does. */
const struct layer_mark *layer_mark_at(const GArray *marks, size_t position);

#endif
