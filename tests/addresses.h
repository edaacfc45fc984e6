/* Whether programs can be run at the same addresses each time, which some containers don't permit. */
#ifndef LLTFI_TEST_ADDRESSES_H
#define LLTFI_TEST_ADDRESSES_H

#include <glib.h>
#include <sys/personality.h>

#define ADDRESSES_VARY "addresses can't be fixed here (personality is not permitted)"

static inline gboolean addresses_are_fixed(void)
{
    int now = personality(0xffffffff);

    if (personality((unsigned long)now | ADDR_NO_RANDOMIZE) == -1)
        return FALSE;
    personality((unsigned long)now);
    return TRUE;
}

#endif
