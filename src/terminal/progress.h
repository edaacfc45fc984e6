/* The progress of a running campaign, on stderr. */
#ifndef LLTFI_TERMINAL_PROGRESS_H
#define LLTFI_TERMINAL_PROGRESS_H

#include <lltfi/lltfi.h>

/* Shows what is being done before the first trial, as "golden run", on terminals only. */
void progress_phase(const char *what);
/* Clears that line. */
void progress_phase_end(void);

/*
 * On a terminal, one line is redrawn: bar, trials, trials/s, time left, outcomes so far. Elsewhere a plain line is
 * printed every few seconds.
 */
struct progress;

struct progress *progress_new(void);
/* Redraws where it is time; cheap enough to be called at any time. */
void progress_show(struct progress *progress, const lltfi_progress *state);
/* Takes the line away and frees. */
void progress_free(struct progress *progress);

/* The line as it would be shown after this many seconds, at most `width` columns wide; 0: plain, without a bar. The
 * caller frees. */
char *progress_line(const lltfi_progress *state, double seconds, int width);

/* Columns of the terminal that a file descriptor refers to; 0: it is not a terminal. */
int terminal_columns(int descriptor);

#endif
