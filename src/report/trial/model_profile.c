/* The profile of a model. */
#include "ops/ops.h"
#include "passes/ir/names.h"
#include "report/trial/profile.h"

/* A layer of a model is a function of its program: one row serves both questions. */
static GPtrArray *rows_by_layer(const struct profiled *measured)
{
    GPtrArray *rows = profile_rows_new();
    const struct golden *golden = measured->golden;

    for (guint l = 1; l <= measured->model->layers->len; l++) {
        const struct layer *layer = model_layer(measured->model, (int)l);
        struct profile_row *row = profile_row_add(rows, l, layer->name, layer->operator->type);

        row->instructions = profile_layer(measured->machine, (int)l, NULL);
        row->selected = golden->selected[l - 1];
        row->fast_milliseconds = golden->fast_seconds[l - 1] * 1e3;
        row->scalar_milliseconds = golden->scalar_seconds[l - 1] * 1e3;
    }
    return rows;
}

static GPtrArray *rows_by_opcode(const struct profiled *measured)
{
    uint64_t counts[OPCODE_COUNT] = { 0 }, selected[OPCODE_COUNT] = { 0 };

    for (guint l = 1; l <= measured->model->layers->len; l++)
        profile_layer(measured->machine, (int)l, counts);
    for (guint s = 0; s < measured->machine->sites->len; s++) {
        const struct site *site = &g_array_index(measured->machine->sites, struct site, s);

        selected[site->opcode] += site->count;
    }
    return profile_rows_of_opcodes(counts, selected);
}

const struct profile_view model_profile_views[] = {
    { "layer", "#", "layer", "operator", rows_by_layer, SHORTEN_NAME },
    { "function", NULL, "function", "operator", rows_by_layer, SHORTEN_NAME },
    { "opcode", "#", "opcode", NULL, rows_by_opcode, SHORTEN_NAME },
    { NULL },
};
