/* The options that are settings of a campaign: run and profile share them. */
#ifndef LLTFI_CLI_OPTIONS_H
#define LLTFI_CLI_OPTIONS_H

#include "library/library.h"

/*
 * The settings of a campaign from a command line: the words and the file of --config, then the options, in whatever
 * order they were given. `own` are the verb's own options; `inject`: those that decide on faults and outcomes are taken
 * as well. Complete. Prints --help and the file's notices. The caller frees the settings.
 */
lltfi_settings *options_parse(GOptionContext *context, const GOptionEntry *own, gboolean inject, int argc, char **argv,
                              GError **error);

/* Parses a verb's own options and --help, also values that are attached to letters ("-n100"). Leaves the other words in
 * argv. */
gboolean options_take(GOptionContext *context, const GOptionEntry *own, int *argc, char ***argv, GError **error);

/* Explains the options' arguments, for --help. */
#define OPTIONS_SITE_WORDS                                                              \
    "LAYERS    Conv (every one), Conv:1 (the first), name=NODE, #3 (the third), all\n"  \
    "OPCODES   LLVM's: fadd, fmul, fcmp, load...; or all. Default: the results of\n"    \
    "          floating-point arithmetic and comparison, and of logic (and, or, xor)\n" \
    "WHICH     dstreg (the result; default), srcreg1 to srcreg4 (the operands),\n"      \
    "          allsrcreg, allreg\n"                                                     \
    "WAYS      forward, backward, or both\n"
#define OPTIONS_FAULT_WORDS                                                                \
    "LEVEL     instruction (default): a register of an instruction; tensor: an element\n"  \
    "          of a layer's output, as injectors in TensorFlow and PyTorch do;\n"          \
    "          weight: a stored weight, for the whole run. LAYERS selects; HOW: element\n" \
    "          (default; all elements alike) or layer (layers alike, then elements)\n"     \
    "RULE      classifier (the top class), regression (thresholds), exact (any bit),\n"    \
    "          tolerance, command; auto (default): classifier where the output is a\n"     \
    "          row of scores, else exact\n"                                                \
    "CRITERIA  top1 (default), top5, confidence10, confidence20, nan, infinity, exact\n"

/* The same for --fault: "MODEL     none, bitflip (default)...\n". The caller frees. */
char *options_fault_models(void);

/* The option that sets this key, for messages: "--jobs" for "jobs"; NULL: none. */
const char *option_of_setting(const char *key);

#endif
