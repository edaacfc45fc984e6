/*
 * One run without faults, the walk, goes from trial to trial in the order of their cycles. It locates each fault, and
 * where that can be done the trial is a snapshot: a process that leaves the walk at its cycle, so that it costs what
 * follows the fault. What both would share (files, streams, the folder, the shared file) each trial gets anew, as it
 * was then. Other trials run from their beginning.
 */
#ifndef LLTFI_ENGINE_PROGRAM_WALK_H
#define LLTFI_ENGINE_PROGRAM_WALK_H

#include "engine/program/subject.h"

/* Whether there can be a walk at all. */
gboolean program_can_walk(const struct program_subject *subject);

struct program_walk;

/* Begins a walk that stops first at that countdown. NULL: an error. */
struct program_walk *program_walk_new(const struct program_subject *subject, const char *scratch, uint64_t countdown,
                                      GError **error);
void program_walk_free(struct program_walk *walk);

/* Brings the walk to a trial's cycle, which is not less than that of the one before, and runs the trial from there.
 * FALSE without an error: the campaign wants no snapshots, or *obstacle, a static string, says why none can be taken
 * there. *location is where the fault strikes. */
gboolean program_walk_trial(struct program_walk *walk, const struct planned *planned, struct trial *trial,
                            struct location *location, const char **obstacle, GError **error);

/* The walk's process, 0 when it has ended. */
pid_t program_walk_pid(const struct program_walk *walk);

#endif
