/*
 * Fewer blocks with the same meaning, so that there are fewer gates to pass: a block that only one other leads to
 * becomes its end, and so does a copy of a short one.
 *
 *     a:                                       a:
 *       %x = add i32 %n, 1                       %x = add i32 %n, 1
 *       store i32 %x, ptr %i                     store i32 %x, ptr %i
 *       br label %head                           %y.1 = load i32, ptr %i
 *     head:                                      %c.1 = icmp slt i32 %y.1, 9
 *       %y = load i32, ptr %i                    br i1 %c.1, label %a, label %end
 *       %c = icmp slt i32 %y, 9                head:
 *       br i1 %c, label %a, label %end           ...
 */
#ifndef LLTFI_PASSES_INJECT_STRAIGHTEN_H
#define LLTFI_PASSES_INJECT_STRAIGHTEN_H

#include "passes/inject/armed.h"

/* There are no phis, and no value but those of the entry block is used in another block than its own (demote.h). Blocks
 * with tails stay as they are. Copies of sites are sites. */
void function_straighten(struct injector *in);

#endif
