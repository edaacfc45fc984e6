#include "passes/count/tables.h"

#include "passes/instrument.h"
#include "passes/ir/globals.h"
#include "runtime/program/shared_page.h"

static LLVMValueRef constant_array(LLVMTypeRef i32, const GArray *terms)
{
    LLVMTypeRef type = LLVMArrayType2(i32, 3);
    g_autoptr(GPtrArray) elements = g_ptr_array_new();

    for (guint t = 0; t < terms->len; t++) {
        const struct count_term *term = &g_array_index(terms, struct count_term, t);
        LLVMValueRef parts[3] = { LLVMConstInt(i32, term->to, FALSE), LLVMConstInt(i32, term->from, FALSE),
                                  LLVMConstInt(i32, (uint64_t)term->sign, TRUE) };

        g_ptr_array_add(elements, LLVMConstArray2(i32, parts, 3));
    }
    return LLVMConstArray2(type, (LLVMValueRef *)elements->pdata, elements->len);
}

/* The runtime maps the counters and copies the terms to the engine (runtime/program/shared_page.h). */
void count_tables_define(LLVMModuleRef module, unsigned n_counters, gboolean by_thread, const GArray *terms)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(ir_context());

    module_define_pages(module, COUNTS_SYMBOL, COUNTS_SYMBOL "_bytes", n_counters);
    module_define_constant(module, "lltfi_counts_by_thread", LLVMConstInt(i32, (unsigned)by_thread, FALSE));
    module_define_constant(module, "lltfi_count_terms", constant_array(i32, terms));
    module_define_constant(module, "lltfi_n_count_terms", LLVMConstInt(i32, terms->len, FALSE));
}
