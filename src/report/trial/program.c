#include "report/trial/program.h"

#include "passes/ir/names.h"
#include "report/trial/fault_text.h"

/* What is shown of a program's messages. */
#define MOST_BYTES 2000
#define MOST_LINES 10

static void add_fault(struct sheet *facts, const struct site *site, const char *fault,
                      const struct injection *injection)
{
    g_autofree char *function = function_shown_name(site->function);
    g_autoptr(GString) place = g_string_new(NULL);

    g_string_append_printf(place, ", function '%s'", function);
    if (site->file)
        g_string_append_printf(place, ", %s:%u", site->file, site->line);
    if (injection->cycle > 0)
        g_string_append_printf(place, ", cycle %" G_GUINT64_FORMAT, injection->cycle);
    add_register_fault(facts, site, injection, fault, place->str);
}

void add_program_faults(struct sheet *facts, const GArray *sites, const struct run_option *fault,
                        const struct trial *trial)
{
    for (int i = 0; i < trial->n_injections; i++)
        add_fault(facts, &g_array_index(sites, struct site, trial->injections[i].site), fault_type_name(fault),
                  &trial->injections[i]);
}

/* The first lines, up to an empty one. */
static void add_messages(struct sheet *facts, const struct run_result *result)
{
    g_autofree char *text = g_strndup((const char *)result->messages->data, MIN(result->messages->len, MOST_BYTES));
    g_auto(GStrv) lines = g_strsplit(text ? g_strchomp(text) : "", "\n", MOST_LINES + 1);
    g_autoptr(GString) shown = g_string_new(NULL);

    for (guint l = 0; l < MOST_LINES && lines[l] && *lines[l]; l++)
        g_string_append_printf(shown, "%s%s", l > 0 ? "\n" : "", lines[l]);
    fact_text(facts, "stderr", NULL, shown->str);
}

static struct sheet *facts_of(const struct program_trial *shown)
{
    const struct trial *trial = shown->trial;
    g_autofree char *golden = status_text(shown->golden->status), *faulty = status_text(shown->faulty->status);
    g_autofree char *outcome =
        g_strdup_printf("%" G_GUINT64_FORMAT ": %s%s", trial->number, outcome_names[trial->outcome],
                        shown->same ? ", as in the campaign" : " now");
    struct sheet *facts = facts_new();

    fact_text(facts, "trial", NULL, outcome);
    add_program_faults(facts, shown->sites, shown->fault, trial);
    fact_text(facts, "golden", NULL, golden);
    fact_text(facts, "faulty", NULL, shown->faulty->timed_out ? "ended by the time limit" : faulty);
    fact_text(facts, "differs", NULL, shown->difference ? shown->difference : "nothing");
    add_messages(facts, shown->faulty);
    fact_count(facts, NULL, "trial", trial->number);
    fact_text(facts, NULL, "outcome", outcome_names[trial->outcome]);
    fact_count(facts, NULL, "signal", (uint64_t)trial->signal);
    fact_text(facts, NULL, "end", shown->faulty->timed_out ? "time limit" : faulty);
    fact_text(facts, NULL, "difference", shown->difference);
    return facts;
}

static const struct sheet_column columns[] = {
    { COLUMN_TEXT, .key = "fault" },  { COLUMN_COUNT, .key = "index" },    { COLUMN_TEXT, .key = "function" },
    { COLUMN_TEXT, .key = "file" },   { COLUMN_COUNT, .key = "line" },     { COLUMN_TEXT, .key = "instruction" },
    { COLUMN_COUNT, .key = "cycle" }, { COLUMN_COUNT, .key = "position" }, { COLUMN_TEXT, .key = "type" },
    { COLUMN_COUNT, .key = "bit" },   { COLUMN_TEXT, .key = "old" },       { COLUMN_TEXT, .key = "new" },
};

static void add_row(struct sheet *sheet, const struct program_trial *shown, const struct injection *injection)
{
    const struct site *site = &g_array_index(shown->sites, struct site, injection->site);
    const char *type = fault_register_type(site, injection);
    g_autofree char *before = fault_register_text(type, injection->old_value, injection->width);
    g_autofree char *after = fault_register_text(type, injection->new_value, injection->width);

    sheet_row(sheet);
    cell_text(sheet, fault_type_name(shown->fault));
    cell_count(sheet, site->index);
    cell_text(sheet, site->function);
    cell_text(sheet, site->file);
    cell_count(sheet, site->line);
    cell_text(sheet, site->text);
    cell_count(sheet, injection->cycle);
    cell_count(sheet, (uint64_t)site->registers[injection->reg_index].position);
    cell_text(sheet, type);
    cell_count(sheet, injection->bit);
    cell_text(sheet, before);
    cell_text(sheet, after);
}

struct document *program_trial_document(const struct program_trial *shown)
{
    g_autofree char *title = g_strdup_printf("Trial %" G_GUINT64_FORMAT, shown->trial->number);
    struct document *document = document_new(title);
    struct sheet *faults = sheet_new("faults", NULL);

    faults->seen_by = FOR_JSON;
    sheet_columns(faults, columns, G_N_ELEMENTS(columns));
    for (int i = 0; i < shown->trial->n_injections; i++)
        add_row(faults, shown, &shown->trial->injections[i]);
    document_sheet(document, facts_of(shown));
    document_sheet(document, faults);
    return document;
}
