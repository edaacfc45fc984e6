#include "llfi/verbs/verbs.h"

#include "llfi/llfi.h"

#include <stdio.h>
#include <string.h>

const struct verb llfi_verbs[] = {
    { "instrument", cli_instrument, "make the executables for profile and injectfault from an IR file" },
    { "profile", cli_llfi_profile, "run an instrumented program once without faults" },
    { "injectfault", cli_injectfault, "run it with faults, as input.yaml says" },
    { "compiletoIR", cli_compile_to_ir, "C and C++ sources to one file of LLVM IR" },
    { "GenerateMakefile", cli_generate_makefile, "a Makefile that does so" },
    { "batchInstrument", cli_batch_instrument, "instrument, for each of several fault models" },
    { "batchProfile", cli_batch_profile, "profile, for each of them" },
    { "batchInjectfault", cli_batch_injectfault, "injectfault, for each of them" },
    { "SoftwareFailureAutoScan", cli_software_autoscan, "the software faults that an IR file has places for" },
    { "HardwareFailureAutoScan", cli_hardware_autoscan, "the selectors that it has places for" },
    { "InjectorAutoScan", cli_injector_autoscan, "all faults by name" },
    { "FIDL-Algorithm", cli_fidl_algorithm, "add, remove and list your own software faults" },
    { "tracediff", cli_tracediff, "what a fault changed, from a golden and a faulty trace" },
    { "traceunion", cli_traceunion, "several such reports as one" },
    { "traceontograph", cli_traceontograph, "such a report on the program's graph" },
    { "tracetodot", cli_tracetodot, "both for every trace of a folder" },
    { NULL },
};

const struct verb *llfi_verb(const char *name)
{
    for (const struct verb *verb = llfi_verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

gboolean llfi_is_profiling(const char *path)
{
    return g_str_has_suffix(path, LLFI_PROFILING);
}

int llfi_fail(const GError *error)
{
    fprintf(stderr, "lltfi: %s\n", error->message);
    return 1;
}
