/*
 * Cases that the ONNX backend tests lack: integers that overflow or are divided by zero, NaN in comparisons, and
 * casts to and from the small types.
 */
#include "ops/elementwise.h"
#include "kernels/cast.h"
#include "kernels/native.h"
#include "kernels/reduce.h"
#include "runtime/model/text.h"

#include <math.h>
#include <string.h>

/* A kernel with `inputs` inputs over one row of n elements. */
static void run_row(const char *symbol, int inputs, const void *const *in, void *out, int64_t n)
{
    struct elementwise *p = g_malloc0(sizeof(*p) + (size_t)inputs * sizeof(*p->input));
    struct box box;

    p->n = inputs;
    p->space.rank = 1;
    p->space.dims[0] = n;
    for (int k = 0; k < inputs; k++)
        p->input[k].strides[0] = 1;
    space_lay_out(&p->space, p->input, inputs);
    box_whole(1, &n, &box);
    kernel_native(symbol)(p, in, (void *const[]){ out }, &box);
    g_free(p);
}

static void test_integers(void)
{
    const int32_t a[] = { INT32_MIN, INT32_MAX, 7, -7, INT32_MIN }, b[] = { -1, 0, -2, 2, INT32_MIN };
    const void *in[] = { a, b };
    const int32_t quotients[] = { INT32_MIN, 0, -3, -3, 1 }, sums[] = { INT32_MAX, INT32_MAX, 5, -5, 0 };
    const int32_t sizes[] = { INT32_MIN, INT32_MAX, 7, 7, INT32_MIN };
    int32_t y[5];

    run_row("div_int32", 2, in, y, 5);
    g_assert_cmpmem(y, sizeof(y), quotients, sizeof(quotients));
    run_row("add_int32", 2, in, y, 5);
    g_assert_cmpmem(y, sizeof(y), sums, sizeof(sums));
    run_row("abs_int32", 1, in, y, 5);
    g_assert_cmpmem(y, sizeof(y), sizes, sizeof(sizes));
}

static void test_nan(void)
{
    const float a[] = { NAN, 1, NAN, -0.5f }, b[] = { 1, NAN, NAN, 2 };
    const void *in[] = { a, b };
    float y[4];

    run_row("max_float", 2, in, y, 4);
    g_assert_true(isnan(y[0]) && isnan(y[1]) && isnan(y[2]) && y[3] == 2);
    run_row("min_float", 2, in, y, 4);
    g_assert_true(isnan(y[0]) && isnan(y[1]) && isnan(y[2]) && y[3] == -0.5f);
    run_row("relu_float", 1, in, y, 4);
    g_assert_true(isnan(y[0]) && y[1] == 1 && isnan(y[2]) && y[3] == 0);
}

static int64_t argmax(const float *x, int64_t n, int select_last)
{
    struct reduce p = { .count = n, .n = 1, .extents = { n }, .strides = { 1 }, .select_last = select_last };
    const void *in[] = { x };
    int64_t y = -1;

    kernel_native("argmax_float")(&p, in, (void *const[]){ &y }, &(struct box){ 0 });
    return y;
}

static void test_argmax(void)
{
    const float equal[] = { 1, 3, 3, 2 }, nan[] = { 1, NAN, INFINITY, NAN };

    g_assert_cmpint(argmax(equal, 4, 0), ==, 1);
    g_assert_cmpint(argmax(equal, 4, 1), ==, 2);
    g_assert_cmpint(argmax(nan, 4, 0), ==, 1);
    g_assert_cmpint(argmax(nan, 4, 1), ==, 3);
}

static void cast_row(const char *symbol, int from, int to, int saturate, int rounding, const void *x, void *y,
                     int64_t n)
{
    struct cast p = { .from = from, .to = to, .saturate = saturate, .rounding = rounding };
    const void *in[] = { x };
    struct box box;

    p.space.rank = 1;
    p.space.dims[0] = n;
    space_lay_out(&p.space, NULL, 0);
    box_whole(1, &n, &box);
    kernel_native(symbol)(&p, in, (void *const[]){ y }, &box);
}

/* Every code of a small float is the number that it decodes to. */
static void test_small_floats(void)
{
    static const int types[] = { ELEMENT_FLOAT8E4M3FN, ELEMENT_FLOAT8E4M3FNUZ, ELEMENT_FLOAT8E5M2,
                                 ELEMENT_FLOAT8E5M2FNUZ, ELEMENT_FLOAT8E8M0 };

    for (size_t t = 0; t < G_N_ELEMENTS(types); t++) {
        uint8_t codes[256], back[256];
        float values[256];

        for (int i = 0; i < 256; i++)
            codes[i] = (uint8_t)i;
        cast_row("cast_byte_float", types[t], ELEMENT_FLOAT, 0, 0, codes, values, 256);
        cast_row("cast_float", ELEMENT_FLOAT, types[t], 0, 0, values, back, 256);
        for (int i = 0; i < 256; i++)
            if (!isnan(values[i]))
                g_assert_cmpint(back[i], ==, codes[i]);
    }
}

/* The tables of ONNX's Cast. */
static void test_small_float_range(void)
{
    const float x[] = { INFINITY, -INFINITY, 1e6f, -1e6f, NAN, -0.0f, 1.0625f, 0x1p-9f };
    static const struct {
        int type, saturate;
        uint8_t codes[8];
    } rows[] = {
        { ELEMENT_FLOAT8E4M3FN, 1, { 0x7e, 0xfe, 0x7e, 0xfe, 0x7f, 0x80, 0x38, 0x01 } },
        { ELEMENT_FLOAT8E4M3FN, 0, { 0x7f, 0xff, 0x7f, 0xff, 0x7f, 0x80, 0x38, 0x01 } },
        { ELEMENT_FLOAT8E4M3FNUZ, 1, { 0x80, 0x80, 0x7f, 0xff, 0x80, 0x00, 0x40, 0x02 } },
        { ELEMENT_FLOAT8E4M3FNUZ, 0, { 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x40, 0x02 } },
        { ELEMENT_FLOAT8E5M2, 1, { 0x7b, 0xfb, 0x7b, 0xfb, 0x7f, 0x80, 0x3c, 0x18 } },
        { ELEMENT_FLOAT8E5M2, 0, { 0x7c, 0xfc, 0x7c, 0xfc, 0x7f, 0x80, 0x3c, 0x18 } },
        { ELEMENT_FLOAT4E2M1, 1, { 0x07, 0x0f, 0x07, 0x0f, 0x07, 0x08, 0x02, 0x00 } },
    };

    for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
        uint8_t y[8];

        cast_row("cast_float", ELEMENT_FLOAT, rows[r].type, rows[r].saturate, 0, x, y, 8);
        g_assert_cmpmem(y, sizeof(y), rows[r].codes, sizeof(rows[r].codes));
    }
}

static void test_small_integers(void)
{
    const int16_t x[] = { 200, -56, 7, 8, -9 };
    const int8_t int4[] = { -8, -8, 7, -8, 7 };
    const uint8_t uint4[] = { 8, 8, 7, 8, 7 };
    const float wide[] = { 1e30f, -1e30f, NAN, 2.9f, -2.9f };
    const int8_t int8[] = { 127, -128, 0, 2, -2 };
    int8_t y[5];

    cast_row("cast_int16", ELEMENT_INT16, ELEMENT_INT4, 1, 0, x, y, 5);
    g_assert_cmpmem(y, sizeof(y), int4, sizeof(int4));
    cast_row("cast_int16", ELEMENT_INT16, ELEMENT_UINT4, 1, 0, x, y, 5);
    g_assert_cmpmem(y, sizeof(y), uint4, sizeof(uint4));
    cast_row("cast_float", ELEMENT_FLOAT, ELEMENT_INT8, 1, 0, wide, y, 5);
    g_assert_cmpmem(y, sizeof(y), int8, sizeof(int8));
}

/* Ties are rounded to even, NaN stays NaN, subnormal numbers stay subnormal. */
static void test_bfloat16(void)
{
    const uint32_t bits[] = { 0x3f808000, 0x3f818000, 0x3f808001, 0x7f800001, 0x00018000, 0x7f7fffff };
    const uint16_t rounded[] = { 0x3f80, 0x3f82, 0x3f81, 0x7fc0, 0x0002, 0x7f80 };
    uint16_t y[6];

    cast_row("cast_float", ELEMENT_FLOAT, ELEMENT_BFLOAT16, 1, 0, bits, y, 6);
    g_assert_cmpmem(y, sizeof(y), rounded, sizeof(rounded));
}

static void test_text(void)
{
    g_assert_cmpstr(lltfi_float_text((double)0.1f, 24), ==, "0.1");
    g_assert_cmpstr(lltfi_float_text(0.1, 53), ==, "0.1");
    g_assert_cmpstr(lltfi_float_text(-1e22, 53), ==, "-1e+22");
    g_assert_cmpstr(lltfi_float_text(1234, 24), ==, "1234.0");
    g_assert_cmpstr(lltfi_float_text(0.00025, 53), ==, "0.00025");
    g_assert_cmpstr(lltfi_float_text(5e-324, 53), ==, "5e-324");
    g_assert_cmpstr(lltfi_float_text(NAN, 24), ==, "NaN");
    g_assert_true(lltfi_integer_text(17, true) == lltfi_integer_text(17, false));
    g_assert_cmpuint(lltfi_text_integer("-9223372036854775808"), ==, (uint64_t)INT64_MIN);
    g_assert_cmpuint(lltfi_text_integer("100.5"), ==, 100);
    g_assert_true(isinf(lltfi_text_float("-INF")) && isnan(lltfi_text_double("NaN")));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/elementwise/integers", test_integers);
    g_test_add_func("/elementwise/nan", test_nan);
    g_test_add_func("/elementwise/argmax", test_argmax);
    g_test_add_func("/cast/small-floats", test_small_floats);
    g_test_add_func("/cast/small-float-range", test_small_float_range);
    g_test_add_func("/cast/small-integers", test_small_integers);
    g_test_add_func("/cast/bfloat16", test_bfloat16);
    g_test_add_func("/cast/text", test_text);
    return g_test_run();
}
