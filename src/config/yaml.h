/* A YAML file as a small tree whose nodes have their line and column. Untrusted: nesting, size and aliases are bounded.
 */
#ifndef LLTFI_CONFIG_YAML_H
#define LLTFI_CONFIG_YAML_H

#include <glib.h>

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    int line; /* from 1 */
    int column;
    char *text;       /* scalar: its text; "": the value was left out */
    GPtrArray *items; /* list: struct yaml *; map: keys and values in turn */
    guint weight;     /* nodes below, aliases expanded */
    gboolean open;    /* still being read: an alias to it would be a cycle */
};

struct yaml_document {
    GPtrArray *nodes; /* owns every struct yaml; aliases share them */
    struct yaml *root;
};

/* Errors begin with "path:line:column: ". */
struct yaml_document *yaml_parse(const char *text, gsize size, const char *path, GError **error);
void yaml_free(struct yaml_document *document);
typedef struct yaml_document yaml_document_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(yaml_document_t, yaml_free)

/* The value of a map's key; NULL: there is none, or `map` is not a map (or NULL). */
const struct yaml *yaml_value(const struct yaml *map, const char *key);

/*
 * Appends a text as a double-quoted scalar. YAML is UTF-8, but arguments and file names may hold any bytes: bytes that
 * are not UTF-8 are written as \U0010ffXX, characters that are not used otherwise, and yaml_parse turns them back.
 */
void yaml_append_quoted(GString *text, const char *word);

#endif
