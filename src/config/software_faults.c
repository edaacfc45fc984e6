/* Reads descriptions of software faults from YAML: LLFI's own, the user's, and those of files. */
#include "config/software_faults.h"

#include "config/schema.h"
#include "config/words.h"

#include "base/errors.h"
#include "base/file.h"

#include <string.h>

/* A description that is being read; keys that depend on others are checked when all have been read. */
struct description {
    struct software_fault *fault;
    char *class, *mode, *custom;
    const struct yaml *trigger, *indices, *target, *action;
};

/* The map of an action. */
struct perturbation {
    char *injector;
    int64_t value;
    gboolean option;
};

struct named_injector {
    const char *name;
    enum software_action plain, with_option;
    gboolean has_value;
};

static const struct named_injector injectors[] = {
    { "ChangeValueInjector", SOFTWARE_ADD, SOFTWARE_SET, TRUE },
    { "InappropriateCloseInjector", SOFTWARE_REOPEN, SOFTWARE_CLOSE },
    { "MemoryExhaustionInjector", SOFTWARE_EXHAUST, SOFTWARE_NO_MEMORY },
    { "MemoryLeakInjector", SOFTWARE_LEAK, SOFTWARE_LEAK },
    { "WrongFormatInjector", SOFTWARE_FORMAT, SOFTWARE_FORMAT },
    { "PthreadDeadLockInjector", SOFTWARE_DEADLOCK, SOFTWARE_DEADLOCK },
    { "PthreadThreadKillerInjector", SOFTWARE_CANCEL, SOFTWARE_CANCEL },
    { "PthreadRaceConditionInjector", SOFTWARE_OTHER_LOCK, SOFTWARE_OTHER_LOCK },
    { "StalePointerInjector", SOFTWARE_FREE, SOFTWARE_FREE },
    { "Custom_Injector", SOFTWARE_CUSTOM, SOFTWARE_CUSTOM },
};

static const struct word simple_actions[] = {
    { "Corrupt", SOFTWARE_FLIP },
    { "Freeze", SOFTWARE_HANG },
    { "Delay", SOFTWARE_SLEEP },
    { NULL },
};

static void trigger_free(gpointer data)
{
    struct software_trigger *trigger = data;

    g_free(trigger->function);
    g_array_unref(trigger->arguments);
    g_free(trigger);
}

static struct software_fault *fault_new(void)
{
    struct software_fault *fault = g_new0(struct software_fault, 1);

    fault->triggers = g_ptr_array_new_with_free_func(trigger_free);
    fault->indices = g_array_new(FALSE, FALSE, sizeof(unsigned));
    return fault;
}

static void fault_free(struct software_fault *fault)
{
    g_free(fault->name);
    g_free(fault->class);
    g_free(fault->mode);
    g_free(fault->custom);
    g_ptr_array_unref(fault->triggers);
    g_array_unref(fault->indices);
    g_free(fault);
}

static void add_trigger(struct software_fault *fault, enum software_place place, const char *function)
{
    struct software_trigger *trigger = g_new0(struct software_trigger, 1);

    trigger->place = place;
    trigger->function = g_strdup(function);
    trigger->arguments = g_array_new(FALSE, FALSE, sizeof(int));
    g_ptr_array_add(fault->triggers, trigger);
}

static gboolean add_call(gpointer fault, const char *text, GError **error G_GNUC_UNUSED)
{
    add_trigger(fault, PLACE_CALL, text);
    return TRUE;
}

static gboolean add_calls_like(gpointer fault, const char *text, GError **error)
{
    if (strcmp(text, "all") == 0) {
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG, "'all' means all calls: write call: [all]");
        return FALSE;
    }
    add_trigger(fault, PLACE_CALLS_LIKE, text);
    return TRUE;
}

static const struct key trigger_keys[] = {
    { "call", KEY_WORDS, 0, .word = add_call },
    { "call*", KEY_WORDS, 0, .word = add_calls_like },
    { NULL },
};

/* Reads a Trigger: return, {call: [...]}, {call*: [...]}, or a list of them. */
static void load_trigger(struct loader *loader, const struct yaml *node, struct software_fault *fault)
{
    if (node->kind == YAML_LIST)
        for (guint i = 0; i < node->items->len; i++)
            load_trigger(loader, node->items->pdata[i], fault);
    else if (node->kind == YAML_SCALAR && strcmp(node->text, "return") == 0)
        add_trigger(fault, PLACE_RETURN, NULL);
    else if (node->kind == YAML_MAP)
        load_map(loader, node, trigger_keys, fault, "Trigger");
    else
        loader_error(loader, node, "Trigger must be return, {call: [fread]} or {call*: [memcpy]}");
}

static gboolean add_index(gpointer fault, const char *text, GError **error)
{
    int64_t number;
    unsigned index;

    if (!integer_parse(text, 1, G_MAXUINT32, &number, error))
        return FALSE;
    index = (unsigned)number;
    g_array_append_val(((struct software_fault *)fault)->indices, index);
    return TRUE;
}

static gboolean add_argument(gpointer arguments, const char *text, GError **error)
{
    int64_t number;
    int argument;

    if (!integer_parse(text, 0, 255, &number, error))
        return FALSE;
    argument = (int)number;
    g_array_append_val((GArray *)arguments, argument);
    return TRUE;
}

static struct software_trigger *trigger_of(const struct software_fault *fault, const char *function)
{
    for (guint t = 0; t < fault->triggers->len; t++) {
        struct software_trigger *trigger = fault->triggers->pdata[t];

        if (g_strcmp0(trigger->function, function) == 0)
            return trigger;
    }
    return NULL;
}

/* Reads src: {fread: [2], fwrite: [2]}. */
static void load_arguments(struct loader *loader, const struct yaml *node, gpointer fault)
{
    if (node->kind != YAML_MAP) {
        loader_error(loader, node, "src must be a map of functions and their arguments: {fread: [2]}");
        return;
    }
    for (guint i = 0; i + 1 < node->items->len; i += 2) {
        const char *function = load_scalar(loader, node->items->pdata[i], "a function of src", "a name");
        struct software_trigger *trigger = function ? trigger_of(fault, function) : NULL;

        if (trigger)
            load_words(loader, node->items->pdata[i + 1], function, add_argument, trigger->arguments);
        else if (function)
            loader_error(loader, node->items->pdata[i], "'%s' has a target, but Trigger does not name it", function);
    }
}

static const struct key target_keys[] = { { "src", KEY_CUSTOM, 0, .required = TRUE, .load = load_arguments },
                                          { NULL } };

static gboolean is_destination(const struct yaml *node)
{
    return node && node->kind == YAML_SCALAR && strcmp(node->text, "dst") == 0;
}

static void check_arguments(struct loader *loader, const struct yaml *node, const struct software_fault *fault)
{
    for (guint t = 0; t < fault->triggers->len; t++) {
        const struct software_trigger *trigger = fault->triggers->pdata[t];

        if (trigger->place == PLACE_RETURN)
            continue;
        if (trigger->arguments->len == 0)
            loader_error(loader, node, "Target names no argument of '%s': write src: {%s: [0]}, or dst for its result",
                         trigger->function, trigger->function);
        else if (strcmp(trigger->function, "all") == 0 && trigger->arguments->len > 1)
            loader_error(loader, node, "'all' takes one argument, since calls have different ones");
    }
}

/* Reads a Target: dst or {src: ...}; it may be missing if only returned values are struck. */
static void load_target(struct loader *loader, const struct yaml *parent, const struct yaml *node,
                        struct software_fault *fault)
{
    if (is_destination(node))
        return;
    if (node)
        load_map(loader, node, target_keys, fault, "Target");
    check_arguments(loader, node ? node : parent, fault);
}

static const struct named_injector *find_injector(struct loader *loader, const struct yaml *node, const char *name)
{
    const char *names[G_N_ELEMENTS(injectors) + 1] = { NULL };
    g_autofree char *list = NULL, *meant = NULL, *given = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(injectors); i++) {
        if (strcmp(injectors[i].name, name) == 0)
            return &injectors[i];
        names[i] = injectors[i].name;
    }
    list = g_strjoinv(", ", (char **)names);
    meant = suggestion(name, names);
    given = shown(name);
    loader_error(loader, node, "Perturb: '%s' is not known%s; allowed: %s", given, meant, list);
    return NULL;
}

static const struct key action_keys[] = {
    { "Perturb", KEY_STRING, offsetof(struct perturbation, injector), .required = TRUE },
    { "value", KEY_INTEGER, offsetof(struct perturbation, value), .low = G_MININT64 },
    { "option", KEY_BOOL, offsetof(struct perturbation, option) },
    { NULL },
};

static void load_perturbation(struct loader *loader, const struct yaml *node, struct description *description)
{
    struct perturbation map = { NULL, G_MININT64, FALSE };
    const struct named_injector *injector;

    load_map(loader, node, action_keys, &map, "Action");
    injector = map.injector ? find_injector(loader, node, map.injector) : NULL;
    if (injector) {
        description->fault->action = map.option ? injector->with_option : injector->plain;
        description->fault->value = injector->has_value ? map.value : 0;
        if (injector->has_value && map.value == G_MININT64)
            loader_error(loader, node, "%s needs the key 'value', the number that it adds or sets", injector->name);
        if (injector->plain == SOFTWARE_CUSTOM && !description->custom)
            loader_error(loader, node,
                         "Custom_Injector: its statements are missing, as text under this key beside "
                         "New_Failure_Mode");
    }
    g_free(map.injector);
}

static void load_action(struct loader *loader, const struct yaml *node, struct description *description)
{
    g_autoptr(GError) error = NULL;
    int action;

    if (node->kind == YAML_MAP)
        load_perturbation(loader, node, description);
    else if (node->kind == YAML_SCALAR && word_parse(simple_actions, node->text, &action, &error))
        description->fault->action = (enum software_action)action;
    else
        loader_error(loader, node,
                     "Action must be Corrupt, Freeze, Delay or {Perturb: INJECTOR, value: N, option: "
                     "true or false}");
}

static void keep_node(struct loader *loader G_GNUC_UNUSED, const struct yaml *node, gpointer field)
{
    *(const struct yaml **)field = node;
}

#define DESCRIPTION(field) offsetof(struct description, field)

static const struct key mode_keys[] = {
    { "Trigger", KEY_CUSTOM, DESCRIPTION(trigger), .required = TRUE, .load = keep_node },
    { "Trigger*", KEY_CUSTOM, DESCRIPTION(indices), .load = keep_node },
    { "Target", KEY_CUSTOM, DESCRIPTION(target), .load = keep_node },
    { "Action", KEY_CUSTOM, DESCRIPTION(action), .required = TRUE, .load = keep_node },
    { "Custom_Injector", KEY_STRING, DESCRIPTION(custom) },
    { NULL },
};

static const struct key fault_keys[] = {
    { "Failure_Class", KEY_STRING, DESCRIPTION(class), .required = TRUE },
    { "Failure_Mode", KEY_STRING, DESCRIPTION(mode), .required = TRUE },
    { "New_Failure_Mode", KEY_MAP, 0, .required = TRUE, .keys = mode_keys },
    { "Custom_Injector", KEY_STRING, DESCRIPTION(custom) },
    { NULL },
};

static void put_together(struct loader *loader, const struct yaml *node, struct description *description)
{
    struct software_fault *fault = description->fault;

    if (description->trigger)
        load_trigger(loader, description->trigger, fault);
    if (description->trigger && fault->triggers->len == 0)
        loader_error(loader, description->trigger, "Trigger is empty: write return, {call: [fread]}...");
    if (description->indices)
        load_words(loader, description->indices, "Trigger*", add_index, fault);
    load_target(loader, node, description->target, fault);
    if (description->action)
        load_action(loader, description->action, description);
    fault->class = g_steal_pointer(&description->class);
    fault->mode = g_steal_pointer(&description->mode);
    fault->custom = g_steal_pointer(&description->custom);
    fault->name = g_strdup_printf("%s(%s)", fault->mode, fault->class);
}

static GPtrArray *registry(void)
{
    static GPtrArray *all;

    if (!all)
        all = g_ptr_array_new();
    return all;
}

static void load_description(struct loader *loader, const struct yaml *node)
{
    struct description description = { .fault = fault_new() };
    guint errors = loader->errors->len;

    load_map(loader, node, fault_keys, &description, "a fault description");
    put_together(loader, node, &description);
    description.fault->from = g_intern_string(loader->path);
    if (loader->errors->len > errors) {
        fault_free(description.fault);
        return;
    }
    g_ptr_array_add(registry(), description.fault);
}

void load_software_faults(struct loader *loader, const struct yaml *node)
{
    software_faults();
    if (node->kind == YAML_LIST)
        for (guint i = 0; i < node->items->len; i++)
            load_description(loader, node->items->pdata[i]);
    else
        load_description(loader, node);
}

#define OWN "software-faults.yaml"

static gboolean load_text(const char *text, gsize size, const char *path, GError **error)
{
    g_autoptr(yaml_document_t) document = yaml_parse(text, size, path, error);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
    struct loader loader = { .path = path, .errors = errors };

    if (!document)
        return FALSE;
    if (document->root->kind == YAML_LIST)
        for (guint i = 0; i < document->root->items->len; i++)
            load_description(&loader, document->root->items->pdata[i]);
    else
        load_description(&loader, document->root);
    return loader_finish(&loader, error);
}

static void (*note)(const char *text);

void software_faults_set_note(void (*function)(const char *text))
{
    note = function;
}

/* Reads the user's descriptions. An error in them is only a note: campaigns that use none of them still run. */
static void load_store(void)
{
    g_autofree char *path = software_store_path();
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    g_autoptr(GError) error = NULL;

    if (file && g_mapped_file_get_length(file) > 0 &&
        !load_text(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path, &error))
        if (note)
            note(error->message);
}

const GPtrArray *software_faults(void)
{
    static gsize loaded;
    g_autoptr(GError) error = NULL;

    if (g_once_init_enter(&loaded)) {
        if (!load_text(software_faults_yaml, (gsize)(software_faults_yaml_end - software_faults_yaml), OWN, &error))
            g_error("%s", error->message);
        for (guint f = 0; f < registry()->len; f++)
            ((struct software_fault *)registry()->pdata[f])->from = NULL;
        load_store();
        g_once_init_leave(&loaded, 1);
    }
    return registry();
}

gboolean software_faults_load_text(const char *text, gsize size, const char *path, GError **error)
{
    software_faults();
    return load_text(text, size, path, error);
}

gboolean software_faults_load(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    return file &&
           software_faults_load_text(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path, error);
}

guint32 software_fault_number(const struct software_fault *fault)
{
    return g_str_hash(fault->name);
}

static const struct software_fault *find_name(const char *name)
{
    const GPtrArray *all = software_faults();

    for (guint f = all->len; f-- > 0;)
        if (strcmp(((const struct software_fault *)all->pdata[f])->name, name) == 0)
            return all->pdata[f];
    return NULL;
}

/* LLFI's older files write the failure class IO like this. */
#define OLD_IO "(I/O)"

const struct software_fault *software_fault_find(const char *name)
{
    const struct software_fault *found = find_name(name);
    g_autofree char *today = NULL;

    if (found || !g_str_has_suffix(name, OLD_IO))
        return found;
    today = g_strdup_printf("%.*s(IO)", (int)(strlen(name) - strlen(OLD_IO)), name);
    return find_name(today);
}

const struct software_fault *software_fault_parse(const char *name, GError **error)
{
    const struct software_fault *found = software_fault_find(name);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *meant = NULL, *given = NULL;

    if (found)
        return found;
    for (guint f = 0; f < software_faults()->len; f++)
        g_ptr_array_add(names, ((const struct software_fault *)software_faults()->pdata[f])->name);
    g_ptr_array_add(names, NULL);
    given = shown(name);
    meant = suggestion(name, (const char *const *)names->pdata);
    g_set_error(
        error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
        "there is no software fault '%s'%s: `lltfi faults` lists them, a file of descriptions (FIDL) adds others",
        given, meant);
    return NULL;
}
