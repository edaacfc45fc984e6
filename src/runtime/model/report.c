#include "runtime/model/report.h"

#include <stddef.h>

static struct {
    unsigned reports;
    void (*sink)(enum report_kind kind, void *data);
    void *data;
} state;

unsigned runtime_take_reports(void)
{
    unsigned reports = state.reports;

    state.reports = 0;
    return reports;
}

void runtime_report_to(void (*sink)(enum report_kind kind, void *data), void *data)
{
    state.sink = sink;
    state.data = data;
}

static void report(enum report_kind kind)
{
    if (!(state.reports & kind) && state.sink)
        state.sink(kind, state.data);
    state.reports |= kind;
}

void lltfi_detected(void)
{
    report(REPORT_DETECTED);
}

void lltfi_corrected(void)
{
    report(REPORT_CORRECTED);
}
