/* `lltfi results`: one breakdown as table, CSV or JSON. */
#include "report/rates.h"

#include "base/errors.h"
#include "passes/ir/names.h"
#include "report/exhaustive.h"
#include "report/flow.h"
#include "report/json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

gboolean report_write(const GString *text, FILE *to, GError **error)
{
    int code;

    if (fwrite(text->str, 1, text->len, to) == text->len && fflush(to) == 0)
        return TRUE;
    code = errno;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "cannot write the report: %s", g_strerror(code));
    return FALSE;
}

/* Outcomes that a table shows whether they occurred or not. */
static gboolean is_always_shown(int outcome)
{
    return outcome <= OUTCOME_DETECTED;
}

static void add_outcome_row(struct table *table, const struct report_option *option, const struct tally *tally, int i)
{
    struct rate rate = tally_rate(option, tally, i);

    table_row(table);
    table_cell(table, g_strdup(outcome_names[i]));
    table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, rate.events));
    if (i == OUTCOME_NOT_ACTIVATED)
        return;
    table_cell(table, rate_text(&rate));
    table_bar(table, rate.n > 0 ? rate.share : 0, outcome_styles[i]);
}

static const char *rate_heading(gboolean is_true)
{
    return is_true ? "  true rate" : "  rate [95 % interval]";
}

void print_outcomes(const struct tally *tally, const struct report_option *option, GString *to)
{
    g_autoptr(table_t) table = table_new(0);

    table_column(table, "outcome", ALIGN_LEFT);
    table_column(table, "trials", ALIGN_RIGHT);
    table_column(table, rate_heading(tally->is_true), ALIGN_LEFT);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        if (is_always_shown(i) || tally->outcomes[i] > 0)
            add_outcome_row(table, option, tally, i);
    table_print(table, option, to);
}

void print_counts(const GArray *counts, const char *kind, const char *heading, const struct report_option *option,
                  GString *to)
{
    g_autoptr(table_t) table = table_new(0);
    gboolean any = FALSE, are_true = counts->len > 0 && g_array_index(counts, struct count, 0).is_true;

    table_column(table, heading, ALIGN_LEFT);
    table_column(table, "trials", ALIGN_RIGHT);
    table_column(table, rate_heading(are_true), ALIGN_LEFT);
    for (guint i = 0; i < counts->len; i++) {
        const struct count *count = &g_array_index(counts, struct count, i);
        struct rate rate;

        if (strcmp(count->kind, kind) != 0)
            continue;
        any = TRUE;
        table_row(table);
        table_cell(table, g_strdup(count->name));
        table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, count->events));
        rate = count_rate(option, count);
        table_cell(table, rate_text(&rate));
    }
    if (!any)
        return;
    g_string_append_c(to, '\n');
    table_print(table, option, to);
}

/* A label as a table shows it. */
static char *label_text(const struct label *label, const char *value)
{
    if (!value)
        return g_strdup(label->kind == LABEL_TEXT ? "" : "-");
    if (label->kind == LABEL_SHARE)
        return format_percentage(g_ascii_strtod(value, NULL), 1);
    return strcmp(label->key, "name") == 0 || strcmp(label->key, "function") == 0 ? function_shown_name(value)
                                                                                  : g_strdup(value);
}

static enum alignment label_alignment(const struct label *label)
{
    if (label->kind == LABEL_LONG_TEXT || label->kind == LABEL_PATH)
        return label->kind == LABEL_PATH ? ALIGN_ELASTIC_END : ALIGN_ELASTIC;
    return label->kind == LABEL_TEXT ? ALIGN_LEFT : ALIGN_RIGHT;
}

/* How much of a group's outcomes a table has room for. */
enum detail { ALL_INTERVALS, SDC_INTERVAL, NO_INTERVALS };

static void add_columns(struct table *table, const struct breakdown *breakdown)
{
    for (const struct label *label = breakdown->labels; label->key; label++)
        if (label->heading)
            table_column(table, label->heading, label_alignment(label));
    table_column(table, "trials", ALIGN_RIGHT);
    table_column(table, "SDC", ALIGN_RIGHT);
    for (int i = OUTCOME_CRASH; i < OUTCOME_NOT_ACTIVATED; i++)
        if (breakdown->total.outcomes[i] > 0)
            table_column(table, outcome_names[i], ALIGN_RIGHT);
}

static char *outcome_cell(const struct report_option *option, const struct tally *tally, int outcome,
                          enum detail detail)
{
    struct rate rate = tally_rate(option, tally, outcome);

    if (rate.n == 0)
        return g_strdup("-");
    if (detail == ALL_INTERVALS || (detail == SDC_INTERVAL && outcome == OUTCOME_SDC))
        return rate_text(&rate);
    return format_percentage(rate.share, 2);
}

static void add_group_row(struct table *table, const struct breakdown *breakdown, const struct group *group,
                          const struct report_option *option, enum detail detail)
{
    struct rate sdc = tally_rate(option, &group->tally, OUTCOME_SDC);

    table_row(table);
    for (int i = 0; breakdown->labels[i].key; i++)
        if (breakdown->labels[i].heading)
            table_cell(table, label_text(&breakdown->labels[i], group->labels[i]));
    table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, group->tally.trials));
    table_cell(table, outcome_cell(option, &group->tally, OUTCOME_SDC, detail));
    for (int i = OUTCOME_CRASH; i < OUTCOME_NOT_ACTIVATED; i++)
        if (breakdown->total.outcomes[i] > 0)
            table_cell(table, outcome_cell(option, &group->tally, i, detail));
    table_bar(table, sdc.n > 0 ? sdc.share : 0, outcome_styles[OUTCOME_SDC]);
}

static struct table *build_groups(const struct breakdown *breakdown, const struct report_option *option,
                                  gboolean struck_only, enum detail detail)
{
    struct table *table = table_new(0);

    add_columns(table, breakdown);
    for (guint i = 0; i < breakdown->groups->len; i++) {
        const struct group *group = g_ptr_array_index(breakdown->groups, i);

        if (!struck_only || group->tally.trials > 0)
            add_group_row(table, breakdown, group, option, detail);
    }
    return table;
}

void print_groups(const struct breakdown *breakdown, const struct report_option *option, gboolean struck_only,
                  GString *to)
{
    g_autoptr(table_t) table = NULL;

    for (enum detail detail = ALL_INTERVALS; detail <= NO_INTERVALS; detail++) {
        g_clear_pointer(&table, table_free);
        table = build_groups(breakdown, option, struck_only, detail);
        if (table_least_width(table) <= report_width(option))
            break;
    }
    table_print(table, option, to);
}

void csv_field(GString *to, const char *text)
{
    if (!text || !strpbrk(text, ",\"\r\n")) {
        g_string_append(to, text ? text : "");
        return;
    }
    g_string_append_c(to, '"');
    for (; *text; text++)
        g_string_append(to, *text == '"' ? "\"\"" : (char[]){ *text, '\0' });
    g_string_append_c(to, '"');
}

static void append_real(GString *to, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(to, real_to_text(buffer, value));
}

void csv_rate(GString *to, const struct rate *rate)
{
    if (rate->n > 0)
        append_real(to, rate->share);
    if (rate->n == 0 || rate->is_true) {
        g_string_append(to, ",,");
        return;
    }
    g_string_append_c(to, ',');
    append_real(to, rate->interval.low);
    g_string_append_c(to, ',');
    append_real(to, rate->interval.high);
}

/* "not activated" becomes "not_activated". */
static char *outcome_key(int outcome)
{
    return g_strdelimit(g_strdup(outcome_names[outcome]), " ", '_');
}

static void csv_headings(const struct breakdown *breakdown, GString *to)
{
    for (const struct label *label = breakdown->labels; label->key; label++)
        g_string_append_printf(to, "%s,", label->key);
    g_string_append(to, "trials,activated");
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        g_autofree char *key = outcome_key(i);

        g_string_append_printf(to, i == OUTCOME_NOT_ACTIVATED ? ",%s" : ",%s,%s_rate,%s_low,%s_high", key, key, key,
                               key);
    }
    g_string_append(to, breakdown->total.is_true ? ",left_out\r\n" : "\r\n");
}

static void csv_groups(const struct breakdown *breakdown, const struct report_option *option, GString *to)
{
    csv_headings(breakdown, to);
    for (guint g = 0; g < breakdown->groups->len; g++) {
        const struct group *group = g_ptr_array_index(breakdown->groups, g);
        uint64_t n = tally_activated(&group->tally);
        struct rate rate;

        for (int i = 0; breakdown->labels[i].key; i++) {
            csv_field(to, group->labels[i]);
            g_string_append_c(to, ',');
        }
        g_string_append_printf(to, "%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT, group->tally.trials, n);
        for (int i = 0; i < OUTCOME_COUNT; i++) {
            g_string_append_printf(to, ",%" G_GUINT64_FORMAT, group->tally.outcomes[i]);
            if (i == OUTCOME_NOT_ACTIVATED)
                continue;
            rate = tally_rate(option, &group->tally, i);
            g_string_append_c(to, ',');
            csv_rate(to, &rate);
        }
        if (breakdown->total.is_true)
            g_string_append_printf(to, ",%" G_GUINT64_FORMAT, group->tally.left_out);
        g_string_append(to, "\r\n");
    }
}

static void csv_count(const char *kind, const char *name, const struct rate *rate, GString *to)
{
    g_string_append_printf(to, "%s,", kind);
    csv_field(to, name);
    g_string_append_printf(to, ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",", rate->events, rate->n);
    csv_rate(to, rate);
    g_string_append(to, "\r\n");
}

static void csv_all(const struct tally *tally, const GArray *counts, const struct report_option *option, GString *to)
{
    struct rate rate;

    g_string_append(to, "kind,name,count,of,rate,low,high\r\n");
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        rate = tally_rate(option, tally, i);
        csv_count("outcome", outcome_names[i], &rate, to);
    }
    if (tally->is_true) {
        rate = (struct rate){ tally->left_out, tally->left_out + tally->trials, NAN, TRUE, { 0 } };
        rate.share = rate.n > 0 ? (double)rate.events / (double)rate.n : NAN;
        csv_count("faults", STORE_LEFT_OUT, &rate, to);
    }
    for (guint i = 0; i < counts->len; i++) {
        const struct count *count = &g_array_index(counts, struct count, i);

        rate = count_rate(option, count);
        csv_count(count->kind, count->name, &rate, to);
    }
}

static void json_rate(struct json *json, const char *key, const struct rate *rate)
{
    json_open(json, key, '{');
    json_integer(json, "count", rate->events);
    json_integer(json, "of", rate->n);
    json_real(json, "rate", rate->share);
    json_real(json, "low", rate->is_true ? NAN : rate->interval.low);
    json_real(json, "high", rate->is_true ? NAN : rate->interval.high);
    json_close(json, '}');
}

static void json_tally(struct json *json, const struct tally *tally, const struct report_option *option)
{
    json_integer(json, "trials", tally->trials);
    json_integer(json, "activated", tally_activated(tally));
    if (tally->is_true)
        json_integer(json, "left_out", tally->left_out);
    json_open(json, "outcomes", '{');
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        struct rate rate = tally_rate(option, tally, i);

        json_rate(json, outcome_names[i], &rate);
    }
    json_close(json, '}');
}

static void json_label(struct json *json, const struct label *label, const char *value)
{
    if (label->kind <= LABEL_PATH)
        json_text(json, label->key, value);
    else
        json_number(json, label->key, value);
}

static void json_groups(struct json *json, const struct breakdown *breakdown, const struct report_option *option)
{
    json_open(json, "groups", '[');
    for (guint g = 0; g < breakdown->groups->len; g++) {
        const struct group *group = g_ptr_array_index(breakdown->groups, g);

        json_open(json, NULL, '{');
        for (int i = 0; breakdown->labels[i].key; i++)
            json_label(json, &breakdown->labels[i], group->labels[i]);
        json_tally(json, &group->tally, option);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_counts(struct json *json, const char *key, const char *kind, const GArray *counts,
                        const struct report_option *option)
{
    json_open(json, key, '{');
    for (guint i = 0; i < counts->len; i++) {
        const struct count *count = &g_array_index(counts, struct count, i);
        struct rate rate = count_rate(option, count);

        if (strcmp(count->kind, kind) == 0)
            json_rate(json, count->name, &rate);
    }
    json_close(json, '}');
}

static gboolean json_fact(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    json_text(data, values[0], values[1]);
    return TRUE;
}

/* The whole document; `counts` is NULL for grouped results. */
static gboolean json_report(struct store *store, const struct breakdown *breakdown, const GArray *counts,
                            const struct report_option *option, GString *to, GError **error)
{
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '{');
    json_open(&json, "campaign", '{');
    if (!store_query(store, "SELECT name, value FROM campaign ORDER BY name", json_fact, &json, error))
        return FALSE;
    json_close(&json, '}');
    json_text(&json, "by", breakdown->title);
    if (breakdown->total.is_true) {
        g_autofree char *note = exhaustive_note(store, &breakdown->total);

        json_text(&json, "interval", NULL);
        json_text(&json, "note", note);
    } else {
        json_real(&json, "confidence", REPORT_CONFIDENCE);
        json_text(&json, "interval", option->exact ? "Clopper-Pearson" : "Wilson");
    }
    if (counts) {
        json_tally(&json, &breakdown->total, option);
        json_counts(&json, "criteria", "criterion", counts, option);
        json_counts(&json, "labelled", "label", counts, option);
    } else {
        json_groups(&json, breakdown, option);
    }
    json_close(&json, '}');
    return TRUE;
}

static void print_all(const struct breakdown *breakdown, const GArray *counts, const struct report_option *option,
                      GString *to)
{
    print_outcomes(&breakdown->total, option, to);
    print_counts(counts, "criterion", "criterion (a trial may meet several)", option, to);
    print_counts(counts, "label", "against the label", option, to);
}

gboolean report_rates(struct store *store, const struct report_option *option, FILE *to, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(breakdown_t) breakdown = NULL;
    g_autoptr(GArray) counts = NULL;

    if (option->by == BY_PROPAGATION)
        return option->per_trial ? flow_export(store, to, error) : flow_report(store, option, to, error);
    breakdown = breakdown_load(store, option->by, error);
    if (!breakdown)
        return FALSE;
    if (option->by == BY_ALL && !(counts = counts_load(store, &breakdown->total, error)))
        return FALSE;
    if (option->format == FORMAT_JSON && !json_report(store, breakdown, counts, option, text, error))
        return FALSE;
    if (option->format == FORMAT_CSV && counts)
        csv_all(&breakdown->total, counts, option, text);
    else if (option->format == FORMAT_CSV)
        csv_groups(breakdown, option, text);
    if (option->format == FORMAT_TABLE && counts)
        print_all(breakdown, counts, option, text);
    else if (option->format == FORMAT_TABLE)
        print_groups(breakdown, option, FALSE, text);
    if (option->format == FORMAT_TABLE && breakdown->total.is_true) {
        g_autofree char *note = exhaustive_note(store, &breakdown->total);

        g_string_append_c(text, '\n');
        append_wrapped(text, note, option);
    }
    return report_write(text, to, error);
}
