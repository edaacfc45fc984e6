/*
 * What a report says, apart from how it looks. A document is a sequence of sheets and notes; report/render makes a
 * table, CSV, JSON, HTML or SVG of any of them. A report is one function that fills sheets:
 *
 *     static const struct sheet_column columns[] = {
 *         { COLUMN_COUNT, .name = "#", .key = "layer" },
 *         { COLUMN_TEXT, .name = "layer", .key = "name", .shorten = SHORTEN_NAME },
 *         { COLUMN_RATE, .name = "SDC", .key = "SDC", .yields = 1 },
 *     };
 *     struct sheet *sheet = sheet_new("layers", "By layer");
 *
 *     sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
 *     for (guint i = 0; i < n; i++) {
 *         sheet_row(sheet);
 *         cell_count(sheet, layers[i].number);
 *         cell_text(sheet, layers[i].name);
 *         cell_rate(sheet, &layers[i].sdc);
 *     }
 *     document_sheet(document, sheet);
 *
 * Names come from untrusted files: cells hold them as they are, and each renderer makes them harmless.
 */
#ifndef LLTFI_REPORT_SHEET_H
#define LLTFI_REPORT_SHEET_H

#include "report/report.h"

/* Who sees a column, row or part. People read tables, HTML and SVG. */
enum { FOR_PEOPLE = 1, FOR_CSV = 2, FOR_JSON = 4, FOR_MACHINES = FOR_CSV | FOR_JSON, FOR_ALL = 7 };

enum column_kind {
    COLUMN_TEXT,
    COLUMN_COUNT,
    COLUMN_REAL,  /* what is not finite is unknown */
    COLUMN_VALUE, /* a number that a run computed: what is not finite is written as NaN, Infinity, -Infinity */
    COLUMN_SHARE, /* 0..1, a percentage for people */
    COLUMN_RATE,  /* a share of trials with its interval */
    COLUMN_LIST,  /* texts */
    COLUMN_ROWS   /* rows of another sheet that belong to this row: an array in JSON; in CSV the row is repeated for
                     each of them, so that a sheet has one such column at most. People do not see it */
};

/* What a column that is too wide for a table loses. */
enum shorten {
    SHORTEN_NEVER,
    SHORTEN_NAME, /* where a name says least: report/elide.h */
    SHORTEN_END   /* sentences and instructions */
};

enum alignment {
    ALIGN_KIND, /* text and lists left, numbers right */
    ALIGN_LEFT,
    ALIGN_RIGHT,
    ALIGN_RATES /* left, the heading above the percentages; right where there is no room for intervals */
};

struct sheet_column {
    enum column_kind kind;
    const char
        *name; /* for people; NULL: they do not see it. Borrowed, as all texts here: literals, interned strings */
    const char
        *key; /* for machines; NULL: they do not see it. Of a rate: "" where its members are not grouped in an object */
    const char *group; /* the object in JSON that it is a member of; NULL: none. Columns of a group follow each other */
    const char *unit;  /* after the name; NULL: none */
    unsigned seen_by;  /* set of FOR_PEOPLE...; 0: all for whom it has a name or key */
    struct sheet *rows; /* of COLUMN_ROWS: those of all rows. Owned by the column's sheet */
    int yields; /* the step at which a table that is too wide drops it, or, of a rate, its interval; 0: it stays */
    enum shorten shorten;
    enum alignment alignment;
    gboolean is_label; /* one of the columns that say what a row is about: pictures show them before the bar */
    gboolean is_chart; /* the rate that pictures draw */
    gboolean is_code;  /* in a font of one width, where there is a choice */
};

/* A share of trials. */
struct rate {
    uint64_t events, n;
    double share;     /* NaN where n is 0 */
    gboolean is_true; /* no interval */
    struct interval interval;
};

/* The colour of a bar. */
enum tint { TINT_NONE, TINT_GREEN, TINT_RED, TINT_PURPLE, TINT_YELLOW, TINT_BLUE, TINT_CYAN, TINT_DIM, TINT_COUNT };

enum cell_state {
    CELL_ABSENT, /* does not apply: there is no member in JSON */
    CELL_UNKNOWN,
    CELL_NUMBER, /* `text` has the digits */
    CELL_KNOWN
};

struct sheet_cell {
    enum cell_state state;
    union {
        uint64_t count;
        double real;
        struct rate *rate;
        GPtrArray *list; /* char * */
        struct {
            guint first, n;
        } rows; /* of the column's */
    };
    char *text;  /* of texts and digits */
    char *shown; /* what people read in place of the value; NULL: the value */
};

struct sheet_row {
    guint first, n; /* cells */
    unsigned seen_by;
    double bar; /* share; negative: none */
    enum tint tint;
};

enum sheet_form {
    SHEET_ROWS,
    SHEET_KEYED, /* as rows; in JSON an object with a member a row, whose name is the first column */
    SHEET_FACTS  /* one row, written downwards: each column's name and its value */
};

struct sheet {
    const char *key; /* in JSON; NULL: the document is this sheet, or the members of a keyed one are its own */
    char *title;     /* a line above it; NULL: none */
    enum sheet_form form;
    unsigned seen_by;
    int indent;         /* columns before a table */
    gboolean is_heat;   /* pages colour rows by their bars */
    GArray *columns;    /* struct sheet_column */
    GArray *rows;       /* struct sheet_row */
    GArray *cells;      /* struct sheet_cell */
    GPtrArray *remarks; /* char *: lines directly below the rows, for people */
};

struct sheet *sheet_new(const char *key, const char *title);
/* A sheet of facts. */
struct sheet *facts_new(void);
void sheet_free(struct sheet *sheet);
typedef struct sheet sheet_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sheet_t, sheet_free)

void sheet_column(struct sheet *sheet, struct sheet_column column);
void sheet_columns(struct sheet *sheet, const struct sheet_column *columns, size_t n);
/* A new row; its cells follow from left to right. What is missing at its end is absent. */
struct sheet_row *sheet_row(struct sheet *sheet);
/* Takes the text. */
void sheet_remark(struct sheet *sheet, char *remark);

/* The cells copy what they are given, but `cell_shown`, which takes it. A text or digits of NULL are unknown. */
void cell_text(struct sheet *sheet, const char *text);
void cell_count(struct sheet *sheet, uint64_t count);
void cell_real(struct sheet *sheet, double real); /* of COLUMN_REAL, VALUE and SHARE */
void cell_rate(struct sheet *sheet, const struct rate *rate);
void cell_number(struct sheet *sheet, const char *digits);
void cell_list(struct sheet *sheet, const char *const *texts, guint n);
/* Rows `first` and later of the column's sheet. */
void cell_rows(struct sheet *sheet, guint first);
void cell_absent(struct sheet *sheet);
/* What people read in place of the last cell's value. */
void cell_shown(struct sheet *sheet, char *shown);

/* A fact: a column and its cell. `name` NULL: only for machines; `key` NULL: only for people. */
void fact_text(struct sheet *facts, const char *name, const char *key, const char *text);
void fact_count(struct sheet *facts, const char *name, const char *key, uint64_t count);

gboolean column_is_seen(const struct sheet_column *column, unsigned by);
/* Whether it has anything for one of these. */
gboolean sheet_is_seen(const struct sheet *sheet, unsigned by);
static inline const struct sheet_column *sheet_column_at(const struct sheet *sheet, guint c)
{
    return &g_array_index(sheet->columns, struct sheet_column, c);
}
static inline const struct sheet_row *sheet_row_at(const struct sheet *sheet, guint r)
{
    return &g_array_index(sheet->rows, struct sheet_row, r);
}
/* NULL where the row ends before this column. */
const struct sheet_cell *sheet_cell(const struct sheet *sheet, const struct sheet_row *row, guint c);

/* One part of a document: a sheet or a note. */
struct document_part {
    struct sheet *sheet;  /* NULL: a note */
    char *note;           /* a paragraph; line breaks in it are kept */
    gboolean is_verbatim; /* of a note: its lines are not wrapped */
};

struct document {
    char *title;   /* of pages */
    GArray *parts; /* struct document_part */
};

struct document *document_new(const char *title);
void document_free(struct document *document);
typedef struct document document_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(document_t, document_free)

/* Both take what they add. */
void document_sheet(struct document *document, struct sheet *sheet);
void document_note(struct document *document, char *note);
void document_verbatim(struct document *document, char *lines);

#endif
