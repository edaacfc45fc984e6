#include "passes/ir/texts.h"

#include <string.h>

/* The printed text with single blanks and without metadata. */
static char *clean(const char *printed)
{
    g_auto(GStrv) words = g_strsplit_set(printed, " \n", -1);
    GString *text = g_string_new(NULL);
    char *metadata;

    for (char **word = words; *word; word++)
        if (**word)
            g_string_append_printf(text, "%s%s", text->len ? " " : "", *word);
    metadata = strstr(text->str, ", !");
    if (metadata)
        g_string_truncate(text, (gsize)(metadata - text->str));
    return g_string_free(text, FALSE);
}

char *instruction_text(LLVMValueRef instruction)
{
    char *printed = LLVMPrintValueToString(instruction);
    char *text = clean(printed);

    LLVMDisposeMessage(printed);
    return text;
}

/* In a printed module the line of an instruction begins with two blanks; continuation lines begin with more, or with
 * the closing bracket of a switch. Debug records may be between them. */
static gboolean is_begin(const char *line)
{
    return g_str_has_prefix(line, "  ") && line[2] != ' ' && line[2] != ']' && line[2] != '\0';
}

static gboolean goes_on(const char *line)
{
    return g_str_has_prefix(line, "  ") && !g_str_has_prefix(line + strspn(line, " "), "#dbg_");
}

/* The instructions of a printed module, function after function: a GString each, with all its lines. */
static GPtrArray *split(char *printed)
{
    GPtrArray *all = g_ptr_array_new();
    gboolean inside = FALSE;

    for (char *line = printed, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        if (!inside)
            inside = g_str_has_prefix(line, "define ");
        else if (*line == '}')
            inside = FALSE;
        else if (is_begin(line))
            g_ptr_array_add(all, g_string_new(line));
        else if (all->len > 0 && goes_on(line))
            g_string_append_printf(all->pdata[all->len - 1], "\n%s", line);
    }
    return all;
}

static GPtrArray *instructions_of(LLVMModuleRef module)
{
    GPtrArray *all = g_ptr_array_new();

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
                g_ptr_array_add(all, i);
    return all;
}

GHashTable *module_texts(LLVMModuleRef module)
{
    GHashTable *texts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    char *printed = LLVMPrintModuleToString(module);
    g_autoptr(GPtrArray) parts = split(printed), instructions = instructions_of(module);
    gboolean fits = parts->len == instructions->len;

    LLVMDisposeMessage(printed);
    for (guint i = 0; i < instructions->len; i++) {
        LLVMValueRef instruction = instructions->pdata[i];

        g_hash_table_insert(texts, instruction,
                            fits ? clean(((GString *)parts->pdata[i])->str) : instruction_text(instruction));
    }
    for (guint p = 0; p < parts->len; p++)
        g_string_free(parts->pdata[p], TRUE);
    return texts;
}
