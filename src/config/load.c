/* campaign_load: the keys of a configuration's top level, and most of those below them. */
#include "config/outcome_words.h"
#include "config/schema.h"
#include "config/software_faults.h"

#include "base/errors.h"
#include "base/file.h"

#include <float.h>
#include <string.h>

/* Paths in a file are relative to its folder. */
static char *resolve(const struct loader *loader, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(loader->campaign->file);

    if (g_path_is_absolute(path) || strcmp(folder, ".") == 0)
        return g_strdup(path);
    return g_build_filename(folder, path, NULL);
}

static void load_path(struct loader *loader, const struct yaml *node, gpointer field)
{
    const char *text = load_scalar(loader, node, "this", "a path");

    if (!text)
        return;
    g_free(*(char **)field);
    *(char **)field = resolve(loader, text);
}

/* "name=file" parts, as a model with several inputs takes them: the files are relative to the folder. */
static char *resolve_parts(const struct loader *loader, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    for (char **part = parts; *part; part++) {
        const char *equals = strchr(*part, '=');
        g_autofree char *path = equals ? resolve(loader, equals + 1) : resolve(loader, *part);
        char *resolved = equals ? g_strdup_printf("%.*s=%s", (int)(equals - *part), *part, path) : g_strdup(path);

        g_free(*part);
        *part = resolved;
    }
    return g_strjoinv(",", parts);
}

static char *resolve_input(const struct loader *loader, const char *text)
{
    g_autofree char *whole = resolve(loader, text);

    if (g_file_test(whole, G_FILE_TEST_EXISTS) || !strchr(text, '='))
        return g_steal_pointer(&whole);
    return resolve_parts(loader, text);
}

static char *resolve_label(const struct loader *loader, const char *text)
{
    int64_t number;

    return integer_parse(text, 0, G_MAXINT32, &number, NULL) ? g_strdup(text) : resolve(loader, text);
}

static gboolean collect(gpointer strings, const char *text, GError **error G_GNUC_UNUSED)
{
    g_ptr_array_add(strings, g_strdup(text));
    return TRUE;
}

/* One text or a list of them, each through `convert`, in place of what the array holds. */
static void load_texts(struct loader *loader, const struct yaml *node, const char *what,
                       char *(*convert)(const struct loader *, const char *), GPtrArray *strings)
{
    g_ptr_array_set_size(strings, 0);
    load_words(loader, node, what, collect, strings);
    for (guint i = 0; i < strings->len; i++) {
        char *given = strings->pdata[i];

        strings->pdata[i] = convert(loader, given);
        g_free(given);
    }
}

static void load_inputs(struct loader *loader, const struct yaml *node, gpointer campaign)
{
    load_texts(loader, node, "inputs", resolve_input, ((struct campaign *)campaign)->inputs);
}

static void load_labels(struct loader *loader, const struct yaml *node, gpointer campaign)
{
    load_texts(loader, node, "labels", resolve_label, ((struct campaign *)campaign)->labels);
}

static gboolean add_dim(gpointer dims, const char *text, GError **error)
{
    const char *equals = strrchr(text, '=');
    int64_t extent;

    if (equals && equals > text && integer_parse(equals + 1, 1, G_MAXINT32, &extent, NULL))
        return collect(dims, text, error);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%.60s' must be a symbolic dimension and its extent: batch=1",
                text);
    return FALSE;
}

/* [batch=1] or {batch: 1}. */
static void load_dims(struct loader *loader, const struct yaml *node, gpointer data)
{
    GPtrArray *dims = ((struct campaign *)data)->dims;

    g_ptr_array_set_size(dims, 0);
    if (node->kind != YAML_MAP) {
        load_words(loader, node, "dims", add_dim, dims);
        return;
    }
    for (guint i = 0; i + 1 < node->items->len; i += 2) {
        const char *name = load_scalar(loader, node->items->pdata[i], "a dimension", "a name");
        const char *extent = load_scalar(loader, node->items->pdata[i + 1], "a dimension", "a whole number from 1");
        g_autofree char *text = name && extent ? g_strdup_printf("%s=%s", name, extent) : NULL;
        g_autoptr(GError) error = NULL;

        if (text && !add_dim(dims, text, &error))
            loader_error(loader, node->items->pdata[i + 1], "dims: %s", error->message);
    }
}

static gboolean add_layers(gpointer patterns, const char *text, GError **error)
{
    return layer_patterns_parse(text, patterns, error);
}

static void load_layers(struct loader *loader, const struct yaml *node, gpointer data)
{
    GPtrArray *layers = ((struct campaign *)data)->selection.layers;

    g_ptr_array_set_size(layers, 0);
    load_words(loader, node, "layers", add_layers, layers);
}

static gboolean set_rule(gpointer rule, const char *text, GError **error)
{
    return outcome_rule_parse(text, rule, error);
}

static gboolean add_criterion(gpointer criteria, const char *text, GError **error)
{
    return outcome_criterion_parse(text, criteria, error);
}

static gboolean set_confidence(gpointer relative, const char *text, GError **error)
{
    return outcome_confidence_parse(text, relative, error);
}

static gboolean add_threshold(gpointer option, const char *text, GError **error)
{
    return outcome_add_threshold(option, text, error);
}

static void load_criteria(struct loader *loader, const struct yaml *node, gpointer data)
{
    struct outcome_option *outcome = data;

    outcome->sdc = 0;
    load_words(loader, node, "criteria", add_criterion, &outcome->sdc);
}

static void load_thresholds(struct loader *loader, const struct yaml *node, gpointer data)
{
    struct outcome_option *outcome = data;

    outcome->n_thresholds = 0;
    outcome->deciding_threshold = 0;
    load_words(loader, node, "thresholds", add_threshold, outcome);
}

static const struct key tolerance_keys[] = {
    { "absolute", KEY_NUMBER, offsetof(struct outcome_option, absolute_tolerance) },
    { "relative", KEY_NUMBER, offsetof(struct outcome_option, relative_tolerance) },
    { NULL },
};

/* The outcome map on its way: `deciding` names a threshold by its value, wherever in the map they stand. */
struct outcome_map {
    struct outcome_option option;
    double deciding;
};

static const struct key outcome_keys[] = {
    { "rule", KEY_WORD, offsetof(struct outcome_map, option.rule), .word = set_rule },
    { "criteria", KEY_CUSTOM, offsetof(struct outcome_map, option), .load = load_criteria },
    { "confidence", KEY_WORD, offsetof(struct outcome_map, option.relative_confidence), .word = set_confidence },
    { "thresholds", KEY_CUSTOM, offsetof(struct outcome_map, option), .load = load_thresholds },
    { "deciding", KEY_NUMBER, offsetof(struct outcome_map, deciding) },
    { "tolerance", KEY_MAP, offsetof(struct outcome_map, option), .keys = tolerance_keys },
    { "command", KEY_STRING, offsetof(struct outcome_map, option.command) },
    { NULL },
};

static void set_deciding(struct loader *loader, const struct yaml *node, struct outcome_map *map)
{
    for (int i = 0; i < map->option.n_thresholds; i++) {
        if (map->option.thresholds[i] == map->deciding) {
            map->option.deciding_threshold = i;
            return;
        }
    }
    loader_error(loader, node, "deciding: %g is not one of the thresholds", map->deciding);
}

static void load_outcome(struct loader *loader, const struct yaml *node, gpointer data)
{
    struct outcome_option *outcome = data;
    struct outcome_map map = { *outcome, -1 };

    load_map(loader, node, outcome_keys, &map, "outcome");
    if (map.deciding >= 0)
        set_deciding(loader, node, &map);
    if (map.option.rule == RULE_COMMAND && !map.option.command)
        loader_error(loader, node,
                     "outcome: the rule 'command' needs the key 'command', a program that gets two files");
    *outcome = map.option;
}

/* One number for every channel of a picture, or a list of up to four. */
static void load_channels(struct loader *loader, const struct yaml *node, const char *what, double least,
                          double *channels)
{
    guint n = node->kind == YAML_LIST ? node->items->len : 1;
    double number = 0;

    if (n < 1 || n > 4) {
        loader_error(loader, node, "%s must be one number, or a list of one for each channel (at most 4)", what);
        return;
    }
    for (guint c = 0; c < 4; c++) {
        const struct yaml *item = node->kind != YAML_LIST ? node : c < n ? node->items->pdata[c] : NULL;
        const char *text = item && (c == 0 || item != node) ? load_scalar(loader, item, what, "a number") : NULL;
        g_autoptr(GError) error = NULL;

        if (text && !number_parse(text, least, G_MAXDOUBLE, &number, &error))
            loader_error(loader, item, "%s: %s", what, error->message);
        channels[c] = number;
    }
}

static void load_mean(struct loader *loader, const struct yaml *node, gpointer image)
{
    load_channels(loader, node, "mean", -G_MAXDOUBLE, ((struct image_option *)image)->mean);
}

static void load_std(struct loader *loader, const struct yaml *node, gpointer image)
{
    load_channels(loader, node, "std", DBL_MIN, ((struct image_option *)image)->std);
}

static gboolean set_layout(gpointer layout, const char *text, GError **error)
{
    return image_layout_parse(text, layout, error);
}

static const struct key image_keys[] = {
    { "layout", KEY_WORD, offsetof(struct image_option, layout), .word = set_layout },
    { "scale", KEY_NUMBER, offsetof(struct image_option, scale), .least = -G_MAXDOUBLE },
    { "gamma", KEY_NUMBER, offsetof(struct image_option, gamma), .least = DBL_MIN },
    { "mean", KEY_CUSTOM, 0, .load = load_mean },
    { "std", KEY_CUSTOM, 0, .load = load_std },
    { "invert", KEY_BOOL, offsetof(struct image_option, invert) },
    { NULL },
};

static gboolean add_bits(gpointer bits, const char *text, GError **error)
{
    return bits_parse(text, bits, error);
}

static void load_bits(struct loader *loader, const struct yaml *node, gpointer data)
{
    GArray *bits = ((struct campaign *)data)->bits;

    g_array_set_size(bits, 0);
    load_words(loader, node, "bits", add_bits, bits);
}

static gboolean set_share(gpointer share, const char *text, GError **error)
{
    return share_parse(text, share, error);
}

static gboolean set_until_by(gpointer by_layer, const char *text, GError **error)
{
    return until_by_parse(text, by_layer, error);
}

static gboolean set_level(gpointer level, const char *text, GError **error)
{
    return level_parse(text, level, error);
}

static gboolean set_sampling(gpointer sampling, const char *text, GError **error)
{
    return sampling_parse(text, sampling, error);
}

/* See load_faults_first. */
static void loaded_already(struct loader *loader G_GNUC_UNUSED, const struct yaml *node G_GNUC_UNUSED,
                           gpointer campaign G_GNUC_UNUSED)
{
}

static const struct key campaign_keys[] = {
    { "faults", KEY_CUSTOM, 0, .load = loaded_already },
    { "compileOption", KEY_CUSTOM, 0, .load = load_compile_option },
    { "runOption", KEY_CUSTOM, 0, .load = load_run_option },
    { "defaultTimeout", KEY_NUMBER, offsetof(struct campaign, timeout), .least = DBL_MIN },
    { "timeout", KEY_NUMBER, offsetof(struct campaign, timeout), .least = DBL_MIN },
    { "model", KEY_CUSTOM, offsetof(struct campaign, model), .load = load_path },
    { "inputs", KEY_CUSTOM, 0, .load = load_inputs },
    { "labels", KEY_CUSTOM, 0, .load = load_labels },
    { "dims", KEY_CUSTOM, 0, .load = load_dims },
    { "layers", KEY_CUSTOM, 0, .load = load_layers },
    { "level", KEY_WORD, offsetof(struct campaign, level), .word = set_level },
    { "tensor_sampling", KEY_WORD, offsetof(struct campaign, sampling), .word = set_sampling },
    { "outcome", KEY_CUSTOM, offsetof(struct campaign, outcome), .load = load_outcome },
    { "image", KEY_MAP, offsetof(struct campaign, image), .keys = image_keys },
    { "seed", KEY_INTEGER, offsetof(struct campaign, seed) },
    { "jobs", KEY_INT, offsetof(struct campaign, jobs), .low = 1, .high = 1024 },
    { "opt_level", KEY_INT, offsetof(struct campaign, opt_level), .high = 3 },
    { "record", KEY_BOOL, offsetof(struct campaign, record) },
    { "exhaustive", KEY_BOOL, offsetof(struct campaign, exhaustive) },
    { "bits", KEY_CUSTOM, 0, .load = load_bits },
    { "contained_only", KEY_BOOL, offsetof(struct campaign, contained_only) },
    { "until_error", KEY_WORD, offsetof(struct campaign, until_error), .word = set_share },
    { "until_error_by", KEY_WORD, offsetof(struct campaign, until_by_layer), .word = set_until_by },
    { "out", KEY_CUSTOM, offsetof(struct campaign, out), .load = load_path },
    { NULL },
};

/* Before all that may name them, wherever in the file they stand. */
static void load_faults_first(struct loader *loader, const struct yaml *root)
{
    for (guint i = 0; root->kind == YAML_MAP && i + 1 < root->items->len; i += 2) {
        const struct yaml *key = root->items->pdata[i];

        if (key->kind == YAML_SCALAR && strcmp(key->text, "faults") == 0)
            load_software_faults(loader, root->items->pdata[i + 1]);
    }
}

static gboolean resolve_software(struct campaign *campaign, const char *path, GError **error)
{
    if (campaign_resolve_software(campaign, error))
        return TRUE;
    g_prefix_error(error, "%s: ", path);
    return FALSE;
}

gboolean campaign_load_text(struct campaign *campaign, const char *text, gsize size, const char *path,
                            const struct dialect *dialect, GError **error)
{
    static const struct dialect none;
    g_autoptr(yaml_document_t) document = yaml_parse(text, size, path, error);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
    struct loader loader = { campaign, path, errors, 0, dialect ? dialect : &none };

    if (!document)
        return FALSE;
    g_free(campaign->file);
    campaign->file = g_strdup(path);
    load_faults_first(&loader, document->root);
    load_map_with(&loader, document->root, campaign_keys, campaign, loader.dialect->campaign, "the configuration");
    if (loader.dialect->check)
        loader.dialect->check(&loader, document->root);
    return loader_finish(&loader, error) && resolve_software(campaign, path, error);
}

gboolean campaign_load(struct campaign *campaign, const char *path, const struct dialect *dialect, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    return file && campaign_load_text(campaign, g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path,
                                      dialect, error);
}
