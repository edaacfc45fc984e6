/*
 * Gates of a program's blocks (passes/inject/gates.h). The runtime opens the gates that are to count, and closes them
 * after the last fault, so that the rest of the run is as fast as the program itself.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_GATES_H
#define LLTFI_RUNTIME_PROGRAM_GATES_H

#include "runtime/shared/inject.h"

#include <stdbool.h>
#include <stdint.h>

enum gate_state {
    GATE_CLOSED,
    GATE_COUNTS,
    GATE_LOCATES, /* counts down, and counts how often its block is entered, in lltfi_executions */
    GATE_MARKS    /* the same, and calls lltfi_near each time: the gate may become a lead (leads.h) */
};

#define ALL_GATES UINT32_MAX

/* By gate: how often it was passed; and the same at the last lead. Defined with the program's gates. */
extern uint64_t lltfi_executions[];
extern uint64_t lltfi_led[];
extern const uint64_t lltfi_n_gates;

/* Sets one gate, or ALL_GATES. False: the system does not let code be changed. */
bool gates_set(uint32_t number, enum gate_state state);

/* The same, and remembers the gate for gates_close. */
bool gates_open(uint32_t number, enum gate_state state);
void gates_close(void);

/* Opens the gates in front of a site, to strike each of its executions. */
bool gates_open_site(uint32_t site);

/* Gates stay as they are after a fault. */
extern bool lltfi_keeps_gates;

/* After a fault: all gates count if there is another one to come, and none if not. */
void gates_settle(void);

/* Whether lltfi_near may have to stop a walk or follow a lead, not only return what is left. */
extern bool lltfi_stops;

/* The thread's own part of the countdown, in programs with threads (rations.c). */
extern _Thread_local uint64_t lltfi_ration;

/* Called when a block of `size` selected instructions finds that the fault may be among them. Returns the countdown at
 * the block's beginning: the fault is in this block if that is less than size. */
KEEPS_REGISTERS uint64_t lltfi_near(uint64_t size, uint32_t gate);
KEEPS_REGISTERS uint64_t lltfi_near_shared(uint64_t size, uint32_t gate);

/* Called after an armed copy, with the new countdown. */
KEEPS_REGISTERS void lltfi_settle(uint64_t countdown);
KEEPS_REGISTERS void lltfi_settle_shared(uint64_t countdown);

/* Once, before there are other threads. */
void rations_start(void);
/* Adds this thread's ration to the countdown again. */
void rations_return(void);
/* In a child, which has one thread. */
void rations_leave(void);

#endif
