/* A compiler's command line, as far as `lltfi cc` must understand it. */
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
    WORD_DROPPED    /* with it, clang would not make machine code */
};

struct command_word {
    enum word_kind kind;
    char *text;
    char *language; /* of an input, from -x; NULL: clang goes by the file's ending */
};

enum wrapper_mode {
    MODE_PASS,    /* makes nothing that could hold bitcode: preprocessing, --version: the command runs as it is */
    MODE_COMPILE, /* -c */
    MODE_LINK
};

struct wrapper_words {
    GArray *words; /* struct command_word; response files (@FILE) are replaced by their words */
    enum wrapper_mode mode;
    char *output; /* of -o; NULL: not given */
    guint n_sources;
};

struct wrapper_words *wrapper_words_new(int argc, char **argv);
void wrapper_words_free(struct wrapper_words *words);
typedef struct wrapper_words wrapper_words_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(wrapper_words_t, wrapper_words_free)

#endif
