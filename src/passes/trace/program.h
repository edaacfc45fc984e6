/*
 * Tracing of a program's function, before any other pass: every instruction is reported to lltfi_trace, with its result
 * if it has one. The instructions that the pass adds are not numbered (instruction_add_mark), so that
 * pass_inject_program can follow: a struck instruction is then reported with its faulty result.
 *
 *     %p = fmul float %x, %w                     %p = fmul float %x, %w
 *     store float %p, ptr %y                     store float %p, ptr %traced
 *     br label %next                             call void @lltfi_trace(i64 7, i32 18, i32 4, ptr %traced)
 *                                                store float %p, ptr %y
 *                                                call void @lltfi_trace(i64 8, i32 33, i32 0, ptr null)
 *                                                br label %next
 *
 * Phis and stack slots are reported after the last of them, invokes where they return to. Terminators without a result
 * are not reported, nor is a musttail call and what follows it.
 */
#ifndef LLTFI_PASSES_TRACE_PROGRAM_H
#define LLTFI_PASSES_TRACE_PROGRAM_H

#include "passes/select/sites.h"

/* Called by traced programs (runtime/program/trace.c). */
#define TRACE_SYMBOL "lltfi_trace"

void pass_trace_program(LLVMValueRef function, unsigned first_index);

#endif
