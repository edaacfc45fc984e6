/* How faults travelled, as sheets. */
#include "report/flow.h"

#include "base/errors.h"
#include "report/breakdown.h"
#include "report/render/render.h"
#include "report/text.h"

#include <errno.h>

static double share(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static char *share_text(uint64_t part, uint64_t whole)
{
    return whole > 0 ? format_percentage(share(part, whole), 1) : g_strdup("-");
}

/* A count that people see as a share of another one. */
static void cell_part(struct sheet *sheet, uint64_t part, uint64_t whole)
{
    cell_count(sheet, part);
    cell_shown(sheet, share_text(part, whole));
}

static struct rate rate_of(const struct corruption *c, uint64_t of, const struct report_option *option)
{
    return (struct rate){ c->faults, of, share(c->faults, of), FALSE, report_interval(option, c->faults, of) };
}

/* In this order: the most that faults corrupted, their median and mean. Without such faults people see a dash. */
static void cell_amounts(struct sheet *sheet, const struct corruption *c)
{
    gboolean any = c->faults > 0;

    cell_real(sheet, c->mean);
    cell_shown(sheet, any ? g_strdup_printf("%.1f", c->mean) : g_strdup("-"));
    cell_real(sheet, c->median);
    cell_shown(sheet, any ? g_strdup_printf("%g", c->median) : g_strdup("-"));
    cell_count(sheet, c->most);
    if (!any)
        cell_shown(sheet, g_strdup("-"));
}

static void add_place(struct sheet *sheet, const char *key, const char *place, const struct corruption *c,
                      uint64_t faults, const struct report_option *option)
{
    struct rate rate = rate_of(c, faults, option);

    sheet_row(sheet);
    cell_text(sheet, key);
    cell_shown(sheet, g_strdup(place));
    cell_count(sheet, c->faults);
    cell_count(sheet, faults);
    cell_rate(sheet, &rate);
    cell_count(sheet, c->elements);
    cell_count(sheet, c->one_bit);
    cell_amounts(sheet, c);
    cell_part(sheet, c->one_bit, c->elements);
}

struct sheet *flow_places(const struct flow *flow, const struct report_option *option)
{
    static const struct sheet_column columns[] = {
        { COLUMN_TEXT, .name = "reached the output", .key = "place" },
        { COLUMN_COUNT, .name = "faults", .key = "faults" },
        { COLUMN_COUNT, .key = "of" },
        { COLUMN_RATE, .name = "rate [95 % interval]", .key = "" },
        { COLUMN_COUNT, .key = "corrupted" },
        { COLUMN_COUNT, .key = "one_bit" },
        { COLUMN_REAL, .name = "mean", .key = "mean" },
        { COLUMN_REAL, .name = "median", .key = "median" },
        { COLUMN_COUNT, .name = "most", .key = "most" },
        { COLUMN_COUNT, .name = "1 bit" },
    };
    struct sheet *sheet =
        sheet_new(NULL, "Propagation (elements that such a fault corrupted; share that differs in 1 bit)");

    sheet->form = SHEET_KEYED;
    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    add_place(sheet, "struck_layer", "of the struck layer", &flow->struck, flow->faults, option);
    add_place(sheet, "model_output", "of the model", &flow->output, flow->faults, option);
    return sheet;
}

/* JSON has two objects with all about the faults that struck a layer, and about those that reached it. */
#define CORRUPTION_OBJECT(name)                                                   \
    { COLUMN_COUNT, .key = "faults", .group = name, .seen_by = FOR_JSON },        \
        { COLUMN_COUNT, .key = "of", .group = name, .seen_by = FOR_JSON },        \
        { COLUMN_RATE, .key = "", .group = name, .seen_by = FOR_JSON },           \
        { COLUMN_COUNT, .key = "corrupted", .group = name, .seen_by = FOR_JSON }, \
        { COLUMN_COUNT, .key = "one_bit", .group = name, .seen_by = FOR_JSON },   \
        { COLUMN_REAL, .key = "mean", .group = name, .seen_by = FOR_JSON },       \
        { COLUMN_REAL, .key = "median", .group = name, .seen_by = FOR_JSON },     \
    {                                                                             \
        COLUMN_COUNT, .key = "most", .group = name, .seen_by = FOR_JSON           \
    }

static void cell_corruption(struct sheet *sheet, const struct corruption *c, uint64_t of,
                            const struct report_option *option)
{
    struct rate rate = rate_of(c, of, option);

    cell_count(sheet, c->faults);
    cell_count(sheet, of);
    cell_rate(sheet, &rate);
    cell_count(sheet, c->elements);
    cell_count(sheet, c->one_bit);
    cell_real(sheet, c->mean);
    cell_real(sheet, c->median);
    cell_count(sheet, c->most);
}

static const struct sheet_column layer_columns[] = {
    { COLUMN_COUNT, .name = "#", .key = "layer" },
    { COLUMN_TEXT, .name = "layer", .key = "name", .shorten = SHORTEN_NAME },
    { COLUMN_TEXT, .name = "type", .key = "type", .yields = 1 },
    { COLUMN_COUNT, .key = "elements" },
    { COLUMN_COUNT, .key = "faults", .seen_by = FOR_CSV },
    { COLUMN_COUNT, .name = "struck", .key = "struck" },
    { COLUMN_COUNT, .name = "of these out", .key = "struck_changed", .seen_by = FOR_PEOPLE | FOR_CSV },
    { COLUMN_COUNT, .key = "struck_corrupted", .seen_by = FOR_CSV },
    { COLUMN_COUNT, .key = "struck_one_bit", .seen_by = FOR_CSV },
    CORRUPTION_OBJECT("struck_changed"),
    { COLUMN_COUNT, .name = "reached", .key = "reached" },
    { COLUMN_COUNT, .name = "masked", .key = "masked" },
    { COLUMN_COUNT, .name = "out", .key = "changed", .seen_by = FOR_PEOPLE | FOR_CSV },
    { COLUMN_COUNT, .key = "corrupted", .seen_by = FOR_CSV },
    { COLUMN_COUNT, .key = "one_bit", .seen_by = FOR_CSV },
    { COLUMN_REAL, .name = "mean", .key = "mean", .seen_by = FOR_PEOPLE | FOR_CSV },
    { COLUMN_REAL, .name = "median", .key = "median", .yields = 3, .seen_by = FOR_PEOPLE | FOR_CSV },
    { COLUMN_COUNT, .name = "most", .key = "most", .yields = 2, .seen_by = FOR_PEOPLE | FOR_CSV },
    CORRUPTION_OBJECT("changed"),
    { COLUMN_COUNT, .name = "of" },
};

static void add_layer(struct sheet *sheet, const struct flow *flow, const struct flow_layer *layer,
                      const struct report_option *option)
{
    sheet_row(sheet);
    cell_count(sheet, (uint64_t)layer->number);
    cell_text(sheet, layer->name);
    cell_text(sheet, layer->type);
    cell_count(sheet, layer->elements);
    cell_count(sheet, flow->faults);
    cell_part(sheet, layer->struck, flow->faults);
    cell_part(sheet, layer->mine.faults, layer->struck);
    cell_count(sheet, layer->mine.elements);
    cell_count(sheet, layer->mine.one_bit);
    cell_corruption(sheet, &layer->mine, layer->struck, option);
    cell_part(sheet, layer->reached, flow->faults);
    cell_part(sheet, layer->masked, flow->faults);
    cell_part(sheet, layer->all.faults, flow->faults);
    cell_count(sheet, layer->all.elements);
    cell_count(sheet, layer->all.one_bit);
    cell_amounts(sheet, &layer->all);
    cell_corruption(sheet, &layer->all, flow->faults, option);
    cell_count(sheet, layer->elements);
}

static struct sheet *layers_sheet(const struct flow *flow, const struct report_option *option)
{
    struct sheet *sheet = sheet_new("layers", NULL);

    sheet_columns(sheet, layer_columns, G_N_ELEMENTS(layer_columns));
    for (guint l = 0; l < flow->layers->len; l++)
        add_layer(sheet, flow, flow_get(flow, l), option);
    return sheet;
}

static const char meaning[] =
    "Shares of the activated faults: that struck the layer; of these, that changed its output; that reached the layer "
    "(struck it, or changed what it reads); that ended in it (masked: its output has the golden bits, and so has all "
    "after it); that changed its output, and how many of its elements they changed.";

/* The places come first in JSON, and last for people. */
static void add_places(struct document *document, const struct flow *flow, unsigned seen_by,
                       const struct report_option *option)
{
    struct sheet *places = flow_places(flow, option);

    places->seen_by = seen_by;
    document_sheet(document, places);
}

gboolean flow_report(struct store *store, const struct report_option *option, FILE *to, GError **error)
{
    g_autoptr(flow_t) flow = flow_load(store, error);
    g_autoptr(document_t) document = document_new("How faults travelled");
    struct sheet *facts = facts_new();

    document_sheet(document, facts);
    if (!flow)
        return FALSE;
    fact_text(facts, NULL, "by", "propagation");
    fact_count(facts, NULL, "faults", flow->faults);
    add_places(document, flow, FOR_JSON, option);
    document_sheet(document, layers_sheet(flow, option));
    document_note(document, g_strdup(meaning));
    add_places(document, flow, FOR_PEOPLE, option);
    return render(document, option, to, error);
}

/* Row by row: a campaign may have more records than fit into memory. */
static gboolean export_row(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < columns; i++) {
        csv_field(text, values[i]);
        g_string_append(text, i + 1 < columns ? "," : "\r\n");
    }
    if (fwrite(text->str, 1, text->len, data) == text->len)
        return TRUE;
    return set_error(error, LLTFI_ERROR_RUN, "cannot write the records: %s", g_strerror(errno));
}

#define EXPORTED                                                                                        \
    "trial,outcome,struck,layer,name,output,elements,changed,one_bit,first,golden,faulty,bits,largest," \
    "largest_relative,masked"

gboolean flow_export(struct store *store, FILE *to, GError **error)
{
    g_autoptr(GString) end = g_string_new(NULL); /* writing it says whether all before it was written */

    if (!store_has_propagation(store))
        return flow_load(store, error) != NULL;
    return fputs(EXPORTED "\r\n", to) >= 0 &&
           store_query(
               store,
               "SELECT trial.number, outcome, trial.layer, propagation.layer, layer_output.name, propagation.output,"
               " elements, changed, one_bit, first, golden, faulty, bits, largest, largest_relative, masked"
               " FROM propagation JOIN trial ON trial.number = propagation.trial JOIN layer_output ON"
               " layer_output.layer = propagation.layer AND layer_output.output = propagation.output"
               " ORDER BY propagation.rowid",
               export_row, to, error) &&
           report_write(end, to, error);
}
