#include "passes/count/terms.h"

#include "passes/count/spanning.h"
#include "runtime/program/shared_page.h"

struct ordering {
    const GArray *terms, *entries;
    guint *first_terms;   /* by block, and the end */
    GHashTable *counters; /* counter of entries -> its first entry + 1 */
    gboolean *done;       /* by block */
    GArray *ordered;
};

static void add_block(struct ordering *ordering, unsigned block);

static const struct entry *entry_at(const struct ordering *ordering, guint e)
{
    return &g_array_index(ordering->entries, struct entry, e);
}

/* Adds the terms of a function's entry counter, if that has not been done: its calls. */
static void add_entries(struct ordering *ordering, unsigned counter)
{
    guint first = GPOINTER_TO_UINT(g_hash_table_lookup(ordering->counters, GUINT_TO_POINTER(counter)));

    if (first == 0)
        return;
    g_hash_table_remove(ordering->counters, GUINT_TO_POINTER(counter));
    for (guint e = first - 1; e < ordering->entries->len && entry_at(ordering, e)->counter == counter; e++) {
        struct count_term term = { counter, TERM_OF_BLOCK | entry_at(ordering, e)->block, 1 };

        add_block(ordering, entry_at(ordering, e)->block);
        g_array_append_val(ordering->ordered, term);
    }
}

static void add_block(struct ordering *ordering, unsigned block)
{
    if (ordering->done[block])
        return;
    ordering->done[block] = TRUE;
    for (guint t = ordering->first_terms[block]; t < ordering->first_terms[block + 1]; t++) {
        const struct spanning_term *term = &g_array_index(ordering->terms, struct spanning_term, t);
        struct count_term ordered = { TERM_OF_BLOCK | block, term->counter, term->sign };

        add_entries(ordering, term->counter);
        g_array_append_val(ordering->ordered, ordered);
    }
}

static int by_counter(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    return (one->counter > other->counter) - (one->counter < other->counter);
}

static guint *find_first_terms(const GArray *terms, unsigned n_blocks)
{
    guint *first = g_new(guint, n_blocks + 1), t = 0;

    for (unsigned b = 0; b <= n_blocks; b++) {
        while (t < terms->len && g_array_index(terms, struct spanning_term, t).block < b)
            t++;
        first[b] = t;
    }
    return first;
}

GArray *terms_in_order(const GArray *terms, GArray *entries, unsigned n_blocks)
{
    g_autofree guint *first_terms = find_first_terms(terms, n_blocks);
    g_autofree gboolean *done = g_new0(gboolean, n_blocks + 1);
    g_autoptr(GHashTable) counters = g_hash_table_new(NULL, NULL);
    struct ordering ordering = { terms,    entries, first_terms,
                                 counters, done,    g_array_new(FALSE, FALSE, sizeof(struct count_term)) };

    g_array_sort(entries, by_counter);
    for (guint e = entries->len; e-- > 0;)
        g_hash_table_insert(counters, GUINT_TO_POINTER(entry_at(&ordering, e)->counter), GUINT_TO_POINTER(e + 1));
    for (unsigned b = 0; b < n_blocks; b++)
        add_block(&ordering, b);
    return ordering.ordered;
}
