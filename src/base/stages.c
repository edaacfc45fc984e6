#include "base/stages.h"

#include <string.h>

/* A command has some forty. */
#define MOST_STAGES 256

struct stage {
    const char *name;
    int parent; /* -1: none */
    guint64 times;
    double seconds;
};

static struct stage stages[MOST_STAGES];
static int n_stages, current = -1;
static gboolean enabled;
static gint64 started;

void stages_enable(void)
{
    enabled = TRUE;
    started = g_get_monotonic_time();
}

/* The stage of this name within the current one; -1: there are too many. */
static int find_stage(const char *name)
{
    int s = 0;

    while (s < n_stages && (stages[s].parent != current || strcmp(stages[s].name, name) != 0))
        s++;
    if (s == MOST_STAGES)
        return -1;
    if (s == n_stages)
        stages[n_stages++] = (struct stage){ .name = name, .parent = current };
    return s;
}

struct stage_timer stage_begin(const char *name)
{
    struct stage_timer timer = { .stage = enabled ? find_stage(name) : -1 };

    if (timer.stage < 0)
        return timer;
    current = timer.stage;
    timer.begin = g_get_monotonic_time();
    return timer;
}

void stage_end(struct stage_timer *timer)
{
    struct stage *stage;

    if (timer->stage < 0)
        return;
    stage = &stages[timer->stage];
    stage->times++;
    stage->seconds += (double)(g_get_monotonic_time() - timer->begin) / G_USEC_PER_SEC;
    current = stage->parent;
}

void stage_add(const char *name, guint64 times, double seconds)
{
    int s = enabled ? find_stage(name) : -1;

    if (s < 0)
        return;
    stages[s].times += times;
    stages[s].seconds += seconds;
}

static void add_within(GString *text, int parent, int depth)
{
    for (int s = 0; s < n_stages; s++) {
        if (stages[s].parent != parent)
            continue;
        g_string_append_printf(text, "%*s%-*s %10" G_GUINT64_FORMAT " %12.3f\n", 2 * depth, "", 32 - 2 * depth,
                               stages[s].name, stages[s].times, stages[s].seconds);
        add_within(text, s, depth + 1);
    }
}

char *stages_text(void)
{
    GString *text;

    if (!enabled)
        return NULL;
    text = g_string_new(NULL);
    g_string_append_printf(text, "%-32s %10s %12s\n", "stage", "count", "seconds");
    add_within(text, -1, 0);
    g_string_append_printf(text, "%-32s %10s %12.3f\n", "all", "",
                           (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC);
    return g_string_free(text, FALSE);
}
