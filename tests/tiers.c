/*
 * The same fault has the same outcome on every tier: tiers FAULTS STRIDE MODEL.onnx...
 *
 * For each network and selection, FAULTS faults are run in three ways: only what the fault changes (tier 1), the struck
 * layer in a child (tier 2), and the whole model in its fault form from start to end. All tensors of the first and the
 * third, and all results and propagation records of the first two, must be equal bit for bit. Loads from wrong
 * addresses would crash the third way, and are compared in the first two. The third way is slow: every STRIDE-th fault
 * is run in it.
 */
#include "stage.h"

#include "engine/model/grain/differential.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t n_faults, stride;

/* A selection of sites and a kind of faults. */
struct kind {
    const char *name;
    void (*choose)(struct stage *stage);
    double least; /* share of the faults that tier 1 must be able to do */
};

static void choose_arithmetic(struct stage *s G_GNUC_UNUSED)
{
}

static void choose_every_register(struct stage *s)
{
    struct instruction_selection *entry = s->campaign->selection.entries->pdata[0];

    entry->include_all = TRUE;
    s->campaign->selection.registers = REGISTER_ALL;
}

static void choose_default(struct stage *s)
{
    g_ptr_array_set_size(s->campaign->selection.entries, 0);
}

static void choose_several_bits(struct stage *s)
{
    stage_option(s)->num_bits = 4;
    stage_option(s)->fault = FAULT_STUCK_AT_1;
}

static void choose_several_registers(struct stage *s)
{
    stage_option(s)->max_multiple = 4;
    stage_option(s)->window_start = 1;
    stage_option(s)->window_end = 40;
}

static void choose_addresses(struct stage *s)
{
    static const char *const opcodes[] = { "getelementptr", "or", "shl", "mul" };

    stage_select(s, opcodes, G_N_ELEMENTS(opcodes));
}

/* Protects by rules; check_kind deletes the file. */
static void protect(struct stage *s, const char *rules)
{
    g_autofree char *text = g_strconcat("rules:\n", rules, NULL);
    GError *error = NULL;
    int file = g_file_open_tmp("plan-XXXXXX.yaml", &s->campaign->protect, &error);

    g_assert_no_error(error);
    g_assert_cmpint(write(file, text, strlen(text)), ==, (gssize)strlen(text));
    close(file);
    choose_default(s);
}

static void choose_voting_shadows(struct stage *s)
{
    protect(s, "  - {technique: shadow, correct: vote}\n");
}

static void choose_detecting_chains(struct stage *s)
{
    protect(s, "  - {technique: acd, layers: [Conv]}\n  - {technique: aid, correct: min, scope: data}\n");
}

static const struct kind kinds[] = {
    { "arithmetic", choose_arithmetic, 0.99 },         { "default", choose_default, 0.99 },
    { "every register", choose_every_register, 0.9 },  { "four stuck bits", choose_several_bits, 0.99 },
    { "four faults", choose_several_registers, 0.9 },  { "addresses", choose_addresses, 0.9 },
    { "voting shadows", choose_voting_shadows, 0.97 }, { "detecting chains", choose_detecting_chains, 0.9 },
};

static gboolean may_go_astray(const struct stage *s, const struct trial *trial)
{
    const struct injection *injection = trial->injections;

    return trial->n_injections > 0 && s->machine->guarded[injection->site] >> injection->reg_index & 1;
}

static void run_whole(struct stage *s, const struct planned *planned)
{
    struct runtime_plan plan = planned->runtime;
    unsigned char *memory = stage_memory(s);

    runtime_arm(&plan, planned->cycle - 1);
    for (int l = 1; l <= (int)s->c->model->layers->len; l++)
        machine_run_layer(s->machine, memory, l, FORM_FAULT, NULL);
    if (memcmp(memory, s->golden->memory->data, s->golden->memory->size) != 0)
        g_error("cycle %" G_GUINT64_FORMAT " (layer %d): the tensors differ from a run of the whole model",
                planned->cycle, planned->layer);
    free(memory);
}

/* Whether the first way was possible; compares it with the third. */
static gboolean compare_with_whole(struct stage *s, struct differential *differential, uint64_t number)
{
    struct trial trial = { .number = number };
    const struct tensor *const *outputs;
    struct planned planned;

    plan_trial(&s->plan, number, &planned);
    trial.input = planned.input;
    trial.layer = planned.layer;
    if (!differential_trial(differential, &planned, &trial, &outputs))
        return FALSE;
    if (number % stride == 0 && !may_go_astray(s, &trial))
        run_whole(s, &planned);
    differential_reset(differential);
    g_assert_cmpmem(s->golden->memory->data, s->golden->memory->size, s->golden->memory->golden,
                    s->golden->memory->size);
    trial_clear(&trial);
    return TRUE;
}

static void compare_all_with_whole(struct stage *s, const struct kind *kind)
{
    struct differential *differential = differential_new(s->machine, &s->golden, 1, s->reference);
    uint64_t possible = 0;

    for (uint64_t k = 0; k < n_faults; k++)
        possible += compare_with_whole(s, differential, k);
    g_test_message("%s: tier 1 did %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, kind->name, possible, n_faults);
    g_assert_cmpfloat((double)possible, >=, kind->least * (double)n_faults);
    differential_free(differential);
}

/* Asserts that a trial whose fault struck and whose run ended by itself has a record. */
static void assert_recorded(const struct trial *trial)
{
    if (trial->n_injections > 0 && (trial->outcome == OUTCOME_BENIGN || trial->outcome == OUTCOME_SDC))
        g_assert_cmpint(trial->n_changes, >, 0);
}

static void compare_tiers(struct stage *s)
{
    g_autoptr(GArray) differential = stage_run(s, 2, FALSE), forked = stage_run(s, 2, TRUE);

    g_assert_cmpuint(differential->len, ==, n_faults);
    g_assert_cmpuint(forked->len, ==, n_faults);
    for (guint i = 0; i < differential->len; i++) {
        assert_same_trial(&g_array_index(differential, struct trial, i), &g_array_index(forked, struct trial, i));
        assert_recorded(&g_array_index(differential, struct trial, i));
        assert_same_changes(&g_array_index(differential, struct trial, i), &g_array_index(forked, struct trial, i));
    }
}

static void check_kind(const char *model, const struct kind *kind)
{
    struct stage *s = stage_new(model);

    kind->choose(s);
    s->campaign->timeout = 2;
    s->record = TRUE;
    stage_start(s, n_faults);
    if (s->campaign->protect)
        unlink(s->campaign->protect);
    compare_tiers(s);
    compare_all_with_whole(s, kind);
    stage_free(s);
}

static void check_model(gconstpointer model)
{
    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++)
        check_kind(model, &kinds[k]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, >=, 4);
    n_faults = g_ascii_strtoull(argv[1], NULL, 10);
    stride = g_ascii_strtoull(argv[2], NULL, 10);
    for (int i = 3; i < argc; i++) {
        g_autofree char *base = g_path_get_basename(argv[i]), *name = g_strconcat("/tiers/", base, NULL);

        g_test_add_data_func(name, argv[i], check_model);
    }
    return g_test_run();
}
