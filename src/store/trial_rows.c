/* Trials, their injections, and how these propagated. */
#include "store/statement.h"

#include "base/errors.h"

#include <math.h>
#include <string.h>

/* 128 bits as hexadecimal digits for `width` of them. */
#define HEX_SIZE 33
static const char *to_hex(char text[HEX_SIZE], const uint64_t value[2], unsigned width)
{
    static const char digits[] = "0123456789abcdef";
    unsigned n = MAX((MIN(width, 128) + 3) / 4, 1);

    while (n < 32 && value[n / 16] >> n % 16 * 4)
        n++;
    for (unsigned i = 0; i < n; i++)
        text[n - 1 - i] = digits[value[i / 16] >> i % 16 * 4 & 15];
    text[n] = '\0';
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

    return store_run_statement(store, PUT_INJECTION,
                               CELLS(INTEGER(trial), INTEGER(ordinal), WHERE(!in_tensor, injection->site),
                                     WHERE(!in_tensor, injection->cycle), WHERE(!in_tensor, injection->reg_index),
                                     INTEGER(injection->bit), INTEGER(injection->width),
                                     TEXT(to_hex(mask, injection->mask, injection->width)),
                                     TEXT(to_hex(old_value, injection->old_value, injection->width)),
                                     TEXT(to_hex(new_value, injection->new_value, injection->width)),
                                     WHERE(in_tensor, injection->value), WHERE(in_tensor, injection->element)),
                               error);
}

/* What is known only about an element that has changed. */
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
        if (!store_run_statement(store, n > 1 ? PUT_CHANGES : PUT_CHANGE, cells, n * CHANGE_COLUMNS, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean put_trial_rows(struct store *store, const struct trial *trial, GError **error)
{
    if (!store_run_statement(store, PUT_TRIAL,
                             CELLS(INTEGER(trial->number), INTEGER(trial->config), INTEGER(trial->input),
                                   INTEGER(trial->layer), TEXT(outcome_names[trial->outcome]), INTEGER(trial->sdc),
                                   INTEGER(trial->signal), KNOWN(trial->golden_right), KNOWN(trial->faulty_right),
                                   REAL(trial->deviation), KNOWN(trial->faulty_class), REAL(trial->faulty_confidence),
                                   REAL(trial->golden_class_confidence), REAL(trial->seconds)),
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
    sqlite3_stmt *row = store_prepare(store, GET_INJECTIONS, CELLS(INTEGER(trial->number)), error);
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
    done = code == SQLITE_DONE || store_fail(store, error);
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
    row = store_prepare(store, GET_CHANGES, CELLS(INTEGER(trial->number)), error);
    if (!row)
        return FALSE;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        struct change change = read_change(row);

        g_array_append_val(changes, change);
    }
    done = code == SQLITE_DONE || store_fail(store, error);
    sqlite3_reset(row);
    trial->n_changes = (int)changes->len;
    trial->changes = (struct change *)(gpointer)g_array_free(g_steal_pointer(&changes), FALSE);
    return done;
}

gboolean store_get_trial(struct store *store, uint64_t number, struct trial *trial, GError **error)
{
    sqlite3_stmt *row = store_prepare(store, GET_TRIAL, CELLS(INTEGER(number)), error);
    gboolean found;
    int code;

    if (!row)
        return FALSE;
    code = sqlite3_step(row);
    found = code == SQLITE_ROW ? read_trial(store, row, trial, error) : code != SQLITE_DONE && store_fail(store, error);
    sqlite3_reset(row);
    if (!found || (read_injections(store, trial, error) && read_changes(store, trial, error)))
        return found;
    trial_clear(trial);
    return FALSE;
}

GArray *store_done(struct store *store, GError **error)
{
    sqlite3_stmt *row = store_prepare(store, GET_DONE, NULL, 0, error);
    g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    gboolean complete;
    int code;

    if (!row)
        return NULL;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        uint64_t number = (uint64_t)sqlite3_column_int64(row, 0);

        g_array_append_val(done, number);
    }
    complete = code == SQLITE_DONE || store_fail(store, error);
    sqlite3_reset(row);
    return complete ? g_steal_pointer(&done) : NULL;
}

gboolean store_drop_trials(struct store *store, uint64_t first, GError **error)
{
    g_autofree char *sql = g_strdup_printf("DELETE FROM injection WHERE trial >= %" G_GUINT64_FORMAT
                                           "; DELETE FROM propagation WHERE trial >= %" G_GUINT64_FORMAT
                                           "; DELETE FROM trial WHERE number >= %" G_GUINT64_FORMAT,
                                           first, first, first);

    return store_execute(store, sql, error);
}
