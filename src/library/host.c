/* The library is a guest in a process: what campaigns need of it is given back at the end of each call. */
#include "library/library.h"

#include "base/errors.h"
#include "passes/ir/ir.h"

#include <fcntl.h>
#include <unistd.h>

static gint claimed;

gboolean library_claim(GError **error)
{
    if (!g_atomic_int_compare_and_exchange(&claimed, 0, 1))
        return set_error(error, LLTFI_ERROR_USAGE, "another campaign is open: close it first, one is open at a time");
    ir_context_renew();
    return TRUE;
}

void library_release(void)
{
    g_atomic_int_set(&claimed, 0);
}

/* Trials are children whose exit status must reach waitpid: neither ignored, nor collected by a handler of the host. */
void host_enter(struct host *host)
{
    const struct sigaction standard = { .sa_handler = SIG_DFL };

    host->folder = open(".", O_PATH | O_CLOEXEC);
    sigaction(SIGCHLD, &standard, &host->child_ended);
    sigaction(SIGXFSZ, NULL, &host->file_too_large);
}

void host_leave(const struct host *host)
{
    sigaction(SIGCHLD, &host->child_ended, NULL);
    sigaction(SIGXFSZ, &host->file_too_large, NULL);
    if (host->folder < 0)
        return;
    if (fchdir(host->folder) != 0)
        g_debug("the current folder can't be entered again: %s", g_strerror(errno));
    close(host->folder);
}
