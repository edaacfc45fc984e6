/*
 * The invariant of the engine: for the same inputs every form of a layer gives the same bits for every box,
 * and writes nothing outside it; and a change of some input elements changes nothing outside the box that the operator
 * says it can reach. The fault form passes over as many instructions as the count form counts.
 *
 * Over every layer of the ONNX backend node tests, whole and in random boxes; with --optimized instead over the fault
 * and count forms of all optimization levels. Arguments: names of single tests or model files; none: all tests.
 */
#include "backend.h"

#include "base/errors.h"
#include "base/random.h"
#include "engine/model/grain/partial_sums.h"
#include "kernels/native.h"
#include "ops/ops.h"
#include "runtime/shared/inject.h"

#include <stdio.h>
#include <string.h>

#define BOXES 6
#define CHANGES 4
#define POISON 0xa5
/* Kernels may read this many bytes past the end of a tensor. */
#define SLACK 64
/* Layers with more elements are run whole in the fast form only: the scalar forms of a big network take long. */
#define MANY_ELEMENTS 20000

/* One layer with buffers of its own. */
struct bench {
    struct machine *machine;
    const struct layer *layer;
    void **in;     /* copies, NULL: absent */
    void **golden; /* the outputs of the fast form for the whole space */
    void **out;    /* scratch */
    struct random random;
    char **message;
};

static size_t size_of(const struct bench *b, int value)
{
    return machine_value_size(b->machine, value);
}

static void *aligned_copy(const void *from, size_t size)
{
    void *copy = NULL;

    g_assert_cmpint(posix_memalign(&copy, 64, (size + SLACK + 63) / 64 * 64), ==, 0);
    memset(copy, 0, size + SLACK);
    if (from)
        memcpy(copy, from, size);
    return copy;
}

static void run_form(const struct bench *b, int form, void *const *in, void **out, const struct box *box)
{
    if (form == FORM_COUNT_OF_FORMS)
        kernel_native(b->layer->kernel)(b->layer->params, (const void *const *)in, out, box);
    else
        b->machine->code[b->layer->number - 1].entry[form]((const void *const *)in, out, box);
}

static const char *form_name(int form)
{
    return form == FORM_COUNT_OF_FORMS ? "native" : form_names[form];
}

/* A random box of the space that is not empty, rounded up to grains. FALSE where the space itself is empty. */
static gboolean random_box(struct bench *b, int rank, const int64_t *space, gboolean small, struct box *box)
{
    box_whole(rank, space, box);
    if (box_is_empty(rank, box))
        return FALSE;
    for (int d = 0; d < rank; d++) {
        int64_t longest = small ? MIN(space[d], 3) : space[d];
        int64_t extent = 1 + (int64_t)random_below(&b->random, (uint64_t)longest);

        box->lo[d] = (int64_t)random_below(&b->random, (uint64_t)(space[d] - extent + 1));
        box->hi[d] = box->lo[d] + extent;
    }
    return TRUE;
}

static char *box_text(int rank, const struct box *box)
{
    GString *text = g_string_new("[");

    for (int d = 0; d < rank; d++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, d ? ", " : "", box->lo[d], box->hi[d]);
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

/* Whether element i of a tensor is in a box. */
static gboolean is_inside(const struct value *value, size_t i, const struct box *box)
{
    for (int d = value->rank - 1; d >= 0; d--) {
        int64_t at = (int64_t)(i % (size_t)value->dims[d]);

        if (at < box->lo[d] || at >= box->hi[d])
            return FALSE;
        i /= (size_t)value->dims[d];
    }
    return TRUE;
}

static gboolean is_poison(const unsigned char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] != POISON)
            return FALSE;
    return TRUE;
}

static gboolean fail(struct bench *b, char *text)
{
    *b->message = g_strdup_printf("layer '%s' (%s): %s", b->layer->name, b->layer->kernel, text);
    g_free(text);
    return FALSE;
}

static gboolean compare_output(struct bench *b, int form, int output, const struct box *box)
{
    const struct value *value = model_value(b->machine->model, b->layer->outputs[output]);
    size_t element = element_size(value->type), count = size_of(b, b->layer->outputs[output]) / element;
    const unsigned char *got = b->out[output], *want = b->golden[output];
    g_autofree char *text = box_text(b->layer->space_rank, box);
    struct box produced;

    layer_produced(b->machine->model, b->layer, output, box, &produced);
    for (size_t i = 0; i < count; i++) {
        if (!is_inside(value, i, &produced)) {
            if (!is_poison(got + i * element, element))
                return fail(b, g_strdup_printf("%s form of box %s writes element %zu of output %d, outside it",
                                               form_name(form), text, i, output));
        } else if (memcmp(got + i * element, want + i * element, element) != 0) {
            return fail(b, g_strdup_printf("%s form of box %s differs at element %zu of output %d", form_name(form),
                                           text, i, output));
        }
    }
    return TRUE;
}

static void poison_outputs(struct bench *b)
{
    for (int o = 0; o < b->layer->n_outputs; o++)
        if (b->out[o])
            memset(b->out[o], POISON, size_of(b, b->layer->outputs[o]));
}

/* The selected instructions of a box, by the count form. */
static uint64_t count_selected(struct bench *b, const struct box *box)
{
    const struct layer_code *code = &b->machine->code[b->layer->number - 1];
    uint64_t total = 0;

    memset(code->counts, 0, code->n_blocks * sizeof(uint64_t));
    run_form(b, FORM_COUNT, b->in, b->out, box);
    for (unsigned s = code->first_site; s < code->first_site + code->n_sites; s++)
        total += code->counts[code->blocks[g_array_index(b->machine->sites, struct site, s).index - code->first_index]];
    return total;
}

/* Runs the fault form without a fault, and once more with one that changes nothing somewhere in the box: the countdown
 * must have passed over as many instructions as the count form counts. */
static gboolean run_fault_form(struct bench *b, const struct box *box)
{
    uint64_t total = count_selected(b, box), struck;
    struct runtime_plan plan = { .type = FAULT_NONE, .num_bits = 1, .bit = -1, .every_site = -1, .n_faults = 1 };

    lltfi_countdown = NEVER;
    run_form(b, FORM_FAULT, b->in, b->out, box);
    if (NEVER - lltfi_countdown != total)
        return fail(b, g_strdup_printf("the fault form counts %" G_GUINT64_FORMAT
                                       " instructions, the count form %" G_GUINT64_FORMAT,
                                       NEVER - lltfi_countdown, total));
    if (total == 0)
        return TRUE;
    poison_outputs(b);
    struck = random_below(&b->random, total);
    runtime_arm(&plan, struck);
    run_form(b, FORM_FAULT, b->in, b->out, box);
    if (!runtime_pending() && NEVER - lltfi_countdown == total - struck - 1)
        return TRUE;
    return fail(b, g_strdup_printf("cycle %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                                   " leaves a countdown of %" G_GUINT64_FORMAT,
                                   struck + 1, total, lltfi_countdown));
}

static gboolean check_box(struct bench *b, int form, const struct box *box)
{
    poison_outputs(b);
    if (form != FORM_FAULT)
        run_form(b, form, b->in, b->out, box);
    else if (!run_fault_form(b, box))
        return FALSE;
    for (int o = 0; o < b->layer->n_outputs; o++)
        if (b->out[o] && !compare_output(b, form, o, box))
            return FALSE;
    return TRUE;
}

static gboolean is_large(const struct bench *b)
{
    double count = 1;

    for (int d = 0; d < b->layer->space_rank; d++)
        count *= (double)b->layer->space[d];
    return count > MANY_ELEMENTS;
}

/* Levels to check. */
static int first_level, last_level;

/* Optimization levels change only the scalar form and the forms made from it, so only these are checked again. */
static gboolean is_checked(const struct bench *b, int form)
{
    return b->machine->opt_level == 0 || form == FORM_COUNT || form == FORM_FAULT;
}

static gboolean check_boxes(struct bench *b)
{
    static const int forms[] = { FORM_FAST, FORM_COUNT, FORM_FAULT, FORM_TRACE, FORM_COUNT_OF_FORMS };
    struct box whole;

    box_whole(b->layer->space_rank, b->layer->space, &whole);
    for (size_t f = 0; f < G_N_ELEMENTS(forms); f++) {
        if (!is_checked(b, forms[f]))
            continue;
        if ((f <= 1 || !is_large(b)) && !check_box(b, forms[f], &whole))
            return FALSE;
        for (int k = 0; k < BOXES; k++) {
            struct box box;

            if (!random_box(b, b->layer->space_rank, b->layer->space, k % 2 || is_large(b), &box))
                break;
            layer_grain(b->machine->model, b->layer, &box);
            if (!box_contains(b->layer->space_rank, &whole, &box))
                return fail(b, g_strdup("a grain reaches outside the layer's space"));
            if (!check_box(b, forms[f], &box))
                return FALSE;
        }
    }
    return TRUE;
}

/* Elements of the box take the values of other elements, floats also the opposite sign: indices stay in range. */
static void change_elements(struct bench *b, const struct value *value, unsigned char *data, const struct box *box)
{
    size_t element = element_size(value->type), count = 1;

    for (int d = 0; d < value->rank; d++)
        count *= (size_t)value->dims[d];
    for (size_t i = 0; i < count; i++) {
        if (!is_inside(value, i, box))
            continue;
        memcpy(data + i * element, data + random_below(&b->random, count) * element, element);
        if (ELEMENT_BIT(value->type) & ELEMENTS_FLOATING)
            data[(i + 1) * element - 1] ^= (unsigned char)(random_below(&b->random, 2) << 7);
    }
}

static gboolean check_reach(struct bench *b, int input, const struct box *changed, const struct box *affected)
{
    for (int o = 0; o < b->layer->n_outputs; o++) {
        const struct value *value = b->out[o] ? model_value(b->machine->model, b->layer->outputs[o]) : NULL;
        struct box reached;

        if (!value)
            continue;
        layer_produced(b->machine->model, b->layer, o, affected, &reached);
        for (size_t i = 0, size = element_size(value->type); i * size < size_of(b, b->layer->outputs[o]); i++) {
            g_autofree char *from = NULL, *to = NULL;

            if (memcmp((char *)b->out[o] + i * size, (char *)b->golden[o] + i * size, size) == 0 ||
                is_inside(value, i, &reached))
                continue;
            from = box_text(model_value(b->machine->model, b->layer->inputs[input])->rank, changed);
            to = box_text(b->layer->space_rank, affected);
            return fail(b, g_strdup_printf("input %d changed in %s should reach %s, but element %zu of output %d "
                                           "differs",
                                           input, from, to, i, o));
        }
    }
    return TRUE;
}

static gboolean check_affected(struct bench *b, int input)
{
    const struct value *value = model_value(b->machine->model, b->layer->inputs[input]);
    size_t size = size_of(b, b->layer->inputs[input]);
    struct box changed, affected, whole;
    void *original;
    gboolean done;

    box_whole(b->layer->space_rank, b->layer->space, &whole);
    if (!random_box(b, value->rank, value->dims, TRUE, &changed) || box_is_empty(b->layer->space_rank, &whole))
        return TRUE;
    layer_affected(b->machine->model, b->layer, input, &changed, &affected);
    layer_grain(b->machine->model, b->layer, &affected);
    original = aligned_copy(b->in[input], size);
    change_elements(b, value, b->in[input], &changed);
    for (int o = 0; o < b->layer->n_outputs; o++)
        if (b->out[o])
            memcpy(b->out[o], b->golden[o], size_of(b, b->layer->outputs[o]));
    run_form(b, FORM_FAST, b->in, b->out, &whole);
    done = box_contains(b->layer->space_rank, &whole, &affected)
               ? check_reach(b, input, &changed, &affected)
               : fail(b, g_strdup_printf("a change of input %d reaches outside the layer's space", input));
    memcpy(b->in[input], original, size);
    free(original);
    return done;
}

/* Sums that resume from golden partial sums give the golden bits, and do not read the terms before. */
static gboolean check_resume(struct bench *b)
{
    size_t size = size_of(b, b->layer->inputs[0]);
    struct resume resume;
    struct box box;
    void *original;
    gboolean done = TRUE;

    if (!resume_init(&resume, b->machine, b->layer->number, (const void **)b->in, b->out))
        return TRUE;
    original = aligned_copy(b->in[0], size);
    for (; done && resume.first < resume.terms; resume.first += resume.stretch) {
        memset(b->in[0], POISON, size / (size_t)resume.terms * (size_t)resume.first);
        random_box(b, b->layer->space_rank, b->layer->space, FALSE, &box);
        box.lo[b->layer->space_rank - 1] = 0; /* products of one column alone have no sums */
        box.hi[b->layer->space_rank - 1] = MAX(box.hi[b->layer->space_rank - 1], 2);
        poison_outputs(b);
        run_form(b, FORM_FAST, b->in, b->out, &box);
        done = compare_output(b, FORM_FAST, 0, &box);
    }
    memcpy(b->in[0], original, size);
    b->in[b->layer->n_inputs] = NULL;
    free(original);
    resume_clear(&resume);
    return done;
}

static gboolean check_layer(struct bench *b, unsigned char *data)
{
    const struct layer *layer = b->layer;
    gboolean done;

    b->in = g_new0(void *, layer->n_inputs + 1);
    b->golden = g_new0(void *, layer->n_outputs + 1);
    b->out = g_new0(void *, layer->n_outputs + 1);
    for (int i = 0; i < layer->n_inputs; i++)
        if (layer->inputs[i] >= 0)
            b->in[i] = aligned_copy(machine_value(b->machine, data, layer->inputs[i]), size_of(b, layer->inputs[i]));
    for (int o = 0; o < layer->n_outputs; o++) {
        if (layer->outputs[o] < 0)
            continue;
        b->golden[o] = aligned_copy(machine_value(b->machine, data, layer->outputs[o]), size_of(b, layer->outputs[o]));
        b->out[o] = aligned_copy(NULL, size_of(b, layer->outputs[o]));
    }
    done = check_boxes(b) && check_resume(b);
    for (int i = 0; done && i < layer->n_inputs; i++)
        for (int k = 0; done && b->in[i] && k < CHANGES; k++)
            done = check_affected(b, i);
    for (int i = 0; i < layer->n_inputs; i++)
        free(b->in[i]);
    for (int o = 0; o < layer->n_outputs; o++) {
        free(b->golden[o]);
        free(b->out[o]);
    }
    g_free(b->in);
    g_free(b->golden);
    g_free(b->out);
    return done;
}

static gboolean compile_all(struct machine *machine, GError **error)
{
    static const enum form forms[] = { FORM_FAST, FORM_COUNT, FORM_FAULT, FORM_TRACE };
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autoptr(GError) nothing = NULL;

    /* A layer without floating-point arithmetic has no sites: its fault form is the scalar one. */
    if (!machine_select(machine, &campaign->selection, &nothing) && nothing->code != LLTFI_ERROR_CONFIG) {
        g_propagate_error(error, g_steal_pointer(&nothing));
        return FALSE;
    }
    for (guint l = 1; l <= machine->model->layers->len; l++)
        for (size_t f = 0; f < G_N_ELEMENTS(forms); f++)
            if (!machine_compile(machine, (int)l, forms[f], error))
                return FALSE;
    return TRUE;
}

static enum verdict check_case(const struct backend_case *c, int opt_level, char **message, GError **error)
{
    g_autoptr(machine_t) machine = machine_new(c->model, NULL, opt_level, error);
    struct memory *memory = machine && compile_all(machine, error) ? memory_new(machine, c->inputs, error) : NULL;
    gboolean done = memory && machine_run(machine, memory->data, FORM_FAST, NULL, error);

    for (guint l = 1; done && l <= c->model->layers->len; l++) {
        struct bench b = {
            .machine = machine,
            .layer = model_layer(c->model, (int)l),
            .random = random_stream(1, l),
            .message = message,
        };

        done = check_layer(&b, memory->data);
    }
    memory_free(memory);
    if (*message && opt_level > 0) {
        g_autofree char *found = *message;

        *message = g_strdup_printf("optimization level %d: %s", opt_level, found);
    }
    return done ? VERDICT_PASSED : VERDICT_FAILED;
}

static enum verdict check(const char *name, gpointer data G_GNUC_UNUSED, char **message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(backend_case_t) c = NULL;
    enum verdict verdict = VERDICT_FAILED;

    if (g_str_has_suffix(name, ".onnx"))
        c = backend_from_model(name, &error);
    else
        c = backend_load(BACKEND_FOLDER, name, message, &error);
    if (*message)
        return VERDICT_SKIPPED;
    for (int level = first_level; c && level <= last_level; level++) {
        verdict = check_case(c, level, message, &error);
        if (verdict == VERDICT_FAILED)
            break;
    }
    if (error)
        *message = g_strdup(error->message);
    return verdict;
}

int main(int argc, char **argv)
{
    gboolean optimized = argc > 1 && g_str_equal(argv[1], "--optimized");
    int first = optimized ? 2 : 1;
    g_autoptr(GPtrArray) names = argc > first ? g_ptr_array_new() : backend_names(BACKEND_FOLDER);

    first_level = optimized ? 1 : 0;
    last_level = optimized ? 3 : 0;
    for (int i = first; i < argc; i++)
        g_ptr_array_add(names, argv[i]);
    if (names->len == 0) {
        printf("1..0 # SKIP " BACKEND_FOLDER " is missing: install libonnx-testdata\n");
        return 0;
    }
    return backend_run(names, check, NULL);
}
