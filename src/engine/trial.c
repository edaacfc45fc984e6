#include "engine/trial.h"

#include "engine/model/targets.h"

void trial_add_injection(struct trial *trial, const struct planned *planned, const struct injection *from)
{
    struct injection *to;

    trial->injections = g_renew(struct injection, trial->injections, (gsize)trial->n_injections + 1);
    to = &trial->injections[trial->n_injections++];
    *to = *from;
    to->level = planned->level;
    to->cycle = planned->target ? 0 : planned->cycle;
    to->value = planned->target ? planned->target->value : 0;
    to->element = planned->target ? planned->element : 0;
    for (uint64_t i = 1; i <= from->fault && i < MAX_FAULTS; i++)
        to->cycle += planned->runtime.gaps[i];
}
