/* Shared by the files of the store: statements that are prepared once, and values to bind to them. */
#ifndef LLTFI_STORE_STATEMENT_H
#define LLTFI_STORE_STATEMENT_H

#include "store/store.h"

#include <sqlite3.h>

/* Statements that are prepared once. An upsert changes a row only if it is equal already, so no change means that the
 * row differs. */
enum statement {
    SET_FACT,
    GET_FACT,
    PUT_LAYER,
    PUT_SITE,
    PUT_REGISTER,
    PUT_LINE,
    PUT_INPUT,
    PUT_CONFIG,
    PUT_TRIAL,
    PUT_INJECTION,
    PUT_CHANGE,
    PUT_CHANGES,
    PUT_OUTPUT,
    PUT_EDGE,
    PUT_TENSOR,
    GET_TRIAL,
    GET_INJECTIONS,
    GET_CHANGES,
    GET_DONE,
    PUT_BIT_BIN,
    PUT_ELEMENT_BIN,
    PUT_INPUT_BIN,
    PUT_UNITS,
    GET_UNITS,
    STATEMENT_COUNT
};

/* Propagation rows that one statement inserts: this takes half the time of one row a statement. */
#define CHANGE_COLUMNS 12
#define CHANGES_AT_ONCE 8
#define CHANGE_ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

struct store {
    char *path; /* of campaign.db */
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    int version;      /* of the file's format when it was opened */
    int lock;         /* descriptor, -1: open for reading */
    unsigned counted; /* set of the tables of counted.h that exist */
};

/* A value to bind. */
struct cell {
    int type; /* SQLITE_INTEGER, SQLITE_FLOAT (NaN becomes NULL), SQLITE_TEXT (NULL stays NULL), SQLITE_NULL */
    int64_t integer;
    double real;
    const char *text;
};
#define INTEGER(x) ((struct cell){ .type = SQLITE_INTEGER, .integer = (int64_t)(x) })
#define REAL(x) ((struct cell){ .type = SQLITE_FLOAT, .real = (x) })
#define TEXT(x) ((struct cell){ .type = SQLITE_TEXT, .text = (x) })
/* An integer whose -1 means unknown. */
#define KNOWN(x) ((struct cell){ .type = (x) < 0 ? SQLITE_NULL : SQLITE_INTEGER, .integer = (int64_t)(x) })
/* An integer that exists only under a condition. */
#define WHERE(condition, x) \
    ((struct cell){ .type = (condition) ? SQLITE_INTEGER : SQLITE_NULL, .integer = (int64_t)(x) })
#define CELLS(...) (const struct cell[]){ __VA_ARGS__ }, (int)G_N_ELEMENTS(((const struct cell[]){ __VA_ARGS__ }))

/* SQLite's last error, with what to do about it; returns FALSE. Ends a transaction. */
gboolean store_fail(struct store *store, GError **error);
gboolean store_execute(struct store *store, const char *sql, GError **error);
/* The statement with its cells bound; NULL with an error. The caller resets it. */
sqlite3_stmt *store_prepare(struct store *store, enum statement which, const struct cell *cells, int n_cells,
                            GError **error);
gboolean store_run_statement(struct store *store, enum statement which, const struct cell *cells, int n_cells,
                             GError **error);
/* The same for a row that may exist already, but then must be equal: otherwise the error names `what` and its number,
 * the first cell. */
gboolean store_put_row(struct store *store, enum statement which, const struct cell *cells, int n_cells,
                       const char *what, GError **error);

#endif
