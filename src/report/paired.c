#include "report/paired.h"

#include "base/errors.h"
#include "base/paired.h"
#include "report/compare_parts.h"
#include "report/render/render.h"
#include "report/text.h"

#include <math.h>

/* A trial: its first fault, and how it ended. */
struct paired_trial {
    uint64_t number, index, cycle, reg, bit;
    int outcome;
};

static uint64_t number_of(const char *value)
{
    return value ? g_ascii_strtoull(value, NULL, 10) : 0;
}

static gboolean add_trial(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    struct paired_trial trial = { number_of(values[0]), number_of(values[1]),
                                  number_of(values[2]), number_of(values[3]),
                                  number_of(values[4]), MIN(outcome_named(values[5]), OUTCOME_NOT_ACTIVATED) };

    g_array_append_val((GArray *)data, trial);
    return TRUE;
}

static GArray *load_trials(struct store *store, GError **error)
{
    g_autoptr(GArray) trials = g_array_new(FALSE, FALSE, sizeof(struct paired_trial));

    if (!store_query(store, "SELECT number, llfi_index, cycle, reg, bit, outcome FROM result ORDER BY number",
                     add_trial, trials, error))
        return NULL;
    return g_steal_pointer(&trials);
}

static gboolean same_fault(const struct paired_trial *a, const struct paired_trial *b)
{
    return a->number == b->number && a->index == b->index && a->cycle == b->cycle && a->reg == b->reg &&
           a->bit == b->bit;
}

static gboolean check_faults(const struct compared *campaigns, const GArray *first, const GArray *second,
                             GError **error)
{
    for (guint i = 0; i < MIN(first->len, second->len); i++)
        if (!same_fault(&g_array_index(first, struct paired_trial, i), &g_array_index(second, struct paired_trial, i)))
            return set_error(error, LLTFI_ERROR_INPUT,
                             "trial %" G_GUINT64_FORMAT " of '%s' strikes another fault than that of '%s': paired "
                             "campaigns need the same seed, selection and faults, and the protected one must strike "
                             "original instructions only",
                             g_array_index(first, struct paired_trial, i).number, campaigns[1].dir, campaigns[0].dir);
    return MIN(first->len, second->len) > 0 ||
           set_error(error, LLTFI_ERROR_INPUT, "'%s' or '%s' has no trials", campaigns[0].dir, campaigns[1].dir);
}

static gboolean take_real(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    *(double *)data = values[0] ? g_ascii_strtod(values[0], NULL) : 0;
    return TRUE;
}

double store_executions(struct store *store, GError **error)
{
    double executions = 0;

    return store_query(store, "SELECT sum(selected) FROM layer", take_real, &executions, error) ? executions : NAN;
}

char *reduction_text(double ratio, struct interval interval)
{
    if (!isfinite(ratio))
        return g_strdup("-");
    if (ratio > 1)
        return g_strdup_printf("%.1f %% more [%.1f, %.1f]", 100 * (ratio - 1), 100 * (interval.low - 1),
                               100 * (interval.high - 1));
    return g_strdup_printf("%.1f %% fewer [%.1f, %.1f]", 100 * (1 - ratio), 100 * (1 - interval.high),
                           100 * (1 - interval.low));
}

static struct paired count_pairs(const GArray *first, const GArray *second, int outcome)
{
    struct paired pairs = { 0 };

    for (guint i = 0; i < MIN(first->len, second->len); i++) {
        gboolean a = g_array_index(first, struct paired_trial, i).outcome == outcome;
        gboolean b = g_array_index(second, struct paired_trial, i).outcome == outcome;

        *(a ? b ? &pairs.both : &pairs.only_first : b ? &pairs.only_second : &pairs.neither) += 1;
    }
    return pairs;
}

static void fact_real(struct sheet *facts, const char *key, double real)
{
    sheet_column(facts, (struct sheet_column){ COLUMN_REAL, .key = key });
    cell_real(facts, real);
}

static struct sheet *summary_sheet(const struct compared *campaigns, const struct paired *pairs, int outcome)
{
    struct sheet *facts = facts_new();
    struct interval interval = paired_ratio(pairs);
    double first = (double)(pairs->both + pairs->only_first), second = (double)(pairs->both + pairs->only_second);
    g_autofree char *reduction = reduction_text(second / first, interval);
    g_autofree char *chance = g_strdup_printf("%.2g", paired_mcnemar(pairs));

    fact_text(facts, "A", "first", campaigns[0].dir);
    fact_text(facts, "B", "second", campaigns[1].dir);
    fact_text(facts, "outcome", "outcome", outcome_names[outcome]);
    fact_count(facts, "same faults", "pairs", pairs->both + pairs->only_first + pairs->only_second + pairs->neither);
    fact_count(facts, "in A only", "only_first", pairs->only_first);
    fact_count(facts, "in B only", "only_second", pairs->only_second);
    fact_count(facts, "in both", "both", pairs->both);
    fact_text(facts, "in B", NULL, reduction);
    fact_text(facts, "McNemar p", NULL, chance);
    fact_real(facts, "ratio", second / first);
    fact_real(facts, "ratio_low", interval.low);
    fact_real(facts, "ratio_high", interval.high);
    fact_real(facts, "p", paired_mcnemar(pairs));
    return facts;
}

/* Rows are outcomes in A, columns in B. */
static struct sheet *matrix_sheet(const GArray *first, const GArray *second)
{
    uint64_t counts[OUTCOME_COUNT][OUTCOME_COUNT] = { { 0 } }, of_a[OUTCOME_COUNT] = { 0 }, of_b[OUTCOME_COUNT] = { 0 };
    struct sheet *sheet = sheet_new("outcomes", "What became of each outcome (rows: in A, columns: in B)");

    for (guint i = 0; i < MIN(first->len, second->len); i++) {
        int a = g_array_index(first, struct paired_trial, i).outcome;
        int b = g_array_index(second, struct paired_trial, i).outcome;

        counts[a][b]++;
        of_a[a]++;
        of_b[b]++;
    }
    sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .name = "A", .key = "first", .is_label = TRUE });
    for (int b = 0; b < OUTCOME_COUNT; b++)
        if (of_b[b] > 0)
            sheet_column(sheet,
                         (struct sheet_column){ COLUMN_COUNT, .name = outcome_names[b], .key = outcome_names[b] });
    for (int a = 0; a < OUTCOME_COUNT; a++) {
        if (of_a[a] == 0)
            continue;
        sheet_row(sheet);
        cell_text(sheet, outcome_names[a]);
        for (int b = 0; b < OUTCOME_COUNT; b++)
            if (of_b[b] > 0)
                cell_count(sheet, counts[a][b]);
    }
    return sheet;
}

static const char meaning[] =
    "Trial k of both strikes the same execution of the same instruction and the same bit. What protection added is not "
    "struck here: a campaign that strikes all instructions shows what faults in copies and checks do, and how many "
    "more "
    "there are. Interval: Bonett and Price, 95 %.";

gboolean report_paired(const struct compared campaigns[2], const struct compare_option *option, FILE *to,
                       GError **error)
{
    g_autoptr(GArray) first = load_trials(campaigns[0].store, error);
    g_autoptr(GArray) second = first ? load_trials(campaigns[1].store, error) : NULL;
    g_autoptr(document_t) document = NULL;
    struct paired pairs;

    if (!second || !check_faults(campaigns, first, second, error))
        return FALSE;
    pairs = count_pairs(first, second, (int)option->outcome);
    document = document_new("The same faults in two campaigns");
    document_sheet(document, summary_sheet(campaigns, &pairs, (int)option->outcome));
    document_sheet(document, matrix_sheet(first, second));
    document_note(document, g_strdup(meaning));
    return render(document, &option->report, to, error);
}
