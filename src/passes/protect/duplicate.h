/*
 * What techniques have in common: which instructions may be computed twice, copies of them, and checks that compare.
 *
 *     %s = fadd float %a, %p                     %s = fadd float %a, %p
 *     store float %s, ptr %y                     %hidden = call float @llvm.arithmetic.fence.f32(float %a)
 *                                                %s.copy = fadd float %hidden, %p
 *                                                %bits = bitcast float %s to i32
 *                                                %bits.copy = bitcast float %s.copy to i32
 *                                                %differ = icmp ne i32 %bits, %bits.copy
 *                                                br i1 %differ, label %noticed, label %next, !prof !unlikely
 *                                              noticed:
 *                                                %smaller = ... the correction ...
 *                                                call void @lltfi_corrected()
 *                                                br label %next
 *                                              next:
 *                                                %checked = phi float [ %s, ... ], [ %smaller, %noticed ]
 *                                                store float %checked, ptr %y
 *
 * The comparison is of bits, so that equal NaN are equal, and -0 is not 0.
 */
#ifndef LLTFI_PASSES_PROTECT_DUPLICATE_H
#define LLTFI_PASSES_PROTECT_DUPLICATE_H

#include "passes/analysis/loops.h"
#include "passes/protect/protect.h"

/* One function that is protected by one rule. */
struct duplication {
    const struct protection_rule *rule;
    const struct layer_bounds *bounds; /* of the technique range */
    gboolean aborts;
    LLVMModuleRef module;
    LLVMValueRef function;
    LLVMBuilderRef builder;
    GPtrArray *selected;  /* LLVMValueRef: instructions that are duplicated, in the function's order */
    GHashTable *members;  /* the same as a set */
    GHashTable *home;     /* instruction -> its block before this rule split blocks */
    GHashTable *position; /* instruction -> its number in the function then */
};

/* The code of a technique. */
typedef void (*technique_run)(struct duplication *d);
void protect_aid(struct duplication *d);
void protect_acd(struct duplication *d);
void protect_shadow(struct duplication *d);
void protect_range(struct duplication *d);

/* The instructions of a function whose value may be undefined in part: they are not duplicated. */
GHashTable *undefined_values(LLVMValueRef function);
/* Gives those that the members use one value each. */
void freeze_undefined(struct duplication *d, GHashTable *undefined);

/* Floating-point numbers, and vectors of them. */
gboolean is_floating(LLVMTypeRef type);

/* Whether an instruction can be computed twice, and its copy be hidden and compared. */
gboolean can_duplicate(LLVMValueRef instruction);

/* Removes the flags that give LLVM freedom about the result. Returns the instruction, or the one that replaces it. */
LLVMValueRef make_strict(LLVMBuilderRef builder, LLVMValueRef instruction);

/* The instructions of a function that a scope has. */
GHashTable *scope_members(LLVMValueRef function, enum protection_scope scope);

/*
 * A value that LLVM does not know to be the same, `times` times over, at the builder's place: a copy that uses it is
 * not merged with its original, before or after code generation. NULL: there is no way for this type.
 */
LLVMValueRef hide(LLVMBuilderRef builder, LLVMValueRef value, int times);
gboolean can_hide(LLVMTypeRef type);

/*
 * A second instance of an instruction at the builder's place. Operands that are in `copies` (NULL: none) are replaced
 * by their copies; if there is none, one operand is hidden. NULL: nothing can be hidden, and it would be merged with
 * the original.
 */
LLVMValueRef copy_instruction(struct duplication *d, LLVMValueRef instruction, GHashTable *copies, int times);

/* The third value of a vote, at the builder's place. */
typedef LLVMValueRef (*recompute)(struct duplication *d, LLVMValueRef original, gpointer data);

/*
 * Compares an original with its copy before an instruction, and reports or corrects a difference. Returns the value to
 * use from there on.
 */
LLVMValueRef build_check(struct duplication *d, LLVMValueRef original, LLVMValueRef copy, LLVMValueRef before,
                         recompute third, gpointer data);

/* The value to use after something was noticed, at the builder's place; NULL: there is none, the fault is detected. */
typedef LLVMValueRef (*response)(struct duplication *d, gpointer data);

/* Branches on a condition before an instruction to a cold block that responds and reports. Returns the value to use
 * from there on: `value`, or what the response made of it. */
LLVMValueRef build_branch(struct duplication *d, LLVMValueRef condition, LLVMValueRef value, LLVMValueRef before,
                          response respond, gpointer data);

/* The corrected value at the builder's place; `third` is called for a vote. */
LLVMValueRef build_correction(struct duplication *d, LLVMValueRef original, LLVMValueRef copy, recompute third,
                              gpointer data);

/* The integer with the bits of a type, or the vector of them. */
LLVMTypeRef type_bits(LLVMTypeRef type);
/* A number as a constant of an integer type, or in all lanes of a vector; a constant in all lanes. */
LLVMValueRef splat(LLVMTypeRef type, uint64_t number);
LLVMValueRef splat_value(LLVMTypeRef vector, LLVMValueRef constant);

/* Makes uses of a value by `users`, a set of instructions, uses of another. */
void replace_uses(LLVMValueRef value, LLVMValueRef by, GHashTable *users);

#endif
