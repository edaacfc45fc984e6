/* The command lines of compiletoIR and GenerateMakefile. */
#ifndef LLTFI_LLFI_VERBS_WORDS_H
#define LLTFI_LLFI_VERBS_WORDS_H

#include <glib.h>

struct llfi_words {
    char *out, *dir;
    GPtrArray *includes, *flags, *sources; /* char * */
    gboolean readable, debug, verbose, all, help;
};

enum llfi_words_verb { LLFI_WORDS_COMPILE = 1, LLFI_WORDS_MAKEFILE = 2 };

/* `out` is the default of -o. */
struct llfi_words *llfi_words_new(const char *out);
gboolean llfi_words_parse(struct llfi_words *words, enum llfi_words_verb verb, int argc, char **argv, GError **error);
void llfi_words_free(struct llfi_words *words);
typedef struct llfi_words llfi_words_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(llfi_words_t, llfi_words_free)

#endif
