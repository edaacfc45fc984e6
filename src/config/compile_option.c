/* compileOption: which instructions and registers are sites. */
#include "config/schema.h"
#include "config/software_faults.h"
#include "config/words.h"

#include "base/errors.h"

#include <string.h>

/* A map of instSelMethod that is being read. */
struct selector {
    struct instruction_selection *entry;
    char *name;          /* customInstselector: its include */
    char *layer_numbers; /* options: -layerNo, -layerName; NULL: not given */
    char *layer_names;
};

static gboolean include_opcode(gpointer selector, const char *text, GError **error)
{
    return entry_include_opcode(((struct selector *)selector)->entry, text, error);
}

static gboolean exclude_opcode(gpointer selector, const char *text, GError **error)
{
    return entry_exclude_opcode(((struct selector *)selector)->entry, text, error);
}

static gboolean include_function(gpointer selector, const char *text, GError **error)
{
    return entry_include_function(((struct selector *)selector)->entry, text, error);
}

static gboolean exclude_function(gpointer selector, const char *text, GError **error)
{
    return entry_exclude_function(((struct selector *)selector)->entry, text, error);
}

static gboolean add_entry_slice(gpointer selector, const char *text, GError **error)
{
    return entry_add_slice(((struct selector *)selector)->entry, text, error);
}

static gboolean add_entry_layers(gpointer selector, const char *text, GError **error)
{
    return layer_patterns_parse(text, ((struct selector *)selector)->entry->layers, error);
}

#define NO_EFFECT "has no effect here and is ignored; options belong to customInstselector"

static const struct key opcode_keys[] = {
    { "include", KEY_WORDS, 0, .required = TRUE, .word = include_opcode },
    { "exclude", KEY_WORDS, 0, .word = exclude_opcode },
    { "options", KEY_IGNORED, .note = NO_EFFECT },
    { "includeInjectionTrace", KEY_WORDS, 0, .word = add_entry_slice },
    { NULL },
};

static const struct key function_keys[] = {
    { "include", KEY_WORDS, 0, .required = TRUE, .word = include_function },
    { "exclude", KEY_WORDS, 0, .word = exclude_function },
    { "options", KEY_IGNORED, .note = NO_EFFECT },
    { "includeInjectionTrace", KEY_WORDS, 0, .word = add_entry_slice },
    { NULL },
};

static void load_opcodes(struct loader *loader, const struct yaml *node, gpointer selection)
{
    struct selector selector = { .entry = selection_add(selection, SELECT_OPCODE) };

    load_map(loader, node, opcode_keys, &selector, "insttype");
}

static void load_functions(struct loader *loader, const struct yaml *node, gpointer selection)
{
    struct selector selector = { .entry = selection_add(selection, SELECT_FUNCTION) };

    load_map(loader, node, function_keys, &selector, "funcname");
}

static gboolean set_selector(gpointer data, const char *text, GError **error)
{
    static const struct word words[] = {
        { "onlymain", SELECT_ONLY_MAIN }, { "maingraph", SELECT_MAIN_GRAPH }, { "CustomTensorOperator", SELECT_LAYER },
        { "llfiindex", SELECT_INDEX },    { "default", SELECT_DEFAULT },      { NULL },
    };
    struct selector *selector = data;
    int method;

    if (selector->name) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "'%.60s' is a second selector in one entry; write an entry of instSelMethod for each", text);
        return FALSE;
    }
    if (names_software_fault(text)) {
        selector->entry->method = SELECT_SOFTWARE;
        selector->entry->software = software_fault_parse(text, error);
        selector->name = g_strdup(text);
        return selector->entry->software != NULL;
    }
    if (!word_parse(words, text, &method, error))
        return FALSE;
    selector->name = g_strdup(text);
    selector->entry->method = (enum selection_method)method;
    return TRUE;
}

/* Appends a list with semicolons to that of an earlier option. */
static void append_list(char **list, const char *text)
{
    char *joined = *list ? g_strconcat(*list, ";", text, NULL) : g_strdup(text);

    g_free(*list);
    *list = joined;
}

static gboolean set_layer_numbers(struct selector *selector, const char *text, GError **error G_GNUC_UNUSED)
{
    append_list(&selector->layer_numbers, text);
    return TRUE;
}

static gboolean set_layer_names(struct selector *selector, const char *text, GError **error G_GNUC_UNUSED)
{
    append_list(&selector->layer_names, text);
    return TRUE;
}

static gboolean add_index(struct selector *selector, const char *text, GError **error)
{
    return entry_include_index(selector->entry, text, error);
}

/* Takes one flag, "-layerNo=1;2" or "layerNo=1;2". */
static gboolean take_flag(struct selector *selector, const char *flag, GError **error)
{
    static const struct {
        const char *name;
        gboolean (*set)(struct selector *selector, const char *text, GError **error);
    } flags[] = { { "layerNo", set_layer_numbers }, { "layerName", set_layer_names }, { "injecttoindex", add_index } };
    const char *name = flag + strspn(flag, "-");
    const char *equals = strchr(name, '=');

    for (size_t f = 0; equals && f < G_N_ELEMENTS(flags); f++)
        if (strncmp(name, flags[f].name, (size_t)(equals - name)) == 0 && flags[f].name[equals - name] == '\0')
            return flags[f].set(selector, equals + 1, error);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "'%.60s' is not known; allowed: -layerNo=1;2, -layerName=conv;relu, -injecttoindex=12", flag);
    return FALSE;
}

/* Takes an item of `options`: one flag, or several separated by blanks, as YAML folds lines. */
static gboolean take_flags(gpointer selector, const char *text, GError **error)
{
    g_auto(GStrv) flags = g_strsplit_set(text, " \t\r\n", -1);

    for (char **flag = flags; *flag; flag++)
        if (**flag && !take_flag(selector, *flag, error))
            return FALSE;
    return TRUE;
}

static const struct key custom_keys[] = {
    { "include", KEY_WORDS, 0, .required = TRUE, .word = set_selector },
    { "exclude", KEY_IGNORED, .note = "ignored: LLFI does not read the exclude of a customInstselector" },
    { "options", KEY_WORDS, 0, .word = take_flags },
    { "layers", KEY_WORDS, 0, .word = add_entry_layers },
    { "includeInjectionTrace", KEY_WORDS, 0, .word = add_entry_slice },
    { NULL },
};

static gboolean add_layer(struct instruction_selection *entry, const char *name, const char *number, GError **error)
{
    g_autofree char *text = g_strdup_printf("%s:%s", name, number);

    if (layer_patterns_parse(text, entry->layers, error))
        return TRUE;
    g_prefix_error_literal(error, "layerName and layerNo: ");
    return FALSE;
}

/* Adds the layers of -layerNo and -layerName, pair by pair. If one name is 'all', every layer is selected. */
static gboolean add_layers(struct selector *selector, GError **error)
{
    g_auto(GStrv) numbers = g_strsplit(selector->layer_numbers ? selector->layer_numbers : "", ";", -1);
    g_auto(GStrv) names = g_strsplit(selector->layer_names ? selector->layer_names : "", ";", -1);

    if (selector->entry->layers->len > 0 && !*names && !*numbers)
        return TRUE;
    if (!*names || g_strv_length(numbers) != g_strv_length(names)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "CustomTensorOperator needs the options -layerNo and -layerName with as many numbers as names "
                    "(-layerNo=1;0 -layerName=conv;relu), but there are %u and %u",
                    g_strv_length(numbers), g_strv_length(names));
        return FALSE;
    }
    for (guint i = 0; names[i]; i++)
        if (!add_layer(selector->entry, names[i], numbers[i], error))
            return FALSE;
    return TRUE;
}

static void check_selector(struct loader *loader, const struct yaml *node, struct selector *selector)
{
    g_autoptr(GError) error = NULL;

    if (!selector->name)
        return;
    if (selector->entry->method == SELECT_LAYER && !add_layers(selector, &error))
        loader_error(loader, node, "%s", error->message);
    else if (selector->entry->method != SELECT_LAYER && (selector->layer_numbers || selector->layer_names))
        loader_error(loader, node, "%s: -layerNo and -layerName belong to CustomTensorOperator", selector->name);
    if (selector->entry->method == SELECT_INDEX && selector->entry->indices->len == 0)
        loader_error(loader, node, "llfiindex needs the option -injecttoindex=N, the LLFI index of an instruction");
}

static void load_custom(struct loader *loader, const struct yaml *node, gpointer selection)
{
    struct selector selector = { .entry = selection_add(selection, SELECT_DEFAULT) };

    load_map(loader, node, custom_keys, &selector, "customInstselector");
    check_selector(loader, node, &selector);
    loader_check_software(loader, node, selector.entry->software, "selects calls");
    g_free(selector.name);
    g_free(selector.layer_numbers);
    g_free(selector.layer_names);
}

static const struct key selector_keys[] = {
    { "insttype", KEY_CUSTOM, 0, .load = load_opcodes },
    { "funcname", KEY_CUSTOM, 0, .load = load_functions },
    { "customInstselector", KEY_CUSTOM, 0, .load = load_custom },
    { NULL },
};

static void load_selectors(struct loader *loader, const struct yaml *node, gpointer selection)
{
    if (node->kind != YAML_LIST || node->items->len == 0) {
        loader_error(loader, node, "instSelMethod must be a list of maps: - insttype: {include: [fadd]}");
        return;
    }
    g_ptr_array_set_size(((struct selection *)selection)->entries, 0);
    for (guint i = 0; i < node->items->len; i++)
        load_map(loader, node->items->pdata[i], selector_keys, selection, "an entry of instSelMethod");
    if (node->items->len > 1)
        loader_notice(loader, node, "instSelMethod: a site must satisfy all %u entries; LLFI reads only the last one",
                      node->items->len);
}

/* A compileOption that is being read. Keys that depend on each other are applied when all have been read. */
struct compile_option {
    struct selection *selection;
    int method; /* enum register_choice */
    const struct yaml *location;
    const struct yaml *custom;
    struct instruction_selection slices; /* only its forward and backward */
};

enum register_choice { CHOICE_NONE, CHOICE_LOCATION, CHOICE_CUSTOM };

static gboolean set_register_choice(gpointer method, const char *text, GError **error)
{
    static const struct word words[] = { { "regloc", CHOICE_LOCATION },
                                         { "customregselector", CHOICE_CUSTOM },
                                         { NULL } };

    return word_parse(words, text, method, error);
}

static void keep_node(struct loader *loader G_GNUC_UNUSED, const struct yaml *node, gpointer field)
{
    *(const struct yaml **)field = node;
}

static gboolean add_slice(gpointer slices, const char *text, GError **error)
{
    return entry_add_slice(slices, text, error);
}

static void load_selectors_of(struct loader *loader, const struct yaml *node, gpointer option)
{
    load_selectors(loader, node, ((struct compile_option *)option)->selection);
}

static const struct key compile_keys[] = {
    { "instSelMethod", KEY_CUSTOM, 0, .load = load_selectors_of },
    { "regSelMethod", KEY_WORD, offsetof(struct compile_option, method), .word = set_register_choice },
    { "regloc", KEY_CUSTOM, offsetof(struct compile_option, location), .load = keep_node },
    { "customRegSelector", KEY_CUSTOM, offsetof(struct compile_option, custom), .load = keep_node },
    { "includeInjectionTrace", KEY_WORDS, offsetof(struct compile_option, slices), .word = add_slice },
    { NULL },
};

static gboolean set_registers(gpointer selection, const char *text, GError **error)
{
    return register_method_parse(text, selection, error);
}

static void load_registers(struct loader *loader, const struct yaml *node, const struct compile_option *option)
{
    const struct yaml *chosen = option->method == CHOICE_CUSTOM     ? option->custom
                                : option->method == CHOICE_LOCATION ? option->location
                                : option->location                  ? option->location
                                                                    : option->custom;

    if (option->method != CHOICE_NONE && !chosen)
        loader_error(
            loader, node,
            option->method == CHOICE_CUSTOM
                ? "regSelMethod customregselector needs the key 'customRegSelector'"
                : "regSelMethod regloc needs the key 'regloc': dstreg, srcreg1 to srcreg4, allsrcreg or allreg");
    if (!chosen)
        return;
    load_words(loader, chosen, chosen == option->custom ? "customRegSelector" : "regloc", set_registers,
               option->selection);
    loader_check_software(loader, chosen, option->selection->software, "selects registers of calls");
}

/* Adds the slices to every entry; without entries, to the default selection. */
static void apply_slices(const struct compile_option *option)
{
    GPtrArray *entries = option->selection->entries;

    if (!option->slices.forward && !option->slices.backward)
        return;
    if (entries->len == 0)
        selection_add(option->selection, SELECT_DEFAULT);
    for (guint e = 0; e < entries->len; e++) {
        struct instruction_selection *entry = entries->pdata[e];

        entry->forward |= option->slices.forward;
        entry->backward |= option->slices.backward;
    }
}

void load_compile_option(struct loader *loader, const struct yaml *node, gpointer campaign)
{
    struct compile_option option = { .selection = &((struct campaign *)campaign)->selection };

    load_map_with(loader, node, compile_keys, &option, loader->dialect->compile_option, "compileOption");
    if (node->kind != YAML_MAP)
        return;
    load_registers(loader, node, &option);
    apply_slices(&option);
}
