/* Selects sites: which instructions a campaign's selection names, and which of their registers can be struck. */
#include "passes/select/sites.h"

#include "ops/ops.h"
#include "passes/analysis/slice.h"
#include "passes/ir/names.h"
#include "passes/ir/texts.h"
#include "passes/select/layer_marks.h"
#include "passes/select/software_sites.h"

#include <llvm-c/DebugInfo.h>
#include <llvm-c/Target.h>

#include <string.h>

/* By LLVM-C's number of an opcode: the number that LLVM has for it inside, which campaigns and LLFI's files use. */
static const unsigned char opcodes[] = {
#define OPCODE(number, name, constant) [LLVM##constant] = number,
#include "config/opcodes.def"
};

/* What a fault may strike by default: results of floating-point arithmetic and comparison and of logic instructions. */
static const char *const default_opcodes[] = { "fneg", "fadd", "fsub", "fmul", "fdiv",
                                               "frem", "fcmp", "and",  "or",   "xor" };

/* What LLFI's maingraph selector takes. */
static const char *const main_graph_opcodes[] = { "fadd", "fmul", "fcmp" };

/* What LLFI's CustomTensorOperator selects in a layer. */
static const char *const layer_opcodes[] = { "fadd", "fsub", "fmul", "fdiv", "fcmp" };

unsigned instruction_opcode(LLVMValueRef instruction)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    return (size_t)opcode < G_N_ELEMENTS(opcodes) ? opcodes[opcode] : 0;
}

static unsigned added_mark(void)
{
    return LLVMGetMDKindIDInContext(ir_context(), "lltfi.added", strlen("lltfi.added"));
}

void instruction_add_mark(LLVMValueRef instruction)
{
    LLVMMetadataRef nothing = LLVMMDNodeInContext2(ir_context(), NULL, 0);

    LLVMSetMetadata(instruction, added_mark(), LLVMMetadataAsValue(ir_context(), nothing));
}

void instruction_remove_mark(LLVMValueRef instruction)
{
    LLVMSetMetadata(instruction, added_mark(), NULL);
}

LLVMValueRef *function_instructions(LLVMValueRef function, size_t *count)
{
    GPtrArray *all = g_ptr_array_new();
    unsigned added = added_mark();

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            if (!LLVMHasMetadata(i) || !LLVMGetMetadata(i, added))
                g_ptr_array_add(all, i);
    *count = all->len;
    return (LLVMValueRef *)g_ptr_array_free(all, FALSE);
}

unsigned type_width(LLVMTypeRef type)
{
    LLVMTypeKind kind = LLVMGetTypeKind(type);

    if (!LLVMTypeIsSized(type) || kind == LLVMX86_AMXTypeKind || kind == LLVMScalableVectorTypeKind ||
        kind == LLVMTargetExtTypeKind)
        return 0;
    return (unsigned)LLVMSizeOfTypeInBits(ir_data_layout(), type);
}

LLVMValueRef site_register_value(LLVMValueRef instruction, int position)
{
    return position == 0 ? instruction : LLVMGetOperand(instruction, (unsigned)position - 1);
}

static gboolean is_one_of(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean matches_layers(const GPtrArray *patterns, const struct layer *layer)
{
    return layer && layer_patterns_match(patterns, layer, layer->operator->type);
}

static gboolean matches_function(const struct instruction_selection *entry, LLVMValueRef function)
{
    size_t length;
    const char *name = LLVMGetValueName2(function, &length);

    return (entry->include_all || entry->include_functions->len == 0 ||
            function_is_among(name, entry->include_functions)) &&
           !function_is_among(name, entry->exclude_functions);
}

static gboolean contains_index(const GArray *indices, unsigned index)
{
    for (guint i = 0; i < indices->len; i++)
        if (g_array_index(indices, unsigned, i) == index)
            return TRUE;
    return FALSE;
}

/* Whether one entry of instSelMethod selects an instruction, before slices are added. */
static gboolean entry_selects(const struct instruction_selection *entry, LLVMValueRef instruction,
                              LLVMValueRef function, const struct layer *layer, unsigned index)
{
    unsigned opcode = instruction_opcode(instruction);
    const char *name = opcode ? opcode_name(opcode) : "";

    switch (entry->method) {
    case SELECT_OPCODE:
        return opcode && (entry->include_all || entry->include_opcode[opcode]) && !entry->exclude_opcode[opcode];
    case SELECT_FUNCTION:
        return matches_function(entry, function);
    case SELECT_INDEX:
        return contains_index(entry->indices, index);
    case SELECT_MAIN_GRAPH:
        return (layer || strcmp(LLVMGetValueName(function), "main_graph") == 0) &&
               is_one_of(name, main_graph_opcodes, G_N_ELEMENTS(main_graph_opcodes));
    case SELECT_ONLY_MAIN:
        return strcmp(LLVMGetValueName(function), "main") == 0;
    case SELECT_LAYER:
        return matches_layers(entry->layers, layer) && is_one_of(name, layer_opcodes, G_N_ELEMENTS(layer_opcodes));
    case SELECT_SOFTWARE:
        return software_selects(entry->software, instruction, index);
    case SELECT_DEFAULT:
        return is_one_of(name, default_opcodes, G_N_ELEMENTS(default_opcodes));
    }
    return FALSE;
}

/* Adds the instructions that an entry selects in layers that onnx-mlir marked. */
static void add_marked(const struct instruction_selection *entry, LLVMValueRef *all, size_t n, GHashTable *to)
{
    g_autoptr(GArray) marks = layer_marks(all, n);

    for (guint m = 0; m < marks->len; m++) {
        const struct layer_mark *mark = &g_array_index(marks, struct layer_mark, m);

        for (size_t i = mark->begin; i < mark->end && layer_mark_matches(mark, entry->layers); i++) {
            unsigned opcode = instruction_opcode(all[i]);

            if (opcode && is_one_of(opcode_name(opcode), layer_opcodes, G_N_ELEMENTS(layer_opcodes)))
                g_hash_table_add(to, all[i]);
        }
    }
}

static void add_all(GHashTable *to, GHashTable *from)
{
    GHashTableIter iter;
    gpointer member;

    g_hash_table_iter_init(&iter, from);
    while (g_hash_table_iter_next(&iter, &member, NULL))
        g_hash_table_add(to, member);
}

/* The instructions that one entry selects, with its slices. */
static GHashTable *entry_set(const struct instruction_selection *entry, LLVMValueRef function,
                             const struct layer *layer, LLVMValueRef *all, size_t n, unsigned first_index)
{
    GHashTable *set = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) backward = g_hash_table_new(NULL, NULL);

    for (size_t i = 0; i < n; i++)
        if (entry_selects(entry, all[i], function, layer, first_index + (unsigned)i))
            g_hash_table_add(set, all[i]);
    if (entry->method == SELECT_LAYER && !layer)
        add_marked(entry, all, n, set);
    if (entry->backward) {
        add_all(backward, set);
        slice_backward(backward);
    }
    if (entry->forward)
        slice_forward(set);
    add_all(set, backward);
    return set;
}

/* The instructions that every entry selects. */
GHashTable *instructions_selected(LLVMValueRef function, const struct layer *layer, const struct selection *selection,
                                  LLVMValueRef *all, size_t n, unsigned first_index)
{
    static const struct instruction_selection otherwise = { .method = SELECT_DEFAULT };
    GHashTable *set = NULL;

    if (selection->layers->len > 0 && !matches_layers(selection->layers, layer))
        return g_hash_table_new(NULL, NULL);
    if (selection->entries->len == 0)
        return entry_set(&otherwise, function, layer, all, n, first_index);
    for (guint e = 0; e < selection->entries->len; e++) {
        GHashTable *one = entry_set(selection->entries->pdata[e], function, layer, all, n, first_index);

        if (!set) {
            set = one;
            continue;
        }
        for (size_t i = 0; i < n; i++)
            if (!g_hash_table_contains(one, all[i]))
                g_hash_table_remove(set, all[i]);
        g_hash_table_unref(one);
    }
    return set;
}

static gboolean is_musttail(LLVMValueRef instruction)
{
    return instruction && LLVMGetInstructionOpcode(instruction) == LLVMCall &&
           LLVMGetTailCallKind(instruction) == LLVMTailCallKindMustTail;
}

/* Whether an instruction can't be changed: a musttail call, its return, or a call with operand bundles. */
static gboolean is_tied(LLVMValueRef instruction)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    if (opcode == LLVMCall || opcode == LLVMInvoke)
        return is_musttail(instruction) || LLVMGetNumOperandBundles(instruction) > 0;
    return opcode == LLVMRet && is_musttail(LLVMGetPreviousInstruction(instruction));
}

/* Instructions that can't be struck, and calls that LLFI never injects into: intrinsics, and functions that move memory
 * or guide the optimizer. Software faults name their calls, so they may strike any. */
static gboolean is_excluded(LLVMValueRef instruction, const struct selection *selection)
{
    static const char *const words[] = { "memcpy", "memset", "memmove", "expect" };
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);
    const char *callee;
    size_t length;

    if (opcode == LLVMLandingPad || opcode == LLVMCatchPad || opcode == LLVMCleanupPad || is_tied(instruction))
        return TRUE;
    if ((opcode != LLVMCall && opcode != LLVMInvoke) || selection->registers == REGISTER_SOFTWARE)
        return FALSE;
    callee = LLVMGetValueName2(LLVMGetCalledValue(instruction), &length);
    if (g_str_has_prefix(callee, "llvm."))
        return TRUE;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(callee, words[i]))
            return TRUE;
    return FALSE;
}

static gboolean has_destination(LLVMValueRef instruction)
{
    return LLVMGetTypeKind(LLVMTypeOf(instruction)) != LLVMVoidTypeKind && !LLVMIsATerminatorInst(instruction) &&
           type_width(LLVMTypeOf(instruction)) > 0;
}

/* Whether an operand can be struck: not if it must be a constant (struct indices, switch cases) or is not a value. */
static gboolean has_source(LLVMValueRef instruction, int position)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);
    int n = LLVMGetNumOperands(instruction);
    LLVMValueRef operand;

    if (position > n || opcode == LLVMPHI || opcode == LLVMAlloca)
        return FALSE;
    operand = LLVMGetOperand(instruction, (unsigned)position - 1);
    if (LLVMValueIsBasicBlock(operand) || LLVMIsAInlineAsm(operand) || type_width(LLVMTypeOf(operand)) == 0)
        return FALSE;
    if (opcode == LLVMGetElementPtr)
        return !(LLVMIsAConstantInt(operand) && position > 1);
    if (opcode == LLVMSwitch)
        return position == 1;
    return TRUE;
}

static void add_register(GArray *registers, LLVMValueRef instruction, int position)
{
    struct site_register added = { position, type_width(LLVMTypeOf(site_register_value(instruction, position))) };

    g_array_append_val(registers, added);
}

static void add_sources(GArray *registers, LLVMValueRef instruction)
{
    for (int k = 1; k <= LLVMGetNumOperands(instruction); k++)
        if (has_source(instruction, k))
            add_register(registers, instruction, k);
}

static void add_arguments(GArray *registers, LLVMValueRef instruction)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    for (int k = 1; (opcode == LLVMCall || opcode == LLVMInvoke) && k <= (int)LLVMGetNumArgOperands(instruction); k++)
        if (has_source(instruction, k))
            add_register(registers, instruction, k);
}

static void add_constant_integers(GArray *registers, LLVMValueRef instruction)
{
    for (int k = 1; k <= LLVMGetNumOperands(instruction); k++)
        if (has_source(instruction, k) && LLVMIsAConstantInt(site_register_value(instruction, k)))
            add_register(registers, instruction, k);
}

static GArray *site_registers(LLVMValueRef instruction, const struct selection *selection)
{
    GArray *registers = g_array_new(FALSE, FALSE, sizeof(struct site_register));
    g_autoptr(GArray) positions = g_array_new(FALSE, FALSE, sizeof(int));
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);
    gboolean destination = has_destination(instruction);

    switch (selection->registers) {
    case REGISTER_DESTINATION:
        if (destination)
            add_register(registers, instruction, 0);
        break;
    case REGISTER_SOURCE:
        if (has_source(instruction, selection->source))
            add_register(registers, instruction, selection->source);
        break;
    case REGISTER_ALL:
        if (destination)
            add_register(registers, instruction, 0);
        add_sources(registers, instruction);
        break;
    case REGISTER_ALL_SOURCES:
        add_sources(registers, instruction);
        break;
    case REGISTER_ONLY_CONST_INT:
        add_constant_integers(registers, instruction);
        break;
    case REGISTER_FUNCTION_ARGUMENT:
        add_arguments(registers, instruction);
        break;
    case REGISTER_RETURN_VALUE:
        if (opcode == LLVMRet && has_source(instruction, 1))
            add_register(registers, instruction, 1);
        break;
    case REGISTER_SOFTWARE:
        software_positions(selection->software, instruction, positions);
        for (guint p = 0; p < positions->len; p++) {
            int position = g_array_index(positions, int, p);

            if (position == 0 ? destination : has_source(instruction, position))
                add_register(registers, instruction, position);
        }
        break;
    case REGISTER_FUNCTION_DESTINATION:
        if (opcode == LLVMCall && destination)
            add_register(registers, instruction, 0);
        break;
    }
    return registers;
}

void site_clear(gpointer data)
{
    struct site *site = data;

    g_free(site->function);
    g_free(site->text);
    g_free(site->file);
    g_free(site->registers);
}

/* Debug information splits a path into a folder and a name below it. The name alone is the path only if the folder is
 * the current one. */
static char *source_path(LLVMValueRef instruction)
{
    unsigned length, folder_length;
    const char *file = LLVMGetDebugLocFilename(instruction, &length);
    const char *folder = LLVMGetDebugLocDirectory(instruction, &folder_length);
    g_autofree char *name = file ? g_strndup(file, length) : NULL;
    g_autofree char *parent = folder ? g_strndup(folder, folder_length) : NULL;
    g_autofree char *here = g_get_current_dir();

    if (!name || !parent || !*parent || strcmp(parent, here) == 0)
        return g_steal_pointer(&name);
    return g_canonicalize_filename(name, parent);
}

const char *instruction_source(LLVMValueRef instruction, unsigned *line)
{
    g_autofree char *path = LLVMInstructionGetDebugLoc(instruction) ? source_path(instruction) : NULL;

    *line = path ? LLVMGetDebugLocLine(instruction) : 0;
    return g_intern_string(path);
}

GArray *function_sites(LLVMValueRef function, const struct layer *layer, const struct selection *selection,
                       unsigned first_index, size_t *count)
{
    g_autoptr(GHashTable) texts = module_texts(LLVMGetGlobalParent(function));

    return function_sites_counted(function, layer, selection, texts, first_index, count, NULL);
}

GArray *function_sites_counted(LLVMValueRef function, const struct layer *layer, const struct selection *selection,
                               GHashTable *texts, unsigned first_index, size_t *count, unsigned *left_out)
{
    g_autofree LLVMValueRef *all = function_instructions(function, count);
    g_autoptr(GHashTable) selected = instructions_selected(function, layer, selection, all, *count, first_index);
    GArray *sites = g_array_new(FALSE, TRUE, sizeof(struct site));

    g_array_set_clear_func(sites, site_clear);
    for (size_t i = 0; i < *count; i++) {
        g_autoptr(GArray) registers = NULL;
        struct site site = { .index = first_index + (unsigned)i, .layer = layer ? layer->number : 0 };

        if (!g_hash_table_contains(selected, all[i]))
            continue;
        registers = is_excluded(all[i], selection) ? NULL : site_registers(all[i], selection);
        if (!registers || registers->len == 0) {
            if (left_out)
                ++*left_out;
            continue;
        }
        site.file = g_strdup(instruction_source(all[i], &site.line));
        site.opcode = instruction_opcode(all[i]);
        site.function = g_strdup(LLVMGetValueName(function));
        site.text = g_strdup(g_hash_table_lookup(texts, all[i]));
        site.n_registers = (int)registers->len;
        site.registers = g_memdup2(registers->data, registers->len * sizeof(struct site_register));
        g_array_append_val(sites, site);
    }
    return sites;
}

gboolean *function_selected(LLVMValueRef function, const struct selection *selection, unsigned first_index,
                            size_t *count)
{
    g_autofree LLVMValueRef *all = function_instructions(function, count);
    g_autoptr(GHashTable) set = instructions_selected(function, NULL, selection, all, *count, first_index);
    gboolean *selected = g_new(gboolean, *count + 1);

    for (size_t i = 0; i < *count; i++)
        selected[i] = g_hash_table_contains(set, all[i]);
    return selected;
}
