/*
 * Gates: what stands in front of a block of a program that has sites. While a gate is closed control goes through it to
 * the plain copy and pays next to nothing; only gates that are open count, and lead to the armed copy for the instance
 * that holds the target. The runtime opens and closes them (runtime/program/gates.h): all, or the one of the block that
 * is struck.
 *
 *     body:                                      body.head:
 *       %p = fmul float %x, %w                     <gate 7: to body.plain; if it is open:
 *       %s = fadd float %a, %p                        @lltfi_countdown -= 2; below zero: to body.near>
 *       br i1 %more, label %body, label %end     body.near:
 *                                                  %countdown = call i64 @lltfi_near(i64 2, i32 7)
 *                                                  %here = icmp ult i64 %countdown, 2
 *                                                  br i1 %here, label %body.armed, label %body.plain
 *
 * On x86-64 a gate is a no-operation as long as a jump, which the runtime writes over it: a jump to where what the gate
 * does lies (callbr, as the asm goto of C). Nothing is counted in a register, so that what a program leaves on its
 * stack doesn't depend on how it was counted. Elsewhere a gate is a load of a flag, and a switch.
 *
 * With threads each has a ration of the countdown, lltfi_ration; where it is used up lltfi_near_shared gets another
 * one.
 */
#ifndef LLTFI_PASSES_INJECT_GATES_H
#define LLTFI_PASSES_INJECT_GATES_H

#include "passes/ir/ir.h"

/* Made while a module's functions are instrumented. */
struct gate_order {
    gboolean threads;
    gboolean flags; /* gates are flags, whatever the machine */
    unsigned next;  /* number of the next gate; in the end, how many there are */
    GArray *sites;  /* receives uint32_t in pairs: a site and a gate that it is behind; NULL: nobody asks */
};

/* A site is behind the next gate. */
void gate_note_site(struct gate_order *order, unsigned site);

/* Whether gates are no-operations that are written over. */
gboolean gates_are_code(const struct gate_order *order);

struct gate {
    LLVMBasicBlockRef head; /* ends with the gate */
    LLVMBasicBlockRef plain;
    LLVMBasicBlockRef armed;
    LLVMValueRef countdown; /* the slot that receives what is left before the armed copy */
    unsigned size;          /* selected instructions of the block */
};

/* Ends the head. The builder is moved. */
void gate_build(struct gate_order *order, LLVMBuilderRef builder, const struct gate *gate);

/* Defines what the runtime wants to know of all gates. */
void gates_define(const struct gate_order *order, LLVMModuleRef module);

#endif
