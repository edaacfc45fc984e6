#include "runtime/program/leads.h"

#include "runtime/program/gates.h"

#include <string.h>
#include <unistd.h>

/* A lead may be passed MOST_PASSES + elapsed / RARE times before the fault, all marking gates together MOST_ALL_PASSES
 * + elapsed / RARE_ALL times. Leads are at least elapsed / SHARE selected instructions apart. */
#define MOST_PASSES 16
#define MOST_ALL_PASSES 20000
#define RARE 4096
#define RARE_ALL 1024
#define SHARE 1024

static struct {
    struct gate_lead lead;
    uint64_t passes; /* of all marking gates so far */
    uint64_t at;     /* selected instructions that had elapsed at the lead */
} last;

static struct {
    bool waits;
    uint32_t gate;
    uint64_t countdown;
} next;

void leads_pass(uint32_t gate, uint64_t size, uint64_t elapsed)
{
    uint64_t executions = lltfi_executions[gate];

    if (executions > MOST_PASSES + elapsed / RARE || ++last.passes > MOST_ALL_PASSES + elapsed / RARE_ALL) {
        gates_set(gate, GATE_LOCATES);
        return;
    }
    if (elapsed - last.at < elapsed / SHARE + lltfi_n_gates)
        return;
    last.lead = (struct gate_lead){ true, gate, (executions - 1) * size };
    last.at = elapsed;
    memcpy(lltfi_led, lltfi_executions, lltfi_n_gates * sizeof(uint64_t));
}

void leads_add(struct location *location, uint64_t size)
{
    uint64_t passed = lltfi_led[location->gate];

    if (!last.lead.is_there || last.lead.gate == location->gate || passed <= lltfi_led[last.lead.gate])
        return;
    location->lead = last.lead;
    location->countdown -= passed * size;
}

void leads_forget(void)
{
    memset(&last, 0, sizeof(last));
    memset(lltfi_led, 0, lltfi_n_gates * sizeof(uint64_t));
}

void leads_start(const struct location *location)
{
    if (!location->lead.is_there)
        return;
    next.waits = lltfi_stops = true;
    next.gate = location->gate;
    next.countdown = location->countdown;
}

bool leads_follow(uint64_t *countdown)
{
    if (!next.waits)
        return false;
    next.waits = lltfi_stops = false;
    gates_close();
    if (!gates_open(next.gate, GATE_COUNTS))
        _exit(127);
    *countdown = next.countdown;
    return true;
}
