/*
 * The trace of one run of a program: its instructions in the order of execution, each with its LLFI index
 * and its result. The runtime bounds it (runtime/program/trace.h). To get one:
 *
 *     program_build_trace(subject, &error);
 *     order.executable = subject->trace_executable;
 *     order.trace = (struct trace_request){ .first = 1, .most = TRACE_MOST_GOLDEN };   golden: everything
 *     order.trace = (struct trace_request){ .first = 0, .most = maxTrace };            from the first fault on
 *     result = program_run(subject, &order, scratch, &error);
 *     trace_write(result->trace, subject->functions, "llfi.stat.trace.0-0.txt", &error);
 *
 * A traced run takes some ten times as long as others: set the timeout accordingly.
 */
#ifndef LLTFI_ENGINE_PROGRAM_TRACE_H
#define LLTFI_ENGINE_PROGRAM_TRACE_H

#include "passes/ir/functions.h"
#include "runtime/program/shared_page.h"

/* Default lengths: lines of a run without faults, and lines after a fault. */
#define TRACE_MOST_GOLDEN 10000000
#define TRACE_MOST_FAULTY 1000

/* Which part of a run's trace is kept. */
struct trace_request {
    uint64_t first; /* the first instruction that is kept, by its number in the run, from 1; 0: the one that the first
                       fault struck, or, where nothing was struck, none */
    uint64_t most;  /* the number of instructions kept; 0: the run is not traced */
};

struct trace {
    guint8 *records; /* struct trace_record and values, sanitized: read them with trace_next */
    gsize size;
    uint64_t n_entries;
    uint64_t first;      /* number of the first entry in the whole run, from 1; 0: there are no entries */
    uint64_t executed;   /* instructions of the whole run */
    gboolean from_fault; /* trace_request.first was 0 */
    gboolean cut;        /* the run executed more than was kept */
};

struct trace_entry {
    unsigned index; /* LLFI index */
    unsigned bytes; /* of the result; 0: no result */
    const guint8 *value;
};

void trace_free(struct trace *trace);
typedef struct trace trace_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(trace_t, trace_free)

/* Reads the next entry; *at is 0 before the first one. FALSE: there are no more. */
gboolean trace_next(const struct trace *trace, gsize *at, struct trace_entry *entry);

/* How many bytes of the shared file a request needs, and the trace that a run left there. Parts of program_run. */
gsize trace_room(const struct trace_request *request);
struct trace *trace_take(const struct trace_request *request, const struct shared_page *shared, const guint8 *records,
                         const struct functions *functions);

/* "0000002a", most significant byte first, as LLFI's traces have it; without a result "00000000". */
void trace_append_value(GString *to, const struct trace_entry *entry);

/* Writes LLFI's trace file, with lines "ID: 7\tOPCode: fadd\tValue: 3f800000". One that begins at a fault has the first
 * line "#TraceStartInstNumber: <first>", which ends with " #TraceCut" if the trace was cut. */
gboolean trace_write(const struct trace *trace, const struct functions *functions, const char *path, GError **error);

#endif
