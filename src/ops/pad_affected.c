/* Where a change goes through padding: the other way round, by asking every index for its source. */
#include "ops/pad.h"

static void reached(const struct pad *p, int d, const struct box *changed, struct box *affected)
{
    int64_t lo = changed->lo[d] - p->cut[d], hi = changed->hi[d] - p->cut[d], end = affected->hi[d];
    int64_t first = end, last = -1;

    for (int64_t i = 0; i < end; i++) {
        int64_t source = pad_source(p->mode, p->extent[d], i - p->before[d]);

        if (source < MAX(lo, 0) || source >= hi)
            continue;
        first = MIN(first, i);
        last = i;
    }
    affected->lo[d] = last < 0 ? 0 : first;
    affected->hi[d] = last + 1;
}

void pad_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                  struct box *affected)
{
    const struct pad *p = layer->params;

    (void)model;
    box_whole(layer->space_rank, layer->space, affected);
    for (int d = 0; input == 0 && d < layer->space_rank; d++)
        reached(p, d, changed, affected);
}
