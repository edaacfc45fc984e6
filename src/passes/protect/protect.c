/* Applies a plan of protection to a module, rule by rule and function by function. */
#include "passes/protect/protect.h"

#include "base/attributes.h"
#include "base/errors.h"
#include "ops/ops.h"
#include "passes/analysis/containment.h"
#include "passes/inject/barriers.h"
#include "passes/protect/duplicate.h"
#include "passes/select/sites.h"

#include <string.h>

/* One row a technique; a file beside this one has what it does. */
static const technique_run techniques[] = {
#define TECHNIQUE(name, help) [TECHNIQUE_##name] = protect_##name,
#include "config/techniques.def"
#undef TECHNIQUE
};

/* A module that is being protected. */
struct protecting {
    LLVMModuleRef module;
    struct protect_order *order;
    GHashTable *originals; /* set of all instructions before protection */
    GHashTable *protected; /* set of those that some rule has protected */
};

/* The instructions that a function had before protection, in their order. */
static LLVMValueRef *function_originals(LLVMValueRef function, GHashTable *originals, size_t *n)
{
    g_autofree LLVMValueRef *all = function_instructions(function, n);
    GPtrArray *found = g_ptr_array_new();

    for (size_t i = 0; i < *n; i++)
        if (g_hash_table_contains(originals, all[i]))
            g_ptr_array_add(found, all[i]);
    *n = found->len;
    return (LLVMValueRef *)g_ptr_array_free(found, FALSE);
}

/* Also of what earlier rules have added. */
static void find_homes(struct duplication *d)
{
    guint position = 0;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(d->function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            g_hash_table_insert(d->home, i, b);
            g_hash_table_insert(d->position, i, GUINT_TO_POINTER(++position));
        }
}

/* The rule's selection; one that names no instructions selects all. */
static GHashTable *selected_by(const struct protecting *p, const struct protection_rule *rule, LLVMValueRef function,
                               LLVMValueRef *all, size_t n, unsigned first_index)
{
    struct selection everything;
    GHashTable *selected;

    if (rule->selection.entries->len > 0)
        return instructions_selected(function, p->order->layer, &rule->selection, all, n, first_index);
    selection_init(&everything);
    selection_add(&everything, SELECT_OPCODE)->include_all = TRUE;
    g_ptr_array_unref(everything.layers);
    everything.layers = g_ptr_array_ref(rule->selection.layers);
    selected = instructions_selected(function, p->order->layer, &everything, all, n, first_index);
    selection_clear(&everything);
    return selected;
}

/* A shadow follows a selected instruction through phis that are not selected themselves. */
static gboolean carries(const struct protecting *p, const struct protection_rule *rule, LLVMValueRef instruction)
{
    const GPtrArray *layers = rule->selection.layers;

    return rule->technique == TECHNIQUE_shadow && LLVMIsAPHINode(instruction) &&
           (layers->len == 0 ||
            (p->order->layer && layer_patterns_match(layers, p->order->layer, p->order->layer->operator->type)));
}

/* The originals that the rule and its scope select, and that no earlier rule has taken. */
static void select_members(struct protecting *p, struct duplication *d, GHashTable *undefined, unsigned first_index)
{
    g_autoptr(GHashTable) scope = scope_members(d->function, (enum protection_scope)d->rule->scope);
    size_t n;
    g_autofree LLVMValueRef *all = function_originals(d->function, p->originals, &n);
    g_autoptr(GHashTable) selected = selected_by(p, d->rule, d->function, all, n, first_index);

    for (size_t i = 0; i < n; i++) {
        if (!(g_hash_table_contains(selected, all[i]) || carries(p, d->rule, all[i])) ||
            !g_hash_table_contains(scope, all[i]) || g_hash_table_contains(p->protected, all[i]) ||
            g_hash_table_contains(undefined, all[i]))
            continue;
        g_ptr_array_add(d->selected, all[i]);
        g_hash_table_add(d->members, all[i]);
    }
}

/* An instruction that was built again takes the place of the old one. */
static void replace_member(struct protecting *p, struct duplication *d, guint i, LLVMValueRef old, LLVMValueRef new)
{
    d->selected->pdata[i] = new;
    g_hash_table_remove(d->members, old);
    g_hash_table_add(d->members, new);
    g_hash_table_insert(d->home, new, g_hash_table_lookup(d->home, old));
    g_hash_table_insert(d->position, new, g_hash_table_lookup(d->position, old));
    g_hash_table_remove(d->home, old);
    g_hash_table_remove(d->position, old);
    g_hash_table_remove(p->originals, old);
    g_hash_table_add(p->originals, new);
}

static gboolean stores_output(LLVMValueRef instruction, LLVMValueRef function)
{
    LLVMValueRef base = LLVMIsAStoreInst(instruction) ? pointer_base(LLVMGetOperand(instruction, 1)) : NULL;
    LLVMTypeRef type = base ? LLVMTypeOf(LLVMGetOperand(instruction, 0)) : NULL;

    return base && LLVMIsAArgument(base) && g_str_has_prefix(LLVMGetValueName(base), "output") &&
           LLVMGetParamParent(base) == function && is_floating(type);
}

/* Of ranges: what a layer that has bounds stores in its outputs. */
static void select_stores(struct protecting *p, struct duplication *d)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_originals(d->function, p->originals, &n);

    d->bounds = p->order->layer ? protection_bounds(d->rule, p->order->layer->number) : NULL;
    for (size_t i = 0; d->bounds && i < n; i++)
        if (stores_output(all[i], d->function))
            g_ptr_array_add(d->selected, all[i]);
}

static void make_members_strict(struct protecting *p, struct duplication *d)
{
    for (guint i = 0; i < d->selected->len; i++) {
        LLVMValueRef old = d->selected->pdata[i], new = make_strict(d->builder, old);

        if (new != old)
            replace_member(p, d, i, old, new);
    }
}

/* What is left of them: a technique drops phis that carry no copies. */
static void take_members(struct protecting *p, const struct duplication *d)
{
    for (guint i = 0; i < d->selected->len; i++)
        g_hash_table_add(p->protected, d->selected->pdata[i]);
}

static void protect_function(struct protecting *p, LLVMValueRef function, const struct protection_rule *rule,
                             unsigned first_index)
{
    struct duplication d = {
        .rule = rule,
        .aborts = p->order->aborts,
        .module = p->module,
        .function = function,
        .builder = LLVMCreateBuilderInContext(ir_context()),
        .selected = g_ptr_array_new(),
        .members = g_hash_table_new(NULL, NULL),
        .home = g_hash_table_new(NULL, NULL),
        .position = g_hash_table_new(NULL, NULL),
    };

    g_autoptr(GHashTable) undefined = NULL;

    find_homes(&d);
    if (rule->technique == TECHNIQUE_range) {
        select_stores(p, &d);
    } else {
        undefined = undefined_values(function);
        select_members(p, &d, undefined, first_index);
        freeze_undefined(&d, undefined);
        make_members_strict(p, &d);
    }
    if (d.selected->len > 0)
        techniques[rule->technique](&d);
    take_members(p, &d);
    LLVMDisposeBuilder(d.builder);
    g_ptr_array_unref(d.selected);
    g_hash_table_unref(d.members);
    g_hash_table_unref(d.home);
    g_hash_table_unref(d.position);
}

static GHashTable *all_instructions(LLVMModuleRef module)
{
    GHashTable *all = g_hash_table_new(NULL, NULL);

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        size_t n;
        g_autofree LLVMValueRef *here = function_instructions(f, &n);

        for (size_t i = 0; i < n; i++)
            g_hash_table_add(all, here[i]);
    }
    return all;
}

static void drop_call_attributes(LLVMValueRef call, const unsigned *kinds, size_t n)
{
    for (size_t k = 0; k < n; k++)
        LLVMRemoveCallSiteEnumAttribute(call, (unsigned)LLVMAttributeFunctionIndex, kinds[k]);
}

/* A function that reports is not what LLVM knew of it, and neither are its callers. */
static void drop_attributes(LLVMModuleRef module)
{
    static const char *const names[] = { "memory", "nosync", "norecurse", "willreturn", "nofree", "speculatable" };
    static const char *const texts[] = { "unsafe-fp-math", "no-nans-fp-math", "no-infs-fp-math", "approx-func-fp-math",
                                         "no-signed-zeros-fp-math" };
    unsigned kinds[G_N_ELEMENTS(names)];

    for (size_t k = 0; k < G_N_ELEMENTS(names); k++)
        kinds[k] = LLVMGetEnumAttributeKindForName(names[k], strlen(names[k]));
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        if (LLVMIsDeclaration(f))
            continue;
        for (size_t k = 0; k < G_N_ELEMENTS(names); k++)
            function_remove_attribute(f, names[k]);
        for (size_t k = 0; k < G_N_ELEMENTS(texts); k++)
            LLVMRemoveStringAttributeAtIndex(f, (unsigned)LLVMAttributeFunctionIndex, texts[k],
                                             (unsigned)strlen(texts[k]));
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
                LLVMValueRef callee = LLVMIsACallInst(i) || LLVMIsAInvokeInst(i) ? LLVMGetCalledValue(i) : NULL;

                if (callee && LLVMIsAFunction(callee) && !LLVMIsDeclaration(callee))
                    drop_call_attributes(i, kinds, G_N_ELEMENTS(kinds));
            }
    }
}

/* What was added does not count among the instructions that faults strike. */
static void mark_added(const struct protecting *p)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(p->module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
                if (!g_hash_table_contains(p->originals, i))
                    instruction_add_mark(i);
}

static void apply_rule(struct protecting *p, const struct protection_rule *rule)
{
    unsigned index = p->order->first_index;

    for (LLVMValueRef f = LLVMGetFirstFunction(p->module); f; f = LLVMGetNextFunction(f)) {
        size_t n;
        g_autofree LLVMValueRef *originals = function_originals(f, p->originals, &n);

        if (n > 0 && !barriers_obstacle(f))
            protect_function(p, f, rule, index);
        index += (unsigned)n;
    }
}

gboolean protect_module(LLVMModuleRef module, struct protect_order *order, GError **error G_GNUC_UNUSED)
{
    struct protecting p = { module, order, all_instructions(module), g_hash_table_new(NULL, NULL) };

    for (guint r = 0; r < order->protection->rules->len; r++) {
        const struct protection_rule *rule = order->protection->rules->pdata[r];

        if (!order->ranges_only || rule->technique == TECHNIQUE_range)
            apply_rule(&p, rule);
    }
    if (g_hash_table_size(p.protected) > 0)
        drop_attributes(module);
    if (order->originals_only)
        mark_added(&p);
    order->n_originals = g_hash_table_size(p.originals);
    order->n_protected = g_hash_table_size(p.protected);
    g_hash_table_unref(p.originals);
    g_hash_table_unref(p.protected);
    return TRUE;
}

static void add_candidates(LLVMValueRef function, int scope, LLVMValueRef *all, size_t n, unsigned first_index,
                           GArray *indices)
{
    g_autoptr(GHashTable) members = scope_members(function, (enum protection_scope)scope);
    g_autoptr(GHashTable) undefined = undefined_values(function);

    for (size_t i = 0; i < n; i++) {
        unsigned index = first_index + (unsigned)i;

        if (g_hash_table_contains(members, all[i]) && !g_hash_table_contains(undefined, all[i]) &&
            !LLVMIsAPHINode(all[i]))
            g_array_append_val(indices, index);
    }
}

unsigned protect_candidates(LLVMModuleRef module, int scope, unsigned first_index, GArray *indices)
{
    unsigned total = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        size_t n;
        g_autofree LLVMValueRef *all = function_instructions(f, &n);

        if (n > 0 && !barriers_obstacle(f))
            add_candidates(f, scope, all, n, first_index + total, indices);
        total += (unsigned)n;
    }
    return total;
}
