/* Prints a campaign's notes, warnings and progress to stderr. */
#ifndef LLTFI_TERMINAL_DISPLAY_H
#define LLTFI_TERMINAL_DISPLAY_H

#include "campaign/campaign.h"

struct display {
    lltfi_events events; /* point here: the display stays where it is */
    const struct campaign *settings;
    struct progress *progress; /* NULL: no trials run */
};

/* quiet: only notes and warnings are printed. */
void display_init(struct display *display, const struct campaign *settings, gboolean quiet);

/* "lltfi: note: ..." */
void display_note(const char *text);

#endif
