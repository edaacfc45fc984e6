/* The runtime of instrumented programs: maps what it shares with the engine before any code of the program runs. */
#include "runtime/program/shared_page.h"

#include "runtime/program/snapshot.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Pages of their own, over which the shared ones are mapped. */
#define PAGES __attribute__((aligned(RUNTIME_PAGE)))
static PAGES uint64_t countdown_page[RUNTIME_PAGE / sizeof(uint64_t)] = { NEVER };
extern uint64_t lltfi_countdown __attribute__((alias("countdown_page")));

/* Made with the program's block counters: a whole number of pages. */
extern uint64_t lltfi_counts[];
extern const uint64_t lltfi_counts_bytes;
extern const struct count_term lltfi_count_terms[];
extern const uint32_t lltfi_n_count_terms;
extern const uint64_t lltfi_threads;

/* volatile: LLVM may evaluate constructors at compile time, when .preinit_array has not set this yet. */
static struct shared_page *volatile shared;
static struct runtime_plan plan;

static void keep_injection(const struct injection *injection, void *data)
{
    uint32_t n = shared->n_injections;

    (void)data;
    plan.kept = NULL;
    if (n >= MAX_FAULTS)
        return;
    plan.kept = &shared->injections[n];
    *plan.kept = *injection;
    __atomic_store_n(&shared->n_injections, n + 1, __ATOMIC_RELEASE);
}

static const char *value_of(const char *string, const char *name)
{
    size_t length = strlen(name);

    return strncmp(string, name, length) == 0 && string[length] == '=' ? string + length + 1 : NULL;
}

/* Removes our variables from the environment, so that programs started by this one do not see them. */
static const char *take_path(char **environment)
{
    const char *path = NULL, *value;
    char **kept = environment;

    for (; environment && *environment; environment++) {
        value = value_of(*environment, RUNTIME_VARIABLE);
        if (value)
            path = value;
        else if (!value_of(*environment, RUNTIME_PADDING))
            *kept++ = *environment;
    }
    if (kept)
        *kept = NULL;
    return path;
}

static bool map_pages(int file)
{
    const int protection = PROT_READ | PROT_WRITE;

    shared = mmap(NULL, RUNTIME_PAGE, protection, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED || shared->magic != RUNTIME_MAGIC)
        return false;
    if (mmap(countdown_page, RUNTIME_PAGE, protection, MAP_SHARED | MAP_FIXED, file, RUNTIME_PAGE) == MAP_FAILED)
        return false;
    return lltfi_counts_bytes == 0 || mmap(lltfi_counts, lltfi_counts_bytes, protection, MAP_SHARED | MAP_FIXED, file,
                                           2 * RUNTIME_PAGE) != MAP_FAILED;
}

static bool hand_out_terms(int file)
{
    size_t size = lltfi_n_count_terms * sizeof(struct count_term);
    off_t end = lseek(file, 0, SEEK_END), counters = (off_t)(2 * RUNTIME_PAGE + lltfi_counts_bytes);

    if (size == 0)
        return true;
    if (end < counters && (ftruncate(file, counters) != 0 || lseek(file, end = counters, SEEK_SET) < 0))
        return false;
    shared->terms_at = (uint64_t)end;
    shared->n_terms = lltfi_n_count_terms;
    return end > 0 && write(file, lltfi_count_terms, size) == (ssize_t)size;
}

static uint64_t first_countdown(void)
{
    const struct location location = shared->location;

    return location.lead.is_there ? location.lead.countdown : location.countdown;
}

static void arm(void)
{
    plan = shared->plan;
    plan.allowed = NULL;
    plan.record = keep_injection;
    runtime_arm(&plan, first_countdown());
    countdown_page[0] = first_countdown();
}

static bool open_ordered(void)
{
    const struct location location = shared->location;

    if (shared->gates == GATE_CLOSED)
        return true;
    if (shared->armed && shared->plan.every_site >= 0)
        return gates_open_site((uint32_t)shared->plan.every_site);
    leads_start(&location);
    return gates_open(location.lead.is_there ? location.lead.gate : location.gate, shared->gates);
}

static bool open_gates(void)
{
    static const char forbidden[] = "the system forbids programs to change their code (mprotect with PROT_WRITE and "
                                    "PROT_EXEC), which faults need: allow it, as SELinux's execmod";

    if (lltfi_threads)
        rations_start();
    lltfi_keeps_gates = shared->keeps_gates;
    if (open_ordered())
        return true;
    write(2, forbidden, sizeof(forbidden) - 1);
    return false;
}

static __attribute__((noinline)) void begin(char **environment)
{
    const char *path = take_path(environment);
    int file;

    if (!path)
        return;
    file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 || !map_pages(file) || !runtime_trace_start(shared, file, 2 * RUNTIME_PAGE + lltfi_counts_bytes) ||
        !hand_out_terms(file) || !stripes_start(shared, file, path) || !open_gates())
        _exit(127);
    shared->started = 1;
    countdown_page[0] = first_countdown();
    if (shared->walks && !snapshot_start(shared, file))
        _exit(127);
    close(file);
    if (shared->armed)
        arm();
}

/* Clears what this runtime left where the program's stack will be, so that a wrong address reads the same data however
 * a run begins. */
static __attribute__((noinline)) void clear_stack(void)
{
    char room[32768];

    memset(room, 0, sizeof(room));
    __asm__ volatile("" : : "r"(room) : "memory");
}

static void start(int argc, char **argv, char **environment)
{
    (void)argc;
    (void)argv;
    begin(environment);
    clear_stack();
}

bool runtime_adopt(int file)
{
    const int flags = MAP_SHARED | MAP_FIXED, protection = PROT_READ | PROT_WRITE;
    uint32_t detected = shared->detected, corrected = shared->corrected;

    if (mmap(shared, RUNTIME_PAGE, protection, flags, file, 0) == MAP_FAILED ||
        mmap(countdown_page, RUNTIME_PAGE, protection, flags, file, RUNTIME_PAGE) == MAP_FAILED)
        return false;
    shared->started = 1;
    shared->detected = detected;
    shared->corrected = corrected;
    arm();
    return true;
}

__attribute__((section(".preinit_array"), used)) static void (*const start_first)(int, char **, char **) = start;

/* In a child: only the first process has faults and counts. */
static void leave(void)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, protection = PROT_READ | PROT_WRITE;

    mmap(countdown_page, RUNTIME_PAGE, protection, flags, -1, 0);
    runtime_arm(NULL, NEVER);
    lltfi_walks = lltfi_stops = false;
    rations_leave();
    runtime_trace_leave();
    stripes_leave();
    if (lltfi_counts_bytes > 0)
        mmap(lltfi_counts, lltfi_counts_bytes, protection, flags, -1, 0);
}

__attribute__((constructor(101))) static void watch_forks(void)
{
    if (shared)
        pthread_atfork(NULL, NULL, leave);
}

void lltfi_detected(void)
{
    if (shared)
        shared->detected = 1;
}

void lltfi_corrected(void)
{
    if (shared)
        shared->corrected = 1;
}
