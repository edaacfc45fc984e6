/* LLFI's verbs: named and used as LLFI's commands. Each returns its exit status, 1 for whatever is wrong. */
#ifndef LLTFI_LLFI_VERBS_VERBS_H
#define LLTFI_LLFI_VERBS_VERBS_H

#include "cli/cli.h"

/* Also by the name that the program is called by (llfi/bin/instrument...). NULL: none of these. */
const struct verb *llfi_verb(const char *name);
/* The table, which ends with a NULL name. */
extern const struct verb llfi_verbs[];

int cli_instrument(int argc, char **argv);
int cli_llfi_profile(int argc, char **argv);
int cli_injectfault(int argc, char **argv);
int cli_compile_to_ir(int argc, char **argv);
int cli_generate_makefile(int argc, char **argv);
int cli_batch_instrument(int argc, char **argv);
int cli_batch_profile(int argc, char **argv);
int cli_batch_injectfault(int argc, char **argv);
int cli_software_autoscan(int argc, char **argv);
int cli_hardware_autoscan(int argc, char **argv);
int cli_injector_autoscan(int argc, char **argv);
int cli_fidl_algorithm(int argc, char **argv);
int cli_tracediff(int argc, char **argv);
int cli_traceunion(int argc, char **argv);
int cli_traceontograph(int argc, char **argv);
int cli_tracetodot(int argc, char **argv);

/* Whether an argument of `profile` is an executable that `instrument` made. */
gboolean llfi_is_profiling(const char *path);

/* Prints "lltfi: ..." and returns 1. */
int llfi_fail(const GError *error);

#endif
