#include "config/campaign.h"

#include "base/errors.h"

static gboolean check_error(GError **error, const char *message)
{
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, message);
    return FALSE;
}

gboolean run_option_check(const struct run_option *option, GError **error)
{
    gboolean window = option->window_start >= 0 || option->window_end >= 0;

    if (option->window_len >= 0 && (window || option->max_multiple >= 0))
        return check_error(
            error,
            "window_len asks for two faults, fi_max_multiple and window_len_multiple for more: give one of them");
    if ((option->window_start < 0) != (option->window_end < 0))
        return check_error(error, "window_len_multiple_startindex and window_len_multiple_endindex belong together");
    if (option->window_start > option->window_end)
        return check_error(error, "window_len_multiple_startindex is above window_len_multiple_endindex");
    if (option->bit >= 0 && option->fault == FAULT_RANDOM_VALUE)
        return check_error(error, "fi_bit has no meaning for random_value, which replaces the whole register");
    return TRUE;
}
