/*
 * Judges how a trial ended by its outputs: the rules, and the definitions of SDC-1, SDC-5, SDC-10 %, SDC-20 %.
 *
 * They are defined only here; outcome_definition describes them in a text that is printed with every result.
 *
 * Top class: the class of the highest output; of equal ones the lowest index; NaN never wins, and a row of NaN has no
 * class (-1). Confidence: the output itself if the golden row is a probability distribution (0..1, sum 1), else its
 * softmax.
 */
#ifndef LLTFI_ENGINE_OUTCOME_H
#define LLTFI_ENGINE_OUTCOME_H

#include "config/campaign.h"
#include "lltfi.h"

/* The golden outputs of one input, and what is computed from them once for all trials. */
struct outcome_reference {
    const struct outcome_option *option;
    enum outcome_rule rule; /* never RULE_AUTO */
    const struct tensor *const *golden;
    size_t n_outputs;
    size_t classes;      /* length of a row of output 0; 0: output 0 is not a classifier's */
    size_t rows;         /* 1 unless output 0 is a batch */
    gboolean is_softmax; /* confidences are computed by softmax, as the golden row is not a distribution */
    int golden_class;    /* of the first row; -1: none */
    double golden_confidence;
    int label; /* -1: none */
};

/* The rule of AUTO: classifier if output 0 is one row of two or more floats, else exact. */
enum outcome_rule outcome_resolve(enum outcome_rule rule, const struct tensor *const *outputs, size_t n_outputs);

/* Borrows option and golden. It is an error if the rule does not apply to the outputs. */
gboolean outcome_reference_init(struct outcome_reference *reference, const struct outcome_option *option,
                                const struct tensor *const *golden, size_t n_outputs, int label, GError **error);

/*
 * Fills outcome, sdc, deviation, golden_right, faulty_right, faulty_class, faulty_confidence and
 * golden_class_confidence of a trial whose run ended by itself. Types and shapes of `faulty` are those of the golden
 * outputs. Allocates nothing. With RULE_COMMAND the outcome is left benign: outcome_command decides.
 */
void outcome_judge(const struct outcome_reference *reference, const struct tensor *const *faulty, struct trial *trial);

/* The outcome after a protection reported that it made a correction. */
static inline enum outcome outcome_after(enum outcome outcome, gboolean was_corrected)
{
    return was_corrected && outcome == OUTCOME_BENIGN ? OUTCOME_CORRECTED : outcome;
}

/* The same fields for a trial without outputs (crash, hang...), except the outcome. */
void outcome_no_output(const struct outcome_reference *reference, struct trial *trial);

/*
 * RULE_COMMAND, after outcome_judge: runs the user's command with two paths, the golden and the faulty outputs, in
 * `scratch`, which exists: .npy files, or, for several outputs, folders of output_0.npy, output_1.npy... Exit status 0
 * is benign, 1 SDC, anything else an error. If no bit of the outputs has changed, the trial is benign and the command
 * is not run.
 */
gboolean outcome_command(const struct outcome_reference *reference, const struct tensor *const *faulty,
                         const char *scratch, struct trial *trial, GError **error);

/* Runs the command with two paths. Returns its exit status, 0 or 1; -1 after an error. */
int outcome_ask_command(const char *command, const char *golden, const char *faulty, GError **error);

/* The top class of a row, and the confidence of a class, for code that prints results. It is NaN for class -1. */
int outcome_top_class(const struct tensor *tensor, size_t first, size_t classes);
double outcome_confidence(const struct tensor *tensor, size_t first, size_t classes, int class, gboolean is_softmax);

/* The criteria (set of enum sdc_flag) of which each makes a trial SDC. */
unsigned outcome_deciding(const struct outcome_reference *reference);

/* A description of what makes a trial SDC, and of the other criteria that are counted. The caller frees. */
char *outcome_definition(const struct outcome_option *option, enum outcome_rule rule, gboolean is_softmax);

extern const char *const outcome_rule_names[]; /* "auto", "classifier"... */

#endif
