#include "report/trial/sample_plan.h"

#include "engine/exhaustive/population.h"
#include "ops/ops.h"

static const char meaning[] =
    "N: dynamic instructions x registers x bits that a fault may hit, in all inputs. n: trials after which the SDC "
    "rate is known within the error with 95 % confidence, whatever it is (p = 0.5): n = N / (1 + e^2 (N - 1) / (t^2 p "
    "(1 - p))), Leveugle et al., DATE 2009. A campaign draws from all layers: ";

static const struct sheet_column columns[] = {
    { COLUMN_COUNT, .name = "#", .key = "layer" },
    { COLUMN_TEXT, .name = "layer", .key = "name", .shorten = SHORTEN_NAME },
    { COLUMN_TEXT, .name = "type", .key = "type" },
    { COLUMN_COUNT, .name = "faults N", .key = "faults" },
    { COLUMN_COUNT, .name = "sample n", .key = "sample" },
};

static uint64_t layer_faults(const struct sample_plan *plan, int layer)
{
    uint64_t faults = 0;

    for (guint i = 0; i < plan->n_inputs; i++)
        faults += population_of_layer(plan->machine, plan->golden[i], layer, plan->bits).faults;
    return faults;
}

static void add_row(struct sheet *sheet, const char *name, const char *type, uint64_t faults, double error_width)
{
    cell_text(sheet, name);
    cell_text(sheet, type);
    cell_count(sheet, faults);
    cell_count(sheet, sample_size(faults, error_width));
}

static struct sheet *layers_sheet(const struct sample_plan *plan)
{
    g_autofree char *title =
        g_strdup_printf("Sample for an error of %g %% at 95 %% confidence:", 100 * plan->error_width);
    struct sheet *sheet = sheet_new("layers", title);
    uint64_t all = 0;

    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (guint l = 1; l <= plan->model->layers->len; l++) {
        const struct layer *layer = model_layer(plan->model, (int)l);
        uint64_t faults = layer_faults(plan, (int)l);

        all += faults;
        if (faults == 0)
            continue;
        sheet_row(sheet);
        cell_count(sheet, l);
        add_row(sheet, layer->name, layer->operator->type, faults, plan->error_width);
    }
    sheet_row(sheet);
    cell_absent(sheet);
    add_row(sheet, "all", "", all, plan->error_width);
    sheet_remark(sheet, g_strconcat(meaning, plan->advice, NULL));
    return sheet;
}

struct document *sample_plan_document(const struct sample_plan *plan)
{
    struct document *document = document_new("Sample");

    document_sheet(document, layers_sheet(plan));
    return document;
}
