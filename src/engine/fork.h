/* Processes that signals of the terminal do not reach. */
#ifndef LLTFI_ENGINE_FORK_H
#define LLTFI_ENGINE_FORK_H

#include <sys/types.h>

/* A request to stop, which a terminal sends to every process of the campaign, concerns the first process alone:
 * children keep it blocked from their first instruction on, and end as they would. Returns as fork does. */
pid_t fork_undisturbed(void);

#endif
