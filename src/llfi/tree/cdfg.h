/*
 * The program's graph of control and data flow as LLFI writes it (llfi.stat.graph.dot): a node
 * for each instruction, a cluster for each block, blue edges from results to the instructions that use them.
 *
 *     digraph "LLFI Program Graph" {
 *     llfiID_2 -> llfiID_4 [color="blue"];
 *     subgraph "cluster_main_entry" {
 *     label = "main_entry";
 *     llfiID_1 [shape=record,label="1\nalloca\n(Line #: 5)\n"];
 *     ...
 *     }
 *     llfiID_1 -> llfiID_2;
 *     { rank = sink;Legend [shape=none, margin=0, label=<TABLE...>];}}
 */
#ifndef LLTFI_LLFI_TREE_CDFG_H
#define LLTFI_LLFI_TREE_CDFG_H

#include "passes/select/sites.h"

/* DOT text of a module that none of our passes has changed. The caller frees. */
char *cdfg_text(LLVMModuleRef module);

/* llfi.index.map.txt: lines "llfiID_7 line_12" or "llfiID_7 line_N/A". The caller frees. */
char *cdfg_index_map(LLVMModuleRef module);

#endif
