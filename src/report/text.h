/* Text for terminals: aligned tables, rates, bars, wrapped sentences. */
#ifndef LLTFI_REPORT_TEXT_H
#define LLTFI_REPORT_TEXT_H

#include "report/breakdown.h"

#define STYLE_BOLD "\033[1m"
#define STYLE_DIM "\033[2m"
#define STYLE_END "\033[0m"

/* The colour of an outcome's bars and names. */
extern const char *const outcome_styles[OUTCOME_COUNT];

enum alignment {
    ALIGN_LEFT,
    ALIGN_RIGHT,
    ALIGN_ELASTIC,    /* left, and shortened where the table is too wide */
    ALIGN_ELASTIC_END /* the same, but the end of the text is what is kept */
};

struct table;

struct table *table_new(int indent);
void table_free(struct table *table);
typedef struct table table_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(table_t, table_free)

void table_column(struct table *table, const char *heading, enum alignment alignment);
/* A new row; its cells follow from left to right. Takes the text (NULL: empty). */
void table_row(struct table *table);
void table_cell(struct table *table, char *text);
/* A bar behind the row: a share of 1 fills the space that the table leaves. */
void table_bar(struct table *table, double share, const char *style);
/* Columns of the terminal that the table takes at least, its elastic column shortened. */
int table_least_width(const struct table *table);
void table_print(struct table *table, const struct report_option *option, GString *to);

/* "12.35 % [10.9, 13.9]"; more digits where there are so many trials that they mean something; "-" for none. */
char *format_rate(const struct report_option *option, uint64_t events, uint64_t n);
/* The same for a rate; a true one has no interval: "12.3456 %". */
char *rate_text(const struct rate *rate);
/* "12.35 %". */
char *format_percentage(double share, int decimals);
/* "0.83 ms", "3.2 s", "2 min 5 s". */
char *format_seconds(double seconds);

/* Appends text wrapped to the option's width. Line breaks in it are kept. */
void append_wrapped(GString *to, const char *text, const struct report_option *option);
/* A heading on a line of its own. */
void append_heading(GString *to, const char *text, const struct report_option *option);

int report_width(const struct report_option *option);

#endif
