#include "llfi/traces/file.h"

#include "base/errors.h"
#include "base/file.h"

#include <string.h>

#define HEADER "#TraceStartInstNumber:"
#define CUT "#TraceCut"
#define BILLION 1000000000u

void trace_file_free(struct trace_file *trace)
{
    if (!trace)
        return;
    if (trace->file)
        g_mapped_file_unref(trace->file);
    g_array_unref(trace->lines);
    g_free(trace);
}

/* The n-th word of a line, from 0; FALSE if the line has fewer. */
static gboolean find_word(const char *text, gsize length, int n, const char **word, gsize *size)
{
    const char *end = text + length;

    for (;; n--) {
        while (text < end && g_ascii_isspace(*text))
            text++;
        *word = text;
        while (text < end && !g_ascii_isspace(*text))
            text++;
        *size = (gsize)(text - *word);
        if (*size == 0 || n == 0)
            return *size > 0;
    }
}

static gboolean is_word(const char *text, gsize length, int n, const char *wanted)
{
    const char *word;
    gsize size;

    return find_word(text, length, n, &word, &size) && size == strlen(wanted) && memcmp(word, wanted, size) == 0;
}

static gboolean read_number(const char *text, gsize length, int n, uint64_t *number)
{
    const char *word;
    gsize size;

    if (!find_word(text, length, n, &word, &size) || size > 18)
        return FALSE;
    *number = 0;
    for (gsize i = 0; i < size; i++) {
        if (!g_ascii_isdigit(word[i]))
            return FALSE;
        *number = *number * 10 + (uint64_t)(word[i] - '0');
    }
    return TRUE;
}

static gboolean has_value(const char *text, gsize length)
{
    const char *word;
    gsize size;

    if (!find_word(text, length, 5, &word, &size))
        return TRUE;
    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isxdigit(word[i]))
            return FALSE;
    return TRUE;
}

static gboolean add_line(struct trace_file *trace, const char *text, gsize length)
{
    struct trace_line line = { .length = (uint32_t)length, .text = text };
    uint64_t id;

    if (length > G_MAXUINT32 || !is_word(text, length, 0, "ID:") || !read_number(text, length, 1, &id) ||
        id > G_MAXUINT32 || !is_word(text, length, 2, "OPCode:") || !is_word(text, length, 4, "Value:") ||
        !has_value(text, length))
        return FALSE;
    line.id = (uint32_t)id;
    g_array_append_val(trace->lines, line);
    return TRUE;
}

/* "#TraceStartInstNumber: 14" and perhaps "#TraceCut". */
static gboolean read_header(struct trace_file *trace, const char *text, gsize length)
{
    trace->cut = is_word(text, length, 2, CUT);
    return is_word(text, length, 0, HEADER) && read_number(text, length, 1, &trace->start);
}

static gboolean is_blank(const char *text, gsize length)
{
    const char *word;
    gsize size;

    return !find_word(text, length, 0, &word, &size);
}

static gboolean read_lines(struct trace_file *trace, const char *path, GError **error)
{
    const char *text = g_mapped_file_get_contents(trace->file);
    const char *end = text + g_mapped_file_get_length(trace->file);

    for (guint number = 1; text && text < end; number++) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        gsize length = (gsize)((newline ? newline : end) - text);

        if (!is_blank(text, length) &&
            !(number == 1 && *text == '#' ? read_header(trace, text, length) : add_line(trace, text, length)))
            return set_error(error, LLTFI_ERROR_INPUT,
                             "%s:%u: this is not a line of a trace ('ID: 7\\tOPCode: add\\tValue: 0000002a'): %.*s",
                             path, number, (int)MIN(length, 60), text);
        text += length + 1;
    }
    return TRUE;
}

struct trace_file *trace_file_read(const char *path, GError **error)
{
    g_autoptr(trace_file_t) trace = g_new0(struct trace_file, 1);

    trace->lines = g_array_new(FALSE, FALSE, sizeof(struct trace_line));
    trace->file = file_map(path, error);
    if (!trace->file || !read_lines(trace, path, error))
        return NULL;
    return g_steal_pointer(&trace);
}

void trace_line_opcode(const struct trace_line *line, const char **text, gsize *length)
{
    find_word(line->text, line->length, 3, text, length);
}

/* Without leading zeros. */
void trace_line_value(const struct trace_line *line, const char **digits, gsize *length)
{
    find_word(line->text, line->length, 5, digits, length);
    while (*length > 0 && **digits == '0') {
        ++*digits;
        --*length;
    }
}

gboolean trace_line_same_value(const struct trace_line *a, const struct trace_line *b)
{
    const char *x, *y;
    gsize n, m;

    trace_line_value(a, &x, &n);
    trace_line_value(b, &y, &m);
    return n == m && g_ascii_strncasecmp(x, y, n) == 0;
}

void trace_line_append_decimal(GString *to, const struct trace_line *line)
{
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(guint32)); /* to base 10^9, lowest first */
    const char *digits;
    gsize length;

    trace_line_value(line, &digits, &length);
    for (gsize i = 0; i < length; i++) {
        guint64 carry = (guint64)g_ascii_xdigit_value(digits[i]);

        for (guint p = 0; p < parts->len; p++) {
            carry += (guint64)g_array_index(parts, guint32, p) * 16;
            g_array_index(parts, guint32, p) = (guint32)(carry % BILLION);
            carry /= BILLION;
        }
        if (carry > 0) {
            guint32 top = (guint32)carry;

            g_array_append_val(parts, top);
        }
    }
    if (parts->len == 0)
        g_string_append_c(to, '0');
    for (guint p = parts->len; p-- > 0;)
        g_string_append_printf(to, p + 1 == parts->len ? "%u" : "%09u", g_array_index(parts, guint32, p));
}
