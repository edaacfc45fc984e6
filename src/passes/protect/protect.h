/* Techniques that protect a program or a layer's function: they change it before its instructions are numbered. */
#ifndef LLTFI_PASSES_PROTECT_PROTECT_H
#define LLTFI_PASSES_PROTECT_PROTECT_H

#include "config/protection.h"
#include "passes/ir/ir.h"

/*
 * What protected code calls when two copies differ: lltfi_detected where nothing is corrected, else lltfi_corrected,
 * which says only that there was a difference. Their definitions are in runtime/ or added by protect_define_reports.
 */
#define DETECTED_SYMBOL "lltfi_detected"
#define CORRECTED_SYMBOL "lltfi_corrected"

/* What is to be done to a module. */
struct protect_order {
    const struct protection *protection;
    const struct layer *layer; /* that the module's function computes; NULL: the module is a program */
    unsigned first_index;      /* LLFI index of the module's first instruction, without protection */
    gboolean ranges_only;      /* only rules that change what is computed, were it out of range */
    gboolean aborts;           /* a detected fault ends the process; only code of programs does that */
    gboolean originals_only;   /* what is added gets no LLFI indices, so that faults strike what they struck before */
    unsigned n_originals;      /* receives the number of instructions before protection */
    unsigned n_protected;      /* receives how many of them are protected */
};

/* Applies the plan's rules to a module. A rule that selects nothing here is no error: n_protected shows it. */
gboolean protect_module(LLVMModuleRef module, struct protect_order *order, GError **error);

/* Adds the LLFI indices (unsigned) of a module's instructions that a scope has and that can be duplicated, but for
 * phis, which only carry chains. Returns how many instructions the module has. */
unsigned protect_candidates(LLVMModuleRef module, int scope, unsigned first_index, GArray *indices);

/*
 * Adds definitions of the two functions, for code that is used outside of LLTFI: the number of reports is in the
 * variables lltfi_detections and lltfi_corrections; `aborts`: lltfi_detected ends the process.
 */
void protect_define_reports(LLVMModuleRef module, gboolean aborts);

#endif
