/* One run of a program: makes its folder and shared file, starts the process, and collects what it leaves. */
#include "engine/program/child.h"

#include "base/errors.h"
#include "base/folder.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void run_result_free(struct run_result *result)
{
    if (!result)
        return;
    g_byte_array_unref(result->output);
    g_byte_array_unref(result->messages);
    g_clear_pointer(&result->names, g_ptr_array_unref);
    g_ptr_array_unref(result->files);
    for (int s = 0; s < 2; s++)
        g_clear_pointer(&result->dropped[s].hash, g_checksum_free);
    g_free(result->shared);
    trace_free(result->trace);
    g_free(result);
}

/* Where records of a trace begin: after the block counters. */
static size_t trace_offset(const struct run_order *order)
{
    size_t counts = (size_t)order->n_counters * sizeof(uint64_t);

    return 2 * RUNTIME_PAGE + (counts + RUNTIME_PAGE - 1) / RUNTIME_PAGE * RUNTIME_PAGE;
}

static size_t shared_size(const struct run_order *order)
{
    return trace_offset(order) + trace_room(&order->trace);
}

gboolean run_share(struct running *running, const struct run_order *order, gboolean confined, const char *path,
                   GError **error)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct shared_page *shared;

    if (file < 0)
        return system_error(error, path);
    running->size = shared_size(order);
    running->pages = ftruncate(file, (off_t)running->size) == 0
                         ? mmap(NULL, running->size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                         : MAP_FAILED;
    close(file);
    if (running->pages == MAP_FAILED)
        return system_error(error, path);
    shared = running->pages;
    shared->magic = RUNTIME_MAGIC;
    shared->armed = order->plan != NULL;
    if (order->plan)
        shared->plan = *order->plan;
    shared->gates = order->gates;
    shared->location = order->location;
    shared->walks = order->walks;
    shared->confined = confined;
    shared->keeps_gates = order->keeps_gates;
    shared->trace.room = trace_room(&order->trace);
    shared->trace.first = order->trace.first;
    shared->trace.most = order->trace.most;
    return TRUE;
}

static void keep_shared(const struct program_subject *subject, const struct running *running,
                        const struct run_order *order, const char *path, struct run_result *result)
{
    const char *pages = running->pages;

    result->shared = g_memdup2(pages, sizeof(struct shared_page));
    memcpy(&result->countdown, pages + RUNTIME_PAGE, sizeof(uint64_t));
    if (order->counts)
        run_keep_counts(order, path, result);
    if (order->trace.most > 0)
        result->trace =
            trace_take(&order->trace, result->shared, (const guint8 *)pages + trace_offset(order), subject->functions);
}

/* What compilers' own instrumentation writes counts executions: nearly every fault changes it. */
static gboolean is_profile(const char *name)
{
    return g_str_has_suffix(name, ".gcda") || g_str_has_suffix(name, ".profraw") || g_str_equal(name, "gmon.out");
}

static GPtrArray *results_in(const char *folder)
{
    GPtrArray *names = folder_written(folder);

    for (guint n = names->len; n-- > 0;)
        if (is_profile(names->pdata[n]))
            g_ptr_array_remove_index(names, n);
    return names;
}

/* What the campaign says, or else what the golden run wrote: this one, if there was none before. */
static GPtrArray *compared_names(const struct program_subject *subject, const char *folder)
{
    GPtrArray *outputs = subject->base.campaign->program.outputs;

    if (outputs->len > 0)
        return g_ptr_array_ref(outputs);
    return subject->golden && subject->golden->names ? g_ptr_array_ref(subject->golden->names) : results_in(folder);
}

/* All of it, in memory only where it is small. */
static GBytes *read_file(const char *path)
{
    g_autoptr(GMappedFile) mapped = NULL;
    struct stat status;
    char *bytes;
    gsize size;

    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return NULL;
    if (status.st_size <= MOST_OUTPUT)
        return g_file_get_contents(path, &bytes, &size, NULL) ? g_bytes_new_take(bytes, size) : NULL;
    mapped = g_mapped_file_new(path, FALSE, NULL);
    return mapped ? g_mapped_file_get_bytes(mapped) : NULL;
}

static void keep_files(const struct program_subject *subject, const char *folder, struct run_result *result)
{
    result->names = compared_names(subject, folder);
    for (guint n = 0; n < result->names->len; n++) {
        g_autofree char *path = g_build_filename(folder, result->names->pdata[n], NULL);

        g_ptr_array_add(result->files, read_file(path));
    }
}

static void bytes_free(gpointer bytes)
{
    if (bytes)
        g_bytes_unref(bytes);
}

struct run_result *run_result_new(void)
{
    struct run_result *result = g_new0(struct run_result, 1);

    result->output = g_byte_array_new();
    result->messages = g_byte_array_new();
    result->files = g_ptr_array_new_with_free_func(bytes_free);
    for (int s = 0; s < 2; s++)
        result->dropped[s].hash = g_checksum_new(G_CHECKSUM_SHA256);
    return result;
}

void run_streams(struct running *running, struct run_result *result)
{
    running->streams[0] = (struct stream){ -1, result->output, MOST_OUTPUT, &result->dropped[0] };
    running->streams[1] = (struct stream){ -1, result->messages, MOST_MESSAGES, &result->dropped[1] };
}

void run_keep(const struct program_subject *subject, const struct running *running, const struct run_order *order,
              const char *folder, const char *shared, struct run_result *result)
{
    keep_shared(subject, running, order, shared, result);
    keep_files(subject, folder, result);
}

/* The kernel puts the environment on the stack. Its bytes and its number of strings are rounded up to multiples of
 * these, so that the program's own part of the stack begins at the same address in every shell. */
#define ENVIRONMENT_BYTES 32768
#define ENVIRONMENT_STRINGS 128

#define PADDING RUNTIME_PADDING "="

static guint64 missing_to(guint64 n, guint64 unit)
{
    return (n + unit - 1) / unit * unit - n;
}

char **run_environment(const char *shared)
{
    GPtrArray *strings = g_ptr_array_new();
    g_auto(GStrv) now = g_environ_setenv(g_get_environ(), RUNTIME_VARIABLE, shared, TRUE);
    guint64 bytes = 0, missing = missing_to(g_strv_length(now) + 1, ENVIRONMENT_STRINGS) + 1;
    char *last;

    for (char **string = now; *string; string++) {
        bytes += strlen(*string) + 1;
        g_ptr_array_add(strings, g_strdup(*string));
    }
    bytes += missing * sizeof(PADDING);
    while (--missing > 0)
        g_ptr_array_add(strings, g_strdup(PADDING));
    last = g_strnfill(sizeof(PADDING) - 1 + missing_to(bytes, ENVIRONMENT_BYTES), 'x');
    memcpy(last, PADDING, sizeof(PADDING) - 1);
    g_ptr_array_add(strings, last);
    g_ptr_array_add(strings, NULL);
    return (char **)g_ptr_array_free(strings, FALSE);
}

struct child_plan run_child_plan(const struct program_subject *subject, struct confinement *confinement,
                                 const char *folder)
{
    const char *input = subject->base.campaign->program.input;

    return (struct child_plan){
        .confinement = confinement,
        .executable = confinement ? CONFINED_CONTROL "/" PROGRAM_NAME : "../" PROGRAM_NAME,
        .folder = confinement ? CONFINED_RUN : folder,
        .input_path = input ? input : "/dev/null",
        .arguments = (char **)subject->words->pdata,
        .in_turn = subject->in_turn,
        .environment = run_environment(confinement ? CONFINED_CONTROL "/" SHARED_NAME : "../" SHARED_NAME),
    };
}

static gboolean run_in(const struct program_subject *subject, const struct run_order *order, const char *scratch,
                       const char *folder, const char *shared, struct run_result *result, GError **error)
{
    struct child_plan plan = run_child_plan(subject, confining_get(subject->confining, scratch), folder);
    g_auto(GStrv) environment = plan.environment;
    struct running running = { 0 };
    gint64 started = g_get_monotonic_time();

    run_streams(&running, result);
    if (!plan.confinement)
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!run_share(&running, order, plan.confinement != NULL, shared, error) || !child_start(&running, &plan, error))
        return FALSE;
    result->timed_out = !child_watch(&running, order->timeout);
    result->seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    child_finish(&running, result, order->spared);
    run_keep(subject, &running, order, folder, shared, result);
    munmap(running.pages, running.size);
    return TRUE;
}

char *run_folder(const char *scratch)
{
    return g_build_filename(scratch, "run", NULL);
}

/* Of a program that was not started, the dynamic linker has said why on standard error. */
static gboolean not_started(const struct program_subject *subject, const struct run_result *result, GError **error)
{
    g_autofree char *messages = g_strndup((const char *)result->messages->data, result->messages->len);

    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "'%s' can't be started: %s", subject->program->path,
                *g_strstrip(messages) ? messages : g_strerror(ENOEXEC));
    return FALSE;
}

struct run_result *program_run(const struct program_subject *subject, const struct run_order *order,
                               const char *scratch, GError **error)
{
    g_autofree char *folder = run_folder(scratch);
    g_autofree char *shared = g_build_filename(scratch, SHARED_NAME, NULL);
    g_autofree char *program = g_build_filename(scratch, PROGRAM_NAME, NULL);
    g_autoptr(run_result_t) result = run_result_new();
    gboolean done = folder_fill(folder, subject->inputs, error) &&
                    (symlink(order->executable, program) == 0 || system_error(error, program)) &&
                    folder_link(folder, subject->base.campaign->program.links, error) &&
                    run_in(subject, order, scratch, folder, shared, result, error);

    if (!done || !order->keep_folder)
        folder_remove(folder);
    g_unlink(shared);
    g_unlink(program);
    if (done && !result->shared->started && WIFEXITED(result->status) && WEXITSTATUS(result->status) == 127)
        done = not_started(subject, result, error);
    return done ? g_steal_pointer(&result) : NULL;
}
