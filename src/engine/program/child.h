/* Parts of program_run: the process of a run, from start to end. */
#ifndef LLTFI_ENGINE_PROGRAM_CHILD_H
#define LLTFI_ENGINE_PROGRAM_CHILD_H

#include "engine/program/confine.h"
#include "engine/program/subject.h"

#include <sys/types.h>

/* What is kept of each stream; of what comes after it there is a hash. */
#define MOST_OUTPUT (64u << 20)
#define MOST_MESSAGES (1u << 20)

/* These paths have the same length in every run: they are on the program's stack, and longer ones would move it. */
#define SHARED_NAME "shared"
#define PROGRAM_NAME "program"

/* An output stream of the program, read by this process. */
struct stream {
    int descriptor; /* -1: closed */
    GByteArray *kept;
    guint most;
    struct dropped *dropped;
};

struct running {
    gboolean confined;
    pid_t pid; /* confined: its init's */
    int end;   /* readable once the process has ended */
    struct stream streams[2];
    void *pages; /* the shared file */
    size_t size;
};

struct child_plan {
    struct confinement *confinement; /* NULL: the run is not confined */
    gboolean walks, in_turn; /* in_turn: one thread runs at a time */
    const char *executable, *folder; /* as the program sees them */
    const char *input_path;
    char **arguments, **environment;
    int input, output, messages; /* set by child_start */
};

gboolean child_start(struct running *running, struct child_plan *plan, GError **error);

/* Reads from a stream. FALSE: there is nothing to read now, or the stream has ended. */
gboolean child_receive(struct stream *stream);

/* Reads the streams until the process ends or the time is over. TRUE: it ended by itself. */
gboolean child_watch(struct running *running, double timeout);

/* The only child of a process; 0: it has none. */
pid_t child_of(pid_t process);

/* Ends it at once; child_finish is still to be called. */
void child_kill(const struct running *running);

/* Waits for the process and kills all that it started, except `spared`, another child of ours (0: none). */
void child_finish(struct running *running, struct run_result *result, pid_t spared);

/* A run's shared file, and what is in it, in the files and in the streams when the program has ended (program_run.c).
 */
gboolean run_share(struct running *running, const struct run_order *order, gboolean confined, const char *path,
                   GError **error);
void run_keep(const struct program_subject *subject, const struct running *running, const struct run_order *order,
              const char *folder, const char *shared, struct run_result *result);
/* Takes what it counted (counts.c); result->shared must be set. */
void run_keep_counts(const struct run_order *order, const char *path, struct run_result *result);
struct run_result *run_result_new(void);
/* What the program writes goes into the result. */
void run_streams(struct running *running, struct run_result *result);
/* How a run begins. Free the plan's environment with g_strfreev. */
struct child_plan run_child_plan(const struct program_subject *subject, struct confinement *confinement,
                                 const char *folder);

#endif
