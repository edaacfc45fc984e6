/*
 * One check for several blocks. A region is a block, its head, and those behind it that can only be entered through it,
 * without a cycle: so the number of selected instructions from the head to where control leaves the region has a limit.
 * The head takes the limit from the countdown; edges on which less is executed give the rest back.
 *
 *     a:  3 selected                          a.check:
 *       br i1 %c, label %b, label %d            %left = sub i64 %countdown, 10
 *     b:  5 selected                            %here = icmp ult i64 %countdown, 10
 *       br label %d                             br i1 %here, label %near, label %a    ; near: injector_ask
 *     d:  2 selected                          a:
 *       ...                                     br i1 %c, label %b, label %edge
 *                                             b:
 *                                               br label %d
 *                                             edge:
 *                                               %more = add i64 %left, 5
 *                                               br label %d
 */
#ifndef LLTFI_REGIONS_H
#define LLTFI_REGIONS_H

#include "passes/armed.h"

struct region_order {
    const struct injector *in;
    LLVMBasicBlockRef first;
    GHashTable *weights; /* block -> its selected instructions */
    GHashTable *heads;   /* set of blocks that begin a region in any case */
    GHashTable *twins;   /* of all blocks (twin.h): where control goes if the fault is in the region */
};

/* Puts in the checks. There are no phis. */
void function_check_regions(const struct region_order *order);

#endif
