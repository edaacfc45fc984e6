/* The mounts of confined runs. mount_plan_make and mount_run run between fork and exec: they allocate nothing. */
#include "engine/program/mounts.h"

#include "runtime/program/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What all runs of one confinement may write outside of their folders. */
#define ROOM "mode=755,size=2g"

/* How one file or folder of the system gets into a run's file system. A folder that has mounts below it is made, and
 * its entries are steps of their own: overlayfs takes no such folder from a user namespace. */
enum kind { SHOWN, MADE, LINKED, OVERLAID };

struct mount_step {
    enum kind kind;
    char *path, *target; /* target: of a link */
};

struct mount_plan {
    char *control, *place;
    const char *control_inside, *run_inside;
    GPtrArray *points; /* char *: where something is mounted */
    GArray *steps;     /* struct mount_step */
};

static gboolean is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Devices, processes and the kernel's settings are shown as they are. */
static gboolean is_shown(const char *path)
{
    static const char *const shown[] = { "/proc", "/sys", "/dev" };

    for (size_t s = 0; s < G_N_ELEMENTS(shown); s++)
        if (is_below(path, shown[s]))
            return TRUE;
    return FALSE;
}

/* Overlayfs takes the paths of its layers in a list of options. */
static gboolean can_be_layer(const char *path)
{
    return strpbrk(path, ":,\\\"'") == NULL;
}

static gboolean has_mounts_below(const struct mount_plan *plan, const char *path)
{
    for (guint p = 0; p < plan->points->len; p++)
        if (is_below(plan->points->pdata[p], path) && strcmp(plan->points->pdata[p], path) != 0)
            return TRUE;
    return FALSE;
}

static void plan_entries(struct mount_plan *plan, const char *folder);

static void plan_entry(struct mount_plan *plan, const char *path)
{
    struct mount_step step = { .kind = SHOWN };
    struct stat status;

    if (lstat(path, &status) != 0)
        return;
    if (S_ISLNK(status.st_mode)) {
        step.kind = LINKED;
        step.target = g_file_read_link(path, NULL);
    } else if (S_ISDIR(status.st_mode) && !is_shown(path)) {
        step.kind = has_mounts_below(plan, path) ? MADE : can_be_layer(path) ? OVERLAID : SHOWN;
    }
    step.path = g_strdup(path);
    g_array_append_val(plan->steps, step);
    if (step.kind == MADE)
        plan_entries(plan, path);
}

static void plan_entries(struct mount_plan *plan, const char *folder)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    const char *name;

    while (entries && (name = g_dir_read_name(entries))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        plan_entry(plan, path);
    }
}

/* From /proc/self/mountinfo: "36 35 98:0 /root /mount/point rw,noatime ...". */
static GPtrArray *read_mount_points(void)
{
    GPtrArray *points = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL);
    lines = g_strsplit(text ? text : "", "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", 6);

        if (g_strv_length(words) == 6)
            g_ptr_array_add(points, g_strcompress(words[4])); /* a space is \040 there */
    }
    return points;
}

static void step_clear(gpointer data)
{
    struct mount_step *step = data;

    g_free(step->path);
    g_free(step->target);
}

struct mount_plan *mount_plan_new(const char *control, const char *control_inside, const char *run_inside)
{
    struct mount_plan *plan = g_new0(struct mount_plan, 1);

    plan->control = realpath(control, NULL);
    plan->place = g_build_filename(plan->control ? plan->control : control, SNAPSHOT_PLACE, NULL);
    plan->control_inside = control_inside;
    plan->run_inside = run_inside;
    plan->points = read_mount_points();
    plan->steps = g_array_new(FALSE, FALSE, sizeof(struct mount_step));
    g_array_set_clear_func(plan->steps, step_clear);
    plan_entries(plan, "/");
    g_mkdir(plan->place, 0700);
    return plan;
}

void mount_plan_free(struct mount_plan *plan)
{
    free(plan->control);
    g_free(plan->place);
    g_ptr_array_unref(plan->points);
    g_array_unref(plan->steps);
    g_free(plan);
}

/* "root" and a path below it. */
static const char *inside(char *room, const char *path)
{
    snprintf(room, PATH_MAX, "root%s", path);
    return room;
}

/* A folder of the new root with all folders above it. */
static gboolean make_folders(const char *path)
{
    char room[PATH_MAX];

    inside(room, path);
    for (char *at = room + strlen("root") + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        if (mkdir(room, 0755) != 0 && errno != EEXIST)
            return FALSE;
        *at = '/';
    }
    return mkdir(room, 0755) == 0 || errno == EEXIST;
}

/* Bytes of a folder's entries. */
static long measure_folder(int folder)
{
    char entries[4096] __attribute__((aligned(8)));
    long sum = 0, n;

    lseek(folder, 0, SEEK_SET);
    while ((n = syscall(SYS_getdents64, folder, entries, sizeof(entries))) > 0)
        sum += n;
    return sum;
}

static gboolean keep_layer(struct layers *layers, const char *name, const char *path)
{
    struct layer_folder *folder = &layers->folder[layers->n];
    int file = layers->n == MOST_LAYERS ? -1 : open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (file < 0)
        return FALSE;
    folder->file = file;
    folder->size = measure_folder(file);
    if (strlen(path) < sizeof(folder->path))
        strcpy(folder->path, path);
    layers->n++;
    return TRUE;
}

static gboolean bind(const char *path, const char *target)
{
    return mount(path, target, NULL, MS_BIND | MS_REC, NULL) == 0;
}

static gboolean make_read_only(const char *target)
{
    struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY };

    return syscall(SYS_mount_setattr, AT_FDCWD, target, AT_RECURSIVE, &attributes, sizeof(attributes)) == 0;
}

static gboolean show(const char *path, const char *target)
{
    return bind(path, target) && (is_shown(path) || make_read_only(target));
}

static gboolean overlay(const char *path, const char *target, struct layers *layers)
{
    char upper[32], work[32], options[PATH_MAX + 128];

    snprintf(upper, sizeof(upper), "upper%d", layers->n);
    snprintf(work, sizeof(work), "work%d", layers->n);
    snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s,userxattr", path, upper, work);
    return mkdir(upper, 0755) == 0 && mkdir(work, 0755) == 0 && mount("overlay", target, "overlay", 0, options) == 0 &&
           keep_layer(layers, upper, path);
}

/* A folder or file in the new root to mount over; one that this user may not look into is left out. */
static gboolean make_point(const char *path, const char *target)
{
    struct stat status;
    int file;

    if (stat(path, &status) != 0)
        return FALSE;
    if (S_ISDIR(status.st_mode))
        return mkdir(target, status.st_mode & 07777) == 0 || errno == EEXIST;
    file = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    return file >= 0;
}

static void take_step(const struct mount_step *step, struct layers *layers)
{
    char room[PATH_MAX];
    const char *target = inside(room, step->path);

    if (step->kind == LINKED)
        (void)!symlink(step->target, target);
    else if (make_point(step->path, target) && step->kind != MADE &&
             (step->kind == SHOWN || !overlay(step->path, target, layers)))
        show(step->path, target);
}

/* Folders that were made show what is added to them as layers do. */
static gboolean keep_made(const struct mount_plan *plan, struct layers *layers)
{
    char room[PATH_MAX];

    for (guint s = 0; s < plan->steps->len; s++) {
        const struct mount_step *step = &g_array_index(plan->steps, struct mount_step, s);

        if (step->kind == MADE && !keep_layer(layers, inside(room, step->path), ""))
            return FALSE;
    }
    return keep_layer(layers, "root", "") && keep_layer(layers, "shm", "/dev/shm");
}

static gboolean make_root(const struct mount_plan *plan, struct layers *layers)
{
    char room[PATH_MAX];

    if (mkdir("root", 0755) != 0 || mkdir("shm", 0755) != 0 || chmod("shm", 01777) != 0)
        return FALSE;
    for (guint s = 0; s < plan->steps->len; s++)
        take_step(&g_array_index(plan->steps, struct mount_step, s), layers);
    mount("shm", inside(room, "/dev/shm"), NULL, MS_BIND, NULL);
    return layers->n > 0 && make_folders(plan->control_inside) && make_folders(plan->run_inside) &&
           mount(plan->control, inside(room, plan->control_inside), NULL, MS_BIND, NULL) == 0 &&
           keep_made(plan, layers);
}

gboolean mount_plan_make(const struct mount_plan *plan, struct layers *layers)
{
    return mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0 && mount("lltfi", plan->place, "tmpfs", 0, ROOM) == 0 &&
           chdir(plan->place) == 0 && make_root(plan, layers) && bind("root", "root") && chdir("root") == 0 &&
           syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0;
}

gboolean mount_run(const char *control_inside, const char *run_inside)
{
    char run[PATH_MAX];

    snprintf(run, sizeof(run), "%s/run", control_inside);
    return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 &&
           mount(run, run_inside, NULL, MS_BIND, NULL) == 0;
}

static gboolean is_changed(const struct layer_folder *folder)
{
    return measure_folder(folder->file) != folder->size;
}

gboolean layers_are_clean(const struct layers *layers)
{
    for (int l = 0; l < layers->n; l++)
        if (is_changed(&layers->folder[l]))
            return FALSE;
    return TRUE;
}

static gboolean is_listed(const char *paths, const char *path)
{
    while (*paths && strcmp(paths, path) != 0)
        paths += strlen(paths) + 1;
    return *paths != '\0';
}

gboolean layers_changed(const struct layers *layers, const char *always, char *paths, size_t room)
{
    size_t used = 0;

    for (int l = 0; l < layers->n; l++) {
        const struct layer_folder *folder = &layers->folder[l];
        size_t length = strlen(folder->path) + 1;

        if (!is_listed(always, folder->path) && !is_changed(folder))
            continue;
        if (length == 1 || used + length >= room)
            return FALSE;
        memcpy(paths + used, folder->path, length);
        used += length;
    }
    paths[used] = '\0';
    return TRUE;
}

void layers_close(struct layers *layers)
{
    while (layers->n > 0)
        close(layers->folder[--layers->n].file);
}
