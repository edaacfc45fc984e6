/* What a compiler's command line asks for, as far as `lltfi cc` must know it. */
#ifndef LLTFI_CLI_WRAPPER_WORDS_H
#define LLTFI_CLI_WRAPPER_WORDS_H

#include <glib.h>

enum word_kind {
    WORD_OPTION,
    WORD_SOURCE,    /* C and C++ */
    WORD_ASSEMBLER, /* has no bitcode */
    WORD_OBJECT,    /* all other inputs: objects, archives, linker scripts */
    WORD_LANGUAGE,  /* -x and what follows it */
    WORD_OUTPUT,    /* -o and what follows it */
    WORD_DROPPED    /* would keep objects from being made */
};

struct command_word {
    enum word_kind kind;
    char *text;
    char *language; /* of an input, from -x; NULL: its ending says it */
};

enum wrapper_mode {
    MODE_PASS,    /* nothing with bitcode comes of it: preprocessing, questions */
    MODE_COMPILE, /* -c */
    MODE_LINK
};

struct wrapper_words {
    GArray *words; /* struct command_word; response files (@FILE) are replaced by what is in them */
    enum wrapper_mode mode;
    char *output; /* of -o; NULL: not given */
    guint n_sources;
};

struct wrapper_words *wrapper_words_new(int argc, char **argv);
void wrapper_words_free(struct wrapper_words *words);
typedef struct wrapper_words wrapper_words_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(wrapper_words_t, wrapper_words_free)

#endif
