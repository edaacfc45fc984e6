/* A process that runs trials: takes their numbers from a counter that all workers share, writes results to a pipe. */
#ifndef LLTFI_ENGINE_WORKER_H
#define LLTFI_ENGINE_WORKER_H

#include "engine/run.h"

/* What the workers of a campaign share with each other and with their parent. */
struct shared {
    uint64_t next;      /* first trial that nobody has taken, counted atomically */
    uint32_t stop;      /* start no more trials */
    uint32_t told;      /* it has been said that some trials are no snapshots */
    uint32_t no_walk;   /* no trial could leave a walk */
    uint64_t current[]; /* by worker: the trial that it is in, for messages */
};

/* A trial, or an error, on its way to the parent: this, then `injections` times struct injection and `changes` times
 * struct change, or `text` bytes. */
struct worker_message {
    struct trial trial;
    uint32_t injections, changes;
    uint32_t text; /* > 0: the worker failed; the message's length */
};

/* Never returns. `index` numbers the worker, `pipe` is where its messages go. */
void worker_main(const struct run *run, struct shared *shared, int index, int pipe) G_GNUC_NORETURN;

/* Takes the message at *at from what was received, and moves on. FALSE: it is not complete yet. The injections and
 * changes belong to the caller. */
gboolean worker_read(const GByteArray *received, size_t *at, struct trial *trial, char **failure);

#endif
