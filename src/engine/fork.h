/* Child processes: that signals of the terminal do not reach, and that report to their parent. */
#ifndef LLTFI_ENGINE_FORK_H
#define LLTFI_ENGINE_FORK_H

#include <stddef.h>
#include <sys/types.h>

/* A request to stop, which a terminal sends to every process of the campaign, concerns the first process alone:
 * children keep it blocked from their first instruction on, and end as they would. Returns as fork does. */
pid_t fork_undisturbed(void);

/* In a child: writes all bytes to the parent. Ends the child if the parent has ended. */
void write_to_parent(int pipe, const void *data, size_t size);

#endif
