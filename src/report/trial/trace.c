/* What `lltfi trace` shows. */
#include "report/trial/trace.h"

#include "passes/ir/names.h"
#include "report/trial/program.h"

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
    const struct functions *functions = report->functions;
    unsigned index = report->travel->end;
    g_autofree char *name = NULL;

    if (index == 0 || report->travel->cut)
        return g_strdup("");
    name = function_shown_name(functions_find(functions, index)->name);
    return g_strdup_printf("; the last executed instruction is %u (%s, function '%s')", index,
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
        return g_strdup_printf("the trace was cut after %" G_GUINT64_FORMAT " instructions (%s); before, the fault "
                               "was last seen in %s, %" G_GUINT64_FORMAT " instructions earlier",
                               travel->compared, report->limit, last ? last : "none", travel->quiet);
    if (!last)
        return g_strdup("the fault changed no result of any instruction");
    return g_strdup_printf("it was last seen in %s; %" G_GUINT64_FORMAT " instructions ran after it as without the "
                           "fault%s",
                           last, travel->quiet,
                           report->trial->outcome == OUTCOME_BENIGN ? ": there it died" : ", but the output differed");
}

#define PEOPLE_AND_CSV (FOR_PEOPLE | FOR_CSV)

/* CSV has the place first, JSON the instruction. */
static const struct sheet_column node_columns[] = {
    { COLUMN_COUNT, .name = "at", .key = "number" },
    { COLUMN_TEXT, .key = "file", .seen_by = FOR_CSV },
    { COLUMN_COUNT, .key = "line", .seen_by = FOR_CSV },
    { COLUMN_TEXT, .name = "source" },
    { COLUMN_TEXT, .name = "function", .key = "function", .seen_by = PEOPLE_AND_CSV, .shorten = SHORTEN_NAME },
    { COLUMN_COUNT, .name = "index", .key = "index" },
    { COLUMN_TEXT, .name = "opcode", .key = "opcode" },
    { COLUMN_TEXT, .key = "instruction", .seen_by = FOR_JSON },
    { COLUMN_TEXT, .key = "function", .seen_by = FOR_JSON },
    { COLUMN_TEXT, .key = "file", .seen_by = FOR_JSON },
    { COLUMN_COUNT, .key = "line", .seen_by = FOR_JSON },
    { COLUMN_TEXT, .name = "what", .key = "what" },
    { COLUMN_COUNT, .name = "times" },
    { COLUMN_COUNT, .key = "changed" },
    { COLUMN_COUNT, .key = "only_faulty" },
    { COLUMN_COUNT, .key = "only_golden" },
    { COLUMN_TEXT, .name = "golden", .key = "golden", .alignment = ALIGN_RIGHT },
    { COLUMN_TEXT, .name = "faulty", .key = "faulty", .alignment = ALIGN_RIGHT },
};

static void add_node(struct sheet *sheet, const struct travel_node *node, gboolean is_listed)
{
    g_autofree char *place = place_of(node);

    sheet_row(sheet)->seen_by = is_listed ? FOR_ALL : FOR_MACHINES;
    cell_count(sheet, node->number);
    cell_text(sheet, node->file);
    cell_count(sheet, node->line);
    cell_text(sheet, place);
    cell_text(sheet, node->function_name);
    cell_shown(sheet, function_shown_name(node->function_name));
    cell_count(sheet, node->index);
    cell_text(sheet, node->opcode);
    cell_text(sheet, node->text);
    cell_text(sheet, node->function_name);
    cell_text(sheet, node->file);
    cell_count(sheet, node->line);
    cell_text(sheet, travel_mark_names[node->mark]);
    cell_count(sheet, MAX(node->changed + node->only_faulty + node->only_golden, 1));
    cell_count(sheet, node->changed);
    cell_count(sheet, node->only_faulty);
    cell_count(sheet, node->only_golden);
    cell_text(sheet, node->golden);
    cell_text(sheet, node->faulty);
}

static struct sheet *nodes_sheet(const struct trace_report *report)
{
    struct sheet *sheet = sheet_new("instructions", NULL);
    guint n = report->travel->nodes->len;

    sheet_columns(sheet, node_columns, G_N_ELEMENTS(node_columns));
    for (guint i = 0; i < n; i++)
        add_node(sheet, node_at(report, i), i < report->listed);
    if (n > report->listed)
        sheet_remark(sheet, g_strdup_printf("and %u more instructions (%s)", n - report->listed, report->more));
    return sheet;
}

static struct sheet *edges_sheet(const struct trace_report *report)
{
    static const char *const ways[] = { "data", "memory", "control" };
    static const struct sheet_column columns[] = {
        { COLUMN_COUNT, .key = "from" },
        { COLUMN_COUNT, .key = "to" },
        { COLUMN_TEXT, .key = "way" },
    };
    struct sheet *sheet = sheet_new("edges", NULL);

    sheet->seen_by = FOR_JSON;
    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (guint e = 0; e < report->travel->edges->len; e++) {
        const struct travel_edge *edge = &g_array_index(report->travel->edges, struct travel_edge, e);

        sheet_row(sheet);
        cell_count(sheet, node_at(report, edge->from)->index);
        cell_count(sheet, node_at(report, edge->to)->index);
        cell_text(sheet, ways[edge->way]);
    }
    return sheet;
}

/* Where control flow first differed; NULL: it never did. */
static char *divergence(const struct trace_report *report)
{
    const struct travel *travel = report->travel;
    const struct travel_node *node = travel->diverged >= 0 ? node_at(report, (guint)travel->diverged) : NULL;
    g_autofree char *where = node ? named(node) : NULL;

    return node ? g_strdup_printf("went elsewhere at instruction number %" G_GUINT64_FORMAT ": %s, %s", node->number,
                                  where, travel_mark_names[node->mark])
                : NULL;
}

static void add_people_facts(struct sheet *facts, const struct trace_report *report, const char *end)
{
    const struct travel *travel = report->travel;
    const struct trial *trial = report->trial;
    g_autofree char *control = divergence(report);
    g_autofree char *outcome =
        g_strdup_printf("%" G_GUINT64_FORMAT ": %s", trial->number, outcome_names[trial->outcome]);
    g_autofree char *reached =
        g_strdup_printf("%u instructions: %" G_GUINT64_FORMAT " results changed, %" G_GUINT64_FORMAT
                        " executions with the fault only, %" G_GUINT64_FORMAT " without it only",
                        travel->nodes->len, travel->changed, travel->only_faulty, travel->only_golden);

    fact_text(facts, "trial", NULL, outcome);
    add_program_faults(facts, report->functions->sites, report->fault, trial);
    fact_text(facts, "reached", NULL, reached);
    fact_text(facts, "control", NULL, control);
    fact_text(facts, "end", NULL, end);
}

static void add_json_facts(struct sheet *facts, const struct trace_report *report, const char *end)
{
    const struct travel *travel = report->travel;

    fact_count(facts, NULL, "trial", report->trial->number);
    fact_text(facts, NULL, "outcome", outcome_names[report->trial->outcome]);
    fact_count(facts, NULL, "struck", travel->struck);
    fact_count(facts, NULL, "changed", travel->changed);
    fact_count(facts, NULL, "only_faulty", travel->only_faulty);
    fact_count(facts, NULL, "only_golden", travel->only_golden);
    fact_count(facts, NULL, "traced", travel->compared);
    fact_text(facts, NULL, "cut", travel->cut ? "yes" : "no");
    fact_text(facts, NULL, "end", end);
}

struct document *trace_document(const struct trace_report *report)
{
    g_autofree char *title = g_strdup_printf("Trial %" G_GUINT64_FORMAT, report->trial->number);
    g_autofree char *end = trace_report_end(report);
    struct document *document = document_new(title);
    struct sheet *facts = facts_new();

    add_people_facts(facts, report, end);
    add_json_facts(facts, report, end);
    document_sheet(document, facts);
    document_sheet(document, nodes_sheet(report));
    document_sheet(document, edges_sheet(report));
    return document;
}
