#include "stage.h"

#include <stdlib.h>
#include <string.h>

void must(gboolean done, GError *error)
{
    g_assert_no_error(error);
    g_assert_true(done);
}

void stage_select(struct stage *stage, const char *const *opcodes, size_t n)
{
    struct instruction_selection *entry;

    g_ptr_array_set_size(stage->campaign->selection.entries, 0);
    entry = selection_add(&stage->campaign->selection, SELECT_OPCODE);
    for (size_t i = 0; i < n; i++)
        entry->include_opcode[opcode_number(opcodes[i])] = TRUE;
}

struct run_option *stage_option(struct stage *stage)
{
    return stage->campaign->runs->pdata[0];
}

/* Selects faults in floating-point arithmetic, whose results reach no address. */
struct stage *stage_new(const char *model)
{
    static const char *const arithmetic[] = { "fadd", "fmul" };
    struct stage *s = g_new0(struct stage, 1);
    GError *error = NULL;

    s->c = backend_from_model(model, &error);
    g_assert_no_error(error);
    s->campaign = campaign_new();
    g_ptr_array_set_size(s->campaign->runs, 0);
    g_ptr_array_add(s->campaign->runs, run_option_new());
    stage_select(s, arithmetic, G_N_ELEMENTS(arithmetic));
    return s;
}

/* To be called after the test has set up the campaign. */
void stage_start(struct stage *s, uint64_t trials)
{
    GError *error = NULL;

    stage_option(s)->trials = (int64_t)trials;
    s->subject = model_subject_create_of(s->campaign, s->c->model, s->c->inputs);
    must(subject_load(&s->subject->base, &error), error);
    must(subject_run_golden(&s->subject->base, NULL, &error), error);
    s->machine = s->subject->machine;
    s->golden = s->subject->golden[0];
    s->reference = s->subject->references;
    must(plan_init(&s->plan, &s->subject->base, &error), error);
}

void stage_free(struct stage *s)
{
    if (s->subject)
        subject_free(&s->subject->base);
    campaign_free(s->campaign);
    backend_case_free(s->c);
    g_free(s);
}

static gboolean keep(const struct trial *trial, gpointer data, GError **error G_GNUC_UNUSED)
{
    struct trial copy = *trial;

    copy.injections = g_memdup2(trial->injections, (gsize)trial->n_injections * sizeof(struct injection));
    copy.changes = g_memdup2(trial->changes, (gsize)trial->n_changes * sizeof(struct change));
    copy.seconds = 0;
    g_array_append_val((GArray *)data, copy);
    return TRUE;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const struct trial *left = a, *right = b;

    return left->number < right->number ? -1 : left->number > right->number;
}

GArray *stage_run(struct stage *s, int jobs, gboolean fork_all)
{
    GArray *trials = g_array_new(FALSE, FALSE, sizeof(struct trial));
    struct run run = {
        .plan = &s->plan,
        .jobs = jobs,
        .fork_all = fork_all,
        .record = s->record,
        .sink = keep,
        .data = trials,
    };
    GError *error = NULL;

    g_array_set_clear_func(trials, (GDestroyNotify)trial_clear);
    must(run_trials(&run, &error), error);
    g_array_sort(trials, by_number);
    return trials;
}

void assert_same_trial(const struct trial *a, const struct trial *b)
{
    g_assert_cmpuint(a->number, ==, b->number);
    g_assert_cmpint(a->outcome, ==, b->outcome);
    g_assert_cmpuint(a->sdc, ==, b->sdc);
    g_assert_cmpint(a->signal, ==, b->signal);
    g_assert_cmpint(a->layer, ==, b->layer);
    g_assert_cmpmem(&a->deviation, sizeof(double), &b->deviation, sizeof(double));
    g_assert_cmpint(a->faulty_class, ==, b->faulty_class);
    g_assert_cmpmem(a->injections, (gsize)a->n_injections * sizeof(struct injection), b->injections,
                    (gsize)b->n_injections * sizeof(struct injection));
}

static void assert_same_change(const struct change *a, const struct change *b)
{
    g_assert_cmpint(a->layer, ==, b->layer);
    g_assert_cmpint(a->output, ==, b->output);
    g_assert_cmpuint(a->changed, ==, b->changed);
    g_assert_cmpuint(a->one_bit, ==, b->one_bit);
    g_assert_cmpuint(a->first, ==, b->first);
    g_assert_cmpuint(a->bits, ==, b->bits);
    g_assert_cmpmem(&a->golden, sizeof(double), &b->golden, sizeof(double));
    g_assert_cmpmem(&a->faulty, sizeof(double), &b->faulty, sizeof(double));
    g_assert_cmpmem(&a->largest, sizeof(double), &b->largest, sizeof(double));
    g_assert_cmpmem(&a->largest_relative, sizeof(double), &b->largest_relative, sizeof(double));
    g_assert_cmpint(a->masked, ==, b->masked);
}

void assert_same_changes(const struct trial *a, const struct trial *b)
{
    g_assert_cmpint(a->n_changes, ==, b->n_changes);
    for (int c = 0; c < a->n_changes; c++)
        assert_same_change(&a->changes[c], &b->changes[c]);
}

unsigned char *stage_memory(const struct stage *s)
{
    void *memory = NULL;

    g_assert_cmpint(posix_memalign(&memory, 64, s->golden->memory->size), ==, 0);
    memcpy(memory, s->golden->memory->golden, s->golden->memory->size);
    return memory;
}
