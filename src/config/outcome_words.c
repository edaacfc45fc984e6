/* Words of the keys `outcome` and `image`. */
#include "config/outcome_words.h"

#include "base/errors.h"

const struct word outcome_rule_words[] = {
    { "auto", RULE_AUTO },
    { "classifier", RULE_CLASSIFIER },
    { "regression", RULE_REGRESSION },
    { "exact", RULE_EXACT },
    { "tolerance", RULE_TOLERANCE },
    { "command", RULE_COMMAND },
    { NULL },
};

const struct word outcome_criterion_words[] = {
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

const struct word image_layout_words[] = {
    { "auto", LAYOUT_AUTO }, { "NCHW", LAYOUT_NCHW }, { "NHWC", LAYOUT_NHWC }, { NULL }
};

gboolean outcome_rule_parse(const char *text, enum outcome_rule *rule, GError **error)
{
    int value;

    if (!word_parse(outcome_rule_words, text, &value, error))
        return FALSE;
    *rule = (enum outcome_rule)value;
    return TRUE;
}

gboolean outcome_criterion_parse(const char *text, unsigned *criteria, GError **error)
{
    int value;

    if (!word_parse(outcome_criterion_words, text, &value, error))
        return FALSE;
    *criteria |= (unsigned)value;
    return TRUE;
}

gboolean outcome_confidence_parse(const char *text, gboolean *relative, GError **error)
{
    static const struct word words[] = { { "relative", TRUE }, { "absolute", FALSE }, { NULL } };

    return word_parse(words, text, relative, error);
}

gboolean outcome_add_threshold(struct outcome_option *option, const char *text, GError **error)
{
    double threshold;

    if (!number_parse(text, 0, G_MAXDOUBLE, &threshold, error))
        return FALSE;
    if (option->n_thresholds == (int)G_N_ELEMENTS(option->thresholds)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "more than %zu thresholds",
                    G_N_ELEMENTS(option->thresholds));
        return FALSE;
    }
    option->thresholds[option->n_thresholds++] = threshold;
    return TRUE;
}

gboolean image_layout_parse(const char *text, enum image_layout *layout, GError **error)
{
    int value;

    if (!word_parse(image_layout_words, text, &value, error))
        return FALSE;
    *layout = (enum image_layout)value;
    return TRUE;
}
