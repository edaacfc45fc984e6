/*
 * Instrumentation of a function whose sites are known. Each pass keeps the function's results as they are.
 */
#ifndef LLTFI_PASSES_INSTRUMENT_H
#define LLTFI_PASSES_INSTRUMENT_H

#include "passes/analysis/callers.h"
#include "passes/analysis/calls.h"
#include "passes/analysis/loops.h"
#include "passes/inject/gates.h"
#include "passes/select/sites.h"

/*
 * Counts executions of blocks: @lltfi_counts[i] of the module, a uint64_t, grows by the executions of the function's
 * i-th block. A block's counter is in a register while the function runs. If a loop's number of iterations is known,
 * the optimizer replaces its counters by a product:
 *
 *     loop:                                      loop:
 *       %p = fmul float %x, %w                     %c = phi i64 [ 0, %entry ], [ %c.next, %loop ]
 *       br i1 %more, label %loop, label %end       %p = fmul float %x, %w
 *                                                  %c.next = add i64 %c, 1
 *                                                  br i1 %more, label %loop, label %end
 *                                                end:
 *                                                  ...                    ; @lltfi_counts[0] += %c.next
 */
#define COUNTS_SYMBOL "lltfi_counts"
void pass_count(LLVMValueRef function);

/* For each instruction of a function, in function_instructions' order, the number of its block, by which pass_count
 * counts. Free with g_free; *blocks receives the number of blocks. */
unsigned *function_block_numbers(LLVMValueRef function, size_t *blocks);

/*
 * Makes the sites injectable. Each block with n selected instructions is entered through a check of the countdown to
 * the next fault, which is in a register. Only the execution of the block that contains the target runs the armed copy,
 * which passes every site's register to lltfi_inject (runtime/shared/inject.h):
 *
 *     body:                                      body.head:
 *       %p = fmul float %x, %w                     %left = sub i64 %countdown, 2
 *       %s = fadd float %a, %p                     %here = icmp ult i64 %countdown, 2
 *       br i1 %more, label %body, label %end       br i1 %here, label %body.armed, label %body.plain
 *                                                body.plain:
 *                                                  %p = fmul float %x, %w
 *                                                  %s = fadd float %a, %p
 *                                                  br label %body
 *                                                body.armed:
 *                                                  ... the same through lltfi_inject and lltfi_step ...
 *                                                  br label %body
 *                                                body:
 *                                                  %s.1 = phi float [ %s, %body.plain ], [ %s.faulty, %body.armed ]
 *                                                  br i1 %more, label %body.head, label %end
 *
 * The countdown is loaded from lltfi_countdown on entry and stored back on return. `first_site` is the number of
 * sites[0] in the campaign's list.
 *
 * If an upper bound of a loop's selected instructions is known before it begins (loops.h), one check before the loop
 * chooses a copy of it as long as the fault is farther away than that. The copy only counts, and cleaning makes that
 * one subtraction after the loop. The loop itself is instrumented as above.
 *
 *     entry:                                     body.check:
 *       br label %body                             %limit = ... %n * 2 ...
 *     body:                                        %here = icmp ult i64 %countdown, %limit
 *       %i = phi i64 [ 0, %entry ], ...            br i1 %here, label %body, label %body.whole
 *       %p = fmul float %x, %w                   body.whole:
 *       %s = fadd float %a, %p                     %i.1 = phi i64 [ 0, %body.check ], ...
 *       %next = add i64 %i, 1                      %p.1 = fmul float %x, %w
 *       %more = icmp slt i64 %next, %n             %s.1 = fadd float %a.1, %p.1
 *       br i1 %more, label %body, label %end       %next.1 = add i64 %i.1, 1
 *                                                  %more.1 = icmp slt i64 %next.1, %n
 *                                                  %left = sub i64 %countdown.1, 2
 *                                                  br i1 %more.1, label %body.whole, label %end
 */
void pass_inject(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site);

/*
 * The same for a run of one grain: the countdown begins on entry to the grain loop, not of the function, so that it
 * counts the selected instructions of that one iteration. NULL: the function computes one grain.
 */
void pass_inject_grain(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site,
                       const struct loop *grain_loop);

/*
 * The same for a function of a program, which may call others, throw, longjmp and run in several threads: its blocks
 * are split at calls that may count or not return (calls.h; NULL: every call) and have gates (gates.h) instead of
 * checks; the countdown is in memory. After the last of a module's functions pass_inject_program_clean makes the stack
 * slots that were added registers.
 */
void pass_inject_program(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site,
                         const struct calls *calls, struct gate_order *gates);
gboolean pass_inject_program_clean(LLVMModuleRef module, GError **error);

/* Counting a module, function by function. */
struct count_order {
    const struct calls *calls;
    const struct callers *callers; /* the entries of the function of number n are counter n - 1 */
    gboolean threads;              /* each thread has counters of its own */
    gboolean every_block;          /* counters are correct at every point: a signal handler may run in between */
    unsigned next_counter;         /* the next free one in @lltfi_counts, which the caller defines */
    unsigned n_blocks;             /* blocks that have been numbered */
    GArray *terms;                 /* struct spanning_term: how the blocks' executions follow from the counters */
    GArray *entries;               /* struct entry (terms.h): calls of functions whose callers are all known */
};

/*
 * Counts executions of the blocks of a program's function in memory. counters[i] receives the number of the i-th
 * instruction's block.
 */
void pass_count_program(LLVMValueRef function, const GArray *sites, unsigned first_index, struct count_order *order,
                        unsigned *counters);

/*
 * Reports to runtime/model/mark.h at which count of selected instructions each iteration of the grain loop begins and
 * ends:
 *
 *     entry:                                     entry:
 *       ...                                        ...
 *       br label %grain                            call void @lltfi_mark_begin(i64 %count)
 *                                                  br label %grain
 *     grain:                                     grain:
 *       %p = fmul float %x, %w                     %count.1 = add i64 %count.0, 1
 *       store float %p, ptr %y                     %p = fmul float %x, %w
 *       br i1 %more, label %grain, label %end      call void @lltfi_mark_store(ptr %y)
 *                                                  store float %p, ptr %y
 *                                                  call void @lltfi_mark_end(i64 %count.1)
 *                                                  br i1 %more, label %grain, label %end
 */
void pass_mark(LLVMValueRef function, const GArray *sites, unsigned first_index, const struct loop *grain_loop);

/* Passes every value that the function computes to lltfi_trace(i64 index, i32 opcode, i32 bytes, ptr value). */
void pass_trace(LLVMValueRef function, unsigned first_index);

/* The LLVM passes to run after these: they bring the instrumentation's own variables into registers, and, where it
 * counts in loops (pass_inject, pass_count), make one addition of a loop's. LLVM does not know what lltfi_inject
 * returns, so nothing that a fault can change is computed in advance. */
#define INSTRUMENT_CLEAN "function(mem2reg)"
#define INSTRUMENT_CLEAN_COUNTS "function(mem2reg,loop-simplify,lcssa,loop(indvars),adce)"

#endif
