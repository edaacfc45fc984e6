/*
 * The trace of one run of a program: its instructions in the order in which they were done, each with its LLFI index
 * and its result. The runtime bounds it (runtime/program/trace.h). To get one:
 *
 *     program_build_trace(process, &error);
 *     order.executable = process->trace_executable;
 *     order.trace = (struct trace_request){ .first = 1, .most = TRACE_MOST_GOLDEN };   golden: everything
 *     order.trace = (struct trace_request){ .first = 0, .most = maxTrace };            from the first fault on
 *     result = program_run(process, &order, scratch, &error);
 *     trace_write(result->trace, process->functions, "llfi.stat.trace.0-0.txt", &error);
 *
 * A traced run takes some ten times as long as others: set the timeout accordingly.
 */
#ifndef LLTFI_ENGINE_PROGRAM_TRACE_H
#define LLTFI_ENGINE_PROGRAM_TRACE_H

#include "passes/ir/functions.h"
#include "runtime/program/shared_page.h"

/* Lines that are kept of a run without faults, and behind a fault, where nobody says otherwise. */
#define TRACE_MOST_GOLDEN 10000000
#define TRACE_MOST_FAULTY 1000

/* Which part of a run's trace is kept. */
struct trace_request {
    uint64_t first; /* from the run's instruction number `first` on, from 1; 0: from the one that the first fault
                       struck, or, where nothing was struck, none */
    uint64_t most;  /* so many at most; 0: the run is not traced */
};

struct trace {
    guint8 *records; /* struct trace_record and values, sanitized: read them with trace_next */
    gsize size;
    uint64_t n_entries;
    uint64_t first;      /* number of the first entry among all instructions of the run, from 1; 0: there is none */
    uint64_t executed;   /* instructions of the whole run */
    gboolean from_fault; /* trace_request.first was 0 */
    gboolean cut;        /* there was more to keep */
};

struct trace_entry {
    unsigned index; /* LLFI index */
    unsigned bytes; /* of the result; 0: there is none */
    const guint8 *value;
};

void trace_free(struct trace *trace);
typedef struct trace trace_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(trace_t, trace_free)

/* The next entry; *at is 0 to begin with. FALSE: there are no more. */
gboolean trace_next(const struct trace *trace, gsize *at, struct trace_entry *entry);

/* Bytes of a shared file that a request needs; what a run left there. Parts of program_run. */
gsize trace_room(const struct trace_request *request);
struct trace *trace_take(const struct trace_request *request, const struct shared_page *shared, const guint8 *records,
                         const struct functions *functions);

/* "0000002a", most significant byte first, as LLFI's traces have it; without a result "00000000". */
void trace_append_value(GString *to, const struct trace_entry *entry);

/* LLFI's trace file: "ID: 7\tOPCode: fadd\tValue: 3f800000" a line. One that begins with a fault has the line
 * "#TraceStartInstNumber: <first>" in front; where it was cut, " #TraceCut" follows there. */
gboolean trace_write(const struct trace *trace, const struct functions *functions, const char *path, GError **error);

#endif
