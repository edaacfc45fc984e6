/* How faults travelled through a model's layers, over all trials of a campaign that recorded it. */
#ifndef LLTFI_REPORT_FLOW_H
#define LLTFI_REPORT_FLOW_H

#include "report/sheet.h"

/* Corrupted elements of the faults that corrupted any. */
struct corruption {
    uint64_t faults;            /* that did */
    uint64_t elements, one_bit; /* sums over them: corrupted elements, those that differ from golden in one bit only */
    double mean, median;
    uint64_t most;
};

struct flow_layer {
    int number;
    char *name, *type;
    uint64_t elements;      /* of its outputs */
    uint64_t struck;        /* activated faults that struck it first */
    struct corruption mine; /* at its output, of these */
    uint64_t reached;       /* faults that struck it or what it reads */
    struct corruption all;  /* at its output, of these */
    uint64_t masked;        /* faults that ended here */
};

/* Layer `to` reads an output of layer `from`. */
struct flow_edge {
    int from, to; /* layer numbers */
};

struct flow {
    uint64_t faults;          /* activated */
    GPtrArray *layers;        /* struct flow_layer *, by number */
    GArray *edges;            /* struct flow_edge */
    struct corruption struck; /* at the output of the layer that each fault struck */
    struct corruption output; /* at the model's outputs */
};

/* An error if the campaign did not record propagation. */
struct flow *flow_load(struct store *store, GError **error);
void flow_free(struct flow *flow);
typedef struct flow flow_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(flow_t, flow_free)

static inline const struct flow_layer *flow_get(const struct flow *flow, guint i)
{
    return (const struct flow_layer *)g_ptr_array_index(flow->layers, i);
}

/* By layer, in the option's format. */
gboolean flow_report(struct store *store, const struct report_option *option, FILE *to, GError **error);

/* Every record of every trial, as CSV. */
gboolean flow_export(struct store *store, FILE *to, GError **error);

/* What reached the struck layer's output and the model's. */
struct sheet *flow_places(const struct flow *flow, const struct report_option *option);

/* The model's layers and how many faults passed through each, as SVG. The caller frees. */
char *flow_draw(const struct flow *flow);

#endif
