#include "config/schema.h"

#include "base/errors.h"
#include "config/words.h"

#include <float.h>
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

/* Moves a setter's error to where its word stands. */
static void take_error(struct loader *loader, const struct yaml *node, const char *what, GError *error)
{
    loader_error(loader, node, "%s: %s", what, error->message);
    g_error_free(error);
}

static void load_string(struct loader *loader, const struct yaml *node, const struct key *key, gpointer field)
{
    const char *text = load_scalar(loader, node, key->name, "a text");

    if (!text)
        return;
    g_free(*(char **)field);
    *(char **)field = g_strdup(text);
}

static gboolean parse_integer(struct loader *loader, const struct yaml *node, const struct key *key, int64_t most,
                              int64_t *number)
{
    const char *text = load_scalar(loader, node, key->name, "a whole number");
    GError *error = NULL;

    if (!text)
        return FALSE;
    if (integer_parse(text, key->low, key->high ? key->high : most, number, &error))
        return TRUE;
    take_error(loader, node, key->name, error);
    return FALSE;
}

static void load_integer(struct loader *loader, const struct yaml *node, const struct key *key, gpointer field)
{
    parse_integer(loader, node, key, G_MAXINT64, field);
}

static void load_int(struct loader *loader, const struct yaml *node, const struct key *key, gpointer field)
{
    int64_t number;

    if (parse_integer(loader, node, key, G_MAXINT32, &number))
        *(int *)field = (int)number;
}

static void load_number(struct loader *loader, const struct yaml *node, const struct key *key, gpointer field)
{
    const char *text = load_scalar(loader, node, key->name, "a number");
    GError *error = NULL;

    if (text && !number_parse(text, key->least, G_MAXDOUBLE, field, &error))
        take_error(loader, node, key->name, error);
}

/* LLFI's own files hold the texts "True/False" and "False/True", which it reads as false. */
static void load_bool(struct loader *loader, const struct yaml *node, const struct key *key, gpointer field)
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
    const char *text = load_scalar(loader, node, key->name, "true or false");
    GError *error = NULL;

    if (!text)
        return;
    if (!word_parse(words, text, field, &error))
        take_error(loader, node, key->name, error);
    else if (strchr(text, '/'))
        loader_notice(loader, node, "%s: '%s' is read as false, as LLFI does", key->name, text);
}

static void load_word(struct loader *loader, const struct yaml *node, const char *what,
                      gboolean (*word)(gpointer target, const char *text, GError **error), gpointer target)
{
    const char *text = load_scalar(loader, node, what, "one word");
    GError *error = NULL;

    if (text && !word(target, text, &error))
        take_error(loader, node, what, error);
}

void load_words(struct loader *loader, const struct yaml *node, const char *what,
                gboolean (*word)(gpointer target, const char *text, GError **error), gpointer target)
{
    if (node->kind != YAML_LIST) {
        load_word(loader, node, what, word, target);
        return;
    }
    if (node->items->len == 0)
        loader_error(loader, node, "%s is an empty list", what);
    for (guint i = 0; i < node->items->len; i++)
        load_word(loader, node->items->pdata[i], what, word, target);
}

static void load_value(struct loader *loader, const struct yaml *node, const struct key *key, gpointer target)
{
    static void (*const loads[])(struct loader *, const struct yaml *, const struct key *, gpointer) = {
        [KEY_STRING] = load_string, [KEY_INTEGER] = load_integer, [KEY_INT] = load_int,
        [KEY_NUMBER] = load_number, [KEY_BOOL] = load_bool,
    };
    gpointer field = (char *)target + key->offset;

    switch (key->kind) {
    case KEY_WORD:
        load_word(loader, node, key->name, key->word, field);
        break;
    case KEY_WORDS:
        load_words(loader, node, key->name, key->word, field);
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
        loads[key->kind](loader, node, key, field);
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
