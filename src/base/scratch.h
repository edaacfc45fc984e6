/* Temporary folders that are removed however the program ends. */
#ifndef LLTFI_BASE_SCRATCH_H
#define LLTFI_BASE_SCRATCH_H

#include <glib.h>

/* A folder for temporary files. */
struct scratch {
    char *path;
    int lock; /* an open file: the folder is in use while some process has it */
};

/* A new one in the system's folder for such. Those of runs that were killed are removed first. */
struct scratch *scratch_new(GError **error);
/* Removes it. */
void scratch_free(struct scratch *scratch);
typedef struct scratch scratch_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(scratch_t, scratch_free)

struct guard;

/* From here on SIGINT, SIGTERM and SIGHUP remove the folder before they end the program. */
struct guard *scratch_guard_begin(const char *folder);
/* Unblocks the signals that were not blocked before. */
void scratch_guard_end(struct guard *guard);

#endif
