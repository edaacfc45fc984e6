/*
 * Chooses the edges of a function's control flow to be counted, by a spanning tree of the most frequent ones, and finds
 * how the executions of each block follow from the counters.
 */
#include "passes/count/spanning.h"

struct spanning *spanning_new(void)
{
    struct spanning *flow = g_new0(struct spanning, 1);

    flow->edges = g_array_new(FALSE, TRUE, sizeof(struct spanning_edge));
    flow->nodes = g_hash_table_new(NULL, NULL);
    flow->entered = g_hash_table_new(NULL, NULL);
    flow->n_nodes = 1;
    return flow;
}

void spanning_free(struct spanning *flow)
{
    if (!flow)
        return;
    g_array_unref(flow->edges);
    g_hash_table_unref(flow->nodes);
    g_hash_table_unref(flow->entered);
    g_free(flow);
}

static unsigned node_of(const struct spanning *flow, LLVMBasicBlockRef block)
{
    return block ? GPOINTER_TO_UINT(g_hash_table_lookup(flow->nodes, block)) : 0;
}

static struct spanning_edge *edge_at(const struct spanning *flow, guint e)
{
    return &g_array_index(flow->edges, struct spanning_edge, e);
}

static void add_node(struct spanning *flow, LLVMBasicBlockRef block)
{
    if (block && !g_hash_table_contains(flow->nodes, block))
        g_hash_table_insert(flow->nodes, block, GUINT_TO_POINTER(flow->n_nodes++));
}

void spanning_add(struct spanning *flow, LLVMBasicBlockRef from, LLVMBasicBlockRef to, uint64_t weight)
{
    struct spanning_edge edge = { .from = from, .to = to, .weight = weight };

    if (!from && !g_hash_table_add(flow->entered, to))
        return;
    /* The edges that leave a block are added one after the other. */
    for (guint e = flow->edges->len; from && e-- > 0 && edge_at(flow, e)->from == from;)
        if (edge_at(flow, e)->to == to)
            return;
    add_node(flow, from);
    add_node(flow, to);
    g_array_append_val(flow->edges, edge);
}

void spanning_add_known(struct spanning *flow, LLVMBasicBlockRef to, unsigned counter)
{
    spanning_add(flow, NULL, to, 0);
    edge_at(flow, flow->edges->len - 1)->is_known = TRUE;
    edge_at(flow, flow->edges->len - 1)->counter = counter;
}

void spanning_forget_known(struct spanning *flow, uint64_t weight)
{
    for (guint e = 0; e < flow->edges->len; e++) {
        struct spanning_edge *edge = edge_at(flow, e);

        edge->weight = edge->is_known ? weight : edge->weight;
        edge->is_known = FALSE;
    }
}

/* The first of the edges that leave each block: the others follow it. */
static GHashTable *first_edges(const struct spanning *flow)
{
    GHashTable *first = g_hash_table_new(NULL, NULL);

    for (guint e = flow->edges->len; e-- > 0;)
        if (edge_at(flow, e)->from)
            g_hash_table_insert(first, edge_at(flow, e)->from, GUINT_TO_POINTER(e));
    return first;
}

/* Gives the edges of a path, from its last one back to the block where it begins, the greatest weight. */
static void keep_way(struct spanning *flow, GHashTable *found_by, LLVMBasicBlockRef begin, guint last)
{
    for (guint e = last;; e = GPOINTER_TO_UINT(g_hash_table_lookup(found_by, edge_at(flow, e)->from))) {
        edge_at(flow, e)->weight = UINT64_MAX;
        if (edge_at(flow, e)->from == begin)
            return;
    }
}

gboolean spanning_keep_clear(struct spanning *flow, LLVMBasicBlockRef from, GHashTable *blocks)
{
    g_autoptr(GHashTable) first = first_edges(flow), found_by = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) work = g_ptr_array_new();
    gpointer at;

    if (!g_hash_table_contains(blocks, from))
        g_ptr_array_add(work, from);
    for (guint w = 0; w < work->len; w++) {
        if (!g_hash_table_lookup_extended(first, work->pdata[w], NULL, &at))
            continue;
        for (guint e = GPOINTER_TO_UINT(at); e < flow->edges->len && edge_at(flow, e)->from == work->pdata[w]; e++) {
            LLVMBasicBlockRef to = edge_at(flow, e)->to;

            if (!to) {
                keep_way(flow, found_by, from, e);
                return TRUE;
            }
            if (to == from || g_hash_table_contains(blocks, to) || g_hash_table_contains(found_by, to))
                continue;
            g_hash_table_insert(found_by, to, GUINT_TO_POINTER(e));
            g_ptr_array_add(work, to);
        }
    }
    return FALSE;
}

/* By descending weight, known edges last. Of edges with the same weight, later ones go into the tree first, so that the
 * earlier ones in the function's code are counted. */
static gint by_weight(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct spanning *flow = data;
    guint left = *(const guint *)a, right = *(const guint *)b;
    uint64_t one = edge_at(flow, left)->weight, other = edge_at(flow, right)->weight;

    if (edge_at(flow, left)->is_known != edge_at(flow, right)->is_known)
        return edge_at(flow, left)->is_known ? 1 : -1;
    return one != other ? (one < other) - (one > other) : (left < right) - (left > right);
}

static unsigned root_of(unsigned *above, unsigned node)
{
    while (above[node] != node)
        node = above[node] = above[above[node]];
    return node;
}

unsigned spanning_choose(struct spanning *flow, unsigned first_counter)
{
    g_autofree unsigned *above = g_new(unsigned, flow->n_nodes);
    g_autofree guint *order = g_new(guint, flow->edges->len);
    unsigned counter = first_counter;

    for (unsigned n = 0; n < flow->n_nodes; n++)
        above[n] = n;
    for (guint e = 0; e < flow->edges->len; e++)
        order[e] = e;
    g_qsort_with_data(order, (gint)flow->edges->len, sizeof(*order), by_weight, flow);
    for (guint e = 0; e < flow->edges->len; e++) {
        struct spanning_edge *edge = edge_at(flow, order[e]);
        unsigned one = root_of(above, node_of(flow, edge->from)), other = root_of(above, node_of(flow, edge->to));

        edge->in_tree = one != other;
        above[one] = other;
    }
    for (guint e = 0; e < flow->edges->len; e++)
        if (!edge_at(flow, e)->in_tree && !edge_at(flow, e)->is_known)
            edge_at(flow, e)->counter = counter++;
    return counter - first_counter;
}

/* The tree, rooted at the outside: for each node the edge that leads towards the root. */
struct tree {
    const struct spanning *flow;
    const struct spanning_edge **up;
    unsigned *depths;
};

static unsigned other_end(const struct tree *tree, const struct spanning_edge *edge, unsigned node)
{
    unsigned from = node_of(tree->flow, edge->from);

    return from == node ? node_of(tree->flow, edge->to) : from;
}

static void grow(struct tree *tree)
{
    g_autofree GArray **lists = g_new0(GArray *, tree->flow->n_nodes);
    g_autoptr(GArray) work = g_array_new(FALSE, FALSE, sizeof(unsigned));
    unsigned outside = 0;

    for (unsigned n = 0; n < tree->flow->n_nodes; n++)
        lists[n] = g_array_new(FALSE, FALSE, sizeof(const struct spanning_edge *));
    for (guint e = 0; e < tree->flow->edges->len; e++) {
        const struct spanning_edge *edge = edge_at(tree->flow, e);

        if (!edge->in_tree)
            continue;
        g_array_append_val(lists[node_of(tree->flow, edge->from)], edge);
        g_array_append_val(lists[node_of(tree->flow, edge->to)], edge);
    }
    g_array_append_val(work, outside);
    for (guint w = 0; w < work->len; w++) {
        unsigned node = g_array_index(work, unsigned, w);

        for (guint l = 0; l < lists[node]->len; l++) {
            const struct spanning_edge *edge = g_array_index(lists[node], const struct spanning_edge *, l);
            unsigned next = other_end(tree, edge, node);

            if (edge == tree->up[node])
                continue;
            tree->up[next] = edge;
            tree->depths[next] = tree->depths[node] + 1;
            g_array_append_val(work, next);
        }
    }
    for (unsigned n = 0; n < tree->flow->n_nodes; n++)
        g_array_unref(lists[n]);
}

gboolean spanning_is_block(const struct spanning_edge *edge)
{
    return edge->from && edge->from == edge->to;
}

/* What one counter contributes to each block: +1 or -1 for each time that the cycle, made of its edge and tree edges,
 * enters the block. */
struct cycle {
    GHashTable *numbers, *whole; /* the set of blocks that have a counter for themselves */
    GHashTable *signs;           /* block -> sum of signs */
};

static void pass(struct cycle *cycle, const struct spanning_edge *edge, int sign)
{
    int before = GPOINTER_TO_INT(g_hash_table_lookup(cycle->signs, edge->to));

    if (edge->to && (spanning_is_block(edge) || !g_hash_table_contains(cycle->whole, edge->to)))
        g_hash_table_insert(cycle->signs, edge->to, GINT_TO_POINTER(before + sign));
}

static void walk(const struct tree *tree, const struct spanning_edge *chord, struct cycle *cycle)
{
    unsigned front = node_of(tree->flow, chord->to), back = node_of(tree->flow, chord->from);

    pass(cycle, chord, 1);
    while (front != back) {
        gboolean at_front = tree->depths[front] >= tree->depths[back];
        unsigned node = at_front ? front : back;
        gboolean upwards = node_of(tree->flow, tree->up[node]->from) == node;

        pass(cycle, tree->up[node], upwards == at_front ? 1 : -1);
        node = other_end(tree, tree->up[node], node);
        if (at_front)
            front = node;
        else
            back = node;
    }
}

static void append(const struct cycle *cycle, unsigned counter, GArray *terms)
{
    GHashTableIter iter;
    gpointer block, sign;

    g_hash_table_iter_init(&iter, cycle->signs);
    while (g_hash_table_iter_next(&iter, &block, &sign)) {
        guint number = GPOINTER_TO_UINT(g_hash_table_lookup(cycle->numbers, block));
        struct spanning_term term = { number - 1, counter, GPOINTER_TO_INT(sign) };

        if (number > 0 && term.sign != 0)
            g_array_append_val(terms, term);
    }
}

static int by_block(const void *a, const void *b)
{
    const struct spanning_term *one = a, *other = b;

    if (one->block != other->block)
        return one->block < other->block ? -1 : 1;
    return (one->counter > other->counter) - (one->counter < other->counter);
}

static GHashTable *whole_blocks(const struct spanning *flow)
{
    GHashTable *whole = g_hash_table_new(NULL, NULL);

    for (guint e = 0; e < flow->edges->len; e++)
        if (spanning_is_block(edge_at(flow, e)))
            g_hash_table_add(whole, edge_at(flow, e)->to);
    return whole;
}

void spanning_solve(const struct spanning *flow, GHashTable *numbers, GArray *terms)
{
    struct tree tree = { flow, g_new0(const struct spanning_edge *, flow->n_nodes), g_new0(unsigned, flow->n_nodes) };
    g_autoptr(GHashTable) whole = whole_blocks(flow);
    guint before = terms->len;

    grow(&tree);
    for (guint e = 0; e < flow->edges->len; e++) {
        struct cycle cycle = { numbers, whole, g_hash_table_new(NULL, NULL) };

        if (!edge_at(flow, e)->in_tree) {
            walk(&tree, edge_at(flow, e), &cycle);
            append(&cycle, edge_at(flow, e)->counter, terms);
        }
        g_hash_table_unref(cycle.signs);
    }
    if (terms->len > before)
        qsort(&g_array_index(terms, struct spanning_term, before), terms->len - before, sizeof(struct spanning_term),
              by_block);
    g_free(tree.up);
    g_free(tree.depths);
}
