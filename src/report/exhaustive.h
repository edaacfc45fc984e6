/* Exhaustive campaigns: every fault was run, so rates are true ones and have no interval. */
#ifndef LLTFI_REPORT_EXHAUSTIVE_H
#define LLTFI_REPORT_EXHAUSTIVE_H

#include "report/breakdown.h"

/*
 * As a dimension's query (breakdown.c), with one more column: the executions of instructions that the faults stand for.
 * Instructions have different numbers of registers and bits; a fault of one with n of them is 1/n of an execution, so
 * that all executions weigh the same, as in a sampled campaign.
 */
const char *exhaustive_query(enum report_by by);

/* A paragraph that says what the rates are, and of which faults. The caller frees. */
char *exhaustive_note(struct store *store, const struct tally *total);

#endif
