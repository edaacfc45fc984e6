/*
 * Snapshots: snapshots FOLDER LLTFI. The same campaign on a program of the folder, with trials that begin at their
 * fault and with trials that begin at the program's beginning, has the same trials.
 */
#include "addresses.h"
#include "base/folder.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIALS "60"

static const char *tool;

static const struct snapshot_case {
    const char *name, *words; /* of the command */
    const char *obstacle;     /* why some trials are not snapshots; NULL: all are */
} cases[] = {
    { "one process", "sort.c -- 12", NULL },
    { "longjmp", "jumps.c", NULL },
    { "exceptions", "exceptions.cc --opt-level 2", NULL },
    { "operands", "sort.c --registers allsrcreg -- 12", NULL },
    { "recursion", "recursion.c", NULL },
    { "several faults", "matrix.c --multiple 3", NULL },
    { "standard input", "reads.c --stdin numbers.txt", NULL },
    { "positions in files", "halves.c --stdin numbers.txt --output halves.txt -- words.txt", NULL },
    { "detection", "checked.c", NULL },
    { "the end by a signal", "ends.c -- abort", NULL },
    { "a file open for writing", "halves.c --cflags -DWRITING --stdin numbers.txt --output halves.txt -- words.txt",
      "open for writing" },
    { "a file that is written", "files.c --output result.txt -- words.txt", NULL },
};

static char *out(const char *mode)
{
    return g_strdup_printf("%s/lltfi-test-snapshots-%d-%s", g_get_tmp_dir(), (int)getpid(), mode);
}

/* Returns what the tool wrote to standard error. */
static char *run(const char *words, const char *mode, const char *folder)
{
    g_auto(GStrv) parts = g_strsplit(words, " -- ", 2);
    g_autofree char *command =
        g_strdup_printf("%s run -q --trials " TRIALS " --jobs 2 --snapshots %s --out %s %s%s%s", tool, mode, folder,
                        parts[0], parts[1] ? " -- " : "", parts[1] ? parts[1] : "");
    g_autofree char *output = NULL;
    char *messages = NULL;
    int status;

    g_assert_true(g_spawn_command_line_sync(command, &output, &messages, &status, NULL));
    if (!g_spawn_check_wait_status(status, NULL))
        g_error("%s:\n%s", command, messages);
    return messages;
}

static sqlite3_stmt *open_rows(const char *folder, sqlite3 **store, const char *query)
{
    g_autofree char *path = g_build_filename(folder, "campaign.db", NULL);
    sqlite3_stmt *rows;

    g_assert_cmpint(sqlite3_open_v2(path, store, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_prepare_v2(*store, query, -1, &rows, NULL), ==, SQLITE_OK);
    return rows;
}

static int compare_rows(const char *one, const char *other)
{
    static const char query[] =
        "SELECT trial.number, outcome, sdc, signal, deviation, ordinal, site, cycle, reg, bit, mask, old_value, "
        "new_value "
        "FROM trial LEFT JOIN injection ON injection.trial = trial.number ORDER BY trial.number, ordinal";
    sqlite3 *stores[2];
    sqlite3_stmt *a = open_rows(one, &stores[0], query), *b = open_rows(other, &stores[1], query);
    int n = 0;

    for (int state = sqlite3_step(a); state == SQLITE_ROW; state = sqlite3_step(a), n++) {
        g_assert_cmpint(sqlite3_step(b), ==, SQLITE_ROW);
        for (int column = 0; column < sqlite3_column_count(a); column++)
            g_assert_cmpstr((const char *)sqlite3_column_text(a, column), ==,
                            (const char *)sqlite3_column_text(b, column));
    }
    g_assert_cmpint(sqlite3_step(b), ==, SQLITE_DONE);
    sqlite3_finalize(a);
    sqlite3_finalize(b);
    sqlite3_close(stores[0]);
    sqlite3_close(stores[1]);
    return n;
}

static void compare(const struct snapshot_case *test)
{
    g_autofree char *with = out("with"), *without = out("without");
    g_autofree char *said = run(test->words, "auto", with), *nothing = run(test->words, "off", without);

    g_assert_cmpint(compare_rows(with, without), >=, atoi(TRIALS));
    g_assert_null(strstr(nothing, "no snapshot"));
    if (test->obstacle)
        g_assert_nonnull(strstr(said, test->obstacle));
    else
        g_assert_null(strstr(said, "no snapshot"));
    folder_remove(with);
    folder_remove(without);
}

static void test_same(gconstpointer data)
{
    const struct snapshot_case *test = data;

    if (addresses_are_fixed())
        compare(test);
    else
        g_test_skip(ADDRESSES_VARY);
}

static double mean_seconds(const char *folder)
{
    sqlite3 *store;
    sqlite3_stmt *row = open_rows(folder, &store, "SELECT avg(seconds) FROM trial");
    double seconds;

    g_assert_cmpint(sqlite3_step(row), ==, SQLITE_ROW);
    seconds = sqlite3_column_double(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(store);
    return seconds;
}

/* The program waits 0.2 s before it does anything: with snapshots, only the walk waits. */
static void test_cost(void)
{
    static const char words[] = "halves.c --cflags -DSLOW --stdin numbers.txt -- words.txt";
    g_autofree char *with = out("with"), *without = out("without");
    g_autofree char *said = run(words, "auto", with), *nothing = run(words, "off", without);

    g_assert_cmpfloat(mean_seconds(without), >, 0.2);
    g_assert_cmpfloat(mean_seconds(with), <, mean_seconds(without));
    folder_remove(with);
    folder_remove(without);
}

/* For a program with children a note says why there are no snapshots, and its trials run. */
static void test_children(void)
{
    g_autofree char *with = out("with");
    g_autofree char *said = run("forks.c", "auto", with);

    g_assert_nonnull(strstr(said, "the program has children"));
    folder_remove(with);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 3) {
        fprintf(stderr, "usage: snapshots FOLDER LLTFI\n");
        return 2;
    }
    tool = g_canonicalize_filename(argv[2], NULL);
    if (g_chdir(argv[1]) != 0)
        return 2;
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        g_autofree char *path = g_strdup_printf("/snapshots/%s", cases[c].name);

        g_test_add_data_func(path, &cases[c], test_same);
    }
    g_test_add_func("/snapshots/cost", test_cost);
    g_test_add_func("/snapshots/children", test_children);
    return g_test_run();
}
