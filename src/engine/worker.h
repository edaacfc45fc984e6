/* A process that runs trials: it takes their numbers from a counter that all workers share, and writes results to a
 * pipe. */
#ifndef LLTFI_ENGINE_WORKER_H
#define LLTFI_ENGINE_WORKER_H

#include "engine/run.h"

/* Memory shared by the workers of a campaign and their parent. */
struct shared {
    uint64_t next;      /* the first trial that no worker has taken; atomic */
    uint32_t stop;      /* start no more trials */
    uint32_t flags;     /* a set for the subject's workers; atomic */
    uint64_t current[]; /* by worker: its current trial, for messages */
};

struct worker {
    const struct run *run;
    const char *scratch; /* a folder of its own; NULL: the run has none */
    struct shared *shared;
    int index, pipe;
    GByteArray *written; /* results that are not in the pipe yet */
    double now;          /* the time in seconds when the last trial ended and the next one began */
    double last_write;
    uint64_t n_run, next_control; /* trials of this worker, and how many there are before its next control trial */
    gpointer state;               /* the subject's */
};

enum message_kind {
    WORKER_TRIAL,
    WORKER_CONTROL, /* a control trial; the text says what differs */
    WORKER_NOTE,    /* a note for the user */
    WORKER_FAILURE  /* the worker failed */
};

/* A message to the parent: this, followed by `injections` times struct injection and `changes` times struct change, or
 * by `text` bytes. */
struct worker_message {
    enum message_kind kind;
    struct trial trial;
    uint32_t injections, changes;
    uint32_t text;
};

/* Never returns. `index` is the worker's number; its messages go to `pipe`. */
void worker_main(const struct run *run, struct shared *shared, int index, int pipe) G_GNUC_NORETURN;

/* For kinds of subjects: */

/* Runs the trials begin..end-1 that are to be run in the order of their numbers: a kind's run_chunk. */
void worker_run_each(struct worker *worker, uint64_t begin, uint64_t end);
/* Whether a trial has been run before, and whether no more are to be started. */
gboolean worker_leaves_out(const struct worker *worker, uint64_t number);
gboolean worker_stops(const struct worker *worker);
/* Runs a trial and sends its result. */
void worker_run(struct worker *worker, uint64_t number, const struct planned *planned);
/* Runs a trial as a control trial, if the campaign has some. */
void worker_control(struct worker *worker, uint64_t number, const struct planned *planned);
/* Seconds since the last call. It is called once for each trial, since reading the clock takes part of a short one. */
double worker_lap(struct worker *worker);
/* Writes results to the pipe, before the process forks. */
void worker_write_out(struct worker *worker);
void worker_note(struct worker *worker, const char *text);
void worker_fail(struct worker *worker, const GError *error) G_GNUC_NORETURN;

/* Takes the message at *at from what was received, and moves on. FALSE: it is not complete yet. The trial's injections
 * and changes belong to the caller, and so does *text, NULL for a trial. */
gboolean worker_read(const GByteArray *received, size_t *at, struct worker_message *message, char **text);

#endif
