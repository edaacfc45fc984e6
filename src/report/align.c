/* Myers' O(ND) alignment in linear space: searched from both ends, cut in two where the searches meet. */
#include "report/align.h"

/* Differences that are searched for from either end. After that the path that got farthest is taken. */
#define MOST_DIFFERENCES 1024

/* A part of both sequences: a[a0..a1), b[b0..b1). Diagonal k holds the places (x, y) with k = x - y. */
struct part {
    int64_t a0, a1, b0, b1;
};

struct point {
    int64_t x, y;
};

/* The front of a search: on each diagonal low, low + 2... high, the x of the last place that it reached. */
struct front {
    int64_t *x;
    int64_t low, high;
};

struct alignment {
    const uint32_t *a, *b;
    int64_t *match;
    struct front forward, backward;
};

/* Adds the diagonals that one more difference leads to, but those outside the part. `never`: the x of a diagonal that
 * no path reaches. */
static void widen(struct front *front, const struct part *p, int64_t never)
{
    if (front->low > p->a0 - p->b1)
        front->x[--front->low - 1] = never;
    else
        front->low++;
    if (front->high < p->a1 - p->b0)
        front->x[++front->high + 1] = never;
    else
        front->high--;
}

static gboolean holds(const struct front *front, int64_t k)
{
    return k >= front->low && k <= front->high;
}

/* Follows one more difference from the beginning. TRUE: it meets the search from the end. */
static gboolean advance(struct alignment *w, const struct part *p, gboolean odd, struct point *meeting)
{
    struct front *f = &w->forward;

    widen(f, p, -1);
    for (int64_t k = f->high; k >= f->low; k -= 2) {
        int64_t x = MAX(f->x[k - 1] + 1, f->x[k + 1]);

        while (x < p->a1 && x - k < p->b1 && w->a[x] == w->b[x - k])
            x++;
        f->x[k] = x;
        if (odd && holds(&w->backward, k) && w->backward.x[k] <= x) {
            *meeting = (struct point){ x, x - k };
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean retreat(struct alignment *w, const struct part *p, gboolean odd, struct point *meeting)
{
    struct front *r = &w->backward;

    widen(r, p, G_MAXINT64);
    for (int64_t k = r->high; k >= r->low; k -= 2) {
        int64_t x = MIN(r->x[k - 1], r->x[k + 1] - 1);

        while (x > p->a0 && x - k > p->b0 && w->a[x - 1] == w->b[x - k - 1])
            x--;
        r->x[k] = x;
        if (!odd && holds(&w->forward, k) && x <= w->forward.x[k]) {
            *meeting = (struct point){ x, x - k };
            return TRUE;
        }
    }
    return FALSE;
}

/* The farthest place that the search from the beginning reached. */
static struct point farthest(const struct front *f, const struct part *p)
{
    struct point best = { p->a0, p->b0 };

    for (int64_t k = f->high; k >= f->low; k -= 2) {
        int64_t x = MIN(f->x[k], p->a1), y = x - k;

        if (y > p->b1) {
            x = p->b1 + k;
            y = p->b1;
        }
        if (x + y > best.x + best.y)
            best = (struct point){ x, y };
    }
    return best;
}

/* A place on a best path, neither the part's first nor its last. Neither sequence is empty, and their first elements
 * differ, as do their last ones. */
static struct point middle(struct alignment *w, const struct part *p)
{
    int64_t first = p->a0 - p->b0, last = p->a1 - p->b1;
    gboolean odd = (first - last) & 1;
    struct point meeting;

    w->forward.low = w->forward.high = first;
    w->forward.x[first] = p->a0;
    w->backward.low = w->backward.high = last;
    w->backward.x[last] = p->a1;
    for (int d = 0; d < MOST_DIFFERENCES; d++)
        if (advance(w, p, odd, &meeting) || retreat(w, p, odd, &meeting))
            return meeting;
    return farthest(&w->forward, p);
}

static void trim(struct alignment *w, struct part *p)
{
    while (p->a0 < p->a1 && p->b0 < p->b1 && w->a[p->a0] == w->b[p->b0])
        w->match[p->a0++] = p->b0++;
    while (p->a0 < p->a1 && p->b0 < p->b1 && w->a[p->a1 - 1] == w->b[p->b1 - 1])
        w->match[--p->a1] = --p->b1;
}

static void align_parts(struct alignment *w, GArray *parts)
{
    while (parts->len > 0) {
        struct part p = g_array_index(parts, struct part, parts->len - 1);
        struct part before, after;
        struct point cut;

        g_array_set_size(parts, parts->len - 1);
        trim(w, &p);
        if (p.a0 == p.a1 || p.b0 == p.b1)
            continue;
        cut = middle(w, &p);
        before = (struct part){ p.a0, cut.x, p.b0, cut.y };
        after = (struct part){ cut.x, p.a1, cut.y, p.b1 };
        g_array_append_val(parts, after);
        g_array_append_val(parts, before);
    }
}

void align(const uint32_t *a, gsize n, const uint32_t *b, gsize m, int64_t *match)
{
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(struct part));
    gsize diagonals = n + m + 5, zero = m + 2;
    g_autofree int64_t *forward = g_new(int64_t, diagonals), *backward = g_new(int64_t, diagonals);
    struct alignment w = { a, b, match, { .x = forward + zero }, { .x = backward + zero } };
    struct part all = { 0, (int64_t)n, 0, (int64_t)m };

    for (gsize i = 0; i < n; i++)
        match[i] = -1;
    g_array_append_val(parts, all);
    align_parts(&w, parts);
}
