/*
 * A picture of a model's layers as SVG: one row a layer, from top to bottom in order of execution, with lines from each
 * layer to those that read it, and what happened there in bars and words beside it.
 */
#ifndef LLTFI_REPORT_GRAPH_H
#define LLTFI_REPORT_GRAPH_H

#include <glib.h>

#define GRAPH_CELLS 4

enum graph_mark { GRAPH_UNTOUCHED, GRAPH_STRUCK, GRAPH_CHANGED, GRAPH_MASKED, GRAPH_MARKS };

struct graph_row {
    char *before, *name, *after; /* the label: a name, which is shortened where it is long, and what is around it */
    enum graph_mark mark;
    double line;              /* 0..1: how strong the lines are that leave the layer; 0: no fault passes along them */
    double pale, bar;         /* 0..1: a pale bar, and one before it; negative: none */
    char *cells[GRAPH_CELLS]; /* NULL: empty */
};

/* A line from one row to another, further down; rows are counted from 0. */
struct graph_line {
    guint from, to;
};

struct graph {
    const char *title;
    GPtrArray *notes; /* char *: lines below the title */
    const char *bar;  /* heading of the bars */
    const char *headings[GRAPH_CELLS];
    GArray *rows;  /* struct graph_row */
    GArray *lines; /* struct graph_line, in any order */
};

/* An empty picture, which owns what its rows and notes hold. */
struct graph *graph_new(const char *title);
void graph_free(struct graph *graph);
typedef struct graph graph_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(graph_t, graph_free)

/* SVG. The caller frees. */
char *graph_draw(const struct graph *graph);

#endif
