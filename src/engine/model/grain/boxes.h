/* Lists of boxes that cover all changed elements of a tensor; comparing and restoring tensors box by box. */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_BOXES_H
#define LLTFI_ENGINE_MODEL_GRAIN_BOXES_H

#include "lltfi.h"

/* The most boxes of a list; further ones are merged. */
#define BOXES_MAX 4

struct boxes {
    int n;
    struct box box[BOXES_MAX];
};

/* Adds a box. Boxes are merged if one contains the other, or if merging wastes little. */
void boxes_add(struct boxes *boxes, int rank, const struct box *box);

/* The layout of a tensor in memory. */
struct layout {
    int rank;
    size_t element; /* bytes */
    int64_t dims[MAX_RANK];
    size_t strides[MAX_RANK]; /* bytes */
};

void layout_init(struct layout *layout, const struct value *value);

/* A box inside `box` that covers all elements in which the two tensors differ, without equal rows or columns at its
 * sides; FALSE if there are no such elements. */
gboolean layout_difference(const struct layout *layout, const unsigned char *a, const unsigned char *b,
                           const struct box *box, struct box *difference);

/* Copies the elements of a box, and perhaps some between its rows: for a tensor that is to become equal to `from`. */
void layout_restore(const struct layout *layout, unsigned char *to, const unsigned char *from, const struct box *box);

#endif
