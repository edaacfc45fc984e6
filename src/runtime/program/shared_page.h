/*
 * What an instrumented program and the engine share: a file that both map. The program finds its path in the
 * environment; without it, it runs as if it were not instrumented. What the program wrote stays in the file, however
 * the program ends.
 *
 *     first page    struct shared_page
 *     second page   the countdown: lltfi_countdown itself
 *     then          the block counters: lltfi_counts itself, where the program counts
 *     then          records of its instructions, where it is traced (runtime/program/trace.h)
 *     then          struct count_term, if executions of blocks are computed from counters; written by the program
 *     at the end    counters of further threads (runtime/program/stripes.h)
 */
#ifndef LLTFI_RUNTIME_PROGRAM_SHARED_PAGE_H
#define LLTFI_RUNTIME_PROGRAM_SHARED_PAGE_H

#include "runtime/program/gates.h"
#include "runtime/program/leads.h"
#include "runtime/program/stripes.h"
#include "runtime/program/trace.h"
#include "runtime/shared/inject.h"

#define RUNTIME_VARIABLE "LLTFI_RUNTIME"
/* Fills the environment up to a fixed size; removed before the program starts. */
#define RUNTIME_PADDING "LLTFI_PADDING"
/* A multiple of every page size. */
#define RUNTIME_PAGE 65536
#define RUNTIME_MAGIC UINT64_C(0x314954464c54464c)

struct shared_page {
    uint64_t magic;
    uint32_t armed;           /* there is a plan */
    uint32_t started;         /* set by the program */
    uint32_t detected;        /* lltfi_detected was called */
    uint32_t corrected;       /* lltfi_corrected was called */
    uint32_t n_injections;    /* set by the program; further ones are not kept */
    struct runtime_plan plan; /* its pointers are not valid here */
    struct injection injections[MAX_FAULTS];
    struct trace_order trace;
    struct stripe_order stripes;
    uint64_t terms_at;        /* where they begin in the file, set by the program */
    uint32_t n_terms;         /* 0: each block has a counter of its own */
    uint32_t gates;           /* enum gate_state of the gates to open (runtime/program/gates.h) */
    struct location location; /* which gate to open, and its countdown */
    uint32_t walks;           /* the run is a walk (runtime/program/snapshot.h) */
    uint32_t keeps_gates;     /* gates stay open after the last fault: the program may forbid to change its code */
    uint32_t confined;        /* the run has namespaces of its own */
    int32_t walk_trial;       /* process number of the trial that the walk has just forked; 0: none */
    char renewed[1024]; /* folders that a confined trial gets a copy of, each with its NUL; ends with an empty one */
    char walk_folder[4096]; /* where the walk's folder is while a trial is forked */
};

/* Adds `sign` times `from` to `to`. Each is the number of a counter, or TERM_OF_BLOCK plus the number of a block whose
 * executions are wanted. Terms are ordered so that everything is complete before it is added to something else. */
#define TERM_OF_BLOCK (UINT32_C(1) << 31)
struct count_term {
    uint32_t to, from;
    int32_t sign;
};

/* For programs that check themselves: reports that a fault was detected. */
void lltfi_detected(void);
/* For code that LLTFI protects: reports that two copies differed and that a correction was made. */
void lltfi_corrected(void);

/* LLFI's calls: faults strike, and cycles are counted, only while injections are on, as they are at the beginning. */
void turnOffInjections(void);
void turnOnInjections(void);

/* The runtime as LLVM bitcode, in the tool. */
extern const unsigned char runtime_program_bitcode[], runtime_program_bitcode_end[];

#endif
