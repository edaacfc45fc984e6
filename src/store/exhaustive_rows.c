/* Counts of exhaustive campaigns, and the units that are in them. */
#include "store/statement.h"

static gboolean put_bin(struct store *store, const struct bin *bin, GError **error)
{
    const char *outcome = bin->outcome < OUTCOME_COUNT ? outcome_names[bin->outcome] : STORE_LEFT_OUT;

    switch (bin->table) {
    case BIN_BIT:
        return store_run_statement(store, PUT_BIT_BIN,
                                   CELLS(INTEGER(bin->where[0]), INTEGER(bin->where[1]), INTEGER(bin->where[2]),
                                         TEXT(outcome), INTEGER(bin->sdc), INTEGER(bin->faults), INTEGER(bin->n)),
                                   error);
    case BIN_ELEMENT:
        return store_run_statement(
            store, PUT_ELEMENT_BIN,
            CELLS(INTEGER(bin->where[0]), INTEGER(bin->where[1]), INTEGER(bin->faults), TEXT(outcome), INTEGER(bin->n)),
            error);
    default:
        return store_run_statement(store, PUT_INPUT_BIN,
                                   CELLS(INTEGER(bin->where[0]), INTEGER(bin->where[1]), INTEGER(bin->where[2]),
                                         INTEGER(bin->faults), TEXT(outcome), INTEGER(bin->n)),
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
    gboolean done = store_execute(store, "DELETE FROM exhaustive_done", error);

    for (guint i = 0; done && i < ranges->len; i++) {
        const struct range *range = &g_array_index(ranges, struct range, i);

        done = store_run_statement(store, PUT_UNITS, CELLS(INTEGER(range->first), INTEGER(range->last)), error);
    }
    return done;
}

GArray *store_units(struct store *store, GError **error)
{
    sqlite3_stmt *row = store_prepare(store, GET_UNITS, NULL, 0, error);
    g_autoptr(GArray) ranges = ranges_new();
    gboolean complete;
    int code;

    if (!row)
        return NULL;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        struct range range = { (uint64_t)sqlite3_column_int64(row, 0), (uint64_t)sqlite3_column_int64(row, 1) };

        g_array_append_val(ranges, range);
    }
    complete = code == SQLITE_DONE || store_fail(store, error);
    sqlite3_reset(row);
    return complete ? g_steal_pointer(&ranges) : NULL;
}
