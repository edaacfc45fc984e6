/* Our verbs of the command line. */
#ifndef LLTFI_CLI_CLI_H
#define LLTFI_CLI_CLI_H

#include "terminal/verb.h"

#include <glib.h>

/* Of --format. */
#define FORMATS "table (default), csv, json, html or svg"

int cli_run(int argc, char **argv);
int cli_compile(int argc, char **argv);
int cli_profile(int argc, char **argv);
int cli_protect(int argc, char **argv);
int cli_compare(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_trace(int argc, char **argv);
int cli_results(int argc, char **argv);
int cli_cc(int argc, char **argv);
int cli_cxx(int argc, char **argv);
int cli_operators(int argc, char **argv);
int cli_faults(int argc, char **argv);

/* Prints "lltfi: ..." and returns the exit status: 2 for LLTFI_ERROR_USAGE and GOption's errors, else 1. */
int cli_fail(const GError *error);

#endif
