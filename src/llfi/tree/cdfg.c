#include "llfi/tree/cdfg.h"

#include <llvm-c/DebugInfo.h>

#define NODE "llfiID_"

static const char legend[] =
    "{ rank = sink;Legend [shape=none, margin=0, label=<"
    "<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"4\">"
    "<TR><TD COLSPAN=\"2\"><B>Legend</B></TD></TR>"
    "<TR><TD>control flow</TD><TD><FONT COLOR=\"black\">black arrow</FONT></TD></TR>"
    "<TR><TD>data flow</TD><TD><FONT COLOR=\"blue\">blue arrow</FONT></TD></TR>"
    "<TR><TD>branch that a fault changed</TD><TD><FONT COLOR=\"red\">red arrow</FONT></TD></TR>"
    "<TR><TD>instruction that a fault changed</TD><TD BGCOLOR=\"yellow\"></TD></TR>"
    "<TR><TD>instruction that a fault struck</TD><TD BGCOLOR=\"red\"></TD></TR>"
    "</TABLE>>];}";

/* A function whose instructions are numbered from `first`. */
struct cdfg {
    LLVMValueRef function;
    LLVMValueRef *all;
    size_t n;
    unsigned first;
    GHashTable *indices; /* instruction -> its LLFI index */
    GString *to;
};

static unsigned index_of(const struct cdfg *c, LLVMValueRef instruction)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(c->indices, instruction));
}

static unsigned line_of(LLVMValueRef instruction)
{
    return LLVMInstructionGetDebugLoc(instruction) ? LLVMGetDebugLocLine(instruction) : 0;
}

static void append_edge(const struct cdfg *c, unsigned from, unsigned to, const char *attributes)
{
    g_string_append_printf(c->to, NODE "%u -> " NODE "%u%s;\n", from, to, attributes);
}

static void append_uses(const struct cdfg *c)
{
    for (size_t i = 0; i < c->n; i++)
        for (LLVMUseRef use = LLVMGetFirstUse(c->all[i]); use; use = LLVMGetNextUse(use)) {
            unsigned user = index_of(c, LLVMGetUser(use));

            if (user > 0)
                append_edge(c, c->first + (unsigned)i, user, " [color=\"blue\"]");
        }
}

/* Names in IR may hold any character. */
static char *quoted(const char *name)
{
    return g_strescape(name, NULL);
}

/* A block without a name is identified by its position. */
static char *block_title(const struct cdfg *c, LLVMBasicBlockRef block, unsigned number)
{
    g_autofree char *function = quoted(LLVMGetValueName(c->function));
    g_autofree char *name = quoted(LLVMGetBasicBlockName(block));

    return *name ? g_strdup_printf("%s_%s", function, name) : g_strdup_printf("%s_%u", function, number);
}

static void append_node(const struct cdfg *c, LLVMValueRef instruction)
{
    const char *opcode = opcode_name(instruction_opcode(instruction));
    unsigned line = line_of(instruction);

    g_string_append_printf(c->to, NODE "%u [shape=record,label=\"%u\\n%s\\n", index_of(c, instruction),
                           index_of(c, instruction), opcode ? opcode : "unknown");
    if (line > 0)
        g_string_append_printf(c->to, "(Line #: %u)\\n", line);
    g_string_append(c->to, "\"];\n");
}

static void append_block(const struct cdfg *c, LLVMBasicBlockRef block, unsigned number)
{
    LLVMValueRef last = LLVMGetBasicBlockTerminator(block);
    g_autofree char *title = block_title(c, block, number);

    g_string_append_printf(c->to, "subgraph \"cluster_%s\" {\nlabel = \"%s\";\n", title, title);
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        append_node(c, i);
    g_string_append(c->to, "}\n");
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i != last; i = LLVMGetNextInstruction(i))
        append_edge(c, index_of(c, i), index_of(c, LLVMGetNextInstruction(i)), "");
    for (unsigned s = 0; s < LLVMGetNumSuccessors(last); s++)
        append_edge(c, index_of(c, last), index_of(c, LLVMGetFirstInstruction(LLVMGetSuccessor(last, s))), "");
}

static void append_function(const struct cdfg *c)
{
    unsigned number = 0;

    append_uses(c);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c->function); b; b = LLVMGetNextBasicBlock(b))
        append_block(c, b, number++);
}

static void append_lines(const struct cdfg *c)
{
    for (size_t i = 0; i < c->n; i++) {
        unsigned line = line_of(c->all[i]);

        g_string_append_printf(c->to, NODE "%u line_", c->first + (unsigned)i);
        if (line > 0)
            g_string_append_printf(c->to, "%u\n", line);
        else
            g_string_append(c->to, "N/A\n");
    }
}

/* Calls `append` for each function with a body, in the module's order. */
static void for_each_function(LLVMModuleRef module, void (*append)(const struct cdfg *c), GString *to)
{
    unsigned first = 1;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        g_autoptr(GHashTable) indices = g_hash_table_new(NULL, NULL);
        struct cdfg c = { .function = f, .first = first, .indices = indices, .to = to };
        g_autofree LLVMValueRef *all = c.all = function_instructions(f, &c.n);

        for (size_t i = 0; i < c.n; i++)
            g_hash_table_insert(indices, all[i], GUINT_TO_POINTER(first + (unsigned)i));
        append(&c);
        first += (unsigned)c.n;
    }
}

char *cdfg_text(LLVMModuleRef module)
{
    GString *to = g_string_new("digraph \"LLFI Program Graph\" {\n");

    for_each_function(module, append_function, to);
    g_string_append_printf(to, "%s}\n", legend);
    return g_string_free(to, FALSE);
}

char *cdfg_index_map(LLVMModuleRef module)
{
    GString *to = g_string_new(NULL);

    for_each_function(module, append_lines, to);
    return g_string_free(to, FALSE);
}
