/* Counts stored trials in groups (by layer, bit, opcode...): one SQL query for each way to group, in one table. */
#include "report/breakdown.h"

#include "base/errors.h"
#include "report/bits.h"
#include "report/exhaustive.h"
#include "store/counted.h"

#include <math.h>
#include <string.h>

/*
 * One way of grouping. The query yields the labels in order, then an outcome (NULL: none) and the number of trials with
 * it; rows of one group follow each other.
 */
struct dimension {
    const char *name;
    const char *title;
    struct label labels[MAX_LABELS + 1];
    const char *query;
    gboolean (*count)(struct store *store, GError **error); /* makes the table of counted.h that the query reads */
};

#define SELECTED_TOTAL "(SELECT max(sum(selected), 1) FROM layer)"
#define COUNT_TOTAL "(SELECT max(sum(count), 1) FROM site)"

#define LAYER_QUERY(nowhere)                                                                               \
    "WITH hit AS (SELECT layer, outcome, sum(n) AS n FROM ended GROUP BY layer, outcome),"                 \
    " numbers AS (SELECT number FROM layer UNION SELECT layer FROM hit)"                                   \
    " SELECT numbers.number AS number, coalesce(name, " nowhere ") AS name, coalesce(type, ''), selected," \
    " selected * 1.0 / " SELECTED_TOTAL " AS share, outcome, n FROM numbers"                               \
    " LEFT JOIN layer ON layer.number = numbers.number"                                                    \
    " LEFT JOIN hit ON hit.layer = numbers.number ORDER BY numbers.number"

static const struct dimension dimensions[] = {
    [BY_ALL] = { "all",
                 "all trials",
                 { { NULL } },
                 "SELECT outcome, sum(n) FROM ended GROUP BY outcome",
                 store_count_ended },
    [BY_LAYER] = { "layer",
                   "by layer",
                   { { "layer", "#", LABEL_INTEGER },
                     { "name", "layer", LABEL_NAME },
                     { "type", "type", LABEL_TEXT },
                     { "selected", NULL, LABEL_INTEGER },
                     { "share", "share", LABEL_SHARE } },
                   LAYER_QUERY("'outside the layers'"),
                   store_count_ended },
    [BY_FUNCTION] = { "function",
                      "by function",
                      { { "function", "#", LABEL_INTEGER },
                        { "name", "function", LABEL_NAME },
                        { "selected", NULL, LABEL_INTEGER },
                        { "share", "share", LABEL_SHARE } },
                      "SELECT number, name, selected, share, outcome, n FROM (" LAYER_QUERY("'none'") ")",
                      store_count_ended },
    [BY_LINE] = { "line",
                  "by line",
                  { { "file", "file", LABEL_NAME },
                    { "line", "line", LABEL_INTEGER },
                    { "selected", NULL, LABEL_INTEGER },
                    { "share", "share", LABEL_SHARE } },
                  "WITH hit AS (SELECT file, line, outcome, sum(n) AS n FROM struck JOIN line ON line.site ="
                  " struck.site GROUP BY file, line, outcome), present AS (SELECT file, line, sum(count) AS selected"
                  " FROM line JOIN site ON site.number = line.site GROUP BY file, line)"
                  " SELECT present.file, present.line, selected, selected * 1.0 / " COUNT_TOTAL ", outcome, n"
                  " FROM present LEFT JOIN hit ON hit.file = present.file AND hit.line = present.line"
                  " ORDER BY present.file, present.line",
                  store_count_struck },
    [BY_BIT] = { "bit",
                 "by bit",
                 { { "type", "type", LABEL_TEXT }, { "bits", "bit", LABEL_TEXT }, { "field", "field", LABEL_TEXT } },
                 "SELECT text, position, struck.width, bit, outcome, n, tensor.type FROM struck"
                 " LEFT JOIN site ON site.number = struck.site LEFT JOIN tensor ON tensor.number = value"
                 " LEFT JOIN site_register ON site_register.site = struck.site AND site_register.reg = struck.reg",
                 store_count_struck },
    [BY_OPCODE] = { "opcode",
                    "by opcode",
                    { { "opcode", "#", LABEL_INTEGER },
                      { "name", "opcode", LABEL_TEXT },
                      { "selected", NULL, LABEL_INTEGER },
                      { "share", "share", LABEL_SHARE } },
                    "WITH hit AS (SELECT opcode, outcome, sum(n) AS n FROM struck JOIN site ON site.number ="
                    " struck.site GROUP BY opcode, outcome),"
                    " present AS (SELECT opcode, sum(count) AS selected FROM site GROUP BY opcode)"
                    " SELECT present.opcode, present.opcode, selected, selected * 1.0 / " COUNT_TOTAL ", outcome, n"
                    " FROM present LEFT JOIN hit ON hit.opcode = present.opcode ORDER BY selected DESC,"
                    " present.opcode",
                    store_count_struck },
    [BY_INSTRUCTION] = { "instruction",
                         "by instruction",
                         { { "index", "index", LABEL_INTEGER },
                           { "layer", "layer", LABEL_INTEGER },
                           { "function", NULL, LABEL_TEXT },
                           { "text", "instruction", LABEL_LONG_TEXT },
                           { "selected", NULL, LABEL_INTEGER },
                           { "share", "share", LABEL_SHARE } },
                         "WITH hit AS (SELECT site, outcome, sum(n) AS n FROM struck GROUP BY site, outcome)"
                         " SELECT llfi_index, layer, function, trim(text), count, count * 1.0 / " COUNT_TOTAL
                         ", outcome, n FROM hit JOIN site ON site.number = hit.site ORDER BY llfi_index",
                         store_count_struck },
    [BY_TENSOR] = { "tensor",
                    "by tensor",
                    { { "layer", "layer", LABEL_INTEGER },
                      { "name", "tensor", LABEL_NAME },
                      { "type", "type", LABEL_TEXT },
                      { "shape", "shape", LABEL_TEXT },
                      { "elements", "elements", LABEL_INTEGER },
                      { "share", "share", LABEL_SHARE } },
                    "WITH hit AS (SELECT value, outcome, sum(n) AS n FROM struck GROUP BY value, outcome)"
                    " SELECT layer, name, type, shape, elements, elements * 1.0 / (SELECT sum(elements) FROM tensor),"
                    " outcome, n FROM tensor LEFT JOIN hit ON hit.value = number ORDER BY layer, number",
                    store_count_struck },
    [BY_INPUT] = { "input",
                   "by input",
                   { { "input", "#", LABEL_INTEGER },
                     { "path", "input", LABEL_NAME },
                     { "golden_class", "class", LABEL_INTEGER },
                     { "golden_confidence", NULL, LABEL_REAL },
                     { "label", "label", LABEL_INTEGER } },
                   "WITH hit AS (SELECT input, outcome, sum(n) AS n FROM ended GROUP BY input, outcome)"
                   " SELECT number, path, golden_class, golden_confidence, label, outcome, n FROM input"
                   " LEFT JOIN hit ON hit.input = number ORDER BY number",
                   store_count_ended },
    [BY_CONFIG] = { "config",
                    "by run option",
                    { { "config", "#", LABEL_INTEGER },
                      { "name", "option", LABEL_TEXT },
                      { "text", "fault", LABEL_LONG_TEXT } },
                    "WITH hit AS (SELECT config, outcome, sum(n) AS n FROM ended GROUP BY config, outcome)"
                    " SELECT number, name, text, outcome, n FROM config LEFT JOIN hit ON hit.config = number"
                    " ORDER BY number",
                    store_count_ended },
    [BY_ELEMENT] = { "element",
                     "by struck output element",
                     { { "layer", "#", LABEL_INTEGER },
                       { "name", "layer", LABEL_NAME },
                       { "type", "type", LABEL_TEXT },
                       { "element", "element", LABEL_INTEGER } },
                     NULL,
                     NULL },
};

gboolean report_by_parse(const char *text, enum report_by *by, GError **error)
{
    if (g_ascii_strcasecmp(text, "propagation") == 0) {
        *by = BY_PROPAGATION;
        return TRUE;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(dimensions); i++)
        if (g_ascii_strcasecmp(text, dimensions[i].name) == 0) {
            *by = (enum report_by)i;
            return TRUE;
        }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "'%s': results are grouped by layer, bit, opcode, instruction, tensor, input or "
                "config, those of programs also by function or line, recorded ones also by propagation, those of an "
                "exhaustive campaign also by element",
                text);
    return FALSE;
}

struct interval report_interval(const struct report_option *option, uint64_t events, uint64_t n)
{
    return option->exact ? interval_exact(events, n, REPORT_CONFIDENCE) : interval_wilson(events, n, REPORT_CONFIDENCE);
}

/* A rate without its interval. */
static struct rate plain_rate(uint64_t events, uint64_t n)
{
    return (struct rate){ .events = events, .n = n, .share = n > 0 ? (double)events / (double)n : NAN };
}

static struct rate with_interval(const struct report_option *option, struct rate rate)
{
    rate.interval = report_interval(option, rate.events, rate.n);
    return rate;
}

struct rate tally_rate(const struct report_option *option, const struct tally *tally, int outcome)
{
    struct rate rate =
        plain_rate(tally->outcomes[outcome], outcome == OUTCOME_NOT_ACTIVATED ? tally->trials : tally_activated(tally));
    double weight = 0;

    if (!tally->is_true)
        return with_interval(option, rate);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        weight += i != OUTCOME_NOT_ACTIVATED || outcome == OUTCOME_NOT_ACTIVATED ? tally->weights[i] : 0;
    rate.is_true = TRUE;
    rate.share = weight > 0 ? tally->weights[outcome] / weight : NAN;
    return rate;
}

struct rate count_rate(const struct report_option *option, const struct count *count)
{
    struct rate rate = plain_rate(count->events, count->n);

    if (!count->is_true)
        return with_interval(option, rate);
    rate.is_true = TRUE;
    rate.share = count->share;
    return rate;
}

static void group_free(gpointer data)
{
    struct group *group = data;

    for (int i = 0; i < MAX_LABELS; i++)
        g_free(group->labels[i]);
    g_free(group);
}

static struct breakdown *breakdown_new(const struct dimension *dimension)
{
    struct breakdown *breakdown = g_new0(struct breakdown, 1);

    breakdown->title = dimension->title;
    breakdown->labels = dimension->labels;
    breakdown->groups = g_ptr_array_new_with_free_func(group_free);
    return breakdown;
}

void breakdown_free(struct breakdown *breakdown)
{
    if (!breakdown)
        return;
    g_ptr_array_unref(breakdown->groups);
    g_free(breakdown);
}

const char *group_label(const struct breakdown *breakdown, const struct group *group, const char *key)
{
    for (int i = 0; breakdown->labels[i].key; i++)
        if (strcmp(breakdown->labels[i].key, key) == 0)
            return group->labels[i];
    return NULL;
}

static gboolean same_labels(const struct group *group, char **values, int n_labels)
{
    for (int i = 0; i < n_labels; i++)
        if (g_strcmp0(group->labels[i], values[i]) != 0)
            return FALSE;
    return TRUE;
}

static struct group *add_group(struct breakdown *breakdown, char **values, int n_labels)
{
    struct group *group = g_new0(struct group, 1);

    group->tally.is_true = breakdown->total.is_true;
    for (int i = 0; i < n_labels; i++)
        group->labels[i] = g_strdup(values[i]);
    g_ptr_array_add(breakdown->groups, group);
    return group;
}

static double weight_of(const char *text)
{
    return text ? g_ascii_strtod(text, NULL) : 0;
}

/* A row of a dimension's query: labels, outcome, trials, and weight in exhaustive campaigns. */
static gboolean add_row(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data,
                        GError **error G_GNUC_UNUSED)
{
    struct breakdown *breakdown = data;
    int n_labels = breakdown->total.is_true ? columns - 3 : columns - 2;
    const char *outcome = values[n_labels], *weight = breakdown->total.is_true ? values[n_labels + 2] : NULL;
    uint64_t n = values[n_labels + 1] ? g_ascii_strtoull(values[n_labels + 1], NULL, 10) : 0;
    guint len = breakdown->groups->len;
    struct group *group = len > 0 ? g_ptr_array_index(breakdown->groups, len - 1) : NULL;

    if (!group || !same_labels(group, values, n_labels))
        group = add_group(breakdown, values, n_labels);
    tally_add(&group->tally, outcome, n, weight_of(weight));
    tally_add(&breakdown->total, outcome, n, weight_of(weight));
    return TRUE;
}

/* Which bits that a short table shows together are one group. */
enum merge { MERGE_NONE, MERGE_INTEGERS, MERGE_ALL };

/* Bits are grouped here, not in SQL: their registers' types come from the instructions' texts. */
struct bit_loader {
    struct breakdown *breakdown;
    GHashTable *groups; /* "type bits" to struct group * */
    enum merge merge;
};

static gboolean add_bit_row(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                            GError **error G_GNUC_UNUSED)
{
    struct bit_loader *loader = data;
    unsigned width = (unsigned)g_ascii_strtoull(values[2], NULL, 10);
    unsigned bit = (unsigned)g_ascii_strtoull(values[3], NULL, 10), low = bit, high = bit;
    gboolean is_true = loader->breakdown->total.is_true;
    const char *weight = is_true ? values[6] : NULL, *element = is_true ? NULL : values[6];
    const char *type = element
                           ? g_intern_string(element)
                           : register_type(values[0], values[1] ? (int)g_ascii_strtoll(values[1], NULL, 10) : 0, width);
    g_autofree char *key = NULL, *bits = NULL;
    struct group *group;

    if (loader->merge == MERGE_ALL || (loader->merge == MERGE_INTEGERS && !*bit_field(type, bit)))
        bit_group(type, width, bit, &low, &high);
    bits = low == high ? g_strdup_printf("%u", bit) : g_strdup_printf("%u..%u", high, low);
    key = g_strconcat(type, " ", bits, NULL);
    group = g_hash_table_lookup(loader->groups, key);
    if (!group) {
        group = add_group(loader->breakdown, (char *[]){ (char *)type, bits, (char *)bit_field(type, bit) }, 3);
        g_hash_table_insert(loader->groups, g_steal_pointer(&key), group);
    }
    tally_add(&group->tally, values[4], g_ascii_strtoull(values[5], NULL, 10), weight_of(weight));
    tally_add(&loader->breakdown->total, values[4], g_ascii_strtoull(values[5], NULL, 10), weight_of(weight));
    return TRUE;
}

/* By type, highest bit first. */
static int compare_bits(gconstpointer a, gconstpointer b)
{
    const struct group *one = *(const struct group *const *)a, *other = *(const struct group *const *)b;
    int by_type = strcmp(one->labels[0], other->labels[0]);
    guint64 bit = g_ascii_strtoull(one->labels[1], NULL, 10), other_bit = g_ascii_strtoull(other->labels[1], NULL, 10);

    return by_type != 0 ? by_type : (bit < other_bit) - (bit > other_bit);
}

/* A campaign's query of this dimension, with what it reads; NULL with an error where it has none. */
static const char *find_query(struct store *store, enum report_by by, GError **error)
{
    gboolean exhaustive = store_is_exhaustive(store);
    const char *query = exhaustive ? exhaustive_query(by) : dimensions[by].query;

    if (query && !exhaustive && !dimensions[by].count(store, error))
        return NULL;
    if (!query)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s': only exhaustive campaigns are counted this way",
                    dimensions[by].name);
    return query;
}

static struct breakdown *load_bits(struct store *store, enum merge merge, GError **error)
{
    g_autoptr(breakdown_t) breakdown = breakdown_new(&dimensions[BY_BIT]);
    g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct bit_loader loader = { breakdown, groups, merge };
    const char *query = find_query(store, BY_BIT, error);

    breakdown->total.is_true = store_is_exhaustive(store);
    if (!query || !store_query(store, query, add_bit_row, &loader, error))
        return NULL;
    g_ptr_array_sort(breakdown->groups, compare_bits);
    return g_steal_pointer(&breakdown);
}

struct breakdown *breakdown_load_bit_groups(struct store *store, gboolean mantissas, GError **error)
{
    return load_bits(store, mantissas ? MERGE_ALL : MERGE_INTEGERS, error);
}

/* The mnemonic in place of the number. */
static void name_opcodes(struct breakdown *breakdown)
{
    for (guint i = 0; i < breakdown->groups->len; i++) {
        struct group *group = g_ptr_array_index(breakdown->groups, i);
        const char *name = opcode_name((unsigned)g_ascii_strtoull(group->labels[1], NULL, 10));

        g_free(group->labels[1]);
        group->labels[1] = g_strdup(name);
    }
}

gboolean store_has_tensors(struct store *store)
{
    g_autofree char *level = store_get(store, "level");

    return level && strcmp(level, level_names[LEVEL_INSTRUCTION]) != 0;
}

/* Faults strike instructions or tensors, and only instructions have an opcode. */
static gboolean choose_struck(struct store *store, enum report_by *by, GError **error)
{
    gboolean tensors = store_has_tensors(store);

    if (*by == BY_INSTRUCTION && tensors)
        *by = BY_TENSOR;
    if ((*by != BY_OPCODE || !tensors) && (*by != BY_TENSOR || tensors))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "the campaign's faults strike %s: group them by %s",
                tensors ? "tensors, not instructions" : "instructions, not tensors",
                tensors ? "tensor" : "instruction or opcode");
    return FALSE;
}

struct breakdown *breakdown_load(struct store *store, enum report_by by, GError **error)
{
    g_autoptr(breakdown_t) breakdown = NULL;
    const char *query;

    if (!choose_struck(store, &by, error))
        return NULL;
    query = find_query(store, by, error);
    if (!query)
        return NULL;
    if (by == BY_BIT)
        return load_bits(store, MERGE_NONE, error);
    breakdown = breakdown_new(&dimensions[by]);
    breakdown->total.is_true = store_is_exhaustive(store);
    if (!store_query(store, query, add_row, breakdown, error))
        return NULL;
    if (by == BY_OPCODE)
        name_opcodes(breakdown);
    return g_steal_pointer(&breakdown);
}
