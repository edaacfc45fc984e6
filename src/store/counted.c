#include "store/counted.h"

#include "store/statement.h"

#include <string.h>

/* A row and how often it occurred. Words: the columns' types, four bits each; then an integer, or a text's length and
 * its bytes. */
struct counted_row {
    uint64_t n;
    guint hash, n_words;
    uint64_t words[];
};

#define MAX_COLUMNS 16

static guint counted_hash(gconstpointer row)
{
    return ((const struct counted_row *)row)->hash;
}

static gboolean counted_equal(gconstpointer a, gconstpointer b)
{
    const struct counted_row *one = a, *other = b;

    return one->n_words == other->n_words && memcmp(one->words, other->words, one->n_words * sizeof(*one->words)) == 0;
}

static uint64_t *add_words(GByteArray *row, guint n)
{
    guint before = row->len;

    g_byte_array_set_size(row, before + n * (guint)sizeof(uint64_t));
    memset(row->data + before, 0, n * sizeof(uint64_t));
    return (uint64_t *)(void *)(row->data + before);
}

static void add_text(GByteArray *row, sqlite3_stmt *query, int column)
{
    const unsigned char *text = sqlite3_column_text(query, column);
    guint length = (guint)sqlite3_column_bytes(query, column);

    *add_words(row, 1) = length;
    memcpy(add_words(row, (length + 7) / 8), text, length);
}

/* The query's current row, as a struct counted_row. */
static struct counted_row *pack(GByteArray *row, sqlite3_stmt *query, int columns)
{
    struct counted_row *packed;
    uint64_t types = 0, hash = 0;

    g_byte_array_set_size(row, sizeof(struct counted_row));
    add_words(row, 1);
    for (int c = 0; c < columns; c++) {
        int type = sqlite3_column_type(query, c);

        types |= (uint64_t)type << 4 * c;
        if (type == SQLITE_INTEGER)
            *add_words(row, 1) = (uint64_t)sqlite3_column_int64(query, c);
        else if (type != SQLITE_NULL)
            add_text(row, query, c);
    }
    packed = (struct counted_row *)(void *)row->data;
    packed->n = 1;
    packed->n_words = (row->len - (guint)sizeof(struct counted_row)) / (guint)sizeof(uint64_t);
    packed->words[0] = types;
    for (guint w = 0; w < packed->n_words; w++)
        hash = (hash ^ packed->words[w]) * 0x9e3779b97f4a7c15u;
    packed->hash = (guint)(hash >> 32);
    return packed;
}

static gboolean count_rows(struct store *store, sqlite3_stmt *query, GHashTable *rows, GError **error)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    int columns = MIN(sqlite3_column_count(query), MAX_COLUMNS), code;

    while ((code = sqlite3_step(query)) == SQLITE_ROW) {
        struct counted_row *row = pack(scratch, query, columns), *known = g_hash_table_lookup(rows, row);

        if (known)
            known->n++;
        else
            g_hash_table_add(rows, g_memdup2(row, scratch->len));
    }
    return code == SQLITE_DONE || store_fail(store, error);
}

static gboolean put_counted(struct store *store, sqlite3_stmt *insertion, const struct counted_row *row, GError **error)
{
    int columns = sqlite3_bind_parameter_count(insertion);
    const uint64_t *at = row->words + 1;
    gboolean done;

    for (int c = 0; c + 1 < columns; c++) {
        int type = (int)(row->words[0] >> 4 * c & 15);

        if (type == SQLITE_NULL)
            sqlite3_bind_null(insertion, c + 1);
        else if (type == SQLITE_INTEGER)
            sqlite3_bind_int64(insertion, c + 1, (int64_t)*at++);
        else {
            sqlite3_bind_text(insertion, c + 1, (const char *)(at + 1), (int)*at, SQLITE_STATIC);
            at += 1 + (*at + 7) / 8;
        }
    }
    sqlite3_bind_int64(insertion, columns, (int64_t)row->n);
    done = sqlite3_step(insertion) == SQLITE_DONE || store_fail(store, error);
    sqlite3_reset(insertion);
    return done;
}

static gboolean put_all(struct store *store, sqlite3_stmt *insertion, GHashTable *rows, GError **error)
{
    GHashTableIter at;
    gpointer row;

    g_hash_table_iter_init(&at, rows);
    while (g_hash_table_iter_next(&at, &row, NULL))
        if (!put_counted(store, insertion, row, error))
            return FALSE;
    return TRUE;
}

/* One of the tables: its columns but n, and the query whose rows are counted. */
struct counted_query {
    const char *table, *columns, *query, *insertion;
};

static gboolean fill(struct store *store, const struct counted_query *count, GError **error)
{
    g_autoptr(GHashTable) rows = g_hash_table_new_full(counted_hash, counted_equal, g_free, NULL);
    sqlite3_stmt *query = NULL, *insertion = NULL;
    gboolean done = (sqlite3_prepare_v2(store->db, count->query, -1, &query, NULL) == SQLITE_OK &&
                     sqlite3_prepare_v2(store->db, count->insertion, -1, &insertion, NULL) == SQLITE_OK) ||
                    store_fail(store, error);

    done = done && count_rows(store, query, rows, error) && put_all(store, insertion, rows, error);
    sqlite3_finalize(query);
    sqlite3_finalize(insertion);
    return done;
}

static gboolean count_into(struct store *store, const struct counted_query *count, unsigned bit, GError **error)
{
    g_autofree char *drop = g_strdup_printf("DROP TABLE IF EXISTS temp.%s", count->table);
    g_autofree char *create = g_strdup_printf("CREATE TEMP TABLE %s (%s, n)", count->table, count->columns);
    gboolean alone = sqlite3_get_autocommit(store->db);

    if (store->lock < 0 && store->counted & bit)
        return TRUE;
    if ((alone && !store_execute(store, "BEGIN", error)) || !store_execute(store, drop, error) ||
        !store_execute(store, create, error) || !fill(store, count, error) || (alone && !store_commit(store, error)))
        return FALSE;
    store->counted |= bit;
    return TRUE;
}

gboolean store_count_ended(struct store *store, GError **error)
{
    static const struct counted_query ended = {
        "ended", "config, input, layer, outcome, sdc, golden_right, faulty_right",
        "SELECT config, input, layer, outcome, sdc, golden_right, faulty_right FROM trial",
        "INSERT INTO temp.ended VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    };

    return count_into(store, &ended, 1, error);
}

gboolean store_count_struck(struct store *store, GError **error)
{
    static const struct counted_query struck = {
        "struck", "site, reg, value, bit, width, outcome",
        "SELECT site, reg, value, bit, width, outcome FROM injection JOIN trial ON number = trial WHERE ordinal = 0",
        "INSERT INTO temp.struck VALUES (?, ?, ?, ?, ?, ?, ?)"
    };

    return count_into(store, &struck, 2, error);
}
