/*
 * Runs every single-bit fault of the selected sites: each dynamic instruction, register and bit, for every input.
 *
 * Workers take units (units.h) and send what they counted (bins.h), so neither memory nor messages grow with the
 * number of trials. Faults that stay in their grain run in the worker (tier 1). Many of these give a grain the same
 * wrong value, whose outcome is computed only once. The other faults are forked (tier 2), or left out.
 */
#ifndef LLTFI_ENGINE_EXHAUSTIVE_EXHAUSTIVE_H
#define LLTFI_ENGINE_EXHAUSTIVE_EXHAUSTIVE_H

#include "engine/exhaustive/bins.h"
#include "engine/exhaustive/ranges.h"
#include "engine/exhaustive/units.h"

/* Is called once for each finished unit, in any order. FALSE with an error ends the campaign. */
typedef gboolean (*unit_sink)(uint64_t unit, const struct bin *bins, size_t n, gpointer data, GError **error);

struct exhaustive {
    const struct units *units; /* of a model that is compiled */
    int jobs;
    const char *scratch;       /* an existing folder, for RULE_COMMAND's files; NULL: none */
    const GArray *done;        /* ranges of units to leave out (ranges.h), only read before the workers start */
    const volatile gint *stop; /* set from outside: end the units that run, and start no more; NULL: never */
    unit_sink sink;
    gboolean (*tick)(gpointer data, GError **error); /* called several times a second; NULL: not */
    gpointer data;                                   /* for sink and tick */
};

gboolean exhaustive_run(const struct exhaustive *exhaustive, GError **error);

/* About how many seconds it would take with `jobs` processors of its own, from a short sample of every layer. */
gboolean exhaustive_estimate(const struct exhaustive *exhaustive, double *seconds, GError **error);

#endif
