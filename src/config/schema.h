/*
 * A configuration's schema as data: each key of a map is a row that says what it may be and where it goes. Adding a key
 * is adding a row (and a line in docs/configuration.md). Worked example:
 *
 *     static const struct key image_keys[] = {
 *         { "scale", KEY_NUMBER, offsetof(struct image_option, scale), .least = -G_MAXDOUBLE },
 *         { "invert", KEY_BOOL, offsetof(struct image_option, invert) },
 *         { NULL },
 *     };
 *     load_map(loader, node, image_keys, &campaign->image, "image");
 */
#ifndef LLTFI_CONFIG_SCHEMA_H
#define LLTFI_CONFIG_SCHEMA_H

#include "config/campaign.h"
#include "config/yaml.h"

/* A file that is being read into a campaign. */
struct loader {
    struct campaign *campaign;
    const char *path;
    GPtrArray *errors; /* char *: "file:line:column: ..."; at most MAX_REPORTS */
    guint untold;      /* errors beyond them */
    const struct dialect *dialect;
};

#define MAX_REPORTS 100

enum key_kind {
    KEY_STRING,  /* char *, not empty */
    KEY_INTEGER, /* int64_t in low..high */
    KEY_INT,     /* int in low..high */
    KEY_NUMBER,  /* double, at least `least` */
    KEY_BOOL,    /* gboolean */
    KEY_WORD,    /* one word for `word` */
    KEY_WORDS,   /* one word or a list of them for `word` */
    KEY_MAP,     /* a map of `keys` */
    KEY_CUSTOM,  /* whatever `load` takes */
    KEY_IGNORED, /* any value, with the notice `note` */
    KEY_REFUSED  /* any value, with the error `note` */
};

struct key {
    const char *name; /* NULL ends a table */
    enum key_kind kind;
    size_t offset; /* in the map's target */
    int64_t low;
    int64_t high; /* 0: no limit */
    double least;
    gboolean required;
    gboolean (*word)(gpointer target, const char *text, GError **error);
    void (*load)(struct loader *loader, const struct yaml *node, gpointer target);
    const struct key *keys;
    const char *note; /* a notice (or, of KEY_REFUSED, an error) where the key is used */
};

/*
 * Another tool's keys in our files: rows that are added to three of our maps (NULL: none), with `target` as their
 * target, and what that tool checks.
 */
struct dialect {
    const struct key *campaign, *compile_option, *run;
    gpointer target;
    void (*check)(struct loader *loader, const struct yaml *root); /* after all keys are read; NULL: nothing */
};

void loader_error(struct loader *loader, const struct yaml *node, const char *format, ...) G_GNUC_PRINTF(3, 4);
void loader_notice(struct loader *loader, const struct yaml *node, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Every key of a map into the fields of `target`. `what` names the map in messages. Reports whatever is wrong. */
void load_map(struct loader *loader, const struct yaml *node, const struct key *keys, gpointer target,
              const char *what);

/* The same with rows of the loader's dialect beside `keys`. */
void load_map_with(struct loader *loader, const struct yaml *node, const struct key *keys, gpointer target,
                   const struct key *more, const char *what);

/* A scalar's text, or NULL after an error that says `what` is one `wanted`. */
const char *load_scalar(struct loader *loader, const struct yaml *node, const char *what, const char *wanted);

/* Calls `word` with a scalar, or with each of a list of them. */
void load_words(struct loader *loader, const struct yaml *node, const char *what,
                gboolean (*word)(gpointer target, const char *text, GError **error), gpointer target);

/* All errors as one; FALSE: there are some. */
gboolean loader_finish(const struct loader *loader, GError **error);

/* The part of register_method_parse that is about software faults. */
gboolean register_software_parse(const char *text, struct selection *selection, GError **error);
/* Refuses a software fault where there is no program; `what` is what it does: "changes calls". */
void loader_check_software(struct loader *loader, const struct yaml *node, const struct software_fault *software,
                           const char *what);

/* The two keys that have files of their own. */
void load_compile_option(struct loader *loader, const struct yaml *node, gpointer campaign);
void load_run_option(struct loader *loader, const struct yaml *node, gpointer campaign);

#endif
