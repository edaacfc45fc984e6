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
 * Where the fault is near, among the next `size` selected instructions, programs without threads ask lltfi_near for the
 * countdown that counts: that is where a walk stops, and goes on with a larger one. Programs on x86-64 jump to
 * lltfi_near_traceless, with the arguments in rdi and rsi, the way back in rcx and the answer in rax: wild addresses
 * read what lies below the stack, so a walk must not leave anything there.
 */
#ifndef LLTFI_SNAPSHOT_H
#define LLTFI_SNAPSHOT_H

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
    int32_t number;    /* of the file that is in the way; of the process, <= 0: there is none */
    uint64_t distance; /* selected instructions to the next stop, >= 1 */
};

struct process_shared;

/* Once, while the program starts. */
bool snapshot_start(struct process_shared *shared, int file);

uint64_t lltfi_near(uint64_t countdown, uint64_t size);

/* process.c: maps a trial's shared file over the walk's and arms its plan. */
bool process_adopt(int file);

#endif
