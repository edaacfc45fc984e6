/*
 * Leads: gates that are passed rarely. An open gate in a loop costs time in every iteration, so a trial that opened the
 * gate of its fault from the beginning would be slow long before the fault. It opens a lead instead. When the lead has
 * been passed as often as in the walk shortly before the fault, the trial opens the gate of the fault.
 *
 * In a walk all gates mark at first; a gate that is passed too often to be a lead is then set to locate only.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_LEADS_H
#define LLTFI_RUNTIME_PROGRAM_LEADS_H

#include <stdbool.h>
#include <stdint.h>

struct gate_lead {
    uint32_t is_there;
    uint32_t gate;
    uint64_t countdown; /* selected instructions of its block to be passed before the other gate is opened */
};

/* Where a fault strikes: in the block behind this gate, after this countdown if no other gate is open. */
struct location {
    uint32_t gate;         /* ALL_GATES: all count */
    uint64_t countdown;    /* from the beginning, or from the end of the lead's countdown */
    struct gate_lead lead; /* a gate to open first */
};

/* In a walk, when a marking gate is passed, after `elapsed` selected instructions: the gate becomes the last lead, or
 * is set to locate only, or neither. */
void leads_pass(uint32_t gate, uint64_t size, uint64_t elapsed);
/* In a walk, at a stop in the block of location->gate: adds the last lead to the location if that saves time. */
void leads_add(struct location *location, uint64_t size);
void leads_forget(void);

/* In a trial, before it begins: remembers which gate to open after the lead. */
void leads_start(const struct location *location);
/* In a trial, at the end of a countdown: whether it was the lead's. Then the fault's gate is open and *countdown is its
 * countdown. */
bool leads_follow(uint64_t *countdown);

#endif
