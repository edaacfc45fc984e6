/*
 * Barriers: calls by which a function of a program passes control to code that counts for itself, or that may not
 * return. Blocks are split there, so that all that a block has counted was executed when the call begins.
 *
 *     body:                            body.1:
 *       %a = add i32 %x, 1               %a = add i32 %x, 1
 *       %r = call i32 @f(i32 %a)         br label %body.2
 *       %b = add i32 %r, %a            body.2:
 *       ret i32 %b                       %r = call i32 @f(i32 %a)
 *                                        br label %body
 *                                      body:
 *                                        %b = add i32 %r, %a
 *                                        ret i32 %b
 *
 * A call of which only the result can be struck is counted after it has returned, as in LLFI, with the code after it. A
 * call with operands that can be struck is counted before it begins.
 */
#ifndef LLTFI_PASSES_INJECT_BARRIERS_H
#define LLTFI_PASSES_INJECT_BARRIERS_H

#include "passes/analysis/calls.h"
#include "passes/select/sites.h"

struct barriers {
    GPtrArray *calls;     /* LLVMValueRef: each is alone in a block, before a branch (musttail: before its return) */
    GPtrArray *before;    /* LLVMBasicBlockRef, for each: the block that branches to the call's */
    GPtrArray *after;     /* the block after it; NULL for musttail */
    GHashTable *deferred; /* set of the calls that are counted in the block after them */
    const struct calls *known;
    unsigned effects; /* of the calls */
};

/* `sites` are those of the function, whose first instruction has the LLFI index `first_index`. */
struct barriers *barriers_isolate(LLVMValueRef function, const GArray *sites, unsigned first_index);
/* The same for the calls that are known to have one of the effects, a set of enum call_effect. */
struct barriers *barriers_isolate_for(LLVMValueRef function, const GArray *sites, unsigned first_index,
                                      const struct calls *known, unsigned effects);
void barriers_free(struct barriers *barriers);
typedef struct barriers barriers_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(barriers_t, barriers_free)

/* Why the passes for programs can't instrument a function; NULL: they can. */
const char *barriers_obstacle(LLVMValueRef function);

#endif
