/*
 * Compares two traces, instruction by instruction: what the faulty run computed otherwise than the golden run, which
 * value that came from, and where control left the golden path.
 */
#include "report/travel.h"

#include "passes/ir/texts.h"
#include "report/align.h"
#include "report/travel_flow.h"

#include <string.h>

const char *const travel_mark_names[TRAVEL_MARKS] = { "only golden", "only faulty", "stored", "changed", "struck" };

/* State of the comparison of both runs. */
struct traveller {
    struct travel *travel;
    struct travel_program program;
    const struct functions *functions;
    GArray *golden, *faulty; /* struct trace_entry */
    int64_t *match;          /* by golden entry: the faulty one, or -1 */
    struct travel_run golden_run, faulty_run;
    GHashTable *nodes; /* LLFI index -> number of the node + 1 */
    GHashTable *edges; /* set of those that exist, as text */
    unsigned struck;
    uint64_t first;                      /* number of entry 0 in the whole run */
    guint g, f;                          /* the next entries */
    unsigned before;                     /* LLFI index of the last instruction that both executed; 0: none yet */
    gboolean golden_apart, faulty_apart; /* the last ones were executed by one of them only */
};

static const struct trace_entry *entry_at(const GArray *entries, guint i)
{
    return &g_array_index(entries, struct trace_entry, i);
}

static struct travel_node *node_at(struct traveller *t, guint number)
{
    return &g_array_index(t->travel->nodes, struct travel_node, number);
}

static guint function_number(const struct functions *functions, unsigned index)
{
    return (guint)(functions_find(functions, index) - &g_array_index(functions->functions, struct function, 0)) + 1;
}

static unsigned block_number(LLVMBasicBlockRef block)
{
    unsigned number = 0;

    while ((block = LLVMGetPreviousBasicBlock(block)))
        number++;
    return number;
}

static void describe(const struct traveller *t, struct travel_node *node)
{
    LLVMValueRef instruction = t->program.all[node->index - 1];

    node->function = function_number(t->functions, node->index);
    node->function_name = g_array_index(t->functions->functions, struct function, node->function - 1).name;
    node->block = block_number(LLVMGetInstructionParent(instruction));
    node->opcode = opcode_name(t->functions->opcodes[node->index - 1]);
    node->text = instruction_text(instruction);
    node->file = instruction_source(instruction, &node->line);
}

/* Records that the fault reached an instruction. Returns the number of its node. */
static guint reach(struct traveller *t, unsigned index, enum travel_mark mark, uint64_t number)
{
    guint there = GPOINTER_TO_UINT(g_hash_table_lookup(t->nodes, GUINT_TO_POINTER(index)));
    struct travel_node node = { .index = index, .mark = mark, .number = number };

    t->travel->last_number = MAX(t->travel->last_number, number);
    if (there > 0) {
        node_at(t, there - 1)->mark = MAX(node_at(t, there - 1)->mark, mark);
        t->travel->last = there - 1;
        return there - 1;
    }
    describe(t, &node);
    g_array_append_val(t->travel->nodes, node);
    g_hash_table_insert(t->nodes, GUINT_TO_POINTER(index), GUINT_TO_POINTER(t->travel->nodes->len));
    t->travel->last = t->travel->nodes->len - 1;
    return t->travel->nodes->len - 1;
}

static void connect(struct traveller *t, guint from, guint to, enum travel_way way)
{
    struct travel_edge edge = { from, to, way };

    if (g_hash_table_add(t->edges, g_strdup_printf("%u %u %d", from, to, way)))
        g_array_append_val(t->travel->edges, edge);
}

static gboolean same_value(const struct trace_entry *a, const struct trace_entry *b)
{
    return a->bytes == b->bytes && (a->bytes == 0 || memcmp(a->value, b->value, a->bytes) == 0);
}

/* Connects a load to the store that it read from in the faulty run, and to the one that it read from in the golden run.
 */
static void connect_memory(struct traveller *t, guint to, unsigned load, uint64_t number)
{
    unsigned stores[2] = { travel_run_source(&t->faulty_run, load), travel_run_source(&t->golden_run, load) };
    uint64_t last_number = t->travel->last_number;
    gint64 last = t->travel->last;

    if (stores[0] > 0 && stores[0] == stores[1])
        connect(t, reach(t, stores[0], TRAVEL_STORED, number), to, TRAVEL_MEMORY);
    for (int s = 0; s < 2 && stores[0] != stores[1]; s++)
        if (stores[s] > 0)
            connect(t, reach(t, stores[s], s == 0 ? TRAVEL_ONLY_FAULTY : TRAVEL_ONLY_GOLDEN, number), to,
                    TRAVEL_MEMORY);
    t->travel->last = last;
    t->travel->last_number = last_number;
}

static void changed_value(struct traveller *t, const struct trace_entry *golden, const struct trace_entry *faulty,
                          uint64_t number)
{
    enum travel_mark mark = number == t->first && faulty->index == t->struck ? TRAVEL_STRUCK : TRAVEL_CHANGED;
    guint to = reach(t, faulty->index, mark, number);
    struct travel_node *node = node_at(t, to);

    node->changed++;
    t->travel->changed++;
    if (!node->faulty) {
        node->golden = travel_value_text(&t->program, golden);
        node->faulty = travel_value_text(&t->program, faulty);
    }
    connect_memory(t, to, faulty->index, number);
}

static void step_both(struct traveller *t)
{
    const struct trace_entry *golden = entry_at(t->golden, t->g), *faulty = entry_at(t->faulty, t->f);
    gboolean changed = !same_value(golden, faulty);
    uint64_t number = t->first + t->f;

    if (changed)
        changed_value(t, golden, faulty, number);
    else if (travel_run_stores_changed(&t->faulty_run, faulty->index))
        reach(t, faulty->index, TRAVEL_STORED, number);
    travel_run_step(&t->golden_run, golden, FALSE);
    travel_run_step(&t->faulty_run, faulty, changed);
    t->before = faulty->index;
    t->golden_apart = t->faulty_apart = FALSE;
    t->g++;
    t->f++;
}

/* Connects the first instruction after control flow differed to the instruction that decided it. */
static void diverge(struct traveller *t, guint to, gboolean *apart)
{
    unsigned decider = t->before > 0 ? travel_decider(&t->program, t->before) : t->struck;
    guint from;

    if (*apart)
        return;
    *apart = TRUE;
    if (t->travel->diverged < 0)
        t->travel->diverged = to;
    from = GPOINTER_TO_UINT(g_hash_table_lookup(t->nodes, GUINT_TO_POINTER(decider > 0 ? decider : t->before)));
    if (from > 0)
        connect(t, from - 1, to, TRAVEL_CONTROL);
}

static void step_faulty(struct traveller *t)
{
    const struct trace_entry *entry = entry_at(t->faulty, t->f);
    guint number = reach(t, entry->index, TRAVEL_ONLY_FAULTY, t->first + t->f);

    node_at(t, number)->only_faulty++;
    t->travel->only_faulty++;
    diverge(t, number, &t->faulty_apart);
    travel_run_step(&t->faulty_run, entry, FALSE);
    t->f++;
}

static void step_golden(struct traveller *t)
{
    const struct trace_entry *entry = entry_at(t->golden, t->g);
    guint number = reach(t, entry->index, TRAVEL_ONLY_GOLDEN, t->first + t->f);

    node_at(t, number)->only_golden++;
    t->travel->only_golden++;
    diverge(t, number, &t->golden_apart);
    travel_run_step(&t->golden_run, entry, FALSE);
    t->g++;
}

/* Instructions that only one run executed come before the next ones that both executed. After the end of a trace that
 * was cut, nothing is known about the faulty run. */
static void walk(struct traveller *t, const gboolean *paired, gboolean cut)
{
    for (;;) {
        if (t->f < t->faulty->len && !paired[t->f])
            step_faulty(t);
        else if (t->g < t->golden->len && t->match[t->g] < 0 && (t->f < t->faulty->len || !cut))
            step_golden(t);
        else if (t->f < t->faulty->len)
            step_both(t);
        else
            return;
    }
}

/* The golden trace is followed this many times as far as a faulty one that was cut. */
#define GOLDEN_FOR_FAULTY 4

static GArray *entries_of(const struct trace *trace, uint64_t most)
{
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(struct trace_entry));
    struct trace_entry entry;

    for (gsize at = 0; entries->len < most && trace_next(trace, &at, &entry);)
        g_array_append_val(entries, entry);
    return entries;
}

static uint32_t *indices_of(const GArray *entries)
{
    uint32_t *indices = g_new(uint32_t, entries->len + 1);

    for (guint i = 0; i < entries->len; i++)
        indices[i] = entry_at(entries, i)->index;
    return indices;
}

static void compare(struct traveller *t, gboolean cut)
{
    g_autofree uint32_t *golden = indices_of(t->golden), *faulty = indices_of(t->faulty);
    g_autofree gboolean *paired = g_new0(gboolean, t->faulty->len + 1);
    g_autofree int64_t *match = t->match = g_new(int64_t, t->golden->len + 1);

    align(golden, t->golden->len, faulty, t->faulty->len, match);
    for (guint g = 0; g < t->golden->len; g++)
        if (match[g] >= 0)
            paired[match[g]] = TRUE;
    walk(t, paired, cut);
}

struct flowing {
    struct traveller *t;
    guint to;
};

static void flow_from(unsigned from, gpointer data)
{
    struct flowing *flowing = data;
    guint there = GPOINTER_TO_UINT(g_hash_table_lookup(flowing->t->nodes, GUINT_TO_POINTER(from)));

    if (from > 0 && there > 0)
        connect(flowing->t, there - 1, flowing->to, TRAVEL_DATA);
}

/* Connects each reached instruction to the reached instructions whose results it uses. */
static void connect_data(struct traveller *t)
{
    for (guint n = 0; n < t->travel->nodes->len; n++)
        travel_origins(&t->program, node_at(t, n)->index, flow_from, &(struct flowing){ t, n });
}

static void conclude(struct traveller *t, const struct trace *faulty)
{
    struct travel *travel = t->travel;
    uint64_t end = t->first + t->faulty->len;

    travel->compared = t->faulty->len;
    travel->cut = faulty->cut;
    travel->end = t->faulty->len > 0 ? entry_at(t->faulty, t->faulty->len - 1)->index : 0;
    travel->quiet = travel->last < 0 ? travel->compared : end - MIN(end, travel->last_number + 1);
}

/* The struck instruction is reached even if its result is the golden one, or if it has none. */
static void begin(struct traveller *t)
{
    if (t->struck > 0)
        reach(t, t->struck, TRAVEL_STRUCK, t->first);
}

struct travel *travel_new(LLVMModuleRef module, const struct functions *functions, const struct trace *golden,
                          const struct trace *faulty, unsigned struck, gboolean ended)
{
    struct travel *travel = g_new0(struct travel, 1);
    struct traveller t = { .travel = travel, .functions = functions, .struck = struck, .first = faulty->first };
    uint64_t most = faulty->cut ? GOLDEN_FOR_FAULTY * faulty->n_entries : G_MAXUINT32;

    travel->nodes = g_array_new(FALSE, TRUE, sizeof(struct travel_node));
    travel->edges = g_array_new(FALSE, TRUE, sizeof(struct travel_edge));
    travel->struck = faulty->first;
    travel->diverged = travel->last = -1;
    travel_program_init(&t.program, module);
    travel_run_init(&t.golden_run, &t.program);
    travel_run_init(&t.faulty_run, &t.program);
    t.golden = entries_of(golden, most);
    t.faulty = entries_of(faulty, G_MAXUINT32);
    t.nodes = g_hash_table_new(NULL, NULL);
    t.edges = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    begin(&t);
    compare(&t, faulty->cut || !ended);
    connect_data(&t);
    conclude(&t, faulty);
    g_array_unref(t.golden);
    g_array_unref(t.faulty);
    g_hash_table_unref(t.nodes);
    g_hash_table_unref(t.edges);
    travel_run_clear(&t.golden_run);
    travel_run_clear(&t.faulty_run);
    travel_program_clear(&t.program);
    return travel;
}

void travel_free(struct travel *travel)
{
    if (!travel)
        return;
    for (guint n = 0; n < travel->nodes->len; n++) {
        struct travel_node *node = &g_array_index(travel->nodes, struct travel_node, n);

        g_free(node->golden);
        g_free(node->faulty);
        g_free(node->text);
    }
    g_array_unref(travel->nodes);
    g_array_unref(travel->edges);
    g_free(travel);
}
