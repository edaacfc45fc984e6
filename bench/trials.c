/*
 * trials MODEL INPUT.npy...: runs trials of a campaign of single bit flips in the default sites, one after the other in
 * this process, and prints how long one took on average. Reads lines "TIER TRIALS" from standard input and prints
 * seconds; each line continues with the campaign's trials where the last one of its tier stopped. At its start it
 * prints how many bytes the model's tensors and weights have.
 *
 * tier1   only what the fault changes; of trials that need a child, only the time to find that out is measured
 * tier2   the struck layer and those after it in a forked child
 */
#include "base/errors.h"
#include "engine/model/forked.h"
#include "engine/model/grain/differential.h"

#include <stdio.h>
#include <string.h>

#define CAMPAIGN_TRIALS 1000000000

struct bench {
    struct campaign *campaign;
    struct model_subject *subject;
    struct plan plan;
    struct model_runner runner;
    uint64_t next[2];
};

static gboolean prepare(struct bench *b, const struct model *model, struct tensor *const *inputs, GError **error)
{
    struct run_option *option = run_option_new();
    struct model_subject *subject;

    option->trials = CAMPAIGN_TRIALS;
    b->campaign = campaign_new();
    g_ptr_array_set_size(b->campaign->runs, 0);
    g_ptr_array_add(b->campaign->runs, option);
    b->subject = subject = model_subject_create_of(b->campaign, model, inputs);
    if (!subject_load(&subject->base, error) || !subject_run_golden(&subject->base, NULL, error) ||
        !plan_init(&b->plan, &subject->base, error) || !model_subject_compile(subject, FALSE, error))
        return FALSE;
    b->runner.subject = subject;
    b->runner.differential = differential_new(subject->machine, subject->golden, 1, subject->references);
    return TRUE;
}

/* Runs a trial; FALSE: this tier can't run it. */
static gboolean run_one(struct bench *b, int tier, uint64_t number, GError **error)
{
    struct trial trial = { .number = number };
    const struct tensor *const *outputs;
    struct planned planned;
    gboolean done;

    plan_trial(&b->plan, number, &planned);
    trial.input = planned.input;
    trial.layer = planned.layer;
    if (tier == 2)
        done = forked_trial(&b->runner, &planned, &trial, NULL, error);
    else
        done = differential_trial(b->runner.differential, &planned, &trial, &outputs);
    if (tier == 1)
        differential_reset(b->runner.differential);
    trial_clear(&trial);
    return done;
}

static gboolean answer(struct bench *b, GError **error)
{
    int tier, trials;

    printf("%" G_GSIZE_FORMAT "\n", b->subject->machine->size + b->subject->machine->constants_size);
    fflush(stdout);
    while (scanf(" tier%d %d", &tier, &trials) == 2 && (tier == 1 || tier == 2)) {
        gint64 started = g_get_monotonic_time();

        for (int done = 0; done < trials;) {
            done += run_one(b, tier, b->next[tier - 1]++, error);
            if (error && *error)
                return FALSE;
        }
        printf("%.9f\n", (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC / trials);
        fflush(stdout);
    }
    return TRUE;
}

static gboolean load(const char *path, GPtrArray *inputs, char **files, struct node_graph **graph, GError **error)
{
    *graph = onnx_load(path, error);
    for (; *graph && *files; files++) {
        struct tensor *tensor = tensor_load_npy(*files, error);

        if (!tensor)
            return FALSE;
        g_ptr_array_add(inputs, tensor);
    }
    return *graph != NULL;
}

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    g_autoptr(node_graph_t) graph = NULL;
    g_autoptr(model_t) model = NULL;
    g_autoptr(GError) error = NULL;
    struct bench bench = { 0 };

    if (argc < 3) {
        fputs("usage: trials MODEL INPUT.npy...\n", stderr);
        return 2;
    }
    if (load(argv[1], inputs, argv + 2, &graph, &error))
        model = lower_graph(graph, (struct tensor **)inputs->pdata, NULL, &error);
    if (model && prepare(&bench, model, (struct tensor **)inputs->pdata, &error) && answer(&bench, &error))
        return 0;
    fprintf(stderr, "trials: %s\n", error ? error->message : "?");
    return 1;
}
