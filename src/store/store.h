/*
 * One SQLite file per campaign (campaign.db): its settings, the sites, the layers, the profile and every trial.
 * A trial that was reported as done is in the file; a campaign that was killed resumes from there.
 *
 * Tables, for those who query the file themselves (`sqlite3 DIR/campaign.db`): campaign (facts by name), layer, site,
 * site_register, line (of a program's source), input, config, trial, injection; the view `result` has one row a trial
 * with its first injection, site and layer. What is unknown is NULL. Values of registers are hexadecimal. The model's
 * graph is in layer_output and layer_input. Where propagation was recorded, the table propagation has a row for each
 * output of each layer that the trial's fault reached: `changed` elements differ from golden, `one_bit` of them in
 * exactly one bit; the `first` one was `golden` and became `faulty`, and differs in `bits` bits; `masked` is 1 in the
 * layer where the fault ended.
 *
 * Faults in tensors have no site, cycle and register, but a tensor (injection.value is tensor.number) and the number of
 * its element, in row-major order.
 *
 * One process writes a campaign at a time; any number may read it, also while it runs. A forked child must not use or
 * close its parent's store.
 */
#ifndef LLTFI_STORE_STORE_H
#define LLTFI_STORE_STORE_H

#include "engine/exhaustive/bins.h"
#include "engine/exhaustive/ranges.h"
#include "engine/outcome.h"
#include "lltfi.h"

struct store;

/* Opens DIR/campaign.db, made with its folder if it is missing. `identity` is a canonical text of all that decides the
 * results (model hash, inputs' hashes, configuration), in lines "key: value": a folder that holds another campaign is
 * an error that says which lines differ, and is left as it was. So is one that holds other files, one whose campaign.db
 * is damaged or is not a campaign's, and one that another process is writing. Ignores SIGXFSZ from here on, so that
 * reaching a file size limit is an error and does not end the process. */
struct store *store_open(const char *dir, const char *identity, GError **error);
/* Opens an existing campaign for reading: all queries see it as it is now, also if it is being run. */
struct store *store_open_read(const char *dir, GError **error);
void store_close(struct store *store);
typedef struct store store_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(store_t, store_close)

/*
 * Facts about the campaign by name. Get returns a new string, NULL where unknown. The report shows:
 *
 *     model      path of the model file
 *     seed       the campaign's seed
 *     trials     how many the campaign shall have
 *     fault      what a fault is: "bitflip, 1 bit"
 *     jobs       trials at once
 *     elapsed    seconds that the trials took, all sessions together
 *     kind       "program" where the layers are functions of a program
 *     golden     a program's golden run in words
 *     level      what faults strike: "instruction" (also where unknown), "tensor", "weight"
 *     sampling   how an element of a tensor is drawn: "element", "layer"
 *     struck     the same in words, with the number of elements
 *     notice     what is printed with the results
 *     notes      notes to the user of all its sessions, a line each
 *     rule, definition, thresholds, deciding    by store_put_rule
 */
#define FACT_NOTES "notes"
/* How many control trials there were, how many of them were not benign, and what the first of those did. */
#define FACT_CONTROLS "control trials"
#define FACT_DIFFERING "control trials that differ"
#define FACT_DIFFERENCE "control trials differ in"
gboolean store_set(struct store *store, const char *name, const char *value, GError **error);
char *store_get(struct store *store, const char *name);
/* A fact that is a whole number; 0 where unknown. */
uint64_t store_get_number(struct store *store, const char *name);

/* The rule that decides the outcome, in words and numbers: facts for the report. */
gboolean store_put_rule(struct store *store, const struct outcome_reference *reference, GError **error);

/* The layers, sites, inputs and run options, written once before the first trial (and again on resumption: an error
 * where they are not equal, but for times and the paths of inputs). */
struct store_layer {
    int number;
    const char *name, *type;
    uint64_t instructions; /* dynamic instructions of one golden run */
    uint64_t selected;     /* dynamic selected instructions, or elements: the layer's share of the fault space */
    double seconds;        /* golden run in fast form */
};
gboolean store_put_layer(struct store *store, const struct store_layer *layer, GError **error);
/* Output `output` of a layer, and where an input of a layer comes from: `output` of layer `producer`. */
struct store_output {
    int layer, output;
    const char *name, *type, *shape;
    uint64_t elements;
    gboolean model_output;
};
gboolean store_put_output(struct store *store, const struct store_output *output, GError **error);
gboolean store_put_edge(struct store *store, int layer, int input, int producer, int output, GError **error);
/* A tensor whose elements faults strike: a layer's output, or a constant that `layer` reads. `number`: in the model. */
struct store_tensor {
    int number, layer;
    const char *name, *type, *shape;
    uint64_t elements;
    gboolean folded; /* computed while the model was lowered */
};
gboolean store_put_tensor(struct store *store, const struct store_tensor *tensor, GError **error);
gboolean store_put_site(struct store *store, unsigned number, const struct site *site, GError **error);
/* Class and label -1: none. */
gboolean store_put_input(struct store *store, int number, const char *path, int golden_class, double golden_confidence,
                         int label, GError **error);
/* `name` is the run option's, `text` says what it does: "bitflip, 2 bits". */
gboolean store_put_config(struct store *store, int number, const char *name, const char *text, GError **error);

/* Everything between begin and commit becomes durable at once. An error of any call in between ends the transaction:
 * nothing since begin is stored. Calls outside are durable one by one. */
gboolean store_begin(struct store *store, GError **error);
gboolean store_commit(struct store *store, GError **error);

/* Whether the campaign's trials have propagation records. */
gboolean store_has_propagation(struct store *store);
/* Whether the campaign is about a program, not a model. */
gboolean store_is_program(struct store *store);
/* Whether every fault was run, which is counted, not kept trial by trial. */
gboolean store_is_exhaustive(struct store *store);

/* A finished trial; a number that is there already is an error. */
gboolean store_put_trial(struct store *store, const struct trial *trial, GError **error);
/* Trial k as stored, to be cleared with trial_clear; FALSE without error where it is not there. */
gboolean store_get_trial(struct store *store, uint64_t number, struct trial *trial, GError **error);
/* Set of the trial numbers that are done: GHashTable of guint64 keys would be large, so a sorted GArray of uint64_t. */
GArray *store_done(struct store *store, GError **error);

/* Forgets the trials from this number on: the number at which a campaign stops by itself must not depend
 * on how far its jobs were. */
gboolean store_drop_trials(struct store *store, uint64_t first, GError **error);

/*
 * An exhaustive campaign has no trial rows, but counts (tables exhaustive_bit, exhaustive_element, exhaustive_input:
 * engine/exhaustive/bins.h) and the ranges of its units that are in them (exhaustive_done). Both go into one
 * transaction.
 */
gboolean store_put_bins(struct store *store, const struct bin *bins, size_t n, GError **error);
gboolean store_put_units(struct store *store, const GArray *ranges, GError **error);
GArray *store_units(struct store *store, GError **error);

/* Takes the place of an outcome for faults that an exhaustive campaign leaves out. */
#define STORE_LEFT_OUT "left out"

/* Runs one SQL query that only reads and hands every row to `row` as strings (NULL for SQL NULL). For reports and
 * exports. */
typedef gboolean (*store_row)(int columns, char **names, char **values, gpointer data, GError **error);
gboolean store_query(struct store *store, const char *sql, store_row row, gpointer data, GError **error);

#endif
