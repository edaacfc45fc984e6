/* The key `outcome`: what counts as SDC. */
#include "config/settings.h"

#include "base/errors.h"

#include <string.h>

static const struct word outcome_criteria[] = {
    { "top1", SDC_TOP1 },
    { "top5", SDC_TOP5 },
    { "confidence10", SDC_CONFIDENCE_10 },
    { "confidence20", SDC_CONFIDENCE_20 },
    { "nan", SDC_NAN },
    { "infinity", SDC_INFINITY },
    { "exact", SDC_EXACT },
    { "SDC-1", SDC_TOP1, TRUE },
    { "SDC-5", SDC_TOP5, TRUE },
    { "SDC-10%", SDC_CONFIDENCE_10, TRUE },
    { "SDC-20%", SDC_CONFIDENCE_20, TRUE },
    { "SDC-10 %", SDC_CONFIDENCE_10, TRUE },
    { "SDC-20 %", SDC_CONFIDENCE_20, TRUE },
    { NULL },
};

static gboolean add_criterion(gpointer criteria, const char *text, GError **error)
{
    int value;

    if (!word_parse(outcome_criteria, text, &value, error))
        return FALSE;
    *(unsigned *)criteria |= (unsigned)value;
    return TRUE;
}

static gboolean add_criteria(gpointer criteria, const char *text, GError **error)
{
    return setting_each_word(text, add_criterion, criteria, error);
}

static void clear_criteria(gpointer criteria)
{
    *(unsigned *)criteria = 0;
}

static void append_criteria(GString *text, gconstpointer criteria)
{
    const char *separator = "";

    g_string_append_c(text, '[');
    for (const struct word *word = outcome_criteria; word->text; word++) {
        if (word->other || !(*(const unsigned *)criteria & (unsigned)word->value))
            continue;
        g_string_append_printf(text, "%s%s", separator, word->text);
        separator = ", ";
    }
    g_string_append_c(text, ']');
}

static gboolean add_threshold(gpointer data, const char *text, GError **error)
{
    struct outcome_option *outcome = data;
    double threshold;

    if (!number_parse(text, 0, G_MAXDOUBLE, &threshold, error))
        return FALSE;
    if (outcome->n_thresholds == (int)G_N_ELEMENTS(outcome->thresholds))
        return set_error(error, LLTFI_ERROR_USAGE, "more than %zu thresholds", G_N_ELEMENTS(outcome->thresholds));
    outcome->thresholds[outcome->n_thresholds++] = threshold;
    return TRUE;
}

static gboolean add_thresholds(gpointer outcome, const char *text, GError **error)
{
    return setting_each_word(text, add_threshold, outcome, error);
}

static void clear_thresholds(gpointer data)
{
    struct outcome_option *outcome = data;

    outcome->n_thresholds = 0;
    outcome->deciding_threshold = 0;
}

static void append_thresholds(GString *text, gconstpointer data)
{
    const struct outcome_option *outcome = data;

    append_numbers(text, outcome->thresholds, outcome->n_thresholds);
}

static gboolean set_deciding(gpointer data, const char *text, GError **error)
{
    struct outcome_option *outcome = data;
    double deciding;

    if (!number_parse(text, 0, G_MAXDOUBLE, &deciding, error))
        return FALSE;
    for (int i = 0; i < outcome->n_thresholds; i++) {
        if (outcome->thresholds[i] == deciding) {
            outcome->deciding_threshold = i;
            return TRUE;
        }
    }
    return set_error(error, LLTFI_ERROR_USAGE, "%g is not one of the thresholds", deciding);
}

static void append_deciding(GString *text, gconstpointer data)
{
    const struct outcome_option *outcome = data;

    append_number(text, outcome->thresholds[outcome->deciding_threshold]);
}

static gboolean set_tolerance(struct campaign *campaign, const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", 2);
    struct outcome_option *outcome = &campaign->outcome;

    outcome->relative_tolerance = 0;
    return number_parse(words[0] ? words[0] : "", 0, G_MAXDOUBLE, &outcome->absolute_tolerance, error) &&
           (!words[0] || !words[1] || number_parse(words[1], 0, G_MAXDOUBLE, &outcome->relative_tolerance, error));
}

/* Whether the classifier's rule may decide: auto may choose it. Classes and confidences are recorded under every rule.
 */
static gboolean classifies(const struct campaign *campaign)
{
    return (campaign->outcome.rule == RULE_AUTO || campaign->outcome.rule == RULE_CLASSIFIER) && campaign->outcome.sdc;
}

static gboolean measures(const struct campaign *campaign)
{
    return campaign->outcome.rule == RULE_REGRESSION;
}

static gboolean tolerates(const struct campaign *campaign)
{
    return campaign->outcome.rule == RULE_TOLERANCE;
}

static gboolean is_commanded(const struct campaign *campaign)
{
    return campaign->outcome.rule == RULE_COMMAND;
}

/* Sets the rule that an option implies, as --tolerance does. --outcome is set later and overrides it. */
static gboolean rule_follows(struct campaign *campaign, enum outcome_rule rule)
{
    campaign->outcome.rule = rule;
    return TRUE;
}

static gboolean then_classifier(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_CLASSIFIER);
}

static gboolean then_regression(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_REGRESSION);
}

static gboolean then_tolerance(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_TOLERANCE);
}

static gboolean then_command(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_COMMAND);
}

static const struct word outcome_rules[] = {
    { "auto", RULE_AUTO },
    { "classifier", RULE_CLASSIFIER },
    { "regression", RULE_REGRESSION },
    { "exact", RULE_EXACT },
    { "tolerance", RULE_TOLERANCE },
    { "command", RULE_COMMAND },
    { NULL },
};

static const struct word confidence_words[] = { { "relative", TRUE }, { "absolute", FALSE }, { NULL } };

static const struct key tolerance_keys[] = {
    { "absolute", KEY_NUMBER, CAMPAIGN(outcome.absolute_tolerance), .decides = DECIDES_ALWAYS },
    { "relative", KEY_NUMBER, CAMPAIGN(outcome.relative_tolerance), .decides = DECIDES_ALWAYS },
    { NULL },
};

const struct key outcome_keys[] = {
    { "rule", KEY_CHOICE, CAMPAIGN(outcome.rule), .words = outcome_rules, .decides = DECIDES_ALWAYS,
      .option = { "outcome", 0, GROUP_OUTCOME, "RULE", "how outputs are compared, such as classifier", .late = 1 } },
    { "confidence", KEY_CHOICE, CAMPAIGN(outcome.relative_confidence), .words = confidence_words,
      .decides = DECIDES_ALWAYS,
      .option = { "confidence", 0, GROUP_OUTCOME, "HOW", "measure its changes relative (default) or absolute" } },
    { "criteria", KEY_WORDS, CAMPAIGN(outcome.sdc), .word = add_criteria, .clear = clear_criteria,
      .append = append_criteria, .matters = classifies, .decides = DECIDES_ALWAYS, .words = outcome_criteria,
      .option = { "criteria", 0, GROUP_OUTCOME, "CRITERIA", "what a classifier's SDC is, such as top1,nan",
                  .then = then_classifier } },
    { "thresholds", KEY_WORDS, CAMPAIGN(outcome), .word = add_thresholds, .clear = clear_thresholds,
      .append = append_thresholds, .matters = measures, .decides = DECIDES_ALWAYS,
      .type = "list of up to 16 numbers from 0",
      .option = { "thresholds", 0, GROUP_OUTCOME, "X,X...", "of a regression; default 15,30,60,90; 15 decides",
                  .then = then_regression } },
    { "deciding", KEY_CUSTOM, CAMPAIGN(outcome), .load = setting_load_later, .append = append_deciding,
      .matters = measures, .decides = DECIDES_ALWAYS, .type = "one of the thresholds", .standard = "the first" },
    { "tolerance", KEY_MAP, 0, .keys = tolerance_keys, .matters = tolerates,
      .option = { "tolerance", 0, GROUP_OUTCOME, "ABS[,REL]", "more than ABS + REL * |golden| is SDC",
                  .set = set_tolerance, .then = then_tolerance } },
    { "command", KEY_STRING, CAMPAIGN(outcome.command), .matters = is_commanded, .decides = DECIDES_GIVEN,
      .option = { "compare-command", 0, GROUP_OUTCOME, "COMMAND", "gets two files; status 0 benign, 1 SDC",
                  .then = then_command } },
    { NULL },
};

void load_outcome(struct loader *loader, const struct yaml *node, gpointer data)
{
    struct campaign *campaign = data;
    const struct yaml *deciding = yaml_value(node, "deciding");
    const char *text = deciding ? load_scalar(loader, deciding, "deciding", "a number") : NULL;
    g_autoptr(GError) error = NULL;

    load_map(loader, node, outcome_keys, campaign, "outcome");
    if (text && !set_deciding(&campaign->outcome, text, &error))
        loader_error(loader, deciding, "deciding: %s", error->message);
    if (campaign->outcome.rule == RULE_COMMAND && !campaign->outcome.command)
        loader_error(loader, node,
                     "outcome: the rule 'command' needs the key 'command', a program that gets two files");
}
