/*
 * Confinement: a run of a struck program gets namespaces of its own (user, PID, mount, IPC, UTS, network). It can
 * signal only its own processes, it is process 2 in every run, its folder has the same path in every run, and what it
 * writes elsewhere vanishes with it: the file system that it sees is an overlay of the real one.
 *
 *     engine  --fork-->  launcher  --clone-->  init (process 1)  --exec-->  the program (process 2)
 *
 * The launcher enters the namespaces that runs share (user, network, mounts) and makes the others. The init is a child
 * of the engine's; when it ends, the kernel ends every process of the run. It ends with the engine.
 *
 * The program's folder is CONFINED_RUN; the engine's own files lie in CONFINED_CONTROL.
 */
#ifndef LLTFI_ENGINE_PROGRAM_CONFINE_H
#define LLTFI_ENGINE_PROGRAM_CONFINE_H

#include "runtime/program/snapshot.h"

#include <glib.h>
#include <sys/types.h>

struct confinement;

/* The confinement of the runs that a process starts one after the other. */
struct confining {
    gboolean wanted;
    gboolean uses_network; /* each run has a network of its own */
    struct confinement *current;
    char written[1024];  /* folders in which the golden run wrote, each with its NUL; ends with an empty one */
    const char *why_not; /* a static string, once a confinement was wanted and could not be had */
};

/* A confinement for runs in `control`, in which no earlier run has changed a file; NULL: the run is not confined. */
struct confinement *confining_get(struct confining *confining, const char *control);
void confining_clear(struct confining *confining);

/* Namespaces for runs whose folder and other files lie in `control`. NULL where the system has none; *why, a static
 * string, then says what is missing. */
struct confinement *confinement_new(const char *control, const char **why);
void confinement_free(struct confinement *confinement);

/* The folders in which a run has changed something, and those that `always` lists (layers_changed of mounts.h). */
gboolean confinement_changed(const struct confinement *confinement, const char *always, char *paths, size_t room);

/* Starts `program` (which does not return) as process 2 of new namespaces. *init is a child of this process; *end, a
 * socket, becomes readable when the run has ended: confinement_status then gives its status. */
gboolean confinement_start(struct confinement *confinement, void (*program)(gpointer data), gpointer data, pid_t *init,
                           int *end, GError **error);

/* The status of process 2 as waitpid gives it, of a run that has ended; SIGKILL where the init was killed. */
int confinement_status(int end);

#endif
