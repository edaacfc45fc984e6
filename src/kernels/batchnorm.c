#define KERNEL_FILE "batchnorm.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "batchnorm.h"
#include "value.h"

#ifdef T

INLINE ACC NAME(parameter)(const void *values, int type, int64_t i)
{
    switch (type) {
    case 10:
        return (ACC)((const _Float16 *)values)[i];
    case 11:
        return (ACC)((const double *)values)[i];
    case 16:
        return (ACC)widen_bfloat16(((const __bf16 *)values)[i]);
    default:
        return (ACC)((const float *)values)[i];
    }
}

INLINE void NAME(put_moment)(void *values, int type, int64_t i, ACC value)
{
    switch (type) {
    case 10:
        ((_Float16 *)values)[i] = (_Float16)(float)value;
        break;
    case 11:
        ((double *)values)[i] = (double)value;
        break;
    case 16:
        ((__bf16 *)values)[i] = round_bfloat16((float)value);
        break;
    default:
        ((float *)values)[i] = (float)value;
    }
}

INLINE T NAME(normalize)(const struct batchnorm *p, const void *const *in, T x, int64_t i, ACC mean, ACC variance)
{
    ACC scale = NAME(parameter)(in[1], p->scale_type, i), bias = NAME(parameter)(in[2], p->scale_type, i);
    ACC factor = scale / __builtin_elementwise_sqrt(variance + (ACC)p->epsilon);

    return NARROW((WIDEN(x) - mean) * factor + bias);
}

/* One element with the given statistics. */
INLINE T NAME(normalize_given)(const struct batchnorm *p, const void *const *in, T x, int64_t i)
{
    return NAME(normalize)(p, in, x, i, NAME(parameter)(in[3], p->moments_type, i),
                           NAME(parameter)(in[4], p->moments_type, i));
}

/* Rows of the last dimension; rank 2 has rows of one element in each channel. */
ENTRY(batchnorm, struct batchnorm)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int64_t rows = 1;
    int last = p->rank > 2 ? p->rank - 1 : p->rank;
    int64_t begin = p->rank > 2 ? box->lo[p->rank - 1] : 0, end = p->rank > 2 ? box->hi[p->rank - 1] : 1;

    UNROLL
    for (int d = 0; d < last; d++)
        rows *= box->hi[d] - box->lo[d];
    for (int64_t row = 0; row < rows; row++) {
        int64_t rest = row, base = 0, stride = p->rank > 2 ? p->dims[p->rank - 1] : 1, channel = 0, outer;

        UNROLL
        for (int d = last - 1; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d], i = box->lo[d] + rest % extent;

            base += i * stride;
            stride *= p->dims[d];
            rest /= extent;
            channel = d == 1 ? i : channel;
        }
        outer = p->by_element ? base % (p->channels * p->plane) : channel;
        for (int64_t i = begin; i < end; i++)
            y[base + i] = NAME(normalize_given)(p, in, x[base + i], p->by_element ? outer + i : outer);
    }
}

INLINE ACC NAME(batch_mean)(const struct batchnorm *p, const T *restrict x, int64_t channel)
{
    ACC sum = 0;

    for (int64_t n = 0; n < p->dims[0]; n++)
        for (int64_t i = 0; i < p->plane; i++)
            sum += WIDEN(x[(n * p->channels + channel) * p->plane + i]);
    return sum / (ACC)(p->dims[0] * p->plane);
}

INLINE ACC NAME(batch_variance)(const struct batchnorm *p, const T *restrict x, int64_t channel, ACC mean)
{
    ACC sum = 0;

    for (int64_t n = 0; n < p->dims[0]; n++) {
        for (int64_t i = 0; i < p->plane; i++) {
            ACC difference = WIDEN(x[(n * p->channels + channel) * p->plane + i]) - mean;

            sum += difference * difference;
        }
    }
    return sum / (ACC)(p->dims[0] * p->plane);
}

/* Output k: the running moment of input k + 2, with the batch's mixed in. */
INLINE void NAME(mix_moment)(const struct batchnorm *p, const void *const *in, void *const *out, int k, int64_t channel,
                             ACC batch)
{
    ACC given = NAME(parameter)(in[k + 2], p->moments_type, channel);

    if (k < p->outputs && out[k])
        NAME(put_moment)(out[k], p->moments_type, channel,
                         given * (ACC)p->momentum + batch * ((ACC)1 - (ACC)p->momentum));
}

/* Whole channels. */
ENTRY(batchnorm_training, struct batchnorm)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];

    for (int64_t channel = box->lo[1]; channel < box->hi[1]; channel++) {
        ACC mean = NAME(batch_mean)(p, x, channel);
        ACC variance = NAME(batch_variance)(p, x, channel, mean);

        NAME(mix_moment)(p, in, out, 1, channel, mean);
        NAME(mix_moment)(p, in, out, 2, channel, variance);
        for (int64_t n = 0; n < p->dims[0]; n++) {
            for (int64_t i = 0; i < p->plane; i++) {
                int64_t at = (n * p->channels + channel) * p->plane + i;

                y[at] = NAME(normalize)(p, in, x[at], channel, mean, variance);
            }
        }
    }
}

#endif
