#include "campaign/choose.h"

#include "base/errors.h"
#include "base/interval.h"

#include <stdlib.h>
#include <string.h>

/* The budget is divided into this many steps. */
#define STEPS 10000

static void item_clear(gpointer data)
{
    struct choice_item *item = data;

    g_free(item->layer_name);
    g_free(item->layer_type);
    g_free(item->text);
}

void choice_free(struct choice *choice)
{
    if (!choice)
        return;
    g_array_unref(choice->items);
    g_free(choice);
}

static uint64_t number(const char *value)
{
    return value ? g_ascii_strtoull(value, NULL, 10) : 0;
}

static gboolean add_item(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                         GError **error G_GNUC_UNUSED)
{
    struct choice *choice = data;
    struct choice_item item = { .index = (unsigned)number(values[0]),
                                .layer = (int)number(values[1]),
                                .layer_name = g_strdup(values[2]),
                                .layer_type = g_strdup(values[3]),
                                .text = g_strdup(values[4]),
                                .count = number(values[5]),
                                .trials = { number(values[6]), number(values[8]) },
                                .sdc = { number(values[7]), number(values[9]) } };

    choice->sdc += item.sdc[0] + item.sdc[1];
    g_array_append_val(choice->items, item);
    return TRUE;
}

static gboolean add_instructions(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                                 GError **error G_GNUC_UNUSED)
{
    ((struct choice *)data)->instructions = number(values[0]);
    return TRUE;
}

static gboolean load_items(struct store *store, struct choice *choice, GError **error)
{
    static const char items[] =
        "WITH hit AS (SELECT injection.site AS site, trial.number % 2 AS half, count(*) AS n,"
        " sum(trial.outcome = 'SDC') AS sdc FROM trial JOIN injection ON injection.trial = trial.number AND"
        " injection.ordinal = 0 GROUP BY injection.site, half)"
        " SELECT site.llfi_index, site.layer, coalesce(layer.name, ''), coalesce(layer.type, ''), site.text, site.count,"
        " coalesce(even.n, 0), coalesce(even.sdc, 0), coalesce(odd.n, 0), coalesce(odd.sdc, 0) FROM site"
        " LEFT JOIN layer ON layer.number = site.layer"
        " LEFT JOIN hit AS even ON even.site = site.number AND even.half = 0"
        " LEFT JOIN hit AS odd ON odd.site = site.number AND odd.half = 1 ORDER BY site.llfi_index";

    return store_query(store, items, add_item, choice, error) &&
           store_query(store, "SELECT sum(instructions) FROM layer", add_instructions, choice, error);
}

struct choice *choice_load(struct store *store, GError **error)
{
    g_autoptr(choice_t) choice = g_new0(struct choice, 1);
    g_autofree char *level = store_get(store, "level");

    choice->items = g_array_new(FALSE, TRUE, sizeof(struct choice_item));
    g_array_set_clear_func(choice->items, item_clear);
    if ((level && strcmp(level, level_names[LEVEL_INSTRUCTION]) != 0) || store_is_exhaustive(store)) {
        set_error(error, LLTFI_ERROR_INPUT,
                  "a choice needs a campaign of single trials whose faults strike instructions");
        return NULL;
    }
    if (!load_items(store, choice, error))
        return NULL;
    if (choice->sdc > 0 && choice->instructions > 0)
        return g_steal_pointer(&choice);
    set_error(error, LLTFI_ERROR_INPUT, "the campaign has no SDC yet: there is nothing to choose by; run more trials");
    return NULL;
}

static int compare_unsigned(const void *a, const void *b)
{
    unsigned one = *(const unsigned *)a, other = *(const unsigned *)b;

    return (one > other) - (one < other);
}

void choice_allow(struct choice *choice, const GArray *indices)
{
    for (guint i = 0; i < choice->items->len; i++) {
        struct choice_item *item = &g_array_index(choice->items, struct choice_item, i);

        item->possible = indices->len > 0 && bsearch(&item->index, indices->data, indices->len, sizeof(unsigned),
                                                     compare_unsigned) != NULL;
    }
}

static uint64_t counted(const uint64_t halves[2], unsigned trials)
{
    return (trials & TRIALS_EVEN ? halves[0] : 0) + (trials & TRIALS_ODD ? halves[1] : 0);
}

/* Expected SDC, cautiously. */
static double worth(const struct choice_item *item, unsigned trials)
{
    uint64_t n = counted(item->trials, trials), sdc = counted(item->sdc, trials);

    return item->possible && n > 0 ? interval_wilson(sdc, n, 0.95).low * (double)item->count : 0;
}

static struct choice_item *item_at(const struct choice *choice, guint i)
{
    return &g_array_index(choice->items, struct choice_item, i);
}

static void forget(struct choice *choice)
{
    for (guint i = 0; i < choice->items->len; i++)
        item_at(choice, i)->chosen = FALSE;
}

/* The item's price in steps of the budget, rounded up, so that the budget holds. */
static uint64_t steps_of(const struct choice *choice, guint i, double budget, double price)
{
    double share = price * (double)item_at(choice, i)->count / (double)choice->instructions;

    return (uint64_t)(share / budget * STEPS) + 1;
}

/* best[s]: the most that the items so far are worth for s steps; taken[i][s]: whether item i is among them. */
void choose_best(struct choice *choice, double budget, double price, unsigned trials)
{
    guint n = choice->items->len;
    g_autofree double *best = g_new0(double, STEPS + 1);
    g_autofree char *taken = g_new0(char, (size_t)MAX(n, 1) * (STEPS + 1));
    uint64_t left = STEPS;

    forget(choice);
    for (guint i = 0; i < n; i++) {
        double value = worth(item_at(choice, i), trials);
        uint64_t steps = steps_of(choice, i, budget, price);

        for (uint64_t s = STEPS; value > 0 && steps <= STEPS && s >= steps; s--)
            if (best[s - steps] + value > best[s]) {
                best[s] = best[s - steps] + value;
                taken[(size_t)i * (STEPS + 1) + s] = 1;
            }
    }
    for (guint i = n; i-- > 0;)
        if (taken[(size_t)i * (STEPS + 1) + left]) {
            item_at(choice, i)->chosen = TRUE;
            left -= steps_of(choice, i, budget, price);
        }
}

/* A price of one execution is the same for all, so that the rate decides. */
static double rate_of(const struct choice_item *item, unsigned trials)
{
    return item->count > 0 ? worth(item, trials) / (double)item->count : 0;
}

void choose_greedily(struct choice *choice, double budget, double price, unsigned trials)
{
    double left = budget * (double)choice->instructions;

    forget(choice);
    for (;;) {
        struct choice_item *next = NULL;

        for (guint i = 0; i < choice->items->len; i++) {
            struct choice_item *item = item_at(choice, i);

            if (!item->chosen && price * (double)item->count <= left && rate_of(item, trials) > 0 &&
                (!next || rate_of(item, trials) > rate_of(next, trials)))
                next = item;
        }
        if (!next)
            return;
        next->chosen = TRUE;
        left -= price * (double)next->count;
    }
}

void choose_type(struct choice *choice, const char *type)
{
    for (guint i = 0; i < choice->items->len; i++) {
        struct choice_item *item = item_at(choice, i);

        item->chosen = item->possible && (!type || g_strcmp0(item->layer_type, type) == 0);
    }
}

double choice_price(int technique, int correction)
{
    switch (technique) {
    case TECHNIQUE_aid:
        return 3;
    case TECHNIQUE_acd:
        return 2;
    default:
        return correction == CORRECT_vote ? 2 : 1;
    }
}

struct choice_sum choice_sum(const struct choice *choice, double price, unsigned trials)
{
    struct choice_sum sum = { 0 };

    for (guint i = 0; i < choice->items->len; i++) {
        const struct choice_item *item = item_at(choice, i);

        sum.sdc += counted(item->sdc, trials);
        if (!item->chosen)
            continue;
        sum.instructions++;
        sum.cost += price * (double)item->count / (double)choice->instructions;
        sum.covered += counted(item->sdc, trials);
    }
    return sum;
}
