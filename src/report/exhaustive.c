#include "report/exhaustive.h"

#include <string.h>

#define SUMS " sum(n) AS n, sum(n * 1.0 / faults) AS weight"
#define SELECTED_TOTAL "(SELECT max(sum(selected), 1) FROM layer)"
#define COUNT_TOTAL "(SELECT max(sum(count), 1) FROM site)"
#define OF_SITE " FROM exhaustive_bit JOIN site ON site.number = exhaustive_bit.site"

static const char *const queries[] = {
    [BY_ALL] = "SELECT outcome," SUMS " FROM exhaustive_bit GROUP BY outcome",
    [BY_LAYER] = "WITH struck AS (SELECT layer, outcome," SUMS OF_SITE " GROUP BY layer, outcome)"
                 " SELECT number, name, type, selected, selected * 1.0 / " SELECTED_TOTAL ", outcome, n, weight"
                 " FROM layer LEFT JOIN struck ON struck.layer = number ORDER BY number",
    [BY_BIT] = "SELECT text, position, width, bit, outcome," SUMS OF_SITE
               " JOIN site_register ON site_register.site = exhaustive_bit.site"
               " AND site_register.reg = exhaustive_bit.reg"
               " GROUP BY exhaustive_bit.site, exhaustive_bit.reg, bit, outcome",
    [BY_OPCODE] = "WITH struck AS (SELECT opcode, outcome," SUMS OF_SITE " GROUP BY opcode, outcome),"
                  " present AS (SELECT opcode, sum(count) AS selected FROM site GROUP BY opcode)"
                  " SELECT present.opcode, present.opcode, selected, selected * 1.0 / " COUNT_TOTAL
                  ", outcome, n, weight FROM present LEFT JOIN struck ON struck.opcode = present.opcode"
                  " ORDER BY selected DESC, present.opcode",
    [BY_INSTRUCTION] = "WITH struck AS (SELECT site, outcome," SUMS " FROM exhaustive_bit GROUP BY site, outcome)"
                       " SELECT llfi_index, layer, function, trim(text), count, count * 1.0 / " COUNT_TOTAL
                       ", outcome, n, weight FROM struck JOIN site ON site.number = struck.site ORDER BY llfi_index",
    [BY_INPUT] = "WITH struck AS (SELECT input, outcome," SUMS " FROM exhaustive_input GROUP BY input, outcome)"
                 " SELECT number, path, golden_class, golden_confidence, label, outcome, n, weight FROM input"
                 " LEFT JOIN struck ON struck.input = number ORDER BY number",
    [BY_CONFIG] = "WITH struck AS (SELECT outcome," SUMS " FROM exhaustive_bit GROUP BY outcome)"
                  " SELECT number, name, config.text, outcome, n, weight FROM config LEFT JOIN struck ORDER BY number",
    [BY_ELEMENT] =
        "WITH struck AS (SELECT layer, grain, outcome," SUMS " FROM exhaustive_element GROUP BY layer, grain, outcome)"
        " SELECT number, name, type, iif(grain < 0, NULL, grain), outcome, n, weight"
        " FROM struck JOIN layer ON number = struck.layer ORDER BY number, grain",
};

const char *exhaustive_query(enum report_by by)
{
    return queries[by];
}

static void append_left_out(GString *text, const struct tally *total)
{
    uint64_t all = total->trials + total->left_out;

    if (total->left_out > 0)
        g_string_append_printf(text,
                               " %" G_GUINT64_FORMAT
                               " faults (%.2f %%), which can reach more than one element or a call, "
                               "were left out as asked: the rates are those of the others.",
                               total->left_out, 100 * (double)total->left_out / (double)all);
}

char *exhaustive_note(struct store *store, const struct tally *total)
{
    g_autofree char *asked = store_get(store, "trials");
    uint64_t faults = asked ? g_ascii_strtoull(asked, NULL, 10) : 0, done = total->trials + total->left_out;
    GString *text = g_string_new(NULL);

    if (done < faults)
        g_string_append_printf(text,
                               "Unfinished: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                               " faults so far, not drawn at random, so these rates say nothing about the others.",
                               done, faults);
    else
        g_string_append(text, "True rates: every fault of the selected instructions was run, so that there is no "
                              "interval.");
    g_string_append(text, " All dynamic instructions weigh the same, whatever their registers' widths, as in a sampled "
                          "campaign.");
    append_left_out(text, total);
    return g_string_free(text, FALSE);
}
