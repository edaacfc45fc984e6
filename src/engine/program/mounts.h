/* What a confined run sees of the file system: an overlay of it, whose changes vanish. */
#ifndef LLTFI_ENGINE_PROGRAM_MOUNTS_H
#define LLTFI_ENGINE_PROGRAM_MOUNTS_H

#include <glib.h>

#define MOST_LAYERS 128

/* The folders that take what runs write outside of their own folder. */
struct layers {
    int n;
    struct layer_folder {
        int file;      /* the open folder */
        long size;     /* bytes of its entries when it was made */
        char path[64]; /* what it lies over; empty: no overlay can be put over that again */
    } folder[MOST_LAYERS];
};

gboolean layers_are_clean(const struct layers *layers);
/* The paths of the changed ones, and of those that `always` lists, each with its NUL, and an empty one at the end.
 * FALSE where one has none, or there are too many of them. */
gboolean layers_changed(const struct layers *layers, const char *always, char *paths, size_t room);
void layers_close(struct layers *layers);

/* What is mounted, as far as a confined run shall see it. */
struct mount_plan;

/* `control` is an existing folder that runs find as `control_inside`; `run_inside` is the mount point for a run's
 * folder. */
struct mount_plan *mount_plan_new(const char *control, const char *control_inside, const char *run_inside);
void mount_plan_free(struct mount_plan *plan);

/* In a mount namespace of this process: the overlay becomes its root. Allocates nothing. */
gboolean mount_plan_make(const struct mount_plan *plan, struct layers *layers);

/* In a copy of that namespace and a new PID namespace: what each run has of its own. */
gboolean mount_run(const char *control_inside, const char *run_inside);

#endif
