/*
 * Merges blocks, so that there are fewer gates to pass: a block with one predecessor is appended to it, and a copy of a
 * short block is appended to each of its predecessors.
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

/* To be called after demote.h: there are no phis, and only values of the entry block are used in other blocks. Blocks
 * with tails stay as they are. Copies of sites are sites. */
void function_straighten(struct injector *in);

#endif
