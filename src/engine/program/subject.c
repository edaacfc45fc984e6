/* Loads a program, makes its golden run and profile, and runs trials from the program's beginning. */
#include "engine/program/subject.h"

#include "base/errors.h"
#include "base/folder.h"
#include "base/setting_name.h"
#include "base/stages.h"
#include "engine/program/confine.h"
#include "engine/program/texts.h"
#include "engine/trial.h"
#include "passes/analysis/library.h"
#include "passes/pipeline.h"

#include <string.h>
#include <sys/wait.h>

/* The shortest time limit of a trial, how many times the golden run's time it may take, and the longest golden run; in
 * seconds. */
#define LEAST_SECONDS 0.1
#define TIMES_GOLDEN 20.0
#define MOST_GOLDEN 600.0
/* How many times longer the limit of a traced run is. */
#define TIMES_TRACED 10

const struct program_subject *program_subject_of(const struct subject *subject)
{
    g_assert(subject_is_program(subject));
    return (const struct program_subject *)subject;
}

void program_subject_free(struct program_subject *subject)
{
    if (!subject)
        return;
    program_free(subject->program);
    functions_free(subject->functions);
    g_free(subject->count_executable);
    g_free(subject->fault_executable);
    g_free(subject->trace_executable);
    g_free(subject->counters);
    g_free(subject->counts);
    g_clear_pointer(&subject->words, g_ptr_array_unref);
    g_clear_pointer(&subject->inputs, g_ptr_array_unref);
    run_result_free(subject->golden);
    confining_clear(subject->confining);
    g_free(subject->confining);
    g_clear_pointer(&subject->ignored, g_ptr_array_unref);
    subject_clear(&subject->base);
    g_free(subject);
}

static gboolean leads_out(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    return g_path_is_absolute(path) || g_strv_contains((const char *const *)parts, "..");
}

/* Each run has a folder of its own. A file that an argument names is copied to it if it is in the current folder;
 * otherwise the argument is made absolute. */
static void take_argument(struct program_subject *subject, const char *argument)
{
    gboolean is_file = g_file_test(argument, G_FILE_TEST_EXISTS);

    if (is_file && leads_out(argument)) {
        g_ptr_array_add(subject->words, g_canonicalize_filename(argument, NULL));
        return;
    }
    g_ptr_array_add(subject->words, g_strdup(argument));
    if (is_file)
        g_ptr_array_add(subject->inputs, g_strdup(argument));
}

static char *name_of_program(const char *source)
{
    g_autofree char *name = program_name(source);

    return g_strconcat("./", name, NULL);
}

static gboolean take_files(struct program_subject *subject, GError **error)
{
    const struct program_option *option = &subject->base.campaign->program;

    g_ptr_array_add(subject->words, name_of_program(option->sources->pdata[0]));
    for (guint a = 0; a < option->arguments->len; a++)
        take_argument(subject, option->arguments->pdata[a]);
    g_ptr_array_add(subject->words, NULL);
    for (guint f = 0; f < option->files->len; f++) {
        const char *path = option->files->pdata[f];

        if (!g_file_test(path, G_FILE_TEST_EXISTS) || leads_out(path)) {
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s %s: %s", setting_name("files"), path,
                        leads_out(path) ? "give files below this folder: they keep their place in the folders of runs"
                                        : "there is no such file");
            return FALSE;
        }
        if (!g_ptr_array_find_with_equal_func(subject->inputs, path, g_str_equal, NULL))
            g_ptr_array_add(subject->inputs, g_strdup(path));
    }
    if (!option->input || g_file_test(option->input, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s %s: there is no such file", setting_name("stdin"),
                option->input);
    return FALSE;
}

static gboolean check_outputs(const struct program_subject *subject, GError **error)
{
    const GPtrArray *outputs = subject->base.campaign->program.outputs;

    for (guint o = 0; o < outputs->len; o++) {
        if (!leads_out(outputs->pdata[o]))
            continue;
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "%s %s: the program runs in a folder of its own, so name a file below it", setting_name("outputs"),
                    (char *)outputs->pdata[o]);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_sites(const struct program_subject *subject, GError **error)
{
    if (subject->functions->sites->len > 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG,
                "the selection holds no instruction of '%s': check insttype, funcname, index and regSelMethod",
                subject->program->path);
    return FALSE;
}

/* IR from executables was saved before any optimization; sources have been compiled at the chosen level. */
static gboolean prepare(struct program *program, int level, struct protect_order *protection, GError **error)
{
    return pipeline_run(&(struct compilation){ .what = COMPILE_SOURCE,
                                               .form = FORM_SCALAR,
                                               .name = program->path,
                                               .from = program->module,
                                               .protection = protection,
                                               .opt_level = program->unoptimized ? level : 0 },
                        error) != NULL;
}

/* A client's server may be outside of its own network. */
static void confine_for(struct confining *confining, LLVMModuleRef module)
{
    confining->uses_network = LLVMGetNamedFunction(module, "socket") != NULL;
    if (confining->wanted && LLVMGetNamedFunction(module, "connect") && !LLVMGetNamedFunction(module, "listen"))
        confining->why_not = "the program is a client, whose server is outside of it";
}

/* Optimizes and protects it, as the campaign says. */
static gboolean prepare_program(struct program_subject *subject, GError **error)
{
    const struct campaign *campaign = subject->base.campaign;
    const struct protection *plan = subject->base.protection;
    struct protect_order order = { .protection = plan, .first_index = 1, .originals_only = campaign->originals_only };

    if (!plan)
        return prepare(subject->program, campaign->opt_level, NULL, error);
    order.aborts = !plan->keeps_going;
    if (!protection_check_hash(plan, subject->program->hash, subject->program->path, error) ||
        !prepare(subject->program, campaign->opt_level, &order, error))
        return FALSE;
    return order.n_protected > 0 ||
           set_error(error, LLTFI_ERROR_CONFIG,
                     "%s: nothing of '%s' would be protected: no function has an instruction that its rules select",
                     plan->path, subject->program->path);
}

/* A sanitizer follows the stack, which a snapshot leaves by another way than the program's own. */
static void leave_out_snapshots(struct program_subject *subject)
{
    const GPtrArray *link = subject->program->link;

    for (guint w = 0; w < link->len && !subject->from_start; w++)
        subject->from_start = link->pdata[w] && g_str_has_prefix(link->pdata[w], "-fsanitize=");
    if (subject->from_start && subject->base.campaign->snapshots)
        g_ptr_array_add(subject->base.notices,
                        g_strdup("trials run from the program's beginning: it is linked with a sanitizer"));
}

static gboolean load(struct program_subject *subject, GError **error)
{
    const struct campaign *campaign = subject->base.campaign;

    if (!program_check_rule(&campaign->outcome, error) || !texts_prepare(subject, error) ||
        !take_files(subject, error) || !check_outputs(subject, error))
        return FALSE;
    subject->program =
        program_load(&campaign->program, campaign->opt_level, ir_context(), subject->base.warnings, error);
    if (!subject->program || !prepare_program(subject, error))
        return FALSE;
    subject->functions = functions_new(subject->program->module, &campaign->selection, campaign->program.threads);
    subject->base.sites = subject->functions->sites;
    if (!program_check_names(subject, error) || !check_sites(subject, error))
        return FALSE;
    subject->in_turn = subject->functions->threads && !library_find(subject->program->module, LIBRARY_PARALLEL);
    confine_for(subject->confining, subject->program->module);
    leave_out_snapshots(subject);
    program_note_left_out(subject);
    return TRUE;
}

static gboolean load_and_build(struct subject *base, GError **error)
{
    struct program_subject *subject = (struct program_subject *)base;

    return load(subject, error) && program_build(subject, error);
}

struct program_subject *program_subject_load(const struct campaign *campaign, GError **error)
{
    g_autoptr(program_subject_t) subject = program_subject_create(campaign);

    return load(subject, error) ? g_steal_pointer(&subject) : NULL;
}

struct program_subject *program_subject_new(const struct campaign *campaign, GError **error)
{
    g_autoptr(program_subject_t) subject = program_subject_create(campaign);

    return load_and_build(&subject->base, error) ? g_steal_pointer(&subject) : NULL;
}

uint64_t program_executions(const struct program_subject *subject, unsigned index)
{
    unsigned counter = subject->counters[index - 1];

    return counter == G_MAXUINT ? 0 : subject->counts[counter];
}

static void count_sites(struct program_subject *subject)
{
    subject->total = 0;
    for (guint s = 0; s < subject->functions->sites->len; s++) {
        struct site *site = &g_array_index(subject->functions->sites, struct site, s);

        site->count = program_executions(subject, site->index);
        subject->total += site->count;
    }
}

/* Without faults protection must report nothing. */
static gboolean check_no_alarm(const struct program_subject *subject, const struct run_result *result, GError **error)
{
    if (!subject->base.protection || (!result->shared->detected && !result->shared->corrected))
        return TRUE;
    return set_error(
        error, LLTFI_ERROR_RUN,
        "'%s': its protection reports a fault though none was injected: does it compute with memory that it has "
        "not set?",
        subject->program->path);
}

static gboolean check_end(const struct program_subject *subject, const struct run_result *result, double timeout,
                          GError **error)
{
    if (!result->timed_out)
        return check_no_alarm(subject, result, error);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                "'%s' did not end in %g seconds, without any fault%s: does it wait for input (%s FILE), or does it "
                "need longer (%s SECONDS)?",
                subject->program->path, timeout,
                subject->base.campaign->program.input ? "" : " and with nothing on its standard input",
                setting_name("stdin"), setting_name("timeout"));
    return FALSE;
}

void program_await_next_second(const struct program_subject *subject)
{
    if (library_may_read_clock(subject->program->module))
        g_usleep((gulong)(G_USEC_PER_SEC - g_get_real_time() % G_USEC_PER_SEC));
}

/* Stack frames of the counting executable differ in size from those of the executable that trials run, and so may the
 * output of a program that prints addresses. So the golden run is one of the latter. */
static gboolean take_second(struct program_subject *subject, const struct run_order *plain, const char *scratch,
                            struct run_result **again, GError **error)
{
    g_autofree char *difference = run_difference(subject, subject->golden, *again);

    if (!difference)
        return TRUE;
    run_result_free(subject->golden);
    subject->golden = *again;
    program_await_next_second(subject);
    *again = program_run(subject, plain, scratch, error);
    return *again && check_end(subject, *again, plain->timeout, error);
}

/* Makes the golden run with counters. */
static gboolean profile(struct program_subject *subject, double timeout, const char *scratch, GError **error)
{
    STAGE("profile");
    struct run_order order = { .executable = subject->count_executable,
                               .location = { .countdown = NEVER },
                               .n_counters = subject->n_counters,
                               .counts = g_new0(uint64_t, subject->n_counters + 1),
                               .timeout = timeout };

    g_free(subject->counts);
    subject->counts = order.counts;
    g_clear_pointer(&subject->golden, run_result_free);
    subject->golden = program_run(subject, &order, scratch, error);
    subject->seconds = subject->golden ? subject->golden->seconds : 0;
    return subject->golden && check_end(subject, subject->golden, timeout, error);
}

/* A rate of outputs that nobody looks at means nothing. */
static gboolean check_compared(const struct program_subject *subject, GError **error)
{
    const struct run_result *golden = subject->golden;

    if (texts_are_there(subject, golden))
        return TRUE;
    if (golden->output->len > 0 || golden->files->len > 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "nothing to compare: %s leaves out all that '%s' writes without faults",
                         setting_name("ignore"), subject->program->path);
    return set_error(error, LLTFI_ERROR_INPUT,
                     "nothing to compare: without faults '%s' %s, and wrote no file in its folder. Give it the "
                     "arguments with which it prints its results",
                     subject->program->path,
                     golden->messages->len > 0 ? "wrote to standard error only, which the campaign leaves out"
                                               : "printed nothing");
}

/* Whether the golden run and a second one count as equal, by the rule for trials. */
static gboolean check_second(struct program_subject *subject, const struct run_result *again, const char *scratch,
                             GError **error)
{
    struct trial trial = { 0 };

    g_clear_pointer(&subject->base.unsteady, g_free);
    if (!program_judge(subject, again, FALSE, scratch, &trial, error))
        return FALSE;
    if (trial.outcome != OUTCOME_BENIGN)
        subject->base.unsteady = run_difference(subject, subject->golden, again);
    return TRUE;
}

gboolean program_run_golden(struct program_subject *subject, const char *scratch, GError **error)
{
    STAGE("golden run");
    double timeout = subject->base.campaign->timeout > 0 ? subject->base.campaign->timeout : MOST_GOLDEN;
    struct run_order plain = { .executable = subject->fault_executable,
                               .gates = subject->functions->threads ? GATE_CLOSED : GATE_COUNTS,
                               .location = { .gate = ALL_GATES, .countdown = NEVER },
                               .timeout = timeout };
    g_autoptr(run_result_t) again = NULL;

    if (!profile(subject, timeout, scratch, error))
        return FALSE;
    /* A signal, or another thread, may have ended the run between two counted edges. */
    if ((WIFSIGNALED(subject->golden->status) || subject->golden->cut_short) && !subject->functions->every_block &&
        !(program_build_count(subject, TRUE, error) && profile(subject, timeout, scratch, error)))
        return FALSE;
    program_note_missing(subject);
    count_sites(subject);
    program_await_next_second(subject);
    again = program_run(subject, &plain, scratch, error);
    if (!again || !check_end(subject, again, timeout, error) || !take_second(subject, &plain, scratch, &again, error) ||
        !check_second(subject, again, scratch, error))
        return FALSE;
    if (subject->confining->current &&
        !confinement_changed(subject->confining->current, "", subject->confining->written,
                             sizeof(subject->confining->written)))
        *subject->confining->written = '\0';
    program_note_golden(subject, again);
    if (!check_compared(subject, error))
        return FALSE;
    subject->limit = MAX(LEAST_SECONDS, TIMES_GOLDEN * subject->seconds);
    return TRUE;
}

/* Takes the injections from the shared file. The program may have overwritten it, so they are checked. */
static void take_injections(const struct program_subject *subject, const struct planned *planned,
                            const struct run_result *result, struct trial *trial)
{
    const GArray *sites = subject->functions->sites;
    uint32_t n = MIN(result->shared->n_injections, MAX_FAULTS);

    for (uint32_t i = 0; i < n; i++) {
        const struct injection *injection = &result->shared->injections[i];
        const struct site *site =
            injection->site < sites->len ? &g_array_index(sites, struct site, injection->site) : NULL;

        if (site && injection->reg_index < (uint32_t)site->n_registers && injection->fault < MAX_FAULTS)
            trial_add_injection(trial, planned, injection);
    }
    if (trial->n_injections > 0)
        trial->layer = g_array_index(sites, struct site, trial->injections[0].site).layer;
}

/* A fault that delays is not a hang: without a limit from the campaign, the time of the delays is added. */
double program_time_limit(const struct program_subject *subject, const struct planned *planned)
{
    const struct runtime_plan *runtime = &planned->runtime;
    gboolean delays = runtime->type == FAULT_SOFTWARE && runtime->software.action == SOFTWARE_SLEEP;

    if (planned->timeout > 0)
        return planned->timeout;
    return subject->limit + (delays ? (double)runtime->n_faults * SOFTWARE_SECONDS : 0);
}

gboolean program_conclude(const struct program_subject *subject, const struct planned *planned,
                          const struct run_result *result, const char *scratch, struct trial *trial, GError **error)
{
    trial->seconds = result->seconds;
    take_injections(subject, planned, result, trial);
    if (!program_judge(subject, result, planned->runtime.type != FAULT_NONE, scratch, trial, error))
        return FALSE;
    if (planned->is_control && trial->outcome != OUTCOME_BENIGN)
        trial->difference =
            result->timed_out ? g_strdup("it did not end in time") : run_difference(subject, subject->golden, result);
    return TRUE;
}

/* If every execution is struck, or trials are traced, all gates are open. */
static struct location where_to_count(const struct program_subject *subject, const struct planned *planned,
                                      struct location location)
{
    gboolean is_there = planned->runtime.every_site < 0 && subject->trace_most == 0 && !subject->all_gates;

    return is_there && location.gate != ALL_GATES
               ? location
               : (struct location){ .gate = ALL_GATES, .countdown = planned->countdown };
}

struct run_order program_order(const struct program_subject *subject, const struct planned *planned,
                               struct location located)
{
    return (struct run_order){
        .executable = subject->fault_executable,
        .plan = &planned->runtime,
        .gates = GATE_COUNTS,
        .location = where_to_count(subject, planned, located),
        .timeout = program_time_limit(subject, planned),
        .keep_folder = subject->observe != NULL,
        .keeps_gates = subject->all_gates,
    };
}

static struct run_result *run_trial(const struct program_subject *subject, const struct planned *planned,
                                    struct location location, const char *scratch, pid_t spared, struct trial *trial,
                                    GError **error)
{
    struct run_order order = program_order(subject, planned, location);
    g_autoptr(run_result_t) result = NULL;

    order.spared = spared;
    if (subject->trace_most > 0) {
        order.executable = subject->trace_executable;
        order.trace.most = subject->trace_most;
        order.timeout *= TIMES_TRACED;
    }
    result = program_run(subject, &order, scratch, error);
    return result && program_conclude(subject, planned, result, scratch, trial, error) ? g_steal_pointer(&result)
                                                                                       : NULL;
}

static struct run_result *run_observed(const struct program_subject *subject, const struct planned *planned,
                                       struct location location, const char *scratch, pid_t spared, struct trial *trial,
                                       GError **error)
{
    g_autofree char *folder = run_folder(scratch);
    g_autoptr(run_result_t) result = run_trial(subject, planned, location, scratch, spared, trial, error);
    gboolean done = result && (!subject->observe || planned->is_control ||
                               subject->observe(subject, planned, result, trial, folder, subject->observer, error));

    if (subject->observe)
        folder_remove(folder);
    return done ? g_steal_pointer(&result) : NULL;
}

struct run_result *program_trial_replay(const struct program_subject *subject, const struct planned *planned,
                                        const char *scratch, struct trial *trial, GError **error)
{
    const struct location unknown = { .gate = ALL_GATES };

    return run_observed(subject, planned, unknown, scratch, 0, trial, error);
}

gboolean program_trial(const struct program_subject *subject, const struct planned *planned, const char *scratch,
                       struct trial *trial, GError **error)
{
    g_autoptr(run_result_t) result = program_trial_replay(subject, planned, scratch, trial, error);

    return result != NULL;
}

gboolean program_trial_beside(const struct program_subject *subject, const struct planned *planned,
                              struct location location, const char *scratch, pid_t spared, struct trial *trial,
                              GError **error)
{
    g_autoptr(run_result_t) result = run_observed(subject, planned, location, scratch, spared, trial, error);

    return result != NULL;
}

static void free_program(struct subject *base)
{
    program_subject_free((struct program_subject *)base);
}

static gboolean run_golden(struct subject *base, const char *scratch, GError **error)
{
    return program_run_golden((struct program_subject *)base, scratch, error);
}

static uint64_t total(const struct subject *base, size_t input G_GNUC_UNUSED)
{
    return ((const struct program_subject *)base)->total;
}

/* All of a program runs instrumented: the struck function is known after the trial. */
static int locate(const struct subject *base G_GNUC_UNUSED, size_t input G_GNUC_UNUSED, uint64_t cycle G_GNUC_UNUSED,
                  uint64_t *before)
{
    *before = 0;
    return 0;
}

static guint count_parts(const struct subject *base)
{
    return ((const struct program_subject *)base)->functions->functions->len;
}

static struct subject_part part(const struct subject *base, guint number)
{
    const struct program_subject *subject = (const struct program_subject *)base;
    const struct function *function = &g_array_index(subject->functions->functions, struct function, number - 1);
    struct subject_part part = { .name = function->name, .type = "function" };

    for (unsigned i = 0; i < function->n_instructions; i++)
        part.instructions += program_executions(subject, function->first_index + i);
    for (unsigned s = function->first_site; s < function->first_site + function->n_sites; s++)
        part.selected += g_array_index(base->sites, struct site, s).count;
    return part;
}

static gboolean compile(struct subject *base G_GNUC_UNUSED, gboolean fork_all G_GNUC_UNUSED,
                        GError **error G_GNUC_UNUSED)
{
    return TRUE;
}

static const char *simplify(struct subject *base)
{
    struct program_subject *subject = (struct program_subject *)base;

    if (program_takes_snapshots(subject)) {
        subject->from_start = TRUE;
        return "run from the program's beginning, without snapshots";
    }
    if (subject->all_gates)
        return NULL;
    subject->all_gates = TRUE;
    return "count from the program's beginning, which is slower";
}

gboolean program_takes_snapshots(const struct program_subject *subject)
{
    return subject->base.campaign->snapshots && !subject->from_start && !subject->observe;
}

static const struct subject_kind kind = {
    .name = "program",
    .loading = "compiling the program and running it without faults",
    .running = "compiling the program and running it without faults",
    .depends_on = "the program, its inputs",
    .runs_in_files = TRUE,
    .free = free_program,
    .load = load_and_build,
    .run_golden = run_golden,
    .total = total,
    .locate = locate,
    .count_parts = count_parts,
    .part = part,
    .add_identity = program_add_identity,
    .control_interval = 32,
    .compile = compile,
    .simplify = simplify,
    .worker_new = program_worker_new,
    .chunk = program_chunk,
    .run_chunk = program_run_chunk,
    .run_trial = program_run_trial,
    .replay = program_replay_trial,
};

gboolean subject_is_program(const struct subject *subject)
{
    return subject->kind == &kind;
}

struct program_subject *program_subject_create(const struct campaign *campaign)
{
    struct program_subject *subject = g_new0(struct program_subject, 1);

    subject_init(&subject->base, &kind, campaign);
    subject->confining = g_new0(struct confining, 1);
    subject->confining->wanted = campaign->program.confine;
    subject->words = g_ptr_array_new_with_free_func(g_free);
    subject->inputs = g_ptr_array_new_with_free_func(g_free);
    return subject;
}
