#include "library/library.h"

#include "base/errors.h"

#include "version.h"

const char *lltfi_version(void)
{
    return LLTFI_VERSION;
}

const char *lltfi_outcome_name(lltfi_outcome outcome)
{
    return (unsigned)outcome < OUTCOME_COUNT ? outcome_names[outcome] : "";
}

const char *lltfi_error_message(const lltfi_error *error)
{
    return error ? error->message : "";
}

int lltfi_error_is_usage(const lltfi_error *error)
{
    return g_error_matches(error, LLTFI_ERROR, LLTFI_ERROR_USAGE) ||
           g_error_matches(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG);
}

void lltfi_error_free(lltfi_error *error)
{
    if (error)
        g_error_free(error);
}
