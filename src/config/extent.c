/* How much of the fault space a campaign runs: all of it, or a sample of a size that is decided while it runs. */
#include "config/settings.h"

#include "base/errors.h"
#include "base/setting_name.h"

#include <stdlib.h>
#include <string.h>

#define MOST_BITS 8192

static gint compare_bits(gconstpointer a, gconstpointer b)
{
    unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;

    return left < right ? -1 : left > right;
}

gboolean bits_contain(const GArray *bits, unsigned bit)
{
    return bits->len == 0 || bsearch(&bit, bits->data, bits->len, sizeof(bit), compare_bits);
}

static void add_range(GArray *bits, unsigned low, unsigned high)
{
    for (unsigned bit = low; bit <= high; bit++)
        if (bits->len == 0 || !bits_contain(bits, bit)) {
            g_array_append_val(bits, bit);
            g_array_sort(bits, compare_bits);
        }
}

gboolean bits_parse(const char *text, GArray *bits, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (char **word = words; *word; word++) {
        g_auto(GStrv) ends = g_strsplit(g_strstrip(*word), "..", 2);
        int64_t low, high;

        if (!integer_parse(ends[0] ? ends[0] : "", 0, MOST_BITS - 1, &low, error) ||
            !integer_parse(ends[0] && ends[1] ? ends[1] : ends[0], low, MOST_BITS - 1, &high, error))
            return FALSE;
        add_range(bits, (unsigned)low, (unsigned)high);
    }
    if (bits->len > 0)
        return TRUE;
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "no bit is given: bits are a list such as 0..7,31");
    return FALSE;
}

gboolean share_parse(const char *text, double *share, GError **error)
{
    gboolean percent = g_str_has_suffix(text, "%");
    g_autofree char *digits = g_strndup(text, strlen(text) - (percent ? 1 : 0));
    double number;

    if (!number_parse(g_strstrip(digits), 0, 100, &number, error))
        return FALSE;
    number = percent ? number / 100 : number;
    if (number > 0 && number < 0.5) {
        *share = number;
        return TRUE;
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "'%s' must be a share above 0 and below 50 %%, such as 0.5%% or 0.005", text);
    return FALSE;
}

/* Sets an error about a setting; the message begins with its name. */
static gboolean refuse_setting(GError **error, const char *key, const char *message)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "%s %s", setting_name(key), message);
    return FALSE;
}

static gboolean refuse(GError **error, const char *message)
{
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, message);
    return FALSE;
}

static gboolean refuse_fault(GError **error, enum fault_type fault)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "%s changes a whole register, an exhaustive campaign each of its bits: choose another fault",
                fault_models[fault].name);
    return FALSE;
}

static gboolean check_exhaustive(const struct campaign *campaign, const struct run_option *option, GError **error)
{
    if (campaign->until_error > 0)
        return refuse_setting(error, "until_error",
                              "waits for an interval, and an exhaustive campaign has no interval: drop one");
    if (campaign->level != LEVEL_INSTRUCTION)
        return refuse_setting(error, "level", "has no meaning for an exhaustive campaign: it strikes instructions");
    if (campaign->record)
        return refuse_setting(error, "record",
                              "describes single trials, and an exhaustive campaign keeps none: drop one");
    if (campaign->runs->len > 1)
        return refuse(error, "an exhaustive campaign takes one runOption: run one campaign for each");
    if (option->fault == FAULT_SOFTWARE)
        return refuse(error, "an exhaustive campaign runs bit faults of models: software faults are of programs");
    if (fault_models[option->fault].scope == SCOPE_REGISTER)
        return refuse_fault(error, option->fault);
    if (option->num_bits > 1 || option->max_multiple > 1 || option->window_len > 0)
        return refuse(error, "an exhaustive campaign runs single-bit faults, one a trial: drop what asks for several "
                             "bits or faults");
    if (option->bit >= 0 || option->cycle > 0 || option->index >= 0 || option->reg_index >= 0)
        return refuse(error, "an exhaustive campaign runs every cycle, register and bit: restrict it by bits, "
                             "instructions, registers and layers, not by a fixed bit, cycle, instruction or register");
    return TRUE;
}

static gboolean check_extent(const struct campaign *campaign, GError **error)
{
    if (campaign->exhaustive)
        return check_exhaustive(campaign, campaign->runs->pdata[0], error);
    if (campaign->bits->len > 0)
        return refuse_setting(error, "bits",
                              "restricts an exhaustive campaign: make it exhaustive, or name one bit that is always "
                              "struck");
    if (campaign->contained_only)
        return refuse_setting(error, "contained_only", "restricts an exhaustive campaign: make it exhaustive");
    if (campaign->until_by_layer && campaign->until_error <= 0)
        return refuse_setting(error, "until_error_by",
                              "needs the error that is small enough, for example 0.5%: give that as well");
    if (campaign->until_error > 0 && campaign->runs->len > 1)
        return refuse_setting(error, "until_error", "takes one runOption: run one campaign for each");
    return TRUE;
}

gboolean campaign_check(const struct campaign *campaign, GError **error)
{
    for (guint r = 0; r < campaign->runs->len; r++)
        if (!run_option_check(campaign->runs->pdata[r], error))
            return FALSE;
    return settings_check_subject(campaign, error) && check_extent(campaign, error);
}
