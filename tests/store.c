/* campaign.db: stored data is read back, kills and full disks lose nothing, files of others are not changed. */
#include "fixture.h"

#include "store/store.h"

#include "base/errors.h"
#include "campaign/record.h"
#include "report/breakdown.h"
#include "store/counted.h"
#include "store/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define IDENTITY "model: abc\nseed: 1\nfault: bitflip"

/* The folder of a campaign that does not exist yet. */
struct place {
    struct fixture parent;
    char *dir;
};

static void place_set_up(struct place *place, gconstpointer data)
{
    set_up(&place->parent, data);
    place->dir = in_folder(&place->parent, "campaign");
}

static void place_tear_down(struct place *place, gconstpointer data)
{
    tear_down(&place->parent, data);
    g_free(place->dir);
}

static struct store *open_store(const char *dir, const char *identity)
{
    g_autoptr(GError) error = NULL;
    struct store *store = store_open(dir, identity, &error);

    g_assert_no_error(error);
    g_assert_nonnull(store);
    return store;
}

static void assert_refused(const char *dir, const char *identity, const char *pattern)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(store_t) store = store_open(dir, identity, &error);

    g_assert_null(store);
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE);
    if (!g_pattern_match_simple(pattern, error->message))
        g_error("expected '%s', got '%s'", pattern, error->message);
}

static struct trial make_trial(uint64_t number, struct injection *injections, int n_injections)
{
    return (struct trial){
        .number = number,
        .layer = 3,
        .outcome = OUTCOME_SDC,
        .sdc = SDC_TOP1 | SDC_EXACT,
        .golden_right = 1,
        .faulty_right = -1,
        .deviation = INFINITY,
        .faulty_class = 7,
        .faulty_confidence = 0.1,
        .golden_class_confidence = NAN,
        .seconds = 0.25,
        .n_injections = n_injections,
        .injections = injections,
    };
}

static void put_trial(struct store *store, uint64_t number)
{
    struct injection injection = { .site = 1, .cycle = number + 1, .bit = 30, .width = 32, .mask = { 1u << 30 } };
    struct trial trial = make_trial(number, &injection, 1);
    g_autoptr(GError) error = NULL;

    store_put_trial(store, &trial, &error);
    g_assert_no_error(error);
}

static void assert_done(struct store *store, uint64_t first, uint64_t end)
{
    g_autoptr(GArray) done = store_done(store, NULL);

    g_assert_nonnull(done);
    g_assert_cmpuint(done->len, ==, end - first);
    for (guint i = 0; i < done->len; i++)
        g_assert_cmpuint(g_array_index(done, uint64_t, i), ==, first + i);
}

static void a_trial_comes_back_as_it_was_stored(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct injection injections[2] = {
        { .site = 5,
          .cycle = UINT64_C(1) << 40,
          .reg_index = 1,
          .bit = 31,
          .mask = { 1u << 31 },
          .old_value = { 0x3f800000 },
          .new_value = { 0xbf800000 },
          .width = 32 },
        { .site = 6,
          .cycle = 12,
          .bit = 127,
          .mask = { 0, UINT64_C(1) << 63 },
          .old_value = { 1, 2 },
          .new_value = { UINT64_MAX, 0x8000000000000002 },
          .width = 128 },
    };
    struct trial trial = make_trial(17, injections, 2), read = { 0 };
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);

    g_assert_true(store_put_trial(store, &trial, NULL));
    g_assert_true(store_get_trial(store, 17, &read, NULL));
    g_assert_cmpuint(read.number, ==, 17);
    g_assert_cmpint(read.outcome, ==, OUTCOME_SDC);
    g_assert_cmphex(read.sdc, ==, trial.sdc);
    g_assert_cmpint(read.golden_right, ==, 1);
    g_assert_cmpint(read.faulty_right, ==, -1);
    g_assert_true(isinf(read.deviation));
    g_assert_true(isnan(read.golden_class_confidence));
    g_assert_cmpfloat(read.faulty_confidence, ==, 0.1);
    g_assert_cmpint(read.n_injections, ==, 2);
    for (int i = 0; i < 2; i++)
        g_assert_cmpmem(&read.injections[i], sizeof(read.injections[i]), &injections[i], sizeof(injections[i]));
    trial_clear(&read);
}

static void a_record_comes_back_as_it_was_stored(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct change changes[11] = {
        { 3, 0, 1, 1, 1270, 0.5, -0.5, 1, 1, 2, FALSE },
        { 4, 1, 5000000000, 0, 4999999999, 1, NAN, 9, NAN, NAN, FALSE },
        { 5, 0, .masked = TRUE },
    };
    struct trial trial = make_trial(4, NULL, 0), read = { 0 };
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);

    for (int c = 3; c < 11; c++)
        changes[c] = (struct change){ 3 + c, 0, 7, 6, 5, 4, INFINITY, 3, INFINITY, INFINITY, FALSE };
    trial.n_changes = 11;
    trial.changes = changes;
    g_assert_true(store_set(store, "record", "true", NULL));
    g_assert_true(store_put_trial(store, &trial, NULL));
    g_assert_true(store_get_trial(store, 4, &read, NULL));
    g_assert_cmpint(read.n_changes, ==, 11);
    for (int c = 0; c < 11; c++) {
        g_assert_cmpint(read.changes[c].layer, ==, changes[c].layer);
        g_assert_cmpint(read.changes[c].output, ==, changes[c].output);
        g_assert_cmpuint(read.changes[c].changed, ==, changes[c].changed);
        g_assert_cmpuint(read.changes[c].one_bit, ==, changes[c].one_bit);
        g_assert_cmpuint(read.changes[c].first, ==, changes[c].first);
        g_assert_cmpfloat(read.changes[c].golden, ==, changes[c].golden);
        g_assert_true(read.changes[c].faulty == changes[c].faulty || isnan(changes[c].faulty));
        g_assert_cmpint(isnan(read.changes[c].faulty), ==, isnan(changes[c].faulty));
        g_assert_cmpint(isnan(read.changes[c].largest), ==, isnan(changes[c].largest));
        g_assert_cmpuint(read.changes[c].bits, ==, changes[c].bits);
        g_assert_cmpint(read.changes[c].masked, ==, changes[c].masked);
    }
    trial_clear(&read);
}

static gboolean append_values(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data,
                              GError **error G_GNUC_UNUSED)
{
    for (int i = 0; i < columns; i++)
        g_string_append_printf(data, "%s ", values[i] ? values[i] : "-");
    return TRUE;
}

static void a_struck_element_comes_back_without_a_site(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct injection injection = { .bit = 3,
                                   .mask = { 8 },
                                   .old_value = { 1 },
                                   .new_value = { 9 },
                                   .width = 32,
                                   .level = LEVEL_WEIGHT,
                                   .value = 7,
                                   .element = UINT64_C(1) << 33 };
    struct store_tensor tensor = { 7, 3, "conv1.weight", "float", "6x1x5x5", 150, FALSE };
    struct trial trial = make_trial(17, &injection, 1), read = { 0 };
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);
    g_autoptr(GString) text = g_string_new(NULL);

    g_assert_true(store_set(store, "level", "weight", NULL));
    g_assert_true(store_put_tensor(store, &tensor, NULL));
    g_assert_true(store_put_tensor(store, &tensor, NULL));
    g_assert_true(store_put_trial(store, &trial, NULL));
    g_assert_true(store_get_trial(store, 17, &read, NULL));
    g_assert_cmpmem(read.injections, sizeof(injection), &injection, sizeof(injection));
    g_assert_true(store_query(store,
                              "SELECT site, cycle, reg, tensor_name, element_type, element, llfi_index FROM result",
                              append_values, text, NULL));
    g_assert_cmpstr(text->str, ==, "- - - conv1.weight float 8589934592 - ");
    trial_clear(&read);
    tensor.elements++;
    g_assert_false(store_put_tensor(store, &tensor, NULL));
}

/* The tables of format 1 that a campaign uses, with one trial. */
static const char format_1[] =
    "PRAGMA application_id = 1280070726; PRAGMA user_version = 1;"
    "CREATE TABLE campaign (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE layer (number INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL,"
    " instructions INTEGER NOT NULL, selected INTEGER NOT NULL, seconds REAL);"
    "CREATE TABLE site (number INTEGER PRIMARY KEY, llfi_index INTEGER NOT NULL, layer INTEGER NOT NULL,"
    " opcode INTEGER NOT NULL, function TEXT, text TEXT, registers INTEGER NOT NULL, count INTEGER NOT NULL);"
    "CREATE TABLE site_register (site INTEGER, reg INTEGER, position INTEGER NOT NULL, width INTEGER NOT NULL,"
    " PRIMARY KEY (site, reg)) WITHOUT ROWID;"
    "CREATE TABLE trial (number INTEGER PRIMARY KEY, config INTEGER NOT NULL, input INTEGER NOT NULL,"
    " layer INTEGER NOT NULL, outcome TEXT NOT NULL, sdc INTEGER NOT NULL, signal INTEGER NOT NULL,"
    " golden_right INTEGER, faulty_right INTEGER, deviation REAL, faulty_class INTEGER, faulty_confidence REAL,"
    " golden_class_confidence REAL, seconds REAL NOT NULL);"
    "CREATE TABLE injection (trial INTEGER, ordinal INTEGER, site INTEGER NOT NULL, cycle INTEGER NOT NULL,"
    " reg INTEGER NOT NULL, bit INTEGER NOT NULL, width INTEGER NOT NULL, mask TEXT NOT NULL,"
    " old_value TEXT NOT NULL, new_value TEXT NOT NULL, PRIMARY KEY (trial, ordinal)) WITHOUT ROWID;"
    "CREATE VIEW result AS SELECT trial.*, layer.name AS layer_name, layer.type AS layer_type, injection.site,"
    " site.llfi_index, site.opcode, site.function, site.text, injection.cycle, injection.reg,"
    " site_register.position, injection.bit, injection.width, injection.mask, injection.old_value,"
    " injection.new_value FROM trial LEFT JOIN layer ON layer.number = trial.layer"
    " LEFT JOIN injection ON injection.trial = trial.number AND injection.ordinal = 0"
    " LEFT JOIN site ON site.number = injection.site"
    " LEFT JOIN site_register ON site_register.site = injection.site AND site_register.reg = injection.reg;"
    "INSERT INTO campaign VALUES ('identity', '" IDENTITY "');"
    "INSERT INTO site VALUES (1, 9, 3, 8, 'conv', '%3 = fadd float %1, %2', 1, 100);"
    "INSERT INTO site_register VALUES (1, 0, 0, 32);"
    "INSERT INTO trial VALUES (0, 0, 0, 3, 'SDC', 3, 0, NULL, NULL, 0.5, 7, 0.1, NULL, 0.25);"
    "INSERT INTO injection VALUES (0, 0, 1, 12, 0, 30, 32, '40000000', '00000001', '40000001');";

static void assert_old_trial(struct store *store, uint64_t trials)
{
    struct trial trial = { 0 };
    g_autoptr(breakdown_t) bits = breakdown_load(store, BY_BIT, NULL), lines = breakdown_load(store, BY_LINE, NULL);

    g_assert_true(store_get_trial(store, 0, &trial, NULL));
    g_assert_cmpint(trial.n_injections, ==, 1);
    g_assert_cmpint(trial.injections[0].level, ==, LEVEL_INSTRUCTION);
    g_assert_cmpuint(trial.injections[0].site, ==, 1);
    g_assert_cmpuint(trial.injections[0].cycle, ==, 12);
    g_assert_cmpint(trial.n_changes, ==, 0);
    trial_clear(&trial);
    g_assert_nonnull(lines);
    g_assert_cmpuint(lines->groups->len, ==, 0);
    g_assert_nonnull(bits);
    g_assert_cmpuint(bits->total.outcomes[OUTCOME_SDC], ==, trials);
}

static void change_file(const char *dir, const char *sql)
{
    g_autofree char *path = g_build_filename(dir, "campaign.db", NULL);
    sqlite3 *db;

    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(db);
}

static void a_campaign_of_the_first_format_is_read_and_goes_on(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct store *store;

    g_mkdir_with_parents(place->dir, 0700);
    change_file(place->dir, format_1);
    store = store_open_read(place->dir, NULL);
    g_assert_nonnull(store);
    g_assert_false(store_has_propagation(store));
    assert_old_trial(store, 1);
    store_close(store);
    store = open_store(place->dir, IDENTITY);
    put_trial(store, 1);
    assert_done(store, 0, 2);
    assert_old_trial(store, 2);
    g_assert_true(store_put_edge(store, 2, 0, 1, 0, NULL));
    store_close(store);
    store = store_open_read(place->dir, NULL);
    assert_old_trial(store, 2);
    store_close(store);
    change_file(place->dir, "PRAGMA user_version = 77");
    assert_refused(place->dir, IDENTITY, "*another version of LLTFI (format 77*");
}

/* The table of lines was added to format 3 without a new format number. */
static void a_campaign_of_the_third_format_is_read_and_goes_on(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct store *store = open_store(place->dir, IDENTITY);
    g_autoptr(breakdown_t) lines = NULL;

    put_trial(store, 0);
    store_close(store);
    change_file(place->dir, "DROP TABLE line; PRAGMA user_version = 3");
    store = store_open_read(place->dir, NULL);
    g_assert_nonnull(store);
    lines = breakdown_load(store, BY_LINE, NULL);
    g_assert_nonnull(lines);
    g_assert_cmpuint(lines->groups->len, ==, 0);
    store_close(store);
    store = open_store(place->dir, IDENTITY);
    put_trial(store, 1);
    assert_done(store, 0, 2);
    store_close(store);
}

static void a_trial_that_is_not_there_is_no_error(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);
    g_autoptr(GError) error = NULL;
    struct trial trial;

    g_assert_false(store_get_trial(store, 1, &trial, &error));
    g_assert_no_error(error);
}

static void a_trial_is_stored_once(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);
    g_autoptr(GError) error = NULL;
    struct trial trial = make_trial(0, NULL, 0);

    g_assert_true(store_put_trial(store, &trial, NULL));
    g_assert_false(store_put_trial(store, &trial, &error));
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "trial 0"));
    assert_done(store, 0, 1);
}

static void a_campaign_goes_on_where_it_was_left(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct store *store = open_store(place->dir, IDENTITY);
    g_autofree char *model = NULL;

    g_assert_true(store_set(store, "model", "a", NULL));
    g_assert_true(store_set(store, "model", "b.onnx", NULL));
    for (uint64_t k = 0; k < 5; k++)
        put_trial(store, k);
    store_close(store);
    store = open_store(place->dir, IDENTITY);
    assert_done(store, 0, 5);
    put_trial(store, 5);
    assert_done(store, 0, 6);
    model = store_get(store, "model");
    g_assert_cmpstr(model, ==, "b.onnx");
    g_assert_null(store_get(store, "unknown"));
    store_close(store);
}

static void equal_facts_may_be_put_again_and_others_not(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct site_register registers[2] = { { 0, 32 }, { 1, 32 } };
    struct site site = { 9, 1, 14, (char *)"conv", (char *)"%3 = fadd float %1, %2", 2, registers, 100 };
    struct store_layer layer = { 1, "conv", "Conv", 1000, 100, 0.5 };
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < 2; i++) {
        layer.seconds = i;
        g_assert_true(store_put_layer(store, &layer, NULL));
        g_assert_true(store_put_site(store, 4, &site, NULL));
        g_assert_true(store_put_input(store, 0, "x.npy", -1, NAN, -1, NULL));
        g_assert_true(store_put_config(store, 0, "runOption[0]", "bitflip", NULL));
    }
    registers[1].width = 64;
    g_assert_false(store_put_site(store, 4, &site, &error));
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "site 4 is not what the stored trials were run with"));
    layer.selected++;
    g_assert_false(store_put_layer(store, &layer, NULL));
    g_assert_false(store_put_input(store, 0, "x.npy", 3, NAN, -1, NULL));
}

static void put_facts(struct store *store, const char *const facts[][2], size_t n)
{
    for (size_t f = 0; f < n; f++)
        g_assert_true(store_set(store, facts[f][0], facts[f][1], NULL));
}

/* Lists were texts with one line for each element, and the program was not in the description. */
static void a_program_of_an_older_version_is_read(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    const char *const facts[][2] = {
        { "kind", "program" },
        { "campaign", "seed: 5\n" },
        { "model", "/a.c" },
        { "folder", "/" },
        { "sources", "a.c\nb.cc\n" },
        { "arguments", "\nx\\ny\\\\\n" },
        { "files", "in\n" },
        { "links", "" },
        { "outputs", "o1\no2\n" },
        { "cflags", "-O2" },
        { "libs", "" },
        { "stdin", "s.txt" },
        { "cxx", "1" },
        { "threads", "0" },
        { "detected_status", "4" },
    };
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);
    g_autoptr(campaign_t) campaign = NULL;
    g_autoptr(GError) error = NULL;
    const struct program_option *program;

    put_facts(store, facts, G_N_ELEMENTS(facts));
    campaign = campaign_store_get(store, place->dir, &error);
    g_assert_no_error(error);
    program = &campaign->program;
    g_assert_cmpint(campaign->seed, ==, 5);
    g_assert_cmpstr(campaign->model, ==, "/a.c");
    g_assert_cmpuint(program->sources->len, ==, 2);
    g_assert_cmpstr(program->sources->pdata[1], ==, "b.cc");
    g_assert_cmpuint(program->arguments->len, ==, 2);
    g_assert_cmpstr(program->arguments->pdata[0], ==, "");
    g_assert_cmpstr(program->arguments->pdata[1], ==, "x\ny\\");
    g_assert_cmpstr(program->files->pdata[0], ==, "in");
    g_assert_cmpuint(program->links->len, ==, 0);
    g_assert_cmpuint(program->outputs->len, ==, 2);
    g_assert_cmpstr(program->cflags, ==, "-O2");
    g_assert_null(program->libs);
    g_assert_cmpstr(program->input, ==, "s.txt");
    g_assert_true(program->cxx && !program->threads);
    g_assert_cmpint(program->detected_status, ==, 3);
}

static void another_campaigns_folder_is_refused_with_what_differs(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    struct store *store = open_store(place->dir, IDENTITY);

    put_trial(store, 0);
    store_close(store);
    assert_refused(place->dir, "model: abc\nseed: 2\nfault: bitflip\nlayer: Conv",
                   "*holds another campaign*out*differs:\n  seed: 1 there, 2 here\n  layer: Conv: only here");
    store = open_store(place->dir, IDENTITY);
    assert_done(store, 0, 1);
    store_close(store);
}

static void identities_are_compared_line_by_line(void)
{
    g_autofree char *none = identity_differences("a: 1\nb: 2\n", "b: 2\na: 1");
    g_autofree char *some = identity_differences("- x: 1\n- x: 2\nend", "- x: 1\n- x: 3\nstart");

    g_assert_null(none);
    g_assert_cmpstr(some, ==, "  - x: 2 there, 3 here\n  end: only there\n  start: only here");
}

static void a_folder_with_other_files_is_refused(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *file = g_build_filename(place->dir, "thesis.tex", NULL);
    g_autofree char *database = g_build_filename(place->dir, "campaign.db", NULL);

    g_assert_cmpint(g_mkdir(place->dir, 0777), ==, 0);
    g_assert_true(g_file_set_contents(file, "x", 1, NULL));
    assert_refused(place->dir, IDENTITY, "*other files ('thesis.tex')*");
    g_assert_false(g_file_test(database, G_FILE_TEST_EXISTS));
}

static void a_file_that_is_no_campaign_is_refused_and_left_alone(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(place->dir, "campaign.db", NULL);
    g_autofree char *after = NULL;

    g_assert_cmpint(g_mkdir(place->dir, 0777), ==, 0);
    g_assert_true(g_file_set_contents(path, "these are my notes", -1, NULL));
    assert_refused(place->dir, IDENTITY, "*campaign.db: *damaged or is not a campaign*");
    g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
    g_assert_cmpstr(after, ==, "these are my notes");
}

static void a_damaged_campaign_is_refused(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(place->dir, "campaign.db", NULL);
    struct store *store = open_store(place->dir, IDENTITY);
    g_autofree char *content = NULL;
    gsize size;

    for (uint64_t k = 0; k < 200; k++)
        put_trial(store, k);
    store_close(store);
    g_assert_true(g_file_get_contents(path, &content, &size, NULL));
    memset(content + 4096, 0x5a, size - 4096);
    g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
    assert_refused(place->dir, IDENTITY, "*campaign.db: *damaged*");
    g_assert_true(g_file_set_contents(path, content, (gssize)size / 2, NULL));
    assert_refused(place->dir, IDENTITY, "*campaign.db: *damaged*");
}

static void an_empty_file_of_a_start_that_was_cut_short_is_taken(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(place->dir, "campaign.db", NULL);
    g_autoptr(store_t) store = NULL;

    g_assert_cmpint(g_mkdir(place->dir, 0777), ==, 0);
    g_assert_true(g_file_set_contents(path, "", 0, NULL));
    store = open_store(place->dir, IDENTITY);
    put_trial(store, 0);
}

/* Forks a child that opens the store and calls `work` until it is killed or ends; its parent gets the bytes that it
 * writes to the pipe. */
static pid_t start_child(const char *dir, void (*work)(struct store *, int), int *from)
{
    int ends[2];
    pid_t child;

    g_assert_cmpint(pipe(ends), ==, 0);
    child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        close(ends[0]);
        work(open_store(dir, IDENTITY), ends[1]);
        _exit(0);
    }
    close(ends[1]);
    *from = ends[0];
    return child;
}

/* Writes batches of three trials without end, and reports every number after its commit. */
static void write_trials_for_ever(struct store *store, int to)
{
    for (uint64_t k = 0;; k += 3) {
        uint64_t reported = k + 3;

        store_begin(store, NULL);
        for (uint64_t i = k; i < reported; i++)
            put_trial(store, i);
        if (!store_commit(store, NULL) || write(to, &reported, sizeof(reported)) != sizeof(reported))
            _exit(1);
    }
}

static uint64_t kill_after(pid_t child, int from, int reports)
{
    uint64_t reported = 0;

    for (int i = 0; i < reports; i++)
        g_assert_cmpint(read(from, &reported, sizeof(reported)), ==, sizeof(reported));
    kill(child, SIGKILL);
    while (read(from, &reported, sizeof(reported)) == sizeof(reported))
        ;
    close(from);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    return reported;
}

static void a_kill_at_any_moment_loses_nothing_reported(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    for (int round = 1; round <= 8; round++) {
        g_autofree char *dir = g_strdup_printf("%s-%d", place->dir, round);
        int from;
        pid_t child = start_child(dir, write_trials_for_ever, &from);
        uint64_t reported = kill_after(child, from, round * 7);
        g_autoptr(store_t) store = open_store(dir, IDENTITY);
        g_autoptr(GArray) done = store_done(store, NULL);

        /* The file may hold one batch more than the child could report before it was killed, but never half a batch. */
        g_assert_cmpuint(done->len, >=, reported);
        g_assert_cmpuint(done->len, <=, reported + 3);
        g_assert_cmpuint(done->len % 3, ==, 0);
        assert_done(store, 0, done->len);
        put_trial(store, done->len);
    }
}

static void hold_store(struct store *store, int to)
{
    uint64_t ready = 1;

    put_trial(store, 0);
    if (write(to, &ready, sizeof(ready)) != sizeof(ready))
        _exit(1);
    pause();
    store_close(store);
}

static void a_campaign_that_is_closed_is_one_file(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *log = g_build_filename(place->dir, "campaign.db-wal", NULL);
    struct store *store = open_store(place->dir, IDENTITY);

    put_trial(store, 0);
    g_assert_true(g_file_test(log, G_FILE_TEST_EXISTS));
    store_close(store);
    g_assert_false(g_file_test(log, G_FILE_TEST_EXISTS));
    store = store_open_read(place->dir, NULL);
    assert_done(store, 0, 1);
    store_close(store);
    g_assert_false(g_file_test(log, G_FILE_TEST_EXISTS));
}

static void two_processes_cannot_run_one_campaign_but_one_can_read_it(struct place *place,
                                                                      gconstpointer data G_GNUC_UNUSED)
{
    int from;
    pid_t child = start_child(place->dir, hold_store, &from);
    g_autofree char *pattern = g_strdup_printf("*process %d is running this campaign*", (int)child);
    struct store *reader;
    uint64_t ready;

    g_assert_cmpint(read(from, &ready, sizeof(ready)), ==, sizeof(ready));
    assert_refused(place->dir, IDENTITY, pattern);
    reader = store_open_read(place->dir, NULL);
    g_assert_nonnull(reader);
    assert_done(reader, 0, 1);
    store_close(reader);
    kill_after(child, from, 0);
    store_close(open_store(place->dir, IDENTITY));
}

/* Stores batches until one fails; the number of trials that were stored before. */
static uint64_t fill(struct store *store, GError **error)
{
    for (uint64_t k = 0; k < 1000000; k += 100) {
        gboolean stored = store_begin(store, error);

        for (uint64_t i = k; stored && i < k + 100; i++) {
            struct injection injection = { .site = 1, .cycle = i, .width = 32 };
            struct trial trial = make_trial(i, &injection, 1);

            stored = store_put_trial(store, &trial, error);
        }
        if (!stored || !store_commit(store, error))
            return k;
    }
    return G_MAXUINT64;
}

/* Runs in a child, because the limit is the process's; exit status 0: all checks passed. */
static void fill_to_the_limit(const char *dir)
{
    struct rlimit limit = { 256 << 10, 1 << 20 };
    struct store *store = open_store(dir, IDENTITY);
    g_autoptr(GError) error = NULL;
    uint64_t stored;

    setrlimit(RLIMIT_FSIZE, &limit);
    stored = fill(store, &error);
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "ulimit -f"));
    assert_done(store, 0, stored);
    store_close(store);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
    store = open_store(dir, IDENTITY);
    assert_done(store, 0, stored);
    put_trial(store, stored);
    store_close(store);
    _exit(0);
}

static void a_file_size_limit_is_an_error_and_loses_nothing(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    pid_t child = fork();
    int status;

    if (child == 0)
        fill_to_the_limit(place->dir);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

static void a_full_disk_is_an_error_and_loses_nothing(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    struct store *store;
    uint64_t stored;

    g_assert_cmpint(g_mkdir(place->dir, 0777), ==, 0);
    if (mount("lltfi-test", place->dir, "tmpfs", 0, "size=512k") != 0) {
        g_test_skip("mounting a small file system needs rights that this process lacks");
        return;
    }
    store = open_store(place->dir, IDENTITY);
    stored = fill(store, &error);
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "the disk is full"));
    assert_done(store, 0, stored);
    store_close(store);
    g_assert_cmpint(mount("lltfi-test", place->dir, "tmpfs", MS_REMOUNT, "size=8m"), ==, 0);
    store = open_store(place->dir, IDENTITY);
    assert_done(store, 0, stored);
    put_trial(store, stored);
    store_close(store);
    g_assert_cmpint(umount(place->dir), ==, 0);
}

static gboolean refuse_row(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values G_GNUC_UNUSED,
                           gpointer data G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    return FALSE;
}

static void queries_only_read(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);
    g_autoptr(GError) error = NULL;

    put_trial(store, 0);
    g_assert_false(store_query(store, "DELETE FROM trial", refuse_row, NULL, &error));
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE);
    assert_done(store, 0, 1);
}

static void reading_a_folder_without_campaign_is_an_error(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(store_open_read(place->dir, &error));
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE);
    g_assert_nonnull(strstr(error->message, "holds no campaign"));
    g_assert_false(g_file_test(place->dir, G_FILE_TEST_EXISTS));
}

static void thousands_of_trials_a_second(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);
    gint64 start = g_get_monotonic_time();

    for (uint64_t k = 0; k < 20000; k++) {
        if (k % 100 == 0)
            g_assert_true(store_begin(store, NULL));
        put_trial(store, k);
        if (k % 100 == 99)
            g_assert_true(store_commit(store, NULL));
    }
    g_test_message("%.0f trials/s", 20000e6 / (double)(g_get_monotonic_time() - start));
    assert_done(store, 0, 20000);
}

/* Rows of a query as "column column..." lines. */
static gboolean add_line(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data,
                         GError **error G_GNUC_UNUSED)
{
    for (int c = 0; c < columns; c++)
        g_string_append_printf(data, "%s%c", values[c] ? values[c] : "NULL", c + 1 < columns ? ' ' : '\n');
    return TRUE;
}

static void assert_equal_rows(struct store *store, const char *one, const char *other)
{
    g_autoptr(GString) left = g_string_new(NULL), right = g_string_new(NULL);

    g_assert_true(store_query(store, one, add_line, left, NULL));
    g_assert_true(store_query(store, other, add_line, right, NULL));
    g_assert_cmpstr(left->str, ==, right->str);
    g_assert_cmpuint(left->len, >, 0);
}

/* Counting in one pass gives the same as SQLite's GROUP BY; of a store that is being written, the current state counts.
 */
static void trials_are_counted_as_sql_groups_them(struct place *place, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(store_t) store = open_store(place->dir, IDENTITY);

    for (uint64_t k = 0; k < 60; k++) {
        struct injection injections[2] = { { .site = k % 3, .reg_index = k % 2, .bit = 31, .width = 32 },
                                           { .site = 9, .width = 8 } };
        struct trial trial = make_trial(k, injections, k % 4 == 3 ? 0 : 1 + k % 2);

        trial.outcome = k % 5 == 0 ? OUTCOME_NOT_ACTIVATED : OUTCOME_BENIGN;
        trial.faulty_right = (int)(k % 3) - 1;
        g_assert_true(store_put_trial(store, &trial, NULL));
        if (k % 30 < 29)
            continue;
        g_assert_true(store_count_ended(store, NULL) && store_count_struck(store, NULL));
        assert_equal_rows(store, "SELECT * FROM ended ORDER BY outcome, faulty_right",
                          "SELECT config, input, layer, outcome, sdc, golden_right, faulty_right, count(*) FROM trial"
                          " GROUP BY outcome, faulty_right ORDER BY outcome, faulty_right");
        assert_equal_rows(store, "SELECT * FROM struck ORDER BY site, reg, outcome",
                          "SELECT site, reg, tensor, bit, width, outcome, count(*) FROM result WHERE bit IS NOT NULL"
                          " GROUP BY site, reg, outcome ORDER BY site, reg, outcome");
    }
}

#define TEST(function) g_test_add("/store/" #function, struct place, NULL, place_set_up, function, place_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(a_trial_comes_back_as_it_was_stored);
    TEST(a_struck_element_comes_back_without_a_site);
    TEST(a_campaign_of_the_first_format_is_read_and_goes_on);
    TEST(a_campaign_of_the_third_format_is_read_and_goes_on);
    TEST(a_record_comes_back_as_it_was_stored);
    TEST(a_trial_that_is_not_there_is_no_error);
    TEST(a_trial_is_stored_once);
    TEST(a_campaign_goes_on_where_it_was_left);
    TEST(equal_facts_may_be_put_again_and_others_not);
    TEST(a_program_of_an_older_version_is_read);
    TEST(another_campaigns_folder_is_refused_with_what_differs);
    TEST(trials_are_counted_as_sql_groups_them);
    g_test_add_func("/store/identities_are_compared_line_by_line", identities_are_compared_line_by_line);
    TEST(a_folder_with_other_files_is_refused);
    TEST(a_file_that_is_no_campaign_is_refused_and_left_alone);
    TEST(a_damaged_campaign_is_refused);
    TEST(an_empty_file_of_a_start_that_was_cut_short_is_taken);
    TEST(a_kill_at_any_moment_loses_nothing_reported);
    TEST(a_campaign_that_is_closed_is_one_file);
    TEST(two_processes_cannot_run_one_campaign_but_one_can_read_it);
    TEST(a_file_size_limit_is_an_error_and_loses_nothing);
    TEST(a_full_disk_is_an_error_and_loses_nothing);
    TEST(queries_only_read);
    TEST(reading_a_folder_without_campaign_is_an_error);
    TEST(thousands_of_trials_a_second);
    return g_test_run();
}
