/*
 * Batch normalization: y = (x - mean) * (scale / sqrt(variance + epsilon)) + bias, all but x by channel.
 *
 * In training, mean and variance are those of the batch, and outputs 1 and 2 mix them into the given ones:
 * given * momentum + batch * (1 - momentum).
 */
#ifndef LLTFI_KERNELS_BATCHNORM_H
#define LLTFI_KERNELS_BATCHNORM_H

#include "base/box.h"

struct batchnorm {
    int rank;
    int64_t dims[MAX_RANK];
    int64_t channels;
    int64_t plane; /* elements of one channel */
    int outputs;
    int by_element;   /* opset 7, spatial = 0: statistics for each element of a batch entry */
    int scale_type;   /* element types (ONNX numbers) of scale and bias, */
    int moments_type; /* of mean and variance */
    double epsilon, momentum;
};

#endif
