/* A folder that is removed if the user ends the program by a signal. */
#ifndef LLTFI_BASE_SCRATCH_H
#define LLTFI_BASE_SCRATCH_H

struct guard;

/* From here on SIGINT, SIGTERM and SIGHUP remove the folder before they end the program. */
struct guard *scratch_guard_begin(const char *folder);
/* Unblocks the signals that were not blocked before. */
void scratch_guard_end(struct guard *guard);

#endif
