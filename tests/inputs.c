/* Input files: .npy, .npz, pictures, ONNX tensors, folders and labels; what is read from them and what is refused. */
#include "frontend/inputs/inputs.h"

#include "base/errors.h"
#include "fixture.h"
#include "onnx_build.h"

#include <glib/gstdio.h>
#include <string.h>
#include <zlib.h>

#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>

/* A model with no nodes: inputs are all that matters here. `ports` are "name:type:shape", blanks between them. */
static struct node_graph *make_model(const char *ports)
{
    Onnx__ModelProto *model = build_model(13);
    g_auto(GStrv) parts = g_strsplit(ports, " ", -1);
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    struct node_graph *graph;

    for (char **part = parts; *part && **part; part++) {
        g_auto(GStrv) fields = g_strsplit(*part, ":", 3);

        build_input(model, fields[0], atoi(fields[1]), fields[2]);
    }
    build_output(model, "y", ELEMENT_FLOAT, "1");
    bytes = build_bytes(model);
    build_free(model);
    graph = onnx_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "model.onnx", &error);
    g_assert_no_error(error);
    return graph;
}

/* An .npy file of version `major` with a header as it is given. */
static GByteArray *make_npy(int major, const char *header, const void *data, gsize size)
{
    GByteArray *file = g_byte_array_new();
    gsize length = strlen(header);
    guint8 head[12] = { 0x93, 'N', 'U', 'M', 'P', 'Y', (guint8)major, 0, (guint8)length, (guint8)(length >> 8), 0, 0 };

    g_byte_array_append(file, head, major == 1 ? 10 : 12);
    g_byte_array_append(file, (const guint8 *)header, (guint)length);
    g_byte_array_append(file, data, (guint)size);
    return file;
}

static void write_npy(const struct fixture *fixture, const char *name, const char *header, const void *data, gsize size)
{
    g_autoptr(GByteArray) file = make_npy(1, header, data, size);

    write_file(fixture, name, file->data, file->len);
}

static void write_floats(const struct fixture *fixture, const char *name, const char *shape, size_t n)
{
    g_autofree char *header = g_strdup_printf("{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }\n", shape);
    g_autofree float *numbers = g_new(float, n);

    for (size_t i = 0; i < n; i++)
        numbers[i] = (float)i;
    write_npy(fixture, name, header, numbers, n * sizeof(float));
}

static struct tensor *load_npy(const struct fixture *fixture, const char *name)
{
    g_autofree char *path = in_folder(fixture, name);
    g_autoptr(GError) error = NULL;
    struct tensor *tensor = tensor_load_npy(path, &error);

    g_assert_no_error(error);
    return tensor;
}

static void assert_message(const GError *error, const char *pattern)
{
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT);
    if (!g_pattern_match_simple(pattern, error->message))
        g_test_fail_printf("expected '%s', got '%s'", pattern, error->message);
}

static void assert_npy_error(const struct fixture *fixture, const char *header, gsize data, const char *pattern)
{
    g_autofree char *path = in_folder(fixture, "wrong.npy");
    g_autofree guint8 *zeros = g_malloc0(data + 1);
    g_autoptr(GError) error = NULL;

    write_npy(fixture, "wrong.npy", header, zeros, data);
    g_assert_null(tensor_load_npy(path, &error));
    assert_message(error, pattern);
}

static void npy_of_every_version(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const float numbers[] = { 1, 2, 3, 4, 5, 6 };

    for (int major = 1; major <= 3; major++) {
        g_autoptr(GByteArray) file =
            make_npy(major, "{\"shape\": (2L, 3,), 'fortran_order': False, 'descr': '<f4'}", numbers, sizeof(numbers));
        g_autoptr(tensor_t) tensor = NULL;

        write_file(fixture, "x.npy", file->data, file->len);
        tensor = load_npy(fixture, "x.npy");
        g_assert_cmpint(tensor->type, ==, ELEMENT_FLOAT);
        g_assert_cmpint(tensor->rank, ==, 2);
        g_assert_cmpint(tensor->dims[1], ==, 3);
        g_assert_cmpmem(tensor->data, tensor->size, numbers, sizeof(numbers));
    }
}

static void npy_in_either_order(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const guint8 big[] = { 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6 };
    static const int expected[] = { 1, 3, 5, 2, 4, 6 };
    g_autoptr(tensor_t) tensor = NULL;

    write_npy(fixture, "x.npy", "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", big, sizeof(big));
    tensor = load_npy(fixture, "x.npy");
    g_assert_cmpint(tensor->type, ==, ELEMENT_INT16);
    for (size_t i = 0; i < 6; i++)
        g_assert_cmpfloat(tensor_element_as_double(tensor, i), ==, expected[i]);
}

static void npy_of_strings_scalars_and_nothing(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const guint8 letters[] = { 'a', 0, 0, 0, 0xe9, 0, 0, 0, 'b', 0, 0, 0, 0, 0, 0, 0 };
    g_autoptr(tensor_t) texts = NULL, bytes = NULL, scalar = NULL, empty = NULL;

    write_npy(fixture, "u.npy", "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }", letters, sizeof(letters));
    write_npy(fixture, "s.npy", "{'descr': '|S3', 'fortran_order': False, 'shape': (2,), }", "abcd\0", 6);
    write_npy(fixture, "0.npy", "{'descr': '<i8', 'fortran_order': False, 'shape': (), }", "\7\0\0\0\0\0\0", 8);
    write_npy(fixture, "e.npy", "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 0), }", "", 0);
    texts = load_npy(fixture, "u.npy");
    g_assert_cmpstr(((char **)texts->data)[0], ==, "a\xc3\xa9");
    g_assert_cmpstr(((char **)texts->data)[1], ==, "b");
    bytes = load_npy(fixture, "s.npy");
    g_assert_cmpstr(((char **)bytes->data)[1], ==, "d");
    scalar = load_npy(fixture, "0.npy");
    g_assert_cmpint(scalar->rank, ==, 0);
    g_assert_cmpfloat(tensor_element_as_double(scalar, 0), ==, 7);
    empty = load_npy(fixture, "e.npy");
    g_assert_cmpuint(empty->count, ==, 0);
}

#define HEAD(descr, order, shape) "{'descr': " descr ", 'fortran_order': " order ", 'shape': " shape ", }"

static void wrong_npy_is_refused(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *header;
        gsize size;
        const char *pattern;
    } wrong[] = {
        { HEAD("'<f4'", "False", "(2, 3)"), 23,
          "*says float 2x3, 6 elements of 4 bytes, but 23 bytes follow: it is truncated or damaged" },
        { HEAD("'<f4'", "False", "(2, 3)"), 25, "*but 25 bytes follow*" },
        { HEAD("'<f4'", "False", "(1000000, 1000)"), 24, "*1000000000 elements of 4 bytes, but 24 bytes follow*" },
        { HEAD("'<f4'", "False", "(4294967296, 4294967296)"), 0,
          "*a tensor of shape 4294967296x4294967296 is larger than 64 GiB" },
        { HEAD("'<f4'", "False", "(99999999999999999999,)"), 0, "*a dimension of shape is too large" },
        { HEAD("'<f4'", "False", "(-2,)"), 0, "*a dimension of shape is not a number" },
        { HEAD("'<f4'", "False", "(1,1,1,1,1,1,1,1,1)"), 4, "*more than 8 dimensions" },
        { HEAD("'<U0'", "False", "(1000000000,)"), 0, "*1000000000 elements of 0 bytes, but 0 bytes follow*" },
        { HEAD("'|O'", "False", "(1,)"), 8,
          "*its NumPy type '|O' has no counterpart in ONNX: save it as float32, int64..." },
        { HEAD("'<f16'", "False", "(1,)"), 16, "*its NumPy type '<f16' has no counterpart*" },
        { HEAD("[('a', '<f4')]", "False", "(1,)"), 4, "*structured arrays are not supported*" },
        { HEAD("'<f4'", "Maybe", "(1,)"), 4, "*fortran_order is neither True nor False" },
        { HEAD("'<f4'", "False", "5"), 4, "*shape is not a tuple" },
        { "{'descr': '<f4', 'shape': (1,)}", 4, "*descr, fortran_order or shape is missing" },
        { "{'descr': '<f4', 'colour': 3}", 4, "*it has an unknown key" },
        { "{'descr': '<f4", 4, "*descr is not a simple type*" },
        { "{'descr'", 4, "*a key is missing" },
        { "{", 0, "*a key is missing" },
        { "", 0, "*it is not a dictionary" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_npy_error(fixture, wrong[i].header, wrong[i].size, wrong[i].pattern);
}

/* A file cut anywhere is refused, and so is one whose header says that it is longer than the file. */
static void truncated_npy_is_refused(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const float numbers[4] = { 0 };
    g_autoptr(GByteArray) file = make_npy(1, HEAD("'<f4'", "False", "(4,)"), numbers, sizeof(numbers));

    for (guint size = 0; size < file->len; size++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(npy_parse(file->data, size, "x.npy", &error));
        g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT);
    }
    file->data[6] = 4;
    g_assert_null(npy_parse(file->data, file->len, "x.npy", NULL));
    write_text(fixture, "x.npy", "no array");
}

static void saved_npy_reads_back_the_same(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = in_folder(fixture, "x.npy");

    for (int type = 1; type < ELEMENT_COUNT; type++) {
        const int64_t dims[] = { 2, 3 };
        g_autoptr(tensor_t) tensor = tensor_new((enum element)type, 2, dims, NULL);
        g_autoptr(tensor_t) read = NULL;
        g_autoptr(GError) error = NULL;

        if (type == ELEMENT_STRING) {
            g_assert_false(tensor_save_npy(tensor, path, &error));
            assert_message(error, "*x.npy: a tensor of string can't be written as .npy");
            continue;
        }
        for (size_t i = 0; i < tensor->size; i++)
            ((guint8 *)tensor->data)[i] = (guint8)(type == ELEMENT_BOOL ? i & 1 : i * 7 + 1);
        g_assert_true(tensor_save_npy(tensor, path, &error));
        g_assert_no_error(error);
        read = load_npy(fixture, "x.npy");
        g_assert_cmpmem(read->data, read->size, tensor->data, tensor->size);
        g_assert_cmpint(read->rank, ==, 2);
        if (ELEMENT_BIT(type) & ELEMENTS_NUMERIC)
            g_assert_cmpint(read->type, ==, type);
    }
}

/* Appends a ZIP entry; `claim` is the uncompressed size that the archive states. */
static void zip_add(GByteArray *zip, GByteArray *directory, const char *name, const GByteArray *file, int method,
                    guint32 claim)
{
    guint8 packed[1 << 14], local[30] = { 'P', 'K', 3, 4, 20 }, central[46] = { 'P', 'K', 1, 2, 20, 0, 20 };
    z_stream stream = { .next_in = file->data, .avail_in = file->len, .next_out = packed, .avail_out = sizeof(packed) };
    guint32 crc = GUINT32_TO_LE((guint32)crc32(0, file->data, file->len)), offset = GUINT32_TO_LE(zip->len), size;
    guint16 length = GUINT16_TO_LE((guint16)strlen(name));

    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    g_assert_cmpint(deflate(&stream, Z_FINISH), ==, Z_STREAM_END);
    deflateEnd(&stream);
    size = GUINT32_TO_LE(method == 8 ? (guint32)stream.total_out : file->len);
    claim = GUINT32_TO_LE(claim);
    central[10] = (guint8)method;
    memcpy(local + 26, &length, 2);
    memcpy(central + 16, &crc, 4);
    memcpy(central + 20, &size, 4);
    memcpy(central + 24, &claim, 4);
    memcpy(central + 28, &length, 2);
    memcpy(central + 42, &offset, 4);
    g_byte_array_append(zip, local, sizeof(local));
    g_byte_array_append(zip, (const guint8 *)name, (guint)strlen(name));
    g_byte_array_append(zip, method == 8 ? packed : file->data, GUINT32_FROM_LE(size));
    g_byte_array_append(directory, central, sizeof(central));
    g_byte_array_append(directory, (const guint8 *)name, (guint)strlen(name));
}

static void zip_finish(GByteArray *zip, const GByteArray *directory, guint16 count)
{
    guint8 end[22] = { 'P', 'K', 5, 6 };
    guint32 offset = GUINT32_TO_LE(zip->len), size = GUINT32_TO_LE(directory->len);

    count = GUINT16_TO_LE(count);
    memcpy(end + 8, &count, 2);
    memcpy(end + 10, &count, 2);
    memcpy(end + 12, &size, 4);
    memcpy(end + 16, &offset, 4);
    g_byte_array_append(zip, directory->data, directory->len);
    g_byte_array_append(zip, end, sizeof(end));
}

/* Two arrays, a of float 2 and b of int8 3. */
static GByteArray *make_npz(int method, int excess)
{
    static const float floats[] = { 1.5f, 2.5f };
    g_autoptr(GByteArray) a = make_npy(1, HEAD("'<f4'", "False", "(2,)"), floats, sizeof(floats));
    g_autoptr(GByteArray) b = make_npy(1, HEAD("'|i1'", "False", "(3,)"), "\1\2\3", 3);
    g_autoptr(GByteArray) directory = g_byte_array_new();
    GByteArray *zip = g_byte_array_new();

    zip_add(zip, directory, "a.npy", a, method, a->len);
    zip_add(zip, directory, "b.npy", b, method, b->len + (guint32)excess);
    zip_finish(zip, directory, 2);
    return zip;
}

static GPtrArray *load_npz(const struct fixture *fixture, const GByteArray *zip, GPtrArray *names, GError **error)
{
    g_autofree char *path = in_folder(fixture, "x.npz");

    write_file(fixture, "x.npz", zip->data, zip->len);
    return tensors_load_npz(path, names, error);
}

static void a_file_that_cannot_be_written_is_an_error(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = in_folder(fixture, "no/such/folder.npy");
    g_autoptr(tensor_t) tensor = tensor_new(ELEMENT_FLOAT, 0, &(int64_t){ 0 }, NULL);
    g_autoptr(GError) error = NULL, full = NULL;

    g_assert_false(tensor_save_npy(tensor, path, &error));
    assert_message(error, "*no/such/folder.npy: it can't be written: No such file or directory");
    g_assert_false(tensor_save_npy(tensor, "/dev/full", &full));
    assert_message(full, "/dev/full: it can't be written: No space left on device");
}

static void npz_stored_and_deflated(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const int methods[] = { 0, 8 };

    for (size_t m = 0; m < G_N_ELEMENTS(methods); m++) {
        g_autoptr(GByteArray) zip = make_npz(methods[m], 0);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) tensors = load_npz(fixture, zip, names, &error);

        g_assert_no_error(error);
        g_assert_cmpuint(tensors->len, ==, 2);
        g_assert_cmpstr(names->pdata[0], ==, "a");
        g_assert_cmpstr(names->pdata[1], ==, "b");
        g_assert_cmpfloat(tensor_element_as_double(tensors->pdata[0], 1), ==, 2.5);
        g_assert_cmpfloat(tensor_element_as_double(tensors->pdata[1], 2), ==, 3);
    }
}

static void assert_npz_error(const struct fixture *fixture, const GByteArray *zip, const char *pattern)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;

    g_assert_null(load_npz(fixture, zip, names, &error));
    assert_message(error, pattern);
}

static void npz_that_lies_is_refused(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) longer = make_npz(8, 1), shorter = make_npz(8, -1), bomb = make_npz(8, 1 << 30),
                          stored = make_npz(0, 1);
    g_autoptr(GByteArray) huge = make_npz(8, -1 - 75), damaged = make_npz(0, 0), method = make_npz(12, 0);

    assert_npz_error(fixture, longer, "*'b.npy': its data is damaged*");
    assert_npz_error(fixture, shorter, "*'b.npy': its data is damaged*");
    assert_npz_error(fixture, stored, "*'b.npy': its data is damaged*");
    assert_npz_error(fixture, bomb,
                     "*'b.npy' would unpack to 1073741* bytes from *: the archive is damaged, or larger than 2 GiB");
    assert_npz_error(fixture, huge, "*x.npz: 'b.npy'*");
    assert_npz_error(fixture, method,
                     "*'a.npy' is encrypted or packed by another method than deflate: save it with numpy.savez");
    damaged->data[40] ^= 1;
    assert_npz_error(fixture, damaged, "*'a.npy': its data is damaged*");
}

/* Truncating the file or changing a byte must never crash: an error at most. */
static void damaged_npz_never_crashes(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) zip = make_npz(8, 0);
    guint size = zip->len;

    for (guint i = 0; i < size; i++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GPtrArray) tensors = NULL;
        g_autoptr(GByteArray) cut = g_byte_array_new();

        g_byte_array_append(cut, zip->data, i);
        assert_npz_error(fixture, cut, "*");
        zip->data[i] ^= 0xff;
        tensors = load_npz(fixture, zip, names, NULL);
        zip->data[i] ^= 0xff;
    }
}

static void append_block(void *file, void *data, int size)
{
    g_byte_array_append(file, data, (guint)size);
}

/* Pixel (x, y) of channel c is 10 x + 50 y + 100 c, modulo 256. */
static GByteArray *make_picture(int width, int height, int channels, gboolean jpeg)
{
    GByteArray *file = g_byte_array_new();
    g_autofree guint8 *pixels = g_malloc((gsize)(width * height * channels));

    for (int i = 0; i < width * height * channels; i++)
        pixels[i] = (guint8)(10 * (i / channels % width) + 50 * (i / channels / width) + 100 * (i % channels));
    if (jpeg)
        stbi_write_jpg_to_func(append_block, file, width, height, channels, pixels, 100);
    else
        stbi_write_png_to_func(append_block, file, width, height, channels, pixels, width * channels);
    return file;
}

static void write_picture(const struct fixture *fixture, const char *name, int width, int height, int channels)
{
    g_autoptr(GByteArray) file = make_picture(width, height, channels, g_str_has_suffix(name, ".jpg"));

    write_file(fixture, name, file->data, file->len);
}

/* The file as input of a model with this one input. */
static struct tensor *load_picture(const struct fixture *fixture, const char *name, const char *port,
                                   const struct image_option *option, GError **error)
{
    g_autoptr(node_graph_t) graph = make_model(port);
    g_autofree char *path = in_folder(fixture, name);

    return tensor_load_image(path, node_graph_input(graph, 0), option, error);
}

static void pictures_in_both_layouts(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autoptr(tensor_t) first = NULL, last = NULL, named = NULL;

    campaign->image.scale = 1;
    write_picture(fixture, "x.png", 5, 2, 3);
    first = load_picture(fixture, "x.png", "x:1:n,3,2,5", &campaign->image, NULL);
    last = load_picture(fixture, "x.png", "x:1:1,2,5,3", &campaign->image, NULL);
    campaign->image.layout = LAYOUT_NHWC;
    named = load_picture(fixture, "x.png", "x:1:?,?,?", &campaign->image, NULL);
    g_assert_cmpint(first->dims[0], ==, 1);
    g_assert_cmpint(named->dims[2], ==, 3);
    for (size_t y = 0; y < 2; y++)
        for (size_t x = 0; x < 5; x++)
            for (size_t c = 0; c < 3; c++) {
                double pixel = (double)((10 * x + 50 * y + 100 * c) % 256);

                g_assert_cmpfloat(tensor_element_as_double(first, (c * 2 + y) * 5 + x), ==, pixel);
                g_assert_cmpfloat(tensor_element_as_double(last, (y * 5 + x) * 3 + c), ==, pixel);
                g_assert_cmpfloat(tensor_element_as_double(named, (y * 5 + x) * 3 + c), ==, pixel);
            }
}

static void pixels_are_scaled(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const struct image_option option = { LAYOUT_AUTO, 0.5, 1, { 1, 2, 3, 0 }, { 2, 4, 8, 1 }, TRUE };
    g_autoptr(tensor_t) floats = NULL, bytes = NULL, doubles = NULL;

    write_picture(fixture, "x.png", 2, 1, 3);
    floats = load_picture(fixture, "x.png", "x:1:1,3,1,2", &option, NULL);
    doubles = load_picture(fixture, "x.png", "x:11:3,1,2", &option, NULL);
    bytes = load_picture(fixture, "x.png", "x:2:?,2,3", &option, NULL);
    g_assert_cmpfloat(((float *)floats->data)[1], ==, (245 * 0.5 - 1) / 2);
    g_assert_cmpfloat(((float *)floats->data)[4], ==, (55 * 0.5 - 3) / 8);
    g_assert_cmpfloat(((double *)doubles->data)[2], ==, (155 * 0.5 - 2) / 4);
    g_assert_cmpint(bytes->type, ==, ELEMENT_UINT8);
    g_assert_cmpuint(((guint8 *)bytes->data)[3], ==, 245);
}

static void gamma_comes_between_scale_and_mean(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    struct image_option option = { LAYOUT_AUTO, 0.5, 2, { 1, 2, 3, 0 }, { 2, 4, 8, 1 }, FALSE };
    g_autoptr(tensor_t) tensor = NULL;
    g_autoptr(GError) error = NULL;

    write_picture(fixture, "x.png", 2, 1, 3);
    tensor = load_picture(fixture, "x.png", "x:11:3,1,2", &option, NULL);
    g_assert_cmpfloat(((double *)tensor->data)[1], ==, (5 * 5 - 1) / 2.0);
    g_assert_cmpfloat(((double *)tensor->data)[2], ==, (50 * 50 - 2) / 4.0);
    option.scale = -1;
    g_assert_null(load_picture(fixture, "x.png", "x:11:3,1,2", &option, &error));
    assert_message(error, "*x.png: gamma 2 can't be taken of pixels whose scale is negative (-1)");
}

static void gray_or_colour_follows_the_model(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autoptr(tensor_t) gray = NULL, colour = NULL, flat = NULL, jpeg = NULL;

    campaign->image.scale = 1;
    write_picture(fixture, "gray.png", 4, 3, 1);
    write_picture(fixture, "colour.jpg", 4, 3, 3);
    colour = load_picture(fixture, "gray.png", "x:1:1,3,3,4", &campaign->image, NULL);
    flat = load_picture(fixture, "gray.png", "x:1:3,4", &campaign->image, NULL);
    gray = load_picture(fixture, "colour.jpg", "x:1:1,1,3,4", &campaign->image, NULL);
    jpeg = load_picture(fixture, "colour.jpg", "x:1:1,3,3,4", &campaign->image, NULL);
    g_assert_cmpfloat(((float *)colour->data)[13], ==, 10);
    g_assert_cmpfloat(((float *)flat->data)[1], ==, 10);
    g_assert_cmpuint(gray->count, ==, 12);
    g_assert_cmpuint(jpeg->count, ==, 36);
    g_assert_cmpfloat_with_epsilon(((float *)jpeg->data)[1], 10, 12);
}

static void assert_picture_error(const struct fixture *fixture, const char *name, const char *port, const char *pattern)
{
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autoptr(GError) error = NULL;

    g_assert_null(load_picture(fixture, name, port, &campaign->image, &error));
    assert_message(error, pattern);
}

static void pictures_that_do_not_fit_are_refused(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    write_picture(fixture, "x.png", 4, 3, 1);
    write_text(fixture, "no.png", "no picture");
    write_text(fixture, "empty.png", "");
    assert_picture_error(fixture, "x.png", "x:1:1,1,28,27",
                         "*x.png: the picture has 4x3 pixels (width x height), but input 'x' is float 1x1x28x27, a "
                         "picture of 27x28: resize the picture "
                         "first (nothing is resized here)");
    assert_picture_error(fixture, "x.png", "x:1:2,1,3,4",
                         "*one picture does not fill the batch of input 'x', which is float 2x1x3x4*");
    assert_picture_error(fixture, "x.png", "x:1:1,5,3,7",
                         "*a picture has 1, 3 or 4 channels, but input 'x' is float 1x5x3x7*");
    assert_picture_error(fixture, "x.png", "x:1:12",
                         "*a picture does not fit input 'x', which is float 12: give a .npy file of that shape");
    assert_picture_error(fixture, "x.png", "x:7:1,1,3,4", "*input 'x' wants int64, which no picture is made into*");
    assert_picture_error(fixture, "no.png", "x:1:1,1,3,4", "*no.png: this is not a PNG or JPEG picture");
    assert_picture_error(fixture, "empty.png", "x:1:1,1,3,4", "*empty.png: this is not a PNG or JPEG picture");
    assert_picture_error(fixture, "none.png", "x:1:1,1,3,4", "*none.png*");
}

static void truncated_pictures_are_refused(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const names[] = { "x.png", "x.jpg" };

    for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
        g_autoptr(GByteArray) file = make_picture(4, 3, 3, n == 1);

        for (guint size = 0; size < file->len; size++) {
            write_file(fixture, names[n], file->data, size);
            assert_picture_error(fixture, names[n], "x:1:1,3,3,4", "*");
        }
    }
}

static void damaged_pictures_never_crash(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(campaign_t) campaign = campaign_new();

    for (int jpeg = 0; jpeg < 2; jpeg++) {
        g_autoptr(GByteArray) file = make_picture(4, 3, 3, jpeg);

        for (guint i = 0; i < file->len; i++) {
            g_autoptr(tensor_t) tensor = NULL;

            file->data[i] ^= 0xff;
            write_file(fixture, "x", file->data, file->len);
            tensor = load_picture(fixture, "x", "x:1:1,3,3,4", &campaign->image, NULL);
            file->data[i] ^= 0xff;
        }
    }
}

/* inputs_load for texts between blanks; "@" before labels. FOLDER/ is put before names that begin with "./". */
static GPtrArray *load_inputs(const struct fixture *fixture, const char *ports, const char *texts, GError **error)
{
    g_autoptr(node_graph_t) graph = make_model(ports);
    g_autoptr(campaign_t) campaign = campaign_new();
    g_auto(GStrv) parts = g_strsplit(texts, " ", -1);

    for (char **part = parts; *part && **part; part++) {
        g_auto(GStrv) pieces = g_strsplit(**part == '@' ? *part + 1 : *part, "./", -1);
        g_autofree char *folder = g_strconcat(fixture->dir, "/", NULL);

        g_ptr_array_add(**part == '@' ? campaign->labels : campaign->inputs, g_strjoinv(folder, pieces));
    }
    return inputs_load(graph, campaign, error);
}

static void assert_inputs_error(const struct fixture *fixture, const char *ports, const char *texts,
                                const char *pattern)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(load_inputs(fixture, ports, texts, &error));
    assert_message(error, pattern);
}

static const struct input *input_at(const GPtrArray *inputs, guint i)
{
    g_assert_cmpuint(i, <, inputs->len);
    return inputs->pdata[i];
}

static void write_proto(const struct fixture *fixture, const char *name, float number)
{
    Onnx__TensorProto proto = ONNX__TENSOR_PROTO__INIT;
    int64_t dims[] = { 1 };
    guint8 packed[256];

    proto.dims = dims;
    proto.n_dims = 1;
    proto.has_data_type = TRUE;
    proto.data_type = ELEMENT_FLOAT;
    proto.float_data = &number;
    proto.n_float_data = 1;
    write_file(fixture, name, packed, onnx__tensor_proto__pack(&proto, packed));
}

static void files_by_content(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) zip = make_npz(8, 0);
    g_autoptr(GPtrArray) pictures = NULL, protos = NULL, arrays = NULL;

    write_floats(fixture, "array", "1, 1, 2, 3", 6);
    write_picture(fixture, "picture.dat", 3, 2, 1);
    write_proto(fixture, "tensor", 4);
    write_file(fixture, "zip", zip->data, zip->len);
    pictures = load_inputs(fixture, "x:1:1,1,2,3", "./array ./picture.dat x=./array", NULL);
    protos = load_inputs(fixture, "x:1:1", "./tensor", NULL);
    arrays = load_inputs(fixture, "b:3:n a:1:2", "./zip", NULL);
    g_assert_cmpuint(pictures->len, ==, 3);
    g_assert_cmpfloat(tensor_element_as_double(input_at(pictures, 0)->tensors[0], 5), ==, 5);
    g_assert_cmpfloat(tensor_element_as_double(input_at(protos, 0)->tensors[0], 0), ==, 4);
    g_assert_cmpfloat(tensor_element_as_double(input_at(arrays, 0)->tensors[0], 2), ==, 3);
    g_assert_cmpfloat(tensor_element_as_double(input_at(arrays, 0)->tensors[1], 1), ==, 2.5);
    g_assert_cmpint(input_at(arrays, 0)->label, ==, -1);
}

static void folders(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *set = in_folder(fixture, "set"), *files = in_folder(fixture, "files"),
                    *b = in_folder(fixture, "files/b.npy");
    g_autoptr(GPtrArray) sets = NULL, one = NULL, all = NULL;

    g_mkdir(set, 0777);
    g_mkdir(files, 0777);
    write_proto(fixture, "set/input_0.pb", 4);
    write_proto(fixture, "set/input_1.pb", 5);
    write_proto(fixture, "set/output_0.pb", 6);
    write_floats(fixture, "files/b.npy", "1", 1);
    write_floats(fixture, "files/a.npy", "1", 1);
    write_text(fixture, "files/labels.csv", "a.npy,3\nb.npy,4\n");
    sets = load_inputs(fixture, "x:1:1 y:1:1", "./set", NULL);
    one = load_inputs(fixture, "x:1:1 y:1:1", "y=./set/input_0.pb,x=./files/a.npy", NULL);
    all = load_inputs(fixture, "x:1:1", "./files @./files/labels.csv", NULL);
    g_assert_cmpuint(sets->len, ==, 1);
    g_assert_cmpfloat(tensor_element_as_double(input_at(sets, 0)->tensors[1], 0), ==, 5);
    g_assert_cmpfloat(tensor_element_as_double(input_at(one, 0)->tensors[1], 0), ==, 4);
    g_assert_cmpuint(all->len, ==, 2);
    g_assert_cmpstr(input_at(all, 1)->path, ==, b);
    g_assert_cmpint(input_at(all, 1)->label, ==, 4);
}

static void inputs_that_do_not_fit_are_refused(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *empty = in_folder(fixture, "empty");
    const double doubles[6] = { 0 };
    static const char two[] = "x:1:1,6 y:7:n";

    g_mkdir(empty, 0777);
    write_floats(fixture, "f.npy", "2, 3", 6);
    write_npy(fixture, "d.npy", HEAD("'<f8'", "False", "(1, 6)"), doubles, sizeof(doubles));
    write_text(fixture, "note.txt", "a note");
    write_text(fixture, "bad.pb", "a note");
    assert_inputs_error(fixture, "x:1:1,6", "./d.npy",
                        "*d.npy: it holds double 1x6, but input 'x' of the model wants float 1x6: save it as that type "
                        "(NumPy: x.astype('float32'))");
    assert_inputs_error(fixture, "x:1:1,6", "./f.npy",
                        "*f.npy: it holds float 2x3, but input 'x' of the model wants float 1x6: the elements are as "
                        "many, NumPy: x.reshape(1, 6)");
    assert_inputs_error(fixture, "x:1:batch,7", "./f.npy",
                        "*it holds float 2x3, but input 'x' of the model wants float batchx7: give one of that shape");
    assert_inputs_error(fixture, "x:1:1,6", "./note.txt",
                        "*note.txt: this is not a .npy, .npz, PNG, JPEG or ONNX tensor file, or it is truncated");
    assert_inputs_error(fixture, "x:1:1,6", "./bad.pb",
                        "*bad.pb: this is not an ONNX tensor, or it is truncated or damaged");
    assert_inputs_error(fixture, "x:1:1,6", "./none.npy", "*none.npy: no such file");
    assert_inputs_error(fixture, "x:1:1,6", "./empty", "*empty: the folder holds no input*");
    assert_inputs_error(fixture, two, "./f.npy",
                        "*one file for a model of 2 inputs: 'x' (float 1x6), 'y' (int64 n); give NAME=FILE,NAME=FILE*");
    assert_inputs_error(fixture, two, "z=./f.npy",
                        "*the model has no input 'z'; it wants 'x' (float 1x6), 'y' (int64 n)");
    assert_inputs_error(fixture, "x:1:2,3 y:7:n", "x=./f.npy", "*it gives no 'y'; the model wants*");
    assert_inputs_error(fixture, "x:1:2,3 y:7:n", "x=./f.npy,x=./f.npy", "*input 'x' is given twice");
    assert_inputs_error(fixture, "x:1:2,3 y:7:n", "x=./f.npy,more", "*'more' is not NAME=FILE*");
}

static void a_missing_input_is_wrong_usage(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) none = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(load_inputs(fixture, "x:1:1,6", "", &error));
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE);
    g_assert_cmpstr(error->message, ==, "no input is given; the model wants 'x' (float 1x6): inputs FILE");
    none = load_inputs(fixture, "", "", NULL);
    g_assert_cmpuint(none->len, ==, 1);
    g_assert_cmpuint(input_at(none, 0)->count, ==, 0);
}

static void labels(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) same = NULL, each = NULL, lines = NULL, named = NULL;

    write_floats(fixture, "a.npy", "1", 1);
    write_floats(fixture, "b.npy", "1", 1);
    write_text(fixture, "lines.txt", "# classes\n 7 \n\n8\r\n");
    write_text(fixture, "named.csv", "file,label\nsomewhere/b.npy , 2\na.npy,1\n");
    same = load_inputs(fixture, "x:1:1", "./a.npy ./b.npy @5", NULL);
    each = load_inputs(fixture, "x:1:1", "./a.npy ./b.npy @5 @6", NULL);
    lines = load_inputs(fixture, "x:1:1", "./a.npy ./b.npy @./lines.txt", NULL);
    named = load_inputs(fixture, "x:1:1", "./a.npy ./b.npy @./named.csv", NULL);
    g_assert_cmpint(input_at(same, 1)->label, ==, 5);
    g_assert_cmpint(input_at(each, 1)->label, ==, 6);
    g_assert_cmpint(input_at(lines, 0)->label, ==, 7);
    g_assert_cmpint(input_at(lines, 1)->label, ==, 8);
    g_assert_cmpint(input_at(named, 0)->label, ==, 1);
    g_assert_cmpint(input_at(named, 1)->label, ==, 2);
}

static void wrong_labels_are_refused(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    write_floats(fixture, "a.npy", "1", 1);
    write_text(fixture, "three.txt", "1\n2\n3\n");
    write_text(fixture, "words.txt", "1\neight\n");
    write_text(fixture, "other.csv", "b.npy,1\n");
    write_text(fixture, "mixed.csv", "a.npy,1\n4\n");
    assert_inputs_error(fixture, "x:1:1", "./a.npy @./three.txt", "there are 3 labels for 1 inputs*");
    assert_inputs_error(fixture, "x:1:1", "./a.npy @./words.txt",
                        "*words.txt:2: 'eight' is not a label: a class number from 0, or FILE,NUMBER is wanted");
    assert_inputs_error(fixture, "x:1:1", "./a.npy @./other.csv",
                        "*a.npy: the labels have no line 'a.npy,NUMBER' for this input");
    assert_inputs_error(fixture, "x:1:1", "./a.npy @./mixed.csv", "some labels name a file and some do not*");
    assert_inputs_error(fixture, "x:1:1", "./a.npy @./none.txt", "*none.txt: no such file");
}

/* NumPy, which wrote the format: FOLDER for its files, arrays of every type in each order. */
static const char numpy_writes[] =
    "import sys, numpy as np\n"
    "for t in sys.argv[2:]:\n"
    "    x = (np.arange(24).reshape(2, 3, 4) % (2 if t == 'bool' else 100)).astype(t)\n"
    "    for name, y in (('c', x), ('f', np.asfortranarray(x)), ('b', x.astype(x.dtype.newbyteorder('>')))):\n"
    "        np.save(f'{sys.argv[1]}/{t}-{name}.npy', y)\n"
    "np.savez(sys.argv[1] + '/s.npz', a=np.arange(5), b=np.float32(2))\n"
    "np.savez_compressed(sys.argv[1] + '/d.npz', a=np.zeros(100000), b=np.float32(2))\n";
static const char numpy_reads[] = "import sys, numpy as np\n"
                                  "x = np.load(sys.argv[1])\n"
                                  "assert x.dtype == sys.argv[2] and x.shape == (2, 3, 4) and (x == "
                                  "np.arange(24).reshape(2, 3, 4).astype(x.dtype)).all()\n";

static const struct {
    const char *name;
    enum element type;
} numpy_types[] = {
    { "float32", ELEMENT_FLOAT }, { "float64", ELEMENT_DOUBLE }, { "float16", ELEMENT_FLOAT16 },
    { "int8", ELEMENT_INT8 },     { "int16", ELEMENT_INT16 },    { "int32", ELEMENT_INT32 },
    { "int64", ELEMENT_INT64 },   { "uint8", ELEMENT_UINT8 },    { "uint16", ELEMENT_UINT16 },
    { "uint32", ELEMENT_UINT32 }, { "uint64", ELEMENT_UINT64 },  { "bool", ELEMENT_BOOL },
};

static gboolean run_python(const char *script, char **arguments)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int status = 0;

    g_ptr_array_add(argv, (gpointer) "/usr/bin/python3");
    g_ptr_array_add(argv, (gpointer) "-c");
    g_ptr_array_add(argv, (gpointer)script);
    for (; *arguments; arguments++)
        g_ptr_array_add(argv, *arguments);
    g_ptr_array_add(argv, NULL);
    return g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
                        NULL) &&
           status == 0;
}

static gboolean numpy_is_there(void)
{
    if (run_python("import numpy", (char *[]){ NULL }))
        return TRUE;
    g_test_skip("/usr/bin/python3 has no NumPy");
    return FALSE;
}

static void numpy_files_are_read(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const orders[] = { "c", "f", "b" };
    char *arguments[G_N_ELEMENTS(numpy_types) + 2] = { fixture->dir };

    if (!numpy_is_there())
        return;
    for (size_t t = 0; t < G_N_ELEMENTS(numpy_types); t++)
        arguments[t + 1] = (char *)numpy_types[t].name;
    g_assert_true(run_python(numpy_writes, arguments));
    for (size_t t = 0; t < G_N_ELEMENTS(numpy_types); t++)
        for (size_t o = 0; o < G_N_ELEMENTS(orders); o++) {
            g_autofree char *name = g_strdup_printf("%s-%s.npy", numpy_types[t].name, orders[o]);
            g_autoptr(tensor_t) tensor = load_npy(fixture, name);

            g_assert_cmpint(tensor->type, ==, numpy_types[t].type);
            g_assert_cmpuint(tensor->count, ==, 24);
            for (size_t i = 0; i < 24; i++)
                g_assert_cmpfloat(tensor_element_as_double(tensor, i), ==,
                                  (double)(tensor->type == ELEMENT_BOOL ? i % 2 : i));
        }
}

static void numpy_archives_are_read(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const archives[] = { "s.npz", "d.npz" };
    char *arguments[] = { fixture->dir, NULL };

    if (!numpy_is_there())
        return;
    g_assert_true(run_python(numpy_writes, arguments));
    for (size_t a = 0; a < G_N_ELEMENTS(archives); a++) {
        g_autofree char *path = in_folder(fixture, archives[a]);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) tensors = tensors_load_npz(path, names, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(names->pdata[1], ==, "b");
        g_assert_cmpint(((struct tensor *)tensors->pdata[1])->rank, ==, 0);
    }
}

static void numpy_reads_our_files(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const int64_t dims[] = { 2, 3, 4 };
    static const enum element types[] = { ELEMENT_FLOAT, ELEMENT_INT64 };
    g_autofree char *path = in_folder(fixture, "x.npy");

    if (!numpy_is_there())
        return;
    for (size_t t = 0; t < G_N_ELEMENTS(types); t++) {
        g_autoptr(tensor_t) tensor = tensor_new(types[t], 3, dims, NULL);
        char *arguments[] = { path, (char *)(types[t] == ELEMENT_FLOAT ? "float32" : "int64"), NULL };

        for (size_t i = 0; i < tensor->count; i++) {
            if (types[t] == ELEMENT_FLOAT)
                ((float *)tensor->data)[i] = (float)i;
            else
                ((int64_t *)tensor->data)[i] = (int64_t)i;
        }
        g_assert_true(tensor_save_npy(tensor, path, NULL));
        g_assert_true(run_python(numpy_reads, arguments));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/inputs/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(npy_of_every_version);
    TEST(npy_in_either_order);
    TEST(npy_of_strings_scalars_and_nothing);
    TEST(wrong_npy_is_refused);
    TEST(truncated_npy_is_refused);
    TEST(saved_npy_reads_back_the_same);
    TEST(a_file_that_cannot_be_written_is_an_error);
    TEST(npz_stored_and_deflated);
    TEST(npz_that_lies_is_refused);
    TEST(damaged_npz_never_crashes);
    TEST(pictures_in_both_layouts);
    TEST(pixels_are_scaled);
    TEST(gamma_comes_between_scale_and_mean);
    TEST(gray_or_colour_follows_the_model);
    TEST(pictures_that_do_not_fit_are_refused);
    TEST(truncated_pictures_are_refused);
    TEST(damaged_pictures_never_crash);
    TEST(files_by_content);
    TEST(folders);
    TEST(inputs_that_do_not_fit_are_refused);
    TEST(a_missing_input_is_wrong_usage);
    TEST(labels);
    TEST(wrong_labels_are_refused);
    TEST(numpy_files_are_read);
    TEST(numpy_archives_are_read);
    TEST(numpy_reads_our_files);
    return g_test_run();
}
