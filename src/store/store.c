/* Opening a campaign, and queries on it. */
#include "store/statement.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "store/identity.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define DATABASE "campaign.db"
#define LOCK "campaign.lock"
#define BUSY_MILLISECONDS 10000

/* Passes the rows of a prepared query to `row`. */
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
    return code == SQLITE_DONE || store_fail(store, error);
}

gboolean store_query(struct store *store, const char *sql, store_row row, gpointer data, GError **error)
{
    sqlite3_stmt *query = NULL;
    gboolean done;

    if (sqlite3_prepare_v2(store->db, sql, -1, &query, NULL) != SQLITE_OK)
        return store_fail(store, error);
    if (!query || !sqlite3_stmt_readonly(query)) {
        sqlite3_finalize(query);
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' is not a query that only reads", sql);
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

gboolean store_is_program(struct store *store)
{
    g_autofree char *kind = store_get(store, "kind");

    return g_strcmp0(kind, "program") == 0;
}

gboolean store_is_exhaustive(struct store *store)
{
    g_autofree char *fact = store_get(store, "exhaustive");

    return fact != NULL;
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
                "%s: the folder holds another campaign. Choose another one with %s. What differs:\n%s", dir,
                setting_name("out"), differences);
    return FALSE;
}

/* Adds what older formats lack. */
static gboolean add_tables(struct store *store, GError **error)
{
    g_autofree char *version = g_strdup_printf("PRAGMA user_version = %d", SCHEMA_VERSION);

    return store->version == SCHEMA_VERSION ||
           (store_begin(store, error) && store_execute(store, SCHEMA_PROPAGATION SCHEMA_TENSORS SCHEMA_LINES, error) &&
            (store->version >= SCHEMA_WITH_TENSORS || store_execute(store, SCHEMA_ADD_TENSORS SCHEMA_RESULT, error)) &&
            store_execute(store, version, error) && store_commit(store, error));
}

/* Tables and identity are created in one transaction, before the journal mode that needs a second file. */
static gboolean create_tables(struct store *store, const char *identity, GError **error)
{
    g_autofree char *marks =
        g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d", SCHEMA_APPLICATION, SCHEMA_VERSION);

    return store_begin(store, error) &&
           store_execute(store, SCHEMA SCHEMA_PROPAGATION SCHEMA_TENSORS SCHEMA_LINES SCHEMA_RESULT, error) &&
           store_execute(store, marks, error) && store_set(store, "identity", identity, error) &&
           store_commit(store, error);
}

/* With a write-ahead log, readers and the writer do not block each other; NORMAL survives a kill of the process at any
 * moment. */
static gboolean set_modes(struct store *store, GError **error)
{
    return store_execute(store, "PRAGMA journal_mode = WAL", error) &&
           store_execute(store, "PRAGMA synchronous = NORMAL", error);
}

/* Checks the file's first bytes before SQLite opens it, which could change a file that is not ours. Empty: there is no
 * file, or its creation was interrupted. */
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
        why = g_strdup("the file is damaged or is not a campaign. Restore it from a copy, or choose another folder");
    else if ((header[68] << 24 | header[69] << 16 | header[70] << 8 | header[71]) != SCHEMA_APPLICATION)
        why = g_strdup("the file is an SQLite database, but not one of LLTFI's. Choose another folder");
    if (why)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: %s", path, why);
    return !why;
}

/* A folder without a campaign must be empty, except for the files of an interrupted start. */
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

/* The lock belongs to the process: children that it forks do not hold it, and it ends with the process. */
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
        return store_fail(store, error);
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
           (there || store_execute(store, SCHEMA_SHOW_LINES, error));
}

/* One read transaction, so that all queries see the same state of a campaign that is being run. */
static gboolean start_reading(struct store *store, GError **error)
{
    return store_execute(store, "BEGIN", error) && check_version(store, error) &&
           (store->version >= SCHEMA_WITH_TENSORS || store_execute(store, SCHEMA_SHOW_TENSORS, error)) &&
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
    /* The log's index cannot be created in a folder that is read-only; but then there is no writer either. */
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
    /* Removes the log, so that the campaign is one file. While others read, the log stays. */
    if (store->lock >= 0)
        sqlite3_exec(store->db, "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    sqlite3_close(store->db);
    if (store->lock >= 0)
        close(store->lock);
    g_free(store->path);
    g_free(store);
}
