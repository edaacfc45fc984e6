/* The key `image`: how pictures become tensors. */
#include "config/settings.h"

#include "base/errors.h"

#include <float.h>
#include <string.h>

#define IMAGE(field) CAMPAIGN(image.field), .holds = HOLDS_FOR_MODELS, .decides = DECIDES_ALWAYS

/* Parses a list of numbers; one that is too short repeats its last number. */
static gboolean parse_channels(double *channels, const char *text, double least, GError **error)
{
    g_auto(GStrv) numbers = g_strsplit(text, ",", -1);
    guint n = g_strv_length(numbers);

    if (n < 1 || n > 4)
        return set_error(error, LLTFI_ERROR_USAGE,
                         "'%s' must be one number, or one for each channel (at most 4) separated by commas", text);
    for (guint c = 0; c < 4; c++)
        if (!number_parse(numbers[MIN(c, n - 1)], least, G_MAXDOUBLE, &channels[c], error))
            return FALSE;
    return TRUE;
}

/* Reads one number for all channels of a picture, or a list of up to four. */
static void load_channels(struct loader *loader, const struct yaml *node, const char *what, double least,
                          double *channels)
{
    guint n = node->kind == YAML_LIST ? node->items->len : 1;
    double number = 0;

    if (n < 1 || n > 4) {
        loader_error(loader, node, "%s must be one number, or a list of one for each channel (at most 4)", what);
        return;
    }
    for (guint c = 0; c < 4; c++) {
        const struct yaml *item = node->kind != YAML_LIST ? node : c < n ? node->items->pdata[c] : NULL;
        const char *text = item && (c == 0 || item != node) ? load_scalar(loader, item, what, "a number") : NULL;
        g_autoptr(GError) error = NULL;

        if (text && !number_parse(text, least, G_MAXDOUBLE, &number, &error))
            loader_error(loader, item, "%s: %s", what, error->message);
        channels[c] = number;
    }
}

static void load_mean(struct loader *loader, const struct yaml *node, gpointer mean)
{
    load_channels(loader, node, "mean", -G_MAXDOUBLE, mean);
}

static gboolean set_mean(gpointer mean, const char *text, GError **error)
{
    return parse_channels(mean, text, -G_MAXDOUBLE, error);
}

static void load_std(struct loader *loader, const struct yaml *node, gpointer std)
{
    load_channels(loader, node, "std", DBL_MIN, std);
}

static gboolean set_std(gpointer std, const char *text, GError **error)
{
    return parse_channels(std, text, DBL_MIN, error);
}

static void append_channels(GString *text, gconstpointer channels)
{
    append_numbers(text, channels, 4);
}

static const struct word layouts[] = {
    { "auto", LAYOUT_AUTO }, { "NCHW", LAYOUT_NCHW }, { "NHWC", LAYOUT_NHWC }, { NULL }
};

const struct key image_keys[] = {
    { "layout", KEY_CHOICE, IMAGE(layout), .words = layouts,
      .option = { "layout", 0, GROUP_INPUT, "ORDER", "layout of pictures: auto (default), NCHW, NHWC" } },
    { "scale", KEY_NUMBER, IMAGE(scale), .least = -G_MAXDOUBLE, .standard = "1/255",
      .option = { "scale", 0, GROUP_INPUT, "X", "pixels become ((pixel * scale)^gamma - mean) / std" } },
    { "gamma", KEY_NUMBER, IMAGE(gamma), .least = DBL_MIN,
      .option = { "gamma", 0, GROUP_INPUT, "X", "default 1 (default of scale: 1/255)" } },
    { "mean", KEY_CUSTOM, IMAGE(mean), .load = load_mean, .word = set_mean, .append = append_channels,
      .type = "number, or one for each channel (up to 4)", .standard = "0",
      .option = { "mean", 0, GROUP_INPUT, "X[,X...]", "one number, or one for each channel; default 0" } },
    { "std", KEY_CUSTOM, IMAGE(std), .load = load_std, .word = set_std, .append = append_channels,
      .type = "number above 0, or one for each channel", .standard = "1",
      .option = { "std", 0, GROUP_INPUT, "X[,X...]", "the same; default 1" } },
    { "invert", KEY_BOOL, IMAGE(invert),
      .option = { "invert", 0, GROUP_INPUT, NULL, "a pixel becomes 255 - pixel first" } },
    { NULL },
};
