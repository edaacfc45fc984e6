/*
 * Leads: gates that are passed rarely. An open gate in a loop takes part in each of its rounds, so a trial that opened
 * the gate of its fault from the beginning would be slowed down long before. It opens a lead instead, and the gate of
 * the fault only when the lead has been passed as often as it had been in the walk shortly before the fault.
 *
 * In a walk all gates mark to begin with; what is passed too often for a lead then only locates.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_LEADS_H
#define LLTFI_RUNTIME_PROGRAM_LEADS_H

#include <stdbool.h>
#include <stdint.h>

struct gate_lead {
    uint32_t is_there;
    uint32_t gate;
    uint64_t countdown; /* of what passes it; then the other gate is opened */
};

/* Where a fault strikes: in the block behind a gate, and the countdown that leads there if no other gate is open. */
struct location {
    uint32_t gate;         /* ALL_GATES: all count */
    uint64_t countdown;    /* from the beginning, or from where the lead's is over */
    struct gate_lead lead; /* another gate */
};

/* In a walk, where a gate that marks is passed: after `elapsed` selected instructions. */
void leads_pass(uint32_t gate, uint64_t size, uint64_t elapsed);
/* In a walk, in the block of a gate: adds the last lead, where one helps. */
void leads_add(struct location *location, uint64_t size);
void leads_forget(void);

/* In a trial, before it begins: what is opened behind the lead. */
void leads_start(const struct location *location);
/* In a trial, where a countdown is over: whether that was the lead's. The other gate is open then, and *countdown its
 * own. */
bool leads_follow(uint64_t *countdown);

#endif
