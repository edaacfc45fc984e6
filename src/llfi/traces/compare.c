/* Compares a golden and a faulty trace: the report of one fault. */
#include "llfi/traces/report.h"

#include "base/errors.h"
#include "report/align.h"

/* If a faulty trace was cut, at most this many golden lines for each faulty one are compared with it. */
#define GOLDEN_FOR_FAULTY 4

/* Two traces, beginning at the struck instruction; lines are numbered from 0. */
struct comparison {
    const struct trace_line *golden, *faulty;
    gsize n_golden, n_faulty;
    int64_t *match;  /* by golden line: the same instruction's faulty line, or -1 */
    uint64_t number; /* of line 0 in the whole run */
    unsigned struck; /* its LLFI index */
    gboolean cut;    /* the faulty trace ends before the run did */
    gsize g, f;      /* the next lines */
    GString *to;
};

static void append_header(const struct comparison *c, gsize g, gsize f)
{
    g_string_append_printf(c->to,
                           "\nDiff@ inst # %" G_GUINT64_FORMAT "\\%" G_GUINT64_FORMAT " -> inst # %" G_GUINT64_FORMAT
                           "\\%" G_GUINT64_FORMAT "\n",
                           c->number + c->g, c->number + c->f, c->number + g, c->number + f);
}

static gboolean is_changed(const struct comparison *c, gsize g, gsize f)
{
    return g < c->n_golden && c->match[g] == (int64_t)f && !trace_line_same_value(&c->golden[g], &c->faulty[f]);
}

/* Consecutive instructions that both runs executed, with different values. */
static void compare_data(struct comparison *c)
{
    gsize n = 0;

    while (is_changed(c, c->g + n, c->f + n))
        n++;
    append_header(c, c->g + n, c->f + n);
    for (; n > 0; n--, c->g++, c->f++) {
        const char *opcode;
        gsize length;

        trace_line_opcode(&c->golden[c->g], &opcode, &length);
        g_string_append_printf(c->to, "Data Diff: ID: %u OPCode: %.*s Value: ", c->golden[c->g].id, (int)length,
                               opcode);
        trace_line_append_decimal(c->to, &c->golden[c->g]);
        g_string_append(c->to, " \\ ");
        trace_line_append_decimal(c->to, &c->faulty[c->f]);
        g_string_append_c(c->to, '\n');
    }
}

static void append_id(GString *to, const struct trace_line *lines, gsize at, gsize end)
{
    if (at < end)
        g_string_append_printf(to, "%u", lines[at].id);
    else
        g_string_append(to, "None");
}

/* Instructions that only one of the runs executed. */
static void compare_control(struct comparison *c)
{
    gsize g = c->g, f = c->f, n;

    while (g < c->n_golden && c->match[g] < 0)
        g++;
    f = g < c->n_golden ? (gsize)c->match[g] : c->n_faulty;
    n = g == c->n_golden && c->cut ? MIN(g - c->g, f - c->f) : MAX(g - c->g, f - c->f);
    if (n > 0) {
        append_header(c, MIN(g, c->g + n), MIN(f, c->f + n));
        g_string_append_printf(c->to, "Pre  Diff: ID: %u\n", c->g > 0 ? c->golden[c->g - 1].id : c->struck);
    }
    for (gsize i = 0; i < n; i++) {
        g_string_append(c->to, "Ctrl Diff: ID: ");
        append_id(c->to, c->golden, c->g + i, g);
        g_string_append(c->to, " \\ ");
        append_id(c->to, c->faulty, c->f + i, f);
        g_string_append_c(c->to, '\n');
    }
    if (n > 0 && g < c->n_golden)
        g_string_append_printf(c->to, "Post Diff: ID: %u\n", c->golden[g].id);
    c->g = g;
    c->f = f;
}

static void compare_lines(struct comparison *c)
{
    while (c->g < c->n_golden || c->f < c->n_faulty) {
        if (c->g >= c->n_golden || c->match[c->g] != (int64_t)c->f)
            compare_control(c);
        else if (is_changed(c, c->g, c->f))
            compare_data(c);
        else {
            c->g++;
            c->f++;
        }
    }
}

static uint32_t *ids_of(const struct trace_line *lines, gsize n)
{
    uint32_t *ids = g_new(uint32_t, n + 1);

    for (gsize i = 0; i < n; i++)
        ids[i] = lines[i].id;
    return ids;
}

static void align_lines(struct comparison *c)
{
    g_autofree uint32_t *golden = NULL, *faulty = ids_of(c->faulty, c->n_faulty);

    if (c->cut)
        c->n_golden = MIN(c->n_golden, GOLDEN_FOR_FAULTY * c->n_faulty);
    golden = ids_of(c->golden, c->n_golden);
    c->match = g_new(int64_t, c->n_golden + 1);
    align(golden, c->n_golden, faulty, c->n_faulty, c->match);
}

static gboolean check(const struct trace_file *golden, const struct trace_file *faulty, GError **error)
{
    if (faulty->start == 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "the faulty trace does not begin with '#TraceStartInstNumber: <n>' (golden first, faulty "
                         "second), or nothing was injected in its run");
    if (faulty->lines->len == 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "the faulty trace has no instructions: its run ended with the fault");
    if (golden->start > 0)
        return set_error(error, LLTFI_ERROR_INPUT, "the golden trace is one of a run with a fault");
    if (faulty->start <= golden->lines->len)
        return TRUE;
    return set_error(error, LLTFI_ERROR_INPUT,
                     "the fault struck instruction %" G_GUINT64_FORMAT ", but the golden trace has only %u: it is not "
                     "of the same program and input, or it was cut",
                     faulty->start, golden->lines->len);
}

gboolean fault_report_compare(const struct trace_file *golden, const struct trace_file *faulty, GString *to,
                              GError **error)
{
    struct comparison c = { .to = to, .cut = faulty->cut };
    gboolean same;

    if (!check(golden, faulty, error))
        return FALSE;
    c.golden = &g_array_index(golden->lines, struct trace_line, faulty->start - 1);
    c.faulty = &g_array_index(faulty->lines, struct trace_line, 0);
    c.struck = c.golden->id;
    g_string_append_printf(to, "#FaultReport\n1 @ %" G_GUINT64_FORMAT "\n%.*s / ", faulty->start, (int)c.golden->length,
                           c.golden->text);
    trace_line_append_decimal(to, c.faulty);
    g_string_append_c(to, '\n');
    /* Terminators are not traced: after a struck one the first faulty line may be another instruction. */
    same = c.golden->id == c.faulty->id;
    c.golden += same;
    c.faulty += same;
    c.number = faulty->start + same;
    c.n_golden = golden->lines->len - faulty->start + !same;
    c.n_faulty = faulty->lines->len - same;
    align_lines(&c);
    compare_lines(&c);
    g_free(c.match);
    return TRUE;
}
