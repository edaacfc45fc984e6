/*
 * LLFI's InstructionDuplicationPass as a command: its options, and what it was written to do, for IR that onnx-mlir
 * marked. docs/llfi.md has the differences.
 */
#include "llfi/verbs/verbs.h"

#include "base/errors.h"
#include "engine/model/emission.h"
#include "frontend/program.h"
#include "passes/protect/protect.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: lltfi InstructionDuplicationPass [OPTION...] -o OUT FILE.ll|FILE.bc\n\n"
    "Computes the arithmetic of the named operators of a model in main_graph twice, and goes on with the bits that "
    "both\n"
    "results have.\n\n"
    "  -operatorName=NAMES        conv;relu;maxpool;matmul;add;avgpool;softmax, or all (default)\n"
    "  --enableChainDuplication   compare at the ends of chains, not after each instruction\n"
    "  --llfiIndex=NUMBERS        only these instructions, as 1;2, or all (default)\n"
    "  -S                         write text\n"
    "  -o FILE                    where to write\n\n"
    "Words for opt that load the pass are accepted. `lltfi protect` does more: see docs/protection.md.\n";

struct duplication_words {
    char **operators, **indices; /* NULL: all */
    gboolean chains, text, help;
    const char *out, *source;
};

/* The value of "-name=value" or "--name=value"; NULL: another word. */
static const char *value_of(const char *word, const char *name)
{
    const char *equals = strchr(word, '=');
    const char *begin = word + (word[0] == '-') + (word[0] == '-' && word[1] == '-');

    if (!equals || word[0] != '-' || strncmp(begin, name, (size_t)(equals - begin)) != 0 ||
        strlen(name) != (size_t)(equals - begin))
        return NULL;
    return equals + 1;
}

/* What opt needs to load LLFI's pass. */
static gboolean is_of_opt(const char *word)
{
    return value_of(word, "enable-new-pm") || value_of(word, "load") || strstr(word, "InstructionDuplicationPass");
}

static void take_list(char ***list, const char *text)
{
    g_strfreev(*list);
    *list = strcmp(text, "all") == 0 ? NULL : g_strsplit_set(text, ";,", -1);
}

static gboolean take_word(struct duplication_words *words, int argc, char **argv, int *at, GError **error)
{
    const char *word = argv[*at];

    if (value_of(word, "operatorName"))
        take_list(&words->operators, value_of(word, "operatorName"));
    else if (value_of(word, "llfiIndex"))
        take_list(&words->indices, value_of(word, "llfiIndex"));
    else if (g_str_has_suffix(word, "-enableChainDuplication"))
        words->chains = TRUE;
    else if (strcmp(word, "-S") == 0)
        words->text = TRUE;
    else if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
        words->help = TRUE;
    else if ((strcmp(word, "-o") == 0 || strcmp(word, "-load") == 0) && *at + 1 < argc)
        *(word[1] == 'o' ? &words->out : &(const char *){ NULL }) = argv[++*at];
    else if (*word == '-' && !is_of_opt(word))
        return set_error(error, LLTFI_ERROR_USAGE,
                         "'%s' is not an option; `lltfi InstructionDuplicationPass --help` lists them", word);
    else if (*word != '-')
        words->source = word;
    return TRUE;
}

static gboolean parse(struct duplication_words *words, int argc, char **argv, GError **error)
{
    for (int a = 1; a < argc; a++)
        if (!take_word(words, argc, argv, &a, error))
            return FALSE;
    return words->help || (words->source && words->out) ||
           set_error(error, LLTFI_ERROR_USAGE, "say what to read and where to write: FILE.ll -o OUT.ll");
}

static gboolean add_operators(struct selection *selection, char **operators, GError **error)
{
    GPtrArray *layers = selection_add(selection, SELECT_LAYER)->layers;

    if (!operators)
        return layer_patterns_parse("all", layers, error);
    for (char **name = operators; *name; name++)
        if (!layer_patterns_parse(strcmp(*name, "avgpool") == 0 ? "averagepool" : *name, layers, error)) {
            g_prefix_error(error, "operatorName: ");
            return FALSE;
        }
    return TRUE;
}

static gboolean make_rule(const struct duplication_words *words, struct protection_rule *rule, GError **error)
{
    struct instruction_selection *indices = words->indices ? selection_add(&rule->selection, SELECT_INDEX) : NULL;

    rule->technique = words->chains ? TECHNIQUE_acd : TECHNIQUE_aid;
    rule->correction = CORRECT_and;
    for (char **index = words->indices; index && *index; index++)
        if (!entry_include_index(indices, *index, error)) {
            g_prefix_error(error, "llfiIndex: ");
            return FALSE;
        }
    return entry_include_function(selection_add(&rule->selection, SELECT_FUNCTION), "main_graph", error) &&
           add_operators(&rule->selection, words->operators, error);
}

static gboolean duplicate(const struct duplication_words *words, GError **error)
{
    g_autoptr(protection_t) plan = protection_new();
    struct protect_order order = { .protection = plan, .first_index = 1 };
    LLVMModuleRef module = NULL;
    gboolean done = make_rule(words, protection_add(plan), error) &&
                    (module = llvmir_read(words->source, ir_context(), error)) != NULL &&
                    protect_module(module, &order, error);

    if (done && order.n_protected == 0)
        done = set_error(error, LLTFI_ERROR_INPUT,
                         "'%s': no arithmetic of these operators is in main_graph between the marks of onnx-mlir "
                         "(OMInstrumentPoint)",
                         words->source);
    if (done) {
        protect_define_reports(module, FALSE);
        done = emission_find(words->text ? "llvm" : "bitcode")->write(module, words->out, error);
    }
    if (module)
        LLVMDisposeModule(module);
    return done;
}

int verb_instruction_duplication(int argc, char **argv)
{
    struct duplication_words words = { 0 };
    g_autoptr(GError) error = NULL;
    gboolean done = parse(&words, argc, argv, &error);

    if (done && words.help)
        fputs(help, stdout);
    else if (done)
        done = duplicate(&words, &error);
    g_strfreev(words.operators);
    g_strfreev(words.indices);
    return done ? 0 : llfi_fail(error);
}
