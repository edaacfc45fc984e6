/* Reads YAML into structs by tables of keys: finds a key's row, checks its value, stores it, and collects all errors.
 */
#include "config/schema.h"

#include "base/errors.h"
#include "config/software_faults.h"

#include <stdarg.h>
#include <string.h>

static char *located(const struct loader *loader, const struct yaml *node, const char *format, va_list arguments)
{
    g_autofree char *text = g_strdup_vprintf(format, arguments);

    return g_strdup_printf("%s:%d:%d: %s", loader->path, node->line, node->column, text);
}

void loader_error(struct loader *loader, const struct yaml *node, const char *format, ...)
{
    va_list arguments;

    if (loader->errors->len == MAX_REPORTS) {
        loader->untold++;
        return;
    }
    va_start(arguments, format);
    g_ptr_array_add(loader->errors, located(loader, node, format, arguments));
    va_end(arguments);
}

void loader_notice(struct loader *loader, const struct yaml *node, const char *format, ...)
{
    va_list arguments;

    if (loader->campaign->notices->len == MAX_REPORTS)
        return;
    va_start(arguments, format);
    g_ptr_array_add(loader->campaign->notices, located(loader, node, format, arguments));
    va_end(arguments);
}

gboolean loader_finish(const struct loader *loader, GError **error)
{
    g_autofree char *text = NULL;

    if (loader->errors->len == 0)
        return TRUE;
    if (loader->untold)
        g_ptr_array_add(loader->errors, g_strdup_printf("%s: and %u more errors", loader->path, loader->untold));
    g_ptr_array_add(loader->errors, NULL);
    text = g_strjoinv("\n", (char **)loader->errors->pdata);
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG, text);
    return FALSE;
}

const char *load_scalar(struct loader *loader, const struct yaml *node, const char *what, const char *wanted)
{
    static const char *const kinds[] = { [YAML_LIST] = "a list", [YAML_MAP] = "a map" };

    if (node->kind == YAML_SCALAR && *node->text)
        return node->text;
    loader_error(loader, node, "%s must be %s, but it is %s", what, wanted,
                 node->kind == YAML_SCALAR ? "empty" : kinds[node->kind]);
    return NULL;
}

void loader_check_software(struct loader *loader, const struct yaml *node, const struct software_fault *software,
                           const char *what)
{
    g_autofree char *choices = fault_choices();

    if (software && !loader->campaign->is_program)
        loader_error(loader, node,
                     "'%s' is a software fault: it %s of a C program, which a model does not have; use %s, and select "
                     "by insttype, funcname or CustomTensorOperator",
                     software->name, what, choices);
}

/* Reports a setter's error with the position of its word, and frees it. */
static void take_error(struct loader *loader, const struct yaml *node, const char *what, GError *error)
{
    loader_error(loader, node, "%s: %s", what, error->message);
    g_error_free(error);
}

static gboolean parse_integer(const struct key *key, gpointer field, const char *text, GError **error)
{
    return integer_parse(text, key->low, key->high ? key->high : G_MAXINT64, field, error);
}

static gboolean parse_int(const struct key *key, gpointer field, const char *text, GError **error)
{
    int64_t number;

    if (!integer_parse(text, key->low, key->high ? key->high : G_MAXINT32, &number, error))
        return FALSE;
    *(int *)field = (int)number;
    return TRUE;
}

static gboolean parse_number(const struct key *key, gpointer field, const char *text, GError **error)
{
    return number_parse(text, key->least, key->most > 0 ? key->most : G_MAXDOUBLE, field, error);
}

/* LLFI's own example files have the texts "True/False" and "False/True", which LLFI reads as false. */
static gboolean parse_bool(const struct key *key G_GNUC_UNUSED, gpointer field, const char *text, GError **error)
{
    static const struct word words[] = {
        { "true", TRUE },
        { "false", FALSE },
        { "True/False", FALSE, TRUE },
        { "False/True", FALSE, TRUE },
        { "yes", TRUE, TRUE },
        { "no", FALSE, TRUE },
        { "on", TRUE, TRUE },
        { "off", FALSE, TRUE },
        { NULL },
    };

    return word_parse(words, text, field, error);
}

static gboolean parse_string(const struct key *key G_GNUC_UNUSED, gpointer field, const char *text,
                             GError **error G_GNUC_UNUSED)
{
    g_free(*(char **)field);
    *(char **)field = g_strdup(text);
    return TRUE;
}

static gboolean parse_strings(const struct key *key G_GNUC_UNUSED, gpointer field, const char *text,
                              GError **error G_GNUC_UNUSED)
{
    g_ptr_array_add(*(GPtrArray **)field, g_strdup(text));
    return TRUE;
}

static gboolean parse_choice(const struct key *key, gpointer field, const char *text, GError **error)
{
    return word_parse(key->words, text, field, error);
}

static gboolean parse_word(const struct key *key, gpointer field, const char *text, GError **error)
{
    return key->word(field, text, error);
}

/* How a word becomes a value of each kind, and what messages call such a word. */
static const struct {
    gboolean (*parse)(const struct key *key, gpointer field, const char *text, GError **error);
    const char *wanted;
} kinds[] = {
    [KEY_STRING] = { parse_string, "a text" },
    [KEY_STRINGS] = { parse_strings, "a text" },
    [KEY_INTEGER] = { parse_integer, "a whole number" },
    [KEY_INT] = { parse_int, "a whole number" },
    [KEY_NUMBER] = { parse_number, "a number" },
    [KEY_BOOL] = { parse_bool, "true or false" },
    [KEY_CHOICE] = { parse_choice, "one word" },
    [KEY_WORD] = { parse_word, "one word" },
    [KEY_WORDS] = { parse_word, "one word" },
    [KEY_CUSTOM] = { parse_word, "one word" },
};

gboolean key_parse(const struct key *key, gpointer field, const char *text, GError **error)
{
    return kinds[key->kind].parse(key, field, text, error);
}

static void load_one(struct loader *loader, const struct yaml *node, const struct key *key, gpointer field)
{
    const char *wanted = key->resolve && key->kind == KEY_STRING ? "a path" : kinds[key->kind].wanted;
    gboolean is_empty = key->may_be_empty && node->kind == YAML_SCALAR && !*node->text;
    const char *text = is_empty ? "" : load_scalar(loader, node, key->name, wanted);
    g_autofree char *resolved = text && key->resolve ? key->resolve(loader, text) : NULL;
    GError *error = NULL;

    if (!text)
        return;
    if (!key_parse(key, field, resolved ? resolved : text, &error))
        take_error(loader, node, key->name, error);
    else if (key->kind == KEY_BOOL && strchr(text, '/'))
        loader_notice(loader, node, "%s: '%s' is read as false, as LLFI does", key->name, text);
}

static void load_list(struct loader *loader, const struct yaml *node, const struct key *key, gpointer field)
{
    if (node->kind != YAML_LIST) {
        load_one(loader, node, key, field);
        return;
    }
    if (node->items->len == 0)
        loader_error(loader, node, "%s is an empty list", key->name);
    for (guint i = 0; i < node->items->len; i++)
        load_one(loader, node->items->pdata[i], key, field);
}

void load_words(struct loader *loader, const struct yaml *node, const char *what,
                gboolean (*word)(gpointer target, const char *text, GError **error), gpointer target)
{
    load_list(loader, node, &(struct key){ what, KEY_WORDS, .word = word }, target);
}

static void load_value(struct loader *loader, const struct yaml *node, const struct key *key, gpointer target)
{
    gpointer field = (char *)target + key->offset;

    if (key->clear)
        key->clear(field);
    switch (key->kind) {
    case KEY_STRINGS:
        g_ptr_array_set_size(*(GPtrArray **)field, 0);
        load_list(loader, node, key, field);
        break;
    case KEY_WORDS:
        load_list(loader, node, key, field);
        break;
    case KEY_MAP:
        load_map(loader, node, key->keys, field, key->name);
        break;
    case KEY_CUSTOM:
        key->load(loader, node, field);
        break;
    case KEY_IGNORED:
    case KEY_REFUSED:
        break;
    default:
        load_one(loader, node, key, field);
    }
}

/* A map that is being read: our keys, the dialect's, and the fields that ours set. */
struct map {
    const struct key *keys, *more;
    gpointer target;
    const char *what;
};

static const struct key *find_key(const struct key *keys, const char *name)
{
    for (; keys && keys->name; keys++)
        if (strcmp(keys->name, name) == 0)
            return keys;
    return NULL;
}

static void add_allowed(GPtrArray *names, const struct key *keys)
{
    for (; keys && keys->name; keys++)
        if (keys->kind != KEY_IGNORED && keys->kind != KEY_REFUSED)
            g_ptr_array_add(names, (gpointer)keys->name);
}

static void report_unknown(struct loader *loader, const struct yaml *node, const struct map *map)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *meant = NULL, *list = NULL, *given = shown(node->text);

    add_allowed(names, map->keys);
    add_allowed(names, map->more);
    g_ptr_array_add(names, NULL);
    meant = suggestion(node->text, (const char *const *)names->pdata);
    list = g_strjoinv(", ", (char **)names->pdata);
    loader_error(loader, node, "unknown key '%s' in %s%s; allowed: %s", given, map->what, meant, list);
}

static void report_missing(struct loader *loader, const struct yaml *node, const struct key *keys, GHashTable *seen,
                           const char *what)
{
    for (; keys->name; keys++)
        if (keys->required && !g_hash_table_contains(seen, keys->name))
            loader_error(loader, node, "%s needs the key '%s'", what, keys->name);
}

static void load_pair(struct loader *loader, const struct yaml *name, const struct yaml *value, const struct map *map)
{
    const struct key *own = find_key(map->keys, name->text);
    const struct key *key = own ? own : find_key(map->more, name->text);

    if (!key) {
        report_unknown(loader, name, map);
        return;
    }
    if (key->kind == KEY_REFUSED)
        loader_error(loader, name, "%s: %s", key->name, key->note);
    else if (key->note)
        loader_notice(loader, name, "%s: %s", key->name, key->note);
    load_value(loader, value, key, own ? map->target : loader->dialect->target);
}

void load_map_with(struct loader *loader, const struct yaml *node, const struct key *keys, gpointer target,
                   const struct key *more, const char *what)
{
    const struct map map = { keys, more, target, what };
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (node->kind != YAML_MAP) {
        loader_error(loader, node, "%s must be a map of keys and values", what);
        return;
    }
    for (guint i = 0; i + 1 < node->items->len; i += 2) {
        const struct yaml *name = node->items->pdata[i];

        if (name->kind != YAML_SCALAR)
            loader_error(loader, name, "a key of %s must be one word", what);
        else if (!g_hash_table_add(seen, name->text))
            loader_error(loader, name, "the key '%.60s' is given twice in %s", name->text, what);
        else
            load_pair(loader, name, node->items->pdata[i + 1], &map);
    }
    report_missing(loader, node, keys, seen, what);
}

void load_map(struct loader *loader, const struct yaml *node, const struct key *keys, gpointer target, const char *what)
{
    load_map_with(loader, node, keys, target, NULL, what);
}
