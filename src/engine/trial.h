/* What all kinds of subjects put into the record of a trial. */
#ifndef LLTFI_ENGINE_TRIAL_H
#define LLTFI_ENGINE_TRIAL_H

#include "engine/plan.h"

/* Appends what the runtime did to trial->injections. */
void trial_add_injection(struct trial *trial, const struct planned *planned, const struct injection *from);

#endif
