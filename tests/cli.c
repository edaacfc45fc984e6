/* The command line as users see it: campaigns that are killed, interrupted, run out of disk, resumed, replayed. */
#include "store/store.h"
#include "tool.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRIALS "400"
/* Enough trials that a campaign still runs when it is disturbed. */
#define MANY_TRIALS "8000"

/* A folder of networks that we may not distribute. */
static const char *shared_models;

/* Runs a campaign of `trials` trials to its end. */
static void run_campaign(const struct fixture *fixture, const char *out, const char *jobs, const char *trials)
{
    g_auto(result_t) result = run(fixture, "run", model, "--input", picture, "--trials", trials, "--insttype", "all",
                                  "--registers", "allreg", "--jobs", jobs, "--out", out, NULL);

    assert_ok(&result);
}

static void run_whole(const struct fixture *fixture, const char *out, const char *jobs)
{
    run_campaign(fixture, out, jobs, TRIALS);
}

static gboolean append_row(int columns, char **names G_GNUC_UNUSED, char **values, gpointer data,
                           GError **error G_GNUC_UNUSED)
{
    for (int i = 0; i < columns; i++)
        g_string_append_printf(data, "%s%c", values[i] ? values[i] : "-", i + 1 < columns ? ' ' : '\n');
    return TRUE;
}

static char *query(const struct fixture *fixture, const char *out, const char *sql)
{
    g_autofree char *dir = g_build_filename(fixture->dir, out, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(store_t) store = store_open_read(dir, &error);
    GString *text = g_string_new(NULL);

    g_assert_no_error(error);
    g_assert_true(store_query(store, sql, append_row, text, &error));
    return g_string_free(text, FALSE);
}

/* Every trial with its injections, except times. */
static char *all_trials(const struct fixture *fixture, const char *out)
{
    g_autofree char *trials =
        query(fixture, out,
              "SELECT number, config, input, layer, outcome, sdc, signal, golden_right, faulty_right, deviation,"
              " faulty_class, faulty_confidence, golden_class_confidence FROM trial ORDER BY number");
    g_autofree char *injections = query(fixture, out, "SELECT * FROM injection ORDER BY trial, ordinal");

    return g_strconcat(trials, injections, NULL);
}

static void assert_same_trials(const struct fixture *fixture, const char *one, const char *other)
{
    g_autofree char *left = all_trials(fixture, one), *right = all_trials(fixture, other);

    g_assert_cmpstr(left, ==, right);
}

static guint64 count(const struct fixture *fixture, const char *out, const char *where)
{
    g_autofree char *sql = g_strconcat("SELECT count(*) FROM trial WHERE ", where, NULL);
    g_autofree char *text = query(fixture, out, sql);

    return g_ascii_strtoull(text, NULL, 10);
}

static void wrong_usage_is_status_2_and_a_hint(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *words[5];
        const char *hint;
    } cases[] = {
        { { NULL }, "usage: lltfi VERB" },
        { { "frob" }, "`lltfi --help` lists them" },
        { { "run" }, "say which model" },
        { { "run", "a.onnx", "b.onnx" }, "one model at a time" },
        { { "run", "a.onnx", "--frob" }, "--frob" },
        { { "run", "a.onnx", "--fault", "flip" }, "--fault: " },
        { { "run", "a.onnx", "--trials", "0" }, "--trials: " },
        { { "run", "a.onnx", "--trials", "12x" }, "--trials: " },
        { { "run", "a.onnx", "--exclude", "fadd" }, "--exclude: it needs a selection to exclude from" },
        { { "run", "a.onnx", "--window", "5" }, "--multiple N" },
        { { "run", "a.onnx", "--dim", "batch" }, "--dim: 'batch' must be" },
        { { "run", "a.onnx", "--dim", "batch=0" }, "--dim: '0' is not a whole number from 1" },
        { { "run", "a.onnx", "--timeout", "0" }, "--timeout: '0' is not a number above 0" },
        { { "run", "a.onnx", "--trials", "1000000000001" }, "--trials: " },
        { { "run", "a.onnx", "-n0" }, "--trials: '0'" },
        { { "run", "a.onnx", "-qn0" }, "--trials: '0'" },
        { { "run", "a.onnx", "-O4" }, "--opt-level: '4'" },
        { { "run", "a.onnx", "-jx" }, "--jobs: 'x'" },
        { { "run", "a.c", "--input", "x" }, "'a.c' is a program, and --input is for models" },
        { { "run", "a.onnx", "--cflags", "-O2" }, "'a.onnx' is a model, and --cflags is for programs" },
        { { "run", "a.onnx", "--bits", "3" }, "make it exhaustive" },
        { { "run", "a.onnx", "--contained-only" }, "make it exhaustive" },
        { { "run", "a.onnx", "--exhaustive", "--bits=7..3" }, "--bits: " },
        { { "run", "a.onnx", "--exhaustive", "--bit=3" }, "not by a fixed bit" },
        { { "run", "a.onnx", "--exhaustive", "--num-bits=2" }, "single-bit" },
        { { "run", "a.onnx", "--exhaustive", "--fault=random_value" }, "random_value" },
        { { "run", "a.onnx", "--exhaustive", "--until-error=1%" }, "no interval" },
        { { "run", "a.onnx", "--until-error", "70%" }, "below 50 %" },
        { { "run", "a.onnx", "--until-error-by", "layer" }, "--until-error-by needs the error that is small enough" },
        { { "profile", "a.onnx", "--trials", "5" }, "--trials" },
        { { "profile", "a.onnx", "--by", "day" }, "one of layer, function, opcode" },
        { { "results" }, "lltfi results DIR" },
        { { "results", "x", "--by", "day" }, "layer, bit" },
        { { "results", "x", "--format", "xml" }, "table, csv, json, html or svg" },
        { { "replay", "x" }, "--trial N" },
        { { "compile", "a.onnx" }, "-o FILE" },
        { { "operators", "Conv" }, "--format" },
    };

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        const char *const *words = cases[c].words;
        g_auto(result_t) result = run(fixture, words[0], words[1], words[2], words[3], NULL);

        assert_fails(&result, 2, cases[c].hint);
        g_assert_cmpstr(result.out, ==, "");
    }
}

static void every_verb_has_help(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const verbs[] = { "run", "results", "replay", "profile", "compile", "operators" };

    for (size_t v = 0; v < G_N_ELEMENTS(verbs); v++) {
        g_autofree char *usage = g_strdup_printf("lltfi %s", verbs[v]);
        g_auto(result_t) result = run(fixture, verbs[v], "--help", NULL);

        assert_ok(&result);
        g_assert_nonnull(strstr(result.out, usage));
    }
}

static void what_is_not_there_is_status_1(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) no_model = run(fixture, "run", "none.onnx", "--input", picture, NULL);
    g_auto(result_t) no_input = run(fixture, "run", model, "--input", "none.npy", NULL);
    g_auto(result_t) no_layer = run(fixture, "run", model, "--input", picture, "--layer", "Conv:77", NULL);
    g_auto(result_t) no_cycle =
        run(fixture, "run", model, "--input", picture, "--cycle", "99999999999", "--trials", "1", NULL);
    g_auto(result_t) no_campaign = run(fixture, "results", ".", NULL);

    assert_fails(&no_model, 1, "none.onnx");
    assert_fails(&no_input, 1, "none.npy");
    assert_fails(&no_layer, 1, "check --layer");
    assert_fails(&no_cycle, 1, "past the last cycle");
    assert_fails(&no_campaign, 1, "no campaign");
    g_assert_cmpint(g_rmdir(fixture->dir), ==, 0); /* no files were left */
    g_assert_cmpint(g_mkdir(fixture->dir, 0700), ==, 0);
}

static void jobs_do_not_change_results(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    run_whole(fixture, "one", "1");
    run_whole(fixture, "two", "2");
    assert_same_trials(fixture, "one", "two");
    g_assert_cmpint(count(fixture, "one", "TRUE"), ==, atoi(TRIALS));
    g_assert_cmpint(count(fixture, "one", "outcome = 'crash'"), >, 0);
    g_assert_cmpint(count(fixture, "one", "outcome = 'benign'"), >, 0);
}

static void no_fault_is_benign(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) result =
        run(fixture, "run", model, "--input", picture, "--fault", "none", "--trials", "40", "--out", "none", NULL);

    assert_ok(&result);
    g_assert_cmpint(count(fixture, "none", "outcome = 'benign' AND sdc = 0 AND deviation = 0"), ==, 40);
}

/* Starts a campaign and sends it a signal after a while, with its children or alone. */
static int run_argv_and_signal(const struct fixture *fixture, const char *const *argv, int number, gulong milliseconds)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        setpgid(0, 0);
        if (chdir(fixture->dir) == 0 && freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr))
            execv(program, (char **)argv);
        _exit(127);
    }
    setpgid(pid, pid);
    g_usleep(milliseconds * 1000);
    kill(number == SIGKILL ? pid : -pid, number);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run_and_signal(const struct fixture *fixture, const char *out, int number, gulong milliseconds)
{
    const char *argv[] = { program,     "run",        model, "--input",     picture,  "--trials",
                           MANY_TRIALS, "--insttype", "all", "--registers", "allreg", "--out",
                           out,         "--jobs",     "2",   "--quiet",     NULL };

    return run_argv_and_signal(fixture, argv, number, milliseconds);
}

/* The example of the original LLTFI: its network and picture, read as its driver reads them (gamma 2.2), its answer. */
static void a_network_of_others_gives_what_they_got(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *network = g_build_filename(shared_models, "lltfi", "lltfi-cnn-mnist.onnx", NULL);
    g_autofree char *eight = g_build_filename(shared_models, "lltfi", "eight.png", NULL);
    g_autofree char *golden = NULL;
    g_auto(result_t) result = { 0 };

    if (!g_file_test(network, G_FILE_TEST_EXISTS)) {
        g_autofree char *why = g_strdup_printf("there is no %s", network);

        g_test_skip(why);
        return;
    }
    result = run(fixture, "run", network, "--input", eight, "--layout", "NHWC", "--gamma", "2.2", "--trials", "1",
                 "--out", "shared", NULL);
    assert_ok(&result);
    golden = query(fixture, "shared", "SELECT golden_class, printf('%.6f', golden_confidence) FROM input");
    g_assert_cmpstr(golden, ==, "8 0.998805\n");
}

static void a_killed_campaign_goes_on(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const gulong moments[] = { 30, 120, 250, 350, 450, 600 };

    run_campaign(fixture, "whole", "2", MANY_TRIALS);
    for (size_t m = 0; m < G_N_ELEMENTS(moments); m++)
        run_and_signal(fixture, "killed", SIGKILL, moments[m]);
    run_campaign(fixture, "killed", "2", MANY_TRIALS);
    assert_same_trials(fixture, "whole", "killed");
}

/* Ctrl-C also signals the children that run trials: none of these may count as a crash. */
static void an_interrupted_campaign_keeps_its_trials(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    run_campaign(fixture, "whole", "2", MANY_TRIALS);
    for (gulong moment = 300; moment <= 700; moment += 200) {
        int status = run_and_signal(fixture, "interrupted", SIGINT, moment);

        g_assert_true(status == 0 || status == 128 + SIGINT);
    }
    run_campaign(fixture, "interrupted", "2", MANY_TRIALS);
    g_assert_cmpint(count(fixture, "interrupted", "signal = 2"), ==, 0);
    assert_same_trials(fixture, "whole", "interrupted");
}

static void a_finished_campaign_is_only_printed(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *before = NULL, *after = NULL;

    run_whole(fixture, "done", "2");
    before = query(fixture, "done", "SELECT number, seconds FROM trial ORDER BY number");
    run_whole(fixture, "done", "2");
    after = query(fixture, "done", "SELECT number, seconds FROM trial ORDER BY number");
    g_assert_cmpstr(before, ==, after);
}

static void a_full_disk_is_an_error_and_loses_nothing(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *command = g_strdup_printf("ulimit -f 600; exec '%s' run '%s' --input '%s' --trials " MANY_TRIALS
                                               " --insttype all --registers allreg --out full",
                                               program, model, picture);
    const char *const argv[] = { "sh", "-c", command, NULL };
    g_auto(result_t) result = run_argv(fixture, argv);

    assert_fails(&result, 1, "campaign.db");
    g_assert_nonnull(strstr(result.err, "run the same command to go on"));
    run_campaign(fixture, "full", "2", MANY_TRIALS);
    run_campaign(fixture, "whole", "2", MANY_TRIALS);
    assert_same_trials(fixture, "whole", "full");
}

static void another_campaigns_folder_is_left_alone(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *before = NULL, *after = NULL;
    g_auto(result_t) result = { 0 };

    run_whole(fixture, "mine", "2");
    before = all_trials(fixture, "mine");
    result = run(fixture, "run", model, "--input", picture, "--trials", TRIALS, "--seed", "2", "--out", "mine", NULL);
    assert_fails(&result, 1, "the folder holds another campaign");
    g_assert_nonnull(strstr(result.err, "seed: 1 there, 2 here"));
    after = all_trials(fixture, "mine");
    g_assert_cmpstr(before, ==, after);
}

static void replay_gives_the_stored_outcome(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *numbers = NULL;
    g_auto(GStrv) lines = NULL;

    run_whole(fixture, "campaign", "2");
    numbers =
        query(fixture, "campaign",
              "SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY outcome, sdc ORDER BY number) AS k"
              " FROM trial) WHERE k <= 2");
    lines = g_strsplit(numbers, "\n", -1);
    for (char **line = lines; *line && **line; line++) {
        g_auto(result_t) table = run(fixture, "replay", "campaign", "--trial", *line, "--values", "3", NULL);

        assert_ok(&table);
        g_assert_nonnull(strstr(table.out, "as in the campaign"));
    }
}

static void replay_refuses_a_changed_model(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *copy = g_build_filename(fixture->dir, "copy.onnx", NULL), *bytes = NULL;
    gsize size;
    g_auto(result_t) first = { 0 }, second = { 0 };

    g_assert_true(g_file_get_contents(model, &bytes, &size, NULL));
    g_assert_true(g_file_set_contents(copy, bytes, (gssize)size, NULL));
    first = run(fixture, "run", "copy.onnx", "--input", picture, "--trials", "5", NULL);
    assert_ok(&first);
    bytes[size / 2] ^= 1;
    g_assert_true(g_file_set_contents(copy, bytes, (gssize)size, NULL));
    second = run(fixture, "replay", "lltfi-copy", "--trial", "0", NULL);
    assert_fails(&second, 1, "has changed since the campaign ran");
}

static void assert_json(const char *text)
{
    g_autofree char *path = NULL, *python = g_find_program_in_path("python3");
    int file = g_file_open_tmp("lltfi-XXXXXX.json", &path, NULL);
    char *argv[] = { python, "-c", "import json, sys; json.load(open(sys.argv[1]))", path, NULL };
    int status = 1;

    close(file);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_true(!python || (g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, NULL) &&
                              status == 0));
    g_unlink(path);
}

/* Asserts that all lines have the same number of fields; a quoted text is one field. */
static void assert_csv(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    guint fields = 0;

    for (char **line = lines; *line && **line; line++) {
        guint here = 1;
        gboolean quoted = FALSE;

        for (const char *c = *line; *c; c++) {
            quoted ^= *c == '"';
            here += *c == ',' && !quoted;
        }
        fields = fields ? fields : here;
        g_assert_cmpuint(here, ==, fields);
    }
    g_assert_cmpuint(fields, >, 1);
}

static void replay_gives_the_stored_record(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *numbers = NULL, *svg = g_build_filename(fixture->dir, "way.svg", NULL), *drawn = NULL;
    g_auto(GStrv) lines = NULL;
    g_auto(result_t) campaign = run(fixture, "run", model, "--input", picture, "--trials", TRIALS, "--insttype", "all",
                                    "--registers", "allreg", "--record", "--out", "recorded", NULL);

    assert_ok(&campaign);
    g_assert_nonnull(strstr(campaign.out, "of the struck layer"));
    numbers = query(fixture, "recorded",
                    "SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY outcome, sdc ORDER BY number)"
                    " AS k FROM trial) WHERE k <= 3");
    lines = g_strsplit(numbers, "\n", -1);
    for (char **line = lines; *line && **line; line++) {
        g_auto(result_t) table = run(fixture, "replay", "recorded", "--trial", *line, "--svg", "way.svg", NULL);

        assert_ok(&table);
        g_assert_nonnull(strstr(table.out, "as in the campaign"));
    }
    g_assert_true(g_file_get_contents(svg, &drawn, NULL, NULL));
    g_assert_nonnull(strstr(drawn, "</svg>"));
}

static void what_was_recorded_can_be_exported(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const formats[] = { "table", "csv", "json" };
    g_auto(result_t) campaign =
        run(fixture, "run", model, "--input", picture, "--trials", TRIALS, "--record", "--out", "recorded", NULL);
    g_auto(result_t) each = run(fixture, "results", "recorded", "--by", "propagation", "--per-trial", NULL);
    g_autofree char *svg = g_build_filename(fixture->dir, "recorded", "graphs", "propagation.svg", NULL);

    assert_ok(&campaign);
    assert_ok(&each);
    assert_csv(each.out);
    g_assert_true(g_file_test(svg, G_FILE_TEST_EXISTS));
    for (size_t f = 0; f < G_N_ELEMENTS(formats); f++) {
        g_auto(result_t) result =
            run(fixture, "results", "recorded", "--by", "propagation", "--format", formats[f], NULL);

        assert_ok(&result);
        if (f == 1)
            assert_csv(result.out);
        if (f == 2)
            assert_json(result.out);
    }
    /* Of every run that ended by itself, the fault was masked in one layer or reached the output. */
    g_assert_cmpint(count(fixture, "recorded",
                          "signal = 0 AND outcome <> 'hang' AND"
                          " coalesce((SELECT sum(masked) FROM propagation WHERE trial = number), 0) +"
                          " (SELECT count(*) FROM propagation JOIN layer_output USING (layer, output)"
                          "  WHERE trial = number AND model_output AND changed > 0) <> 1"),
                    ==, 0);
}

static void a_campaign_without_records_says_so(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) plain = { 0 }, export = { 0 }, wrong = { 0 }, resumed = { 0 };

    run_whole(fixture, "plain", "2");
    plain = run(fixture, "results", "plain", "--by", "propagation", NULL);
    export = run(fixture, "results", "plain", "--by", "propagation", "--per-trial", NULL);
    wrong = run(fixture, "results", "plain", "--per-trial", NULL);
    resumed = run(fixture, "run", model, "--input", picture, "--trials", TRIALS, "--insttype", "all", "--registers",
                  "allreg", "--record", "--out", "plain", NULL);
    assert_fails(&plain, 1, "--record");
    assert_fails(&export, 1, "--record");
    assert_fails(&wrong, 2, "--by propagation");
    assert_fails(&resumed, 1, "record: ");
}

static void results_come_in_three_formats(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const by[] = { "all", "layer", "bit", "opcode", "instruction", "input", "config" };

    run_whole(fixture, "campaign", "2");
    for (size_t b = 0; b < G_N_ELEMENTS(by); b++) {
        g_auto(result_t) table = run(fixture, "results", "campaign", "--by", by[b], NULL);
        g_auto(result_t) csv = run(fixture, "results", "campaign", "--by", by[b], "--format", "csv", NULL);
        g_auto(result_t) json = run(fixture, "results", "campaign", "--by", by[b], "--format", "json", "--exact", NULL);

        assert_ok(&table);
        assert_ok(&csv);
        assert_ok(&json);
        assert_csv(csv.out);
        assert_json(json.out);
    }
}

static void other_verbs_print_csv_and_json(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) operators = run(fixture, "operators", "--format", "csv", NULL);
    g_auto(result_t) operators_json = run(fixture, "operators", "--format", "json", NULL);
    g_auto(result_t) profile = run(fixture, "profile", model, "--input", picture, "--format", "csv", NULL);
    g_auto(result_t) profile_json =
        run(fixture, "profile", model, "--input", picture, "--by", "opcode", "--format", "json", NULL);
    g_auto(result_t) replay = { 0 }, replay_json = { 0 };

    run_whole(fixture, "campaign", "2");
    replay = run(fixture, "replay", "campaign", "--trial", "3", "--all", "--format", "csv", NULL);
    replay_json = run(fixture, "replay", "campaign", "--trial", "3", "--all", "--format", "json", NULL);
    assert_csv(operators.out);
    assert_json(operators_json.out);
    assert_csv(profile.out);
    assert_json(profile_json.out);
    assert_csv(replay.out);
    assert_json(replay_json.out);
}

#define EVERY_FAULT \
    "run", model, "--input", picture, "--exhaustive", "--layer", "Gemm:2,AveragePool:2", "--contained-only", "--quiet"

static void run_exhaustive(const struct fixture *fixture, const char *out, const char *jobs)
{
    g_auto(result_t) result = run(fixture, EVERY_FAULT, "--jobs", jobs, "--out", out, NULL);

    assert_ok(&result);
}

/* All counts of an exhaustive campaign. */
static char *all_counts(const struct fixture *fixture, const char *out)
{
    g_autofree char *bits = query(fixture, out, "SELECT * FROM exhaustive_bit");
    g_autofree char *elements = query(fixture, out, "SELECT * FROM exhaustive_element");
    g_autofree char *inputs = query(fixture, out, "SELECT * FROM exhaustive_input");

    return g_strconcat(bits, elements, inputs, NULL);
}

static void assert_same_counts(const struct fixture *fixture, const char *one, const char *other)
{
    g_autofree char *left = all_counts(fixture, one), *right = all_counts(fixture, other);

    g_assert_cmpstr(left, ==, right);
}

static void exhaustive_jobs_do_not_change_results(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *trials = NULL, *units = NULL;

    run_exhaustive(fixture, "one", "1");
    run_exhaustive(fixture, "three", "3");
    assert_same_counts(fixture, "one", "three");
    trials = query(fixture, "one", "SELECT count(*) FROM trial");
    units = query(fixture, "one", "SELECT count(*) FROM exhaustive_done");
    g_assert_cmpstr(trials, ==, "0\n");
    g_assert_cmpstr(units, ==, "1\n");
}

/* The environment changes what a process has on its stack; results must not depend on that. */
static void wrong_addresses_find_the_same_in_every_process(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const jobs[] = { "1", "3" };

    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_auto(result_t) result =
            run(fixture, "run", model, "--input", picture, "--exhaustive", "--layer", "Softmax", "--insttype", "all",
                "--bits", "6,13", "--quiet", "--jobs", jobs[i], "--out", jobs[i], NULL);

        assert_ok(&result);
    }
    assert_same_counts(fixture, jobs[0], jobs[1]);
}

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

static void missing_guards_are_reported(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const char *argv[] = { "sh",       "-c",       "ulimit -v 9000000; exec \"$@\"",
                           "sh",       program,    "run",
                           model,      "--input",  picture,
                           "--trials", "4",        "--quiet",
                           "--out",    "campaign", NULL };
    g_auto(result_t) limited = { 0 },
                     free = run(fixture, "run", model, "--input", picture, "--trials", "4", "--out", "free", NULL);

    assert_ok(&free);
    g_assert_null(strstr(free.err, "may end differently from run to run"));
    if (__has_feature(address_sanitizer)) {
        g_test_skip("a sanitizer needs all of the address space");
        return;
    }
    limited = run_argv(fixture, argv);
    assert_ok(&limited);
    g_assert_nonnull(strstr(limited.err, "may end differently from run to run"));
}

static void a_killed_exhaustive_campaign_goes_on(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const gulong moments[] = { 50, 250, 400, 500, 600, 700 };

    run_exhaustive(fixture, "whole", "2");
    for (size_t m = 0; m < G_N_ELEMENTS(moments); m++) {
        const char *argv[] = { program, EVERY_FAULT, "--jobs", "2", "--out", "killed", NULL };

        run_argv_and_signal(fixture, argv, SIGKILL, moments[m]);
    }
    run_exhaustive(fixture, "killed", "2");
    assert_same_counts(fixture, "whole", "killed");
}

static void true_rates_have_no_interval(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const by[] = { "all", "layer", "bit", "opcode", "instruction", "input", "config", "element" };

    run_exhaustive(fixture, "exhaustive", "2");
    for (size_t b = 0; b < G_N_ELEMENTS(by); b++) {
        g_auto(result_t) table = run(fixture, "results", "exhaustive", "--by", by[b], NULL);
        g_auto(result_t) csv = run(fixture, "results", "exhaustive", "--by", by[b], "--format", "csv", NULL);
        g_auto(result_t) json = run(fixture, "results", "exhaustive", "--by", by[b], "--format", "json", NULL);

        assert_ok(&table);
        g_assert_nonnull(strstr(table.out, "True rates"));
        g_assert_nonnull(strstr(table.out, "left out"));
        g_assert_null(strstr(table.out, "interval]"));
        assert_csv(csv.out);
        assert_json(json.out);
        g_assert_nonnull(strstr(json.out, "\"interval\": null"));
        g_assert_nonnull(strstr(json.out, "were left out"));
    }
}

static void only_exhaustive_campaigns_know_elements(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) result = { 0 };

    run_whole(fixture, "sampled", "2");
    result = run(fixture, "results", "sampled", "--by", "element", NULL);
    assert_fails(&result, 2, "--exhaustive");
}

/* It stops long before --trials, with the same number of trials for any number of jobs and after a kill. */
static void it_stops_when_the_rate_is_known(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const jobs[] = { "1", "3", "2" };
    g_autofree char *trials = NULL, *fact = NULL;

    for (size_t j = 0; j < G_N_ELEMENTS(jobs); j++) {
        const char *argv[] = { program,  "run",   model,   "--input", picture, "--until-error", "1%", "--quiet",
                               "--jobs", jobs[j], "--out", jobs[j],   NULL };
        g_auto(result_t) result = { 0 };

        if (j == 2)
            run_argv_and_signal(fixture, argv, SIGKILL, 300);
        result = run_argv(fixture, argv);
        assert_ok(&result);
        g_assert_nonnull(strstr(result.out, "is known to +-1 %"));
    }
    assert_same_trials(fixture, "1", "3");
    assert_same_trials(fixture, "1", "2");
    trials = query(fixture, "1", "SELECT count(*), max(number) + 1 FROM trial");
    fact = query(fixture, "1", "SELECT value, value FROM campaign WHERE name = 'trials'");
    g_assert_cmpstr(trials, ==, fact);
}

static void a_plan_runs_nothing(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) result =
        run(fixture, "run", model, "--input", picture, "--plan", "--layer", "Gemm:3", "--out", "plan", NULL);
    g_auto(result_t) finer =
        run(fixture, "run", model, "--input", picture, "--plan", "--until-error", "0.5%", "--out", "plan", NULL);
    g_autofree char *folder = g_build_filename(fixture->dir, "plan", NULL);

    assert_ok(&result);
    assert_ok(&finer);
    g_assert_nonnull(strstr(result.out, "54080      8156"));
    g_assert_nonnull(strstr(finer.out, "error of 0.5 %"));
    g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void run_level(const struct fixture *fixture, const char *level)
{
    g_auto(result_t) result = run(fixture, "run", model, "--input", picture, "--trials", TRIALS, "--level", level,
                                  "--jobs", "2", "--out", level, NULL);

    assert_ok(&result);
}

/* Campaigns on tensors and weights have the same reports and replays as campaigns on instructions. */
static void levels_have_results_and_replays(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const levels[] = { "tensor", "weight" };
    static const char *const by[] = { "all", "layer", "bit", "instruction", "tensor", "input", "config" };

    for (size_t l = 0; l < G_N_ELEMENTS(levels); l++) {
        g_auto(result_t) opcode = { 0 }, again = { 0 };

        run_level(fixture, levels[l]);
        for (size_t b = 0; b < G_N_ELEMENTS(by); b++) {
            g_auto(result_t) csv = run(fixture, "results", levels[l], "--by", by[b], "--format", "csv", NULL);
            g_auto(result_t) json = run(fixture, "results", levels[l], "--by", by[b], "--format", "json", NULL);

            assert_ok(&csv);
            assert_ok(&json);
            assert_csv(csv.out);
            assert_json(json.out);
        }
        for (int k = 0; k < 400; k += 57) {
            g_autofree char *number = g_strdup_printf("%d", k);
            g_auto(result_t) replay = run(fixture, "replay", levels[l], "--trial", number, NULL);

            assert_ok(&replay);
            g_assert_nonnull(strstr(replay.out, "as in the campaign"));
            g_assert_nonnull(strstr(replay.out, "at       element ["));
        }
        opcode = run(fixture, "results", levels[l], "--by", "opcode", NULL);
        assert_fails(&opcode, 2, "group them by tensor");
        again = run(fixture, "run", model, "--input", picture, "--trials", TRIALS, "--level", levels[l], "--seed", "2",
                    "--out", levels[l], NULL);
        assert_fails(&again, 1, "seed: 1 there, 2 here");
    }
}

static void run_config(const struct fixture *fixture, const char *config, const char *level, const char *out)
{
    g_auto(result_t) result =
        run(fixture, "run", model, "--input", picture, "--config", config, "--level", level, "--out", out, NULL);

    assert_ok(&result);
}

/* LLFI's input.yaml files for models give the distance of faults even if a trial has only one. */
static void the_window_of_one_fault_has_no_effect(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const levels[] = { "instruction", "tensor" };

    write_text(fixture, "one.yaml", "runOption:\n  - run: {numOfRuns: 40, fi_max_multiple: 1}\n");
    write_text(fixture, "window.yaml",
               "runOption:\n  - run: {numOfRuns: 40, fi_max_multiple: 1, window_len_multiple_startindex: 1,\n"
               "          window_len_multiple_endindex: 500}\n");
    for (size_t l = 0; l < G_N_ELEMENTS(levels); l++) {
        g_autofree char *one = g_strconcat("one-", levels[l], NULL), *window = g_strconcat("window-", levels[l], NULL);

        run_config(fixture, "one.yaml", levels[l], one);
        run_config(fixture, "window.yaml", levels[l], window);
        assert_same_trials(fixture, one, window);
    }
}

static void campaigns_are_compared(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) table = { 0 }, csv = { 0 }, json = { 0 }, one = { 0 }, by = { 0 }, same = { 0 };

    run_level(fixture, "instruction");
    run_level(fixture, "tensor");
    run_level(fixture, "weight");
    table = run(fixture, "compare", "instruction", "tensor", "weight", NULL);
    csv = run(fixture, "compare", "instruction", "tensor", "weight", "--format", "csv", NULL);
    json = run(fixture, "compare", "instruction", "tensor", "--by", "bit", "--format", "json", "--exact", NULL);
    one = run(fixture, "compare", "instruction", NULL);
    by = run(fixture, "compare", "instruction", "tensor", "--by", "opcode", NULL);
    same = run(fixture, "compare", "tensor", "tensor", "--outcome", "benign", NULL);
    assert_ok(&table);
    g_assert_nonnull(strstr(table.out, "B has, compared with A: another level or sampling"));
    g_assert_nonnull(strstr(table.out, "(p "));
    assert_csv(csv.out);
    assert_json(json.out);
    assert_fails(&one, 2, "two to 8 campaigns");
    assert_fails(&by, 2, "campaigns are compared by all, layer or bit");
    assert_ok(&same);
    g_assert_nonnull(strstr(same.out, "the seed and the faults of A"));
    g_assert_null(strstr(same.out, " different (p"));
}

static void a_line_fits_the_terminal(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(result_t) result = { 0 };
    g_auto(GStrv) lines = NULL;

    run_whole(fixture, "campaign", "2");
    result = run(fixture, "results", "campaign", "--by", "layer", NULL);
    lines = g_strsplit(result.out, "\n", -1);
    for (char **line = lines; *line; line++)
        g_assert_cmpint(g_utf8_strlen(*line, -1), <=, 80);
}

static const struct fixture_test tests[] = {
    { "wrong-usage", wrong_usage_is_status_2_and_a_hint },
    { "help", every_verb_has_help },
    { "missing", what_is_not_there_is_status_1 },
    { "jobs", jobs_do_not_change_results },
    { "none", no_fault_is_benign },
    { "killed", a_killed_campaign_goes_on },
    { "interrupted", an_interrupted_campaign_keeps_its_trials },
    { "finished", a_finished_campaign_is_only_printed },
    { "full-disk", a_full_disk_is_an_error_and_loses_nothing },
    { "another-campaign", another_campaigns_folder_is_left_alone },
    { "replay", replay_gives_the_stored_outcome },
    { "replay-changed-model", replay_refuses_a_changed_model },
    { "replay-record", replay_gives_the_stored_record },
    { "propagation", what_was_recorded_can_be_exported },
    { "no-propagation", a_campaign_without_records_says_so },
    { "results", results_come_in_three_formats },
    { "formats", other_verbs_print_csv_and_json },
    { "exhaustive-jobs", exhaustive_jobs_do_not_change_results },
    { "wrong-addresses", wrong_addresses_find_the_same_in_every_process },
    { "no-guards", missing_guards_are_reported },
    { "exhaustive-killed", a_killed_exhaustive_campaign_goes_on },
    { "exhaustive-results", true_rates_have_no_interval },
    { "elements", only_exhaustive_campaigns_know_elements },
    { "until-error", it_stops_when_the_rate_is_known },
    { "plan", a_plan_runs_nothing },
    { "levels", levels_have_results_and_replays },
    { "window", the_window_of_one_fault_has_no_effect },
    { "compare", campaigns_are_compared },
    { "width", a_line_fits_the_terminal },
    { "shared-network", a_network_of_others_gives_what_they_got },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc != 5)
        g_error("usage: cli LLTFI MODEL PICTURE SHARED_MODELS");
    tool_init(argv);
    shared_models = g_getenv("LLTFI_SHARED_MODELS") ? g_getenv("LLTFI_SHARED_MODELS") : argv[4];
    add_tests("cli", tests, G_N_ELEMENTS(tests));
    return g_test_run();
}
