#include "cli/cli.h"
#include "cli/options.h"
#include "cli/session.h"

#include "base/errors.h"

#include <stdio.h>
#include <string.h>

static const char summary[] = "Runs the model once in its scalar form, which is what faults are injected into, and counts every instruction.\n"
                              "'selected' are the executions that a fault may hit: their number is the size of the fault space.";
static const char description[] = "Examples:\n"
                                  "  lltfi profile lenet.onnx --input eight.png\n"
                                  "  lltfi profile net.onnx --input x.npy --insttype all --registers allreg --by opcode\n"
                                  "  lltfi profile net.onnx --input x.npy --format csv\n";

/* A line of the profile, whatever it stands for. */
struct row {
    char *number, *name, *type;
    uint64_t instructions, selected;
    double fast_milliseconds, scalar_milliseconds; /* negative: does not apply */
};

static void row_free(gpointer data)
{
    struct row *row = data;

    g_free(row->number);
    g_free(row->name);
    g_free(row->type);
    g_free(row);
}

/* Layers are the functions of a model: one row serves both questions. */
static GPtrArray *rows_by_layer(const struct session *session)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    const struct golden *golden = session->golden[0];

    for (guint l = 1; l <= session->model->layers->len; l++) {
        const struct layer *layer = model_layer(session->model, (int)l);
        struct row *row = g_new0(struct row, 1);

        row->number = g_strdup_printf("%u", l);
        row->name = g_strdup(layer->name);
        row->type = g_strdup(layer->operator->type);
        row->instructions = profile_layer(session->machine, (int)l, NULL);
        row->selected = golden->selected[l - 1];
        row->fast_milliseconds = golden->fast_seconds[l - 1] * 1e3;
        row->scalar_milliseconds = golden->scalar_seconds[l - 1] * 1e3;
        g_ptr_array_add(rows, row);
    }
    return rows;
}

static gint by_instructions(gconstpointer a, gconstpointer b)
{
    const struct row *left = *(struct row *const *)a, *right = *(struct row *const *)b;

    return left->instructions < right->instructions ? 1 : left->instructions > right->instructions ? -1 : 0;
}

static GPtrArray *rows_by_opcode(const struct session *session)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    uint64_t counts[OPCODE_COUNT] = { 0 }, selected[OPCODE_COUNT] = { 0 };

    for (guint l = 1; l <= session->model->layers->len; l++)
        profile_layer(session->machine, (int)l, counts);
    for (guint s = 0; s < session->machine->sites->len; s++) {
        const struct site *site = &g_array_index(session->machine->sites, struct site, s);

        selected[site->opcode] += site->count;
    }
    for (unsigned o = 1; o < OPCODE_COUNT; o++) {
        struct row *row;

        if (counts[o] == 0)
            continue;
        row = g_new0(struct row, 1);
        row->number = g_strdup_printf("%u", o);
        row->name = g_strdup(opcode_name(o));
        row->type = g_strdup("");
        row->instructions = counts[o];
        row->selected = selected[o];
        row->fast_milliseconds = row->scalar_milliseconds = -1;
        g_ptr_array_add(rows, row);
    }
    g_ptr_array_sort(rows, by_instructions);
    return rows;
}

static void print_times(const struct row *row, const char *format, const char *none)
{
    const double times[] = { row->fast_milliseconds, row->scalar_milliseconds };

    for (size_t t = 0; t < G_N_ELEMENTS(times); t++) {
        if (times[t] < 0)
            fputs(none, stdout);
        else
            printf(format, times[t]);
    }
}

static void print_table(const GPtrArray *rows, gboolean layers)
{
    uint64_t instructions = 0, selected = 0;
    int width = 12;

    for (guint r = 0; r < rows->len; r++) {
        const struct row *row = rows->pdata[r];

        instructions += row->instructions;
        selected += row->selected;
        width = MAX(width, (int)g_utf8_strlen(row->name, -1));
    }
    printf("%5s  %-*s %-20s %16s %16s %8s%s\n", layers ? "layer" : "code", width, layers ? "function" : "opcode", layers ? "operator" : "", "instructions",
           "selected", "share", layers ? "   fast ms  scalar ms" : "");
    for (guint r = 0; r < rows->len; r++) {
        const struct row *row = rows->pdata[r];

        printf("%5s  %-*s %-20s %16" G_GUINT64_FORMAT " %16" G_GUINT64_FORMAT " %6.2f %%", row->number, width, row->name, row->type, row->instructions,
               row->selected, selected ? 100.0 * (double)row->selected / (double)selected : 0.0);
        print_times(row, " %10.3f", "");
        putchar('\n');
    }
    printf("%5s  %-*s %-20s %16" G_GUINT64_FORMAT " %16" G_GUINT64_FORMAT " 100.00 %%\n", "", width, "total", "", instructions, selected);
}

static void print_csv(const GPtrArray *rows, gboolean layers)
{
    printf("%s,name,operator,instructions,selected,fast_milliseconds,scalar_milliseconds\n", layers ? "layer" : "opcode");
    for (guint r = 0; r < rows->len; r++) {
        const struct row *row = rows->pdata[r];
        g_auto(GStrv) parts = g_strsplit(row->name, "\"", -1);
        g_autofree char *quoted = g_strjoinv("\"\"", parts);

        printf("%s,\"%s\",%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT, row->number, quoted, row->type, row->instructions, row->selected);
        print_times(row, ",%.6f", ",");
        putchar('\n');
    }
}

static void print_json(const GPtrArray *rows)
{
    printf("[");
    for (guint r = 0; r < rows->len; r++) {
        const struct row *row = rows->pdata[r];
        g_autofree char *name = g_strescape(row->name, NULL);

        printf("%s\n  {\"number\": %s, \"name\": \"%s\", \"operator\": \"%s\", \"instructions\": %" G_GUINT64_FORMAT ", \"selected\": %" G_GUINT64_FORMAT,
               r ? "," : "", row->number, name, row->type, row->instructions, row->selected);
        if (row->fast_milliseconds >= 0)
            printf(", \"fast_milliseconds\": %.6f, \"scalar_milliseconds\": %.6f", row->fast_milliseconds, row->scalar_milliseconds);
        printf("}");
    }
    printf("\n]\n");
}
