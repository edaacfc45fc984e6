/* Parts of one run of a program: its process, from start to end. */
#ifndef LLTFI_ENGINE_PROGRAM_CHILD_H
#define LLTFI_ENGINE_PROGRAM_CHILD_H

#include "engine/program/subject.h"

#include <sys/types.h>

/* What is kept of each stream; what comes after it is read and dropped. */
#define MOST_OUTPUT (64u << 20)
#define MOST_MESSAGES (1u << 20)

/* The same in every run, as the environment and the executable's path lie on the program's stack and move it. */
#define SHARED_NAME "shared"
#define SHARED_FROM_RUN "../" SHARED_NAME
#define PROGRAM_NAME "program"
#define PROGRAM_FROM_RUN "../" PROGRAM_NAME

/* A stream of the program that is read here. */
struct stream {
    int descriptor; /* -1: it has ended */
    GByteArray *kept;
    guint most;
};

struct running {
    pid_t pid;
    int end; /* becomes readable when the process has ended */
    struct stream streams[2];
    void *pages; /* the shared file */
    size_t size;
};

struct child_plan {
    const char *executable, *folder, *input;
    char **arguments, **environment;
    int output, messages;
};

gboolean child_start(struct running *running, struct child_plan *plan, GError **error);

/* Takes what is in a stream. FALSE: there is nothing more now. */
gboolean child_receive(struct stream *stream);

/* Until the process ends or its time is over. TRUE: it ended by itself. */
gboolean child_watch(struct running *running, double timeout);

/* Takes its end and ends all that it started; `spared`, a child of ours as well, goes on (0: there is none). */
void child_finish(struct running *running, struct run_result *result, pid_t spared);

/* A run's shared file, and what is in it, in the files and in the streams when the program has ended (program_run.c).
 */
gboolean run_share(struct running *running, const struct run_order *order, const char *path, GError **error);
void run_keep(const struct program_subject *subject, const struct running *running, const struct run_order *order,
              const char *folder, const char *shared, struct run_result *result);
/* What it counted (counts.c): result->shared is there. */
void run_keep_counts(const struct run_order *order, const char *path, struct run_result *result);
struct run_result *run_result_new(void);
/* How a run begins. */
struct child_plan run_child_plan(const struct program_subject *subject, const char *folder, char **environment);

#endif
