#include "passes/count_tables.h"

#include "passes/instrument.h"
#include "runtime/process.h"

#include <string.h>

static void define_constant(LLVMModuleRef module, const char *name, LLVMValueRef value)
{
    LLVMValueRef global = LLVMAddGlobal(module, LLVMTypeOf(value), name);

    LLVMSetInitializer(global, value);
    LLVMSetGlobalConstant(global, TRUE);
    LLVMSetVisibility(global, LLVMHiddenVisibility);
}

/* The pages that the counters fill, which the runtime maps. */
static void define_counts(LLVMModuleRef module, unsigned n_counters, gboolean by_thread)
{
    const unsigned per_page = PROCESS_PAGE / sizeof(uint64_t);
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context()), i32 = LLVMInt32TypeInContext(ir_context());
    uint64_t length = ((uint64_t)n_counters + per_page - 1) / per_page * per_page;
    LLVMTypeRef type = LLVMArrayType2(i64, length);
    LLVMValueRef declared = LLVMGetNamedGlobal(module, COUNTS_SYMBOL), counts;

    counts = LLVMAddGlobal(module, type, "");
    LLVMSetInitializer(counts, LLVMConstNull(type));
    LLVMSetAlignment(counts, PROCESS_PAGE);
    if (declared) {
        LLVMReplaceAllUsesWith(declared, counts);
        LLVMDeleteGlobal(declared);
    }
    LLVMSetValueName2(counts, COUNTS_SYMBOL, strlen(COUNTS_SYMBOL));
    LLVMSetVisibility(counts, LLVMHiddenVisibility);
    define_constant(module, "lltfi_counts_octets", LLVMConstInt(i64, length * sizeof(uint64_t), FALSE));
    define_constant(module, "lltfi_counts_by_thread", LLVMConstInt(i32, (unsigned)by_thread, FALSE));
}

static LLVMValueRef constant_array(LLVMTypeRef i32, const GArray *terms)
{
    LLVMTypeRef type = LLVMArrayType2(i32, 3);
    g_autoptr(GPtrArray) elements = g_ptr_array_new();

    for (guint t = 0; t < terms->len; t++) {
        const struct process_term *term = &g_array_index(terms, struct process_term, t);
        LLVMValueRef parts[3] = { LLVMConstInt(i32, term->to, FALSE), LLVMConstInt(i32, term->from, FALSE),
                                  LLVMConstInt(i32, (uint64_t)term->sign, TRUE) };

        g_ptr_array_add(elements, LLVMConstArray2(i32, parts, 3));
    }
    return LLVMConstArray2(type, (LLVMValueRef *)elements->pdata, elements->len);
}

/* What the runtime hands to the engine with the counters (runtime/process.h). */
static void define_terms(LLVMModuleRef module, const GArray *terms)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(ir_context());

    define_constant(module, "lltfi_count_terms", constant_array(i32, terms));
    define_constant(module, "lltfi_n_count_terms", LLVMConstInt(i32, terms->len, FALSE));
}

void count_tables_define(LLVMModuleRef module, unsigned n_counters, gboolean by_thread, const GArray *terms)
{
    define_counts(module, n_counters, by_thread);
    define_terms(module, terms);
}
