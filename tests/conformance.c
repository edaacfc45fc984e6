/*
 * Every ONNX backend node test of the operators in the table: the outputs in the fast and in the scalar form against
 * those that ONNX gives, with the tolerance of ONNX's own runner (relative 1e-3, absolute 1e-7).
 *
 * Arguments: names of single tests; none: all.
 */
#include "backend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RELATIVE 1e-3
#define ABSOLUTE 1e-7
/* ONNX's expected bfloat16 numbers are truncated, but the operators' definition rounds: allow one unit in the last
 * place.
 */
#define BFLOAT16_RELATIVE 0x1p-7

static gboolean is_close(double a, double b, enum element type)
{
    double relative = type == ELEMENT_BFLOAT16 ? BFLOAT16_RELATIVE : RELATIVE;

    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    return a == b || fabs(a - b) <= ABSOLUTE + relative * fabs(b);
}

static gboolean is_float(enum element type)
{
    return (ELEMENT_BIT(type) & ELEMENTS_FLOATING) != 0;
}

/* The difference between `got` and `want`; NULL: they agree. */
static char *compare(const struct tensor *got, const struct tensor *want, const char *what)
{
    g_autofree char *shape = shape_to_string(got->rank, got->dims), *wanted = shape_to_string(want->rank, want->dims);
    int64_t first;

    if (!tensor_same_shape(got, want))
        return g_strdup_printf("%s is %s of %s, not %s of %s", what, shape, element_name(got->type), wanted,
                               element_name(want->type));
    first = tensor_first_difference(got, want);
    if (first < 0)
        return NULL;
    if (!is_float(got->type))
        return g_strdup_printf("%s differs at element %" G_GINT64_FORMAT, what, first);
    for (size_t i = (size_t)first; i < got->count; i++) {
        double a = tensor_element_as_double(got, i), b = tensor_element_as_double(want, i);

        if (!is_close(a, b, got->type))
            return g_strdup_printf("%s is %.9g at element %zu, not %.9g", what, a, i, b);
    }
    return NULL;
}

static char *check_form(struct machine *machine, const struct backend_case *c, enum form form, GError **error)
{
    struct memory *memory = memory_new(machine, c->inputs, error);
    char *message = NULL;

    if (!memory || !machine_run(machine, memory->data, form, NULL, error))
        return NULL;
    for (guint o = 0; !message && o < c->outputs->len; o++) {
        struct tensor got = machine_view(machine, memory->data, g_array_index(machine->model->outputs, int, o));
        g_autofree char *what = g_strdup_printf("output %u, %s form,", o, form_names[form]);

        message = compare(&got, c->outputs->pdata[o], what);
    }
    memory_free(memory);
    return message;
}

static enum verdict check(const char *name, gpointer data G_GNUC_UNUSED, char **message)
{
    static const enum form forms[] = { FORM_FAST, FORM_COUNT };
    g_autoptr(GError) error = NULL;
    g_autoptr(backend_case_t) c = NULL;
    g_autoptr(machine_t) machine = NULL;

    c = backend_load(BACKEND_FOLDER, name, message, &error);
    if (*message)
        return VERDICT_SKIPPED;
    machine = c ? machine_new(c->model, NULL, 0, &error) : NULL;
    for (size_t f = 0; machine && !error && !*message && f < G_N_ELEMENTS(forms); f++)
        *message = check_form(machine, c, forms[f], &error);
    if (error)
        *message = g_strdup(error->message);
    return *message ? VERDICT_FAILED : VERDICT_PASSED;
}

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) names = argc > 1 ? g_ptr_array_new() : backend_names(BACKEND_FOLDER);

    for (int i = 1; i < argc; i++)
        g_ptr_array_add(names, argv[i]);
    if (names->len == 0) {
        printf("1..0 # SKIP " BACKEND_FOLDER " is missing: install libonnx-testdata\n");
        return 0;
    }
    return backend_run(names, check, NULL);
}
