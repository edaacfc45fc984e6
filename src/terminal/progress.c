#include "terminal/progress.h"

#include "lltfi.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_MICROSECONDS (G_USEC_PER_SEC / 10)
#define PLAIN_MICROSECONDS (5 * G_USEC_PER_SEC)
#define BAR_COLUMNS 24
#define BAR_LEAST 8
#define BAR_GAP 2
#define CLEAR_LINE "\r\033[K"

struct progress {
    gint64 started, shown, looked; /* looked: the last check whether it is time to show something */
};

int terminal_columns(int descriptor)
{
    struct winsize size;

    if (!isatty(descriptor))
        return 0;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

struct progress *progress_new(void)
{
    struct progress *progress = g_new0(struct progress, 1);

    progress->started = g_get_monotonic_time();
    progress->shown = terminal_columns(STDERR_FILENO) > 0 ? 0 : progress->started;
    return progress;
}

void progress_phase(const char *what)
{
    if (terminal_columns(STDERR_FILENO) > 0)
        fprintf(stderr, CLEAR_LINE "%s...", what);
}

void progress_phase_end(void)
{
    if (terminal_columns(STDERR_FILENO) > 0)
        fputs(CLEAR_LINE, stderr);
}

/* "  SDC 12.3 %  crash 0.1 %": what occurred, benign last, as far as there is room. */
static void append_outcomes(GString *text, const lltfi_progress *state, int room)
{
    static const enum outcome order[] = { OUTCOME_SDC,      OUTCOME_CRASH,     OUTCOME_HANG,
                                          OUTCOME_DETECTED, OUTCOME_CORRECTED, OUTCOME_BENIGN };
    uint64_t n = state->done - state->outcomes[OUTCOME_NOT_ACTIVATED];

    for (size_t i = 0; n > 0 && i < G_N_ELEMENTS(order); i++) {
        uint64_t events = state->outcomes[order[i]];
        g_autofree char *one =
            g_strdup_printf("  %s %.1f %%", outcome_names[order[i]], 100 * (double)events / (double)n);

        if (events > 0 && (int)(text->len + strlen(one)) <= room)
            g_string_append(text, one);
    }
}

static void append_bar(GString *line, double share, int columns)
{
    int filled = (int)(share * columns);

    for (int i = 0; i < columns; i++)
        g_string_append(line, i < filled ? "█" : "░");
    g_string_append(line, "  ");
}

/* "1234/2000  812/s  2 s left": without a rate until there is one. */
static void append_speed(GString *text, const lltfi_progress *state, double seconds)
{
    uint64_t trials = state->done, total = state->total, here = trials - state->earlier;
    double rate = seconds > 0 ? (double)here / seconds : 0;
    g_autofree char *left = NULL;

    g_string_append_printf(text, "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, trials, total);
    if (rate <= 0)
        return;
    left = format_seconds(ceil((double)(total - MIN(trials, total)) / rate));
    g_string_append_printf(text, rate < 10 ? "  %.1f trials/s" : "  %.0f trials/s", rate);
    g_string_append_printf(text, "  %s left", left);
}

char *progress_line(const lltfi_progress *state, double seconds, int width)
{
    g_autoptr(GString) text = g_string_new(NULL), line = g_string_new(NULL);
    double share = state->total > 0 ? (double)state->done / (double)state->total : 1;
    int room;

    append_speed(text, state, seconds);
    append_outcomes(text, state, width > 0 ? width - BAR_LEAST - BAR_GAP : G_MAXINT);
    room = width - (int)text->len - BAR_GAP;
    if (room >= BAR_LEAST)
        append_bar(line, share, MIN(room, BAR_COLUMNS));
    g_string_append(line, text->str);
    return width > 0 ? g_utf8_substring(line->str, 0, MIN(width, g_utf8_strlen(line->str, -1)))
                     : g_string_free(g_steal_pointer(&line), FALSE);
}

void progress_show(struct progress *progress, const lltfi_progress *state)
{
    int columns;
    gint64 now = g_get_monotonic_time();
    g_autofree char *line = NULL;

    if (now - progress->looked < REDRAW_MICROSECONDS)
        return;
    progress->looked = now;
    columns = terminal_columns(STDERR_FILENO);
    if (columns == 0 && now - progress->shown < PLAIN_MICROSECONDS)
        return;
    progress->shown = now;
    line = progress_line(state, (double)(now - progress->started) / G_USEC_PER_SEC, columns > 0 ? columns - 1 : 0);
    fprintf(stderr, columns > 0 ? CLEAR_LINE "%s" : "lltfi: %s\n", line);
}

void progress_free(struct progress *progress)
{
    progress_phase_end();
    g_free(progress);
}
