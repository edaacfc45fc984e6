/*
 * A walk: an instrumented program that runs as without faults and stops where trials strike; each trial is a process
 * that leaves it there. The engine says what to do through named pipes that lie beside the run's folder:
 *
 *     program                          engine
 *     STOPPED, what stands in the way
 *                                      FORK: the trial's shared file, streams and folder are there
 *     FORKED, its number
 *                                      GO_ON, how far
 *
 * The trial's process becomes a child of the engine's.
 *
 * A block that finds the target of the countdown asks lltfi_near (runtime/program/gates.h) what is left: that is where
 * a walk stops, and goes on with a larger countdown. Programs on x86-64 jump to lltfi_near_traceless, with the
 * arguments in rdi and rsi, the way back in rcx and the answer in rax: wild addresses read what lies below the stack,
 * so a walk must not leave anything there.
 *
 * A program with threads stops as well, and says where it is; but no trial leaves it there.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_SNAPSHOT_H
#define LLTFI_RUNTIME_PROGRAM_SNAPSHOT_H

#include "runtime/program/leads.h"

#include <stdbool.h>
#include <stdint.h>

/* Seen from the run's folder. */
#define SNAPSHOT_SAYS "../says"
#define SNAPSHOT_TOLD "../told"
#define SNAPSHOT_OUTPUT "../output"
#define SNAPSHOT_MESSAGES "../messages"
#define SNAPSHOT_SHARED "../shared"
#define SNAPSHOT_RUN "../run"

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

enum snapshot_what { SNAPSHOT_STOPPED = 1, SNAPSHOT_FORKED, SNAPSHOT_FORK, SNAPSHOT_GO_ON };

struct snapshot_message {
    uint32_t what;
    uint32_t obstacle;
    int32_t number;           /* of the file that is in the way; of the process, <= 0: there is none */
    uint64_t distance;        /* GO_ON: selected instructions to the next stop, >= 1 */
    struct location location; /* STOPPED: where that is */
};

struct shared_page;

/* Once, while the program starts. */
bool snapshot_start(struct shared_page *shared, int file);

/* This process is a walk. */
extern bool lltfi_walks;

/* In a walk, where a block has `countdown` selected instructions of its `size` before the target: stops as often as
 * trials strike here. Returns what is left then; less than size in a trial. */
uint64_t snapshot_stop(uint64_t countdown, uint64_t size, uint32_t gate);

/* In a walk, where a gate is passed and the countdown leads on: it may become a lead. */
void snapshot_pass(uint64_t countdown, uint64_t size, uint32_t gate);

/* process.c: maps a trial's shared file over the walk's and arms its plan. */
bool runtime_adopt(int file);

#endif
