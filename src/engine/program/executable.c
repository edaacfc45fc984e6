#include "engine/program/executable.h"

#include "base/errors.h"
#include "base/folder.h"
#include "engine/model/trial.h"

#include <string.h>
#include <sys/wait.h>

/* The shortest limit of a trial, how many times the golden run it may take, and the longest golden run, seconds. */
#define LEAST_SECONDS 1.0
#define TIMES_GOLDEN 20.0
#define MOST_GOLDEN 600.0
/* How many times longer a traced run may take. */
#define TIMES_TRACED 10

void process_free(struct process *process)
{
    if (!process)
        return;
    program_free(process->program);
    functions_free(process->functions);
    g_free(process->count_executable);
    g_free(process->fault_executable);
    g_free(process->trace_executable);
    g_free(process->counters);
    g_free(process->counts);
    g_clear_pointer(&process->words, g_ptr_array_unref);
    g_clear_pointer(&process->inputs, g_ptr_array_unref);
    g_clear_pointer(&process->notices, g_ptr_array_unref);
    process_result_free(process->golden);
    g_free(process);
}

static gboolean leads_out(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    return g_path_is_absolute(path) || g_strv_contains((const char *const *)parts, "..");
}

/* Runs have folders of their own: an argument that names a file here is copied there, or, where it leads out of this
 * folder, made absolute. */
static void take_argument(struct process *process, const char *argument)
{
    gboolean is_file = g_file_test(argument, G_FILE_TEST_EXISTS);

    if (is_file && leads_out(argument)) {
        g_ptr_array_add(process->words, g_canonicalize_filename(argument, NULL));
        return;
    }
    g_ptr_array_add(process->words, g_strdup(argument));
    if (is_file)
        g_ptr_array_add(process->inputs, g_strdup(argument));
}

static char *name_of_program(const char *source)
{
    g_autofree char *name = program_name(source);

    return g_strconcat("./", name, NULL);
}

static gboolean take_files(struct process *process, GError **error)
{
    const struct program_option *option = &process->campaign->program;

    g_ptr_array_add(process->words, name_of_program(option->sources->pdata[0]));
    for (guint a = 0; a < option->arguments->len; a++)
        take_argument(process, option->arguments->pdata[a]);
    g_ptr_array_add(process->words, NULL);
    for (guint f = 0; f < option->files->len; f++) {
        const char *path = option->files->pdata[f];

        if (!g_file_test(path, G_FILE_TEST_EXISTS) || leads_out(path)) {
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "--files %s: %s", path,
                        leads_out(path) ? "give files below this folder: they keep their place in the folders of runs"
                                        : "there is no such file");
            return FALSE;
        }
        if (!g_ptr_array_find_with_equal_func(process->inputs, path, g_str_equal, NULL))
            g_ptr_array_add(process->inputs, g_strdup(path));
    }
    if (!option->input || g_file_test(option->input, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "--stdin %s: there is no such file", option->input);
    return FALSE;
}

static gboolean check_outputs(const struct process *process, GError **error)
{
    const GPtrArray *outputs = process->campaign->program.outputs;

    for (guint o = 0; o < outputs->len; o++) {
        if (!leads_out(outputs->pdata[o]))
            continue;
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "--output %s: the program runs in a folder of its own, so name a file below it",
                    (char *)outputs->pdata[o]);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_sites(const struct process *process, GError **error)
{
    if (process->functions->sites->len > 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG,
                "the selection holds no instruction of '%s': check insttype, funcname, index and regSelMethod",
                process->program->path);
    return FALSE;
}

/* Executables bring what clang made before it optimized; sources were compiled as asked for. */
static gboolean optimize(struct program *program, int level, GError **error)
{
    g_autofree char *passes = g_strdup_printf("default<O%d>", level);

    return !program->unoptimized || level == 0 || ir_run_passes(program->module, passes, error);
}

struct process *process_load(const struct campaign *campaign, GError **error)
{
    g_autoptr(process_t) process = g_new0(struct process, 1);
    const struct program_option *option = &campaign->program;

    process->campaign = campaign;
    process->words = g_ptr_array_new_with_free_func(g_free);
    process->inputs = g_ptr_array_new_with_free_func(g_free);
    process->notices = g_ptr_array_new_with_free_func(g_free);
    if (!process_check_rule(&campaign->outcome, error) || !take_files(process, error) || !check_outputs(process, error))
        return NULL;
    process->program = program_load(option, campaign->opt_level, ir_context(), error);
    if (!process->program || !optimize(process->program, campaign->opt_level, error))
        return NULL;
    process->functions = functions_new(process->program->module, &campaign->selection, option->threads);
    if (!check_sites(process, error))
        return NULL;
    process_tell_left_out(process);
    return g_steal_pointer(&process);
}

struct process *process_new(const struct campaign *campaign, GError **error)
{
    g_autoptr(process_t) process = process_load(campaign, error);

    return process && process_build(process, error) ? g_steal_pointer(&process) : NULL;
}

uint64_t process_executions(const struct process *process, unsigned index)
{
    unsigned counter = process->counters[index - 1];

    return counter == G_MAXUINT ? 0 : process->counts[counter];
}

static void count_sites(struct process *process)
{
    process->total = 0;
    for (guint s = 0; s < process->functions->sites->len; s++) {
        struct site *site = &g_array_index(process->functions->sites, struct site, s);

        site->count = process_executions(process, site->index);
        process->total += site->count;
    }
}

static gboolean check_end(const struct process *process, const struct process_result *result, double timeout,
                          GError **error)
{
    if (!result->timed_out)
        return TRUE;
    g_set_error(
        error, LLTFI_ERROR, LLTFI_ERROR_RUN,
        "'%s' did not end in %g seconds, without any fault%s: does it wait for input (--stdin FILE), or does it "
        "need longer (--timeout SECONDS)?",
        process->program->path, timeout,
        process->campaign->program.input ? "" : " and with nothing on its standard input");
    return FALSE;
}

/* Frames of the executable that counts have other sizes than those of the one that trials run: a program that shows
 * addresses differs between the two, and is judged by the latter. */
static gboolean take_second(struct process *process, const struct process_order *plain, const char *scratch,
                            struct process_result **again, GError **error)
{
    g_autofree char *difference = process_difference(process, process->golden, *again);

    if (!difference)
        return TRUE;
    process_result_free(process->golden);
    process->golden = *again;
    *again = process_run(process, plain, scratch, error);
    return *again && check_end(process, *again, plain->timeout, error);
}

/* The golden run that counts. */
static gboolean profile(struct process *process, double timeout, const char *scratch, GError **error)
{
    struct process_order order = { .executable = process->count_executable,
                                   .location = { .countdown = NEVER },
                                   .n_counters = process->n_counters,
                                   .counts = g_new0(uint64_t, process->n_counters + 1),
                                   .timeout = timeout };

    g_free(process->counts);
    process->counts = order.counts;
    g_clear_pointer(&process->golden, process_result_free);
    process->golden = process_run(process, &order, scratch, error);
    process->seconds = process->golden ? process->golden->seconds : 0;
    return process->golden && check_end(process, process->golden, timeout, error);
}

gboolean process_golden(struct process *process, const char *scratch, GError **error)
{
    double timeout = process->campaign->timeout > 0 ? process->campaign->timeout : MOST_GOLDEN;
    struct process_order plain = { .executable = process->fault_executable,
                                   .gates = process->functions->threads ? GATE_CLOSED : GATE_COUNTS,
                                   .location = { .gate = ALL_GATES, .countdown = NEVER },
                                   .timeout = timeout };
    g_autoptr(process_result_t) again = NULL;

    if (!profile(process, timeout, scratch, error))
        return FALSE;
    /* A signal, or another thread, may have ended it between two counted edges. */
    if ((WIFSIGNALED(process->golden->status) || process->golden->cut_short) && !process->functions->every_block &&
        !(process_build_count(process, TRUE, error) && profile(process, timeout, scratch, error)))
        return FALSE;
    process_tell_missing(process);
    count_sites(process);
    again = process_run(process, &plain, scratch, error);
    if (!again || !check_end(process, again, timeout, error) || !take_second(process, &plain, scratch, &again, error))
        return FALSE;
    process_tell_golden(process, again);
    process->limit = MAX(LEAST_SECONDS, TIMES_GOLDEN * process->seconds);
    return TRUE;
}

/* The program may have written anything where its injections should be. */
static void take_injections(const struct process *process, const struct planned *planned,
                            const struct process_result *result, struct trial *trial)
{
    const GArray *sites = process->functions->sites;
    uint32_t n = MIN(result->shared->n_injections, RUNTIME_MAX_FAULTS);

    for (uint32_t i = 0; i < n; i++) {
        const struct runtime_injection *injection = &result->shared->injections[i];
        const struct site *site =
            injection->site < sites->len ? &g_array_index(sites, struct site, injection->site) : NULL;

        if (site && injection->reg_index < (uint32_t)site->n_registers && injection->fault < RUNTIME_MAX_FAULTS)
            trial_add_injection(trial, planned, injection);
    }
    if (trial->n_injections > 0)
        trial->layer = g_array_index(sites, struct site, trial->injections[0].site).layer;
}

/* A delay is no hang: unless the campaign says how long a trial may take, it has the time of its delays as well. */
double process_time_limit(const struct process *process, const struct planned *planned)
{
    const struct runtime_plan *runtime = &planned->runtime;
    gboolean delays = runtime->type == RUNTIME_SOFTWARE && runtime->software.action == SOFTWARE_SLEEP;

    if (planned->timeout > 0)
        return planned->timeout;
    return process->limit + (delays ? (double)runtime->n_faults * SOFTWARE_SECONDS : 0);
}

gboolean process_conclude(const struct process *process, const struct planned *planned,
                          const struct process_result *result, const char *scratch, struct trial *trial, GError **error)
{
    trial->seconds = result->seconds;
    take_injections(process, planned, result, trial);
    return process_judge(process, result, planned->runtime.type != RUNTIME_NONE, scratch, trial, error);
}

/* Where every execution is struck no gate is looked for. */
static struct location where_to_count(const struct process *process, const struct planned *planned,
                                      struct location location)
{
    gboolean is_there = planned->runtime.every_site < 0 && process->trace_most == 0;

    return is_there && location.gate != ALL_GATES
               ? location
               : (struct location){ .gate = ALL_GATES, .countdown = planned->countdown };
}

struct process_order process_order_of(const struct process *process, const struct planned *planned,
                                      struct location located)
{
    return (struct process_order){
        .executable = process->fault_executable,
        .plan = &planned->runtime,
        .gates = GATE_COUNTS,
        .location = where_to_count(process, planned, located),
        .timeout = process_time_limit(process, planned),
        .keep_folder = process->observe != NULL,
    };
}

static struct process_result *run_trial(const struct process *process, const struct planned *planned,
                                        struct location location, const char *scratch, pid_t spared,
                                        struct trial *trial, GError **error)
{
    struct process_order order = process_order_of(process, planned, location);
    g_autoptr(process_result_t) result = NULL;

    order.spared = spared;
    if (process->trace_most > 0) {
        order.executable = process->trace_executable;
        order.trace.most = process->trace_most;
        order.timeout *= TIMES_TRACED;
    }
    result = process_run(process, &order, scratch, error);
    return result && process_conclude(process, planned, result, scratch, trial, error) ? g_steal_pointer(&result)
                                                                                       : NULL;
}

static struct process_result *run_observed(const struct process *process, const struct planned *planned,
                                           struct location location, const char *scratch, pid_t spared,
                                           struct trial *trial, GError **error)
{
    g_autofree char *folder = process_folder(scratch);
    g_autoptr(process_result_t) result = run_trial(process, planned, location, scratch, spared, trial, error);
    gboolean done = result && (!process->observe ||
                               process->observe(process, planned, result, trial, folder, process->observer, error));

    if (process->observe)
        folder_remove(folder);
    return done ? g_steal_pointer(&result) : NULL;
}

struct process_result *process_replay(const struct process *process, const struct planned *planned, const char *scratch,
                                      struct trial *trial, GError **error)
{
    const struct location unknown = { .gate = ALL_GATES };

    return run_observed(process, planned, unknown, scratch, 0, trial, error);
}

gboolean process_trial(const struct process *process, const struct planned *planned, const char *scratch,
                       struct trial *trial, GError **error)
{
    g_autoptr(process_result_t) result = process_replay(process, planned, scratch, trial, error);

    return result != NULL;
}

gboolean process_trial_beside(const struct process *process, const struct planned *planned, struct location location,
                              const char *scratch, pid_t spared, struct trial *trial, GError **error)
{
    g_autoptr(process_result_t) result = run_observed(process, planned, location, scratch, spared, trial, error);

    return result != NULL;
}
