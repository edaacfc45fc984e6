#include "llfi/verbs/verbs.h"

#include "llfi/llfi.h"

#include <stdio.h>
#include <string.h>

const struct verb llfi_verbs[] = {
    { "instrument", verb_instrument, "make the executables for profile and injectfault from an IR file" },
    { "profile", verb_profile, "run an instrumented program once without faults" },
    { "injectfault", verb_injectfault, "run it with faults, as input.yaml says" },
    { "compiletoIR", verb_compile_to_ir, "C and C++ sources to one file of LLVM IR" },
    { "GenerateMakefile", verb_generate_makefile, "a Makefile that does so" },
    { "batchInstrument", verb_batch_instrument, "instrument, for each of several fault models" },
    { "batchProfile", verb_batch_profile, "profile, for each of them" },
    { "batchInjectfault", verb_batch_injectfault, "injectfault, for each of them" },
    { "SoftwareFailureAutoScan", verb_software_autoscan, "the software faults that an IR file has places for" },
    { "HardwareFailureAutoScan", verb_hardware_autoscan, "the selectors that it has places for" },
    { "InjectorAutoScan", verb_injector_autoscan, "all faults by name" },
    { "InstructionDuplicationPass", verb_instruction_duplication, "a model's arithmetic twice, in IR of onnx-mlir" },
    { "FIDL-Algorithm", verb_fidl_algorithm, "add, remove and list your own software faults" },
    { "tracediff", verb_tracediff, "what a fault changed, from a golden and a faulty trace" },
    { "traceunion", verb_traceunion, "several such reports as one" },
    { "traceontograph", verb_traceontograph, "such a report on the program's graph" },
    { "tracetodot", verb_tracetodot, "both for every trace of a folder" },
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
