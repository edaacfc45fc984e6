#include "config/selection.h"
#include "config/words.h"

#include "base/errors.h"

#include <string.h>

/* LLFI's layer ids hold this many letters of an operator's name. */
#define ID_LETTERS 7

static gboolean is_operator_type(const char *text)
{
    if (!g_ascii_isalpha(*text))
        return FALSE;
    while (g_ascii_isalnum(*text) || *text == '_')
        text++;
    return *text == '\0';
}

static gboolean parse_error(const char *part, const char *problem, GError **error)
{
    g_autofree char *given = shown(part);

    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "layer '%s': %s; allowed: an operator type (Conv), its k-th layer (Conv:1), a layer's number (#12), a "
                "node (name=conv1/Relu), all; with ! before it: all but these",
                given, problem);
    return FALSE;
}

static gboolean parse_number(const char *text, int low, int *number)
{
    int64_t parsed;

    if (!integer_parse(text, low, G_MAXINT32, &parsed, NULL))
        return FALSE;
    *number = (int)parsed;
    return TRUE;
}

static gboolean parse_type(const char *part, struct layer_pattern *pattern, GError **error)
{
    const char *colon = strchr(part, ':');
    g_autofree char *type = colon ? g_strndup(part, (gsize)(colon - part)) : g_strdup(part);

    if (!is_operator_type(type))
        return parse_error(part, "this is not an operator type", error);
    if (colon && !parse_number(colon + 1, 0, &pattern->occurrence))
        return parse_error(part, "after ':' comes a number, 1 for the first layer of the type", error);
    if (g_ascii_strcasecmp(type, "all") == 0)
        pattern->all = TRUE;
    else
        pattern->type = g_steal_pointer(&type);
    return TRUE;
}

static gboolean parse_pattern(const char *part, struct layer_pattern *pattern, GError **error)
{
    pattern->excluded = *part == '!';
    part += pattern->excluded;
    if (*part == '#')
        return parse_number(part + 1, 1, &pattern->number) ||
               parse_error(part, "after '#' comes a layer's number, from 1", error);
    if (!g_str_has_prefix(part, "name="))
        return parse_type(part, pattern, error);
    if (!part[strlen("name=")])
        return parse_error(part, "the node's name is missing", error);
    pattern->name = g_strdup(part + strlen("name="));
    return TRUE;
}

gboolean layer_patterns_parse(const char *text, GPtrArray *patterns, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    if (!*parts)
        return parse_error(text, "nothing is named", error);
    for (char **part = parts; *part; part++) {
        struct layer_pattern *pattern = g_new0(struct layer_pattern, 1);

        g_ptr_array_add(patterns, pattern);
        if (!parse_pattern(g_strstrip(*part), pattern, error))
            return FALSE;
    }
    return TRUE;
}

/* LLFI names operators by their first seven letters ("unsquee", "nonmaxs"), so a name of up to seven letters is
 * compared with these; a longer one with the whole type. LLFI's avgpool is ONNX's AveragePool. */
static gboolean type_matches(const char *wanted, const char *type)
{
    if (g_ascii_strcasecmp(wanted, "avgpool") == 0)
        wanted = "AveragePool";
    if (strlen(wanted) > ID_LETTERS)
        return g_ascii_strcasecmp(wanted, type) == 0;
    return g_ascii_strncasecmp(wanted, type, ID_LETTERS) == 0;
}

gboolean layer_pattern_matches(const struct layer_pattern *pattern, const struct layer *layer, const char *type)
{
    if (pattern->all)
        return TRUE;
    if (pattern->number)
        return pattern->number == layer->number;
    if (pattern->name)
        return strcmp(pattern->name, layer->name) == 0;
    return type_matches(pattern->type, type) && (pattern->occurrence == 0 || pattern->occurrence == layer->occurrence);
}

gboolean layer_pattern_names(const struct layer_pattern *pattern, const char *type, gboolean cut, int number,
                             int occurrence)
{
    const char *wanted = pattern->type;

    if (pattern->all || pattern->number || pattern->name)
        return pattern->all || pattern->number == number;
    if (cut && g_ascii_strcasecmp(wanted, "avgpool") == 0)
        wanted = "AveragePool";
    return (cut ? g_ascii_strncasecmp(wanted, type, ID_LETTERS) == 0 : type_matches(wanted, type)) &&
           (pattern->occurrence == 0 || pattern->occurrence == occurrence);
}

gboolean layer_patterns_select(const GPtrArray *patterns,
                               gboolean (*matches)(const struct layer_pattern *pattern, gconstpointer data),
                               gconstpointer data)
{
    gboolean only_exclusions = patterns->len > 0, included = FALSE;

    for (guint i = 0; i < patterns->len; i++) {
        const struct layer_pattern *pattern = patterns->pdata[i];
        gboolean is_match = matches(pattern, data);

        if (is_match && pattern->excluded)
            return FALSE;
        only_exclusions &= pattern->excluded;
        included |= is_match;
    }
    return included || only_exclusions;
}

struct typed_layer {
    const struct layer *layer;
    const char *type;
};

static gboolean matches_layer(const struct layer_pattern *pattern, gconstpointer data)
{
    const struct typed_layer *typed = data;

    return layer_pattern_matches(pattern, typed->layer, typed->type);
}

gboolean layer_patterns_match(const GPtrArray *patterns, const struct layer *layer, const char *type)
{
    return layer_patterns_select(patterns, matches_layer, &(struct typed_layer){ layer, type });
}

gboolean selection_has_layer(const struct selection *selection, const struct layer *layer, const char *type)
{
    for (guint e = 0; e < selection->entries->len; e++) {
        const struct instruction_selection *entry = selection->entries->pdata[e];

        if (entry->method == SELECT_LAYER && !layer_patterns_match(entry->layers, layer, type))
            return FALSE;
    }
    return selection->layers->len == 0 || layer_patterns_match(selection->layers, layer, type);
}
