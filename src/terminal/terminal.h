/* How reports are shown on this terminal. */
#ifndef LLTFI_TERMINAL_TERMINAL_H
#define LLTFI_TERMINAL_TERMINAL_H

#include "report/report.h"

/* The command by which this program was called, for commands that are suggested. */
extern const char *terminal_program;

/* Sets width and colours for stdout: neither if it is not a terminal, no colours if NO_COLOR is set. */
void terminal_describe(struct report_option *option);

/* A campaign's summary on stdout, with its pictures in the folder, and what to look at next. exact: intervals of
 * Clopper and Pearson, not Wilson's. */
gboolean terminal_summary(const char *dir, gboolean exact, GError **error);

#endif
