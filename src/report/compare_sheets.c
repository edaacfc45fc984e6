/* A comparison as sheets. */
#include "report/compare_parts.h"

#include "base/paired.h"
#include "report/paired.h"
#include "report/rates.h"
#include "report/text.h"

#include <math.h>

static const char *letter_of(guint c)
{
    char letter[] = { campaign_letter(c), '\0' };

    return g_intern_string(letter);
}

static const char *pair_of(guint c)
{
    g_autofree char *pair = g_strdup_printf("A and %s", letter_of(c));

    return g_intern_string(pair);
}

/* The rate of one campaign; without trials it has no interval. */
static struct rate side_rate(const struct compare_row *row, guint c, const struct compare_option *option)
{
    struct rate rate = tally_rate(&option->report, &row->tally[c], (int)option->outcome);

    if (rate.n == 0)
        rate.interval = (struct interval){ NAN, NAN };
    return rate;
}

/* What machines read of a row: one row a campaign. */
static struct sheet *sides_new(void)
{
    static const struct sheet_column columns[] = {
        { COLUMN_TEXT, .key = "campaign" },
        { COLUMN_COUNT, .key = "trials" },
        { COLUMN_COUNT, .key = "activated" },
        { COLUMN_COUNT, .key = "events" },
        { COLUMN_RATE, .key = "" },
        { COLUMN_TEXT, .key = "test", .seen_by = FOR_CSV },
        { COLUMN_TEXT, .key = "test", .seen_by = FOR_JSON },
        { COLUMN_REAL, .key = "p" },
        { COLUMN_REAL, .key = "p_holm" },
    };
    struct sheet *sides = sheet_new(NULL, NULL);

    sheet_columns(sides, columns, G_N_ELEMENTS(columns));
    return sides;
}

static void add_test(struct sheet *sides, const struct difference *difference)
{
    cell_text(sides, difference_test_names[difference->test]);
    if (difference->test == TEST_NONE)
        return;
    cell_text(sides, difference->test == TEST_Z ? "two-proportion z-test" : "Fisher's exact test");
    cell_real(sides, difference->p);
    cell_real(sides, difference->adjusted);
}

static void add_side(struct sheet *sides, const struct compare_row *row, guint c, const struct compare_option *option)
{
    struct rate rate = side_rate(row, c, option);

    sheet_row(sides);
    cell_text(sides, letter_of(c));
    cell_count(sides, row->tally[c].trials);
    cell_count(sides, rate.n);
    cell_count(sides, rate.events);
    cell_rate(sides, &rate);
    add_test(sides, &row->difference[c]);
}

/* The key in JSON of a label that people see under this heading. */
static const char *label_key(const char *heading)
{
    return *heading == '#' ? "number" : *heading ? heading : "name";
}

/* In CSV, where all sections are one table, labels have the same keys in each. */
static void add_label_columns(struct sheet *sheet, const struct compare_section *section)
{
    sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .key = "by", .seen_by = FOR_CSV });
    sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .key = "label", .seen_by = FOR_CSV });
    sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .key = "name", .seen_by = FOR_CSV });
    for (int i = 0; i < 2; i++)
        sheet_column(sheet,
                     (struct sheet_column){ COLUMN_TEXT, .name = section->headings[i],
                                            .key = section->headings[i] ? label_key(section->headings[i]) : NULL,
                                            .seen_by = FOR_PEOPLE | FOR_JSON,
                                            .shorten = i == 1 ? SHORTEN_NAME : SHORTEN_NEVER, .is_label = TRUE });
}

static struct sheet *section_new(const struct compare_section *section, guint n)
{
    struct sheet *sheet = sheet_new(section->name, section->title);

    add_label_columns(sheet, section);
    for (guint c = 0; c < n; c++)
        sheet_column(sheet,
                     (struct sheet_column){ COLUMN_RATE, .name = letter_of(c), .yields = 1, .alignment = ALIGN_RATES });
    for (guint c = 1; c < n; c++) {
        sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .name = pair_of(c) });
        sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .name = "test" });
    }
    sheet_column(sheet, (struct sheet_column){ COLUMN_ROWS, .key = "campaigns", .rows = sides_new() });
    return sheet;
}

static void add_row(struct sheet *sheet, const struct compare_section *section, const struct compare_row *row, guint n,
                    const struct compare_option *option)
{
    struct sheet *sides = sheet_column_at(sheet, sheet->columns->len - 1)->rows;
    guint first = sides->rows->len;

    sheet_row(sheet);
    cell_text(sheet, section->name);
    for (int twice = 0; twice < 2; twice++)
        for (int i = 0; i < 2; i++)
            cell_text(sheet, row->labels[i]);
    for (guint c = 0; c < n; c++) {
        struct rate rate = side_rate(row, c, option);

        cell_rate(sheet, &rate);
        add_side(sides, row, c, option);
    }
    for (guint c = 1; c < n; c++) {
        g_autofree char *text = difference_text(&row->difference[c]);

        cell_text(sheet, text);
        cell_text(sheet, difference_test_names[row->difference[c].test]);
    }
    cell_rows(sheet, first);
}

static struct sheet *section_sheet(const struct compare_section *section, guint n, const struct compare_option *option)
{
    struct sheet *sheet = section_new(section, n);

    for (guint r = 0; r < section->rows->len; r++)
        add_row(sheet, section, section->rows->pdata[r], n, option);
    return sheet;
}

/* The outcome's rate times the executions that a fault may strike: how often it is to be expected in a run if each
 * execution is struck with the same small probability. */
static void add_per_run(struct sheet *sheet, const struct comparison_result *result, guint c,
                        const struct compare_option *option)
{
    struct rate first = side_rate(result->all, 0, option), rate = side_rate(result->all, c, option);
    double before = store_executions(result->campaigns[0].store, NULL);
    double executions = store_executions(result->campaigns[c].store, NULL), more = executions / before;
    struct interval ratio = independent_ratio(first.events, first.n, rate.events, rate.n);
    g_autofree char *text = NULL;

    ratio = (struct interval){ ratio.low * more, ratio.high * more };
    text = c == 0 ? g_strdup("") : reduction_text(rate.share / first.share * more, ratio);
    cell_real(sheet, executions);
    cell_real(sheet, rate.share * executions);
    cell_text(sheet, text);
}

/* Which campaigns are compared. */
static struct sheet *campaigns_sheet(const struct comparison_result *result, const struct compare_option *option)
{
    g_autofree char *heading = g_strdup_printf("%s rate [95 %% interval]", outcome_names[option->outcome]);
    const struct sheet_column columns[] = {
        { COLUMN_TEXT, .name = "", .key = "campaign" },
        { COLUMN_TEXT, .name = "campaign", .key = "folder", .shorten = SHORTEN_NAME },
        { COLUMN_TEXT, .name = "level" },
        { COLUMN_COUNT, .name = "trials" },
        { COLUMN_RATE, .name = g_intern_string(heading), .alignment = ALIGN_LEFT },
        { COLUMN_REAL, .name = "executions", .key = "executions" },
        { COLUMN_REAL, .name = "per run", .key = "per_run" },
        { COLUMN_TEXT, .name = "per run, compared with A", .key = "per_run_reduction" },
    };
    struct sheet *sheet = sheet_new("campaigns", NULL);

    sheet->seen_by = FOR_PEOPLE | FOR_JSON;
    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (guint c = 0; c < result->n; c++) {
        g_autofree char *level = store_get(result->campaigns[c].store, "level");
        struct rate rate = side_rate(result->all, c, option);

        sheet_row(sheet);
        cell_text(sheet, letter_of(c));
        cell_text(sheet, result->campaigns[c].dir);
        cell_text(sheet, level ? level : level_names[LEVEL_INSTRUCTION]);
        cell_count(sheet, result->all->tally[c].trials);
        cell_rate(sheet, &rate);
        add_per_run(sheet, result, c, option);
    }
    return sheet;
}

static const char meaning[] =
    "Per run: the rate times the executions that a fault may strike. Where programs differ in what they execute, as "
    "with "
    "and without protection, it is what to compare: it is proportional to how often the outcome is to be expected if "
    "each execution is struck with the same small probability. Its interval counts the campaigns as independent.\n"
    "p is the chance of a difference as large or larger if both rates are equal, below 0.05 a rate is called "
    "different. Test: z, the two-proportion z-test (pooled, two-sided), or Fisher's exact test (two-sided) where some "
    "expected count is below 5. The p values of a table are adjusted together (Holm). That no difference is "
    "seen does not mean that there is none.";

struct document *compare_document(const struct comparison_result *result, const struct compare_option *option)
{
    struct document *document = document_new("Campaigns compared");
    struct sheet *outcome = facts_new(), *notes = facts_new();

    fact_text(outcome, NULL, "outcome", outcome_names[option->outcome]);
    document_sheet(document, outcome);
    document_sheet(document, campaigns_sheet(result, option));
    sheet_column(notes, (struct sheet_column){ COLUMN_LIST, .key = "notes" });
    cell_list(notes, (const char *const *)result->notes->pdata, result->notes->len);
    document_sheet(document, notes);
    for (guint s = 0; s < result->sections->len; s++)
        document_sheet(document, section_sheet(result->sections->pdata[s], result->n, option));
    for (guint n = 0; n < result->notes->len; n++)
        document_note(document, g_strdup_printf("Note: %s.", (const char *)result->notes->pdata[n]));
    document_note(document, g_strdup(meaning));
    return document;
}
