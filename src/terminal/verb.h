/* A verb of the command line: ours are in cli/, LLFI's in llfi/verbs/. */
#ifndef LLTFI_TERMINAL_VERB_H
#define LLTFI_TERMINAL_VERB_H

struct verb {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the verb; returns the exit status */
    const char *summary;
};

#endif
