#include "cli/sample_plan.h"
#include "terminal/terminal.h"

#include "engine/exhaustive/population.h"
#include "ops/ops.h"
#include "report/rates.h"

static const char meaning[] =
    "N: dynamic instructions x registers x bits that a fault may hit, in all inputs. n: trials after which the SDC "
    "rate "
    "is known within the error with 95 % confidence, whatever it is (p = 0.5): n = N / (1 + e^2 (N - 1) / (t^2 p (1 - "
    "p))), Leveugle et al., DATE 2009. A campaign draws from all layers: for a layer's n it must be limited to it "
    "(--layer), or go on until every layer is known (--until-error X% --until-error-by layer).";

/* Bits as an exhaustive campaign or a fixed --bit chooses them. */
static GArray *chosen_bits(const struct campaign *campaign)
{
    const struct run_option *option = campaign->runs->pdata[0];
    GArray *bits = g_array_copy(campaign->bits);

    if (option->bit >= 0 && bits->len == 0) {
        unsigned bit = (unsigned)option->bit;

        g_array_append_val(bits, bit);
    }
    return bits;
}

static uint64_t layer_faults(const struct model_subject *session, int layer, const GArray *bits)
{
    uint64_t faults = 0;

    for (guint i = 0; i < session->inputs->len; i++)
        faults += population_of_layer(session->machine, session->golden[i], layer, bits).faults;
    return faults;
}

static void add_row(struct table *table, char *number, const char *name, const char *type, uint64_t faults,
                    double error_width)
{
    table_row(table);
    table_cell(table, number);
    table_cell(table, g_strdup(name));
    table_cell(table, g_strdup(type));
    table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, faults));
    table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, sample_size(faults, error_width)));
}

static void print_table(const struct model_subject *session, double error_width, const struct report_option *option,
                        GString *text)
{
    g_autoptr(table_t) table = table_new(0);
    g_autoptr(GArray) bits = chosen_bits(session->base.campaign);
    uint64_t all = 0;

    table_column(table, "#", ALIGN_RIGHT);
    table_column(table, "layer", ALIGN_ELASTIC);
    table_column(table, "type", ALIGN_LEFT);
    table_column(table, "faults N", ALIGN_RIGHT);
    table_column(table, "sample n", ALIGN_RIGHT);
    for (guint l = 1; l <= session->model->layers->len; l++) {
        const struct layer *layer = model_layer(session->model, (int)l);
        uint64_t faults = layer_faults(session, (int)l, bits);

        all += faults;
        if (faults > 0)
            add_row(table, g_strdup_printf("%u", l), layer->name, layer->operator->type, faults, error_width);
    }
    add_row(table, NULL, "all", "", all, error_width);
    table_print(table, option, text);
}

gboolean sample_plan_print(const struct model_subject *session, double error_width, FILE *to, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    struct report_option option = { 0 };

    terminal_describe(&option);
    g_string_append_printf(text, "Sample for an error of %g %% at 95 %% confidence:\n", 100 * error_width);
    print_table(session, error_width, &option, text);
    append_wrapped(text, meaning, &option);
    g_string_append_c(text, '\n');
    return report_write(text, to, error);
}
