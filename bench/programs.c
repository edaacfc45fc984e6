/*
 * What instrumenting a program costs: programs FOLDER [ROUNDS [NAME...]].
 *
 * Each program of the folder runs unchanged, counting, and armed, one after the other in each round; all three are
 * compiled from one module by one code generator. Armed: like a trial that runs from the program's beginning, at a
 * random cycle, another one in each round; the fault changes no bit. Times are processor times of the program, because
 * the machine may be busy: medians over the rounds; ratios are medians of the rounds' ratios.
 */
#include "engine/program/walk.h"

#include "base/folder.h"
#include "base/random.h"
#include "passes/instrument.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { PLAIN, COUNT, FAULT, VARIANTS };

static const struct bench_case {
    const char *source;
    const char *scales[2]; /* the argument at -O0 and -O2, for about 0.3 s */
} cases[] = {
    { "integer.c", { "300", "700" } },      { "floating.c", { "700", "5000" } },  { "matrix.c", { "80", "180" } },
    { "pointers.c", { "150", "180" } },     { "recursion.c", { "900", "1500" } }, { "sort.c", { "70", "110" } },
    { "hash.c", { "200", "300" } },         { "strings.c", { "900", "1400" } },   { "interpreter.c", { "200", "400" } },
    { "exceptions.cc", { "900", "2000" } }, { "objects.cc", { "160", "600" } },   { "threads.c", { "200", "400" } },
};
static const int levels[2] = { 0, 2 };

static struct campaign *campaign_of(const struct bench_case *which, int level)
{
    struct campaign *campaign = campaign_new();

    g_ptr_array_add(campaign->program.sources, g_strdup(which->source));
    g_ptr_array_add(campaign->program.arguments, g_strdup(which->scales[level]));
    campaign->snapshots = FALSE;
    campaign->opt_level = levels[level];
    selection_add(&campaign->selection, SELECT_OPCODE)->include_all = TRUE;
    return campaign;
}

static void check(const GError *error)
{
    if (!error)
        return;
    fprintf(stderr, "programs: %s\n", error->message);
    exit(1);
}

static char *build_plain(const struct program_subject *subject)
{
    g_autoptr(GError) error = NULL;
    unsigned n;
    LLVMModuleRef module = program_form(subject, FORM_SCALAR, NULL, &n, &error);
    char *executable = module ? program_build_module(subject->program, module, &error) : NULL;

    check(error);
    LLVMDisposeModule(module);
    return executable;
}

static double used_by_children(void)
{
    struct rusage usage;

    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The location of a fault at a random cycle. */
static struct location locate(const struct program_subject *subject, struct random *random, const char *scratch)
{
    struct planned planned = { .countdown = random_below(random, subject->total) };
    g_autoptr(GError) error = NULL;
    struct program_walk *walk = program_walk_new(subject, scratch, planned.countdown, &error);
    struct trial trial = { 0 };
    struct location location;
    const char *obstacle;

    check(error);
    program_walk_trial(walk, &planned, &trial, &location, &obstacle, &error);
    check(error);
    program_walk_free(walk);
    return location;
}

/* One run's processor time. */
static double run(const struct program_subject *subject, const char *executable, int variant,
                  const struct location *location, const char *scratch)
{
    struct runtime_plan plan = { .type = FAULT_NONE, .num_bits = 1, .bit = -1, .every_site = -1, .n_faults = 1 };
    g_autofree uint64_t *counts = g_new0(uint64_t, subject->n_counters + 1);
    struct run_order order = { .executable = executable,
                               .plan = variant == FAULT ? &plan : NULL,
                               .gates = variant == FAULT ? GATE_COUNTS : GATE_CLOSED,
                               .location = *location,
                               .n_counters = variant == COUNT ? subject->n_counters : 0,
                               .counts = counts,
                               .timeout = 600 };
    g_autoptr(GError) error = NULL;
    g_autoptr(run_result_t) result = NULL;
    double before = used_by_children();

    result = program_run(subject, &order, scratch, &error);
    check(error);
    if (result->status != subject->golden->status || result->output->len != subject->golden->output->len ||
        (variant == FAULT) != (result->shared->n_injections > 0)) {
        fprintf(stderr, "programs: %s: a run differs from the golden one\n", executable);
        exit(1);
    }
    return used_by_children() - before;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof(*values), by_value);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct measured {
    double plain, ratios[VARIANTS];
};

static struct measured measure(const struct program_subject *subject, int rounds, const char *scratch)
{
    g_autofree char *plain = build_plain(subject);
    const char *const executables[VARIANTS] = { plain, subject->count_executable, subject->fault_executable };
    g_autofree double *ratios = g_new(double, rounds *VARIANTS), *times = g_new(double, rounds);
    struct random random = random_stream(1, 0);
    struct measured measured;

    for (int r = 0; r < rounds; r++) {
        struct location location = locate(subject, &random, scratch);
        double now[VARIANTS];

        for (int v = 0; v < VARIANTS; v++)
            now[v] = run(subject, executables[v], v, &location, scratch);
        times[r] = now[PLAIN];
        for (int v = 0; v < VARIANTS; v++)
            ratios[v * rounds + r] = now[v] / now[PLAIN];
    }
    measured.plain = median(times, rounds);
    for (int v = 0; v < VARIANTS; v++)
        measured.ratios[v] = median(ratios + v * rounds, rounds);
    return measured;
}

static struct measured measure_case(const struct bench_case *which, int level, int rounds)
{
    g_autoptr(campaign_t) campaign = campaign_of(which, level);
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(program_subject_t) subject = program_subject_new(campaign, &error);
    struct measured measured = { 0 };

    if (subject && program_run_golden(subject, scratch, &error))
        measured = measure(subject, rounds, scratch);
    folder_remove(scratch);
    check(error);
    return measured;
}

static gboolean is_wanted(const struct bench_case *which, char **names)
{
    g_autofree char *name = program_name(which->source);

    return !*names || g_strv_contains((const char *const *)names, name);
}

static void print_row(const char *name, const struct measured *measured)
{
    printf("| %s ", name);
    for (int l = 0; l < 2; l++) {
        if (measured[l].plain > 0)
            printf("| %.0f ", measured[l].plain * 1e3);
        else
            printf("| ");
        printf("| %.2f | %.2f ", measured[l].ratios[COUNT], measured[l].ratios[FAULT]);
    }
    printf("|\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[2]) : 7, n = 0;
    struct measured sum[2] = { 0 }, worst[2] = { 0 };

    if (argc < 2 || rounds < 1 || g_chdir(argv[1]) != 0) {
        fprintf(stderr, "usage: programs FOLDER [ROUNDS [NAME...]]\n");
        return 2;
    }
    printf("| program | -O0, ms | profile | fault | -O2, ms | profile | fault |\n"
           "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        struct measured measured[2];

        if (!is_wanted(&cases[c], argv + MIN(argc, 3)))
            continue;
        for (int l = 0; l < 2; l++) {
            measured[l] = measure_case(&cases[c], l, rounds);
            for (int v = 0; v < VARIANTS; v++) {
                sum[l].ratios[v] += measured[l].ratios[v];
                worst[l].ratios[v] = MAX(worst[l].ratios[v], measured[l].ratios[v]);
            }
        }
        print_row(cases[c].source, measured);
        n++;
    }
    for (int l = 0; l < 2; l++)
        for (int v = 0; v < VARIANTS; v++)
            sum[l].ratios[v] /= MAX(n, 1);
    print_row("average", sum);
    print_row("worst", worst);
    return 0;
}
