/* LLFI's verbs: named and used as LLFI's commands. Their exit status is 1 for every error. */
#ifndef LLTFI_LLFI_VERBS_VERBS_H
#define LLTFI_LLFI_VERBS_VERBS_H

#include "terminal/verb.h"

#include <glib.h>

/* Finds a verb by its name, which is also that of the installed command (llfi/bin/instrument). NULL: not a verb of
 * LLFI. */
const struct verb *llfi_verb(const char *name);
/* The table, which ends with a NULL name. */
extern const struct verb llfi_verbs[];

int verb_instrument(int argc, char **argv);
int verb_profile(int argc, char **argv);
int verb_injectfault(int argc, char **argv);
int verb_compile_to_ir(int argc, char **argv);
int verb_generate_makefile(int argc, char **argv);
int verb_batch_instrument(int argc, char **argv);
int verb_batch_profile(int argc, char **argv);
int verb_batch_injectfault(int argc, char **argv);
int verb_software_autoscan(int argc, char **argv);
int verb_hardware_autoscan(int argc, char **argv);
int verb_injector_autoscan(int argc, char **argv);
int verb_fidl_algorithm(int argc, char **argv);
int verb_instruction_duplication(int argc, char **argv);
int verb_tracediff(int argc, char **argv);
int verb_traceunion(int argc, char **argv);
int verb_traceontograph(int argc, char **argv);
int verb_tracetodot(int argc, char **argv);

/* Whether an argument of `profile` is an executable that `instrument` made. */
gboolean llfi_is_profiling(const char *path);

/* Prints "lltfi: ..." and returns 1. */
int llfi_fail(const GError *error);

#endif
