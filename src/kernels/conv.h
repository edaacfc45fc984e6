/*
 * Convolution: y[n][m][o] = b[m] + sum over the group's channels c and the taps k of x[n][c][o * stride - pad + k *
 * dilation] * w[m][c][k], in this order.
 *
 * Constant weights are packed so that a vector holds the same tap of `lanes` output channels: group, block of lanes
 * channels, channel c, tap k, lane. Lanes after a group's last channel are 0.
 */
#ifndef LLTFI_KERNELS_CONV_H
#define LLTFI_KERNELS_CONV_H

#include "window.h"

struct conv {
    struct window window;
    int biased; /* there is a b */
    int64_t groups;
    int64_t channels;  /* of x in one group */
    int64_t maps;      /* of y in one group */
    int64_t lanes;     /* 0: w as ONNX has it */
    int64_t blocks;    /* of lanes maps in one group */
    int vectors;       /* blocks that the fast form computes at once: divides `blocks` */
    int strip;         /* outputs that it computes at once where whole tiles do not fit: 1, 2 or 4 */
    int rows, columns; /* outputs that it computes at once */
};

/* Vectors of the fast form's largest tile: it leaves room in 32 vector registers for weights and an input. */
#define CONV_TILE 28
#define CONV_VECTORS 4

#endif
