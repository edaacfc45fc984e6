#include "store/store.h"

#include "base/errors.h"
#include "store/identity.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define DATABASE "campaign.db"
#define LOCK "campaign.lock"
#define BUSY_MILLISECONDS 10000

/* Statements that are prepared once. The upserts change a row only where it is equal already: no change is a refusal.
 */
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

/* So many changes in one statement take half the time. */
#define CHANGE_COLUMNS 12
#define CHANGES_AT_ONCE 8
#define CHANGE_ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

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

struct store {
    char *path; /* of campaign.db */
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    int version; /* of the file's format when it was opened */
    int lock;    /* descriptor, -1: open for reading */
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
/* An integer that there is only under a condition. */
#define WHERE(condition, x) \
    ((struct cell){ .type = (condition) ? SQLITE_INTEGER : SQLITE_NULL, .integer = (int64_t)(x) })
#define CELLS(...) (const struct cell[]){ __VA_ARGS__ }, (int)G_N_ELEMENTS(((const struct cell[]){ __VA_ARGS__ }))

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
        return g_strdup("the file is damaged or no campaign. Restore it from a copy, or choose another folder");
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return g_strdup("another program keeps the file locked. Close it and run the same command to go on");
    if (system != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_READONLY))
        return g_strdup_printf("%s (%s)", sqlite3_errmsg(store->db), g_strerror(system));
    return g_strdup(sqlite3_errmsg(store->db));
}

/* Sets the error from SQLite's and ends an open transaction. Returns FALSE. */
static gboolean fail(struct store *store, GError **error)
{
    g_autofree char *why = explain(store);

    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: %s", store->path, why);
    if (store->lock >= 0 && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}

static gboolean execute(struct store *store, const char *sql, GError **error)
{
    errno = 0;
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(store, error);
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
static sqlite3_stmt *prepare(struct store *store, enum statement which, const struct cell *cells, int n_cells,
                             GError **error)
{
    sqlite3_stmt **statement = &store->statements[which];

    if (!*statement && sqlite3_prepare_v3(store->db, statement_sql[which], -1, SQLITE_PREPARE_PERSISTENT, statement,
                                          NULL) != SQLITE_OK) {
        fail(store, error);
        return NULL;
    }
    for (int i = 0; i < n_cells; i++)
        if (bind_cell(*statement, i + 1, &cells[i]) != SQLITE_OK) {
            fail(store, error);
            return NULL;
        }
    return *statement;
}

/* Runs a statement that yields no rows. */
static gboolean run(struct store *store, enum statement which, const struct cell *cells, int n_cells, GError **error)
{
    sqlite3_stmt *statement = prepare(store, which, cells, n_cells, error);
    gboolean done;

    if (!statement)
        return FALSE;
    errno = 0;
    done = sqlite3_step(statement) == SQLITE_DONE || fail(store, error);
    sqlite3_reset(statement);
    return done;
}

/* Runs an upsert; a row that is there and differs is an error that names it. */
static gboolean put(struct store *store, enum statement which, const struct cell *cells, int n_cells, const char *what,
                    GError **error)
{
    if (!run(store, which, cells, n_cells, error))
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
    return execute(store, "BEGIN IMMEDIATE", error);
}

gboolean store_commit(struct store *store, GError **error)
{
    return execute(store, "COMMIT", error);
}

gboolean store_set(struct store *store, const char *name, const char *value, GError **error)
{
    return run(store, SET_FACT, CELLS(TEXT(name), TEXT(value)), error);
}

char *store_get(struct store *store, const char *name)
{
    sqlite3_stmt *statement = prepare(store, GET_FACT, CELLS(TEXT(name)), NULL);
    char *value = NULL;

    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        value = g_strdup((const char *)sqlite3_column_text(statement, 0));
    if (statement)
        sqlite3_reset(statement);
    return value;
}

gboolean store_put_rule(struct store *store, const struct outcome_reference *reference, GError **error)
{
    const struct outcome_option *option = reference->option;
    g_autofree char *definition = outcome_definition(option, reference->rule, reference->is_softmax);
    g_autofree char *deciding = g_strdup_printf("%u", outcome_deciding(reference));
    g_autoptr(GString) thresholds = g_string_new(NULL);

    for (int i = 0; reference->rule == RULE_REGRESSION && i < option->n_thresholds; i++)
        g_string_append_printf(thresholds, "%s%g", i > 0 ? " " : "", option->thresholds[i]);
    return store_set(store, "rule", outcome_rule_names[reference->rule], error) &&
           store_set(store, "definition", definition, error) &&
           store_set(store, "thresholds", thresholds->str, error) && store_set(store, "deciding", deciding, error);
}

gboolean store_put_layer(struct store *store, const struct store_layer *layer, GError **error)
{
    return put(store, PUT_LAYER,
               CELLS(INTEGER(layer->number), TEXT(layer->name), TEXT(layer->type), INTEGER(layer->instructions),
                     INTEGER(layer->selected), REAL(layer->seconds)),
               "layer", error);
}

gboolean store_put_output(struct store *store, const struct store_output *output, GError **error)
{
    return put(store, PUT_OUTPUT,
               CELLS(INTEGER(output->layer), INTEGER(output->output), TEXT(output->name), TEXT(output->type),
                     TEXT(output->shape), INTEGER(output->elements), INTEGER(output->model_output)),
               "layer", error);
}

gboolean store_put_edge(struct store *store, int layer, int input, int producer, int output, GError **error)
{
    return put(store, PUT_EDGE, CELLS(INTEGER(layer), INTEGER(input), INTEGER(producer), INTEGER(output)), "layer",
               error);
}

gboolean store_put_tensor(struct store *store, const struct store_tensor *tensor, GError **error)
{
    return put(store, PUT_TENSOR,
               CELLS(INTEGER(tensor->number), INTEGER(tensor->layer), TEXT(tensor->name), TEXT(tensor->type),
                     TEXT(tensor->shape), INTEGER(tensor->elements), INTEGER(tensor->folded)),
               "tensor", error);
}

gboolean store_put_site(struct store *store, unsigned number, const struct site *site, GError **error)
{
    if (!put(store, PUT_SITE,
             CELLS(INTEGER(number), INTEGER(site->index), INTEGER(site->layer), INTEGER(site->opcode),
                   TEXT(site->function), TEXT(site->text), INTEGER(site->n_registers), INTEGER(site->count)),
             "site", error))
        return FALSE;
    if (site->file &&
        !put(store, PUT_LINE, CELLS(INTEGER(number), TEXT(site->file), INTEGER(site->line)), "site", error))
        return FALSE;
    for (int i = 0; i < site->n_registers; i++)
        if (!put(store, PUT_REGISTER,
                 CELLS(INTEGER(number), INTEGER(i), INTEGER(site->registers[i].position),
                       INTEGER(site->registers[i].width)),
                 "site", error))
            return FALSE;
    return TRUE;
}

gboolean store_put_input(struct store *store, int number, const char *path, int golden_class, double golden_confidence,
                         int label, GError **error)
{
    return put(store, PUT_INPUT,
               CELLS(INTEGER(number), TEXT(path), KNOWN(golden_class), REAL(golden_confidence), KNOWN(label)), "input",
               error);
}

gboolean store_put_config(struct store *store, int number, const char *name, const char *text, GError **error)
{
    return put(store, PUT_CONFIG, CELLS(INTEGER(number), TEXT(name), TEXT(text)), "run option", error);
}

/* 128 bits as hexadecimal digits for `width` of them. */
#define HEX_SIZE 33
static const char *to_hex(char text[HEX_SIZE], const uint64_t value[2], unsigned width)
{
    int digits = (int)((MIN(width, 128) + 3) / 4);

    if (digits > 16)
        g_snprintf(text, HEX_SIZE, "%0*" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", digits - 16, value[1],
                   value[0]);
    else
        g_snprintf(text, HEX_SIZE, "%0*" G_GINT64_MODIFIER "x", digits, value[0]);
    return text;
}

static void from_hex(const unsigned char *text, uint64_t value[2])
{
    const char *digits = text ? (const char *)text : "";
    size_t length = strlen(digits), high = length > 16 ? length - 16 : 0;
    g_autofree char *upper = g_strndup(digits, high);

    value[0] = g_ascii_strtoull(digits + high, NULL, 16);
    value[1] = g_ascii_strtoull(upper, NULL, 16);
}

static gboolean put_injection(struct store *store, uint64_t trial, int ordinal, const struct injection *injection,
                              GError **error)
{
    char mask[HEX_SIZE], old_value[HEX_SIZE], new_value[HEX_SIZE];
    gboolean in_tensor = injection->level != LEVEL_INSTRUCTION;

    return run(store, PUT_INJECTION,
               CELLS(INTEGER(trial), INTEGER(ordinal), WHERE(!in_tensor, injection->site),
                     WHERE(!in_tensor, injection->cycle), WHERE(!in_tensor, injection->reg_index),
                     INTEGER(injection->bit), INTEGER(injection->width),
                     TEXT(to_hex(mask, injection->mask, injection->width)),
                     TEXT(to_hex(old_value, injection->old_value, injection->width)),
                     TEXT(to_hex(new_value, injection->new_value, injection->width)),
                     WHERE(in_tensor, injection->value), WHERE(in_tensor, injection->element)),
               error);
}

/* What there is only of an element that has changed. */
static struct cell of_changed(const struct change *change, struct cell value)
{
    return change->changed > 0 ? value : (struct cell){ .type = SQLITE_NULL };
}

static void change_cells(struct cell *cells, uint64_t trial, const struct change *change)
{
    const struct cell row[CHANGE_COLUMNS] = {
        INTEGER(trial),
        INTEGER(change->layer),
        INTEGER(change->output),
        INTEGER(change->changed),
        INTEGER(change->one_bit),
        of_changed(change, INTEGER(change->first)),
        of_changed(change, REAL(change->golden)),
        of_changed(change, REAL(change->faulty)),
        of_changed(change, INTEGER(change->bits)),
        of_changed(change, REAL(change->largest)),
        of_changed(change, REAL(change->largest_relative)),
        INTEGER(change->masked),
    };

    memcpy(cells, row, sizeof(row));
}

static gboolean put_changes(struct store *store, const struct trial *trial, GError **error)
{
    struct cell cells[CHANGES_AT_ONCE * CHANGE_COLUMNS];
    int n;

    for (int begin = 0; begin < trial->n_changes; begin += n) {
        n = trial->n_changes - begin >= CHANGES_AT_ONCE ? CHANGES_AT_ONCE : 1;
        for (int c = 0; c < n; c++)
            change_cells(cells + c * CHANGE_COLUMNS, trial->number, &trial->changes[begin + c]);
        if (!run(store, n > 1 ? PUT_CHANGES : PUT_CHANGE, cells, n * CHANGE_COLUMNS, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean put_trial_rows(struct store *store, const struct trial *trial, GError **error)
{
    if (!run(store, PUT_TRIAL,
             CELLS(INTEGER(trial->number), INTEGER(trial->config), INTEGER(trial->input), INTEGER(trial->layer),
                   TEXT(outcome_names[trial->outcome]), INTEGER(trial->sdc), INTEGER(trial->signal),
                   KNOWN(trial->golden_right), KNOWN(trial->faulty_right), REAL(trial->deviation),
                   KNOWN(trial->faulty_class), REAL(trial->faulty_confidence), REAL(trial->golden_class_confidence),
                   REAL(trial->seconds)),
             error)) {
        if ((sqlite3_errcode(store->db) & 0xff) == SQLITE_CONSTRAINT)
            g_prefix_error(error, "trial %" G_GUINT64_FORMAT ": ", trial->number);
        return FALSE;
    }
    for (int i = 0; i < trial->n_injections; i++)
        if (!put_injection(store, trial->number, i, &trial->injections[i], error))
            return FALSE;
    return put_changes(store, trial, error);
}

gboolean store_put_trial(struct store *store, const struct trial *trial, GError **error)
{
    if (!sqlite3_get_autocommit(store->db))
        return put_trial_rows(store, trial, error);
    return store_begin(store, error) && put_trial_rows(store, trial, error) && store_commit(store, error);
}

static double real_or_nan(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? NAN : sqlite3_column_double(statement, column);
}

static int integer_or_unknown(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? -1 : sqlite3_column_int(statement, column);
}

static gboolean outcome_from_name(const char *name, enum outcome *outcome)
{
    for (int i = 0; i < OUTCOME_COUNT; i++)
        if (g_strcmp0(name, outcome_names[i]) == 0) {
            *outcome = (enum outcome)i;
            return TRUE;
        }
    return FALSE;
}

static gboolean read_trial(struct store *store, sqlite3_stmt *row, struct trial *trial, GError **error)
{
    const char *outcome = (const char *)sqlite3_column_text(row, 4);

    *trial = (struct trial){
        .number = (uint64_t)sqlite3_column_int64(row, 0),
        .config = sqlite3_column_int(row, 1),
        .input = sqlite3_column_int(row, 2),
        .layer = sqlite3_column_int(row, 3),
        .sdc = (unsigned)sqlite3_column_int(row, 5),
        .signal = sqlite3_column_int(row, 6),
        .golden_right = integer_or_unknown(row, 7),
        .faulty_right = integer_or_unknown(row, 8),
        .deviation = real_or_nan(row, 9),
        .faulty_class = integer_or_unknown(row, 10),
        .faulty_confidence = real_or_nan(row, 11),
        .golden_class_confidence = real_or_nan(row, 12),
        .seconds = real_or_nan(row, 13),
    };
    if (outcome_from_name(outcome, &trial->outcome))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: trial %" G_GUINT64_FORMAT " has the unknown outcome '%s'",
                store->path, trial->number, outcome ? outcome : "");
    return FALSE;
}

static enum fault_level level_from_name(const char *name)
{
    enum fault_level level = LEVEL_WEIGHT;

    while (level > LEVEL_INSTRUCTION && g_strcmp0(name, level_names[level]) != 0)
        level--;
    return level;
}

static gboolean read_injections(struct store *store, struct trial *trial, GError **error)
{
    g_autofree char *name = store_get(store, "level");
    enum fault_level level = level_from_name(name);
    sqlite3_stmt *row = prepare(store, GET_INJECTIONS, CELLS(INTEGER(trial->number)), error);
    g_autoptr(GArray) injections = g_array_new(FALSE, TRUE, sizeof(struct injection));
    gboolean done;
    int code;

    if (!row)
        return FALSE;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        struct injection injection = {
            .site = (unsigned)sqlite3_column_int64(row, 0),
            .cycle = (uint64_t)sqlite3_column_int64(row, 1),
            .reg_index = sqlite3_column_int(row, 2),
            .bit = (unsigned)sqlite3_column_int64(row, 3),
            .width = (unsigned)sqlite3_column_int64(row, 4),
            .level = level,
            .value = sqlite3_column_int(row, 8),
            .element = (uint64_t)sqlite3_column_int64(row, 9),
        };

        from_hex(sqlite3_column_text(row, 5), injection.mask);
        from_hex(sqlite3_column_text(row, 6), injection.old_value);
        from_hex(sqlite3_column_text(row, 7), injection.new_value);
        g_array_append_val(injections, injection);
    }
    done = code == SQLITE_DONE || fail(store, error);
    sqlite3_reset(row);
    trial->n_injections = (int)injections->len;
    trial->injections = (struct injection *)(gpointer)g_array_free(g_steal_pointer(&injections), FALSE);
    return done;
}

static struct change read_change(sqlite3_stmt *row)
{
    struct change change = {
        .layer = sqlite3_column_int(row, 1),
        .output = sqlite3_column_int(row, 2),
        .changed = (uint64_t)sqlite3_column_int64(row, 3),
        .one_bit = (uint64_t)sqlite3_column_int64(row, 4),
        .masked = sqlite3_column_int(row, 11),
    };

    if (change.changed == 0)
        return change;
    change.first = (uint64_t)sqlite3_column_int64(row, 5);
    change.golden = real_or_nan(row, 6);
    change.faulty = real_or_nan(row, 7);
    change.bits = (unsigned)sqlite3_column_int(row, 8);
    change.largest = real_or_nan(row, 9);
    change.largest_relative = real_or_nan(row, 10);
    return change;
}

static gboolean read_changes(struct store *store, struct trial *trial, GError **error)
{
    sqlite3_stmt *row;
    g_autoptr(GArray) changes = g_array_new(FALSE, TRUE, sizeof(struct change));
    gboolean done;
    int code;

    if (!store_has_propagation(store))
        return TRUE;
    row = prepare(store, GET_CHANGES, CELLS(INTEGER(trial->number)), error);
    if (!row)
        return FALSE;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        struct change change = read_change(row);

        g_array_append_val(changes, change);
    }
    done = code == SQLITE_DONE || fail(store, error);
    sqlite3_reset(row);
    trial->n_changes = (int)changes->len;
    trial->changes = (struct change *)(gpointer)g_array_free(g_steal_pointer(&changes), FALSE);
    return done;
}

gboolean store_get_trial(struct store *store, uint64_t number, struct trial *trial, GError **error)
{
    sqlite3_stmt *row = prepare(store, GET_TRIAL, CELLS(INTEGER(number)), error);
    gboolean found;
    int code;

    if (!row)
        return FALSE;
    code = sqlite3_step(row);
    found = code == SQLITE_ROW ? read_trial(store, row, trial, error) : code != SQLITE_DONE && fail(store, error);
    sqlite3_reset(row);
    if (!found || (read_injections(store, trial, error) && read_changes(store, trial, error)))
        return found;
    trial_clear(trial);
    return FALSE;
}

GArray *store_done(struct store *store, GError **error)
{
    sqlite3_stmt *row = prepare(store, GET_DONE, NULL, 0, error);
    g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    gboolean complete;
    int code;

    if (!row)
        return NULL;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        uint64_t number = (uint64_t)sqlite3_column_int64(row, 0);

        g_array_append_val(done, number);
    }
    complete = code == SQLITE_DONE || fail(store, error);
    sqlite3_reset(row);
    return complete ? g_steal_pointer(&done) : NULL;
}

gboolean store_drop_trials(struct store *store, uint64_t first, GError **error)
{
    g_autofree char *sql = g_strdup_printf("DELETE FROM injection WHERE trial >= %" G_GUINT64_FORMAT
                                           "; DELETE FROM propagation WHERE trial >= %" G_GUINT64_FORMAT
                                           "; DELETE FROM trial WHERE number >= %" G_GUINT64_FORMAT,
                                           first, first, first);

    return execute(store, sql, error);
}

static gboolean put_bin(struct store *store, const struct bin *bin, GError **error)
{
    const char *outcome = bin->outcome < OUTCOME_COUNT ? outcome_names[bin->outcome] : STORE_LEFT_OUT;

    switch (bin->table) {
    case BIN_BIT:
        return run(store, PUT_BIT_BIN,
                   CELLS(INTEGER(bin->where[0]), INTEGER(bin->where[1]), INTEGER(bin->where[2]), TEXT(outcome),
                         INTEGER(bin->sdc), INTEGER(bin->faults), INTEGER(bin->n)),
                   error);
    case BIN_ELEMENT:
        return run(
            store, PUT_ELEMENT_BIN,
            CELLS(INTEGER(bin->where[0]), INTEGER(bin->where[1]), INTEGER(bin->faults), TEXT(outcome), INTEGER(bin->n)),
            error);
    default:
        return run(store, PUT_INPUT_BIN,
                   CELLS(INTEGER(bin->where[0]), INTEGER(bin->where[1]), INTEGER(bin->where[2]), INTEGER(bin->faults),
                         TEXT(outcome), INTEGER(bin->n)),
                   error);
    }
}

gboolean store_put_bins(struct store *store, const struct bin *bins, size_t n, GError **error)
{
    for (size_t i = 0; i < n; i++)
        if (!put_bin(store, &bins[i], error))
            return FALSE;
    return TRUE;
}

gboolean store_put_units(struct store *store, const GArray *ranges, GError **error)
{
    gboolean done = execute(store, "DELETE FROM exhaustive_done", error);

    for (guint i = 0; done && i < ranges->len; i++) {
        const struct range *range = &g_array_index(ranges, struct range, i);

        done = run(store, PUT_UNITS, CELLS(INTEGER(range->first), INTEGER(range->last)), error);
    }
    return done;
}

GArray *store_units(struct store *store, GError **error)
{
    sqlite3_stmt *row = prepare(store, GET_UNITS, NULL, 0, error);
    g_autoptr(GArray) ranges = ranges_new();
    gboolean complete;
    int code;

    if (!row)
        return NULL;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        struct range range = { (uint64_t)sqlite3_column_int64(row, 0), (uint64_t)sqlite3_column_int64(row, 1) };

        g_array_append_val(ranges, range);
    }
    complete = code == SQLITE_DONE || fail(store, error);
    sqlite3_reset(row);
    return complete ? g_steal_pointer(&ranges) : NULL;
}

/* Hands the rows of a prepared query on. */
static gboolean hand_rows(struct store *store, sqlite3_stmt *query, store_row row, gpointer data, GError **error)
{
    int columns = sqlite3_column_count(query), code;
    g_autofree char **names = g_new0(char *, columns + 1);
    g_autofree char **values = g_new0(char *, columns + 1);

    for (int i = 0; i < columns; i++)
        names[i] = (char *)sqlite3_column_name(query, i);
    while ((code = sqlite3_step(query)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++)
            values[i] = (char *)sqlite3_column_text(query, i);
        if (!row(columns, names, values, data, error))
            return FALSE;
    }
    return code == SQLITE_DONE || fail(store, error);
}

gboolean store_query(struct store *store, const char *sql, store_row row, gpointer data, GError **error)
{
    sqlite3_stmt *query = NULL;
    gboolean done;

    if (sqlite3_prepare_v2(store->db, sql, -1, &query, NULL) != SQLITE_OK)
        return fail(store, error);
    if (!query || !sqlite3_stmt_readonly(query)) {
        sqlite3_finalize(query);
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' is no query that only reads", sql);
        return FALSE;
    }
    done = hand_rows(store, query, row, data, error);
    sqlite3_finalize(query);
    return done;
}

static gboolean first_integer(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                              GError **error G_GNUC_UNUSED)
{
    *(int64_t *)data = values[0] ? g_ascii_strtoll(values[0], NULL, 10) : 0;
    return TRUE;
}

static gboolean first_text(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                           GError **error G_GNUC_UNUSED)
{
    char **text = data;

    if (!*text)
        *text = g_strdup(values[0]);
    return TRUE;
}

static gboolean check_version(struct store *store, GError **error)
{
    int64_t version = 0;

    if (!store_query(store, "PRAGMA user_version", first_integer, &version, error))
        return FALSE;
    store->version = (int)version;
    if (version >= SCHEMA_OLDEST && version <= SCHEMA_VERSION)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                "%s: the campaign was written by another version of LLTFI (format %" G_GINT64_FORMAT
                "; this one reads %d to %d)",
                store->path, version, SCHEMA_OLDEST, SCHEMA_VERSION);
    return FALSE;
}

gboolean store_has_propagation(struct store *store)
{
    g_autofree char *recorded = store_get(store, "record");

    return g_strcmp0(recorded, "true") == 0;
}

static gboolean check_sound(struct store *store, GError **error)
{
    g_autofree char *finding = NULL;

    if (!store_query(store, "PRAGMA quick_check(1)", first_text, &finding, error))
        return FALSE;
    if (g_strcmp0(finding, "ok") == 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                "%s: the file is damaged (%s). Restore it from a copy, or choose another folder", store->path, finding);
    return FALSE;
}

static gboolean check_identity(struct store *store, const char *dir, const char *identity, GError **error)
{
    g_autofree char *there = store_get(store, "identity");
    g_autofree char *differences = identity_differences(there ? there : "", identity);

    if (!differences)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                "%s: the folder holds another campaign. Choose another one with --out. What differs:\n%s", dir,
                differences);
    return FALSE;
}

/* Adds what older formats have not. */
static gboolean add_tables(struct store *store, GError **error)
{
    g_autofree char *version = g_strdup_printf("PRAGMA user_version = %d", SCHEMA_VERSION);

    return store->version == SCHEMA_VERSION ||
           (store_begin(store, error) && execute(store, SCHEMA_PROPAGATION SCHEMA_TENSORS SCHEMA_LINES, error) &&
            (store->version >= SCHEMA_WITH_TENSORS || execute(store, SCHEMA_ADD_TENSORS SCHEMA_RESULT, error)) &&
            execute(store, version, error) && store_commit(store, error));
}

/* Tables and identity come into being together, before the journal mode that needs a file of its own. */
static gboolean create_tables(struct store *store, const char *identity, GError **error)
{
    g_autofree char *marks =
        g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d", SCHEMA_APPLICATION, SCHEMA_VERSION);

    return store_begin(store, error) &&
           execute(store, SCHEMA SCHEMA_PROPAGATION SCHEMA_TENSORS SCHEMA_LINES SCHEMA_RESULT, error) &&
           execute(store, marks, error) && store_set(store, "identity", identity, error) && store_commit(store, error);
}

/* A write-ahead log keeps readers and the writer apart; NORMAL survives a kill of the process at any moment. */
static gboolean set_modes(struct store *store, GError **error)
{
    return execute(store, "PRAGMA journal_mode = WAL", error) && execute(store, "PRAGMA synchronous = NORMAL", error);
}

/* Looks at the file's first octets before SQLite does, which could change a file that is not ours. Empty: no file, or
 * one whose creation was cut short. */
static gboolean check_header(const char *path, gboolean *empty, GError **error)
{
    static const char magic[16] = "SQLite format 3";
    unsigned char header[100] = { 0 };
    g_autofree char *why = NULL;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = descriptor < 0 ? -1 : read(descriptor, header, sizeof(header));
    int code = errno;

    if (descriptor >= 0)
        close(descriptor);
    *empty = got == 0 || (descriptor < 0 && code == ENOENT);
    if (*empty)
        return TRUE;
    if (got < 0)
        why = g_strdup(g_strerror(code));
    else if ((size_t)got < sizeof(header) || memcmp(header, magic, sizeof(magic)) != 0)
        why = g_strdup("the file is damaged or no campaign. Restore it from a copy, or choose another folder");
    else if ((header[68] << 24 | header[69] << 16 | header[70] << 8 | header[71]) != SCHEMA_APPLICATION)
        why = g_strdup("the file is an SQLite database, but not one of LLTFI's. Choose another folder");
    if (why)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: %s", path, why);
    return !why;
}

/* A folder without a campaign must be empty, but for what an interrupted start left. */
static gboolean check_folder(const char *dir, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GDir) folder = g_dir_open(dir, 0, &why);
    const char *name;

    if (!folder) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: %s", dir, why->message);
        return FALSE;
    }
    while ((name = g_dir_read_name(folder))) {
        if (strcmp(name, LOCK) == 0 || g_str_has_prefix(name, DATABASE))
            continue;
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                    "%s: the folder holds no campaign, but other files ('%s'). Choose a new or empty folder", dir,
                    name);
        return FALSE;
    }
    return TRUE;
}

/* The lock is the process's: the children that it forks don't keep it, and it ends with the process, however it ends.
 */
static gboolean lock_folder(struct store *store, const char *dir, GError **error)
{
    g_autofree char *path = g_build_filename(dir, LOCK, NULL);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int code;

    store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (store->lock >= 0 && fcntl(store->lock, F_SETLK, &lock) == 0)
        return TRUE;
    code = errno;
    if (store->lock >= 0 && (code == EACCES || code == EAGAIN) && fcntl(store->lock, F_GETLK, &lock) == 0)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                    "%s: process %ld is running this campaign now. Wait until it ends, or choose another folder", dir,
                    (long)lock.l_pid);
    else
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: cannot lock the campaign: %s", path, g_strerror(code));
    return FALSE;
}

static gboolean open_database(struct store *store, const char *name, int flags, GError **error)
{
    if (sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return fail(store, error);
    sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
    return TRUE;
}

static struct store *store_new(const char *dir)
{
    struct store *store = g_new0(struct store, 1);

    store->path = g_build_filename(dir, DATABASE, NULL);
    store->lock = -1;
    return store;
}

/* Without this, a write beyond the limit on file sizes would end the process instead of failing. */
static void survive_file_size_limit(void)
{
    struct sigaction action;

    if (sigaction(SIGXFSZ, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
        signal(SIGXFSZ, SIG_IGN);
}

struct store *store_open(const char *dir, const char *identity, GError **error)
{
    g_autoptr(store_t) store = store_new(dir);
    gboolean empty;

    survive_file_size_limit();
    if (g_mkdir_with_parents(dir, 0777) != 0) {
        int code = errno;

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: cannot make the folder: %s", dir, g_strerror(code));
        return NULL;
    }
    if (!check_header(store->path, &empty, error) || (empty && !check_folder(dir, error)) ||
        !lock_folder(store, dir, error) || !check_header(store->path, &empty, error) ||
        !open_database(store, store->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error))
        return NULL;
    if (empty ? !create_tables(store, identity, error)
              : !check_version(store, error) || !check_sound(store, error) ||
                    !check_identity(store, dir, identity, error) || !add_tables(store, error))
        return NULL;
    return set_modes(store, error) ? g_steal_pointer(&store) : NULL;
}

static gboolean show_lines(struct store *store, GError **error)
{
    int64_t there = 0;

    return store_query(store, "SELECT count(*) FROM main.sqlite_master WHERE name = 'line'", first_integer, &there,
                       error) &&
           (there || execute(store, SCHEMA_SHOW_LINES, error));
}

/* One read transaction: all reports of a campaign that is being run agree with each other. */
static gboolean start_reading(struct store *store, GError **error)
{
    return execute(store, "BEGIN", error) && check_version(store, error) &&
           (store->version >= SCHEMA_WITH_TENSORS || execute(store, SCHEMA_SHOW_TENSORS, error)) &&
           (store->version == SCHEMA_VERSION || show_lines(store, error));
}

struct store *store_open_read(const char *dir, GError **error)
{
    g_autoptr(store_t) store = store_new(dir);
    g_autofree char *absolute = g_canonicalize_filename(store->path, NULL);
    g_autofree char *uri = g_filename_to_uri(absolute, NULL, NULL);
    g_autofree char *immutable = g_strconcat(uri, "?immutable=1", NULL);
    gboolean empty;

    if (!check_header(store->path, &empty, error))
        return NULL;
    if (empty) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: the folder holds no campaign (there is no %s in it)",
                    dir, DATABASE);
        return NULL;
    }
    if (open_database(store, store->path, SQLITE_OPEN_READONLY, NULL) && start_reading(store, NULL))
        return g_steal_pointer(&store);
    /* A folder that cannot be written to has no place for the log's index: then nobody else writes either. */
    sqlite3_close(store->db);
    store->db = NULL;
    if (open_database(store, immutable, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error) && start_reading(store, error))
        return g_steal_pointer(&store);
    return NULL;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    if (store->lock >= 0)
        close(store->lock);
    g_free(store->path);
    g_free(store);
}
