/* How reports are shown on this terminal. */
#ifndef LLTFI_TERMINAL_TERMINAL_H
#define LLTFI_TERMINAL_TERMINAL_H

#include "report/report.h"

/* How the program was called. */
extern const char *terminal_program;

/* Width and colours for stdout: none where it is no terminal, or where NO_COLOR is set. */
void terminal_describe(struct report_option *option);

#endif
