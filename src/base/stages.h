/*
 * How long the stages of a command take: `STAGE("load");` times the block of code that contains it. A stage within
 * another one is a row below it. Off by default, and then one test of a flag. Workers are forked and keep what they
 * measure to themselves: their trials are added by the parent with stage_add.
 */
#ifndef LLTFI_BASE_STAGES_H
#define LLTFI_BASE_STAGES_H

#include <glib.h>

/* Turns measuring on for the rest of the process. */
void stages_enable(void);

/* A stage that is being timed: its number, and when it began in microseconds. */
struct stage_timer {
    int stage; /* -1: nothing is measured */
    gint64 begin;
};

/* `name` is a literal or interned: only the pointer is kept. */
struct stage_timer stage_begin(const char *name);
void stage_end(struct stage_timer *timer);

#define STAGE(name) \
    struct stage_timer G_PASTE(stage_timer_, __LINE__) __attribute__((cleanup(stage_end), unused)) = stage_begin(name)

/* Adds what was measured elsewhere to a stage within the one that is being timed. */
void stage_add(const char *name, guint64 times, double seconds);

/* The table of all stages in the order in which they began: name, how often, seconds. NULL: nothing was measured. The
 * caller frees. */
char *stages_text(void);

#endif
