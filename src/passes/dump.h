/* Printing the IR after a pass (--dump-after). */
#ifndef LLTFI_PASSES_DUMP_H
#define LLTFI_PASSES_DUMP_H

#include "passes/pipeline.h"

/* What is printed, for the rest of the process. */
struct dump_option {
    char *after;  /* a pass's name, or "all"; NULL: nothing is printed */
    char *only;   /* names of layers or functions, with * and ?; NULL: all that have sites, or could get some */
    char *folder; /* each dump is a file there; NULL: it is printed */
    void (*print)(const char *text); /* prints a dump, or why a file can't be written */
};

/* Copies the option and makes the folder. Error if there is no such pass. */
gboolean dump_begin(const struct dump_option *option, GError **error);

/* Whether anything is printed: code that is cached is then made again. */
gboolean dump_is_on(void);

/* Prints the module if it is to be printed after this pass, which is number `number` of its form. */
void dump_after(const struct compilation *c, const char *pass, int number);

#endif
