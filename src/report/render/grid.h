/* A sheet as people read it: the texts of its cells, by column and row. Tables, pages and pictures start from it. */
#ifndef LLTFI_REPORT_RENDER_GRID_H
#define LLTFI_REPORT_RENDER_GRID_H

#include "report/sheet.h"

struct grid_column {
    const struct sheet_column *column;
    char *heading;
    char **texts; /* by row of the grid; printable */
    gboolean is_right;
    int width; /* columns of a terminal that its longest text takes */
};

struct text_grid {
    guint n_columns, n_rows;
    struct grid_column *columns;
    const struct sheet_row **rows;
};

/* Without the columns, and intervals of rates, that yield at this step or before; step 0 has all. */
struct text_grid *grid_new(const struct sheet *sheet, int step);
void grid_free(struct text_grid *grid);
typedef struct text_grid text_grid_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(text_grid_t, grid_free)

/* The last step at which a column yields. */
int grid_last_step(const struct sheet *sheet);

/* Whether people see a part of a document. */
gboolean part_is_seen(const struct document_part *part);

#endif
