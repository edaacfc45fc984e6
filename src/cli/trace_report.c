#include "cli/trace_report.h"

#include "cli/program_replay.h"
#include "passes/ir/names.h"
#include "report/json.h"
#include "report/text.h"

#include <string.h>

static const struct travel_node *node_at(const struct trace_report *report, guint n)
{
    return &g_array_index(report->travel->nodes, struct travel_node, n);
}

/* "sort.c:12"; an empty text where the program has no debug information. */
static char *place_of(const struct travel_node *node)
{
    g_autofree char *file = node->file ? g_path_get_basename(node->file) : NULL;

    return file ? g_strdup_printf("%s:%u", file, node->line) : g_strdup("");
}

static char *named(const struct travel_node *node)
{
    g_autofree char *place = place_of(node), *function = function_shown_name(node->function_name);

    return g_strdup_printf("instruction %u (%s%s%s, function '%s')", node->index, node->opcode ? node->opcode : "?",
                           *place ? ", " : "", place, function);
}

/* The last instruction of a run that a signal or the time limit ended. */
static char *end_of_run(const struct trace_report *report)
{
    const struct functions *functions = report->subject->functions;
    unsigned index = report->travel->end;
    g_autofree char *name = NULL;

    if (index == 0 || report->travel->cut)
        return g_strdup("");
    name = function_shown_name(functions_find(functions, index)->name);
    return g_strdup_printf("; the last instruction that was done is %u (%s, function '%s')", index,
                           opcode_name(functions->opcodes[index - 1]), name);
}

char *trace_report_end(const struct trace_report *report)
{
    const struct travel *travel = report->travel;
    g_autofree char *status = status_text(report->result->status);
    g_autofree char *last = travel->last >= 0 ? named(node_at(report, (guint)travel->last)) : NULL;
    g_autofree char *end = NULL;

    if (report->trial->outcome == OUTCOME_CRASH || report->trial->outcome == OUTCOME_HANG) {
        end = end_of_run(report);
        return g_strdup_printf("the program ended by %s%s", report->result->timed_out ? "the time limit" : status, end);
    }
    if (travel->cut)
        return g_strdup_printf("the trace was cut after %" G_GUINT64_FORMAT
                               " instructions (--limit); before, the fault "
                               "was last seen in %s, %" G_GUINT64_FORMAT " instructions earlier",
                               travel->compared, last ? last : "none", travel->quiet);
    if (!last)
        return g_strdup("the fault changed no result of any instruction");
    return g_strdup_printf("it was last seen in %s; %" G_GUINT64_FORMAT " instructions ran behind it as without the "
                           "fault%s",
                           last, travel->quiet,
                           report->trial->outcome == OUTCOME_BENIGN ? ": there it died"
                                                                    : ", but the output was another");
}

static char *times_of(const struct travel_node *node)
{
    uint64_t times = MAX(node->changed + node->only_faulty + node->only_golden, 1);

    return g_strdup_printf("%" G_GUINT64_FORMAT, times);
}

static void add_row(const struct travel_node *node, struct table *table)
{
    table_row(table);
    table_cell(table, g_strdup_printf("%" G_GUINT64_FORMAT, node->number));
    table_cell(table, place_of(node));
    table_cell(table, function_shown_name(node->function_name));
    table_cell(table, g_strdup_printf("%u", node->index));
    table_cell(table, g_strdup(node->opcode));
    table_cell(table, g_strdup(travel_mark_names[node->mark]));
    table_cell(table, times_of(node));
    table_cell(table, g_strdup(node->golden));
    table_cell(table, g_strdup(node->faulty));
}

static void append_table(const struct trace_report *report, const struct report_option *option, GString *to)
{
    static const struct {
        const char *heading;
        enum alignment alignment;
    } columns[] = { { "at", ALIGN_RIGHT },    { "source", ALIGN_LEFT },  { "function", ALIGN_ELASTIC },
                    { "index", ALIGN_RIGHT }, { "opcode", ALIGN_LEFT },  { "what", ALIGN_LEFT },
                    { "times", ALIGN_RIGHT }, { "golden", ALIGN_RIGHT }, { "faulty", ALIGN_RIGHT } };
    g_autoptr(table_t) table = table_new(0);
    guint n = MIN(report->travel->nodes->len, report->listed);

    for (size_t c = 0; c < G_N_ELEMENTS(columns); c++)
        table_column(table, columns[c].heading, columns[c].alignment);
    for (guint i = 0; i < n; i++)
        add_row(node_at(report, i), table);
    table_print(table, option, to);
    if (n < report->travel->nodes->len)
        g_string_append_printf(to, "and %u more instructions (--all)\n", report->travel->nodes->len - n);
}

static void append_summary(const struct trace_report *report, GString *to)
{
    const struct travel *travel = report->travel;
    g_autofree char *end = trace_report_end(report);

    g_string_append_printf(to, "trial    %" G_GUINT64_FORMAT ": %s\n", report->trial->number,
                           outcome_names[report->trial->outcome]);
    program_append_faults(report->subject, report->trial, to);
    g_string_append_printf(to,
                           "reached  %u instructions: %" G_GUINT64_FORMAT " results changed, %" G_GUINT64_FORMAT
                           " executions with the fault only, %" G_GUINT64_FORMAT " without it only\n",
                           travel->nodes->len, travel->changed, travel->only_faulty, travel->only_golden);
    if (travel->diverged >= 0) {
        g_autofree char *where = named(node_at(report, (guint)travel->diverged));

        g_string_append_printf(to, "control  went elsewhere at instruction number %" G_GUINT64_FORMAT ": %s, %s\n",
                               node_at(report, (guint)travel->diverged)->number, where,
                               travel_mark_names[node_at(report, (guint)travel->diverged)->mark]);
    }
    g_string_append_printf(to, "end      %s\n", end);
}

static void json_node(struct json *json, const struct travel_node *node)
{
    json_open(json, NULL, '{');
    json_integer(json, "number", node->number);
    json_integer(json, "index", node->index);
    json_text(json, "opcode", node->opcode);
    json_text(json, "instruction", node->text);
    json_text(json, "function", node->function_name);
    json_text(json, "file", node->file);
    json_integer(json, "line", node->line);
    json_text(json, "what", travel_mark_names[node->mark]);
    json_integer(json, "changed", node->changed);
    json_integer(json, "only_faulty", node->only_faulty);
    json_integer(json, "only_golden", node->only_golden);
    json_text(json, "golden", node->golden);
    json_text(json, "faulty", node->faulty);
    json_close(json, '}');
}

static void json_edge(struct json *json, const struct trace_report *report, const struct travel_edge *edge)
{
    static const char *const ways[] = { "data", "memory", "control" };

    json_open(json, NULL, '{');
    json_integer(json, "from", node_at(report, edge->from)->index);
    json_integer(json, "to", node_at(report, edge->to)->index);
    json_text(json, "way", ways[edge->way]);
    json_close(json, '}');
}

static void write_json(const struct trace_report *report, GString *to)
{
    const struct travel *travel = report->travel;
    g_autofree char *end = trace_report_end(report);
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '{');
    json_integer(&json, "trial", report->trial->number);
    json_text(&json, "outcome", outcome_names[report->trial->outcome]);
    json_integer(&json, "struck", travel->struck);
    json_integer(&json, "changed", travel->changed);
    json_integer(&json, "only_faulty", travel->only_faulty);
    json_integer(&json, "only_golden", travel->only_golden);
    json_integer(&json, "traced", travel->compared);
    json_text(&json, "cut", travel->cut ? "yes" : "no");
    json_text(&json, "end", end);
    json_open(&json, "instructions", '[');
    for (guint n = 0; n < travel->nodes->len; n++)
        json_node(&json, node_at(report, n));
    json_close(&json, ']');
    json_open(&json, "edges", '[');
    for (guint e = 0; e < travel->edges->len; e++)
        json_edge(&json, report, &g_array_index(travel->edges, struct travel_edge, e));
    json_close(&json, ']');
    json_close(&json, '}');
}

static void csv_text(GString *to, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    g_string_append_printf(to, "\"%s\"", doubled);
}

static void write_csv(const struct trace_report *report, GString *to)
{
    g_string_append(to, "number,file,line,function,index,opcode,what,changed,only_faulty,only_golden,golden,faulty\n");
    for (guint n = 0; n < report->travel->nodes->len; n++) {
        const struct travel_node *node = node_at(report, n);

        g_string_append_printf(to, "%" G_GUINT64_FORMAT ",", node->number);
        csv_text(to, node->file);
        g_string_append_printf(to, ",%u,", node->line);
        csv_text(to, node->function_name);
        g_string_append_printf(
            to, ",%u,%s,%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%s,%s\n", node->index,
            node->opcode ? node->opcode : "", travel_mark_names[node->mark], node->changed, node->only_faulty,
            node->only_golden, node->golden ? node->golden : "", node->faulty ? node->faulty : "");
    }
}

void trace_report_write(const struct trace_report *report, const struct report_option *option, GString *to)
{
    if (option->format == FORMAT_JSON) {
        write_json(report, to);
        return;
    }
    if (option->format == FORMAT_CSV) {
        write_csv(report, to);
        return;
    }
    append_summary(report, to);
    g_string_append_c(to, '\n');
    append_table(report, option, to);
}
