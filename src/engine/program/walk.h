/*
 * One run without faults, the walk, proceeds from trial to trial in the order of their cycles. It locates each fault.
 * If possible the trial is a snapshot: a process that is forked from the walk at the fault's cycle, so that only what
 * follows the fault is executed. Each such trial gets its own copy of what the two would share (open files, streams,
 * the folder, the shared file). Other trials run from the program's beginning.
 */
#ifndef LLTFI_ENGINE_PROGRAM_WALK_H
#define LLTFI_ENGINE_PROGRAM_WALK_H

#include "engine/program/subject.h"

/* Whether the program can have a walk. */
gboolean program_can_walk(const struct program_subject *subject);

struct program_walk;

/* Starts a walk whose first stop is at this countdown. NULL: an error. */
struct program_walk *program_walk_new(const struct program_subject *subject, const char *scratch, uint64_t countdown,
                                      GError **error);
void program_walk_free(struct program_walk *walk);

/* Lets the walk run to a trial's cycle, which is not less than that of the trial before, and runs the trial from there.
 * FALSE without an error: the campaign uses no snapshots, or none can be taken there, and *obstacle, a static string,
 * says why. *location receives where the fault strikes. */
gboolean program_walk_trial(struct program_walk *walk, const struct planned *planned, struct trial *trial,
                            struct location *location, const char **obstacle, GError **error);

/* The walk's process; 0 if it has ended. */
pid_t program_walk_pid(const struct program_walk *walk);

#endif
