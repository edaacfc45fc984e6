/*
 * The fault form of loops of all shapes: loops FILE.ll. For every selected instruction that a function executes, in
 * order: the fault of that cycle strikes the instruction that the trace form executes there, with that value; and the
 * function gives the same result as without the fault.
 */
#include "engine/model/jit.h"
#include "observe.h"
#include "passes/instrument.h"
#include "runtime/model/trace.h"

#include <glib.h>
#include <llvm-c/IRReader.h>

#include <string.h>

#define ELEMENTS 64
#define LONGEST 9

typedef int64_t (*shape)(int64_t *data, int64_t n);

static const char *path;
static struct jit *jit;

/* A selected instruction as the trace form executes it. */
struct event {
    uint32_t site;
    uint64_t value;
};

static void fill(int64_t *data)
{
    for (int64_t i = 0; i < ELEMENTS; i++)
        data[i] = (i * 37 + 11) % ELEMENTS;
}

static LLVMModuleRef read_module(void)
{
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef module;
    char *message = NULL;

    g_assert_false(LLVMCreateMemoryBufferWithContentsOfFile(path, &buffer, &message));
    if (LLVMParseIRInContext(ir_context(), buffer, &module, &message))
        g_error("%s: %s", path, message);
    return module;
}

/* One function of a new module, with its sites: every result. */
static LLVMValueRef read_function(const char *name, GArray **sites)
{
    struct selection selection = { .entries = g_ptr_array_new(), .layers = g_ptr_array_new() };
    struct instruction_selection all = { .method = SELECT_OPCODE, .include_all = TRUE };
    LLVMModuleRef module = read_module();
    LLVMValueRef function = LLVMGetNamedFunction(module, name);
    size_t n;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (f != function && !LLVMIsDeclaration(f))
            LLVMSetLinkage(f, LLVMInternalLinkage);
    g_ptr_array_add(selection.entries, &all);
    *sites = function_sites(function, NULL, &selection, 1, &n);
    g_ptr_array_unref(selection.entries);
    g_ptr_array_unref(selection.layers);
    return function;
}

/* The trace form has no countdown. */
static shape load(LLVMValueRef function, const char *name, enum form form)
{
    LLVMModuleRef module = LLVMGetGlobalParent(function);
    g_autofree char *key = g_strdup_printf("%s %s", name, form_names[form]);
    GError *error = NULL;
    void *address;

    g_assert_true(ir_run_passes(module, form == FORM_TRACE ? INSTRUMENT_CLEAN : INSTRUMENT_CLEAN_COUNTS, &error) &&
                  ir_verify(module, key, &error));
    g_assert_true(jit_load(jit, key, module, &name, 1, &address, &error));
    g_assert_no_error(error);
    LLVMDisposeModule(module);
    return (shape)address;
}

static void keep_event(int64_t index, uint32_t opcode G_GNUC_UNUSED, uint32_t bytes, const void *value, void *data)
{
    struct event event = { .site = (uint32_t)index };

    memcpy(&event.value, value, bytes);
    g_array_append_val((GArray *)data, event);
}

/* Runs with a fault that changes nothing at cycle `at` + 1. */
static void check_cycle(shape fault, int64_t n, int64_t expected, const int64_t *left, const GArray *sites,
                        const GArray *events, guint at)
{
    const struct event *event = &g_array_index(events, struct event, at);
    struct injection injection;
    struct runtime_plan plan = observing_plan(&injection);
    int64_t data[ELEMENTS];

    fill(data);
    runtime_arm(&plan, at);
    g_assert_cmpint(fault(data, n), ==, expected);
    g_assert_cmpmem(data, sizeof(data), left, sizeof(data));
    g_assert_cmpuint(injection.site, <, sites->len);
    g_assert_cmpuint(g_array_index(sites, struct site, injection.site).index, ==, event->site);
    if (!strstr(g_array_index(sites, struct site, injection.site).text, "getelementptr"))
        g_assert_cmpuint(injection.old_value[0], ==, event->value);
    g_assert_cmpuint(NEVER - lltfi_countdown, ==, events->len - at - 1);
}

static void check_length(shape trace, shape fault, const GArray *sites, int64_t n)
{
    g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(struct event));
    int64_t traced[ELEMENTS], data[ELEMENTS], expected;

    fill(traced);
    fill(data);
    runtime_trace_to(keep_event, events);
    expected = trace(traced, n);
    runtime_trace_to(NULL, NULL);
    lltfi_countdown = NEVER;
    g_assert_cmpint(fault(data, n), ==, expected);
    g_assert_cmpmem(data, sizeof(data), traced, sizeof(traced));
    g_assert_cmpuint(NEVER - lltfi_countdown, ==, events->len);
    for (guint at = 0; at < events->len; at++)
        check_cycle(fault, n, expected, traced, sites, events, at);
}

static void check_shape(gconstpointer name)
{
    g_autoptr(GArray) sites = NULL, same = NULL;
    LLVMValueRef function = read_function(name, &same);
    shape trace, fault;

    pass_trace(function, 1);
    trace = load(function, name, FORM_TRACE);
    function = read_function(name, &sites);
    pass_inject(function, sites, 1, 0);
    fault = load(function, name, FORM_FAULT);
    for (int64_t n = 0; n <= LONGEST; n++)
        check_length(trace, fault, sites, n);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    LLVMModuleRef module;

    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    path = argv[1];
    jit = jit_new("", &error);
    g_assert_no_error(error);
    module = read_module();
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        g_autofree char *test = g_strconcat("/loops/", LLVMGetValueName(f), NULL);

        if (!LLVMIsDeclaration(f) && LLVMGetLinkage(f) == LLVMExternalLinkage)
            g_test_add_data_func_full(test, g_strdup(LLVMGetValueName(f)), check_shape, g_free);
    }
    LLVMDisposeModule(module);
    return g_test_run();
}
