/* `lltfi results`: one breakdown of a campaign's trials. */
#include "report/rates.h"

#include "passes/ir/names.h"
#include "report/exhaustive.h"
#include "report/flow.h"
#include "report/notes.h"
#include "report/render/render.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

/* Outcomes that people are shown whether they occurred or not. */
static gboolean is_always_shown(int outcome)
{
    return outcome <= OUTCOME_DETECTED;
}

/* The columns of counts of trials: "kind" says in CSV, where all such sheets are one, which count it is. */
static struct sheet *count_sheet_new(const char *key, const char *heading, gboolean is_true)
{
    struct sheet *sheet = sheet_new(key, NULL);

    sheet->form = SHEET_KEYED;
    sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .key = "kind", .seen_by = FOR_CSV });
    sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .name = heading, .key = "name", .is_label = TRUE });
    sheet_column(sheet, (struct sheet_column){ COLUMN_COUNT, .name = "trials", .key = "count" });
    sheet_column(sheet, (struct sheet_column){ COLUMN_COUNT, .key = "of" });
    sheet_column(sheet, (struct sheet_column){ COLUMN_RATE, .name = is_true ? "true rate" : "rate [95 % interval]",
                                               .key = "", .alignment = ALIGN_RATES });
    return sheet;
}

static struct sheet_row *add_count_row(struct sheet *sheet, const char *kind, const char *name, const struct rate *rate)
{
    struct sheet_row *row = sheet_row(sheet);

    cell_text(sheet, kind);
    cell_text(sheet, name);
    cell_count(sheet, rate->events);
    cell_count(sheet, rate->n);
    cell_rate(sheet, rate);
    return row;
}

struct sheet *outcomes_sheet(const struct tally *tally, const struct report_option *option)
{
    struct sheet *sheet = count_sheet_new("outcomes", "outcome", tally->is_true);

    for (int i = 0; i < OUTCOME_COUNT; i++) {
        struct rate rate = tally_rate(option, tally, i);
        struct sheet_row *row = add_count_row(sheet, "outcome", outcome_names[i], &rate);

        if (!is_always_shown(i) && tally->outcomes[i] == 0)
            row->seen_by = FOR_MACHINES;
        if (i == OUTCOME_NOT_ACTIVATED) {
            cell_shown(sheet, g_strdup(""));
            continue;
        }
        row->bar = rate.n > 0 ? rate.share : 0;
        row->tint = outcome_tints[i];
    }
    return sheet;
}

/* Faults that an exhaustive campaign left out. */
static struct sheet *left_out_sheet(const struct tally *tally)
{
    struct sheet *sheet = count_sheet_new(NULL, "", TRUE);
    struct rate rate = { tally->left_out, tally->left_out + tally->trials, NAN, TRUE, { 0 } };

    sheet->seen_by = FOR_CSV;
    rate.share = rate.n > 0 ? (double)rate.events / (double)rate.n : NAN;
    add_count_row(sheet, "faults", STORE_LEFT_OUT, &rate);
    return sheet;
}

struct sheet *counts_sheet(const GArray *counts, const char *kind, const char *heading,
                           const struct report_option *option)
{
    gboolean are_true = counts->len > 0 && g_array_index(counts, struct count, 0).is_true;
    struct sheet *sheet =
        count_sheet_new(strcmp(kind, COUNT_CRITERION) == 0 ? "criteria" : "labelled", heading, are_true);

    for (guint i = 0; i < counts->len; i++) {
        const struct count *count = &g_array_index(counts, struct count, i);
        struct rate rate = count_rate(option, count);

        if (strcmp(count->kind, kind) == 0)
            add_count_row(sheet, kind, count->name, &rate);
    }
    if (sheet->rows->len == 0)
        sheet->seen_by = FOR_MACHINES;
    return sheet;
}

void add_counts(struct document *document, const GArray *counts, const struct report_option *option)
{
    document_sheet(document, counts_sheet(counts, COUNT_CRITERION, "criterion (a trial may meet several)", option));
    document_sheet(document, counts_sheet(counts, COUNT_LABEL, "against the label", option));
}

static gboolean is_number(const struct label *label)
{
    return label->kind == LABEL_INTEGER || label->kind == LABEL_REAL || label->kind == LABEL_SHARE;
}

static enum shorten label_shorten(const struct label *label)
{
    if (label->kind == LABEL_LONG_TEXT)
        return SHORTEN_END;
    return label->kind == LABEL_NAME ? SHORTEN_NAME : SHORTEN_NEVER;
}

static void add_label_columns(struct sheet *sheet, const struct label *labels)
{
    for (const struct label *label = labels; label->key; label++)
        sheet_column(sheet, (struct sheet_column){ .kind = label->kind == LABEL_SHARE ? COLUMN_SHARE
                                                           : is_number(label)         ? COLUMN_REAL
                                                                                      : COLUMN_TEXT,
                                                   .name = label->heading,
                                                   .key = label->key,
                                                   .shorten = label_shorten(label),
                                                   .is_label = label->kind != LABEL_SHARE });
}

/* People see a group's SDC rate, and rates of other failures that occurred; machines see all. */
static const char *outcome_heading(const struct tally *total, int outcome)
{
    gboolean is_shown = outcome == OUTCOME_SDC || (outcome >= OUTCOME_CRASH && total->outcomes[outcome] > 0);

    return is_shown && outcome != OUTCOME_NOT_ACTIVATED ? outcome_names[outcome] : NULL;
}

/* Where there is no room for all intervals, that of SDC is the last to go. */
static void add_outcome_columns(struct sheet *sheet, const struct tally *total)
{
    for (int i = 0; i < OUTCOME_COUNT; i++)
        sheet_column(sheet,
                     (struct sheet_column){ COLUMN_RATE, .name = outcome_heading(total, i), .key = outcome_names[i],
                                            .group = "outcomes", .seen_by = i == OUTCOME_NOT_ACTIVATED ? FOR_JSON : 0,
                                            .yields = i == OUTCOME_SDC ? 2 : 1, .is_chart = i == OUTCOME_SDC });
    sheet_column(
        sheet, (struct sheet_column){ COLUMN_COUNT, .key = outcome_names[OUTCOME_NOT_ACTIVATED], .seen_by = FOR_CSV });
}

static struct sheet *groups_new(const struct breakdown *breakdown, const char *title)
{
    struct sheet *sheet = sheet_new("groups", title);
    gboolean is_true = breakdown->total.is_true;

    add_label_columns(sheet, breakdown->labels);
    sheet_column(sheet, (struct sheet_column){ COLUMN_COUNT, .name = "trials", .key = "trials" });
    sheet_column(sheet, (struct sheet_column){ COLUMN_COUNT, .key = "activated" });
    sheet_column(sheet, (struct sheet_column){ COLUMN_COUNT, .key = is_true ? "left_out" : NULL, .seen_by = FOR_JSON });
    add_outcome_columns(sheet, &breakdown->total);
    sheet_column(sheet, (struct sheet_column){ COLUMN_COUNT, .key = is_true ? "left_out" : NULL, .seen_by = FOR_CSV });
    return sheet;
}

static void add_label_cell(struct sheet *sheet, const struct label *label, const char *value)
{
    gboolean is_symbol = strcmp(label->key, "name") == 0 || strcmp(label->key, "function") == 0;

    if (is_number(label))
        cell_number(sheet, value);
    else
        cell_text(sheet, value);
    if (!value && label->kind != LABEL_TEXT)
        cell_shown(sheet, g_strdup("-"));
    else if (value && is_symbol)
        cell_shown(sheet, function_shown_name(value));
}

static void add_group(struct sheet *sheet, const struct breakdown *breakdown, const struct group *group,
                      const struct report_option *option)
{
    const struct tally *tally = &group->tally;
    struct sheet_row *row = sheet_row(sheet);
    struct rate rate = tally_rate(option, tally, OUTCOME_SDC);

    row->bar = rate.n > 0 ? rate.share : 0;
    row->tint = outcome_tints[OUTCOME_SDC];
    for (int i = 0; breakdown->labels[i].key; i++)
        add_label_cell(sheet, &breakdown->labels[i], group->labels[i]);
    cell_count(sheet, tally->trials);
    cell_count(sheet, tally_activated(tally));
    cell_count(sheet, tally->left_out);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        rate = tally_rate(option, tally, i);
        cell_rate(sheet, &rate);
    }
    cell_count(sheet, tally->outcomes[OUTCOME_NOT_ACTIVATED]);
    cell_count(sheet, tally->left_out);
}

struct sheet *groups_sheet(const struct breakdown *breakdown, const char *title, const struct report_option *option,
                           gboolean struck_only)
{
    struct sheet *sheet = groups_new(breakdown, title);

    for (guint g = 0; g < breakdown->groups->len; g++) {
        const struct group *group = breakdown->groups->pdata[g];

        if (!struck_only || group->tally.trials > 0)
            add_group(sheet, breakdown, group, option);
    }
    return sheet;
}

static gboolean add_campaign_fact(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                                  GError **error G_GNUC_UNUSED)
{
    struct sheet *facts = data;

    sheet_column(facts, (struct sheet_column){ COLUMN_TEXT, .key = g_intern_string(values[0]), .group = "campaign" });
    cell_text(facts, values[1]);
    return TRUE;
}

static void fact_real(struct sheet *facts, const char *key, double value)
{
    sheet_column(facts, (struct sheet_column){ COLUMN_REAL, .key = key });
    cell_real(facts, value);
}

/* What JSON says before the rates; `note`: about rates that are true ones. */
static struct sheet *facts_of(struct store *store, const struct breakdown *breakdown, const char *note,
                              const struct report_option *option, GError **error)
{
    g_autoptr(sheet_t) facts = facts_new();

    if (!store_query(store, "SELECT name, value FROM campaign ORDER BY name", add_campaign_fact, facts, error))
        return NULL;
    fact_text(facts, NULL, "by", breakdown->title);
    if (note) {
        fact_text(facts, NULL, "interval", NULL);
        fact_text(facts, NULL, "note", note);
    } else {
        fact_real(facts, "confidence", REPORT_CONFIDENCE);
        fact_text(facts, NULL, "interval", option->exact ? "Clopper-Pearson" : "Wilson");
    }
    return g_steal_pointer(&facts);
}

static void add_totals(struct sheet *facts, const struct tally *total)
{
    fact_count(facts, NULL, "trials", total->trials);
    fact_count(facts, NULL, "activated", tally_activated(total));
    if (total->is_true)
        fact_count(facts, NULL, "left_out", total->left_out);
}

/* "lenet.onnx, by layer". */
static char *title_of(struct store *store, const char *by)
{
    g_autofree char *path = store_get(store, "model"), *model = path ? g_path_get_basename(path) : NULL;

    return g_strdup_printf("%s, %s", model ? model : "?", by);
}

/* All trials together; else by groups. */
static struct document *make_document(struct store *store, const struct breakdown *breakdown, const GArray *counts,
                                      const struct report_option *option, GError **error)
{
    g_autofree char *note = breakdown->total.is_true ? exhaustive_note(store, &breakdown->total) : NULL;
    g_autofree char *title = title_of(store, breakdown->title);
    struct sheet *facts = facts_of(store, breakdown, note, option, error);
    struct document *document;

    if (!facts)
        return NULL;
    document = document_new(title);
    document_sheet(document, facts);
    if (counts) {
        add_totals(facts, &breakdown->total);
        document_sheet(document, outcomes_sheet(&breakdown->total, option));
        if (breakdown->total.is_true)
            document_sheet(document, left_out_sheet(&breakdown->total));
        add_counts(document, counts, option);
    } else {
        document_sheet(document, groups_sheet(breakdown, NULL, option, FALSE));
    }
    if (note)
        document_note(document, g_steal_pointer(&note));
    document_stored_notes(document, store);
    return document;
}

gboolean report_rates(struct store *store, const struct report_option *option, FILE *to, GError **error)
{
    g_autoptr(breakdown_t) breakdown = NULL;
    g_autoptr(GArray) counts = NULL;
    g_autoptr(document_t) document = NULL;

    if (option->by == BY_PROPAGATION)
        return option->per_trial ? flow_export(store, to, error) : flow_report(store, option, to, error);
    breakdown = breakdown_load(store, option->by, error);
    if (!breakdown)
        return FALSE;
    if (option->by == BY_ALL && !(counts = counts_load(store, &breakdown->total, error)))
        return FALSE;
    document = make_document(store, breakdown, counts, option, error);
    return document && render(document, option, to, error);
}
