#include "passes/analysis/effects.h"

#include <string.h>

/* Functions of libm and intrinsics that compute a number from numbers and do nothing else. */
static gboolean is_pure(const char *name)
{
    static const char *const intrinsics[] = {
        "abs",    "bswap",     "canonicalize", "ceil",  "copysign", "cos",       "ctlz",    "ctpop",  "cttz",
        "exp",    "exp2",      "fabs",         "floor", "fma",      "fmuladd",   "fptosi",  "fptoui", "fshl",
        "fshr",   "is",        "ldexp",        "log",   "log10",    "log2",      "maximum", "maxnum", "minimum",
        "minnum", "nearbyint", "pow",          "rint",  "round",    "roundeven", "sadd",    "sin",    "smax",
        "smin",   "sqrt",      "ssub",         "trunc", "uadd",     "umax",      "umin",    "usub",
    };
    static const char *const functions[] = {
        "acos", "acosh",     "asin", "asinh", "atan",  "atanh", "cbrt", "ceil", "copysign", "cos",  "cosh",  "erf",
        "erfc", "exp",       "exp2", "expm1", "fabs",  "floor", "fmax", "fmin", "fmod",     "log",  "log10", "log1p",
        "log2", "nearbyint", "pow",  "rint",  "round", "sin",   "sinh", "sqrt", "tan",      "tanh", "trunc",
    };
    gboolean is_intrinsic = g_str_has_prefix(name, "llvm.");
    g_auto(GStrv) words = g_strsplit(name, ".", 3);
    const char *word = is_intrinsic ? words[1] : name;
    size_t length = strlen(word);

    for (size_t i = 0; is_intrinsic && i < G_N_ELEMENTS(intrinsics); i++)
        if (strcmp(word, intrinsics[i]) == 0)
            return TRUE;
    for (size_t i = 0; !is_intrinsic && i < G_N_ELEMENTS(functions); i++) {
        size_t stem = strlen(functions[i]);

        if (strncmp(word, functions[i], stem) == 0 && (length == stem || (length == stem + 1 && word[stem] == 'f')))
            return TRUE;
    }
    return FALSE;
}

gboolean is_pure_call(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    size_t length;

    return LLVMIsAFunction(callee) && is_pure(LLVMGetValueName2(callee, &length));
}

gboolean has_effects(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMStore:
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
    case LLVMFence:
    case LLVMInvoke:
    case LLVMCallBr:
    case LLVMVAArg:
        return TRUE;
    case LLVMCall:
        return !is_pure_call(instruction);
    default:
        return FALSE;
    }
}
