/* A protected model or program as a file, for use outside of LLTFI: what `lltfi protect` writes. */
#ifndef LLTFI_ENGINE_PROTECTED_H
#define LLTFI_ENGINE_PROTECTED_H

#include "config/campaign.h"
#include "config/protection.h"
#include "passes/ir/ir.h"

/* What a plan did. */
struct protected_counts {
    unsigned instructions; /* before protection; static */
    unsigned protected;    /* how many of them are protected */
};

/* The hash by which a plan knows the campaign's model or program. The caller frees. */
char *protected_hash(const struct campaign *campaign, GError **error);

/*
 * Adds to a rule of the technique range the bounds of the outputs of the layers that it selects: the extremes over all
 * inputs of the campaign, moved away from 0 by `margin` (0.1: a tenth). Softmax's outputs are known without, and what
 * it stores in between is not between them.
 */
gboolean protected_profile_bounds(const struct campaign *campaign, struct protection_rule *rule, double margin,
                                  GError **error);

/* LLFI indices (unsigned, ascending) of the instructions that can be protected in a scope. */
GArray *protected_candidates(const struct campaign *campaign, int scope, GError **error);

/*
 * Applies the plan to the campaign's model or program and writes it: LLVM IR (.ll), bitcode (.bc), an object file (.o)
 * or, with any other ending, an executable. `path` NULL: only counts. `form`: of models, scalar or fast, after the
 * vectorizer. It is an error if nothing is protected.
 */
gboolean protected_write(const struct campaign *campaign, const struct protection *plan, enum form form,
                         const char *path, struct protected_counts *counts, GError **error);

#endif
