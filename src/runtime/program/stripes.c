#include "runtime/program/stripes.h"

#include "runtime/program/shared_page.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Made with the program's counters. */
extern uint64_t lltfi_counts[];
extern const uint64_t lltfi_counts_bytes;
extern const uint32_t lltfi_counts_by_thread;

__attribute__((tls_model("local-exec"))) _Thread_local uint64_t *lltfi_thread_counts = lltfi_counts;

/* NULL: nobody reads the counters. volatile: LLVM may evaluate constructors at compile time, when .preinit_array has
 * not set this yet. */
static struct shared_page *volatile watched;
static uint64_t *unwatched; /* counters that nobody reads; NULL: lltfi_counts is used */
static struct stripe *unused;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t key;
static bool has_key;
static char where[PATH_MAX];

static uint64_t *counters_of(struct stripe *stripe)
{
    return (uint64_t *)(stripe + 1);
}

/* Appends stripes to the file, which ends with them. */
static bool make_stripes(int file)
{
    struct stripe_order *order = &watched->stripes;
    const uint64_t at = order->at + order->n * order->bytes, size = STRIPES_AT_ONCE * order->bytes;
    char *pages;

    if (ftruncate(file, (off_t)(at + size)) != 0)
        return false;
    pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)at);
    if (pages == MAP_FAILED)
        return false;
    for (uint64_t s = STRIPES_AT_ONCE; s-- > 0;) {
        struct stripe *stripe = (struct stripe *)(pages + s * order->bytes);

        stripe->next = unused;
        unused = stripe;
    }
    order->n += STRIPES_AT_ONCE;
    return true;
}

static bool make_more(void)
{
    int file, cancels;
    bool made;

    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancels);
    file = open(where, O_RDWR | O_CLOEXEC);
    made = file >= 0 && make_stripes(file);
    if (file >= 0)
        close(file);
    pthread_setcancelstate(cancels, NULL);
    return made;
}

static struct stripe *take(void)
{
    struct stripe *stripe;

    if (!unused && !make_more()) {
        watched->stripes.missing++;
        return NULL;
    }
    stripe = unused;
    unused = stripe->next;
    return stripe;
}

/* A signal handler may claim a stripe as well: signals are blocked while the lock is held. */
static void keep_out(sigset_t *signals)
{
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, signals);
    pthread_mutex_lock(&lock);
}

static void let_in(const sigset_t *signals)
{
    pthread_mutex_unlock(&lock);
    pthread_sigmask(SIG_SETMASK, signals, NULL);
}

void lltfi_claim_counts(void)
{
    struct stripe *stripe;
    int error = errno;
    sigset_t signals;

    if (!watched) {
        if (unwatched)
            lltfi_thread_counts = unwatched;
        return;
    }
    keep_out(&signals);
    stripe = take();
    if (stripe) {
        stripe->taken = 1;
        lltfi_thread_counts = counters_of(stripe);
        if (has_key)
            pthread_setspecific(key, stripe);
    }
    let_in(&signals);
    errno = error;
}

/* When a thread ends. Code that it executes after this claims a new stripe. */
static void give_back(void *value)
{
    struct stripe *stripe = value;
    sigset_t signals;

    if (!watched)
        return;
    keep_out(&signals);
    lltfi_thread_counts = lltfi_counts;
    stripe->taken = 0;
    stripe->next = unused;
    unused = stripe;
    let_in(&signals);
}

bool stripes_start(struct shared_page *shared, int file, const char *path)
{
    const uint64_t bytes = sizeof(struct stripe) + lltfi_counts_bytes;
    const off_t end = lseek(file, 0, SEEK_END);

    if (!lltfi_counts_by_thread)
        return true;
    if (end < 0 || !realpath(path, where))
        return false;
    shared->stripes.at = ((uint64_t)end + RUNTIME_PAGE - 1) / RUNTIME_PAGE * RUNTIME_PAGE;
    shared->stripes.bytes = (bytes + RUNTIME_PAGE - 1) / RUNTIME_PAGE * RUNTIME_PAGE;
    watched = shared;
    if (!make_stripes(file))
        return false;
    lltfi_thread_counts = counters_of(take());
    return true;
}

void stripes_leave(void)
{
    void *pages;

    if (!watched)
        return;
    watched = NULL;
    pages = mmap(NULL, lltfi_counts_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages != MAP_FAILED)
        unwatched = pages;
    lltfi_thread_counts = unwatched ? unwatched : lltfi_counts;
}

__attribute__((constructor(101))) static void watch_ends(void)
{
    has_key = watched && pthread_key_create(&key, give_back) == 0;
}
