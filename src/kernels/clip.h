/* Clip's parameter, shared by its halves. */
#ifndef LLTFI_KERNELS_CLIP_H
#define LLTFI_KERNELS_CLIP_H

/* Where the bounds are: bits of struct elementwise's mode. */
enum clip_bounds {
    CLIP_ATTRIBUTES = 1, /* alpha and beta */
    CLIP_MIN = 2,        /* input 1, of one element */
    CLIP_MAX = 4         /* input 2 */
};

#endif
