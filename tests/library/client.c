/*
 * client CHECK MODEL INPUT PROGRAM: a program of somebody else that uses the library, with nothing but its public
 * header. Each check stands for one promise of the header; library.sh builds it against an installed copy and runs
 * each. Without arguments it lists them.
 */
#define _POSIX_C_SOURCE 200809L
#include <lltfi/lltfi.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_TRIALS 1000
#define TRIALS 300
#define TRIALS_TEXT "300"

static const char *model, *input, *program;

#define check(condition)                                           \
    do {                                                           \
        if (!(condition)) {                                        \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(EXIT_FAILURE);                                    \
        }                                                          \
    } while (0)

static void require_done(int done, const lltfi_error *error)
{
    if (!done)
        printf("failed: %s\n", lltfi_error_message(error));
    check(done && !error);
}

/* Frees the error. */
static void require_failed(int done, lltfi_error **error, int usage, const char *text)
{
    check(!done && *error);
    if (!strstr(lltfi_error_message(*error), text))
        printf("'%s' is not in: %s\n", text, lltfi_error_message(*error));
    check(strstr(lltfi_error_message(*error), text));
    check(lltfi_error_is_usage(*error) == usage);
    lltfi_error_free(*error);
    *error = NULL;
}

/* A call that takes &error succeeds; or fails, with this in the message. */
#define check_done(call)           \
    do {                           \
        int done = (call) != 0;    \
        require_done(done, error); \
    } while (0)
#define check_fails(call, usage, text)             \
    do {                                           \
        int done = (call) != 0;                    \
        require_failed(done, &error, usage, text); \
    } while (0)

/* What a campaign's events report. */
struct seen {
    lltfi_trial trials[MOST_TRIALS];
    unsigned n_trials, stop_after; /* 0: never stop */
    unsigned phases, phase_ends, ends, notes;
    lltfi_progress last;
};

static void see_phase(void *data, const char *what)
{
    struct seen *seen = data;

    seen->phases += what != NULL;
    seen->phase_ends += !what;
}

static void see_note(void *data, const char *text)
{
    check(*text);
    ((struct seen *)data)->notes++;
}

static void see_progress(void *data, const lltfi_progress *progress)
{
    struct seen *seen = data;

    check(!progress || (progress->done >= seen->last.done && progress->done <= progress->total));
    seen->ends += !progress;
    if (progress)
        seen->last = *progress;
}

static void see_trial(void *data, const lltfi_trial *trial)
{
    struct seen *seen = data;

    check(seen->n_trials < MOST_TRIALS);
    seen->trials[seen->n_trials++] = *trial;
}

static int ask_stop(void *data)
{
    const struct seen *seen = data;

    return seen->stop_after > 0 && seen->n_trials >= seen->stop_after;
}

static lltfi_events events_of(struct seen *seen)
{
    lltfi_events events = { 0 };

    memset(seen, 0, sizeof(*seen));
    events.data = seen;
    events.phase = see_phase;
    events.note = see_note;
    events.progress = see_progress;
    events.trial = see_trial;
    events.stop = ask_stop;
    return events;
}

static void set(lltfi_settings *settings, const char *name, const char *value)
{
    lltfi_error *error = NULL;

    check_done(lltfi_settings_set(settings, name, value, &error));
}

static lltfi_settings *settings_of(const char *subject, const char *trials, const char *folder)
{
    lltfi_settings *settings = lltfi_settings_new();
    lltfi_error *error = NULL;

    check_done(lltfi_settings_subject(settings, subject, &error));
    if (subject == model)
        set(settings, "input", input);
    set(settings, "trials", trials);
    set(settings, "out", folder);
    return settings;
}

static void run(lltfi_settings *settings, const lltfi_events *events)
{
    lltfi_error *error = NULL;
    lltfi_campaign *campaign = lltfi_campaign_open(settings, events, &error);

    check_done(campaign != NULL);
    check_done(lltfi_campaign_run(campaign, &error));
    lltfi_campaign_close(campaign);
}

static lltfi_rate rate_of(const char *folder, lltfi_outcome outcome)
{
    lltfi_error *error = NULL;
    lltfi_results *results = lltfi_results_load(folder, NULL, &error);
    lltfi_rate rate;

    check_done(results != NULL);
    check(lltfi_results_count(results) == 1);
    rate = lltfi_results_rate(results, 0, outcome);
    lltfi_results_free(results);
    return rate;
}

static uint64_t trials_of(const char *folder)
{
    uint64_t trials = 0;

    for (int outcome = 0; outcome < LLTFI_OUTCOMES; outcome++)
        trials += rate_of(folder, (lltfi_outcome)outcome).events;
    return trials;
}

static void settings_are_checked_one_by_one(void)
{
    lltfi_settings *settings = lltfi_settings_new();
    lltfi_error *error = NULL;

    check_fails(lltfi_settings_set(settings, "trials", "5", &error), 1, "say which model or program");
    check_done(lltfi_settings_subject(settings, model, &error));
    check_fails(lltfi_settings_subject(settings, "other.onnx", &error), 1,
                "one model at a time, not also 'other.onnx'");
    check_fails(lltfi_settings_set(settings, "trails", "5", &error), 1,
                "there is no setting 'trails' (did you mean 'trials'?)");
    check_fails(lltfi_settings_set(settings, "trials", "0", &error), 1, "trials: '0'");
    check_fails(lltfi_settings_set(settings, "trials", NULL, &error), 1, "trials needs a value");
    check_fails(lltfi_settings_subject(settings, model, &error), 1, "comes before all other settings");
    check_fails(lltfi_settings_load(settings, "x.yaml", &error), 1, "files come before single settings");
    check(!lltfi_settings_set(settings, "trials", "0", NULL));
    lltfi_settings_free(settings);
}

static void check_open_fails(lltfi_settings *settings, int usage, const char *text)
{
    lltfi_error *error = NULL;
    lltfi_campaign *campaign = lltfi_campaign_open(settings, NULL, &error);

    check_fails(campaign != NULL, usage, text);
    check(!lltfi_campaign_open(settings, NULL, NULL));
    lltfi_settings_free(settings);
}

static void opening_reports_what_is_wrong(void)
{
    lltfi_settings *settings = settings_of("nothing.onnx", "5", "nowhere");

    check_open_fails(settings, 0, "nothing.onnx");
    settings = settings_of(model, "5", "nowhere");
    lltfi_settings_argument(settings, "10");
    check_open_fails(settings, 1, "'10': only programs have arguments");
    settings = settings_of(model, "5", "nowhere");
    set(settings, "window", "5");
    check_open_fails(settings, 1, "window says how far several faults are apart: say how many with multiple");
    settings = settings_of(model, "5", "nowhere");
    set(settings, "layer", "Conv:99");
    check_open_fails(settings, 1, "the selection holds no instruction");
    check(access("nowhere", F_OK) != 0);
}

static void results_report_what_is_wrong(void)
{
    lltfi_settings *settings = settings_of(model, "20", "campaign");
    lltfi_error *error = NULL;
    lltfi_results *results = lltfi_results_load("nowhere", NULL, &error);

    check_fails(results != NULL, 0, "nowhere");
    run(settings, NULL);
    lltfi_settings_free(settings);
    results = lltfi_results_load("campaign", "day", &error);
    check_fails(results != NULL, 1, "layer, bit");
    results = lltfi_results_load("campaign", "propagation", &error);
    check_fails(results != NULL, 1, "propagation");
    check_fails(lltfi_replay("campaign", 20, NULL, NULL, &error), 0, "there is no trial 20");
    results = lltfi_results_load("campaign", NULL, &error);
    check_done(results != NULL);
    check(isnan(lltfi_results_rate(results, 1, LLTFI_SDC).rate));
    check(isnan(lltfi_results_rate(results, 0, LLTFI_OUTCOMES).rate));
    check(!lltfi_results_label(results, 0, "name"));
    lltfi_results_free(results);
}

static void nothing_can_be_freed(void)
{
    lltfi_error_free(NULL);
    lltfi_settings_free(NULL);
    lltfi_campaign_close(NULL);
    lltfi_results_free(NULL);
    check(strcmp(lltfi_error_message(NULL), "") == 0);
    check(lltfi_error_is_usage(NULL) == 0);
    check(strcmp(lltfi_outcome_name(LLTFI_SDC), "SDC") == 0);
    check(strcmp(lltfi_outcome_name(LLTFI_OUTCOMES), "") == 0);
    check(*lltfi_version());
}

static void one_campaign_is_open_at_a_time(void)
{
    lltfi_settings *one = settings_of(model, "20", "one"), *other = settings_of(model, "20", "other");
    lltfi_error *error = NULL;
    lltfi_campaign *campaign = lltfi_campaign_open(one, NULL, &error), *second;

    check_done(campaign != NULL);
    check(strcmp(lltfi_campaign_folder(campaign), "one") == 0);
    second = lltfi_campaign_open(other, NULL, &error);
    check_fails(second != NULL, 1, "another campaign is open");
    check(!lltfi_replay("one", 0, NULL, NULL, NULL));
    lltfi_campaign_close(campaign);
    run(other, NULL);
    check(trials_of("other") == 20);
    lltfi_settings_free(one);
    lltfi_settings_free(other);
}

static void events_report_what_happens(void)
{
    static struct seen seen;
    lltfi_events events = events_of(&seen);
    lltfi_settings *settings = settings_of(model, TRIALS_TEXT, "campaign");
    uint64_t by_outcome[LLTFI_OUTCOMES] = { 0 };

    run(settings, &events);
    check(seen.phases > 0 && seen.phases == seen.phase_ends && seen.ends == 1);
    check(seen.n_trials == TRIALS && seen.last.total == TRIALS && seen.last.done == TRIALS && seen.last.earlier == 0);
    for (unsigned t = 0; t < seen.n_trials; t++) {
        check(seen.trials[t].injections == 1 && seen.trials[t].layer > 0 && seen.trials[t].cycle > 0);
        check((seen.trials[t].before ^ seen.trials[t].after) == UINT64_C(1) << seen.trials[t].bit);
        by_outcome[seen.trials[t].outcome]++;
    }
    for (int outcome = 0; outcome < LLTFI_OUTCOMES; outcome++) {
        check(by_outcome[outcome] == seen.last.outcomes[outcome]);
        check(by_outcome[outcome] == rate_of("campaign", (lltfi_outcome)outcome).events);
    }
    events = events_of(&seen);
    run(settings, &events);
    check(seen.n_trials == 0);
    lltfi_settings_free(settings);
}

static void a_stopped_campaign_goes_on(void)
{
    static struct seen seen;
    lltfi_events events = events_of(&seen);
    lltfi_settings *settings = settings_of(model, "1000000", "campaign");
    uint64_t first;

    seen.stop_after = 1;
    events.trial = NULL;
    seen.n_trials = 1; /* stop when first asked */
    run(settings, &events);
    first = trials_of("campaign");
    check(first > 0 && first < 1000000 && seen.last.total == 1000000);
    events = events_of(&seen);
    events.trial = NULL;
    seen.stop_after = seen.n_trials = 1;
    run(settings, &events);
    check(seen.last.earlier == first);
    check(trials_of("campaign") > first);
    lltfi_settings_free(settings);
}

static void campaigns_follow_each_other(void)
{
    static struct seen one, other;
    const lltfi_events events = events_of(&one), other_events = events_of(&other);
    lltfi_settings *settings = settings_of(model, TRIALS_TEXT, "one");
    int different = 0;

    run(settings, &events);
    set(settings, "seed", "2");
    set(settings, "out", "other");
    run(settings, &other_events);
    check(trials_of("one") == TRIALS && trials_of("other") == TRIALS);
    for (unsigned t = 0; t < TRIALS; t++)
        different += one.trials[t].cycle != other.trials[t].cycle;
    check(different > 0);
    for (unsigned t = 0; t < TRIALS; t += 50) {
        lltfi_trial again;
        lltfi_error *error = NULL;

        check_done(lltfi_replay("one", one.trials[t].number, NULL, &again, &error));
        check(again.number == one.trials[t].number && again.outcome == one.trials[t].outcome);
        check(again.layer == one.trials[t].layer && again.cycle == one.trials[t].cycle);
        check(again.before == one.trials[t].before && again.after == one.trials[t].after);
    }
    lltfi_settings_free(settings);
}

static void the_process_is_left_as_it_was(void)
{
    struct sigaction child = { 0 }, fault, now;
    lltfi_settings *settings = settings_of(model, "50", "campaign");
    lltfi_error *error = NULL;
    char before[4096], after[4096];

    child.sa_handler = SIG_IGN;
    sigaction(SIGCHLD, &child, NULL);
    sigaction(SIGSEGV, NULL, &fault);
    check(mkdtemp(strcpy(before, "elsewhere-XXXXXX")));
    run(settings, NULL);
    check(chdir(before) == 0 && getcwd(before, sizeof(before)));
    check_done(lltfi_replay("../campaign", 7, NULL, NULL, &error));
    check(getcwd(after, sizeof(after)) && strcmp(before, after) == 0);
    check(sigaction(SIGCHLD, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
    check(sigaction(SIGXFSZ, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
    check(sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_handler == fault.sa_handler);
    lltfi_settings_free(settings);
}

static void programs_are_subjects(void)
{
    static struct seen seen;
    const lltfi_events events = events_of(&seen);
    lltfi_settings *settings = settings_of(program, "60", "campaign");
    lltfi_error *error = NULL;
    lltfi_results *results;
    lltfi_trial again;
    uint64_t trials = 0;

    lltfi_settings_argument(settings, "12");
    run(settings, &events);
    check(seen.n_trials == 60);
    run(settings, &events);
    check(seen.n_trials == 60);
    check_done(lltfi_replay("campaign", seen.trials[30].number, NULL, &again, &error));
    check(again.outcome == seen.trials[30].outcome && again.cycle == seen.trials[30].cycle);
    results = lltfi_results_load("campaign", "function", &error);
    check_done(results != NULL);
    for (size_t group = 0; group < lltfi_results_count(results); group++) {
        check(lltfi_results_label(results, group, "name"));
        trials += lltfi_results_rate(results, group, LLTFI_BENIGN).trials;
    }
    check(trials == 60 - rate_of("campaign", LLTFI_NOT_ACTIVATED).events);
    lltfi_results_free(results);
    lltfi_settings_free(settings);
}

static void exhaustive_rates_have_no_interval(void)
{
    lltfi_settings *settings = settings_of(model, "1", "campaign");
    lltfi_rate rate;

    set(settings, "exhaustive", NULL);
    set(settings, "layer", "Softmax");
    set(settings, "bits", "30");
    set(settings, "contained-only", NULL);
    run(settings, NULL);
    rate = rate_of("campaign", LLTFI_SDC);
    check(rate.trials > 0 && rate.low == rate.rate && rate.high == rate.rate);
    lltfi_settings_free(settings);
}

static void files_of_settings_are_read(void)
{
    static struct seen seen;
    const lltfi_events events = events_of(&seen);
    lltfi_settings *settings = lltfi_settings_new();
    lltfi_error *error = NULL;
    FILE *file = fopen("campaign.yaml", "w");

    check(file &&
          fprintf(file, "model: %s\ninputs: [%s, %s]\nseed: 3\nrunOption:\n- run: {numOfRuns: 40, fi_type: none}\n",
                  model, input, input) > 0 &&
          fclose(file) == 0);
    check_done(lltfi_settings_load(settings, "campaign.yaml", &error));
    set(settings, "input", input);
    set(settings, "out", "campaign");
    run(settings, &events);
    check(seen.n_trials == 40 && rate_of("campaign", LLTFI_BENIGN).events == 40);
    for (unsigned t = 0; t < seen.n_trials; t++)
        check(seen.trials[t].input == 0 && seen.trials[t].before == seen.trials[t].after);
    lltfi_settings_free(settings);
}

static void mistakes_in_files_have_a_place(void)
{
    lltfi_settings *settings = lltfi_settings_new();
    lltfi_error *error = NULL;
    FILE *file = fopen("campaign.yaml", "w");

    check(file && fputs("seed: many\n", file) > 0 && fclose(file) == 0);
    check_fails(lltfi_settings_load(settings, "campaign.yaml", &error), 1, "campaign.yaml:1:7: ");
    check_fails(lltfi_settings_load(settings, "nothing.yaml", &error), 0, "nothing.yaml");
    lltfi_settings_free(settings);
}

/* For comparison with what lltfi runs. */
static void a_plain_campaign(void)
{
    lltfi_settings *settings = settings_of(model, TRIALS_TEXT, "campaign");

    run(settings, NULL);
    lltfi_settings_free(settings);
}

#define CHECK(name) { #name, name }

static const struct {
    const char *name;
    void (*run)(void);
} checks[] = {
    CHECK(settings_are_checked_one_by_one),   CHECK(opening_reports_what_is_wrong),
    CHECK(results_report_what_is_wrong),      CHECK(nothing_can_be_freed),
    CHECK(one_campaign_is_open_at_a_time),    CHECK(events_report_what_happens),
    CHECK(a_stopped_campaign_goes_on),        CHECK(campaigns_follow_each_other),
    CHECK(the_process_is_left_as_it_was),     CHECK(programs_are_subjects),
    CHECK(exhaustive_rates_have_no_interval), CHECK(files_of_settings_are_read),
    CHECK(mistakes_in_files_have_a_place),    CHECK(a_plain_campaign),
};

static int list(void)
{
    for (size_t c = 0; c < sizeof(checks) / sizeof(checks[0]); c++)
        puts(checks[c].name);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 1)
        return list();
    if (argc != 5)
        return 2;
    model = argv[2];
    input = argv[3];
    program = argv[4];
    for (size_t c = 0; c < sizeof(checks) / sizeof(checks[0]); c++) {
        if (strcmp(checks[c].name, argv[1]) == 0) {
            checks[c].run();
            return EXIT_SUCCESS;
        }
    }
    printf("there is no check '%s'\n", argv[1]);
    return 2;
}
