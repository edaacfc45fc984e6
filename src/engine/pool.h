/* Starts worker processes, receives what they send, and ends them together. */
#ifndef LLTFI_ENGINE_POOL_H
#define LLTFI_ENGINE_POOL_H

#include <glib.h>

struct worker_pool {
    int jobs;
    /* Runs in the child number `index` and ends it with status 0; what it writes to `pipe` reaches `receive`. */
    void (*work)(int index, int pipe, gpointer data);
    /* Takes the complete messages from what one worker has sent, and leaves the rest in the buffer. */
    gboolean (*receive)(GByteArray *received, gpointer data, GError **error);
    /* What a worker that died was doing: "trial 17". The caller frees. */
    char *(*describe)(int index, gpointer data);
    gboolean (*tick)(gpointer data, GError **error); /* called several times a second */
    gpointer data;
};

/* Runs until all workers have ended. If one dies, or a function above fails, the others are ended. */
gboolean pool_run(const struct worker_pool *pool, GError **error);

#endif
