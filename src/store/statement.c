#include "store/statement.h"

#include "base/errors.h"

#include <errno.h>
#include <string.h>

static const char *const statement_sql[STATEMENT_COUNT] = {
    [SET_FACT] = "INSERT INTO campaign VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    [GET_FACT] = "SELECT value FROM campaign WHERE name = ?1",
    [PUT_LAYER] = "INSERT INTO layer VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET seconds ="
                  " excluded.seconds WHERE (name, type, instructions, selected) IS"
                  " (excluded.name, excluded.type, excluded.instructions, excluded.selected)",
    [PUT_SITE] = "INSERT INTO site VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET number = number"
                 " WHERE (llfi_index, layer, opcode, function, text, registers, count) IS (excluded.llfi_index,"
                 " excluded.layer, excluded.opcode, excluded.function, excluded.text, excluded.registers,"
                 " excluded.count)",
    [PUT_REGISTER] = "INSERT INTO site_register VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET width = width"
                     " WHERE (position, width) IS (excluded.position, excluded.width)",
    [PUT_LINE] = "INSERT INTO line VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET line = excluded.line"
                 " WHERE (file, line) IS (excluded.file, excluded.line)",
    [PUT_INPUT] = "INSERT INTO input VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET path = excluded.path"
                  " WHERE (golden_class, golden_confidence, label) IS"
                  " (excluded.golden_class, excluded.golden_confidence, excluded.label)",
    [PUT_CONFIG] = "INSERT INTO config VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET number = number"
                   " WHERE (name, text) IS (excluded.name, excluded.text)",
    [PUT_TRIAL] = "INSERT INTO trial VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    [PUT_INJECTION] = "INSERT INTO injection VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [PUT_CHANGE] = "INSERT INTO propagation VALUES " CHANGE_ROW,
    [PUT_CHANGES] = "INSERT INTO propagation VALUES " CHANGE_ROW ", " CHANGE_ROW ", " CHANGE_ROW ", " CHANGE_ROW
                    ", " CHANGE_ROW ", " CHANGE_ROW ", " CHANGE_ROW ", " CHANGE_ROW,
    [PUT_OUTPUT] = "INSERT INTO layer_output VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET name = name"
                   " WHERE (name, type, shape, elements, model_output) IS"
                   " (excluded.name, excluded.type, excluded.shape, excluded.elements, excluded.model_output)",
    [PUT_EDGE] = "INSERT INTO layer_input VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET output = output"
                 " WHERE (producer, output) IS (excluded.producer, excluded.output)",
    [PUT_TENSOR] = "INSERT INTO tensor VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET number = number"
                   " WHERE (layer, name, type, shape, elements, folded) IS (excluded.layer, excluded.name,"
                   " excluded.type, excluded.shape, excluded.elements, excluded.folded)",
    [GET_TRIAL] = "SELECT * FROM trial WHERE number = ?1",
    [GET_INJECTIONS] = "SELECT site, cycle, reg, bit, width, mask, old_value, new_value, value, element"
                       " FROM injection WHERE trial = ?1 ORDER BY ordinal",
    [GET_CHANGES] = "SELECT * FROM propagation WHERE trial = ?1 ORDER BY rowid",
    [PUT_BIT_BIN] = "INSERT INTO exhaustive_bit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                    " ON CONFLICT DO UPDATE SET n = n + excluded.n",
    [PUT_ELEMENT_BIN] = "INSERT INTO exhaustive_element VALUES (?1, ?2, ?3, ?4, ?5)"
                        " ON CONFLICT DO UPDATE SET n = n + excluded.n",
    [PUT_INPUT_BIN] = "INSERT INTO exhaustive_input VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                      " ON CONFLICT DO UPDATE SET n = n + excluded.n",
    [PUT_UNITS] = "INSERT INTO exhaustive_done VALUES (?1, ?2)",
    [GET_UNITS] = "SELECT first, last FROM exhaustive_done ORDER BY first",
    [GET_DONE] = "SELECT number FROM trial ORDER BY number",
};

/* What SQLite's failure means to the user. */
static char *explain(struct store *store)
{
    int code = sqlite3_errcode(store->db) & 0xff;
    /* A commit that fails does not fill in SQLite's copy of errno. */
    int system = sqlite3_system_errno(store->db) ? sqlite3_system_errno(store->db) : errno;

    if (code == SQLITE_FULL || (code == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT)))
        return g_strdup("the disk is full. What was stored before is safe: free some space, then run the same command "
                        "to go on");
    if (code == SQLITE_IOERR && system == EFBIG)
        return g_strdup(
            "the file would be larger than allowed (see 'ulimit -f'). What was stored before is safe: raise "
            "the limit, then run the same command to go on");
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
        return g_strdup("the file is damaged or is not a campaign. Restore it from a copy, or choose another folder");
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return g_strdup("another program keeps the file locked. Close it and run the same command to go on");
    if (system != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_READONLY))
        return g_strdup_printf("%s (%s)", sqlite3_errmsg(store->db), g_strerror(system));
    return g_strdup(sqlite3_errmsg(store->db));
}

/* Sets the error from SQLite's and ends an open transaction. Returns FALSE. */
gboolean store_fail(struct store *store, GError **error)
{
    g_autofree char *why = explain(store);

    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: %s", store->path, why);
    if (store->lock >= 0 && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}

gboolean store_execute(struct store *store, const char *sql, GError **error)
{
    errno = 0;
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(store, error);
}

static int bind_cell(sqlite3_stmt *statement, int column, const struct cell *cell)
{
    switch (cell->type) {
    case SQLITE_INTEGER:
        return sqlite3_bind_int64(statement, column, cell->integer);
    case SQLITE_FLOAT:
        return sqlite3_bind_double(statement, column, cell->real);
    case SQLITE_TEXT:
        return sqlite3_bind_text(statement, column, cell->text, -1, SQLITE_STATIC);
    default:
        return sqlite3_bind_null(statement, column);
    }
}

/* The prepared statement with its values bound, ready to step; the caller resets it. */
sqlite3_stmt *store_prepare(struct store *store, enum statement which, const struct cell *cells, int n_cells,
                            GError **error)
{
    sqlite3_stmt **statement = &store->statements[which];

    if (!*statement && sqlite3_prepare_v3(store->db, statement_sql[which], -1, SQLITE_PREPARE_PERSISTENT, statement,
                                          NULL) != SQLITE_OK) {
        store_fail(store, error);
        return NULL;
    }
    for (int i = 0; i < n_cells; i++)
        if (bind_cell(*statement, i + 1, &cells[i]) != SQLITE_OK) {
            store_fail(store, error);
            return NULL;
        }
    return *statement;
}

/* Runs a statement that yields no rows. */
gboolean store_run_statement(struct store *store, enum statement which, const struct cell *cells, int n_cells,
                             GError **error)
{
    sqlite3_stmt *statement = store_prepare(store, which, cells, n_cells, error);
    gboolean done;

    if (!statement)
        return FALSE;
    errno = 0;
    done = sqlite3_step(statement) == SQLITE_DONE || store_fail(store, error);
    sqlite3_reset(statement);
    return done;
}

/* Runs an upsert; a row that is there and differs is an error that names it. */
gboolean store_put_row(struct store *store, enum statement which, const struct cell *cells, int n_cells,
                       const char *what, GError **error)
{
    if (!store_run_statement(store, which, cells, n_cells, error))
        return FALSE;
    if (sqlite3_changes(store->db) > 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                "%s: %s %" G_GINT64_FORMAT " is not what the stored trials were run with (another version of LLTFI or "
                "LLVM?). Choose another folder",
                store->path, what, cells[0].integer);
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}

gboolean store_begin(struct store *store, GError **error)
{
    return store_execute(store, "BEGIN IMMEDIATE", error);
}

gboolean store_commit(struct store *store, GError **error)
{
    return store_execute(store, "COMMIT", error);
}

gboolean store_set(struct store *store, const char *name, const char *value, GError **error)
{
    return store_run_statement(store, SET_FACT, CELLS(TEXT(name), TEXT(value)), error);
}

char *store_get(struct store *store, const char *name)
{
    sqlite3_stmt *statement = store_prepare(store, GET_FACT, CELLS(TEXT(name)), NULL);
    char *value = NULL;

    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        value = g_strdup((const char *)sqlite3_column_text(statement, 0));
    if (statement)
        sqlite3_reset(statement);
    return value;
}

uint64_t store_get_number(struct store *store, const char *name)
{
    g_autofree char *text = store_get(store, name);

    return text ? g_ascii_strtoull(text, NULL, 10) : 0;
}
