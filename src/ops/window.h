/* What convolutions and pools share: kernel shape, strides, pads and the like, and how far a changed input reaches. */
#ifndef LLTFI_OPS_WINDOW_H
#define LLTFI_OPS_WINDOW_H

#include "kernels/window.h"
#include "ops/ops.h"

/* The attributes that window_read reads, for an operator's table. */
#define WINDOW_ATTRIBUTES                                                                                  \
    { "auto_pad", ATTRIBUTE_STRING }, { "dilations", ATTRIBUTE_INTS }, { "kernel_shape", ATTRIBUTE_INTS }, \
        { "pads", ATTRIBUTE_INTS },                                                                        \
    {                                                                                                      \
        "strides", ATTRIBUTE_INTS                                                                          \
    }

/*
 * Fills in the window over input x (batch, channels, 1 to 3 spatial dimensions). `kernel` is the kernel's shape where
 * another input gives it (attribute kernel_shape must agree), NULL: the attribute. `out` receives the spatial extents
 * of the output.
 */
gboolean window_read(const struct op_node *node, const struct value *x, const int64_t *kernel, gboolean ceil_mode,
                     struct window *window, int64_t *out, GError **error);

/* A window over all of x, for the global pools. */
gboolean window_global(const struct op_node *node, const struct value *x, struct window *window, int64_t *out,
                       GError **error);

/* The outputs whose windows reach the changed inputs: spatial dimensions (2 and on) of the boxes. */
void window_affected(const struct window *window, const struct box *changed, struct box *affected);

#endif
