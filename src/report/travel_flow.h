/* Parts of travel.c: instructions by their number, and what flows from one to another. */
#ifndef LLTFI_REPORT_TRAVEL_FLOW_H
#define LLTFI_REPORT_TRAVEL_FLOW_H

#include "report/travel.h"

/* The program's instructions. */
struct travel_program {
    LLVMValueRef *all; /* by LLFI index - 1 */
    unsigned n;
    GHashTable *indices; /* instruction -> LLFI index */
};

void travel_program_init(struct travel_program *program, LLVMModuleRef module);
void travel_program_clear(struct travel_program *program);
/* 0: the value is not an instruction of the program. */
unsigned travel_index(const struct travel_program *program, LLVMValueRef value);

/* A run's registers and memory, as far as they are known from its trace. */
struct travel_run {
    const struct travel_program *program;
    struct trace_entry *latest; /* by LLFI index - 1: the last execution's result */
    gboolean *changed;          /* whether the fault reached it */
    GHashTable *stores;         /* address -> LLFI index of the last store there */
};

void travel_run_init(struct travel_run *run, const struct travel_program *program);
void travel_run_clear(struct travel_run *run);
void travel_run_step(struct travel_run *run, const struct trace_entry *entry, gboolean changed);
/* The store that a load got its value from, as an LLFI index; 0: unknown. */
unsigned travel_run_source(const struct travel_run *run, unsigned load);
/* Whether an operand of a store was reached by the fault. */
gboolean travel_run_stores_changed(const struct travel_run *run, unsigned store);

/* Finds the instructions that an instruction's operands come from. For a parameter, these are the arguments of all
 * calls. Calls `found` with their LLFI indices. */
void travel_origins(const struct travel_program *program, unsigned index, void (*found)(unsigned from, gpointer data),
                    gpointer data);
/* The instruction whose result decides which block runs after that of another one; 0: there is none. */
unsigned travel_decider(const struct travel_program *program, unsigned index);

/* "42", "0.25", "0x7ffe..." by the instruction's type. The caller frees. */
char *travel_value_text(const struct travel_program *program, const struct trace_entry *entry);

#endif
