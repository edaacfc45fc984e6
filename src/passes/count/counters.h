/*
 * Where a program's counters are: in @lltfi_counts or, with threads, where the thread's @lltfi_thread_counts points
 * (runtime/program/stripes.h).
 */
#ifndef LLTFI_PASSES_COUNT_COUNTERS_H
#define LLTFI_PASSES_COUNT_COUNTERS_H

#include "passes/ir/ir.h"

struct counters {
    LLVMBuilderRef builder;
    LLVMTypeRef i64;
    LLVMValueRef all; /* the counters, or the thread's pointer to them */
    gboolean by_thread;
};

void counters_init(struct counters *counters, LLVMModuleRef module, gboolean by_thread);
void counters_clear(struct counters *counters);

/* Adds a value to a counter, before the instruction `place`. */
void counters_add(const struct counters *counters, LLVMValueRef place, unsigned counter, LLVMValueRef value);

/* Makes sure that the thread which enters the function has counters of its own before one is used. To be called last:
 *
 *     entry:                                   entry:
 *       %a = alloca i32                          %a = alloca i32
 *       ...                                      %own = load ptr, ptr @lltfi_thread_counts
 *                                                %none = icmp eq ptr %own, @lltfi_counts
 *                                                br i1 %none, label %claim, label %counted
 *                                              claim:
 *                                                call void @lltfi_claim_counts()
 *                                                br label %counted
 *                                              counted:
 *                                                ...
 */
void counters_claim(const struct counters *counters, LLVMValueRef function);

#endif
