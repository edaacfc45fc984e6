/* Reads the propagation records of a campaign's trials and sums them by struck and reached layer. */
#include "report/flow.h"

#include "base/errors.h"
#include "report/breakdown.h"

/* How many faults corrupted `elements` elements each. */
struct amount {
    uint64_t elements, faults;
};

/* Bins are added by rising number of elements. */
struct histogram {
    GArray *bins;
    uint64_t one_bit;
};

static struct histogram histogram_new(void)
{
    return (struct histogram){ g_array_new(FALSE, FALSE, sizeof(struct amount)), 0 };
}

static void histogram_add(struct histogram *histogram, uint64_t elements, uint64_t faults, uint64_t one_bit)
{
    struct amount bin = { elements, faults };
    struct amount *last =
        histogram->bins->len ? &g_array_index(histogram->bins, struct amount, histogram->bins->len - 1) : NULL;

    histogram->one_bit += one_bit;
    if (last && last->elements == elements)
        last->faults += faults;
    else
        g_array_append_val(histogram->bins, bin);
}

/* The number of elements of the i-th fault, from 0. */
static uint64_t histogram_at(const struct histogram *histogram, uint64_t i)
{
    guint b = 0;

    while (i >= g_array_index(histogram->bins, struct amount, b).faults)
        i -= g_array_index(histogram->bins, struct amount, b++).faults;
    return g_array_index(histogram->bins, struct amount, b).elements;
}

/* What a histogram amounts to. Frees it. */
static struct corruption histogram_end(struct histogram *histogram)
{
    struct corruption c = { .one_bit = histogram->one_bit };

    for (guint b = 0; b < histogram->bins->len; b++) {
        const struct amount *bin = &g_array_index(histogram->bins, struct amount, b);

        c.faults += bin->faults;
        c.elements += bin->faults * bin->elements;
        c.most = MAX(c.most, bin->elements);
    }
    if (c.faults > 0) {
        c.mean = (double)c.elements / (double)c.faults;
        c.median =
            ((double)histogram_at(histogram, (c.faults - 1) / 2) + (double)histogram_at(histogram, c.faults / 2)) / 2;
    }
    g_array_unref(histogram->bins);
    return c;
}

static uint64_t integer(const char *text)
{
    return text ? g_ascii_strtoull(text, NULL, 10) : 0;
}

static void layer_free(gpointer data)
{
    struct flow_layer *layer = data;

    g_free(layer->name);
    g_free(layer->type);
    g_free(layer);
}

void flow_free(struct flow *flow)
{
    if (!flow)
        return;
    g_ptr_array_unref(flow->layers);
    g_array_unref(flow->edges);
    g_free(flow);
}

static gboolean add_layer(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    struct flow *flow = data;
    struct flow_layer *layer = g_new0(struct flow_layer, 1);

    layer->number = (int)integer(values[0]);
    layer->name = g_strdup(values[1]);
    layer->type = g_strdup(values[2]);
    layer->elements = integer(values[3]);
    layer->struck = integer(values[4]);
    g_ptr_array_add(flow->layers, layer);
    return TRUE;
}

static gboolean add_edge(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                         GError **error G_GNUC_UNUSED)
{
    struct flow_edge edge = { (int)integer(values[0]), (int)integer(values[1]) };

    g_array_append_val(((struct flow *)data)->edges, edge);
    return TRUE;
}

/* The layers' histograms while they are read. */
struct reader {
    struct flow *flow;
    struct histogram *mine, *all; /* by layer number - 1 */
};

/* Layer, corrupted elements, whether the fault struck this layer, faults, elements that differ in one bit, masked. */
static gboolean add_group(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    struct reader *reader = data;
    uint64_t number = integer(values[0]), elements = integer(values[1]);
    uint64_t faults = integer(values[3]), one_bit = integer(values[4]);
    struct flow_layer *layer;

    if (number < 1 || number > reader->flow->layers->len)
        return TRUE;
    layer = reader->flow->layers->pdata[number - 1];
    layer->reached += faults;
    layer->masked += integer(values[5]);
    if (elements == 0)
        return TRUE;
    histogram_add(&reader->all[number - 1], elements, faults, one_bit);
    if (integer(values[2]))
        histogram_add(&reader->mine[number - 1], elements, faults, one_bit);
    return TRUE;
}

static gboolean add_bin(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                        GError **error G_GNUC_UNUSED)
{
    histogram_add(data, integer(values[0]), integer(values[1]), integer(values[2]));
    return TRUE;
}

#define LAYERS                                                                                                 \
    "SELECT number, name, type, (SELECT sum(elements) FROM layer_output WHERE layer_output.layer = number),"   \
    " (SELECT count(*) FROM trial WHERE trial.layer = layer.number AND outcome <> 'not activated') FROM layer" \
    " ORDER BY number"
#define EDGES "SELECT DISTINCT producer, layer FROM layer_input ORDER BY producer, layer"
/* Most layers have one output; where none has more, each row is a layer's whole record. */
#define RECORDS "SELECT trial, layer, changed, one_bit, masked FROM propagation"
#define RECORDS_OF_SEVERAL                                                                                          \
    "SELECT trial, layer, sum(changed) AS changed, sum(one_bit) AS one_bit, max(masked) AS masked FROM propagation" \
    " GROUP BY trial, layer"
#define GROUPS(records)                                                                                          \
    "SELECT r.layer, changed, r.layer = trial.layer AS mine, count(*), sum(one_bit), sum(masked) FROM (" records \
    ") AS r JOIN trial ON trial.number = r.trial GROUP BY r.layer, changed, mine ORDER BY r.layer, changed"
#define OUTPUT                                                                                               \
    "SELECT n, count(*), sum(one) FROM (SELECT sum(changed) AS n, sum(one_bit) AS one FROM propagation JOIN" \
    " layer_output USING (layer, output) WHERE model_output AND changed > 0 GROUP BY trial) GROUP BY n ORDER BY n"

static gboolean load_corruption(struct store *store, const char *sql, struct corruption *corruption, GError **error)
{
    struct histogram histogram = histogram_new();
    gboolean done = store_query(store, sql, add_bin, &histogram, error);

    *corruption = histogram_end(&histogram);
    return done;
}

static gint by_elements(gconstpointer a, gconstpointer b)
{
    const struct amount *left = a, *right = b;

    return (left->elements > right->elements) - (left->elements < right->elements);
}

/* The corruption in all layers together. */
static struct corruption sum_up(const struct histogram *histograms, guint n)
{
    struct histogram sum = histogram_new();

    for (guint h = 0; h < n; h++) {
        g_array_append_vals(sum.bins, histograms[h].bins->data, histograms[h].bins->len);
        sum.one_bit += histograms[h].one_bit;
    }
    g_array_sort(sum.bins, by_elements);
    return histogram_end(&sum);
}

static gboolean load_groups(struct store *store, struct flow *flow, gboolean several, GError **error)
{
    guint n = flow->layers->len;
    g_autofree struct histogram *mine = g_new0(struct histogram, n + 1), *all = g_new0(struct histogram, n + 1);
    struct reader reader = { .flow = flow, .mine = mine, .all = all };
    gboolean done;

    for (guint l = 0; l < n; l++) {
        mine[l] = histogram_new();
        all[l] = histogram_new();
    }
    done = store_query(store, several ? GROUPS(RECORDS_OF_SEVERAL) : GROUPS(RECORDS), add_group, &reader, error);
    flow->struck = sum_up(mine, n);
    for (guint l = 0; l < n; l++) {
        struct flow_layer *layer = flow->layers->pdata[l];

        layer->mine = histogram_end(&mine[l]);
        layer->all = histogram_end(&all[l]);
    }
    return done;
}

static gboolean take_integer(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                             GError **error G_GNUC_UNUSED)
{
    *(uint64_t *)data = integer(values[0]);
    return TRUE;
}

static gboolean load(struct store *store, struct flow *flow, GError **error)
{
    uint64_t highest_output = 0;

    return store_query(store, "SELECT count(*) FROM trial WHERE outcome <> 'not activated'", take_integer,
                       &flow->faults, error) &&
           store_query(store, "SELECT max(output) FROM layer_output", take_integer, &highest_output, error) &&
           store_query(store, LAYERS, add_layer, flow, error) && store_query(store, EDGES, add_edge, flow, error) &&
           load_groups(store, flow, highest_output > 0, error) && load_corruption(store, OUTPUT, &flow->output, error);
}

struct flow *flow_load(struct store *store, GError **error)
{
    g_autoptr(flow_t) flow = NULL;

    if (!store_has_propagation(store)) {
        set_error(error, LLTFI_ERROR_STORE, "the campaign did not record how faults propagate");
        return NULL;
    }
    flow = g_new0(struct flow, 1);
    flow->layers = g_ptr_array_new_with_free_func(layer_free);
    flow->edges = g_array_new(FALSE, FALSE, sizeof(struct flow_edge));
    return load(store, flow, error) ? g_steal_pointer(&flow) : NULL;
}
