#include "passes/analysis/library.h"

#include "base/attributes.h"

#include <string.h>

static const struct library_row {
    const char *name;
    unsigned flags;
    gboolean is_prefix;
} rows[] = {
#define LIBRARY(name, flags) { name, flags, FALSE },
#define LIBRARY_PREFIX(name, flags) { name, flags, TRUE },
#define MATH(name) LIBRARY(name, LIBRARY_PURE) LIBRARY(name "f", LIBRARY_PURE)
#include "passes/analysis/library.def"
};

static GHashTable *make_table(void)
{
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

    for (size_t r = 0; r < G_N_ELEMENTS(rows); r++)
        if (!rows[r].is_prefix)
            g_hash_table_insert(table, (gpointer)rows[r].name, GUINT_TO_POINTER(rows[r].flags));
    return table;
}

/* "llvm.fabs" of "llvm.fabs.f32". */
static char *intrinsic_stem(const char *name)
{
    const char *end = strchr(name + strlen("llvm."), '.');

    return end ? g_strndup(name, (gsize)(end - name)) : g_strdup(name);
}

unsigned library_flags(const char *name)
{
    static GHashTable *table;
    g_autofree char *stem = g_str_has_prefix(name, "llvm.") ? intrinsic_stem(name) : NULL;

    if (!table)
        table = make_table();
    return GPOINTER_TO_UINT(g_hash_table_lookup(table, stem ? stem : name));
}

static LLVMValueRef find_prefix(LLVMModuleRef module, const char *prefix)
{
    LLVMValueRef f = LLVMGetFirstFunction(module);

    while (f && !g_str_has_prefix(LLVMGetValueName(f), prefix))
        f = LLVMGetNextFunction(f);
    return f;
}

static LLVMValueRef find_row(LLVMModuleRef module, const struct library_row *row)
{
    LLVMValueRef function = row->is_prefix ? find_prefix(module, row->name) : LLVMGetNamedFunction(module, row->name);

    return function || row->is_prefix ? function : LLVMGetNamedGlobal(module, row->name);
}

static const char *find(LLVMModuleRef module, unsigned flag, gboolean defined_too)
{
    for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
        LLVMValueRef found = rows[r].flags & flag ? find_row(module, &rows[r]) : NULL;

        if (found && (defined_too || LLVMIsDeclaration(found)))
            return rows[r].name;
    }
    return NULL;
}

const char *library_find(LLVMModuleRef module, unsigned flag)
{
    return find(module, flag, TRUE);
}

const char *library_find_declared(LLVMModuleRef module, unsigned flag)
{
    return find(module, flag, FALSE);
}

/* A module with the declarations of another one, and what LLVM infers of them from name and type alone. */
static LLVMModuleRef infer(LLVMModuleRef module)
{
    LLVMModuleRef declared = LLVMModuleCreateWithNameInContext("declarations", ir_context());

    LLVMSetTarget(declared, LLVMGetTarget(module));
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (LLVMIsDeclaration(f) && LLVMGetIntrinsicID(f) == 0)
            LLVMAddFunction(declared, LLVMGetValueName(f), LLVMGlobalGetValueType(f));
    ir_run_passes(declared, "inferattrs", NULL);
    return declared;
}

static gboolean returns(LLVMValueRef inferred)
{
    return function_has_attribute(inferred, "nounwind") && function_has_attribute(inferred, "willreturn") &&
           !function_has_attribute(inferred, "returns_twice");
}

void library_add_returning(LLVMModuleRef module, GHashTable *functions)
{
    LLVMModuleRef declared = infer(module);

    for (LLVMValueRef f = LLVMGetFirstFunction(declared); f; f = LLVMGetNextFunction(f)) {
        const char *name = LLVMGetValueName(f);
        unsigned flags = library_flags(name);

        if ((returns(f) && !(flags & LIBRARY_RUNS)) || (flags & (LIBRARY_RETURNS | LIBRARY_PURE)))
            g_hash_table_add(functions, LLVMGetNamedFunction(module, name));
    }
    LLVMDisposeModule(declared);
}

gboolean library_may_read_clock(LLVMModuleRef module)
{
    LLVMModuleRef declared = infer(module);
    gboolean may = FALSE;

    for (LLVMValueRef f = LLVMGetFirstFunction(declared); f && !may; f = LLVMGetNextFunction(f)) {
        unsigned flags = library_flags(LLVMGetValueName(f));

        may = flags & LIBRARY_CLOCK || (flags == 0 && !function_has_attribute(f, "nounwind"));
    }
    LLVMDisposeModule(declared);
    return may;
}
