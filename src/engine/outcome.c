/* Judges the outputs of trials by the campaign's rule, and runs the user's command of RULE_COMMAND. */
#include "engine/outcome.h"

#include "base/errors.h"
#include "frontend/frontend.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A row is a distribution if its elements are in 0..1 and their sum is this close to 1 (half floats round coarsely). */
#define DISTRIBUTION_TOLERANCE 1e-2

const char *const outcome_rule_names[] = {
    [RULE_AUTO] = "auto",   [RULE_CLASSIFIER] = "classifier", [RULE_REGRESSION] = "regression",
    [RULE_EXACT] = "exact", [RULE_TOLERANCE] = "tolerance",   [RULE_COMMAND] = "command",
};

/* Length of the rows of a tensor: its last dimension that is not 1; 0 if there is none. */
static size_t row_length(const struct tensor *tensor)
{
    for (int d = tensor->rank - 1; d >= 0; d--)
        if (tensor->dims[d] > 1)
            return (size_t)tensor->dims[d];
    return 0;
}

static gboolean is_one_row_of_floats(const struct tensor *tensor)
{
    return (ELEMENT_BIT(tensor->type) & ELEMENTS_FLOATING) && tensor->count >= 2 && row_length(tensor) == tensor->count;
}

enum outcome_rule outcome_resolve(enum outcome_rule rule, const struct tensor *const *outputs, size_t n_outputs)
{
    if (rule != RULE_AUTO)
        return rule;
    return n_outputs > 0 && is_one_row_of_floats(outputs[0]) ? RULE_CLASSIFIER : RULE_EXACT;
}

int outcome_top_class(const struct tensor *tensor, size_t first, size_t classes)
{
    int top = -1;
    double best = 0;

    for (size_t c = 0; c < classes; c++) {
        double score = tensor_element_as_double(tensor, first + c);

        if (isnan(score) || (top >= 0 && score <= best))
            continue;
        top = (int)c;
        best = score;
    }
    return top;
}

double outcome_confidence(const struct tensor *tensor, size_t first, size_t classes, int class, gboolean is_softmax)
{
    double highest = -INFINITY, sum = 0, score;

    if (class < 0)
        return NAN;
    score = tensor_element_as_double(tensor, first + (size_t)class);
    if (!is_softmax)
        return score;
    for (size_t c = 0; c < classes; c++)
        highest = fmax(highest, tensor_element_as_double(tensor, first + c));
    for (size_t c = 0; c < classes; c++)
        sum += exp(tensor_element_as_double(tensor, first + c) - highest);
    return exp(score - highest) / sum;
}

static gboolean is_distribution(const struct tensor *tensor, size_t classes)
{
    double sum = 0;

    for (size_t c = 0; c < classes; c++) {
        double p = tensor_element_as_double(tensor, c);

        if (!(p >= -DISTRIBUTION_TOLERANCE && p <= 1 + DISTRIBUTION_TOLERANCE))
            return FALSE;
        sum += p;
    }
    return fabs(sum - 1) <= DISTRIBUTION_TOLERANCE;
}

/* Whether class `class` is among the five highest: fewer than five others are higher, or equal with a lower index. */
static gboolean among_top_five(const struct tensor *tensor, size_t first, size_t classes, int class)
{
    double score = tensor_element_as_double(tensor, first + (size_t)class);
    int better = 0;

    if (isnan(score))
        return FALSE;
    for (size_t c = 0; c < classes; c++) {
        double other = tensor_element_as_double(tensor, first + c);

        better += other > score || (other == score && c < (size_t)class);
    }
    return better < 5;
}

/* Finds the rows of classes in output 0, if it has any by the rule or by its shape and type. */
static gboolean find_classes(struct outcome_reference *reference, GError **error)
{
    const struct tensor *output = reference->n_outputs > 0 ? reference->golden[0] : NULL;
    gboolean required = reference->rule == RULE_CLASSIFIER;
    gboolean fits = output && (required ? (ELEMENT_BIT(output->type) & ELEMENTS_NUMERIC) && row_length(output) > 0
                                        : is_one_row_of_floats(output));

    if (reference->rule == RULE_REGRESSION || (!fits && !required))
        return TRUE;
    if (!fits) {
        g_autofree char *shape = output ? shape_to_string(output->rank, output->dims) : g_strdup("missing");

        g_set_error(
            error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
            "outcome rule 'classifier': the first output must be a row of two or more numbers, but it is %s %s; "
            "choose the rule 'regression', 'tolerance' or 'exact'",
            output ? element_name(output->type) : "an output", shape);
        return FALSE;
    }
    reference->classes = row_length(output);
    reference->rows = output->count / reference->classes;
    reference->is_softmax = !is_distribution(output, reference->classes);
    reference->golden_class = outcome_top_class(output, 0, reference->classes);
    reference->golden_confidence =
        outcome_confidence(output, 0, reference->classes, reference->golden_class, reference->is_softmax);
    return TRUE;
}

static gboolean check_option(const struct outcome_option *option, enum outcome_rule rule, GError **error)
{
    if (rule == RULE_COMMAND && (!option->command || !*option->command)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG, "outcome rule 'command': no command is given");
        return FALSE;
    }
    if (rule == RULE_REGRESSION &&
        (option->deciding_threshold < 0 || option->deciding_threshold >= option->n_thresholds ||
         option->n_thresholds > (int)G_N_ELEMENTS(option->thresholds))) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG,
                    "outcome rule 'regression': threshold %d is to decide, but there are %d (1 to %zu are possible)",
                    option->deciding_threshold, option->n_thresholds, G_N_ELEMENTS(option->thresholds));
        return FALSE;
    }
    return TRUE;
}

gboolean outcome_reference_init(struct outcome_reference *reference, const struct outcome_option *option,
                                const struct tensor *const *golden, size_t n_outputs, int label, GError **error)
{
    *reference = (struct outcome_reference){
        .option = option,
        .rule = outcome_resolve(option->rule, golden, n_outputs),
        .golden = golden,
        .n_outputs = n_outputs,
        .golden_class = -1,
        .golden_confidence = NAN,
        .label = label,
    };
    if (!check_option(option, reference->rule, error) || !find_classes(reference, error))
        return FALSE;
    if (label >= 0 && reference->classes > 0 && (size_t)label >= reference->classes) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "label %d: the model has %zu classes, 0 to %zu", label,
                    reference->classes, reference->classes - 1);
        return FALSE;
    }
    return TRUE;
}

/* |faulty - golden|; 0 for equal infinities and for NaN on both sides, NaN where only one is NaN. */
static double difference(double golden, double faulty)
{
    if (golden == faulty || (isnan(golden) && isnan(faulty)))
        return 0;
    return fabs(faulty - golden);
}

static gboolean is_beyond_tolerance(const struct outcome_option *option, double golden, double faulty)
{
    double distance = difference(golden, faulty);

    if (distance == 0)
        return FALSE;
    return !isfinite(golden) || !(distance <= option->absolute_tolerance + option->relative_tolerance * fabs(golden));
}

/* One element that differs in some bit. */
static void compare_element(const struct outcome_reference *reference, const struct tensor *golden,
                            const struct tensor *faulty, size_t i, struct trial *trial)
{
    double before = tensor_element_as_double(golden, i);
    double after = tensor_element_as_double(faulty, i);
    double distance = difference(before, after);

    if (isfinite(before) && isnan(after))
        trial->sdc |= SDC_NAN;
    if (isfinite(before) && isinf(after))
        trial->sdc |= SDC_INFINITY;
    if (!(ELEMENT_BIT(golden->type) & (ELEMENTS_NUMERIC | ELEMENT_BIT(ELEMENT_BOOL))))
        distance = NAN;
    if (isnan(distance) || distance > trial->deviation)
        trial->deviation = isnan(trial->deviation) ? NAN : distance;
    if (reference->rule == RULE_TOLERANCE && (isnan(distance) || is_beyond_tolerance(reference->option, before, after)))
        trial->sdc |= SDC_TOLERANCE;
}

static void compare_output(const struct outcome_reference *reference, const struct tensor *golden,
                           const struct tensor *faulty, struct trial *trial)
{
    const size_t size = element_size(golden->type);
    const char *before = golden->data, *after = faulty->data;
    int64_t first = tensor_first_difference(golden, faulty);

    if (first < 0)
        return;
    trial->sdc |= SDC_EXACT;
    for (size_t i = (size_t)first; i < golden->count; i++)
        if (memcmp(before + i * size, after + i * size, size) != 0)
            compare_element(reference, golden, faulty, i, trial);
}

static gboolean confidence_changed(const struct outcome_option *option, double golden, double faulty, double share)
{
    double distance = difference(golden, faulty);

    return distance != 0 && !(distance <= (option->relative_confidence ? share * fabs(golden) : share));
}

/* SDC-1, SDC-5, SDC-10 % and SDC-20 % of one row of classes. */
static void compare_row(const struct outcome_reference *reference, const struct tensor *faulty, size_t row,
                        struct trial *trial)
{
    const struct tensor *golden = reference->golden[0];
    size_t classes = reference->classes, first = row * classes;
    int golden_class = row > 0 ? outcome_top_class(golden, first, classes) : reference->golden_class;
    int faulty_class = outcome_top_class(faulty, first, classes);
    double before = row > 0 ? outcome_confidence(golden, first, classes, golden_class, reference->is_softmax)
                            : reference->golden_confidence;
    double after = outcome_confidence(faulty, first, classes, golden_class, reference->is_softmax);

    if (faulty_class != golden_class)
        trial->sdc |= SDC_TOP1;
    if (golden_class >= 0 && !among_top_five(faulty, first, classes, golden_class))
        trial->sdc |= SDC_TOP5;
    if (confidence_changed(reference->option, before, after, 0.10))
        trial->sdc |= SDC_CONFIDENCE_10;
    if (confidence_changed(reference->option, before, after, 0.20))
        trial->sdc |= SDC_CONFIDENCE_20;
    if (row > 0)
        return;
    trial->faulty_class = faulty_class;
    trial->faulty_confidence = outcome_confidence(faulty, 0, classes, faulty_class, reference->is_softmax);
    trial->golden_class_confidence = after;
}

static void judge_thresholds(const struct outcome_option *option, struct trial *trial)
{
    for (int i = 0; i < option->n_thresholds; i++)
        if (!(trial->deviation <= option->thresholds[i]))
            trial->sdc |= (unsigned)SDC_THRESHOLD << i;
}

unsigned outcome_deciding(const struct outcome_reference *reference)
{
    switch (reference->rule) {
    case RULE_CLASSIFIER:
        return reference->option->sdc ? reference->option->sdc : SDC_TOP1;
    case RULE_REGRESSION:
        return (unsigned)SDC_THRESHOLD << reference->option->deciding_threshold;
    case RULE_TOLERANCE:
        return SDC_TOLERANCE;
    case RULE_COMMAND:
        return SDC_COMMAND;
    default:
        return SDC_EXACT;
    }
}

static int right(const struct outcome_reference *reference, int class)
{
    return reference->label < 0 || reference->classes == 0 ? -1 : class == reference->label;
}

void outcome_no_output(const struct outcome_reference *reference, struct trial *trial)
{
    trial->sdc = 0;
    trial->deviation = NAN;
    trial->faulty_class = -1;
    trial->faulty_confidence = NAN;
    trial->golden_class_confidence = NAN;
    trial->golden_right = right(reference, reference->golden_class);
    trial->faulty_right = -1;
}

void outcome_judge(const struct outcome_reference *reference, const struct tensor *const *faulty, struct trial *trial)
{
    outcome_no_output(reference, trial);
    trial->deviation = 0;
    for (size_t i = 0; i < reference->n_outputs; i++)
        compare_output(reference, reference->golden[i], faulty[i], trial);
    for (size_t row = 0; row < reference->rows; row++)
        compare_row(reference, faulty[0], row, trial);
    if (reference->rule == RULE_REGRESSION)
        judge_thresholds(reference->option, trial);
    trial->faulty_right = right(reference, trial->faulty_class);
    trial->outcome = trial->sdc & outcome_deciding(reference) ? OUTCOME_SDC : OUTCOME_BENIGN;
}

/* Writes outputs for the user's command: one as a file, several as a folder. Returns the path. */
static char *save_outputs(const struct tensor *const *outputs, size_t n_outputs, const char *scratch, const char *name,
                          GError **error)
{
    g_autofree char *folder = g_build_filename(scratch, name, NULL);
    g_autofree char *file = g_strconcat(folder, ".npy", NULL);

    if (n_outputs == 1)
        return tensor_save_npy(outputs[0], file, error) ? g_steal_pointer(&file) : NULL;
    if (g_mkdir_with_parents(folder, 0777) != 0) {
        int code = errno;

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%s: cannot make the folder: %s", folder, g_strerror(code));
        return NULL;
    }
    for (size_t i = 0; i < n_outputs; i++) {
        g_autofree char *base = g_strdup_printf("output_%zu.npy", i);
        g_autofree char *path = g_build_filename(folder, base, NULL);

        if (!tensor_save_npy(outputs[i], path, error))
            return NULL;
    }
    return g_steal_pointer(&folder);
}

/* The user's command line, split as by a shell, followed by the two paths. It is not run by a shell. */
static char **command_line(const char *command, const char *golden, const char *faulty, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autoptr(GError) why = NULL;

    if (!g_shell_parse_argv(command, NULL, &words, &why)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG, "outcome command '%s': %s", command, why->message);
        return NULL;
    }
    g_strv_builder_addv(builder, (const char **)words);
    g_strv_builder_add(builder, golden);
    g_strv_builder_add(builder, faulty);
    return g_strv_builder_end(builder);
}

/* Waits for the command in this thread, since GSubprocess would start GLib's worker thread, which forked children do
 * not have. */
static int run_command(const char *command, char **argv, GError **error)
{
    g_autofree char *messages = NULL;
    g_autoptr(GError) why = NULL;
    int status = 0;

    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &messages,
                      &status, &why)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "outcome command '%s': %s", command, why->message);
        return -1;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) <= 1)
        return WEXITSTATUS(status);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                "outcome command '%s' ended with %s %d; it must end with status 0 (benign) or 1 (SDC)%s%s", command,
                WIFEXITED(status) ? "status" : "signal", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
                *messages ? ". It said: " : "", g_strstrip(messages));
    return -1;
}

int outcome_ask_command(const char *command, const char *golden, const char *faulty, GError **error)
{
    g_auto(GStrv) argv = command_line(command, golden, faulty, error);

    return argv ? run_command(command, argv, error) : -1;
}

gboolean outcome_command(const struct outcome_reference *reference, const struct tensor *const *faulty,
                         const char *scratch, struct trial *trial, GError **error)
{
    g_autofree char *golden_path = NULL, *faulty_path = NULL;
    int status;

    trial->outcome = OUTCOME_BENIGN;
    if (!(trial->sdc & SDC_EXACT))
        return TRUE;
    golden_path = save_outputs(reference->golden, reference->n_outputs, scratch, "golden", error);
    if (!golden_path)
        return FALSE;
    faulty_path = save_outputs(faulty, reference->n_outputs, scratch, "faulty", error);
    if (!faulty_path)
        return FALSE;
    status = outcome_ask_command(reference->option->command, golden_path, faulty_path, error);
    if (status == 1) {
        trial->outcome = OUTCOME_SDC;
        trial->sdc |= SDC_COMMAND;
    }
    return status >= 0;
}

/* "SDC-1 or NaN" for the criteria that decide. */
static void append_criteria(GString *text, unsigned criteria)
{
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {
        { SDC_EXACT, "any changed bit" },
        { SDC_TOP1, "SDC-1" },
        { SDC_TOP5, "SDC-5" },
        { SDC_CONFIDENCE_10, "SDC-10 %" },
        { SDC_CONFIDENCE_20, "SDC-20 %" },
        { SDC_NAN, "NaN" },
        { SDC_INFINITY, "infinity" },
    };
    const char *separator = "";

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!(criteria & names[i].flag))
            continue;
        g_string_append_printf(text, "%s%s", separator, names[i].name);
        separator = " or ";
    }
}

static void define_classifier(GString *text, const struct outcome_option *option, gboolean is_softmax)
{
    g_string_append(text, "SDC here: ");
    append_criteria(text, option->sdc ? option->sdc : SDC_TOP1);
    g_string_append_printf(
        text,
        ".\n"
        "SDC-1: the golden run's top class is not the top class. SDC-5: it is not among the five "
        "highest.\n"
        "SDC-10 %%, SDC-20 %%: the confidence in the golden run's top class changed, up or down, by "
        "more than 10 %%, 20 %% %s.\n"
        "Confidence: %s.",
        option->relative_confidence ? "of its golden value (relative)" : "of the whole scale (absolute: by 0.10, 0.20)",
        is_softmax ? "softmax of the output, which itself is not a distribution" : "the model's output");
}

static void define_regression(GString *text, const struct outcome_option *option)
{
    g_string_append_printf(text, "SDC here: some output differs by more than %g, or is NaN. Thresholds counted:",
                           option->thresholds[option->deciding_threshold]);
    for (int i = 0; i < option->n_thresholds; i++)
        g_string_append_printf(text, "%s %g", i > 0 ? "," : "", option->thresholds[i]);
    g_string_append_c(text, '.');
}

char *outcome_definition(const struct outcome_option *option, enum outcome_rule rule, gboolean is_softmax)
{
    GString *text = g_string_new(NULL);

    switch (rule) {
    case RULE_CLASSIFIER:
        define_classifier(text, option, is_softmax);
        break;
    case RULE_REGRESSION:
        define_regression(text, option);
        break;
    case RULE_TOLERANCE:
        g_string_append_printf(text, "SDC here: |faulty - golden| > %g + %g * |golden| for some output, or NaN.",
                               option->absolute_tolerance, option->relative_tolerance);
        break;
    case RULE_COMMAND:
        g_string_append_printf(text, "SDC here: the command '%s' decides.", option->command);
        break;
    default:
        g_string_append(text, "SDC here: some bit of some output differs.");
        break;
    }
    return g_string_free(text, FALSE);
}
