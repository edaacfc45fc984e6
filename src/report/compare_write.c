/* A comparison as table, CSV or JSON. */
#include "report/compare_parts.h"

#include "report/json.h"
#include "report/rates.h"

#include <math.h>

static void add_columns(struct table *table, const struct compare_section *section, guint n, gboolean intervals)
{
    for (int i = 0; i < 2; i++)
        if (section->headings[i])
            table_column(table, section->headings[i], i == 1 ? ALIGN_ELASTIC : ALIGN_LEFT);
    for (guint c = 0; c < n; c++) {
        g_autofree char *heading = g_strdup_printf("%s%c", intervals ? "  " : "", campaign_letter(c));

        table_column(table, heading, intervals ? ALIGN_LEFT : ALIGN_RIGHT);
    }
    for (guint c = 1; c < n; c++) {
        g_autofree char *heading = g_strdup_printf("A and %c", campaign_letter(c));

        table_column(table, heading, ALIGN_LEFT);
        table_column(table, "test", ALIGN_LEFT);
    }
}

static void add_rates(struct table *table, const struct compare_row *row, guint n, const struct compare_option *option,
                      gboolean intervals)
{
    for (guint c = 0; c < n; c++) {
        uint64_t trials = tally_activated(&row->tally[c]), events = row->tally[c].outcomes[option->outcome];

        table_cell(table, trials == 0 ? g_strdup("-")
                          : intervals ? format_rate(&option->report, events, trials)
                                      : format_percentage((double)events / (double)trials, 2));
    }
    for (guint c = 1; c < n; c++) {
        table_cell(table, difference_text(&row->difference[c]));
        table_cell(table, g_strdup(difference_test_names[row->difference[c].test]));
    }
}

static struct table *build_table(const struct compare_section *section, guint n, const struct compare_option *option,
                                 gboolean intervals)
{
    struct table *table = table_new(0);

    add_columns(table, section, n, intervals);
    for (guint r = 0; r < section->rows->len; r++) {
        const struct compare_row *row = section->rows->pdata[r];

        table_row(table);
        for (int i = 0; i < 2; i++)
            if (section->headings[i])
                table_cell(table, g_strdup(row->labels[i]));
        add_rates(table, row, n, option, intervals);
    }
    return table;
}

static void print_section(const struct compare_section *section, guint n, const struct compare_option *option,
                          GString *to)
{
    g_autoptr(table_t) table = build_table(section, n, option, TRUE);

    if (table_least_width(table) > report_width(&option->report)) {
        g_clear_pointer(&table, table_free);
        table = build_table(section, n, option, FALSE);
    }
    g_string_append_c(to, '\n');
    append_heading(to, section->title, &option->report);
    table_print(table, &option->report, to);
}

static void print_campaigns(const struct compared *campaigns, guint n, const struct compare_row *all,
                            const struct compare_option *option, GString *to)
{
    g_autoptr(table_t) table = table_new(0);
    g_autofree char *rate = g_strdup_printf("%s rate [95 %% interval]", outcome_names[option->outcome]);

    table_column(table, "", ALIGN_LEFT);
    table_column(table, "campaign", ALIGN_ELASTIC_END);
    table_column(table, "level", ALIGN_LEFT);
    table_column(table, "trials", ALIGN_RIGHT);
    table_column(table, rate, ALIGN_LEFT);
    for (guint c = 0; c < n; c++) {
        g_autofree char *level = store_get(campaigns[c].store, "level");

        table_row(table);
        table_cell(table, g_strdup_printf("%c", campaign_letter(c)));
        table_cell(table, g_strdup(campaigns[c].dir));
        table_cell(table, g_strdup(level ? level : level_names[LEVEL_INSTRUCTION]));
        table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, all->tally[c].trials));
        table_cell(table, format_rate(&option->report, all->tally[c].outcomes[option->outcome],
                                      tally_activated(&all->tally[c])));
    }
    table_print(table, &option->report, to);
}

static void print_meaning(const GPtrArray *notes, const struct compare_option *option, GString *to)
{
    g_string_append_c(to, '\n');
    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *note = g_strdup_printf("Note: %s.", (const char *)notes->pdata[i]);

        append_wrapped(to, note, &option->report);
    }
    append_wrapped(to,
                   "p is the chance of a difference as large or larger if both rates are equal, below 0.05 a rate is "
                   "called different. Test: z, the two-proportion z-test (pooled, two-sided), or Fisher's exact test "
                   "(two-sided) where some expected count is below 5. The p values of a table are adjusted together "
                   "(Holm). No difference seen does not say that there is none.",
                   &option->report);
}

static void csv_side(const struct compare_section *section, const struct compare_row *row, guint c,
                     const struct compare_option *option, GString *to)
{
    struct rate rate = tally_rate(&option->report, &row->tally[c], (int)option->outcome);
    const struct difference *difference = &row->difference[c];
    char p[G_ASCII_DTOSTR_BUF_SIZE], adjusted[G_ASCII_DTOSTR_BUF_SIZE];
    gboolean tested = difference->test != TEST_NONE;

    g_string_append_printf(to, "%s,", section->name);
    csv_field(to, row->labels[0]);
    g_string_append_c(to, ',');
    csv_field(to, row->labels[1]);
    g_string_append_printf(to, ",%c,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",",
                           campaign_letter(c), row->tally[c].trials, rate.n, rate.events);
    csv_rate(to, &rate);
    g_string_append_printf(to, ",%s,%s,%s\r\n", difference_test_names[difference->test],
                           tested ? real_to_text(p, difference->p) : "",
                           tested ? real_to_text(adjusted, difference->adjusted) : "");
}

static void write_csv(const GPtrArray *sections, guint n, const struct compare_option *option, GString *to)
{
    g_string_append(to, "by,label,name,campaign,trials,activated,events,rate,low,high,test,p,p_holm\r\n");
    for (guint s = 0; s < sections->len; s++) {
        const struct compare_section *section = sections->pdata[s];

        for (guint r = 0; r < section->rows->len; r++)
            for (guint c = 0; c < n; c++)
                csv_side(section, section->rows->pdata[r], c, option, to);
    }
}

static void json_side(struct json *json, const struct compare_row *row, guint c, const struct compare_option *option)
{
    uint64_t trials = tally_activated(&row->tally[c]), events = row->tally[c].outcomes[option->outcome];
    struct interval interval = report_interval(&option->report, events, trials);
    char letter[] = { campaign_letter(c), '\0' };

    json_open(json, NULL, '{');
    json_text(json, "campaign", letter);
    json_integer(json, "trials", row->tally[c].trials);
    json_integer(json, "activated", trials);
    json_integer(json, "events", events);
    json_real(json, "rate", trials ? (double)events / (double)trials : NAN);
    json_real(json, "low", trials ? interval.low : NAN);
    json_real(json, "high", trials ? interval.high : NAN);
    if (row->difference[c].test != TEST_NONE) {
        json_text(json, "test", row->difference[c].test == TEST_Z ? "two-proportion z-test" : "Fisher's exact test");
        json_real(json, "p", row->difference[c].p);
        json_real(json, "p_holm", row->difference[c].adjusted);
    }
    json_close(json, '}');
}

static void json_section(struct json *json, const struct compare_section *section, guint n,
                         const struct compare_option *option)
{
    json_open(json, section->name, '[');
    for (guint r = 0; r < section->rows->len; r++) {
        const struct compare_row *row = section->rows->pdata[r];

        json_open(json, NULL, '{');
        for (int i = 0; i < 2; i++)
            if (section->headings[i])
                json_text(json,
                          i == 0 && *section->headings[0] == '#' ? "number"
                          : *section->headings[i]                ? section->headings[i]
                                                                 : "name",
                          row->labels[i]);
        json_open(json, "campaigns", '[');
        for (guint c = 0; c < n; c++)
            json_side(json, row, c, option);
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_campaigns(struct json *json, const struct comparison_result *result)
{
    json_open(json, "campaigns", '[');
    for (guint c = 0; c < result->n; c++) {
        char letter[] = { campaign_letter(c), '\0' };

        json_open(json, NULL, '{');
        json_text(json, "campaign", letter);
        json_text(json, "folder", result->campaigns[c].dir);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_json(const struct comparison_result *result, const struct compare_option *option, GString *to)
{
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '{');
    json_text(&json, "outcome", outcome_names[option->outcome]);
    json_campaigns(&json, result);
    json_open(&json, "notes", '[');
    for (guint i = 0; i < result->notes->len; i++)
        json_text(&json, NULL, result->notes->pdata[i]);
    json_close(&json, ']');
    for (guint s = 0; s < result->sections->len; s++)
        json_section(&json, result->sections->pdata[s], result->n, option);
    json_close(&json, '}');
}

static void write_table(const struct comparison_result *result, const struct compare_option *option, GString *to)
{
    print_campaigns(result->campaigns, result->n, result->all, option, to);
    for (guint s = 0; s < result->sections->len; s++)
        print_section(result->sections->pdata[s], result->n, option, to);
    print_meaning(result->notes, option, to);
}

void compare_write(const struct comparison_result *result, const struct compare_option *option, GString *to)
{
    if (option->report.format == FORMAT_CSV)
        write_csv(result->sections, result->n, option, to);
    else if (option->report.format == FORMAT_JSON)
        write_json(result, option, to);
    else
        write_table(result, option, to);
}
