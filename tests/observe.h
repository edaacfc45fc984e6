/* A fault that changes nothing, and records where it struck. */
#ifndef LLTFI_TESTS_OBSERVE_H
#define LLTFI_TESTS_OBSERVE_H

#include "runtime/shared/inject.h"

static inline void observe_injection(const struct injection *injection, void *data)
{
    *(struct injection *)data = *injection;
}

/* `injection` is filled when the fault strikes; until then its site is UINT32_MAX. */
static inline struct runtime_plan observing_plan(struct injection *injection)
{
    *injection = (struct injection){ .site = UINT32_MAX };
    return (struct runtime_plan){
        .type = FAULT_NONE,
        .num_bits = 1,
        .bit = -1,
        .every_site = -1,
        .n_faults = 1,
        .record = observe_injection,
        .data = injection,
    };
}

#endif
