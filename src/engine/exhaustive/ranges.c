#include "engine/exhaustive/ranges.h"

GArray *ranges_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(struct range));
}

static struct range *get(const GArray *ranges, guint i)
{
    return &g_array_index(ranges, struct range, i);
}

/* The first range that ends at or after a number. */
static guint find(const GArray *ranges, uint64_t number)
{
    guint i = 0;

    while (i < ranges->len && get(ranges, i)->last < number)
        i++;
    return i;
}

gboolean ranges_contain(const GArray *ranges, uint64_t number)
{
    guint i = find(ranges, number);

    return i < ranges->len && get(ranges, i)->first <= number;
}

void ranges_add(GArray *ranges, uint64_t number)
{
    struct range added = { number, number };
    guint i = find(ranges, number);

    if (ranges_contain(ranges, number))
        return;
    if (i < ranges->len && get(ranges, i)->first == number + 1) {
        added.last = get(ranges, i)->last;
        g_array_remove_index(ranges, i);
    }
    if (i > 0 && get(ranges, i - 1)->last + 1 == number)
        get(ranges, i - 1)->last = added.last;
    else
        g_array_insert_val(ranges, i, added);
}

uint64_t ranges_count(const GArray *ranges)
{
    uint64_t n = 0;

    for (guint i = 0; i < ranges->len; i++)
        n += get(ranges, i)->last - get(ranges, i)->first + 1;
    return n;
}
