/*
 * Snapshots: one run without faults, the walk, goes from trial to trial in the order of their cycles; each trial is a
 * process that leaves it at its cycle, so that it costs what follows the fault. What both would share (files, streams,
 * the folder, the shared file) each trial gets anew, as it was then. Where that can't be done the trial runs from its
 * beginning.
 */
#ifndef LLTFI_PROCESS_WALK_H
#define LLTFI_PROCESS_WALK_H

#include "engine/process.h"

/* Whether trials of this program may leave a walk at all. */
gboolean process_can_walk(const struct process *process);

struct process_walk;

/* Begins a walk that stops first at that countdown. NULL: an error. */
struct process_walk *process_walk_new(const struct process *process, const char *scratch, uint64_t countdown,
                                      GError **error);
void process_walk_free(struct process_walk *walk);

/* Runs a trial from the walk, whose countdown is not less than that of the one before. FALSE without an error: it can't
 * leave the walk there, and *obstacle, a static string, says why. */
gboolean process_walk_trial(struct process_walk *walk, const struct planned *planned, struct trial *trial,
                            const char **obstacle, GError **error);

/* The walk's process, 0 when it has ended. */
pid_t process_walk_pid(const struct process_walk *walk);

#endif
