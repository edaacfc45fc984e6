/* How a campaign goes, on stderr while it runs. */
#ifndef LLTFI_REPORT_PROGRESS_H
#define LLTFI_REPORT_PROGRESS_H

#include "report/breakdown.h"

struct progress;

/*
 * A terminal gets one line that is redrawn: bar, trials, trials/s, time left, outcomes so far. Anything else gets a
 * plain line every few seconds. `before` are the trials of earlier sessions; quiet: nothing at all.
 */
struct progress *progress_new(uint64_t total, const struct tally *before, gboolean quiet);

/* What is being done before the first trial: "golden run". Shown on terminals only. */
void progress_phase(const char *what, gboolean quiet);
/* Takes it away again. */
void progress_phase_end(gboolean quiet);

void progress_add(struct progress *progress, enum outcome outcome, uint64_t n);
/* Redraws where it is time; cheap enough to be called at any time. */
void progress_tick(struct progress *progress);
/* Takes the line away and frees. */
void progress_free(struct progress *progress);

/* The line as it would be shown after so many seconds, at most `width` columns wide; 0: plain, without a bar. The
 * caller frees. */
char *progress_line(const struct tally *tally, uint64_t total, uint64_t before, double seconds, int width);

/* Columns of the terminal that a descriptor leads to; 0: none. */
int terminal_columns(int descriptor);

#endif
