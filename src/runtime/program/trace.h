/*
 * What a traced program writes: records in the file that it shares with the engine, so that they are kept however it
 * ends. A record is a struct trace_record and the value's bytes as they are in memory, padded to a multiple of 8.
 *
 * All threads write to one sequence: room is taken with one atomic addition. A record that was not complete when the
 * program ended has no index and is left out.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_TRACE_H
#define LLTFI_RUNTIME_PROGRAM_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct trace_record {
    uint32_t index; /* LLFI index, written last; 0: the record is not complete */
    uint32_t bytes;
};

/* In struct shared_page: what to keep, and what was kept. */
struct trace_order {
    uint64_t room;     /* bytes for records after the block counters; 0: no trace is wanted */
    uint64_t first;    /* keep records from the run's number `first` on; 0: from the first fault on */
    uint64_t most;     /* keep at most this many records */
    uint64_t used;     /* set by the program: bytes that were taken */
    uint64_t kept;     /* records from the first to be kept on; may be more than `most` */
    uint64_t executed; /* records of the whole run */
    uint64_t start;    /* number of the first record that was kept, from 1; 0: none */
};

struct shared_page;

/* Maps the room for records, which is at `offset` of the file. False: it failed. */
bool runtime_trace_start(struct shared_page *shared, int file, uint64_t offset);
/* In a child: it is not traced. */
void runtime_trace_leave(void);

#endif
