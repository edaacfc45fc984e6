#include "terminal/interrupt.h"

#include <signal.h>

volatile gint interrupted;

static void on_interrupt(int number)
{
    g_atomic_int_set(&interrupted, number);
    signal(number, SIG_DFL);
}

int is_interrupted(void *data G_GNUC_UNUSED)
{
    return g_atomic_int_get(&interrupted) != 0;
}

void interrupt_handle(void)
{
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    signal(SIGHUP, on_interrupt);
    /* Where it is ignored, as a parent may have left it, waitpid gets no exit status. */
    signal(SIGCHLD, SIG_DFL);
}
