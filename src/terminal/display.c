#include "terminal/display.h"

#include "report/text.h"
#include "terminal/progress.h"

#include <stdio.h>

void display_note(const char *text)
{
    fprintf(stderr, "lltfi: note: %s\n", text);
}

static void show_note(gpointer data G_GNUC_UNUSED, const char *text)
{
    display_note(text);
}

static void show_warning(gpointer data G_GNUC_UNUSED, const char *text)
{
    fputs(text, stderr);
}

static void show_phase(gpointer data G_GNUC_UNUSED, const char *what)
{
    if (what)
        progress_phase(what);
    else
        progress_phase_end();
}

/* "31457280 faults: each instruction, register and bit". */
static void show_extent(gpointer data, const lltfi_extent *extent)
{
    const struct display *display = data;

    fprintf(stderr,
            "lltfi: %" G_GUINT64_FORMAT " faults: every execution, register and bit of the selected "
            "instructions%s\n",
            extent->faults, extent->inputs > 1 ? ", for every input" : "");
    if (extent->forked == 0)
        return;
    fprintf(stderr, "lltfi: %" G_GUINT64_FORMAT " of them can reach more than one element or a call: %s\n",
            extent->forked,
            display->settings->contained_only
                ? "they are left out (--contained-only)"
                : "each needs a child process, which is slow; --contained-only leaves them out");
}

static void show_estimate(gpointer data, double seconds, int resumed)
{
    const struct display *display = data;
    g_autofree char *text = format_seconds(seconds);

    fprintf(stderr, "lltfi: about %s with %d job%s, estimated from a short sample%s\n", text, display->settings->jobs,
            display->settings->jobs == 1 ? "" : "s", resumed ? " (what is left)" : "");
}

static void show_progress(gpointer data, const lltfi_progress *progress)
{
    struct display *display = data;

    if (!progress) {
        g_clear_pointer(&display->progress, progress_free);
        return;
    }
    if (!display->progress)
        display->progress = progress_new();
    progress_show(display->progress, progress);
}

void display_init(struct display *display, const struct campaign *settings, gboolean quiet)
{
    *display = (struct display){ .settings = settings,
                                 .events = { .data = display, .note = show_note, .warning = show_warning } };
    if (quiet)
        return;
    display->events.phase = show_phase;
    display->events.extent = show_extent;
    display->events.estimate = show_estimate;
    display->events.progress = show_progress;
}
