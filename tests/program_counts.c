/*
 * What profiles of programs count: program_counts FOLDER.
 *
 * Counters for a few edges, from which the others are computed, give the same count of each instruction as a counter in
 * each block. Threads have their own counters, and no count is lost however they end.
 */
#include "engine/program/subject.h"

#include "base/folder.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define BENCH "../../bench/programs/"

static const struct count_case {
    const char *sources, *arguments;
} cases[] = {
    { "sort.c", "12" },
    { "matrix.c" },
    { "list.c" },
    { "recursion.c" },
    { "mutual.c" },
    { "exceptions.cc" },
    { "jumps.c" },
    { "varargs.c" },
    { "calls.c" },
    { "ends.c", "exit" },
    { "ends.c" },
    { "forks.c" },
    { BENCH "recursion.c", "1" },
    { BENCH "interpreter.c", "1" },
    { BENCH "exceptions.cc", "1" },
    { BENCH "objects.cc", "1" },
    { BENCH "hash.c", "1" },
};
static const int levels[] = { 0, 2 };

struct test {
    const struct count_case *program;
    int opt_level;
};

static void add_words(GPtrArray *to, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words ? words : "", " ", -1);

    for (char **word = list; *word; word++)
        if (**word)
            g_ptr_array_add(to, g_strdup(*word));
}

static struct campaign *campaign_of(const char *sources, const char *arguments, int opt_level)
{
    struct campaign *campaign = campaign_new();

    add_words(campaign->program.sources, sources);
    add_words(campaign->program.arguments, arguments);
    campaign->opt_level = opt_level;
    selection_add(&campaign->selection, SELECT_OPCODE)->include_all = TRUE;
    return campaign;
}

/* By LLFI index - 1. */
static uint64_t *count(const struct program_subject *subject, gboolean *cut_short)
{
    const unsigned n = subject->functions->n_instructions;
    g_autofree uint64_t *counts = g_new0(uint64_t, subject->n_counters + 1);
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", NULL);
    uint64_t *executions = g_new0(uint64_t, n);
    struct run_order order = { .executable = subject->count_executable,
                               .location = { .countdown = NEVER },
                               .n_counters = subject->n_counters,
                               .counts = counts,
                               .timeout = 60 };
    g_autoptr(GError) error = NULL;
    g_autoptr(run_result_t) result = program_run(subject, &order, scratch, &error);

    g_assert_no_error(error);
    *cut_short = result->cut_short;
    for (unsigned i = 0; i < n; i++)
        if (subject->counters[i] != G_MAXUINT)
            executions[i] = counts[subject->counters[i]];
    folder_remove(scratch);
    return executions;
}

static void test_same(gconstpointer data)
{
    const struct test *test = data;
    g_autoptr(campaign_t) campaign = campaign_of(test->program->sources, test->program->arguments, test->opt_level);
    g_autoptr(GError) error = NULL;
    g_autoptr(program_subject_t) subject = program_subject_new(campaign, &error);
    g_autofree uint64_t *few = NULL, *all = NULL;
    gboolean cut_short;

    g_assert_no_error(error);
    g_assert_true(program_build_count(subject, FALSE, &error));
    few = count(subject, &cut_short);
    g_assert_false(cut_short);
    g_assert_true(program_build_count(subject, TRUE, &error));
    all = count(subject, &cut_short);
    g_assert_cmpmem(few, subject->functions->n_instructions * sizeof(uint64_t), all,
                    subject->functions->n_instructions * sizeof(uint64_t));
}

static uint64_t executions_of(const struct program_subject *subject, const char *function, const char *opcode)
{
    uint64_t n = 0;

    for (guint s = 0; s < subject->functions->sites->len; s++) {
        const struct site *site = &g_array_index(subject->functions->sites, struct site, s);

        if (strcmp(functions_find(subject->functions, site->index)->name, function) == 0 &&
            strcmp(opcode_name(site->opcode), opcode) == 0)
            n += program_executions(subject, site->index);
    }
    return n;
}

static struct program_subject *profile(struct campaign *campaign)
{
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", NULL);
    g_autoptr(GError) error = NULL;
    struct program_subject *subject = program_subject_new(campaign, &error);

    g_assert_no_error(error);
    g_assert_true(program_run_golden(subject, scratch, &error));
    folder_remove(scratch);
    return subject;
}

/* 40 threads multiply 100 times in their work and 100 times after it; 30 others multiply 100 times. */
static void test_crew(void)
{
    g_autoptr(campaign_t) campaign = campaign_of("crew.c", NULL, 0);
    g_autoptr(program_subject_t) subject = profile(campaign);

    g_assert_false(subject->golden->cut_short);
    g_assert_false(subject->functions->every_block);
    g_assert_cmpuint(executions_of(subject, "triple", "mul"), ==, 40 * 2 * 100 + 30 * 100);
}

/* If there is no room for a thread's counters, the run continues and a note says so. */
static void test_no_room(void)
{
    g_autoptr(campaign_t) campaign = campaign_of("crew.c", "closed", 0);
    g_autoptr(program_subject_t) subject = profile(campaign);
    gboolean said = FALSE;

    for (guint n = 0; n < subject->base.notices->len; n++)
        said |= strstr(subject->base.notices->pdata[n], "no room for counters of its own") != NULL;
    g_assert_cmpint(subject->golden->status, ==, 0);
    g_assert_true(said);
    g_assert_cmpuint(executions_of(subject, "triple", "mul"), >=, 15 * 100 + 30 * 100);
    g_assert_cmpuint(executions_of(subject, "triple", "mul"), <=, 40 * 2 * 100 + 30 * 100);
}

/* The iterations that each of two threads had done when the third one ended the program. */
static void test_leaves(void)
{
    g_autoptr(campaign_t) campaign = campaign_of("leaves.c", NULL, 0);
    g_autoptr(program_subject_t) subject = profile(campaign);

    g_assert_cmpuint(executions_of(subject, "spin", "mul"), >=, 300000);
    g_assert_cmpuint(executions_of(subject, "deeper", "atomicrmw"), >=, 300000);
    g_assert_cmpuint(executions_of(subject, "deeper", "atomicrmw"), >=, executions_of(subject, "deeper", "sdiv"));
    g_assert_cmpuint(subject->total, <, UINT64_C(1) << 40);
}

static void add_tests(void)
{
    for (size_t l = 0; l < G_N_ELEMENTS(levels); l++)
        for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
            g_autofree char *path = g_strdup_printf("/counts/as every block's/O%d/%s %s", levels[l], cases[c].sources,
                                                    cases[c].arguments ? cases[c].arguments : "");
            struct test *test = g_new(struct test, 1);

            *test = (struct test){ &cases[c], levels[l] };
            g_test_add_data_func_full(path, test, test_same, g_free);
        }
    g_test_add_func("/counts/threads that end in all ways", test_crew);
    g_test_add_func("/counts/threads without room", test_no_room);
    g_test_add_func("/counts/a thread that ends the program", test_leaves);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 2 || g_chdir(argv[1]) != 0) {
        fprintf(stderr, "usage: program_counts FOLDER\n");
        return 2;
    }
    add_tests();
    return g_test_run();
}
