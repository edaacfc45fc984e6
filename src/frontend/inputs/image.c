/* Pictures as inputs: element = ((pixel * scale)^gamma - mean[c]) / std[c]; pixels as they are for a model of uint8. */
#include "frontend/inputs/inputs.h"

#include "base/errors.h"
#include "base/file.h"

#include <math.h>
#include <string.h>

#define STBI_NO_STDIO
#include <stb/stb_image.h>

/* The most pixels of a picture if the model does not fix its size. */
#define MAX_PIXELS (1 << 26)

/* The meaning of the dimensions of the model's input; -1: it has no such dimension. */
struct arrangement {
    int channels, height, width;
};

struct pixels {
    const guint8 *pixels; /* height x width x channels */
    int width, height, channels;
};

static gboolean is_channel_count(int64_t extent)
{
    return extent == 1 || extent == 3 || extent == 4;
}

static enum image_layout choose_layout(const struct port *port, enum image_layout asked)
{
    int first = port->rank - 3, last = port->rank - 1;

    if (asked != LAYOUT_AUTO)
        return asked;
    return is_channel_count(port->dims[last]) && !is_channel_count(port->dims[first]) ? LAYOUT_NHWC : LAYOUT_NCHW;
}

/* A picture fits HxW, CxHxW, HxWxC, and those in a batch of one. */
static gboolean arrange(const char *path, const struct port *port, const struct image_option *option,
                        struct arrangement *at, GError **error)
{
    g_autofree char *wanted = port_to_string(port);

    if (port->rank == 2)
        *at = (struct arrangement){ -1, 0, 1 };
    else if (port->rank == 3 || port->rank == 4)
        *at = choose_layout(port, option->layout) == LAYOUT_NCHW
                  ? (struct arrangement){ port->rank - 3, port->rank - 2, port->rank - 1 }
                  : (struct arrangement){ port->rank - 1, port->rank - 3, port->rank - 2 };
    else
        return input_error(path, error,
                           "a picture does not fit input '%s', which is %s: give a .npy file of that shape", port->name,
                           wanted);
    if (port->rank == 4 && port->dims[0] > 1)
        return input_error(
            path, error,
            "one picture does not fill the batch of input '%s', which is %s: give a .npy file of that shape",
            port->name, wanted);
    if (at->channels >= 0 && port->dims[at->channels] >= 0 && !is_channel_count(port->dims[at->channels]))
        return input_error(path, error,
                           "a picture has 1, 3 or 4 channels, but input '%s' is %s: set image: {layout: NCHW} or NHWC, "
                           "or give a .npy file",
                           port->name, wanted);
    return TRUE;
}

static gboolean check_size(const char *path, const struct port *port, const struct arrangement *at, int width,
                           int height, GError **error)
{
    int64_t wanted_height = port->dims[at->height], wanted_width = port->dims[at->width];
    g_autofree char *wanted = port_to_string(port);

    if ((int64_t)width * height > MAX_PIXELS)
        return input_error(path, error, "a picture of %dx%d pixels is too large", width, height);
    if ((wanted_height < 0 || wanted_height == height) && (wanted_width < 0 || wanted_width == width))
        return TRUE;
    return input_error(
        path, error,
        "the picture has %dx%d pixels (width x height), but input '%s' is %s, a picture of %" G_GINT64_FORMAT
        "x%" G_GINT64_FORMAT ": resize the picture first (nothing is resized here)",
        width, height, port->name, wanted, wanted_width, wanted_height);
}

/* Channels of the model's input; if it does not fix them, those of the picture without transparency. */
static int wanted_channels(const struct port *port, const struct arrangement *at, int own)
{
    if (at->channels < 0)
        return 1;
    if (port->dims[at->channels] >= 0)
        return (int)port->dims[at->channels];
    return own <= 2 ? 1 : 3;
}

static void set_element(struct tensor *tensor, size_t i, double pixel, int c, const struct image_option *option)
{
    double value = (pow(pixel * option->scale, option->gamma) - option->mean[c]) / option->std[c];

    if (tensor->type == ELEMENT_UINT8)
        ((guint8 *)tensor->data)[i] = (guint8)pixel;
    else if (tensor->type == ELEMENT_DOUBLE)
        ((double *)tensor->data)[i] = value;
    else
        ((float *)tensor->data)[i] = (float)value;
}

static void fill(struct tensor *tensor, const struct arrangement *at, const struct pixels *picture,
                 const struct image_option *option)
{
    gboolean channels_first = at->channels >= 0 && at->channels < at->height;
    size_t n = (size_t)picture->width * (size_t)picture->height, channels = (size_t)picture->channels;

    for (size_t p = 0; p < n; p++) {
        for (size_t c = 0; c < channels; c++) {
            double pixel = picture->pixels[p * channels + c];

            set_element(tensor, channels_first ? c * n + p : p * channels + c, option->invert ? 255 - pixel : pixel,
                        (int)c, option);
        }
    }
}

static struct tensor *make_tensor(const struct port *port, const struct arrangement *at, const struct pixels *picture,
                                  const struct image_option *option, GError **error)
{
    int64_t dims[MAX_RANK] = { 1 };
    struct tensor *tensor;

    dims[at->height] = picture->height;
    dims[at->width] = picture->width;
    if (at->channels >= 0)
        dims[at->channels] = picture->channels;
    tensor = tensor_new(port->type, port->rank, dims, error);
    if (tensor)
        fill(tensor, at, picture, option);
    return tensor;
}

static gboolean check_gamma(const char *path, const struct image_option *option, GError **error)
{
    return option->gamma == 1 || option->scale >= 0 ||
           input_error(path, error, "gamma %g can't be taken of pixels whose scale is negative (%g)", option->gamma,
                       option->scale);
}

static gboolean check_type(const char *path, const struct port *port, GError **error)
{
    if (port->type == ELEMENT_FLOAT || port->type == ELEMENT_DOUBLE || port->type == ELEMENT_UINT8)
        return TRUE;
    return input_error(
        path, error,
        "input '%s' wants %s, which no picture is made into (float, double and uint8 are): give a .npy file",
        port->name, element_name(port->type));
}

struct tensor *tensor_load_image(const char *path, const struct port *port, const struct image_option *option,
                                 GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);
    struct arrangement at = { -1, 0, 0 };
    struct pixels picture;
    struct tensor *tensor;
    const guint8 *data;
    stbi_uc *pixels;
    int size, own;

    if (!file || !check_type(path, port, error) || !check_gamma(path, option, error) ||
        !arrange(path, port, option, &at, error))
        return NULL;
    data = (const guint8 *)g_mapped_file_get_contents(file);
    size = (int)MIN(g_mapped_file_get_length(file), (gsize)G_MAXINT);
    if (!picture_check(data, g_mapped_file_get_length(file), path, error))
        return NULL;
    if (!stbi_info_from_memory(data, size, &picture.width, &picture.height, &own)) {
        input_error(path, error, "the picture is damaged (%s)", stbi_failure_reason());
        return NULL;
    }
    if (!check_size(path, port, &at, picture.width, picture.height, error))
        return NULL;
    picture.channels = wanted_channels(port, &at, own);
    picture.pixels = pixels =
        stbi_load_from_memory(data, size, &picture.width, &picture.height, &own, picture.channels);
    if (!pixels) {
        input_error(path, error, "the picture is truncated or damaged (%s)", stbi_failure_reason());
        return NULL;
    }
    tensor = make_tensor(port, &at, &picture, option, error);
    stbi_image_free(pixels);
    return tensor;
}
