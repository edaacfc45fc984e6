/* Being asked to stop by a signal. */
#ifndef LLTFI_TERMINAL_INTERRUPT_H
#define LLTFI_TERMINAL_INTERRUPT_H

#include <glib.h>

/* The signal that asked to stop; 0: none. */
extern volatile gint interrupted;

/* From here on the first SIGINT, SIGTERM or SIGHUP lets running trials end and keeps them; the second ends at once. */
void interrupt_handle(void);

#endif
