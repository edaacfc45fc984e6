#include "cli/changes.h"
#include "cli/fault_text.h"

#include "engine/model/propagation.h"
#include "ops/ops.h"
#include "report/bits.h"
#include "report/json.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

static const char *fault_name(const struct replay *replay)
{
    const struct run_option *option = replay->session->base.campaign->runs->pdata[replay->trial->config];

    return fault_type_name(option);
}

static const struct site *injected_site(const struct replay *replay, const struct injection *injection)
{
    return &g_array_index(replay->session->machine->sites, struct site, injection->site);
}

/* What was struck: "element [0,3,1] of tensor 'conv1'". */
static char *element_label(const struct value *value, const struct injection *injection)
{
    struct tensor shape = { .rank = value->rank, .count = 1 };
    g_autofree char *index = NULL;

    memcpy(shape.dims, value->dims, sizeof(shape.dims));
    for (int d = 0; d < value->rank; d++)
        shape.count *= (size_t)value->dims[d];
    index = index_text(&shape, injection->element);
    return g_strdup_printf("element %s of %s '%s'", index, injection->level == LEVEL_WEIGHT ? "weight" : "tensor",
                           value->name);
}

/* "0.25 (0x3e800000)" of an element type; 128 bits are shown as digits only. */
static char *element_value(enum element type, const uint64_t value[2], unsigned width)
{
    struct tensor view = { .type = type, .count = 1, .size = element_size(type), .data = (void *)value };
    int digits = (int)(MIN(width, 64) + 3) / 4;

    if (width > 64)
        return fault_register_text("", value, width);
    return g_strdup_printf("%.9g (0x%0*" G_GINT64_MODIFIER "x)", tensor_element_as_double(&view, 0), digits, value[0]);
}

static void append_struck_element(const struct replay *replay, const struct injection *injection, GString *to)
{
    const struct model *model = replay->session->model;
    const struct value *value = model_value(model, injection->value);
    const struct layer *layer = model_layer(model, replay->trial->layer);
    const char *type = element_name(value->type), *field = bit_field(type, injection->bit);
    g_autofree char *bits = fault_bits_text(injection), *label = element_label(value, injection);
    g_autofree char *before = element_value(value->type, injection->old_value, injection->width);
    g_autofree char *after = element_value(value->type, injection->new_value, injection->width);

    g_string_append_printf(to, "fault    %s, %s%s%s%s of an element (%s)\n", fault_name(replay), bits,
                           *field ? " (" : "", field, *field ? ")" : "", type);
    g_string_append_printf(to, "         %s became %s\n", before, after);
    g_string_append_printf(to, "at       %s%s\n", label, value->folded ? ", computed while lowering" : "");
    g_string_append_printf(to, "         %s layer %d '%s' (%s)\n",
                           injection->level == LEVEL_WEIGHT ? "read by" : "the output of", layer->number, layer->name,
                           layer->operator->type);
}

static void append_struck_register(const struct replay *replay, const struct injection *injection, GString *to)
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

static void append_injection(const struct replay *replay, const struct injection *injection, GString *to)
{
    if (injection->level == LEVEL_INSTRUCTION)
        append_struck_register(replay, injection, to);
    else
        append_struck_element(replay, injection, to);
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

static char *layer_label(const struct comparison *shown)
{
    if (shown->layer->n_outputs == 1)
        return g_strdup(shown->layer->name);
    return g_strdup_printf("%s output %d", shown->layer->name, shown->change->output);
}

/* How much of a change a table has room for. */
enum detail { ALL_COLUMNS, NO_RELATIVE, NO_OPERATOR, NO_BITS, NO_INDEX, DETAIL_COUNT };

static void add_columns(struct table *table, enum detail detail)
{
    table_column(table, "#", ALIGN_RIGHT);
    table_column(table, "layer", ALIGN_ELASTIC);
    if (detail < NO_OPERATOR)
        table_column(table, "operator", ALIGN_LEFT);
    table_column(table, "changed", ALIGN_RIGHT);
    table_column(table, "of", ALIGN_RIGHT);
    if (detail < NO_BITS)
        table_column(table, "1 bit", ALIGN_RIGHT);
    if (detail < NO_INDEX)
        table_column(table, "first", ALIGN_LEFT);
    table_column(table, "golden", ALIGN_RIGHT);
    table_column(table, "faulty", ALIGN_RIGHT);
    if (detail < NO_BITS)
        table_column(table, "bits", ALIGN_RIGHT);
    table_column(table, "largest", ALIGN_RIGHT);
    if (detail < NO_RELATIVE)
        table_column(table, "relative", ALIGN_RIGHT);
}

static char *real_text(double value)
{
    return g_strdup_printf("%.4g", value);
}

static void add_row(struct table *table, const struct comparison *shown, enum detail detail)
{
    gboolean differs = shown->change->changed > 0;

    table_row(table);
    table_cell(table, g_strdup_printf("%d", shown->layer->number));
    table_cell(table, layer_label(shown));
    if (detail < NO_OPERATOR)
        table_cell(table, g_strdup(shown->layer->operator->type));
    table_cell(table, differs ? g_strdup_printf("%" G_GUINT64_FORMAT, shown->change->changed) : g_strdup("masked"));
    table_cell(table, g_strdup_printf("%zu", shown->golden.count));
    if (!differs)
        return;
    if (detail < NO_BITS)
        table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, shown->change->one_bit));
    if (detail < NO_INDEX)
        table_cell(table, index_text(&shown->golden, shown->change->first));
    table_cell(table, real_text(shown->change->golden));
    table_cell(table, real_text(shown->change->faulty));
    if (detail < NO_BITS)
        table_cell(table, g_strdup_printf("%u", shown->change->bits));
    table_cell(table, real_text(shown->change->largest));
    if (detail < NO_RELATIVE)
        table_cell(table, real_text(shown->change->largest_relative));
}

static struct table *build_changes(const GArray *reached, enum detail detail)
{
    struct table *table = table_new(0);

    add_columns(table, detail);
    for (guint c = 0; c < reached->len; c++)
        add_row(table, &g_array_index(reached, struct comparison, c), detail);
    return table;
}

static void append_changes(const GArray *reached, const struct report_option *option, GString *to)
{
    g_autoptr(table_t) table = NULL;

    for (enum detail detail = ALL_COLUMNS; detail < DETAIL_COUNT; detail++) {
        g_clear_pointer(&table, table_free);
        table = build_changes(reached, detail);
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

static void append_elements(const struct comparison *shown, uint64_t listed, const struct report_option *option,
                            GString *to)
{
    g_autoptr(table_t) table = table_new(2);
    g_autofree char *name = layer_label(shown);
    uint64_t n = 0;

    table_column(table, "index", ALIGN_LEFT);
    table_column(table, "golden", ALIGN_RIGHT);
    table_column(table, "faulty", ALIGN_RIGHT);
    for (size_t i = shown->change->first; i < shown->golden.count && n < listed; i++) {
        if (!differs_at(shown, i))
            continue;
        n++;
        table_row(table);
        table_cell(table, index_text(&shown->golden, i));
        table_cell(table, element_text(&shown->golden, i));
        table_cell(table, element_text(shown->faulty, i));
    }
    g_string_append_printf(to, "\nlayer %d, %s:\n", shown->layer->number, name);
    table_print(table, option, to);
    if (n < shown->change->changed)
        g_string_append_printf(to, "  and %" G_GUINT64_FORMAT " more (--all lists them)\n", shown->change->changed - n);
}

static const struct layer *masking_layer(const struct replay *replay)
{
    int number = trial_masked_in(replay->trial);

    return number > 0 ? model_layer(replay->session->model, number) : NULL;
}

static void append_end(const struct replay *replay, const struct report_option *option, GString *to)
{
    const struct layer *masked = masking_layer(replay);
    g_autofree char *text =
        masked ? g_strdup_printf("Masked in layer %d '%s' (%s): its output has the golden run's bits, and so has all "
                                 "behind it.",
                                 masked->number, masked->name, masked->operator->type)
               : NULL;

    if (!text)
        return;
    g_string_append_c(to, '\n');
    append_wrapped(to, text, option);
}

static void write_table(const struct replay *replay, const GArray *reached, const struct report_option *option,
                        GString *to)
{
    append_head(replay, to);
    if (replay->trial->n_changes == 0)
        g_string_append(to, replay->trial->n_injections > 0 ? "\nIt ended before a layer was done.\n"
                                                            : "\nNo fault, so no layer was reached.\n");
    else
        append_changes(reached, option, to);
    for (guint c = 0; c < reached->len && replay->listed > 0; c++)
        if (g_array_index(reached, struct comparison, c).change->changed > 0)
            append_elements(&g_array_index(reached, struct comparison, c), replay->listed, option, to);
    append_end(replay, option, to);
}

/* "NaN" and "Infinity" for what is not finite, in every locale. */
static const char *any_real(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value)
{
    if (isfinite(value))
        return real_to_text(buffer, value);
    return isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/* One row a changed element: at least the first one of each output. */
static void write_csv(const struct replay *replay, const GArray *reached, GString *to)
{
    g_string_append(to, "trial,layer,operator,output,elements,changed,index,golden,faulty\r\n");
    for (guint c = 0; c < reached->len; c++) {
        const struct comparison *shown = &g_array_index(reached, struct comparison, c);
        uint64_t n = 0;

        for (size_t i = shown->change->first;
             shown->change->changed > 0 && i < shown->golden.count && n < MAX(replay->listed, 1); i++) {
            char golden[G_ASCII_DTOSTR_BUF_SIZE], faulty[G_ASCII_DTOSTR_BUF_SIZE];

            if (!differs_at(shown, i))
                continue;
            n++;
            g_string_append_printf(to, "%" G_GUINT64_FORMAT ",%d,%s,%d,%zu,%" G_GUINT64_FORMAT ",%zu,%s,%s\r\n",
                                   replay->trial->number, shown->layer->number, shown->layer->operator->type,
                                   shown->change->output, shown->golden.count, shown->change->changed, i,
                                   any_real(golden, tensor_element_as_double(&shown->golden, i)),
                                   any_real(faulty, tensor_element_as_double(shown->faulty, i)));
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

static void json_struck_element(struct json *json, const struct replay *replay, const struct injection *injection)
{
    const struct value *value = model_value(replay->session->model, injection->value);
    g_autofree char *before = element_value(value->type, injection->old_value, injection->width);
    g_autofree char *after = element_value(value->type, injection->new_value, injection->width);

    json_open(json, NULL, '{');
    json_text(json, "fault", fault_name(replay));
    json_text(json, "level", level_names[injection->level]);
    json_integer(json, "layer", (uint64_t)replay->trial->layer);
    json_text(json, "tensor", value->name);
    json_integer(json, "element", injection->element);
    json_text(json, "type", element_name(value->type));
    json_integer(json, "bit", injection->bit);
    json_text(json, "old", before);
    json_text(json, "new", after);
    json_close(json, '}');
}

static void json_struck_register(struct json *json, const struct replay *replay, const struct injection *injection)
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

static void json_injection(struct json *json, const struct replay *replay, const struct injection *injection)
{
    if (injection->level == LEVEL_INSTRUCTION)
        json_struck_register(json, replay, injection);
    else
        json_struck_element(json, replay, injection);
}

static void json_elements(struct json *json, const struct comparison *shown, uint64_t listed)
{
    uint64_t n = 0;

    json_open(json, "values", '[');
    for (size_t i = shown->change->first; shown->change->changed > 0 && i < shown->golden.count && n < MAX(listed, 1);
         i++) {
        if (!differs_at(shown, i))
            continue;
        n++;
        json_open(json, NULL, '{');
        json_integer(json, "index", i);
        json_any_real(json, "golden", tensor_element_as_double(&shown->golden, i));
        json_any_real(json, "faulty", tensor_element_as_double(shown->faulty, i));
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_change(struct json *json, const struct comparison *shown, uint64_t listed)
{
    json_open(json, NULL, '{');
    json_integer(json, "layer", (uint64_t)shown->layer->number);
    json_text(json, "name", shown->layer->name);
    json_text(json, "operator", shown->layer->operator->type);
    json_integer(json, "output", (uint64_t)shown->change->output);
    json_integer(json, "elements", shown->golden.count);
    json_integer(json, "changed", shown->change->changed);
    json_integer(json, "one_bit", shown->change->one_bit);
    json_integer(json, "bits", shown->change->bits);
    json_any_real(json, "largest", shown->change->largest);
    json_any_real(json, "largest_relative", shown->change->largest_relative);
    json_elements(json, shown, listed);
    json_close(json, '}');
}

static void write_json(const struct replay *replay, const GArray *reached, GString *to)
{
    const struct layer *masked = masking_layer(replay);
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
    for (guint c = 0; c < reached->len; c++)
        json_change(&json, &g_array_index(reached, struct comparison, c), replay->listed);
    json_close(&json, ']');
    json_close(&json, '}');
}

void replay_write(const struct replay *replay, const struct report_option *option, GString *to)
{
    g_autoptr(GArray) reached = comparisons_new(replay);

    if (option->format == FORMAT_CSV)
        write_csv(replay, reached, to);
    else if (option->format == FORMAT_JSON)
        write_json(replay, reached, to);
    else
        write_table(replay, reached, option, to);
}
