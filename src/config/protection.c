/* Plans of protection: the table of their keys, and reading and writing them. */
#include "config/protection.h"

#include "base/errors.h"
#include "base/file.h"
#include "config/settings.h"

#include <string.h>

static const struct word technique_words[] = {
#define TECHNIQUE(name, help) { #name, TECHNIQUE_##name, FALSE },
#include "config/techniques.def"
#undef TECHNIQUE
    { NULL },
};

static const struct word correction_words[] = {
#define CORRECTION(name, help) { #name, CORRECT_##name, FALSE },
#include "config/corrections.def"
#undef CORRECTION
    { "detect", CORRECT_none, TRUE },
    { NULL },
};

static const struct word scope_words[] = {
    { "arithmetic", SCOPE_ARITHMETIC },
    { "data", SCOPE_DATA },
    { "address", SCOPE_ADDRESS },
    { "all", SCOPE_ALL },
    { NULL },
};

static const struct word detect_words[] = { { "abort", FALSE }, { "flag", TRUE }, { NULL } };

static void rule_free(gpointer data)
{
    struct protection_rule *rule = data;

    selection_clear(&rule->selection);
    g_array_unref(rule->bounds);
    g_free(rule);
}

struct protection *protection_new(void)
{
    struct protection *protection = g_new0(struct protection, 1);

    protection->rules = g_ptr_array_new_with_free_func(rule_free);
    return protection;
}

void protection_free(struct protection *protection)
{
    if (!protection)
        return;
    g_free(protection->path);
    g_free(protection->subject);
    g_free(protection->hash);
    g_ptr_array_unref(protection->rules);
    g_free(protection);
}

struct protection_rule *protection_add(struct protection *protection)
{
    struct protection_rule *rule = g_new0(struct protection_rule, 1);

    rule->technique = TECHNIQUE_shadow;
    rule->correction = CORRECT_none;
    selection_init(&rule->selection);
    rule->bounds = g_array_new(FALSE, FALSE, sizeof(struct layer_bounds));
    g_ptr_array_add(protection->rules, rule);
    return rule;
}

/* The selection's entry of a method. */
static struct instruction_selection *entry_of(struct selection *selection, enum selection_method method)
{
    for (guint e = 0; e < selection->entries->len; e++)
        if (((struct instruction_selection *)selection->entries->pdata[e])->method == method)
            return selection->entries->pdata[e];
    return selection_add(selection, method);
}

static const struct instruction_selection *find_entry(const struct selection *selection, enum selection_method method)
{
    for (guint e = 0; e < selection->entries->len; e++)
        if (((struct instruction_selection *)selection->entries->pdata[e])->method == method)
            return selection->entries->pdata[e];
    return NULL;
}

static gboolean add_layers(gpointer selection, const char *text, GError **error)
{
    return layer_patterns_parse(text, ((struct selection *)selection)->layers, error);
}

static gboolean add_function(gpointer selection, const char *text, GError **error)
{
    return entry_include_function(entry_of(selection, SELECT_FUNCTION), text, error);
}

static gboolean add_opcode(gpointer selection, const char *text, GError **error)
{
    return entry_include_opcode(entry_of(selection, SELECT_OPCODE), text, error);
}

static gboolean add_index(gpointer selection, const char *text, GError **error)
{
    return entry_include_index(entry_of(selection, SELECT_INDEX), text, error);
}

static void add_pattern(GPtrArray *to, const struct layer_pattern *from)
{
    struct layer_pattern *pattern = g_memdup2(from, sizeof(*from));

    pattern->type = g_strdup(from->type);
    pattern->name = g_strdup(from->name);
    g_ptr_array_add(to, pattern);
}

static void add_functions(struct instruction_selection *to, const struct instruction_selection *from)
{
    for (guint f = 0; f < from->include_functions->len; f++)
        g_ptr_array_add(to->include_functions, g_strdup(from->include_functions->pdata[f]));
}

/* All but those that are excluded. */
static void add_opcodes(struct instruction_selection *to, const struct instruction_selection *from)
{
    for (unsigned o = 0; o < OPCODE_COUNT; o++)
        to->include_opcode[o] = (from->include_all || from->include_opcode[o]) && !from->exclude_opcode[o];
}

static gboolean excludes(const struct instruction_selection *entry)
{
    for (unsigned o = 0; o < OPCODE_COUNT; o++)
        if (entry->exclude_opcode[o])
            return TRUE;
    return FALSE;
}

gboolean protection_select(struct protection_rule *rule, const struct selection *selection, GError **error)
{
    for (guint l = 0; l < selection->layers->len; l++)
        add_pattern(rule->selection.layers, selection->layers->pdata[l]);
    for (guint e = 0; e < selection->entries->len; e++) {
        const struct instruction_selection *from = selection->entries->pdata[e];

        if (from->forward || from->backward || from->exclude_functions->len > 0)
            return set_error(error, LLTFI_ERROR_USAGE, "a plan of protection has no slices and excludes no functions");
        if (from->method == SELECT_FUNCTION && !from->include_all)
            add_functions(entry_of(&rule->selection, SELECT_FUNCTION), from);
        else if (from->method == SELECT_OPCODE && (!from->include_all || excludes(from)))
            add_opcodes(entry_of(&rule->selection, SELECT_OPCODE), from);
        else if (from->method == SELECT_INDEX)
            g_array_append_vals(entry_of(&rule->selection, SELECT_INDEX)->indices, from->indices->data,
                                from->indices->len);
    }
    return TRUE;
}

static void append_layer_list(GString *text, gconstpointer selection)
{
    append_layers(text, ((const struct selection *)selection)->layers);
}

static void append_functions(GString *text, gconstpointer selection)
{
    const struct instruction_selection *entry = find_entry(selection, SELECT_FUNCTION);

    append_set(text, entry->include_functions);
}

static void append_opcodes(GString *text, gconstpointer selection)
{
    const struct instruction_selection *entry = find_entry(selection, SELECT_OPCODE);
    const char *comma = "";

    g_string_append_c(text, '[');
    for (unsigned o = 0; o < OPCODE_COUNT; o++) {
        if (!entry->include_all && !entry->include_opcode[o])
            continue;
        if (!opcode_name(o))
            continue;
        g_string_append_printf(text, "%s%s", comma, opcode_name(o));
        comma = ", ";
    }
    g_string_append_c(text, ']');
}

static void append_indices(GString *text, gconstpointer selection)
{
    const struct instruction_selection *entry = find_entry(selection, SELECT_INDEX);

    g_string_append_c(text, '[');
    for (guint i = 0; i < entry->indices->len; i++)
        g_string_append_printf(text, "%s%u", i ? ", " : "", g_array_index(entry->indices, unsigned, i));
    g_string_append_c(text, ']');
}

/* "#3 -1.5 2.5": a layer's number, the lower and the upper bound. */
static gboolean add_bounds(gpointer field, const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    struct layer_bounds bounds;
    int64_t number;

    if (g_strv_length(words) != 3 || words[0][0] != '#' || !integer_parse(words[0] + 1, 1, G_MAXINT32, &number, NULL) ||
        !number_parse(words[1], -G_MAXDOUBLE, G_MAXDOUBLE, &bounds.low, NULL) ||
        !number_parse(words[2], -G_MAXDOUBLE, G_MAXDOUBLE, &bounds.high, NULL) || bounds.low > bounds.high)
        return set_error(error, LLTFI_ERROR_USAGE, "'%.60s' must be a layer's number and its bounds: '#3 -1.5 2.5'",
                         text);
    bounds.layer = (int)number;
    g_array_append_val(*(GArray **)field, bounds);
    return TRUE;
}

static void append_bounds(GString *text, gconstpointer field)
{
    const GArray *all = *(GArray *const *)field;

    g_string_append_c(text, '[');
    for (guint b = 0; b < all->len; b++) {
        const struct layer_bounds *bounds = &g_array_index(all, struct layer_bounds, b);

        g_string_append_printf(text, "%s\"#%d ", b ? ", " : "", bounds->layer);
        append_number(text, bounds->low);
        g_string_append_c(text, ' ');
        append_number(text, bounds->high);
        g_string_append_c(text, '"');
    }
    g_string_append_c(text, ']');
}

const struct layer_bounds *protection_bounds(const struct protection_rule *rule, int layer)
{
    for (guint b = 0; b < rule->bounds->len; b++)
        if (g_array_index(rule->bounds, struct layer_bounds, b).layer == layer)
            return &g_array_index(rule->bounds, struct layer_bounds, b);
    return NULL;
}

gboolean protection_check_rule(const struct protection_rule *rule, GError **error)
{
    gboolean is_range = rule->technique == TECHNIQUE_range;
    gboolean fits = rule->correction == CORRECT_none || rule->correction == CORRECT_zero ||
                    is_range == (rule->correction == CORRECT_clip);

    return fits || set_error(error, LLTFI_ERROR_USAGE, "%s does not correct by %s: %s", technique_name(rule->technique),
                             correction_name(rule->correction),
                             is_range ? "it may be none, clip or zero" : "clip is for range, which has bounds");
}

gboolean protection_has_ranges(const struct protection *protection)
{
    for (guint r = 0; r < protection->rules->len; r++)
        if (((const struct protection_rule *)protection->rules->pdata[r])->technique == TECHNIQUE_range)
            return TRUE;
    return FALSE;
}

#define RULE(field) offsetof(struct protection_rule, field)
#define PLAN(field) offsetof(struct protection, field)

static const struct key rule_keys[] = {
    { "technique", KEY_CHOICE, RULE(technique), .words = technique_words, .required = TRUE },
    { "correct", KEY_CHOICE, RULE(correction), .words = correction_words },
    { "scope", KEY_CHOICE, RULE(scope), .words = scope_words },
    { "layers", KEY_WORDS, RULE(selection), .word = add_layers, .append = append_layer_list },
    { "functions", KEY_WORDS, RULE(selection), .word = add_function, .append = append_functions },
    { "opcodes", KEY_WORDS, RULE(selection), .word = add_opcode, .append = append_opcodes },
    { "index", KEY_WORDS, RULE(selection), .word = add_index, .append = append_indices },
    { "bounds", KEY_WORDS, RULE(bounds), .word = add_bounds, .append = append_bounds },
    { NULL },
};

static void load_rules(struct loader *loader, const struct yaml *node, gpointer plan)
{
    if (node->kind != YAML_LIST || node->items->len == 0) {
        loader_error(loader, node, "rules must be a list of at least one map");
        return;
    }
    for (guint i = 0; i < node->items->len; i++) {
        struct protection_rule *rule = protection_add(plan);
        g_autoptr(GError) error = NULL;

        load_map(loader, node->items->pdata[i], rule_keys, rule, "a rule");
        if (!protection_check_rule(rule, &error))
            loader_error(loader, node->items->pdata[i], "%s", error->message);
    }
}

static const struct key plan_keys[] = {
    { "subject", KEY_STRING, PLAN(subject) },
    { "hash", KEY_STRING, PLAN(hash) },
    { "on_detect", KEY_CHOICE, PLAN(keeps_going), .words = detect_words },
    { "rules", KEY_CUSTOM, 0, .load = load_rules, .keys = rule_keys, .required = TRUE },
    { NULL },
};

struct protection *protection_load(const char *path, GError **error)
{
    static const struct dialect none;
    g_autoptr(GMappedFile) file = file_map(path, error);
    g_autoptr(yaml_document_t) document =
        file ? yaml_parse(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path, error) : NULL;
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(campaign_t) notices = campaign_new();
    g_autoptr(protection_t) plan = protection_new();
    struct loader loader = { notices, path, errors, 0, &none };

    if (!document)
        return NULL;
    load_map(&loader, document->root, plan_keys, plan, "the plan of protection");
    plan->path = g_strdup(path);
    return loader_finish(&loader, error) ? g_steal_pointer(&plan) : NULL;
}

static gboolean is_written(const struct key *key, const struct protection_rule *rule)
{
    static const struct {
        const char *name;
        enum selection_method method;
    } lists[] = { { "functions", SELECT_FUNCTION }, { "opcodes", SELECT_OPCODE }, { "index", SELECT_INDEX } };

    if (strcmp(key->name, "bounds") == 0)
        return rule->bounds->len > 0;
    if (strcmp(key->name, "layers") == 0)
        return rule->selection.layers->len > 0;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (strcmp(key->name, lists[i].name) == 0)
            return find_entry(&rule->selection, lists[i].method) != NULL;
    return TRUE;
}

static void append_rule(GString *text, const struct protection_rule *rule)
{
    const char *dash = "-";

    for (const struct key *key = rule_keys; key->name; key++) {
        if (!is_written(key, rule))
            continue;
        g_string_append_printf(text, "  %s %s: ", dash, key->name);
        setting_append(text, key, (const char *)rule + key->offset);
        g_string_append_c(text, '\n');
        dash = " ";
    }
}

char *protection_text(const struct protection *protection)
{
    GString *text = g_string_new(NULL);

    for (const struct key *key = plan_keys; key->name; key++) {
        const char *field = (const char *)protection + key->offset;

        if (key->load || (key->kind == KEY_STRING && !*(char *const *)(gconstpointer)field))
            continue;
        g_string_append_printf(text, "%s: ", key->name);
        setting_append(text, key, field);
        g_string_append_c(text, '\n');
    }
    g_string_append(text, "rules:\n");
    for (guint r = 0; r < protection->rules->len; r++)
        append_rule(text, protection->rules->pdata[r]);
    return g_string_free(text, FALSE);
}

gboolean protection_check_hash(const struct protection *protection, const char *hash, const char *name, GError **error)
{
    if (!protection->hash || strcmp(protection->hash, hash) == 0)
        return TRUE;
    return set_error(error, LLTFI_ERROR_INPUT,
                     "%s: this plan of protection was made for '%s' with another content than that of '%s'; make a "
                     "new one with `lltfi protect`",
                     protection->path ? protection->path : "protection",
                     protection->subject ? protection->subject : "?", name);
}

gboolean technique_parse(const char *text, int *technique, GError **error)
{
    return word_parse(technique_words, text, technique, error);
}

gboolean correction_parse(const char *text, int *correction, GError **error)
{
    return word_parse(correction_words, text, correction, error);
}

gboolean protection_scope_parse(const char *text, int *scope, GError **error)
{
    return word_parse(scope_words, text, scope, error);
}

const char *technique_name(int technique)
{
    return word_text(technique_words, technique);
}

const char *correction_name(int correction)
{
    return word_text(correction_words, correction);
}

char *protection_help(void)
{
    return g_strdup("TECHNIQUE\n"
#define TECHNIQUE(name, help) "  " #name "\t" help "\n"
#include "config/techniques.def"
#undef TECHNIQUE
                    "CORRECTION\n"
#define CORRECTION(name, help) "  " #name "\t" help "\n"
#include "config/corrections.def"
#undef CORRECTION
    );
}
