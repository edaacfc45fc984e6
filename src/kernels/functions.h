/*
 * Functions that libm computes too slowly for the fast form, written in arithmetic that vectorizes and rounds the same
 * in every form. Polynomials are minimax fits; each function's comment gives the largest error that was measured over
 * all floats of its range. Double precision uses libm.
 */
#ifndef LLTFI_KERNELS_FUNCTIONS_H
#define LLTFI_KERNELS_FUNCTIONS_H

#include "value.h"

#include <math.h>

#define LOG2_E 0x1.715476p+0f
/* ln 2 in two parts: the first has nine bits, so that its product with an exponent is exact. */
#define LN2_HIGH 0x1.63p-1f
#define LN2_LOW (-0x1.bd0106p-13f)
/* Adding and subtracting it rounds to an integer; the sum's low bits hold that integer. */
#define ROUNDER 0x1.8p+23f

INLINE float power_of_two(int32_t exponent)
{
    return bits_float((uint32_t)(exponent + 127) << 23);
}

/* e^x: x = n ln 2 + r, e^r = 1 + r + r^2 q(r). Below 1 ulp (subnormal results: below 2). */
INLINE float float_exp(float x)
{
    float limited = x < -104.0f ? -104.0f : x > 89.0f ? 89.0f : x;
    float sum = limited * LOG2_E + ROUNDER;
    float n = sum - ROUNDER;
    int32_t exponent = (int32_t)(float_bits(sum) - float_bits(ROUNDER));
    float r = limited - n * LN2_HIGH - n * LN2_LOW;
    float q = 0.0001979014f;

    q = q * r + 0.0013944869f;
    q = q * r + 0.008333499f;
    q = q * r + 0.04166629f;
    q = q * r + 0.16666666f;
    q = q * r + 0.5f;
    return (q * (r * r) + r + 1.0f) * power_of_two(exponent >> 1) * power_of_two(exponent - (exponent >> 1));
}

/* Below 2 ulp. */
INLINE float float_tanh(float x)
{
    float size = x < 0 ? -x : x;
    float z = x * x, q = 0.0021180152f;
    float large = 1.0f - 2.0f / (float_exp(2.0f * size) + 1.0f);

    q = q * z - 0.008150694f;
    q = q * z + 0.021690153f;
    q = q * z - 0.05394489f;
    q = q * z + 0.13333191f;
    q = q * z - 0.3333333f;
    return size < 0.625f ? q * z * x + x : x < 0 ? -large : large;
}

/* 1 / (1 + e^-x), written so that nothing overflows. Below 3 ulp. */
INLINE float float_sigmoid(float x)
{
    float e = float_exp(x < 0 ? x : -x);

    return (x < 0 ? e : 1.0f) / (1.0f + e);
}

/* A polynomial near 0, else 1 - e^(-x r(x)), where -x r(x) is the logarithm of 1 - erf x. Below 2 ulp. */
INLINE float float_erf(float x)
{
    float size = x < 0 ? -x : x;
    float limited = size > 4.0f ? 4.0f : size;
    float z = x * x, q = 8.3167724e-05f, r = 5.1508805e-06f, large;

    q = q * z - 0.0008130012f;
    q = q * z + 0.0051999064f;
    q = q * z - 0.02685894f;
    q = q * z + 0.112836875f;
    q = q * z - 0.37612632f;
    q = q * z + 0.12837917f;
    r = r * limited - 4.820223e-05f;
    r = r * limited - 3.6064757e-05f;
    r = r * limited + 0.0028923007f;
    r = r * limited - 0.02261201f;
    r = r * limited + 0.10520291f;
    r = r * limited + 0.63565654f;
    r = r * limited + 1.1285449f;
    large = 1.0f - float_exp(-r * limited);
    return size < 0.92f ? q * x + x : x < 0 ? -large : large;
}

INLINE double double_sigmoid(double x)
{
    double e = exp(x < 0 ? x : -x);

    return (x < 0 ? e : 1.0) / (1.0 + e);
}

/* By the type of the argument, which is ACC. */
#define EXP(x) _Generic((x), double: exp, default: float_exp)(x)
#define TANH(x) _Generic((x), double: tanh, default: float_tanh)(x)
#define SIGMOID(x) _Generic((x), double: double_sigmoid, default: float_sigmoid)(x)
#define ERF(x) _Generic((x), double: erf, default: float_erf)(x)
#define LOG(x) _Generic((x), double: log, default: logf)(x)
#define ATAN(x) _Generic((x), double: atan, default: atanf)(x)
#define SIN(x) _Generic((x), double: sin, default: sinf)(x)
#define COS(x) _Generic((x), double: cos, default: cosf)(x)

#endif
