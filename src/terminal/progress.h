/* How a campaign goes, on stderr while it runs. */
#ifndef LLTFI_TERMINAL_PROGRESS_H
#define LLTFI_TERMINAL_PROGRESS_H

#include <lltfi/lltfi.h>

/* What is being done before the first trial: "golden run". Shown on terminals only. */
void progress_phase(const char *what);
/* Takes it away again. */
void progress_phase_end(void);

/*
 * A terminal gets one line that is redrawn: bar, trials, trials/s, time left, outcomes so far. Anything else gets a
 * plain line every few seconds.
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

/* Columns of the terminal that a descriptor leads to; 0: none. */
int terminal_columns(int descriptor);

#endif
