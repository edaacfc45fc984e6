#include "passes/select/layer_marks.h"

#include <string.h>

/* How many letters of a name are in a number. */
#define LETTERS 7

static void mark_clear(gpointer mark)
{
    g_free(((struct layer_mark *)mark)->type);
}

/* The name in a number, whose lowest byte is the first letter. */
static char *name_of_number(uint64_t number, gboolean *cut)
{
    char name[LETTERS + 1] = "";

    for (int i = 0; i < LETTERS; i++)
        name[i] = (char)(number >> (8 * i) & 0xff);
    *cut = strlen(name) == LETTERS;
    return g_ascii_isalpha(*name) ? g_strdup(name) : NULL;
}

static char *name_of_text(LLVMValueRef pointer)
{
    static const char prefix[] = "onnx.";
    LLVMValueRef text = LLVMIsAGlobalVariable(pointer) ? LLVMGetInitializer(pointer) : NULL;
    size_t length;
    const char *bytes;
    g_autofree char *name = NULL;

    if (!text || !LLVMIsAConstantDataSequential(text) || !LLVMIsConstantString(text))
        return NULL;
    bytes = LLVMGetAsString(text, &length);
    name = g_strndup(bytes, length);
    return g_strdup(g_str_has_prefix(name, prefix) ? name + strlen(prefix) : name);
}

/* The operator that a call marks; NULL: it is not such a call. */
static char *marked_operator(LLVMValueRef instruction, gboolean *cut)
{
    LLVMValueRef callee, operand;
    size_t length;

    if (LLVMGetInstructionOpcode(instruction) != LLVMCall || LLVMGetNumArgOperands(instruction) < 2)
        return NULL;
    callee = LLVMGetCalledValue(instruction);
    if (!LLVMIsAFunction(callee) || strcmp(LLVMGetValueName2(callee, &length), "OMInstrumentPoint") != 0)
        return NULL;
    operand = LLVMGetOperand(instruction, 0);
    *cut = FALSE;
    return LLVMIsAConstantInt(operand) ? name_of_number(LLVMConstIntGetZExtValue(operand), cut) : name_of_text(operand);
}

static uint64_t tag_of(LLVMValueRef instruction)
{
    LLVMValueRef tag = LLVMGetOperand(instruction, 1);

    return LLVMIsAConstantInt(tag) ? LLVMConstIntGetZExtValue(tag) : 0;
}

/* A layer that has begun. */
struct open_mark {
    guint mark;
    uint64_t tag;
};

/* The innermost open layer of this name, which this call ends, if it was begun with another tag; -1: the call begins a
 * layer. */
static int closes(const GArray *marks, const GArray *open, const char *type, uint64_t tag)
{
    for (guint o = open->len; o-- > 0;) {
        const struct open_mark *begun = &g_array_index(open, struct open_mark, o);

        if (strcmp(g_array_index(marks, struct layer_mark, begun->mark).type, type) == 0)
            return begun->tag == tag ? -1 : (int)o;
    }
    return -1;
}

static int occurrence_of(const GArray *marks, const char *type)
{
    int occurrence = 1;

    for (guint m = 0; m < marks->len; m++)
        occurrence += strcmp(g_array_index(marks, struct layer_mark, m).type, type) == 0;
    return occurrence;
}

GArray *layer_marks(LLVMValueRef *instructions, size_t n)
{
    GArray *marks = g_array_new(FALSE, TRUE, sizeof(struct layer_mark));
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(struct open_mark));

    g_array_set_clear_func(marks, mark_clear);
    for (size_t i = 0; i < n; i++) {
        gboolean cut;
        char *type = marked_operator(instructions[i], &cut);
        int closed = type ? closes(marks, open, type, tag_of(instructions[i])) : -1;

        if (closed >= 0) {
            g_array_index(marks, struct layer_mark, g_array_index(open, struct open_mark, closed).mark).end = i;
            g_array_remove_index(open, (guint)closed);
            g_free(type);
        } else if (type) {
            struct layer_mark mark = { type, cut, (int)marks->len + 1, occurrence_of(marks, type), i + 1, n };
            struct open_mark begun = { marks->len, tag_of(instructions[i]) };

            g_array_append_val(marks, mark);
            g_array_append_val(open, begun);
        }
    }
    return marks;
}

static gboolean matches_mark(const struct layer_pattern *pattern, gconstpointer data)
{
    const struct layer_mark *mark = data;

    return layer_pattern_names(pattern, mark->type, mark->cut, mark->number, mark->occurrence);
}

gboolean layer_mark_matches(const struct layer_mark *mark, const GPtrArray *patterns)
{
    return layer_patterns_select(patterns, matches_mark, mark);
}

const struct layer_mark *layer_mark_at(const GArray *marks, size_t position)
{
    const struct layer_mark *found = NULL;

    for (guint m = 0; m < marks->len; m++) {
        const struct layer_mark *mark = &g_array_index(marks, struct layer_mark, m);

        if (mark->begin <= position && position < mark->end && (!found || mark->begin > found->begin))
            found = mark;
    }
    return found;
}
