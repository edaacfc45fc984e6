/* tracingPropagation: the traces of the golden run and of runs with faults. */
#include "llfi/llfi.h"

#include "base/errors.h"

/* LLFI sets no time limit for the golden run. */
#define FOREVER 1e9

gboolean llfi_trace_begin(struct program_subject *subject, const struct llfi_option *option, GError **error)
{
    if (!option->tracing)
        return TRUE;
    subject->trace_most = option->max_trace > 0 ? (uint64_t)option->max_trace : TRACE_MOST_FAULTY;
    return program_build_trace(subject, error);
}

gboolean llfi_trace_golden(struct program_subject *subject, const char *scratch, const char *path, GError **error)
{
    struct run_order order = { .executable = subject->trace_executable,
                               .location = { .countdown = NEVER },
                               .timeout = FOREVER,
                               .trace = { .first = 1, .most = TRACE_MOST_GOLDEN } };
    g_autoptr(run_result_t) result = NULL;

    if (subject->trace_most == 0)
        return TRUE;
    result = program_run(subject, &order, scratch, error);
    if (result && result->trace && result->trace->cut)
        g_ptr_array_add(
            subject->base.notices,
            g_strdup_printf("the golden run has more than %d instructions: its trace ends there", TRACE_MOST_GOLDEN));
    return result && trace_write(result->trace, subject->functions, path, error);
}

gboolean llfi_trace_write(const struct program_subject *subject, const struct run_result *result, const char *path,
                          GError **error)
{
    if (!result->trace || result->trace->first == 0)
        return TRUE;
    return trace_write(result->trace, subject->functions, path, error);
}
