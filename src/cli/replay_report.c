#include "cli/changes.h"
#include "cli/fault_text.h"

#include "ops/ops.h"
#include "report/json.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

static const char *fault_name(const struct replay *replay)
{
    const struct run_option *option = replay->session->campaign->runs->pdata[replay->trial->config];

    return fault_type_names[option->fault];
}

static const struct site *injected_site(const struct replay *replay, const struct injection *injection)
{
    return &g_array_index(replay->session->machine->sites, struct site, injection->site);
}

static void append_injection(const struct replay *replay, const struct injection *injection, GString *to)
{
    const struct site *site = injected_site(replay, injection);

    fault_append(site, injection, fault_name(replay), to);
    g_string_append_printf(to, ", layer %d", site->layer);
    if (site->layer > 0)
        g_string_append_printf(to, " '%s' (%s)", model_layer(replay->session->model, site->layer)->name,
                               model_layer(replay->session->model, site->layer)->operator->type);
    if (injection->cycle > 0)
        g_string_append_printf(to, ", cycle %" G_GUINT64_FORMAT, injection->cycle);
    g_string_append_c(to, '\n');
}

static void append_class(GString *to, const char *name, int class, double confidence)
{
    if (class >= 0)
        g_string_append_printf(to, "%-8s class %d, confidence %.6f\n", name, class, confidence);
}

static void append_head(const struct replay *replay, GString *to)
{
    const struct trial *trial = replay->trial;
    const struct outcome_reference *reference = &replay->session->references[trial->input];
    const struct input *input = replay->session->inputs->pdata[trial->input];

    g_string_append_printf(to, "trial    %" G_GUINT64_FORMAT ": %s", trial->number, outcome_names[trial->outcome]);
    if (trial->signal)
        g_string_append_printf(to, ", signal %d (%s)", trial->signal, g_strsignal(trial->signal));
    g_string_append_printf(to, "%s\ninput    %s\n", replay->same ? ", as in the campaign" : " now", input->path);
    for (int i = 0; i < trial->n_injections; i++)
        append_injection(replay, &trial->injections[i], to);
    append_class(to, "golden", reference->golden_class, reference->golden_confidence);
    append_class(to, "faulty", trial->faulty_class, trial->faulty_confidence);
    if (reference->golden_class >= 0 && trial->faulty_class < 0 && trial->sdc)
        g_string_append(to, "faulty   no class: every score is NaN\n");
}

static char *layer_label(const struct change *change)
{
    if (change->layer->n_outputs == 1)
        return g_strdup(change->layer->name);
    return g_strdup_printf("%s output %d", change->layer->name, change->output);
}

/* How much of a change a table has room for. */
enum detail { ALL_COLUMNS, NO_RELATIVE, NO_OPERATOR, NO_INDEX, DETAIL_COUNT };

static void add_columns(struct table *table, enum detail detail)
{
    table_column(table, "#", ALIGN_RIGHT);
    table_column(table, "layer", ALIGN_ELASTIC);
    if (detail < NO_OPERATOR)
        table_column(table, "operator", ALIGN_LEFT);
    table_column(table, "changed", ALIGN_RIGHT);
    table_column(table, "of", ALIGN_RIGHT);
    if (detail < NO_INDEX)
        table_column(table, "first", ALIGN_LEFT);
    table_column(table, "golden", ALIGN_RIGHT);
    table_column(table, "faulty", ALIGN_RIGHT);
    table_column(table, "largest", ALIGN_RIGHT);
    if (detail < NO_RELATIVE)
        table_column(table, "relative", ALIGN_RIGHT);
}

static char *real_text(double value)
{
    return g_strdup_printf("%.4g", value);
}

static void add_row(struct table *table, const struct change *change, enum detail detail)
{
    gboolean differs = change->changed > 0;

    table_row(table);
    table_cell(table, g_strdup_printf("%d", change->layer->number));
    table_cell(table, layer_label(change));
    if (detail < NO_OPERATOR)
        table_cell(table, g_strdup(change->layer->operator->type));
    table_cell(table, differs ? g_strdup_printf("%zu", change->changed) : g_strdup("masked"));
    table_cell(table, g_strdup_printf("%zu", change->golden.count));
    if (!differs)
        return;
    if (detail < NO_INDEX)
        table_cell(table, index_text(&change->golden, change->first));
    table_cell(table, real_text(tensor_element_as_double(&change->golden, change->first)));
    table_cell(table, real_text(tensor_element_as_double(change->faulty, change->first)));
    table_cell(table, real_text(change->largest));
    if (detail < NO_RELATIVE)
        table_cell(table, real_text(change->largest_relative));
}

static struct table *build_changes(const GArray *changes, enum detail detail)
{
    struct table *table = table_new(0);

    add_columns(table, detail);
    for (guint c = 0; c < changes->len; c++)
        if (g_array_index(changes, struct change, c).reached)
            add_row(table, &g_array_index(changes, struct change, c), detail);
    return table;
}

static void append_changes(const GArray *changes, const struct report_option *option, GString *to)
{
    g_autoptr(table_t) table = NULL;

    for (enum detail detail = ALL_COLUMNS; detail < DETAIL_COUNT; detail++) {
        g_clear_pointer(&table, table_free);
        table = build_changes(changes, detail);
        if (table_least_width(table) <= report_width(option))
            break;
    }
    g_string_append_c(to, '\n');
    table_print(table, option, to);
}

/* One changed element, in decimals that tell floats apart. */
static char *element_text(const struct tensor *tensor, size_t i)
{
    return g_strdup_printf("%.9g", tensor_element_as_double(tensor, i));
}

static void append_elements(const struct change *change, uint64_t listed, const struct report_option *option,
                            GString *to)
{
    g_autoptr(table_t) table = table_new(2);
    g_autofree char *name = layer_label(change);
    uint64_t n = 0;

    table_column(table, "index", ALIGN_LEFT);
    table_column(table, "golden", ALIGN_RIGHT);
    table_column(table, "faulty", ALIGN_RIGHT);
    for (size_t i = change->first; i < change->golden.count && n < listed; i++) {
        if (!change_at(change, i))
            continue;
        n++;
        table_row(table);
        table_cell(table, index_text(&change->golden, i));
        table_cell(table, element_text(&change->golden, i));
        table_cell(table, element_text(change->faulty, i));
    }
    g_string_append_printf(to, "\nlayer %d, %s:\n", change->layer->number, name);
    table_print(table, option, to);
    if (n < change->changed)
        g_string_append_printf(to, "  and %" G_GUINT64_FORMAT " more (--all lists them)\n", change->changed - n);
}

static void append_end(const struct replay *replay, const GArray *changes, const struct report_option *option,
                       GString *to)
{
    const struct layer *masked = changes_masked_in(replay, changes);
    g_autofree char *text =
        masked ? g_strdup_printf("Masked in layer %d '%s' (%s): its output is that of the golden run again, and so is "
                                 "all behind it.",
                                 masked->number, masked->name, masked->operator->type)
               : NULL;

    if (!text)
        return;
    g_string_append_c(to, '\n');
    append_wrapped(to, text, option);
}

static void write_table(const struct replay *replay, const GArray *changes, const struct report_option *option,
                        GString *to)
{
    append_head(replay, to);
    if (changes->len == 0)
        g_string_append(to, "\nIt ended before a layer was done.\n");
    else
        append_changes(changes, option, to);
    for (guint c = 0; c < changes->len && replay->listed > 0; c++)
        if (g_array_index(changes, struct change, c).changed > 0)
            append_elements(&g_array_index(changes, struct change, c), replay->listed, option, to);
    append_end(replay, changes, option, to);
}

/* "NaN" and "Infinity" for what is not finite, in every locale. */
static const char *any_real(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value)
{
    if (isfinite(value))
        return real_to_text(buffer, value);
    return isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/* One row a changed element: at least the first one of each output. */
static void write_csv(const struct replay *replay, const GArray *changes, GString *to)
{
    g_string_append(to, "trial,layer,operator,output,elements,changed,index,golden,faulty\r\n");
    for (guint c = 0; c < changes->len; c++) {
        const struct change *change = &g_array_index(changes, struct change, c);
        uint64_t n = 0;

        for (size_t i = change->first; change->changed > 0 && i < change->golden.count && n < MAX(replay->listed, 1);
             i++) {
            char golden[G_ASCII_DTOSTR_BUF_SIZE], faulty[G_ASCII_DTOSTR_BUF_SIZE];

            if (!change_at(change, i))
                continue;
            n++;
            g_string_append_printf(to, "%" G_GUINT64_FORMAT ",%d,%s,%d,%zu,%zu,%zu,%s,%s\r\n", replay->trial->number,
                                   change->layer->number, change->layer->operator->type, change->output,
                                   change->golden.count, change->changed, i,
                                   any_real(golden, tensor_element_as_double(&change->golden, i)),
                                   any_real(faulty, tensor_element_as_double(change->faulty, i)));
        }
    }
}

/* JSON has no number for what is not finite: text stands for it. */
static void json_any_real(struct json *json, const char *key, double value)
{
    if (isfinite(value))
        json_real(json, key, value);
    else
        json_text(json, key, any_real(NULL, value));
}

static void json_injection(struct json *json, const struct replay *replay, const struct injection *injection)
{
    const struct site *site = injected_site(replay, injection);
    const char *type = fault_register_type(site, injection);
    g_autofree char *before = fault_register_text(type, injection->old_value, injection->width);
    g_autofree char *after = fault_register_text(type, injection->new_value, injection->width);
    g_autofree char *code = g_strstrip(g_strdup(site->text));

    json_open(json, NULL, '{');
    json_text(json, "fault", fault_name(replay));
    json_integer(json, "index", site->index);
    json_integer(json, "layer", (uint64_t)site->layer);
    json_text(json, "instruction", code);
    json_integer(json, "cycle", injection->cycle);
    json_integer(json, "position", (uint64_t)site->registers[injection->reg_index].position);
    json_text(json, "type", type);
    json_integer(json, "bit", injection->bit);
    json_text(json, "old", before);
    json_text(json, "new", after);
    json_close(json, '}');
}

static void json_elements(struct json *json, const struct change *change, uint64_t listed)
{
    uint64_t n = 0;

    json_open(json, "values", '[');
    for (size_t i = change->first; change->changed > 0 && i < change->golden.count && n < MAX(listed, 1); i++) {
        if (!change_at(change, i))
            continue;
        n++;
        json_open(json, NULL, '{');
        json_integer(json, "index", i);
        json_any_real(json, "golden", tensor_element_as_double(&change->golden, i));
        json_any_real(json, "faulty", tensor_element_as_double(change->faulty, i));
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_change(struct json *json, const struct change *change, uint64_t listed)
{
    json_open(json, NULL, '{');
    json_integer(json, "layer", (uint64_t)change->layer->number);
    json_text(json, "name", change->layer->name);
    json_text(json, "operator", change->layer->operator->type);
    json_integer(json, "output", (uint64_t)change->output);
    json_integer(json, "elements", change->golden.count);
    json_integer(json, "changed", change->changed);
    json_any_real(json, "largest", change->largest);
    json_any_real(json, "largest_relative", change->largest_relative);
    json_elements(json, change, listed);
    json_close(json, '}');
}

static void write_json(const struct replay *replay, const GArray *changes, GString *to)
{
    const struct layer *masked = changes_masked_in(replay, changes);
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '{');
    json_integer(&json, "trial", replay->trial->number);
    json_text(&json, "outcome", outcome_names[replay->trial->outcome]);
    json_integer(&json, "signal", (uint64_t)replay->trial->signal);
    json_any_real(&json, "deviation", replay->trial->deviation);
    json_open(&json, "faults", '[');
    for (int i = 0; i < replay->trial->n_injections; i++)
        json_injection(&json, replay, &replay->trial->injections[i]);
    json_close(&json, ']');
    json_text(&json, "masked_in", masked ? masked->name : NULL);
    json_open(&json, "layers", '[');
    for (guint c = 0; c < changes->len; c++)
        if (g_array_index(changes, struct change, c).reached)
            json_change(&json, &g_array_index(changes, struct change, c), replay->listed);
    json_close(&json, ']');
    json_close(&json, '}');
}

void replay_write(const struct replay *replay, const struct report_option *option, GString *to)
{
    g_autoptr(GArray) changes = changes_find(replay);

    if (option->format == FORMAT_CSV)
        write_csv(replay, changes, to);
    else if (option->format == FORMAT_JSON)
        write_json(replay, changes, to);
    else
        write_table(replay, changes, option, to);
}
