/*
 * A walk: an instrumented program that runs without faults and stops where trials strike; each trial is a process that
 * is forked from it there. Program and engine exchange messages through named pipes beside the run's folder:
 *
 *     program                          engine
 *     STOPPED, any obstacle
 *                                      FORK: the trial's shared file, streams and folder are there
 *     FORKED, its process number
 *     ENDED, its status                (of a confined trial)
 *                                      GO_ON, distance to the next stop
 *
 * The trial's process becomes a child of the engine's. A confined trial gets namespaces of its own, in which it has the
 * walk's number: the walk starts an init there, which starts the trial and reports its end.
 *
 * A block in which the countdown ends calls lltfi_near (runtime/program/gates.h): there a walk stops, and continues
 * with a larger countdown. Programs on x86-64 jump to lltfi_near_traceless instead, with the arguments in rdi and rsi,
 * the return address in rcx and the result in rax: a wrong address may read what is below the stack pointer, so a walk
 * must not write there.
 *
 * A program with threads stops and reports its location as well, but no trial is forked from it.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_SNAPSHOT_H
#define LLTFI_RUNTIME_PROGRAM_SNAPSHOT_H

#include "runtime/program/leads.h"

#include <stdbool.h>
#include <stdint.h>

/* The engine's files for a walk, and where they are: seen from the run's folder, and in a confined run. */
#define SNAPSHOT_SAYS "says"
#define SNAPSHOT_TOLD "told"
#define SNAPSHOT_OUTPUT "output"
#define SNAPSHOT_MESSAGES "messages"
#define SNAPSHOT_SHARED "shared"
#define SNAPSHOT_RUN "run"
#define SNAPSHOT_PLACE "place"
#define CONTROL_FROM_RUN "../"
#define CONFINED_CONTROL "/.lltfi"
#define CONFINED_RUN "/lltfi/run"

enum snapshot_obstacle {
    SNAPSHOT_SAFE,
    SNAPSHOT_THREADS,
    SNAPSHOT_CHILDREN,
    SNAPSHOT_FOLDER,
    SNAPSHOT_TIMERS,
    SNAPSHOT_SIGNALS,
    SNAPSHOT_MEMORY,
    SNAPSHOT_FILES,
    SNAPSHOT_UNKNOWN
};

enum snapshot_what { SNAPSHOT_STOPPED = 1, SNAPSHOT_FORKED, SNAPSHOT_ENDED, SNAPSHOT_FORK, SNAPSHOT_GO_ON };

struct snapshot_message {
    uint32_t what;
    uint32_t obstacle;
    int32_t number;    /* STOPPED: the file that is an obstacle; FORKED: the trial's process, <= 0: none; ENDED: its
                          status */
    uint64_t distance; /* GO_ON: selected instructions to the next stop, >= 1 */
    struct location location; /* STOPPED: where */
};

struct shared_page;

/* Once, while the program starts. */
bool snapshot_start(struct shared_page *shared, int file);

/* This process is a walk. */
extern bool lltfi_walks;

/* In a walk, in a block of `size` selected instructions with the countdown at its beginning: stops as long as that is
 * less than size. Returns the new countdown; in a trial it is less than size. */
uint64_t snapshot_stop(uint64_t countdown, uint64_t size, uint32_t gate);

/* In a walk, when a gate is passed and the countdown does not end in its block: the gate may become a lead. */
void snapshot_pass(uint64_t countdown, uint64_t size, uint32_t gate);

/* shared_page.c: maps a trial's shared file over the walk's and arms its plan. */
bool runtime_adopt(int file);

#endif
