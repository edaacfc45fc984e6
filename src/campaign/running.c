#include "campaign/running.h"

/* How often what is done becomes durable, microseconds. */
#define COMMIT_INTERVAL (G_USEC_PER_SEC / 5)

gboolean running_begin(struct running *running, struct store *store, uint64_t total, const struct tally *before,
                       gboolean quiet, GError **error)
{
    g_autofree char *elapsed = store_get(store, "elapsed");

    running->store = store;
    running->started = running->last_commit = g_get_monotonic_time();
    running->elapsed_before = elapsed ? g_ascii_strtod(elapsed, NULL) : 0;
    running->progress = progress_new(total, before, quiet);
    return store_begin(store, error);
}

static gboolean commit(struct running *running, GError **error)
{
    double here = (double)(g_get_monotonic_time() - running->started) / G_USEC_PER_SEC;
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_dtostr(text, sizeof(text), running->elapsed_before + here);
    running->last_commit = g_get_monotonic_time();
    return store_set(running->store, "elapsed", text, error) && store_commit(running->store, error);
}

gboolean running_tick(struct running *running, GError **error)
{
    progress_tick(running->progress);
    if (g_get_monotonic_time() - running->last_commit < COMMIT_INTERVAL)
        return TRUE;
    return commit(running, error) && store_begin(running->store, error);
}

gboolean running_end(struct running *running, gboolean finished, GError **error)
{
    if (!commit(running, finished ? error : NULL))
        finished = FALSE;
    progress_free(running->progress);
    return finished;
}
