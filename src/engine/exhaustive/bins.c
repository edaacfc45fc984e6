#include "engine/exhaustive/bins.h"

#include <string.h>

/* Bins in the order in which they were added, and an open-addressing hash table of their numbers. */
struct bins {
    GArray *list;    /* struct bin */
    uint32_t *slots; /* number in the list + 1; 0: free */
    size_t n_slots;  /* a power of two, more than twice the number of bins */
};

#define KEY_SIZE offsetof(struct bin, n)
#define LEAST_SLOTS 1024

struct bins *bins_new(void)
{
    struct bins *bins = g_new0(struct bins, 1);

    bins->list = g_array_new(FALSE, FALSE, sizeof(struct bin));
    bins->n_slots = LEAST_SLOTS;
    bins->slots = g_new0(uint32_t, bins->n_slots);
    return bins;
}

void bins_free(struct bins *bins)
{
    g_array_unref(bins->list);
    g_free(bins->slots);
    g_free(bins);
}

void bins_clear(struct bins *bins)
{
    g_array_set_size(bins->list, 0);
    memset(bins->slots, 0, bins->n_slots * sizeof(uint32_t));
}

static size_t hash(const struct bin *bin)
{
    uint64_t words[KEY_SIZE / sizeof(uint64_t)], h = 0;

    memcpy(words, bin, sizeof(words));
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        h = (h ^ words[i]) * 0x9e3779b97f4a7c15u;
    return (size_t)(h >> 32);
}

/* The slot of the bin with this key, or the free slot for it. */
static uint32_t *find(const struct bins *bins, const struct bin *bin)
{
    for (size_t i = hash(bin);; i++) {
        uint32_t *slot = &bins->slots[i & (bins->n_slots - 1)];

        if (*slot == 0 || memcmp(&g_array_index(bins->list, struct bin, *slot - 1), bin, KEY_SIZE) == 0)
            return slot;
    }
}

static void grow(struct bins *bins)
{
    bins->n_slots *= 2;
    bins->slots = g_renew(uint32_t, bins->slots, bins->n_slots);
    memset(bins->slots, 0, bins->n_slots * sizeof(uint32_t));
    for (guint i = 0; i < bins->list->len; i++)
        *find(bins, &g_array_index(bins->list, struct bin, i)) = i + 1;
}

void bins_add(struct bins *bins, const struct bin *bin)
{
    uint32_t *slot = find(bins, bin);

    if (*slot > 0) {
        g_array_index(bins->list, struct bin, *slot - 1).n += bin->n;
        return;
    }
    g_array_append_val(bins->list, *bin);
    *slot = bins->list->len;
    if (2 * (size_t)bins->list->len >= bins->n_slots)
        grow(bins);
}

const struct bin *bins_list(const struct bins *bins, size_t *n)
{
    *n = bins->list->len;
    return (const struct bin *)(const void *)bins->list->data;
}
