/* The data of a counting module: the counters, and how the executions of blocks follow from them. */
#ifndef LLTFI_PASSES_COUNT_TABLES_H
#define LLTFI_PASSES_COUNT_TABLES_H

#include "passes/ir/ir.h"

/* Defines what the runtime declares (runtime/program/shared_page.c, runtime/program/stripes.c). `terms` holds struct
 * count_term. */
void count_tables_define(LLVMModuleRef module, unsigned n_counters, gboolean by_thread, const GArray *terms);

#endif
