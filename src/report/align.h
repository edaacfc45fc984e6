/* Which elements of two sequences belong together: what `diff` does, for numbers. */
#ifndef LLTFI_REPORT_ALIGN_H
#define LLTFI_REPORT_ALIGN_H

#include <glib.h>
#include <stdint.h>

/*
 * match[i] receives the index in `b` of the element that a[i] is aligned with, or -1; both ascend. What both begin with
 * is aligned before anything else. The alignment is a longest one where the sequences differ little; where they differ
 * much, it is a good one, found in bounded time (some 10^8 steps for 10^5 elements that have nothing in common).
 */
void align(const uint32_t *a, gsize n, const uint32_t *b, gsize m, int64_t *match);

#endif
