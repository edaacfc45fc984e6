/* Signals that stop a campaign. */
#ifndef LLTFI_TERMINAL_INTERRUPT_H
#define LLTFI_TERMINAL_INTERRUPT_H

#include <glib.h>

/* The signal that was received; 0: none. */
extern volatile gint interrupted;
/* Whether there is one, as a campaign asks. */
int is_interrupted(void *data);

/* Installs handlers: after the first SIGINT, SIGTERM or SIGHUP, running trials end and are kept; the second one ends
 * the process at once. */
void interrupt_handle(void);

#endif
