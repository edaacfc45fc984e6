/*
 * LLFI's input.yaml beyond our campaign file: keys that only LLFI has, and what LLFI refuses.
 *
 *     struct llfi_option option = { 0 };
 *     struct dialect dialect = llfi_dialect(&option, FALSE);
 *     campaign_load(campaign, "input.yaml", &dialect, &error);
 */
#ifndef LLTFI_LLFI_DIALECT_DIALECT_H
#define LLTFI_LLFI_DIALECT_DIALECT_H

#include "config/schema.h"

/* What LLFI's keys say. All zero before a file is read. */
struct llfi_option {
    gboolean selects;     /* compileOption is there */
    gboolean tracing;     /* tracingPropagation */
    int64_t max_trace;    /* instructions that a trace has after the fault; 0: not given */
    gboolean cdfg;        /* generateCDFG */
    gboolean debug_trace; /* debugTrace, which has no effect */
    double timeout;       /* misspelt forms of defaultTimeout; 0: not given */
};

/* Reads LLFI's keys into `option`, which must outlive the dialect. For LLFI's verbs, which do what these keys say and
 * refuse what LLFI refuses; for other campaigns keys without effect are noticed. */
struct dialect llfi_dialect(struct llfi_option *option, gboolean for_verbs);

/* input.yaml as LLFI's verbs read it, with a negative seed where it gives none. */
struct campaign *llfi_campaign_load(const char *path, struct llfi_option *option, GError **error);

#endif
