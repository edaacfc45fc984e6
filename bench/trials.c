/*
 * trials MODEL INPUT.npy...: runs trials of a campaign of single bit flips in the default sites, one after the other in
 * this process, and says how long one took on average. Reads lines "TIER TRIALS" from standard input and answers with
 * seconds; each line goes on with the campaign's trials where the last one of its tier stopped. Before the first one it
 * prints how many bytes the model's tensors and weights have.
 *
 * tier1   only what the fault changes; trials that need a child are left out, but for the time it takes to see that
 *
 * tier2   the struck layer and those behind it in a forked child
 */
#include "base/errors.h"
#include "engine/model/forked.h"
#include "engine/model/grain/differential.h"
#include "frontend/frontend.h"

#include <stdio.h>
#include <string.h>

#define CAMPAIGN_TRIALS 1000000000

struct bench {
    struct campaign *campaign;
    struct machine *machine;
    struct golden *golden;
    struct outcome_reference reference;
    struct plan plan;
    struct run run;
    struct differential *differential;
    uint64_t next[2];
};

static gboolean compile(struct bench *b, GError **error)
{
    gboolean done = golden_find_grains(b->golden, b->machine, error);

    for (int l = 1; done && l <= (int)b->machine->model->layers->len; l++)
        done = machine_compile(b->machine, l, FORM_FAULT, error) &&
               (b->machine->code[l - 1].grains != GRAINS_FOUND || machine_compile(b->machine, l, FORM_GRAIN, error));
    machine_drop_modules(b->machine);
    return done;
}

static gboolean prepare(struct bench *b, struct tensor *const *inputs, GError **error)
{
    struct run_option *option = run_option_new();

    option->trials = CAMPAIGN_TRIALS;
    b->campaign = campaign_new();
    g_ptr_array_set_size(b->campaign->runs, 0);
    g_ptr_array_add(b->campaign->runs, option);
    if (!machine_select(b->machine, &b->campaign->selection, error))
        return FALSE;
    b->golden = golden_new(b->machine, inputs, error);
    if (!b->golden ||
        !outcome_reference_init(&b->reference, &b->campaign->outcome, b->golden->outputs,
                                b->machine->model->outputs->len, -1, error) ||
        !plan_init(&b->plan, b->campaign, b->machine, &b->golden, 1, error) || !compile(b, error))
        return FALSE;
    b->run = (struct run){ .plan = &b->plan, .machine = b->machine, .references = &b->reference, .jobs = 1 };
    b->differential = differential_new(b->machine, &b->golden, 1, &b->reference);
    return TRUE;
}

/* FALSE: this tier can't do it. */
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
        done = forked_trial(&b->run, &planned, &trial, NULL, error);
    else
        done = differential_trial(b->differential, &planned, &trial, &outputs);
    if (tier == 1)
        differential_reset(b->differential);
    trial_clear(&trial);
    return done;
}

static gboolean answer(struct bench *b, GError **error)
{
    int tier, trials;

    printf("%" G_GSIZE_FORMAT "\n", b->machine->size + b->machine->constants_size);
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

static gboolean load(const char *path, GPtrArray *inputs, char **files, struct onnx_model **onnx, GError **error)
{
    *onnx = onnx_load(path, error);
    for (; *onnx && *files; files++) {
        struct tensor *tensor = tensor_load_npy(*files, error);

        if (!tensor)
            return FALSE;
        g_ptr_array_add(inputs, tensor);
    }
    return *onnx != NULL;
}

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    g_autoptr(onnx_model_t) onnx = NULL;
    g_autoptr(model_t) model = NULL;
    g_autoptr(GError) error = NULL;
    struct bench bench = { 0 };

    if (argc < 3) {
        fputs("usage: trials MODEL INPUT.npy...\n", stderr);
        return 2;
    }
    if (load(argv[1], inputs, argv + 2, &onnx, &error))
        model = onnx_lower(onnx, (struct tensor **)inputs->pdata, NULL, &error);
    bench.machine = model ? machine_new(model, NULL, 0, &error) : NULL;
    if (bench.machine && prepare(&bench, (struct tensor **)inputs->pdata, &error) && answer(&bench, &error))
        return 0;
    fprintf(stderr, "trials: %s\n", error ? error->message : "?");
    return 1;
}
