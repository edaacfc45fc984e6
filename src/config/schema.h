/*
 * A configuration's schema as data: each key of a map is a row with its type, its range and the field that it sets.
 * Rows of campaign settings also have the option of the command line, and whether the setting decides results. An
 * example, from config/image.c:
 *
 *     static const struct key image_keys[] = {
 *         { "scale", KEY_NUMBER, CAMPAIGN(image.scale), .least = -G_MAXDOUBLE, .decides = DECIDES_ALWAYS,
 *           .option = { "scale", 0, GROUP_INPUT, "X", "pixels become ((pixel * scale)^gamma - mean) / std" } },
 *         { NULL },
 *     };
 *     load_map(loader, node, image_keys, campaign, "image");
 */
#ifndef LLTFI_CONFIG_SCHEMA_H
#define LLTFI_CONFIG_SCHEMA_H

#include "config/campaign.h"
#include "config/words.h"
#include "config/yaml.h"

/* A file that is being read into a campaign. */
struct loader {
    struct campaign *campaign;
    const char *path;
    GPtrArray *errors; /* char *: "file:line:column: ..."; at most MAX_REPORTS */
    guint untold;      /* errors beyond these: only counted */
    const struct dialect *dialect;
};

#define MAX_REPORTS 100

enum key_kind {
    KEY_STRING,  /* char *, not empty */
    KEY_STRINGS, /* GPtrArray * of char *: one text or a list of them */
    KEY_INTEGER, /* int64_t in low..high */
    KEY_INT,     /* int in low..high */
    KEY_NUMBER,  /* double in least..most */
    KEY_BOOL,    /* gboolean; its option takes no argument */
    KEY_CHOICE,  /* int: one of `words` */
    KEY_WORD,    /* one word for `word` */
    KEY_WORDS,   /* one word or a list of them for `word` */
    KEY_MAP,     /* a map of `keys` */
    KEY_CUSTOM,  /* any value that `load` accepts; its option's word is for `word` */
    KEY_IGNORED, /* any value, with the notice `note` */
    KEY_REFUSED  /* any value, with the error `note` */
};

/* Whether a setting's value is written to the text that identifies a campaign. */
enum key_decides {
    DECIDES_NOTHING,
    DECIDES_ALWAYS,
    DECIDES_GIVEN,     /* where it is not the default */
    DECIDES_BY_CONTENT /* it names what is run, which is identified by its content: only the full description has it */
};

enum key_holds { HOLDS_ALWAYS, HOLDS_FOR_MODELS, HOLDS_FOR_PROGRAMS };

/* Headings of --help. */
enum option_group { GROUP_INPUT, GROUP_PROGRAM, GROUP_SITES, GROUP_FAULT, GROUP_OUTCOME, GROUP_RUN };

struct key;

/* The option of the command line that sets a key. */
struct key_option {
    const char *name; /* NULL: the key has no option */
    char letter;      /* 0: none */
    enum option_group group;
    const char *argument; /* NULL: a switch */
    const char *help;
    /* Sets the field from the option's word; NULL: done by the key's kind. */
    gboolean (*set)(struct campaign *campaign, const char *text, GError **error);
    void (*forget)(struct campaign *campaign); /* called before the option's first word, instead of the key's `clear` */
    /* Called after the field is set, for consequences: for example, a seed becomes that of all runs. */
    gboolean (*then)(struct campaign *campaign, GError **error);
    gboolean is_file;
    int late; /* 1: set after all options that are not late */
};

struct key {
    const char *name; /* NULL ends a table */
    enum key_kind kind;
    size_t offset; /* in the map's target */
    int64_t low;
    int64_t high; /* 0: no limit */
    double least;
    double most; /* 0: no limit */
    gboolean required;
    const struct word *words;
    gboolean (*word)(gpointer target, const char *text, GError **error);
    void (*clear)(gpointer target);                                  /* of a list, before its first word */
    gboolean may_be_empty;                                           /* texts */
    char *(*resolve)(const struct loader *loader, const char *text); /* makes a path relative to the file's folder */
    void (*load)(struct loader *loader, const struct yaml *node, gpointer target);
    const struct key *keys; /* of the map, or of the map that `load` reads */
    const char *note;       /* a notice (or, of KEY_REFUSED, an error) where the key is used */

    gboolean of_run; /* the target is a struct run_option, not the campaign */
    enum key_holds holds;
    enum key_decides decides;
    gboolean (*matters)(const struct campaign *campaign); /* whether it has an effect and is written; NULL: always */
    /* Writes the value as YAML, or if `block` is set, the key with its value; NULL: done by the key's kind. */
    void (*append)(GString *text, gconstpointer target);
    gboolean block;
    const char *type, *standard; /* for docs/configuration.md: type and default, where they don't follow from the row */
    struct key_option option;
};

/*
 * Keys of another tool in our files: rows that are added to three of our maps (NULL: none) and set fields of `target`,
 * and a check of the whole file.
 */
struct dialect {
    const struct key *campaign, *compile_option, *run;
    gpointer target;
    void (*check)(struct loader *loader, const struct yaml *root); /* called after all keys are read; NULL: no check */
};

void loader_error(struct loader *loader, const struct yaml *node, const char *format, ...) G_GNUC_PRINTF(3, 4);
void loader_notice(struct loader *loader, const struct yaml *node, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Reads every key of a map into the fields of `target`, and reports all errors. `what` names the map in messages. */
void load_map(struct loader *loader, const struct yaml *node, const struct key *keys, gpointer target,
              const char *what);

/* The same with rows of the loader's dialect beside `keys`. */
void load_map_with(struct loader *loader, const struct yaml *node, const struct key *keys, gpointer target,
                   const struct key *more, const char *what);

/* A scalar's text; for another node NULL, after the error "`what` must be `wanted`". */
const char *load_scalar(struct loader *loader, const struct yaml *node, const char *what, const char *wanted);

/* Calls `word` with a scalar, or with each of a list of them. */
void load_words(struct loader *loader, const struct yaml *node, const char *what,
                gboolean (*word)(gpointer target, const char *text, GError **error), gpointer target);

/* Sets a field from a word as the command line has it; a list grows by it. The error says what is allowed. */
gboolean key_parse(const struct key *key, gpointer field, const char *text, GError **error);

/* All errors as one; FALSE: there are some. */
gboolean loader_finish(const struct loader *loader, GError **error);

/* The part of register_method_parse for the names of software faults. */
gboolean register_software_parse(const char *text, struct selection *selection, GError **error);
/* Refuses a software fault in a campaign on a model; `what` says what the fault does: "changes calls". */
void loader_check_software(struct loader *loader, const struct yaml *node, const struct software_fault *software,
                           const char *what);

/* The readers of two keys that have files of their own. */
void load_compile_option(struct loader *loader, const struct yaml *node, gpointer campaign);
void load_run_option(struct loader *loader, const struct yaml *node, gpointer campaign);

#endif
