/* How faults travelled, in words: tables, CSV, JSON. */
#include "report/flow.h"

#include "base/errors.h"
#include "report/json.h"
#include "report/rates.h"

#include <errno.h>

static double share(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static char *share_text(uint64_t part, uint64_t whole)
{
    return whole > 0 ? format_percentage(share(part, whole), 1) : g_strdup("-");
}

static char *integer_text(uint64_t value)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT, value);
}

static void add_corruption_columns(struct table *table)
{
    table_column(table, "mean", ALIGN_RIGHT);
    table_column(table, "median", ALIGN_RIGHT);
    table_column(table, "most", ALIGN_RIGHT);
}

static void add_corruption(struct table *table, const struct corruption *c)
{
    table_cell(table, c->faults > 0 ? g_strdup_printf("%.1f", c->mean) : g_strdup("-"));
    table_cell(table, c->faults > 0 ? g_strdup_printf("%g", c->median) : g_strdup("-"));
    table_cell(table, c->faults > 0 ? integer_text(c->most) : g_strdup("-"));
}

static void add_place(struct table *table, const char *place, const struct corruption *c, uint64_t faults,
                      const struct report_option *option)
{
    table_row(table);
    table_cell(table, g_strdup(place));
    table_cell(table, integer_text(c->faults));
    table_cell(table, format_rate(option, c->faults, faults));
    add_corruption(table, c);
    table_cell(table, share_text(c->one_bit, c->elements));
}

void flow_append(const struct flow *flow, const struct report_option *option, GString *to)
{
    g_autoptr(table_t) table = table_new(0);

    table_column(table, "reached the output", ALIGN_LEFT);
    table_column(table, "faults", ALIGN_RIGHT);
    table_column(table, "rate [95 % interval]", ALIGN_RIGHT);
    add_corruption_columns(table);
    table_column(table, "1 bit", ALIGN_RIGHT);
    add_place(table, "of the struck layer", &flow->struck, flow->faults, option);
    add_place(table, "of the model", &flow->output, flow->faults, option);
    g_string_append_c(to, '\n');
    append_heading(to, "Propagation (elements that such a fault corrupted; share that differs in 1 bit)", option);
    table_print(table, option, to);
}

/* How much a table has room for. */
enum detail { ALL_COLUMNS, NO_TYPE, NO_MOST, NO_MEDIAN, DETAIL_COUNT };

static void add_columns(struct table *table, enum detail detail)
{
    table_column(table, "#", ALIGN_RIGHT);
    table_column(table, "layer", ALIGN_ELASTIC);
    if (detail < NO_TYPE)
        table_column(table, "type", ALIGN_LEFT);
    table_column(table, "struck", ALIGN_RIGHT);
    table_column(table, "of these out", ALIGN_RIGHT);
    table_column(table, "reached", ALIGN_RIGHT);
    table_column(table, "masked", ALIGN_RIGHT);
    table_column(table, "out", ALIGN_RIGHT);
    table_column(table, "mean", ALIGN_RIGHT);
    if (detail < NO_MEDIAN)
        table_column(table, "median", ALIGN_RIGHT);
    if (detail < NO_MOST)
        table_column(table, "most", ALIGN_RIGHT);
    table_column(table, "of", ALIGN_RIGHT);
}

static void add_row(struct table *table, const struct flow *flow, const struct flow_layer *layer, enum detail detail)
{
    const struct corruption *all = &layer->all;

    table_row(table);
    table_cell(table, g_strdup_printf("%d", layer->number));
    table_cell(table, g_strdup(layer->name));
    if (detail < NO_TYPE)
        table_cell(table, g_strdup(layer->type));
    table_cell(table, share_text(layer->struck, flow->faults));
    table_cell(table, share_text(layer->mine.faults, layer->struck));
    table_cell(table, share_text(layer->reached, flow->faults));
    table_cell(table, share_text(layer->masked, flow->faults));
    table_cell(table, share_text(all->faults, flow->faults));
    table_cell(table, all->faults > 0 ? g_strdup_printf("%.1f", all->mean) : g_strdup("-"));
    if (detail < NO_MEDIAN)
        table_cell(table, all->faults > 0 ? g_strdup_printf("%g", all->median) : g_strdup("-"));
    if (detail < NO_MOST)
        table_cell(table, all->faults > 0 ? integer_text(all->most) : g_strdup("-"));
    table_cell(table, integer_text(layer->elements));
}

static struct table *build_layers(const struct flow *flow, enum detail detail)
{
    struct table *table = table_new(0);

    add_columns(table, detail);
    for (guint l = 0; l < flow->layers->len; l++)
        add_row(table, flow, flow_get(flow, l), detail);
    return table;
}

static void print_layers(const struct flow *flow, const struct report_option *option, GString *to)
{
    g_autoptr(table_t) table = NULL;

    for (enum detail detail = ALL_COLUMNS; detail < DETAIL_COUNT; detail++) {
        g_clear_pointer(&table, table_free);
        table = build_layers(flow, detail);
        if (table_least_width(table) <= report_width(option))
            break;
    }
    table_print(table, option, to);
    g_string_append_c(to, '\n');
    append_wrapped(to,
                   "Shares of the activated faults: that struck the layer; of these, that changed its output; that "
                   "reached the layer (struck it, or changed what it reads); that ended in it (masked: its output has "
                   "the golden bits, and so has all behind it); that changed its output, and how many of its elements "
                   "they changed.",
                   option);
    flow_append(flow, option, to);
}

static void append_number(GString *to, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(to, ",%s", real_to_text(buffer, value));
}

static void append_count(GString *to, uint64_t value)
{
    g_string_append_printf(to, ",%" G_GUINT64_FORMAT, value);
}

static void csv_layer(GString *to, const struct flow *flow, const struct flow_layer *layer)
{
    g_string_append_printf(to, "%d,", layer->number);
    csv_field(to, layer->name);
    g_string_append_c(to, ',');
    csv_field(to, layer->type);
    append_count(to, layer->elements);
    append_count(to, flow->faults);
    append_count(to, layer->struck);
    append_count(to, layer->mine.faults);
    append_count(to, layer->mine.elements);
    append_count(to, layer->mine.one_bit);
    append_count(to, layer->reached);
    append_count(to, layer->masked);
    append_count(to, layer->all.faults);
    append_count(to, layer->all.elements);
    append_count(to, layer->all.one_bit);
    append_number(to, layer->all.mean);
    append_number(to, layer->all.median);
    append_count(to, layer->all.most);
    g_string_append(to, "\r\n");
}

static void print_csv(const struct flow *flow, GString *to)
{
    g_string_append(to, "layer,name,type,elements,faults,struck,struck_changed,struck_corrupted,struck_one_bit,reached,"
                        "masked,changed,corrupted,one_bit,mean,median,most\r\n");
    for (guint l = 0; l < flow->layers->len; l++)
        csv_layer(to, flow, flow_get(flow, l));
}

static void json_corruption(struct json *json, const char *key, const struct corruption *c, uint64_t of,
                            const struct report_option *option)
{
    struct interval interval = report_interval(option, c->faults, of);

    json_open(json, key, '{');
    json_integer(json, "faults", c->faults);
    json_integer(json, "of", of);
    json_real(json, "rate", share(c->faults, of));
    json_real(json, "low", interval.low);
    json_real(json, "high", interval.high);
    json_integer(json, "corrupted", c->elements);
    json_integer(json, "one_bit", c->one_bit);
    json_real(json, "mean", c->mean);
    json_real(json, "median", c->median);
    json_integer(json, "most", c->most);
    json_close(json, '}');
}

static void json_layer(struct json *json, const struct flow *flow, const struct flow_layer *layer,
                       const struct report_option *option)
{
    json_open(json, NULL, '{');
    json_integer(json, "layer", (uint64_t)layer->number);
    json_text(json, "name", layer->name);
    json_text(json, "type", layer->type);
    json_integer(json, "elements", layer->elements);
    json_integer(json, "struck", layer->struck);
    json_corruption(json, "struck_changed", &layer->mine, layer->struck, option);
    json_integer(json, "reached", layer->reached);
    json_integer(json, "masked", layer->masked);
    json_corruption(json, "changed", &layer->all, flow->faults, option);
    json_close(json, '}');
}

static void print_json(const struct flow *flow, const struct report_option *option, GString *to)
{
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '{');
    json_text(&json, "by", "propagation");
    json_integer(&json, "faults", flow->faults);
    json_corruption(&json, "struck_layer", &flow->struck, flow->faults, option);
    json_corruption(&json, "model_output", &flow->output, flow->faults, option);
    json_open(&json, "layers", '[');
    for (guint l = 0; l < flow->layers->len; l++)
        json_layer(&json, flow, flow_get(flow, l), option);
    json_close(&json, ']');
    json_close(&json, '}');
}

gboolean flow_report(struct store *store, const struct report_option *option, FILE *to, GError **error)
{
    g_autoptr(flow_t) flow = flow_load(store, error);
    g_autoptr(GString) text = g_string_new(NULL);

    if (!flow)
        return FALSE;
    if (option->format == FORMAT_CSV)
        print_csv(flow, text);
    else if (option->format == FORMAT_JSON)
        print_json(flow, option, text);
    else
        print_layers(flow, option, text);
    return report_write(text, to, error);
}

/* Row by row: a campaign may have more records than fit into memory. */
static gboolean export_row(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int code;

    for (int i = 0; i < columns; i++) {
        g_autofree char *field = printable(values[i]);

        csv_field(text, field);
        g_string_append(text, i + 1 < columns ? "," : "\r\n");
    }
    if (fwrite(text->str, 1, text->len, data) == text->len)
        return TRUE;
    code = errno;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "cannot write the records: %s", g_strerror(code));
    return FALSE;
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
