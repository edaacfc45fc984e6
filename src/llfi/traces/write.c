/* tracingPropagation: the traces of the golden run and of runs with faults. */
#include "llfi/llfi.h"

#include "base/errors.h"

/* LLFI waits for the golden run as long as it takes. */
#define FOREVER 1e9

gboolean llfi_trace_begin(struct process *process, GError **error)
{
    const struct llfi_option *option = &process->campaign->llfi;

    if (!option->tracing)
        return TRUE;
    process->trace_most = option->max_trace > 0 ? (uint64_t)option->max_trace : TRACE_MOST_FAULTY;
    return process_build_trace(process, error);
}

gboolean llfi_trace_golden(struct process *process, const char *scratch, const char *path, GError **error)
{
    struct process_order order = { .executable = process->trace_executable,
                                   .location = { .countdown = NEVER },
                                   .timeout = FOREVER,
                                   .trace = { .first = 1, .most = TRACE_MOST_GOLDEN } };
    g_autoptr(process_result_t) result = NULL;

    if (process->trace_most == 0)
        return TRUE;
    result = process_run(process, &order, scratch, error);
    if (result && result->trace && result->trace->cut)
        g_ptr_array_add(
            process->notices,
            g_strdup_printf("the golden run has more than %d instructions: its trace ends there", TRACE_MOST_GOLDEN));
    return result && trace_write(result->trace, process->functions, path, error);
}

gboolean llfi_trace_write(const struct process *process, const struct process_result *result, const char *path,
                          GError **error)
{
    if (!result->trace || result->trace->first == 0)
        return TRUE;
    return trace_write(result->trace, process->functions, path, error);
}
