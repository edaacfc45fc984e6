/* Floats of 8 and 4 bits, each in a byte. */
#ifndef LLTFI_KERNELS_SMALL_H
#define LLTFI_KERNELS_SMALL_H

#include "cast.h"
#include "numbers.h"
#include "value.h"

struct small_float {
    int exponent, fraction, bias; /* bits, bits, and what the exponent field of 1.0 holds */
    unsigned largest;             /* code of the largest number, without sign */
    unsigned infinity;            /* code of infinity, 0: there is none */
    unsigned nan;                 /* code of NaN, 0: there is none; with the sign bit: -0 is NaN and there is no -0 */
};

INLINE struct small_float small_format(int type)
{
    switch (type) {
    case NUMBER_FLOAT8E4M3FN:
        return (struct small_float){ 4, 3, 7, 0x7e, 0, 0x7f };
    case NUMBER_FLOAT8E4M3FNUZ:
        return (struct small_float){ 4, 3, 8, 0x7f, 0, 0x80 };
    case NUMBER_FLOAT8E5M2:
        return (struct small_float){ 5, 2, 15, 0x7b, 0x7c, 0x7f };
    case NUMBER_FLOAT8E5M2FNUZ:
        return (struct small_float){ 5, 2, 16, 0x7f, 0, 0x80 };
    default:
        return (struct small_float){ 2, 1, 1, 0x7, 0, 0 };
    }
}

INLINE float two_to(int exponent)
{
    return bits_float((uint32_t)(exponent + 127) << 23);
}

/* The code of a size, rounded to nearest, ties to even; beyond `largest` where it is out of range. */
INLINE unsigned small_code(const struct small_float *format, float size)
{
    int exponent = (int)(float_bits(size) >> 23) - 127, least = 1 - format->bias;
    int power = exponent < least ? least : exponent;
    float steps = size * two_to(format->fraction - power);

    return ((unsigned)(power - least) << format->fraction) + (unsigned)(int)(steps + 0x1.8p23f - 0x1.8p23f);
}

INLINE uint8_t small_encode(int type, float value, int saturate)
{
    const struct small_float format = small_format(type);
    unsigned sign = (float_bits(value) >> 31) << (format.exponent + format.fraction);
    float size = bits_float(float_bits(value) & 0x7fffffff);
    bool infinite = size > 0x1.fffffep127f, is_nan = value != value;
    unsigned code = small_code(&format, infinite || is_nan ? 1.0f : size);

    if (format.nan == 0)
        return (uint8_t)(is_nan ? format.largest : sign | (infinite || code > format.largest ? format.largest : code));
    if (is_nan || (infinite && format.nan == 0x80))
        return (uint8_t)(sign | format.nan);
    if (infinite || code > format.largest)
        code = saturate ? format.largest : format.infinity ? format.infinity : format.nan;
    return (uint8_t)(code == 0 && format.nan == 0x80 ? 0 : sign | code);
}

INLINE float small_decode(int type, uint8_t byte)
{
    const struct small_float format = small_format(type);
    unsigned sign = byte >> (format.exponent + format.fraction) & 1;
    unsigned code = byte & ((1u << (format.exponent + format.fraction)) - 1);
    int field = (int)(code >> format.fraction), power = field == 0 ? 1 : field;
    unsigned steps = (code & ((1u << format.fraction) - 1)) | (field == 0 ? 0 : 1u << format.fraction);
    float size = (float)steps * two_to(power - format.bias - format.fraction);

    if (format.infinity && code == format.infinity)
        size = bits_float(0x7f800000);
    else if (format.nan && (format.nan == 0x80 ? byte == 0x80 : code > format.largest))
        size = bits_float(0x7fc00000);
    return sign ? -size : size;
}

/* float8e8m0: a power of two, code - 127 is its exponent, 255 NaN. Negative numbers have no code: NaN. */
INLINE uint8_t power_encode(float value, int saturate, int rounding)
{
    uint32_t bits = float_bits(value), half = bits < 0x800000 ? 0x200000 : 0x400000;
    uint32_t code = bits >> 23, rest = bits & (bits < 0x800000 ? 0x3fffff : 0x7fffff);
    bool small = bits < 0x400000;

    if (value != value || (bits >> 31 && value != 0))
        return 0xff;
    if (value == 0 || small)
        return saturate ? 0 : 0xff;
    if (bits == 0x7f800000)
        return saturate ? 0xfe : 0xff;
    code += rounding == CAST_UP ? rest != 0 : rounding == CAST_NEAREST ? rest >= half : 0;
    return (uint8_t)(code < 0xff || !saturate ? code : 0xfe);
}

INLINE float power_decode(uint8_t code)
{
    return bits_float(code == 0xff ? 0x7fc00000 : code == 0 ? 0x400000 : (uint32_t)code << 23);
}

/* A number of 8, 4 or 2 bits, integer or float. */
INLINE float byte_decode(int type, uint8_t byte)
{
    switch (type) {
    case NUMBER_UINT4:
    case NUMBER_UINT2:
        return (float)byte;
    case NUMBER_INT4:
    case NUMBER_INT2:
        return (float)(int8_t)byte;
    case NUMBER_FLOAT8E8M0:
        return power_decode(byte);
    default:
        return small_decode(type, byte);
    }
}

#endif
