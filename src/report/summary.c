/* What `lltfi run` says when it ends. */
#include "report/exhaustive.h"
#include "report/flow.h"
#include "report/rates.h"

#include <string.h>

static void append_fact(GString *to, const char *name, const char *value)
{
    if (value && *value)
        g_string_append_printf(to, "%-8s %s\n", name, value);
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

/* How inputs went in the golden run: the only one in words, several as counts. */
struct golden {
    GString *to;
    guint inputs, labelled, right;
    char *only; /* of the last input */
};

static gboolean add_input(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                          GError **error G_GNUC_UNUSED)
{
    struct golden *golden = data;
    g_autofree char *description = describe_golden(values[1], values[2], values[3]);

    golden->inputs++;
    golden->labelled += values[3] != NULL;
    golden->right += values[3] && g_strcmp0(values[1], values[3]) == 0;
    g_free(golden->only);
    golden->only = g_strdup_printf("%s: %s", values[0] ? values[0] : "input", description);
    return TRUE;
}

static gboolean append_golden(struct store *store, GString *to, GError **error)
{
    g_autofree char *program = store_get(store, "golden");
    struct golden golden = { .to = to };
    gboolean done =
        store_query(store, "SELECT path, golden_class, golden_confidence, label FROM input", add_input, &golden, error);
    g_autofree char *only = golden.only;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!done)
        return FALSE;
    if (program) {
        append_fact(to, "golden", program);
        return TRUE;
    }
    g_string_printf(text, "%u inputs", golden.inputs);
    if (golden.labelled > 0)
        g_string_append_printf(text, ", %u of %u labels right", golden.right, golden.labelled);
    append_fact(to, "golden", golden.inputs == 1 ? only : text->str);
    return TRUE;
}

static void append_campaign(struct store *store, const struct tally *total, GString *to)
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
        g_string_append_printf(trials, " of %s: unfinished, the same command goes on", asked);
    if (seed && !total->is_true)
        g_string_append_printf(trials, ", seed %s", seed);
    if (seconds > 0 && total->trials > 0) {
        g_autofree char *text = format_seconds(seconds);

        g_string_append_printf(trials, ", in %s (%.0f trials/s)", text, (double)total->trials / seconds);
    }
    append_fact(to, store_is_program(store) ? "program" : "model", model);
    append_fact(to, "fault", fault);
    append_fact(to, "strikes", struck);
    append_fact(to, "trials", trials->str);
    append_fact(to, "stopped", stopped);
}

static gboolean append_timed_trial(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                                   GError **error G_GNUC_UNUSED)
{
    g_autofree char *seconds = format_seconds(g_ascii_strtod(values[2], NULL));
    g_autofree char *text = g_strdup_printf("trial %s, %s, %s", values[0], seconds, values[1]);

    append_fact(data, values[3], text);
    return TRUE;
}

#define TIMED_TRIAL(name, order) \
    "SELECT number, outcome, seconds, '" name "' FROM trial ORDER BY seconds " order ", number LIMIT 1"

static gboolean append_times(struct store *store, GString *to, GError **error)
{
    return store_query(store, TIMED_TRIAL("fastest", "ASC"), append_timed_trial, to, error) &&
           store_query(store, TIMED_TRIAL("slowest", "DESC"), append_timed_trial, to, error);
}

static gboolean append_groups(struct breakdown *loaded, const char *heading, guint at_least,
                              const struct report_option *option, GString *to)
{
    g_autoptr(breakdown_t) breakdown = loaded;

    if (!breakdown)
        return FALSE;
    if (breakdown->groups->len < at_least)
        return TRUE;
    g_string_append_c(to, '\n');
    append_heading(to, heading, option);
    print_groups(breakdown, option, TRUE, to);
    return TRUE;
}

static const char *parts_heading(struct store *store)
{
    if (store_is_program(store))
        return "By function (share: of the dynamic instructions a fault may hit)";
    return store_has_tensors(store) ? "By layer (share: of the elements a fault may hit)"
                                    : "By layer (share: of the dynamic instructions a fault may hit)";
}

static gboolean append_tables(struct store *store, const struct report_option *option, GString *to, GError **error)
{
    return append_groups(breakdown_load(store, BY_CONFIG, error), "By run option", 2, option, to) &&
           append_groups(breakdown_load(store, store_is_program(store) ? BY_FUNCTION : BY_LAYER, error),
                         parts_heading(store), 1, option, to) &&
           append_groups(breakdown_load_bit_groups(store, TRUE, error), "By bit", 1, option, to);
}

/* What a rate at the campaign's level says, and what it does not. */
static const char *level_meaning(struct store *store)
{
    static const char *const meanings[] = {
        [LEVEL_INSTRUCTION] =
            "They measure the program's vulnerability to faults in instructions of its intermediate "
            "representation (LLVM IR), not an architectural vulnerability factor (AVF) of a machine. SDC rates at "
            "this level agree with those at assembly level in the literature; crash rates do less.",
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

static gboolean append_propagation(struct store *store, const struct report_option *option, GString *to, GError **error)
{
    g_autoptr(flow_t) flow = NULL;

    if (!store_has_propagation(store))
        return TRUE;
    flow = flow_load(store, error);
    if (flow)
        flow_append(flow, option, to);
    return flow != NULL;
}

static void append_interval_words(const struct report_option *option, GString *to)
{
    append_wrapped(to,
                   option->exact
                       ? "Rates are shares of the activated faults, with exact (Clopper-Pearson) 95 % intervals."
                       : "Rates are shares of the activated faults, with Wilson's 95 % intervals.",
                   option);
}

static void append_meaning(struct store *store, const struct tally *total, const struct report_option *option,
                           GString *to)
{
    g_autofree char *definition = store_get(store, "definition"), *notice = store_get(store, "notice");

    g_string_append_c(to, '\n');
    if (definition)
        append_wrapped(to, definition, option);
    if (total->is_true) {
        g_autofree char *note = exhaustive_note(store, total);

        append_wrapped(to, note, option);
    } else {
        append_interval_words(option, to);
    }
    append_wrapped(to, level_meaning(store), option);
    if (notice)
        append_wrapped(to, notice, option);
}

static gboolean take_number(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                            GError **error G_GNUC_UNUSED)
{
    *(char **)data = g_strdup(values[0]);
    return TRUE;
}

/* What to look at next: the first SDC is worth a replay. */
static gboolean append_place(struct store *store, const char *dir, const struct report_option *option, GString *to,
                             GError **error)
{
    const char *program = option->program ? option->program : "lltfi";
    g_autofree char *quoted = g_shell_quote(dir), *trial = NULL;
    const char *shown = strpbrk(dir, " \t\n'\"\\$&;|<>()*?[]#~`!{}") ? quoted : dir;

    if (!store_query(store, "SELECT number FROM trial ORDER BY outcome <> 'SDC', number LIMIT 1", take_number, &trial,
                     error))
        return FALSE;
    g_string_append_printf(to,
                           "\nThe results lie in %s/campaign.db (SQLite), pictures in %s/graphs.\n"
                           "Look further:\n"
                           "  %s results %s --by %s\n"
                           "  %s results %s --by %s --format csv\n",
                           dir, dir, program, shown, store_has_tensors(store) ? "tensor" : "instruction", program,
                           shown, store_is_program(store) ? "line" : "layer");
    if (trial)
        g_string_append_printf(to, "  %s replay %s --trial %s\n", program, shown, trial);
    return TRUE;
}

gboolean report_summary(struct store *store, const char *dir, const struct report_option *option, FILE *to,
                        GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(breakdown_t) all = breakdown_load(store, BY_ALL, error);
    g_autoptr(GArray) counts = all ? counts_load(store, &all->total, error) : NULL;

    if (!counts)
        return FALSE;
    append_campaign(store, &all->total, text);
    if (!append_golden(store, text, error) || !append_times(store, text, error))
        return FALSE;
    g_string_append_c(text, '\n');
    print_outcomes(&all->total, option, text);
    print_counts(counts, "criterion", "criterion (a trial may meet several)", option, text);
    print_counts(counts, "label", "against the label", option, text);
    if (!append_tables(store, option, text, error) || !append_propagation(store, option, text, error))
        return FALSE;
    append_meaning(store, &all->total, option, text);
    return append_place(store, dir, option, text, error) && report_write(text, to, error);
}
