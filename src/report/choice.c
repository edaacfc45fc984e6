#include "report/choice.h"

#include "report/breakdown.h"

#include <math.h>

/* How many instructions are listed one by one. */
#define MOST_LISTED 20

static struct rate covered_rate(const struct choice_sum *sum, const struct report_option *option)
{
    struct rate rate = { .events = sum->covered,
                         .n = sum->sdc,
                         .share = sum->sdc > 0 ? (double)sum->covered / (double)sum->sdc : NAN };

    rate.interval = report_interval(option, rate.events, rate.n);
    return rate;
}

static void add_row(struct sheet *sheet, const char *name, const struct choice_sum *sum,
                    const struct report_option *option)
{
    struct rate rate = covered_rate(sum, option);

    sheet_row(sheet);
    cell_text(sheet, name);
    cell_count(sheet, sum->instructions);
    cell_real(sheet, sum->cost);
    cell_rate(sheet, &rate);
}

/* Chooses by the even trials, and counts what that covers of the odd ones. */
static void add_held_out(struct sheet *sheet, struct choice *choice, const char *name, chooser choose, double budget,
                         double price, const struct report_option *option)
{
    struct choice_sum sum;

    choose(choice, budget, price, TRIALS_EVEN);
    sum = choice_sum(choice, price, TRIALS_ODD);
    add_row(sheet, name, &sum, option);
}

static void add_type(struct sheet *sheet, struct choice *choice, const char *name, const char *type, double price,
                     const struct report_option *option)
{
    struct choice_sum sum;

    choose_type(choice, type);
    sum = choice_sum(choice, price, TRIALS_ALL);
    add_row(sheet, name, &sum, option);
}

static struct sheet *choices_sheet(struct choice *choice, double budget, double price,
                                   const struct report_option *option)
{
    static const struct sheet_column columns[] = {
        { COLUMN_TEXT, .name = "choice", .key = "choice", .is_label = TRUE },
        { COLUMN_COUNT, .name = "instructions", .key = "instructions" },
        { COLUMN_SHARE, .name = "cost", .key = "cost" },
        { COLUMN_RATE, .name = "of the SDC [95 % interval]", .key = "covered", .is_chart = TRUE },
    };
    struct sheet *sheet = sheet_new("choices", "Choices: what they cost, and the SDC that they cover");
    struct choice_sum sum;

    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    add_held_out(sheet, choice, "best, by half of the trials, in the others", choose_best, budget, price, option);
    add_held_out(sheet, choice, "greedy, by half of the trials, in the others", choose_greedily, budget, price, option);
    add_type(sheet, choice, "all convolutions", "Conv", price, option);
    add_type(sheet, choice, "all that can be protected", NULL, price, option);
    choose_best(choice, budget, price, TRIALS_ALL);
    sum = choice_sum(choice, price, TRIALS_ALL);
    add_row(sheet, "best, by all trials, in the same", &sum, option);
    return sheet;
}

static int compare_worth(gconstpointer a, gconstpointer b)
{
    const struct choice_item *one = *(const struct choice_item *const *)a,
                             *other = *(const struct choice_item *const *)b;
    uint64_t left = one->sdc[0] + one->sdc[1], right = other->sdc[0] + other->sdc[1];

    return left == right ? (one->index > other->index) - (one->index < other->index) : (left < right) - (left > right);
}

static GPtrArray *chosen_items(const struct choice *choice)
{
    GPtrArray *chosen = g_ptr_array_new();

    for (guint i = 0; i < choice->items->len; i++)
        if (g_array_index(choice->items, struct choice_item, i).chosen)
            g_ptr_array_add(chosen, &g_array_index(choice->items, struct choice_item, i));
    g_ptr_array_sort(chosen, compare_worth);
    return chosen;
}

static struct sheet *items_sheet(const struct choice *choice, double price)
{
    static const struct sheet_column columns[] = {
        { COLUMN_COUNT, .name = "index", .key = "index" },
        { COLUMN_TEXT, .name = "layer", .key = "layer", .shorten = SHORTEN_NAME, .is_label = TRUE },
        { COLUMN_TEXT, .name = "instruction", .key = "instruction", .shorten = SHORTEN_END, .is_code = TRUE },
        { COLUMN_SHARE, .name = "cost", .key = "cost" },
        { COLUMN_COUNT, .name = "trials", .key = "trials" },
        { COLUMN_COUNT, .name = "SDC", .key = "sdc" },
    };
    struct sheet *sheet = sheet_new("chosen", "Chosen, by their SDC");
    g_autoptr(GPtrArray) chosen = chosen_items(choice);

    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < chosen->len; i++) {
        const struct choice_item *item = chosen->pdata[i];

        sheet_row(sheet)->seen_by = i < MOST_LISTED ? FOR_ALL : FOR_MACHINES;
        cell_count(sheet, item->index);
        cell_text(sheet, item->layer_name);
        cell_text(sheet, item->text);
        cell_real(sheet, price * (double)item->count / (double)choice->instructions);
        cell_count(sheet, item->trials[0] + item->trials[1]);
        cell_count(sheet, item->sdc[0] + item->sdc[1]);
    }
    if (chosen->len > MOST_LISTED)
        sheet_remark(sheet, g_strdup_printf("and %u more", chosen->len - MOST_LISTED));
    return sheet;
}

static const char meaning[] =
    "Cost: executions of copies, as a share of all executions of a run; comparisons come on top, which a profile of the "
    "protected code counts. A choice looks better in the trials that it was made with: the rows \"in the others\" show "
    "what to expect. A campaign with another seed on the protected code measures it.";

struct document *choice_document(struct choice *choice, double budget, double price, const struct report_option *option)
{
    struct document *document = document_new("What to protect");

    document_sheet(document, choices_sheet(choice, budget, price, option));
    document_sheet(document, items_sheet(choice, price));
    document_note(document, g_strdup(meaning));
    return document;
}
