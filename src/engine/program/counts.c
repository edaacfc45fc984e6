/* Reads what a run counted from the shared file, in which a program may have written anything. */
#include "engine/program/child.h"

#include <string.h>

struct counted {
    const char *bytes;
    gsize size;
    uint64_t *counters; /* sums over all threads */
    gsize n;
};

static void add_counters(struct counted *counted, uint64_t at)
{
    const uint64_t *counters = (const void *)(counted->bytes + at);

    for (gsize c = 0; at <= counted->size && c < MIN(counted->n, (counted->size - at) / sizeof(*counters)); c++)
        counted->counters[c] += counters[c];
}

/* Returns whether a thread was still running. */
static gboolean add_stripes(struct counted *counted, const struct stripe_order *stripes)
{
    gboolean alive = FALSE;

    if (stripes->bytes < sizeof(struct stripe) || stripes->bytes % RUNTIME_PAGE != 0 ||
        stripes->at % RUNTIME_PAGE != 0 || stripes->at > counted->size ||
        stripes->n > (counted->size - stripes->at) / stripes->bytes)
        return FALSE;
    for (uint64_t s = 0; s < stripes->n; s++) {
        const uint64_t at = stripes->at + s * stripes->bytes;

        alive |= ((const struct stripe *)(const void *)(counted->bytes + at))->taken != 0;
        add_counters(counted, at + sizeof(struct stripe));
    }
    return alive;
}

/* Where a term's counter or block is; NULL if the number is out of range. */
static uint64_t *find_value(const struct counted *counted, uint32_t number, uint64_t *counts, unsigned n_blocks)
{
    const uint32_t block = number & ~TERM_OF_BLOCK;

    if (number & TERM_OF_BLOCK)
        return block < n_blocks ? counts + block : NULL;
    return number < counted->n ? counted->counters + number : NULL;
}

static void add_terms(const struct counted *counted, const struct shared_page *shared, uint64_t *counts,
                      unsigned n_blocks)
{
    const struct count_term *terms = (const void *)(counted->bytes + shared->terms_at);

    if (shared->terms_at > counted->size ||
        shared->n_terms > (counted->size - shared->terms_at) / sizeof(struct count_term))
        return;
    for (uint32_t t = 0; t < shared->n_terms; t++) {
        uint64_t *to = find_value(counted, terms[t].to, counts, n_blocks);
        const uint64_t *from = find_value(counted, terms[t].from, counts, n_blocks);

        if (to && from)
            *to += (uint64_t)terms[t].sign * *from;
    }
}

void run_keep_counts(const struct run_order *order, const char *path, struct run_result *result)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    const struct shared_page *shared = result->shared;
    const gsize before = 2 * RUNTIME_PAGE;
    struct counted counted = { .bytes = file ? g_mapped_file_get_contents(file) : NULL };
    g_autofree uint64_t *counters = NULL;

    counted.size = counted.bytes ? g_mapped_file_get_length(file) : 0;
    if (counted.size < before)
        return;
    counted.n = (MIN(shared->n_terms > 0 ? shared->terms_at : counted.size, counted.size) - before) / sizeof(uint64_t);
    counters = counted.counters = g_new0(uint64_t, counted.n + 1);
    add_counters(&counted, before);
    result->cut_short = add_stripes(&counted, &shared->stripes);
    if (shared->n_terms > 0)
        add_terms(&counted, shared, order->counts, order->n_counters);
    else
        memcpy(order->counts, counters, MIN(order->n_counters, counted.n) * sizeof(uint64_t));
}
