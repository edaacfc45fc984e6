/*
 * One SQLite file per campaign (campaign.db): what was asked for, the sites, the layers, the profile and every trial.
 * A trial that was reported as done is in the file; a campaign that was killed goes on from there.
 */
#ifndef LLTFI_STORE_H
#define LLTFI_STORE_H

#include "lltfi.h"

struct store;

/* Opens DIR/campaign.db, made with its folder if it is missing. `identity` is a canonical text of all that decides the
 * results (model hash, inputs' hashes, configuration): a folder that holds another campaign is an error that says what
 * differs, and is left as it was. */
struct store *store_open(const char *dir, const char *identity, GError **error);
/* Opens an existing campaign for reading. */
struct store *store_open_read(const char *dir, GError **error);
void store_close(struct store *store);
typedef struct store store_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(store_t, store_close)

/* Facts about the campaign by name ("model", "seed", "golden_class"...). Get returns a new string, NULL where unknown.
 */
gboolean store_set(struct store *store, const char *name, const char *value, GError **error);
char *store_get(struct store *store, const char *name);

/* The layers, sites and inputs, written once before the first trial (and again, equal, on resumption). */
struct store_layer {
    int number;
    const char *name, *type;
    uint64_t instructions; /* dynamic instructions of one golden run */
    uint64_t selected;     /* dynamic selected instructions: the layer's share of the fault space */
    double seconds;        /* golden run in fast form */
};
gboolean store_put_layer(struct store *store, const struct store_layer *layer, GError **error);
gboolean store_put_site(struct store *store, unsigned number, const struct site *site, GError **error);
gboolean store_put_input(struct store *store, int number, const char *path, int golden_class, double golden_confidence,
                         int label, GError **error);

/* Everything between begin and commit becomes durable at once. */
gboolean store_begin(struct store *store, GError **error);
gboolean store_commit(struct store *store, GError **error);

/* A finished trial; a number that is there already is an error. */
gboolean store_put_trial(struct store *store, const struct trial *trial, GError **error);
/* Trial k as stored; FALSE without error where it is not there. */
gboolean store_get_trial(struct store *store, uint64_t number, struct trial *trial, GError **error);
/* Set of the trial numbers that are done: GHashTable of guint64 keys would be large, so a sorted GArray of uint64_t. */
GArray *store_done(struct store *store, GError **error);

/* Runs one SQL query and hands every row to `row` as strings (NULL for SQL NULL). For reports and exports. */
typedef gboolean (*store_row)(int columns, char **names, char **values, gpointer data, GError **error);
gboolean store_query(struct store *store, const char *sql, store_row row, gpointer data, GError **error);

#endif
