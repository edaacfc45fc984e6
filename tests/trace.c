/*
 * Traces of programs: trace FOLDER LLTFI, with the folder of tests/programs.
 */
#include "engine/program/subject.h"

#include "addresses.h"
#include "base/folder.h"
#include "report/align.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char *tool;

/* A program that was built and has run, and a folder for more runs. */
struct stage {
    struct campaign *campaign;
    struct program_subject *subject;
    char *scratch;
};

static void stage_start(struct stage *stage, const char *source, const char *argument, const char *registers,
                        int opt_level)
{
    g_autoptr(GError) error = NULL;

    stage->campaign = campaign_new();
    stage->scratch = g_dir_make_tmp("lltfi-XXXXXX", NULL);
    g_ptr_array_add(stage->campaign->program.sources, g_strdup(source));
    if (argument)
        g_ptr_array_add(stage->campaign->program.arguments, g_strdup(argument));
    stage->campaign->opt_level = opt_level;
    selection_add(&stage->campaign->selection, SELECT_OPCODE)->include_all = TRUE;
    g_assert_true(register_method_parse(registers, &stage->campaign->selection, NULL));
    stage->subject = program_subject_new(stage->campaign, &error);
    g_assert_no_error(error);
    g_assert_true(program_run_golden(stage->subject, stage->scratch, &error));
    g_assert_true(program_build_trace(stage->subject, &error));
    g_assert_no_error(error);
}

static void stage_end(struct stage *stage)
{
    folder_remove(stage->scratch);
    program_subject_free(stage->subject);
    campaign_free(stage->campaign);
    g_free(stage->scratch);
}

/* Runs and traces; planned NULL: without a fault. */
static struct run_result *traced(const struct stage *stage, const struct planned *planned, uint64_t first,
                                 uint64_t most)
{
    struct run_order order = {
        .executable = stage->subject->trace_executable,
        .plan = planned ? &planned->runtime : NULL,
        .gates = GATE_COUNTS,
        .location = { .gate = ALL_GATES, .countdown = planned ? planned->countdown : NEVER },
        .timeout = 60,
        .trace = { .first = first, .most = most },
    };
    g_autoptr(GError) error = NULL;
    struct run_result *result = program_run(stage->subject, &order, stage->scratch, &error);

    g_assert_no_error(error);
    return result;
}

static struct planned plan_cycle(const struct stage *stage, uint64_t cycle, enum fault_type type)
{
    struct plan plan;
    struct planned planned;

    g_assert_true(plan_init(&plan, &stage->subject->base, NULL));
    plan_trial(&plan, cycle, &planned);
    planned.countdown = cycle - 1;
    planned.runtime.type = type;
    return planned;
}

static uint64_t *count_entries(const struct stage *stage, const struct trace *trace)
{
    uint64_t *counts = g_new0(uint64_t, stage->subject->functions->n_instructions);
    struct trace_entry entry;

    for (gsize at = 0; trace_next(trace, &at, &entry);)
        counts[entry.index - 1]++;
    return counts;
}

/* Every site with a result is traced as often as the profile counted it, and the program's output is unchanged. */
static void check_counts(const struct stage *stage, const struct run_result *result)
{
    g_autofree uint64_t *counts = count_entries(stage, result->trace);

    for (guint s = 0; s < stage->subject->functions->sites->len; s++) {
        const struct site *site = &g_array_index(stage->subject->functions->sites, struct site, s);

        /* A call with selected operands is counted before it begins; it may return several times (setjmp), or never. */
        if (site->registers[0].position == 0 && (site->n_registers == 1 || site->opcode != opcode_number("call")))
            g_assert_cmpuint(counts[site->index - 1], ==, site->count);
    }
    g_assert_cmpint(result->status, ==, stage->subject->golden->status);
    g_assert_cmpmem(result->output->data, result->output->len, stage->subject->golden->output->data,
                    stage->subject->golden->output->len);
    g_assert_false(result->trace->cut);
    g_assert_cmpuint(result->trace->executed, ==, result->trace->n_entries);
}

static const char *const programs[] = { "sort.c",    "matrix.c", "list.c",  "recursion.c", "exceptions.cc",
                                        "threads.c", "jumps.c",  "forks.c", "varargs.c",   "cxxthreads.cc" };

static void test_counts(gconstpointer data)
{
    static const char *const registers[] = { "dstreg", "allsrcreg", "allreg" };

    for (int opt_level = 0; opt_level <= 2; opt_level += 2)
        for (size_t r = 0; r < G_N_ELEMENTS(registers); r++) {
            struct stage stage;
            g_autoptr(run_result_t) result = NULL;

            stage_start(&stage, data, NULL, registers[r], opt_level);
            result = traced(&stage, NULL, 1, TRACE_MOST_GOLDEN);
            check_counts(&stage, result);
            stage_end(&stage);
        }
}

static gboolean find_number(const struct trace *trace, uint64_t number, struct trace_entry *entry)
{
    gsize at = 0;

    while (trace_next(trace, &at, entry))
        if (--number == 0)
            return TRUE;
    return FALSE;
}

static uint64_t value_of(const struct trace_entry *entry)
{
    uint64_t value = 0;

    memcpy(&value, entry->value, MIN(entry->bytes, sizeof(value)));
    return value;
}

/* The trace of a fault begins with the struck instruction and its faulty result; the golden run has, under the number
 * that it says, the same instruction with the value that was there before. */
static void check_fault(const struct stage *stage, const struct trace *golden, uint64_t cycle)
{
    struct planned planned = plan_cycle(stage, cycle, FAULT_BITFLIP);
    g_autoptr(run_result_t) result = traced(stage, &planned, 0, 50);
    const struct injection *injection = &result->shared->injections[0];
    const struct site *site = &g_array_index(stage->subject->functions->sites, struct site, injection->site);
    struct trace_entry faulty, there;
    gsize at = 0;

    g_assert_cmpuint(result->shared->n_injections, ==, 1);
    g_assert_true(trace_next(result->trace, &at, &faulty));
    g_assert_cmpuint(faulty.index, ==, site->index);
    g_assert_true(find_number(golden, result->trace->first, &there));
    g_assert_cmpuint(there.index, ==, site->index);
    g_assert_cmpuint(value_of(&faulty), ==, injection->new_value[0]);
    g_assert_cmpuint(value_of(&there), ==, injection->old_value[0]);
    g_assert_cmpuint(result->trace->n_entries, <=, 50);
}

static void test_faults(gconstpointer data)
{
    if (!addresses_are_fixed()) {
        g_test_skip(ADDRESSES_VARY);
        return;
    }
    for (int opt_level = 0; opt_level <= 2; opt_level += 2) {
        struct stage stage;
        g_autoptr(run_result_t) golden = NULL;

        stage_start(&stage, data, NULL, "dstreg", opt_level);
        golden = traced(&stage, NULL, 1, TRACE_MOST_GOLDEN);
        for (uint64_t cycle = 1; cycle <= stage.subject->total; cycle += MAX(stage.subject->total / 10, 1))
            check_fault(&stage, golden->trace, cycle);
        stage_end(&stage);
    }
}

static void test_bounds(void)
{
    struct stage stage;
    g_autoptr(run_result_t) all = NULL, some = NULL, again = NULL;

    if (!addresses_are_fixed()) {
        g_test_skip(ADDRESSES_VARY);
        return;
    }
    stage_start(&stage, "sort.c", "12", "dstreg", 0);
    all = traced(&stage, NULL, 1, TRACE_MOST_GOLDEN);
    some = traced(&stage, NULL, 11, 7);
    again = traced(&stage, NULL, 1, TRACE_MOST_GOLDEN);
    g_assert_cmpuint(some->trace->n_entries, ==, 7);
    g_assert_cmpuint(some->trace->first, ==, 11);
    g_assert_true(some->trace->cut);
    g_assert_cmpuint(some->trace->executed, ==, all->trace->executed);
    g_assert_cmpmem(all->trace->records, all->trace->size, again->trace->records, again->trace->size);
    stage_end(&stage);
}

/* The trace is complete if a signal ends the program, and if it ends by itself. */
static void test_ends(gconstpointer how)
{
    struct stage stage;
    g_autoptr(run_result_t) result = NULL;

    stage_start(&stage, "ends.c", how, "dstreg", 0);
    result = traced(&stage, NULL, 1, TRACE_MOST_GOLDEN);
    check_counts(&stage, result);
    stage_end(&stage);
}

/* LLFI's lines, with values as the program prints them. */
static void test_lines(void)
{
    static const char source[] = "#include <stdio.h>\n"
                                 "int main(void)\n{\n    double half = 0;\n    int n = 0;\n"
                                 "    for (int i = 1; i < 4; i++)\n        n = n * 10 + i;\n"
                                 "    half = n / 2.0;\n    printf(\"%x %g\\n\", n, half);\n    return 0;\n}\n";
    g_autofree char *folder = g_dir_make_tmp("lltfi-XXXXXX", NULL), *text = NULL;
    g_autofree char *path = g_build_filename(folder, "lines.c", NULL), *to = g_build_filename(folder, "trace", NULL);
    struct stage stage;
    g_autoptr(run_result_t) result = NULL;
    struct planned planned;

    g_assert_true(g_file_set_contents(path, source, -1, NULL));
    stage_start(&stage, path, NULL, "dstreg", 0);
    result = traced(&stage, NULL, 1, TRACE_MOST_GOLDEN);
    g_assert_true(trace_write(result->trace, stage.subject->functions, to, NULL));
    g_assert_true(g_file_get_contents(to, &text, NULL, NULL));
    g_assert_true(g_str_has_prefix(text, "ID: 1\tOPCode: alloca\tValue: "));
    g_assert_nonnull(strstr(text, "\tOPCode: store\tValue: 00000000\n"));
    g_assert_nonnull(strstr(text, "\tOPCode: icmp\tValue: 01\n"));
    g_assert_nonnull(strstr(text, "\tOPCode: add\tValue: 0000007b\n"));
    g_assert_nonnull(strstr(text, "\tOPCode: fdiv\tValue: 404ec00000000000\n"));
    g_assert_nonnull(strstr(text, "\tOPCode: call\tValue: 00000008\n"));
    g_clear_pointer(&text, g_free);
    run_result_free(g_steal_pointer(&result));
    planned = plan_cycle(&stage, 7, FAULT_NONE);
    result = traced(&stage, &planned, 0, 2);
    g_assert_true(trace_write(result->trace, stage.subject->functions, to, NULL));
    g_assert_true(g_file_get_contents(to, &text, NULL, NULL));
    g_assert_true(g_str_has_prefix(text, "#TraceStartInstNumber: "));
    g_assert_nonnull(strstr(text, " #TraceCut\nID: "));
    stage_end(&stage);
    folder_remove(folder);
}

/* Length of a longest common subsequence, by the table of all prefixes. */
static guint common_length(const uint32_t *a, guint n, const uint32_t *b, guint m)
{
    g_autofree guint *row = g_new0(guint, m + 1);

    for (guint i = 0; i < n; i++) {
        guint corner = 0;

        for (guint j = 0; j < m; j++) {
            guint above = row[j + 1];

            row[j + 1] = a[i] == b[j] ? corner + 1 : MAX(above, row[j]);
            corner = above;
        }
    }
    return row[m];
}

static uint32_t *random_sequence(guint length, gint32 letters)
{
    uint32_t *sequence = g_new(uint32_t, length + 1);

    for (guint i = 0; i < length; i++)
        sequence[i] = (uint32_t)g_test_rand_int_range(0, letters);
    return sequence;
}

/* Alignments ascend, join equal elements, and are longest ones. */
static void test_align(void)
{
    for (int round = 0; round < 3000; round++) {
        guint n = (guint)g_test_rand_int_range(0, 60), m = (guint)g_test_rand_int_range(0, 60), joined = 0;
        gint32 letters = g_test_rand_int_range(1, 30);
        g_autofree uint32_t *a = random_sequence(n, letters), *b = random_sequence(m, letters);
        int64_t match[60], last = -1;

        align(a, n, b, m, match);
        for (guint i = 0; i < n; i++) {
            if (match[i] < 0)
                continue;
            g_assert_cmpint(match[i], >, last);
            g_assert_cmpuint(a[i], ==, b[match[i]]);
            last = match[i];
            joined++;
        }
        g_assert_cmpuint(joined, ==, common_length(a, n, b, m));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 3 || g_chdir(argv[1]) != 0) {
        fprintf(stderr, "usage: trace FOLDER LLTFI\n");
        return 2;
    }
    tool = argv[2];
    for (size_t p = 0; p < G_N_ELEMENTS(programs); p++) {
        g_autofree char *counts = g_strconcat("/trace/counts/", programs[p], NULL);
        g_autofree char *faults = g_strconcat("/trace/faults/", programs[p], NULL);

        g_test_add_data_func(counts, programs[p], test_counts);
        /* Their values are not the same in every run: process numbers, addresses of threads. */
        if (!strstr(programs[p], "threads") && !strstr(programs[p], "forks"))
            g_test_add_data_func(faults, programs[p], test_faults);
    }
    g_test_add_data_func("/trace/ends/abort", "abort", test_ends);
    g_test_add_data_func("/trace/ends/signal", "signal", test_ends);
    g_test_add_data_func("/trace/ends/_exit", "_exit", test_ends);
    g_test_add_func("/trace/align", test_align);
    g_test_add_func("/trace/bounds", test_bounds);
    g_test_add_func("/trace/lines", test_lines);
    return g_test_run();
}
