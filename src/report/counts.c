/* Criteria and labelled cells: counts of trials that are not outcomes. */
#include "report/breakdown.h"
#include "report/exhaustive.h"
#include "store/counted.h"

#include <string.h>

/* Under which outcome rules a criterion is counted. */
enum when { ALWAYS, WITH_TENSORS, WITH_CLASSES, WITH_TOLERANCE, WITH_COMMAND };

static const struct {
    unsigned flag;
    const char *name;
    enum when when;
} criteria[] = {
    { SDC_TOP1, "SDC-1", WITH_CLASSES },
    { SDC_TOP5, "SDC-5", WITH_CLASSES },
    { SDC_CONFIDENCE_10, "SDC-10 %", WITH_CLASSES },
    { SDC_CONFIDENCE_20, "SDC-20 %", WITH_CLASSES },
    { SDC_TOLERANCE, "beyond the tolerance", WITH_TOLERANCE },
    { SDC_COMMAND, "SDC by the command", WITH_COMMAND },
    { SDC_EXACT, "any changed bit", ALWAYS },
    { SDC_NAN, "NaN", WITH_TENSORS },
    { SDC_INFINITY, "infinity", WITH_TENSORS },
};

static const char *const cell_names[4] = { "golden wrong, faulty wrong", "golden wrong, faulty right",
                                           "golden right, faulty wrong", "golden right, faulty right" };

/* How often each set of criteria and each labelled cell occurred. */
struct counts_loader {
    uint64_t flags[32]; /* trials with bit i of sdc */
    uint64_t cells[4];  /* 2 * golden right + faulty right */
    double flag_weights[32], cell_weights[4],
        weight; /* of exhaustive campaigns; weight: the sum over all activated faults */
    gboolean is_true;
    gboolean has_classes;
};

static double weight_of(int columns, char **values, int column)
{
    return columns > column && values[column] ? g_ascii_strtod(values[column], NULL) : 0;
}

static gboolean add_flags(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    struct counts_loader *loader = data;
    guint64 flags = g_ascii_strtoull(values[0], NULL, 10), n = g_ascii_strtoull(values[1], NULL, 10);

    for (int i = 0; i < 32; i++) {
        loader->flags[i] += flags >> i & 1 ? n : 0;
        loader->flag_weights[i] += flags >> i & 1 ? weight_of(columns, values, 2) : 0;
    }
    loader->weight += weight_of(columns, values, 2);
    return TRUE;
}

static gboolean add_cell(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data,
                         GError **error G_GNUC_UNUSED)
{
    struct counts_loader *loader = data;

    int cell = 2 * (values[0][0] == '1') + (values[1][0] == '1');

    loader->cells[cell] += g_ascii_strtoull(values[2], NULL, 10);
    loader->cell_weights[cell] += weight_of(columns, values, 3);
    return TRUE;
}

static gboolean find_classes(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                             GError **error G_GNUC_UNUSED)
{
    struct counts_loader *loader = data;

    loader->has_classes = values[0][0] == '1';
    return TRUE;
}

static const char *const sampled_queries[2] = {
    "SELECT sdc, sum(n) FROM ended WHERE outcome <> 'not activated' GROUP BY sdc",
    "SELECT golden_right, faulty_right, sum(n) FROM ended WHERE outcome <> 'not activated' AND"
    " golden_right IS NOT NULL AND faulty_right IS NOT NULL GROUP BY golden_right, faulty_right",
};

static const char *const exhaustive_queries[2] = {
    "SELECT sdc, sum(n), sum(n * 1.0 / faults) FROM exhaustive_bit WHERE outcome NOT IN"
    " ('not activated', '" STORE_LEFT_OUT "') GROUP BY sdc",
    "SELECT golden_right, faulty_right, sum(n), sum(n * 1.0 / faults) FROM exhaustive_input WHERE outcome NOT IN"
    " ('not activated', '" STORE_LEFT_OUT "') AND golden_right >= 0 AND faulty_right >= 0"
    " GROUP BY golden_right, faulty_right",
};

static gboolean load(struct store *store, struct counts_loader *loader, GError **error)
{
    const char *const *queries = loader->is_true ? exhaustive_queries : sampled_queries;

    return (loader->is_true || store_count_ended(store, error)) &&
           store_query(store, queries[0], add_flags, loader, error) &&
           store_query(store, queries[1], add_cell, loader, error) &&
           store_query(store, "SELECT EXISTS (SELECT 1 FROM input WHERE golden_class IS NOT NULL)", find_classes,
                       loader, error);
}

/* `weight` of `all`: the rate in an exhaustive campaign. */
static void add_count(GArray *counts, const struct counts_loader *loader, struct count count, double weight, double all)
{
    count.is_true = loader->is_true;
    count.share = all > 0 ? weight / all : 0;
    g_array_append_val(counts, count);
}

static void add_flag(GArray *counts, const struct counts_loader *loader, char *name, int flag, uint64_t n)
{
    add_count(counts, loader,
              (struct count){ .kind = COUNT_CRITERION, .name = name, .events = loader->flags[flag], .n = n },
              loader->flag_weights[flag], loader->weight);
}

static void count_clear(gpointer data)
{
    g_free(((struct count *)data)->name);
}

static void add_criteria(GArray *counts, struct store *store, const struct counts_loader *loader, uint64_t n)
{
    g_autofree char *rule = store_get(store, "rule");
    const gboolean applies[] = {
        [ALWAYS] = TRUE,
        [WITH_TENSORS] = !store_is_program(store),
        [WITH_CLASSES] = loader->has_classes || g_strcmp0(rule, "classifier") == 0,
        [WITH_TOLERANCE] = g_strcmp0(rule, "tolerance") == 0,
        [WITH_COMMAND] = g_strcmp0(rule, "command") == 0,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(criteria); i++)
        if (applies[criteria[i].when])
            add_flag(counts, loader, g_strdup(criteria[i].name), g_bit_nth_lsf(criteria[i].flag, -1), n);
}

static void add_thresholds(GArray *counts, struct store *store, const struct counts_loader *loader, uint64_t n)
{
    g_autofree char *text = store_get(store, "thresholds");
    g_auto(GStrv) thresholds = g_strsplit(text ? text : "", " ", 16);
    int first = g_bit_nth_lsf(SDC_THRESHOLD, -1);

    for (int i = 0; thresholds[i] && *thresholds[i]; i++)
        add_flag(counts, loader, g_strconcat("off by more than ", thresholds[i], NULL), first + i, n);
}

static void add_cells(GArray *counts, const struct counts_loader *loader)
{
    uint64_t n = loader->cells[0] + loader->cells[1] + loader->cells[2] + loader->cells[3];
    const double *weights = loader->cell_weights;

    for (int i = 3; n > 0 && i >= 0; i--)
        add_count(
            counts, loader,
            (struct count){ .kind = COUNT_LABEL, .name = g_strdup(cell_names[i]), .events = loader->cells[i], .n = n },
            weights[i], weights[0] + weights[1] + weights[2] + weights[3]);
}

GArray *counts_load(struct store *store, const struct tally *total, GError **error)
{
    struct counts_loader loader = { .is_true = store_is_exhaustive(store) };
    GArray *counts;

    if (!load(store, &loader, error))
        return NULL;
    counts = g_array_new(FALSE, FALSE, sizeof(struct count));
    g_array_set_clear_func(counts, count_clear);
    add_thresholds(counts, store, &loader, tally_activated(total));
    add_criteria(counts, store, &loader, tally_activated(total));
    add_cells(counts, &loader);
    return counts;
}
