/*
 * What instrumented code calls, and how the engine arms it. No GLib: this is also linked into instrumented programs.
 *
 * The countdown is the number of selected instructions still to be executed before the one that is struck: 0 means the
 * next one. An instrumented block takes its number of selected instructions from it; after the last fault it is so
 * large that it never reaches 0 again.
 */
#ifndef LLTFI_RUNTIME_SHARED_INJECT_H
#define LLTFI_RUNTIME_SHARED_INJECT_H

#include "base/faults.h"
#include "base/random.h"
#include "runtime/program/software.h"

#include <stdbool.h>
#include <stdint.h>

/* Calls from armed copies preserve all registers, so that they do not change the program's register allocation. */
#ifdef LLTFI_IN_PROGRAM
#define KEEPS_REGISTERS __attribute__((preserve_most))
#else
#define KEEPS_REGISTERS
#endif

#define NEVER (UINT64_MAX / 2)

struct runtime_plan {
    enum fault_type type;
    struct runtime_software software;
    unsigned num_bits;       /* distinct bits of one register */
    int64_t bit;             /* the bit, -1: drawn */
    int64_t reg_index;       /* the register among the instruction's selected ones, -1: drawn */
    int64_t every_site;      /* >= 0: strike every execution of this site and no other; countdown stays 0 */
    unsigned n_faults;       /* executions to strike: the first when the countdown is over, then after each gap */
    struct random random;    /* draws registers and bits */
    const uint64_t *allowed; /* by site: bit r allows faults in register r; NULL: all. A fault that is not allowed is
                                not injected but refused */
    bool refused;
    void (*record)(const struct injection *injection, void *data); /* called before the value is used */
    void *data;
    struct injection *kept;    /* set by `record`: where the injection is, to which a software fault, which acts
                                          after it was recorded, adds what became of the value; NULL: nowhere */
    uint64_t gaps[MAX_FAULTS]; /* gaps[i]: selected instructions from fault i-1 to fault i, >= 1 */
};

/* Applies the plan's fault to one value of `width` bits in memory; *injection receives bits and values. False: nothing
 * was done, because the value does not have the bit that the plan names, or is too large. */
bool runtime_change(struct runtime_plan *plan, void *value, uint32_t width, struct injection *injection);

/* Read and written by instrumented code. It stays 0 if every execution of a site is struck. */
extern uint64_t lltfi_countdown;

/* Arms a plan, which belongs to the caller and must be valid until the run ends. `countdown` is to its first fault. */
void runtime_arm(struct runtime_plan *plan, uint64_t countdown);
/* Whether faults of the plan are still to come. */
bool runtime_pending(void);
/* Whether the plan is to strike every execution of a site. */
bool runtime_strikes_always(void);

/* Called by armed blocks for every selected register: changes the value in place if its instruction is struck. */
KEEPS_REGISTERS void lltfi_inject(uint64_t countdown, uint32_t site, uint32_t reg_index, uint32_t n_registers,
                                  void *value, uint32_t width);
/* Called after each selected instruction of an armed block: the countdown of the next one. */
KEEPS_REGISTERS uint64_t lltfi_step(uint64_t countdown);

/* For a call whose operands and result are sites. Before the call lltfi_hold returns which fault strikes the result,
 * plus 1; 0: none does. After the call lltfi_release makes the change. */
KEEPS_REGISTERS uint64_t lltfi_hold(uint64_t countdown, uint32_t site, uint32_t reg_index, uint32_t n_registers);
KEEPS_REGISTERS void lltfi_release(uint64_t held, uint32_t site, uint32_t reg_index, void *value, uint32_t width);

#endif
