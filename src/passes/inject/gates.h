/*
 * Gates: a gate is in front of each block of a program that has sites. A closed gate costs almost nothing and leads to
 * the plain copy of the block. An open gate counts, and leads to the armed copy in the execution that is struck. The
 * runtime opens and closes gates (runtime/program/gates.h): all, or only the one of the block that is struck.
 *
 *     body:                                      body.head:
 *       %p = fmul float %x, %w                     <gate 7: to body.plain; if it is open:
 *       %s = fadd float %a, %p                        @lltfi_countdown -= 2; below zero: to body.near>
 *       br i1 %more, label %body, label %end     body.near:
 *                                                  %countdown = call i64 @lltfi_near(i64 2, i32 7)
 *                                                  %here = icmp ult i64 %countdown, 2
 *                                                  br i1 %here, label %body.armed, label %body.plain
 *
 * On x86-64 a gate is a no-operation that is as long as a jump. The runtime writes a jump to the counting code over it
 * (callbr, as the asm goto of C). The countdown is not kept in a register, so that what the program leaves on its stack
 * does not depend on which gates were open. On other machines a gate is a load of a flag and a switch.
 *
 * With threads each thread has a ration of the countdown, lltfi_ration; lltfi_near_shared gets another one when it is
 * used up.
 */
#ifndef LLTFI_PASSES_INJECT_GATES_H
#define LLTFI_PASSES_INJECT_GATES_H

#include "passes/ir/ir.h"

/* The gates of a module, as its functions are instrumented one after the other. */
struct gate_order {
    gboolean threads;
    gboolean flags; /* gates are flags, whatever the machine */
    unsigned next;  /* number of the next gate; in the end, their number */
    GArray *sites;  /* receives pairs of uint32_t: a site, and a gate in front of it; NULL: not needed */
};

/* Notes that a site is after the next gate. */
void gate_note_site(struct gate_order *order, unsigned site);

/* Whether gates are no-operations that the runtime writes over. */
gboolean gates_are_code(const struct gate_order *order);

struct gate {
    LLVMBasicBlockRef head; /* ends with the gate */
    LLVMBasicBlockRef plain;
    LLVMBasicBlockRef armed;
    LLVMValueRef countdown; /* the slot that receives the countdown for the armed copy */
    unsigned size;          /* selected instructions of the block */
};

/* Builds the gate at the end of its head. Moves the builder. */
void gate_build(struct gate_order *order, LLVMBuilderRef builder, const struct gate *gate);

/* Defines the tables of all gates that the runtime reads. */
void gates_define(const struct gate_order *order, LLVMModuleRef module);

#endif
