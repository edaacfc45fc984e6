/* What `lltfi replay` shows of a trial on a model. */
#include "report/trial/replay.h"

#include "engine/model/propagation.h"
#include "ops/ops.h"
#include "report/bits.h"
#include "report/render/render.h"
#include "report/trial/changes.h"
#include "report/trial/fault_text.h"

#include <string.h>

static const struct site *injected_site(const struct model_trial *shown, const struct injection *injection)
{
    return &g_array_index(shown->machine->sites, struct site, injection->site);
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

static void add_element_fault(struct sheet *facts, const struct model_trial *shown, const struct injection *injection)
{
    const struct value *value = model_value(shown->model, injection->value);
    const struct layer *layer = model_layer(shown->model, shown->trial->layer);
    const char *type = element_name(value->type), *field = bit_field(type, injection->bit);
    g_autofree char *bits = fault_bits_text(injection), *label = element_label(value, injection);
    g_autofree char *before = element_value(value->type, injection->old_value, injection->width);
    g_autofree char *after = element_value(value->type, injection->new_value, injection->width);
    g_autofree char *change =
        g_strdup_printf("%s, %s%s%s%s of an element (%s)\n%s became %s", fault_type_name(shown->fault), bits,
                        *field ? " (" : "", field, *field ? ")" : "", type, before, after);
    g_autofree char *at =
        g_strdup_printf("%s%s\n%s layer %d '%s' (%s)", label, value->folded ? ", computed while lowering" : "",
                        injection->level == LEVEL_WEIGHT ? "read by" : "the output of", layer->number, layer->name,
                        layer->operator->type);

    fact_text(facts, "fault", NULL, change);
    fact_text(facts, "at", NULL, at);
}

static void add_fault(struct sheet *facts, const struct model_trial *shown, const struct injection *injection)
{
    const struct site *site = injected_site(shown, injection);
    g_autoptr(GString) place = g_string_new(NULL);

    g_string_append_printf(place, ", layer %d", site->layer);
    if (site->layer > 0)
        g_string_append_printf(place, " '%s' (%s)", model_layer(shown->model, site->layer)->name,
                               model_layer(shown->model, site->layer)->operator->type);
    if (injection->cycle > 0)
        g_string_append_printf(place, ", cycle %" G_GUINT64_FORMAT, injection->cycle);
    add_register_fault(facts, site, injection, fault_type_name(shown->fault), place->str);
}

static void add_class(struct sheet *facts, const char *name, int class, double confidence)
{
    g_autofree char *text = g_strdup_printf("class %d, confidence %.6f", class, confidence);

    if (class >= 0)
        fact_text(facts, name, NULL, text);
}

/* "SDC, as in the campaign". */
static char *outcome_text(const struct model_trial *shown)
{
    const struct trial *trial = shown->trial;
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%" G_GUINT64_FORMAT ": %s", trial->number, outcome_names[trial->outcome]);
    if (trial->signal)
        g_string_append_printf(text, ", signal %d (%s)", trial->signal, g_strsignal(trial->signal));
    return g_string_free(g_string_append(text, shown->same ? ", as in the campaign" : " now"), FALSE);
}

static struct sheet *facts_of(const struct model_trial *shown)
{
    const struct trial *trial = shown->trial;
    g_autofree char *outcome = outcome_text(shown);
    struct sheet *facts = facts_new();

    fact_text(facts, "trial", NULL, outcome);
    fact_text(facts, "input", NULL, shown->input);
    for (int i = 0; i < trial->n_injections; i++)
        if (trial->injections[i].level == LEVEL_INSTRUCTION)
            add_fault(facts, shown, &trial->injections[i]);
        else
            add_element_fault(facts, shown, &trial->injections[i]);
    add_class(facts, "golden", shown->reference->golden_class, shown->reference->golden_confidence);
    add_class(facts, "faulty", trial->faulty_class, trial->faulty_confidence);
    if (shown->reference->golden_class >= 0 && trial->faulty_class < 0 && trial->sdc)
        fact_text(facts, "faulty", NULL, "no class: every score is NaN");
    fact_count(facts, NULL, "trial", trial->number);
    fact_text(facts, NULL, "outcome", outcome_names[trial->outcome]);
    fact_count(facts, NULL, "signal", (uint64_t)trial->signal);
    sheet_column(facts, (struct sheet_column){ COLUMN_VALUE, .key = "deviation" });
    cell_real(facts, trial->deviation);
    return facts;
}

/* Faults in registers have some members, those in elements of tensors others. */
static const struct sheet_column fault_columns[] = {
    { COLUMN_TEXT, .key = "fault" },       { COLUMN_TEXT, .key = "level" },  { COLUMN_COUNT, .key = "index" },
    { COLUMN_COUNT, .key = "layer" },      { COLUMN_TEXT, .key = "tensor" }, { COLUMN_COUNT, .key = "element" },
    { COLUMN_TEXT, .key = "instruction" }, { COLUMN_COUNT, .key = "cycle" }, { COLUMN_COUNT, .key = "position" },
    { COLUMN_TEXT, .key = "type" },        { COLUMN_COUNT, .key = "bit" },   { COLUMN_TEXT, .key = "old" },
    { COLUMN_TEXT, .key = "new" },
};

static void add_element_row(struct sheet *sheet, const struct model_trial *shown, const struct injection *injection)
{
    const struct value *value = model_value(shown->model, injection->value);
    g_autofree char *before = element_value(value->type, injection->old_value, injection->width);
    g_autofree char *after = element_value(value->type, injection->new_value, injection->width);

    cell_text(sheet, level_names[injection->level]);
    cell_absent(sheet);
    cell_count(sheet, (uint64_t)shown->trial->layer);
    cell_text(sheet, value->name);
    cell_count(sheet, injection->element);
    for (int i = 0; i < 3; i++)
        cell_absent(sheet);
    cell_text(sheet, element_name(value->type));
    cell_count(sheet, injection->bit);
    cell_text(sheet, before);
    cell_text(sheet, after);
}

static void add_register_row(struct sheet *sheet, const struct model_trial *shown, const struct injection *injection)
{
    const struct site *site = injected_site(shown, injection);
    const char *type = fault_register_type(site, injection);
    g_autofree char *before = fault_register_text(type, injection->old_value, injection->width);
    g_autofree char *after = fault_register_text(type, injection->new_value, injection->width);
    g_autofree char *code = g_strstrip(g_strdup(site->text));

    cell_absent(sheet);
    cell_count(sheet, site->index);
    cell_count(sheet, (uint64_t)site->layer);
    cell_absent(sheet);
    cell_absent(sheet);
    cell_text(sheet, code);
    cell_count(sheet, injection->cycle);
    cell_count(sheet, (uint64_t)site->registers[injection->reg_index].position);
    cell_text(sheet, type);
    cell_count(sheet, injection->bit);
    cell_text(sheet, before);
    cell_text(sheet, after);
}

static struct sheet *faults_sheet(const struct model_trial *shown)
{
    struct sheet *sheet = sheet_new("faults", NULL);

    sheet->seen_by = FOR_JSON;
    sheet_columns(sheet, fault_columns, G_N_ELEMENTS(fault_columns));
    for (int i = 0; i < shown->trial->n_injections; i++) {
        const struct injection *injection = &shown->trial->injections[i];

        sheet_row(sheet);
        cell_text(sheet, fault_type_name(shown->fault));
        if (injection->level == LEVEL_INSTRUCTION)
            add_register_row(sheet, shown, injection);
        else
            add_element_row(sheet, shown, injection);
    }
    return sheet;
}

static char *layer_label(const struct reached_output *reached)
{
    if (reached->layer->n_outputs == 1)
        return g_strdup(reached->layer->name);
    return g_strdup_printf("%s output %d", reached->layer->name, reached->change->output);
}

#define PEOPLE_AND_JSON (FOR_PEOPLE | FOR_JSON)

static const struct sheet_column change_columns[] = {
    { COLUMN_COUNT, .key = "trial", .seen_by = FOR_CSV },
    { COLUMN_COUNT, .name = "#", .key = "layer" },
    { COLUMN_TEXT, .name = "layer", .key = "name", .seen_by = PEOPLE_AND_JSON, .shorten = SHORTEN_NAME },
    { COLUMN_TEXT, .name = "operator", .key = "operator", .yields = 2 },
    { COLUMN_COUNT, .key = "output" },
    { COLUMN_COUNT, .key = "elements" },
    { COLUMN_COUNT, .name = "changed", .key = "changed" },
    { COLUMN_COUNT, .name = "of" },
    { COLUMN_COUNT, .name = "1 bit", .key = "one_bit", .seen_by = PEOPLE_AND_JSON, .yields = 3 },
    { COLUMN_TEXT, .name = "first", .yields = 4 },
    { COLUMN_VALUE, .name = "golden" },
    { COLUMN_VALUE, .name = "faulty" },
    { COLUMN_COUNT, .name = "bits", .key = "bits", .seen_by = PEOPLE_AND_JSON, .yields = 3 },
    { COLUMN_VALUE, .name = "largest", .key = "largest", .seen_by = PEOPLE_AND_JSON },
    { COLUMN_VALUE, .name = "relative", .key = "largest_relative", .seen_by = PEOPLE_AND_JSON, .yields = 1 },
};

static const struct sheet_column value_columns[] = {
    { COLUMN_COUNT, .key = "index" },
    { COLUMN_VALUE, .key = "golden" },
    { COLUMN_VALUE, .key = "faulty" },
};

/* At least the first changed element of each output. */
static void add_values(struct sheet *values, const struct reached_output *reached, uint64_t listed)
{
    uint64_t n = 0;

    for (size_t i = reached->change->first;
         reached->change->changed > 0 && i < reached->golden.count && n < MAX(listed, 1); i++) {
        if (!differs_at(reached, i))
            continue;
        n++;
        sheet_row(values);
        cell_count(values, i);
        cell_real(values, tensor_element_as_double(&reached->golden, i));
        cell_real(values, tensor_element_as_double(reached->faulty, i));
    }
}

/* People see no more of an output than that it did not change. */
static void hide_unchanged(struct sheet *sheet, const struct reached_output *reached)
{
    if (reached->change->changed == 0)
        cell_shown(sheet, g_strdup(""));
}

static void add_change(struct sheet *sheet, const struct model_trial *shown, const struct reached_output *reached)
{
    const struct change *change = reached->change;
    g_autofree char *first = change->changed > 0 ? index_text(&reached->golden, change->first) : NULL;
    const double values[] = { change->golden, change->faulty };
    const double largest[] = { change->largest, change->largest_relative };

    sheet_row(sheet);
    cell_count(sheet, shown->trial->number);
    cell_count(sheet, (uint64_t)reached->layer->number);
    cell_text(sheet, reached->layer->name);
    cell_shown(sheet, layer_label(reached));
    cell_text(sheet, reached->layer->operator->type);
    cell_count(sheet, (uint64_t)change->output);
    cell_count(sheet, reached->golden.count);
    cell_count(sheet, change->changed);
    if (change->changed == 0)
        cell_shown(sheet, g_strdup("masked"));
    cell_count(sheet, reached->golden.count);
    cell_count(sheet, change->one_bit);
    hide_unchanged(sheet, reached);
    cell_text(sheet, first);
    for (int i = 0; i < 2; i++) {
        cell_real(sheet, values[i]);
        hide_unchanged(sheet, reached);
    }
    cell_count(sheet, change->bits);
    hide_unchanged(sheet, reached);
    for (int i = 0; i < 2; i++) {
        cell_real(sheet, largest[i]);
        hide_unchanged(sheet, reached);
    }
}

static struct sheet *changes_sheet(const struct model_trial *shown, const GArray *all, gboolean for_machines)
{
    struct sheet *sheet = sheet_new("layers", NULL), *values = sheet_new(NULL, NULL);

    sheet_columns(values, value_columns, G_N_ELEMENTS(value_columns));
    sheet_columns(sheet, change_columns, G_N_ELEMENTS(change_columns));
    sheet_column(sheet, (struct sheet_column){ COLUMN_ROWS, .key = "values", .rows = values });
    for (guint c = 0; c < all->len; c++) {
        const struct reached_output *reached = &g_array_index(all, struct reached_output, c);
        guint first = values->rows->len;

        add_change(sheet, shown, reached);
        if (for_machines)
            add_values(values, reached, shown->listed);
        cell_rows(sheet, first);
    }
    if (shown->trial->n_changes == 0)
        sheet->seen_by = FOR_MACHINES;
    return sheet;
}

/* Decimals that tell floats apart. */
static void cell_element(struct sheet *sheet, const struct tensor *tensor, size_t i)
{
    double value = tensor_element_as_double(tensor, i);

    cell_real(sheet, value);
    cell_shown(sheet, g_strdup_printf("%.9g", value));
}

/* The changed elements of one output, for people. */
static struct sheet *elements_sheet(const struct reached_output *reached, const struct model_trial *shown)
{
    static const struct sheet_column columns[] = {
        { COLUMN_TEXT, .name = "index" },
        { COLUMN_VALUE, .name = "golden" },
        { COLUMN_VALUE, .name = "faulty" },
    };
    g_autofree char *label = layer_label(reached);
    g_autofree char *title = g_strdup_printf("layer %d, %s:", reached->layer->number, label);
    struct sheet *sheet = sheet_new(NULL, title);

    sheet->indent = 2;
    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (size_t i = reached->change->first; i < reached->golden.count && sheet->rows->len < shown->listed; i++) {
        g_autofree char *index = differs_at(reached, i) ? index_text(&reached->golden, i) : NULL;

        if (!index)
            continue;
        sheet_row(sheet);
        cell_text(sheet, index);
        cell_element(sheet, &reached->golden, i);
        cell_element(sheet, reached->faulty, i);
    }
    if (sheet->rows->len < reached->change->changed)
        sheet_remark(sheet, g_strdup_printf("and %" G_GUINT64_FORMAT " more (%s)",
                                            reached->change->changed - sheet->rows->len, shown->more));
    return sheet;
}

static const struct layer *masking_layer(const struct model_trial *shown)
{
    int number = trial_masked_in(shown->trial);

    return number > 0 ? model_layer(shown->model, number) : NULL;
}

static void add_end(struct document *document, const struct layer *masked)
{
    if (masked)
        document_note(document, g_strdup_printf("Masked in layer %d '%s' (%s): its output has the golden run's bits, "
                                                "and so has all after it.",
                                                masked->number, masked->name, masked->operator->type));
}

struct document *replay_document(const struct model_trial *shown, const struct report_option *option)
{
    g_autoptr(GArray) all = comparisons_new(shown);
    g_autofree char *title = g_strdup_printf("Trial %" G_GUINT64_FORMAT, shown->trial->number);
    struct document *document = document_new(title);
    const struct layer *masked = masking_layer(shown);
    struct sheet *end = facts_new();
    gboolean for_people = format_readers(option->format) == FOR_PEOPLE;

    document_sheet(document, facts_of(shown));
    document_sheet(document, faults_sheet(shown));
    fact_text(end, NULL, "masked_in", masked ? masked->name : NULL);
    document_sheet(document, end);
    document_sheet(document, changes_sheet(shown, all, !for_people));
    if (shown->trial->n_changes == 0)
        document_note(document, g_strdup(shown->trial->n_injections > 0 ? "It ended before a layer was done."
                                                                        : "No fault, so no layer was reached."));
    for (guint c = 0; c < all->len && shown->listed > 0 && for_people; c++)
        if (g_array_index(all, struct reached_output, c).change->changed > 0)
            document_sheet(document, elements_sheet(&g_array_index(all, struct reached_output, c), shown));
    add_end(document, masked);
    return document;
}
