#include "passes/analysis/calls.h"

#include "passes/trace/program.h"

#include <string.h>

#define ALL (CALL_COUNTS | CALL_LEAVES)

struct calls {
    GHashTable *effects; /* function that is defined here -> its effects */
};

/* Of the C library: come back, and run no code of the program. */
static const char *const plain_functions[] = {
    "__ctype_b_loc",
    "__ctype_tolower_loc",
    "__ctype_toupper_loc",
    "__errno_location",
    "__isoc23_fscanf",
    "__isoc23_scanf",
    "__isoc23_sscanf",
    "__isoc23_strtol",
    "__isoc23_strtoll",
    "__isoc23_strtoul",
    "__isoc23_strtoull",
    "__isoc99_fscanf",
    "__isoc99_scanf",
    "__isoc99_sscanf",
    "abs",
    "acos",
    "acosf",
    "acosh",
    "acosl",
    "aligned_alloc",
    "asin",
    "asinf",
    "asinh",
    "asinl",
    "atan",
    "atan2",
    "atan2f",
    "atan2l",
    "atanf",
    "atanh",
    "atanl",
    "atof",
    "atoi",
    "atol",
    "atoll",
    "bcmp",
    "bzero",
    "calloc",
    "cbrt",
    "cbrtf",
    "cbrtl",
    "ceil",
    "ceilf",
    "ceill",
    "clock",
    "clock_gettime",
    "copysign",
    "copysignf",
    "copysignl",
    "cos",
    "cosf",
    "cosh",
    "coshf",
    "coshl",
    "cosl",
    "drand48",
    "erf",
    "erfc",
    "erff",
    "exp",
    "exp2",
    "exp2f",
    "exp2l",
    "expf",
    "expl",
    "expm1",
    "expm1f",
    "fabs",
    "fabsf",
    "fabsl",
    "fclose",
    "fdim",
    "feof",
    "ferror",
    "fflush",
    "fgetc",
    "fgets",
    "floor",
    "floorf",
    "floorl",
    "fma",
    "fmaf",
    "fmax",
    "fmaxf",
    "fmaxl",
    "fmin",
    "fminf",
    "fminl",
    "fmod",
    "fmodf",
    "fmodl",
    "fopen",
    "fprintf",
    "fputc",
    "fputs",
    "fread",
    "free",
    "frexp",
    "frexpf",
    "fscanf",
    "fseek",
    "ftell",
    "fwrite",
    "getc",
    "getchar",
    "getenv",
    "gettimeofday",
    "hypot",
    "hypotf",
    "isalnum",
    "isalpha",
    "isatty",
    "isdigit",
    "islower",
    "isprint",
    "ispunct",
    "isspace",
    "isupper",
    "isxdigit",
    "labs",
    "ldexp",
    "ldexpf",
    "lgamma",
    "llabs",
    "llrint",
    "llround",
    "log",
    "log10",
    "log10f",
    "log1p",
    "log1pf",
    "log2",
    "log2f",
    "log2l",
    "logf",
    "logl",
    "lrand48",
    "lrint",
    "lround",
    "malloc",
    "memchr",
    "memcmp",
    "memcpy",
    "memmove",
    "memrchr",
    "memset",
    "mrand48",
    "modf",
    "modff",
    "nearbyint",
    "pow",
    "powf",
    "powl",
    "printf",
    "putc",
    "putchar",
    "puts",
    "rand",
    "rand_r",
    "random",
    "read",
    "realloc",
    "remainder",
    "rewind",
    "rint",
    "rintf",
    "round",
    "roundf",
    "roundl",
    "scanf",
    "sin",
    "sincos",
    "sinf",
    "sinh",
    "sinhf",
    "sinhl",
    "sinl",
    "snprintf",
    "sprintf",
    "sqrt",
    "sqrtf",
    "sqrtl",
    "srand",
    "srand48",
    "srandom",
    "sscanf",
    "strcasecmp",
    "strcat",
    "strchr",
    "strcmp",
    "strcpy",
    "strcspn",
    "strdup",
    "strerror",
    "strlen",
    "strncasecmp",
    "strncat",
    "strncmp",
    "strncpy",
    "strndup",
    "strnlen",
    "strpbrk",
    "strrchr",
    "strspn",
    "strstr",
    "strtod",
    "strtof",
    "strtok",
    "strtok_r",
    "strtol",
    "strtold",
    "strtoll",
    "strtoul",
    "strtoull",
    "tan",
    "tanf",
    "tanh",
    "tanhf",
    "tanhl",
    "tanl",
    "tgamma",
    "time",
    "tolower",
    "toupper",
    "trunc",
    "truncf",
    "truncl",
    "ungetc",
    "vfprintf",
    "vprintf",
    "vsnprintf",
    "vsprintf",
    "write",
};

/* What makes the library call the program back from where it otherwise would not. */
static const char *const hooks[] = { "fopencookie", "register_printf_function", "register_printf_specifier",
                                     "__malloc_hook", "mprotect" };
static const char *const handlers[] = {
    "signal",      "sigaction",   "bsd_signal",        "sysv_signal",     "__sysv_signal",
    "sigvec",      "sigset",      "timer_create",      "siginterrupt",    "setcontext",
    "makecontext", "swapcontext", "turnOffInjections", "turnOnInjections"
};

static gboolean is_plain(const char *name)
{
    static GHashTable *names;

    if (!names) {
        names = g_hash_table_new(g_str_hash, g_str_equal);
        for (size_t i = 0; i < G_N_ELEMENTS(plain_functions); i++)
            g_hash_table_add(names, (gpointer)plain_functions[i]);
    }
    return g_hash_table_contains(names, name);
}

static gboolean refers_to(LLVMModuleRef module, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (LLVMGetNamedFunction(module, names[i]) || LLVMGetNamedGlobal(module, names[i]))
            return TRUE;
    return FALSE;
}

gboolean calls_handle_signals(LLVMModuleRef module)
{
    return refers_to(module, handlers, G_N_ELEMENTS(handlers));
}

/* Intrinsics that run no code of the program, and come back. */
static gboolean is_harmless_intrinsic(const char *name)
{
    static const char *const others[] = { "llvm.trap", "llvm.debugtrap", "llvm.ubsantrap",
                                          "llvm.eh.",  "llvm.longjmp",   "llvm.experimental." };

    if (!g_str_has_prefix(name, "llvm."))
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_has_prefix(name, others[i]))
            return strcmp(name, "llvm.eh.typeid.for.p0") == 0 || strcmp(name, "llvm.eh.typeid.for") == 0;
    return TRUE;
}

/* Another definition may take this one's place when the program is linked. */
static gboolean is_replaceable(LLVMValueRef function)
{
    switch (LLVMGetLinkage(function)) {
    case LLVMExternalLinkage:
    case LLVMInternalLinkage:
    case LLVMPrivateLinkage:
    case LLVMLinkOnceODRLinkage:
    case LLVMWeakODRLinkage:
        return FALSE;
    default:
        return TRUE;
    }
}

unsigned calls_effects(const struct calls *calls, LLVMValueRef call)
{
    LLVMValueRef callee = LLVMIsAFunction(LLVMGetCalledValue(call));
    const char *name = callee ? LLVMGetValueName(callee) : "";

    if (!callee)
        return ALL;
    if (is_harmless_intrinsic(name) || strcmp(name, TRACE_SYMBOL) == 0)
        return 0;
    if (!calls || is_replaceable(callee))
        return ALL;
    if (LLVMIsDeclaration(callee))
        return is_plain(name) && !refers_to(LLVMGetGlobalParent(callee), hooks, G_N_ELEMENTS(hooks)) ? 0 : ALL;
    return GPOINTER_TO_UINT(g_hash_table_lookup(calls->effects, callee));
}

static gboolean is_call(LLVMValueRef instruction)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    return opcode == LLVMCall || opcode == LLVMInvoke || opcode == LLVMCallBr;
}

static unsigned effects_of_body(const struct calls *calls, LLVMValueRef function)
{
    unsigned effects = 0;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            if (is_call(i))
                effects |= calls_effects(calls, i);
            else if (LLVMGetInstructionOpcode(i) == LLVMResume)
                effects |= CALL_LEAVES;
        }
    return effects;
}

static gboolean spread(struct calls *calls, LLVMModuleRef module)
{
    gboolean changed = FALSE;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        unsigned before = GPOINTER_TO_UINT(g_hash_table_lookup(calls->effects, f)), now = before;

        if (LLVMIsDeclaration(f) || before == ALL)
            continue;
        now |= effects_of_body(calls, f);
        g_hash_table_insert(calls->effects, f, GUINT_TO_POINTER(now));
        changed |= now != before;
    }
    return changed;
}

struct calls *calls_new(LLVMModuleRef module, GHashTable *selected)
{
    struct calls *calls = g_new0(struct calls, 1);

    calls->effects = g_hash_table_new(NULL, NULL);
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (g_hash_table_contains(selected, f))
            g_hash_table_insert(calls->effects, f, GUINT_TO_POINTER(CALL_COUNTS));
    while (spread(calls, module))
        ;
    return calls;
}

void calls_free(struct calls *calls)
{
    if (!calls)
        return;
    g_hash_table_unref(calls->effects);
    g_free(calls);
}
