/*
 * Gates of a program's blocks (passes/inject/gates.h). The runtime opens those that shall count, and closes them when
 * no more faults are to come, so that the rest of the run costs what the program costs.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_GATES_H
#define LLTFI_RUNTIME_PROGRAM_GATES_H

#include "runtime/shared/inject.h"

#include <stdbool.h>
#include <stdint.h>

enum gate_state {
    GATE_CLOSED,
    GATE_COUNTS,
    GATE_LOCATES, /* and counts how often its block is entered, in lltfi_executions */
    GATE_MARKS    /* and asks lltfi_near each time, as a gate that may lead to others (leads.h) */
};

#define ALL_GATES UINT32_MAX

/* By gate: made with the program; and as they were at the last lead. */
extern uint64_t lltfi_executions[];
extern uint64_t lltfi_led[];
extern const uint64_t lltfi_n_gates;

/* False: the system does not let code be changed. */
bool gates_set(uint32_t number, enum gate_state state);

/* The same, and what gates_close closes. */
bool gates_open(uint32_t number, enum gate_state state);
void gates_close(void);

/* Opens those that a site is behind, to strike it each time. */
bool gates_open_site(uint32_t site);

/* Behind a fault: all gates count where another one is to come, and none where not. */
void gates_settle(void);

/* lltfi_near has more to do than to tell what is left. */
extern bool lltfi_stops;

/* What a thread has left of the countdown for itself, in programs with threads (rations.c). */
extern _Thread_local uint64_t lltfi_ration;

/* Where a block of `size` selected instructions finds that the fault may be among them: what is left before it. The
 * fault is there if that is less than size. */
KEEPS_REGISTERS uint64_t lltfi_near(uint64_t size, uint32_t gate);
KEEPS_REGISTERS uint64_t lltfi_near_shared(uint64_t size, uint32_t gate);

/* Behind an armed copy: what is left. */
KEEPS_REGISTERS void lltfi_settle(uint64_t countdown);
KEEPS_REGISTERS void lltfi_settle_shared(uint64_t countdown);

/* Once, before there are other threads. */
void rations_start(void);
/* This thread's goes back to the countdown. */
void rations_return(void);
/* In a child, which has one thread. */
void rations_leave(void);

#endif
