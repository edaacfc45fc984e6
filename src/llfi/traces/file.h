/* Reads LLFI's trace files: one line for each executed instruction. */
#ifndef LLTFI_LLFI_TRACES_FILE_H
#define LLTFI_LLFI_TRACES_FILE_H

#include <glib.h>
#include <stdint.h>

struct trace_line {
    uint32_t id;      /* LLFI index */
    uint32_t length;  /* of the line */
    const char *text; /* the whole line: "ID: 7\tOPCode: fadd\tValue: 3f800000" */
};

struct trace_file {
    GMappedFile *file;
    GArray *lines;  /* struct trace_line */
    uint64_t start; /* of a faulty run: the number of its first line in the whole run, from 1; else 0 */
    gboolean cut;   /* the run continued after the last line */
};

/* LLTFI_ERROR_INPUT: "trace.txt:3: this is not a line of a trace: ..." */
struct trace_file *trace_file_read(const char *path, GError **error);
void trace_file_free(struct trace_file *trace);
typedef struct trace_file trace_file_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(trace_file_t, trace_file_free)

/* Parts of a line: the opcode and the hexadecimal digits of the value, in place. */
void trace_line_opcode(const struct trace_line *line, const char **text, gsize *length);
void trace_line_value(const struct trace_line *line, const char **digits, gsize *length);
/* Whether two lines have the same value. */
gboolean trace_line_same_value(const struct trace_line *a, const struct trace_line *b);

/* The value as LLFI's reports have it: a decimal number without sign, of any length. */
void trace_line_append_decimal(GString *to, const struct trace_line *line);

#endif
