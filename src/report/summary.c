/* What `lltfi run` prints when it ends. */
#include "report/exhaustive.h"
#include "report/flow.h"
#include "report/notes.h"
#include "report/rates.h"
#include "report/render/render.h"
#include "report/text.h"

#include <string.h>

static void add_fact(struct sheet *facts, const char *name, const char *value)
{
    fact_text(facts, name, NULL, value);
}

/* "class 8, confidence 0.998805 (label 8: right)". */
static char *describe_golden(const char *class, const char *confidence, const char *label)
{
    GString *text = g_string_new(NULL);

    if (!class)
        return g_string_free(g_string_append(text, "no classes"), FALSE);
    g_string_append_printf(text, "class %s", class);
    if (confidence)
        g_string_append_printf(text, ", confidence %.6f", g_ascii_strtod(confidence, NULL));
    if (label)
        g_string_append_printf(text, " (label %s: %s)", label, strcmp(label, class) == 0 ? "right" : "wrong");
    return g_string_free(text, FALSE);
}

/* The golden run's classes: of a single input in words, of several as counts. */
struct golden_inputs {
    guint inputs, labelled, right;
    char *only; /* of the last input */
};

static gboolean add_input(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    struct golden_inputs *golden = data;
    g_autofree char *description = describe_golden(values[1], values[2], values[3]);

    golden->inputs++;
    golden->labelled += values[3] != NULL;
    golden->right += values[3] && g_strcmp0(values[1], values[3]) == 0;
    g_free(golden->only);
    golden->only = g_strdup_printf("%s: %s", values[0] ? values[0] : "input", description);
    return TRUE;
}

static gboolean add_golden(struct store *store, struct sheet *facts, GError **error)
{
    g_autofree char *program = store_get(store, "golden");
    struct golden_inputs golden = { 0 };
    gboolean done =
        store_query(store, "SELECT path, golden_class, golden_confidence, label FROM input", add_input, &golden, error);
    g_autofree char *only = golden.only;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!done)
        return FALSE;
    g_string_printf(text, "%u inputs", golden.inputs);
    if (golden.labelled > 0)
        g_string_append_printf(text, ", %u of %u labels right", golden.right, golden.labelled);
    add_fact(facts, "golden", program ? program : golden.inputs == 1 ? only : text->str);
    return TRUE;
}

static void add_campaign(struct store *store, const struct tally *total, struct sheet *facts)
{
    g_autofree char *model = store_get(store, "model"), *fault = store_get(store, "fault");
    g_autofree char *struck = store_get(store, "struck");
    g_autofree char *seed = store_get(store, "seed"), *asked = store_get(store, "trials");
    g_autofree char *elapsed = store_get(store, "elapsed"), *stopped = store_get(store, "stopped");
    double seconds = elapsed ? g_ascii_strtod(elapsed, NULL) : 0;
    g_autoptr(GString) trials = g_string_new(NULL);

    g_string_printf(trials, "%" G_GUINT64_FORMAT, total->trials);
    if (total->is_true)
        g_string_append(trials, ", exhaustive");
    if (asked && g_ascii_strtoull(asked, NULL, 10) > total->trials + total->left_out)
        g_string_append_printf(trials, " of %s: unfinished, the same command continues it", asked);
    if (seed && !total->is_true)
        g_string_append_printf(trials, ", seed %s", seed);
    if (seconds > 0 && total->trials > 0) {
        g_autofree char *text = format_seconds(seconds);

        g_string_append_printf(trials, ", in %s (%.0f trials/s)", text, (double)total->trials / seconds);
    }
    add_fact(facts, store_is_program(store) ? "program" : "model", model);
    add_fact(facts, "fault", fault);
    add_fact(facts, "strikes", struck);
    add_fact(facts, "trials", trials->str);
    add_fact(facts, "stopped", stopped);
}

static gboolean add_timed_trial(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                                GError **error G_GNUC_UNUSED)
{
    g_autofree char *seconds = format_seconds(g_ascii_strtod(values[2], NULL));
    g_autofree char *text = g_strdup_printf("trial %s, %s, %s", values[0], seconds, values[1]);

    add_fact(data, g_intern_string(values[3]), text);
    return TRUE;
}

#define TIMED_TRIAL(name, order) \
    "SELECT number, outcome, seconds, '" name "' FROM trial ORDER BY seconds " order ", number LIMIT 1"

static gboolean add_times(struct store *store, struct sheet *facts, GError **error)
{
    return store_query(store, TIMED_TRIAL("fastest", "ASC"), add_timed_trial, facts, error) &&
           store_query(store, TIMED_TRIAL("slowest", "DESC"), add_timed_trial, facts, error);
}

static gboolean add_groups(struct document *document, struct breakdown *loaded, const char *title, guint at_least,
                           const struct report_option *option)
{
    g_autoptr(breakdown_t) breakdown = loaded;

    if (breakdown && breakdown->groups->len >= at_least)
        document_sheet(document, groups_sheet(breakdown, title, option, TRUE));
    return breakdown != NULL;
}

static const char *parts_heading(struct store *store)
{
    if (store_is_program(store))
        return "By function (share: of the dynamic instructions a fault may hit)";
    return store_has_tensors(store) ? "By layer (share: of the elements a fault may hit)"
                                    : "By layer (share: of the dynamic instructions a fault may hit)";
}

static gboolean add_tables(struct document *document, struct store *store, const struct report_option *option,
                           GError **error)
{
    enum report_by parts = store_is_program(store) ? BY_FUNCTION : BY_LAYER;

    return add_groups(document, breakdown_load(store, BY_CONFIG, error), "By run option", 2, option) &&
           add_groups(document, breakdown_load(store, parts, error), parts_heading(store), 1, option) &&
           add_groups(document, breakdown_load_bit_groups(store, TRUE, error), "By bit", 1, option);
}

/* What a rate at the campaign's level measures, and what it does not. */
static const char *level_meaning(struct store *store)
{
    static const char *const meanings[] = {
        [LEVEL_INSTRUCTION] =
            "They measure the program's vulnerability to faults in instructions of its intermediate "
            "representation (LLVM IR), not an architectural vulnerability factor (AVF) of a machine. SDC rates at "
            "this level agree with those at assembly level in the literature; crash rates agree less well.",
        [LEVEL_TENSOR] =
            "They measure the model's vulnerability to changed elements of its layers' outputs: the fault model of "
            "injectors inside TensorFlow and PyTorch. Faults of a machine change other things as well, and several "
            "elements at once: `lltfi compare` shows such rates beside those of faults in instructions.",
        [LEVEL_WEIGHT] =
            "They measure the model's vulnerability to faults in its stored weights, which stay for the whole run "
            "(a memory without protection), not to faults of the processor: `lltfi compare` shows both side by "
            "side.",
    };
    g_autofree char *name = store_get(store, "level");
    int level = LEVEL_WEIGHT;

    while (level > LEVEL_INSTRUCTION && g_strcmp0(name, level_names[level]) != 0)
        level--;
    return meanings[level];
}

static gboolean add_propagation(struct document *document, struct store *store, const struct report_option *option,
                                GError **error)
{
    g_autoptr(flow_t) flow = NULL;

    if (!store_has_propagation(store))
        return TRUE;
    flow = flow_load(store, error);
    if (flow)
        document_sheet(document, flow_places(flow, option));
    return flow != NULL;
}

static const char *interval_words(const struct report_option *option)
{
    return option->exact ? "Rates are shares of the activated faults, with exact (Clopper-Pearson) 95 % intervals."
                         : "Rates are shares of the activated faults, with Wilson's 95 % intervals.";
}

static void add_meaning(struct document *document, struct store *store, const struct tally *total,
                        const struct report_option *option)
{
    char *definition = store_get(store, "definition"), *notice = store_get(store, "notice");
    g_autofree char *control = control_note(store);

    if (definition)
        document_note(document, definition);
    document_note(document, total->is_true ? exhaustive_note(store, total) : g_strdup(interval_words(option)));
    document_note(document, g_strdup(level_meaning(store)));
    if (notice)
        document_note(document, notice);
    if (control)
        document_note(document, g_strdup_printf("Note: %s.", control));
}

static gboolean add_facts(struct document *document, struct store *store, const struct tally *total, GError **error)
{
    struct sheet *facts = facts_new();

    document_sheet(document, facts);
    add_campaign(store, total, facts);
    return add_golden(store, facts, error) && add_times(store, facts, error);
}

gboolean report_summary(struct store *store, const char *dir, const struct report_option *option, FILE *to,
                        GError **error)
{
    g_autoptr(document_t) document = document_new(dir);
    g_autoptr(breakdown_t) all = breakdown_load(store, BY_ALL, error);
    g_autoptr(GArray) counts = all ? counts_load(store, &all->total, error) : NULL;

    if (!counts || !add_facts(document, store, &all->total, error))
        return FALSE;
    document_sheet(document, outcomes_sheet(&all->total, option));
    add_counts(document, counts, option);
    if (!add_tables(document, store, option, error) || !add_propagation(document, store, option, error))
        return FALSE;
    add_meaning(document, store, &all->total, option);
    return render(document, option, to, error);
}
