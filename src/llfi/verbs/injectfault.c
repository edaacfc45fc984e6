/* `lltfi injectfault`: a campaign as runOption says, whose results are written as LLFI writes them. */
#include "llfi/verbs/verbs.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/folder.h"
#include "campaign/campaign.h"
#include "llfi/verbs/print.h"
#include "terminal/interrupt.h"
#include "terminal/terminal.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static const char help[] =
    "usage: lltfi injectfault [--jobs N] llfi/NAME-faultinjection.exe [ARGUMENT...]\n\n"
    "Runs the program with faults as the runOption of input.yaml says, and writes what each run\n"
    "left into llfi/. Afterwards: `lltfi results llfi/lltfi --by function`. See docs/llfi.md.\n\n"
    "  -j, --jobs N   runs at once (default: one for each processor)\n"
    "  -h, --help     print this\n";

/* The folder of the campaign's database in the tree. */
#define RESULTS "lltfi"

/* The command line. */
struct injectfault {
    gboolean help;
    int jobs; /* 0: not given */
    int argc; /* the executable and its arguments */
    char **argv;
};

/* A running campaign. */
struct injecting {
    struct llfi_trials trials;
    struct program_subject *subject;
    struct campaign_run *campaign;
    struct llfi_print *print; /* NULL: no trial has begun */
    GError *left;             /* why the last run options are left out; NULL: all are run */
};

static gboolean set_jobs(struct injectfault *from, const char *text, GError **error)
{
    int64_t jobs;

    if (!text || !integer_parse(text, 1, 1024, &jobs, error)) {
        g_prefix_error(error, "--jobs: ");
        return text ? FALSE : set_error(error, LLTFI_ERROR_USAGE, "--jobs: the number is missing");
    }
    from->jobs = (int)jobs;
    return TRUE;
}

static gboolean parse(struct injectfault *from, int argc, char **argv, GError **error)
{
    int a = 1;

    for (; a < argc && *argv[a] == '-'; a++) {
        if (strcmp(argv[a], "--help") == 0 || strcmp(argv[a], "-h") == 0)
            from->help = TRUE;
        else if (g_str_has_prefix(argv[a], "--jobs=")) {
            if (!set_jobs(from, argv[a] + strlen("--jobs="), error))
                return FALSE;
        } else if (strcmp(argv[a], "--jobs") == 0 || strcmp(argv[a], "-j") == 0) {
            if (!set_jobs(from, ++a < argc ? argv[a] : NULL, error))
                return FALSE;
        } else
            return set_error(error, LLTFI_ERROR_USAGE, "'%s' is not an option; `lltfi injectfault --help` lists them",
                             argv[a]);
    }
    from->argc = argc - a;
    from->argv = argv + a;
    return from->help || from->argc > 0 ||
           set_error(error, LLTFI_ERROR_USAGE, "the executable is missing; see `lltfi injectfault --help`");
}

/* As LLFI does, the total is read from the file that `profile` wrote. */
static gboolean check_profile(const struct llfi_record *record, GError **error)
{
    static const char path[] = "llfi.stat.prof.txt", key[] = "\ntotal_cycle=";
    g_autofree char *text = NULL;
    const char *total;

    if (!record->profiled || !g_file_get_contents(path, &text, NULL, NULL))
        return set_error(error, LLTFI_ERROR_INPUT, "%s: there is no profile: run `lltfi profile` first", path);
    total = strstr(text, key);
    if (total && g_ascii_strtoull(total + strlen(key), NULL, 10) == record->total)
        return TRUE;
    return set_error(error, LLTFI_ERROR_INPUT, "%s is not that of this program's profile: run `lltfi profile` again",
                     path);
}

/* Without a seed every campaign draws different faults, as LLFI does; a note says how to repeat them. */
static void choose_seed(struct campaign *campaign)
{
    const struct run_option *first = campaign->runs->pdata[0];
    gboolean drawn = FALSE;

    if (campaign->seed >= 0)
        return;
    campaign->seed = first->seed >= 0 ? first->seed : g_random_int();
    for (guint r = 0; r < campaign->runs->len; r++)
        drawn |= ((struct run_option *)campaign->runs->pdata[r])->seed < 0;
    if (drawn)
        fprintf(stderr,
                "lltfi: note: no fi_random_seed is given; `seed: %" G_GINT64_FORMAT "` in %s repeats these faults\n",
                campaign->seed, LLFI_INPUT);
}

static struct campaign *load_campaign(const struct llfi_tree *tree, struct llfi_record *record, int jobs,
                                      GPtrArray *arguments, GError **error)
{
    g_autoptr(campaign_t) campaign = llfi_campaign(tree, record, LLFI_INPUT, arguments, error);

    if (!campaign)
        return NULL;
    if (!campaign->trials_given) {
        set_error(error, LLTFI_ERROR_CONFIG,
                  LLFI_INPUT ":1:1: the key 'runOption' is missing: it says which faults "
                             "are injected");
        return NULL;
    }
    for (guint f = 0; f < record->files->len; f++)
        g_ptr_array_add(campaign->program.outputs, g_strdup(record->files->pdata[f]));
    campaign->jobs = jobs > 0 ? jobs : campaign->jobs;
    g_free(campaign->out);
    campaign->out = llfi_path(tree, RESULTS);
    campaign->allow_nondeterminism = TRUE; /* LLFI's users compare outputs themselves; a note says what differs */
    for (guint n = 0; n < campaign->notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)campaign->notices->pdata[n]);
    choose_seed(campaign);
    return g_steal_pointer(&campaign);
}

/* The first trial begins. */
static void begin_print(gpointer data, const lltfi_progress *progress G_GNUC_UNUSED)
{
    struct injecting *injecting = data;

    if (!injecting->print)
        injecting->print =
            llfi_print_new(&injecting->trials, injecting->subject, campaign_plan_of(injecting->campaign));
}

static gboolean print_trial(gpointer data, const struct trial *trial, GError **error)
{
    return llfi_print_trial(((struct injecting *)data)->print, trial, error);
}

/* LLFI checks a run option after the ones before it have run: one that can't be run ends the campaign there. */
static gboolean plan_runs(struct injecting *injecting, GError **error)
{
    GPtrArray *runs = injecting->subject->base.campaign->runs;
    GError *found = NULL;

    while (!campaign_plan(injecting->campaign, &found)) {
        if (runs->len == 1) {
            g_propagate_error(error, found);
            return FALSE;
        }
        g_clear_error(&injecting->left);
        injecting->left = g_steal_pointer(&found);
        g_ptr_array_set_size(runs, (gint)runs->len - 1);
    }
    return TRUE;
}

static gboolean run_campaign(struct injecting *injecting, GError **error)
{
    struct program_subject *subject = injecting->subject;
    uint64_t trials;

    if (!plan_runs(injecting, error))
        return FALSE;
    trials = campaign_plan_of(injecting->campaign)->trials;
    injecting->trials.statuses =
        mmap(NULL, trials * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (injecting->trials.statuses == MAP_FAILED)
        return set_error(error, LLTFI_ERROR_RUN, "no memory for the results of %" G_GUINT64_FORMAT " runs", trials);
    folder_remove(subject->base.campaign->out);
    if (!llfi_trials_begin(&injecting->trials, error))
        return FALSE;
    subject->observe = llfi_keep_trial;
    subject->observer = &injecting->trials;
    interrupt_handle();
    return campaign_run(injecting->campaign, error);
}

/* Run options that were left out are an error, reported after the others have run. */
static gboolean report_left(struct injecting *injecting, gboolean done, GError **error)
{
    g_autoptr(GError) left = g_steal_pointer(&injecting->left);

    if (!done || !left)
        return done;
    return set_error(error, LLTFI_ERROR_CONFIG, "%s; only the run options before it were run", left->message);
}

/* LLFI has one run at a time. */
static void choose_jobs(struct campaign *campaign, const struct program_subject *subject, int given)
{
    if (given > 0 || campaign->jobs != (int)g_get_num_processors() || !program_outside_call(subject))
        return;
    campaign->jobs = 1;
    fputs("lltfi: note: one run at a time: the program connects to something outside, as a server or a lock; --jobs N "
          "for more\n",
          stderr);
}

static void note_other_arguments(const struct llfi_record *record, const struct program_subject *subject)
{
    g_autofree char *command = g_strjoinv("\n", (char **)subject->words->pdata);

    if (g_strcmp0(command, record->command) != 0)
        fputs("lltfi: note: profile ran with other arguments: cycles and the golden output are those of its run\n",
              stderr);
}

static void print_note(void *data G_GNUC_UNUSED, const char *text)
{
    fprintf(stderr, "lltfi: note: %s\n", text);
}

static gboolean inject_into(struct injecting *injecting, GError **error)
{
    const lltfi_events events = {
        .data = injecting, .note = print_note, .progress = begin_print, .stop = is_interrupted
    };
    g_autoptr(campaign_run_t) c = campaign_adopt(&injecting->subject->base, &events);
    gboolean done;

    campaign_observe(c, print_trial, injecting);
    injecting->campaign = c;
    done = run_campaign(injecting, error);
    llfi_print_free(injecting->print);
    return done;
}

static gboolean inject(const struct injectfault *from, GError **error)
{
    g_autoptr(llfi_tree_t) tree = llfi_tree_of_executable(from->argv[0], LLFI_FAULTINJECTION, error);
    g_autoptr(GPtrArray) arguments = tree ? llfi_arguments(tree, from->argc - 1, from->argv + 1) : NULL;
    g_autoptr(llfi_record_t) record = tree && llfi_tree_enter(tree, error) ? llfi_record_load(tree, error) : NULL;
    g_autoptr(campaign_t) campaign = NULL;
    g_autoptr(program_subject_t) subject = NULL;
    g_autoptr(GArray) layers = NULL;
    struct injecting injecting = { .trials = { .tree = tree, .record = record } };
    gboolean done;

    if (!record || !check_profile(record, error))
        return FALSE;
    injecting.trials.campaign = campaign = load_campaign(tree, record, from->jobs, arguments, error);
    injecting.subject = subject = campaign ? llfi_subject(tree, record, campaign, error) : NULL;
    if (!subject || !llfi_take_golden(tree, record, subject, error))
        return FALSE;
    note_other_arguments(record, subject);
    choose_jobs(campaign, subject, from->jobs);
    injecting.trials.layers = layers = record->ml_stats ? llfi_layers(subject) : NULL;
    done = llfi_keep_inputs(tree, arguments, error) && inject_into(&injecting, error) &&
           terminal_summary(campaign->out, FALSE, error);
    return report_left(&injecting, done, error);
}

int verb_injectfault(int argc, char **argv)
{
    struct injectfault from = { 0 };
    g_autoptr(GError) error = NULL;
    int signal_number;

    if (!parse(&from, argc, argv, &error))
        return llfi_fail(error);
    if (from.help) {
        fputs(help, stdout);
        return 0;
    }
    if (!inject(&from, &error))
        return llfi_fail(error);
    signal_number = g_atomic_int_get(&interrupted);
    return signal_number ? 128 + signal_number : 0;
}
