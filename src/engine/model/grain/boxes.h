/* Lists of boxes that together hold all changed elements of a tensor, and tensors compared and restored box by box. */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_BOXES_H
#define LLTFI_ENGINE_MODEL_GRAIN_BOXES_H

#include "lltfi.h"

/* More than so many are put together. */
#define BOXES_MAX 4

struct boxes {
    int n;
    struct box box[BOXES_MAX];
};

/* Adds a box: those that hold each other, or that waste little when they are put together, become one. */
void boxes_add(struct boxes *boxes, int rank, const struct box *box);

/* How a tensor lies in memory. */
struct layout {
    int rank;
    size_t element; /* bytes */
    int64_t dims[MAX_RANK];
    size_t strides[MAX_RANK]; /* bytes */
};

void layout_init(struct layout *layout, const struct value *value);

/* A box inside `box` that holds all of its elements in which the two tensors differ, and no rows or columns at its
 * sides in which none does; FALSE: there are none. */
gboolean layout_difference(const struct layout *layout, const unsigned char *a, const unsigned char *b,
                           const struct box *box, struct box *difference);

/* Copies the elements of a box, and some between its rows: for a tensor that is to become what `from` is. */
void layout_restore(const struct layout *layout, unsigned char *to, const unsigned char *from, const struct box *box);

#endif
