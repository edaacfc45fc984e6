/*
 * Tracing of a program's function, before any other pass: every instruction is told to lltfi_trace when it has a
 * result, and those without one when they are done. What the pass adds is not numbered (instruction_add_mark), so that
 * pass_inject_program can follow: a struck instruction is then told with its faulty result.
 *
 *     %p = fmul float %x, %w                     %p = fmul float %x, %w
 *     store float %p, ptr %y                     store float %p, ptr %traced
 *     br label %next                             call void @lltfi_trace(i64 7, i32 18, i32 4, ptr %traced)
 *                                                store float %p, ptr %y
 *                                                call void @lltfi_trace(i64 8, i32 33, i32 0, ptr null)
 *                                                br label %next
 *
 * Results of phis and of stack slots are told behind the last of them, those of invokes where they come back to.
 * Terminators without a result are not told, nor what follows a musttail call.
 */
#ifndef LLTFI_PASSES_TRACE_PROGRAM_H
#define LLTFI_PASSES_TRACE_PROGRAM_H

#include "passes/select/sites.h"

/* Called by traced programs (runtime/program/trace.c). */
#define TRACE_SYMBOL "lltfi_trace"

void pass_trace_program(LLVMValueRef function, unsigned first_index);

#endif
