#ifndef LLTFI_OPS_PAD_H
#define LLTFI_OPS_PAD_H

#include "ops/ops.h"

#include "kernels/pad.h"

/* `affected` of layers whose parameter struct is a struct pad: exact for input 0, in every mode. */
void pad_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                  struct box *affected);

#endif
