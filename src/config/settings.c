/* The table of settings: keys of the top level and of `program`. The other rows are in image.c, outcome.c, run_option.c
 * and site_options.c. */
#include "config/settings.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "config/software_faults.h"

#include <float.h>
#include <string.h>

gboolean setting_each_word(const char *text, gboolean (*set)(gpointer target, const char *word, GError **error),
                           gpointer target, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (char **word = words; *word; word++)
        if (!set(target, g_strstrip(*word), error))
            return FALSE;
    return TRUE;
}

/* Resolves a path in a file, which is relative to the file's folder. */
static char *resolve(const struct loader *loader, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(loader->campaign->file);

    if (g_path_is_absolute(path) || strcmp(folder, ".") == 0)
        return g_strdup(path);
    return g_build_filename(folder, path, NULL);
}

/* Resolves the files of "name=file,name=file", the inputs of a model that has several. */
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

static void clear_pointers(gpointer field)
{
    g_ptr_array_set_size(*(GPtrArray **)field, 0);
}

static void clear_array(gpointer field)
{
    g_array_set_size(*(GArray **)field, 0);
}

/* dims */

static gboolean add_dim(gpointer field, const char *text, GError **error)
{
    const char *equals = strrchr(text, '=');
    int64_t extent;

    if (!equals || equals == text)
        return set_error(error, LLTFI_ERROR_USAGE, "'%.60s' must be a symbolic dimension and its extent: batch=1",
                         text);
    if (!integer_parse(equals + 1, 1, G_MAXINT32, &extent, error))
        return FALSE;
    g_ptr_array_add(*(GPtrArray **)field, g_strdup(text));
    return TRUE;
}

/* [batch=1] or {batch: 1}. */
static void load_dims(struct loader *loader, const struct yaml *node, gpointer field)
{
    if (node->kind != YAML_MAP) {
        load_words(loader, node, "dims", add_dim, field);
        return;
    }
    for (guint i = 0; i + 1 < node->items->len; i += 2) {
        const char *name = load_scalar(loader, node->items->pdata[i], "a dimension", "a name");
        const char *extent = load_scalar(loader, node->items->pdata[i + 1], "a dimension", "a whole number from 1");
        g_autofree char *text = name && extent ? g_strdup_printf("%s=%s", name, extent) : NULL;
        g_autoptr(GError) error = NULL;

        if (text && !add_dim(field, text, &error))
            loader_error(loader, node->items->pdata[i + 1], "dims: %s", error->message);
    }
}

static void append_strings_as_set(GString *text, gconstpointer field)
{
    append_set(text, *(GPtrArray *const *)field);
}

/* layers, bits */

static gboolean add_layers(gpointer field, const char *text, GError **error)
{
    return layer_patterns_parse(text, *(GPtrArray **)field, error);
}

static void append_layer_list(GString *text, gconstpointer field)
{
    append_layers(text, *(GPtrArray *const *)field);
}

static gboolean add_bits(gpointer field, const char *text, GError **error)
{
    return bits_parse(text, *(GArray **)field, error);
}

static void append_bits(GString *text, gconstpointer field)
{
    const GArray *bits = *(GArray *const *)field;

    g_string_append_c(text, '[');
    for (guint b = 0; b < bits->len; b++)
        g_string_append_printf(text, "%s%u", b ? ", " : "", g_array_index(bits, unsigned, b));
    g_string_append_c(text, ']');
}

static gboolean set_share(gpointer share, const char *text, GError **error)
{
    return share_parse(text, share, error);
}

static void append_share(GString *text, gconstpointer share)
{
    append_number(text, *(const double *)share);
}

/* Shared by most rows of models, and of programs. */
#define OF_MODELS .holds = HOLDS_FOR_MODELS
#define OF_PROGRAMS .holds = HOLDS_FOR_PROGRAMS, .decides = DECIDES_BY_CONTENT

static const struct word auto_words[] = { { "auto", TRUE }, { "off", FALSE }, { NULL } };
static const struct word message_words[] = { { "compared", FALSE }, { "off", TRUE }, { NULL } };

static const struct key program_keys[] = {
    { "sources", KEY_STRINGS, CAMPAIGN(program.sources), OF_PROGRAMS, .resolve = resolve, .type = "path or list" },
    { "arguments", KEY_STRINGS, CAMPAIGN(program.arguments), OF_PROGRAMS, .may_be_empty = TRUE },
    { "cflags", KEY_STRING, CAMPAIGN(program.cflags), OF_PROGRAMS,
      .option = { "cflags", 0, GROUP_PROGRAM, "FLAGS", "for clang, such as '-I include -DN=10'" } },
    { "libs", KEY_STRING, CAMPAIGN(program.libs), OF_PROGRAMS,
      .option = { "libs", 0, GROUP_PROGRAM, "FLAGS", "for the linker, such as '-L lib -lz'" } },
    { "cxx", KEY_BOOL, CAMPAIGN(program.cxx), OF_PROGRAMS, .option = { "cxx", 0, GROUP_PROGRAM, NULL, "link as C++" } },
    { "threads", KEY_BOOL, CAMPAIGN(program.threads), OF_PROGRAMS,
      .option = { "threads", 0, GROUP_PROGRAM, NULL, "it has threads, even if no library call shows it" } },
    { "files", KEY_STRINGS, CAMPAIGN(program.files), OF_PROGRAMS, .type = "path or list",
      .option = { "files", 0, GROUP_PROGRAM, "PATH", "copy this file or folder for each run", .is_file = TRUE } },
    { "links", KEY_STRINGS, CAMPAIGN(program.links), OF_PROGRAMS, .type = "path or list" },
    { "stdin", KEY_STRING, CAMPAIGN(program.input), OF_PROGRAMS, .resolve = resolve,
      .option = { "stdin", 0, GROUP_PROGRAM, "FILE", "the file for its standard input", .is_file = TRUE } },
    { "outputs", KEY_STRINGS, CAMPAIGN(program.outputs), OF_PROGRAMS, .type = "path or list",
      .option = { "output", 0, GROUP_PROGRAM, "FILE", "a file that it writes and that is compared", .is_file = TRUE } },
    { "detected_status", KEY_INT, CAMPAIGN(program.detected_status), OF_PROGRAMS, .high = 255, .standard = "none",
      .option = { "detected-status", 0, GROUP_PROGRAM, "N", "exit status N means: it detected the fault" } },
    { "ignore", KEY_STRINGS, CAMPAIGN(program.ignore), OF_PROGRAMS, .type = "regular expression or list",
      .option = { "ignore", 0, GROUP_PROGRAM, "REGEX", "lines of its output that match are not compared" } },
    { "stderr", KEY_CHOICE, CAMPAIGN(program.ignores_messages), OF_PROGRAMS, .words = message_words,
      .option = { "stderr", 0, GROUP_PROGRAM, "WHAT", "its standard error: compared (default), off" } },
    { "confine", KEY_CHOICE, CAMPAIGN(program.confine), OF_PROGRAMS, .words = auto_words,
      .option = { "confine", 0, GROUP_PROGRAM, "WHEN",
                  "runs can't reach other processes and files: auto (where the system allows it; default), off" } },
    { "snapshots", KEY_CHOICE, CAMPAIGN(snapshots), .words = auto_words, .holds = HOLDS_FOR_PROGRAMS,
      .option = { "snapshots", 0, GROUP_PROGRAM, "WHEN",
                  "trials begin at their fault: auto (where safe; default), off" } },
    { NULL },
};

/* For keys that are read before or after the others, by load_first of load.c or by load_outcome. */
void setting_load_later(struct loader *loader G_GNUC_UNUSED, const struct yaml *node G_GNUC_UNUSED,
                        gpointer target G_GNUC_UNUSED)
{
}

static gboolean strikes_elements(const struct campaign *campaign)
{
    return campaign->level != LEVEL_INSTRUCTION;
}

static gboolean is_model(const struct campaign *campaign)
{
    return campaign->program.sources->len == 0;
}

static gboolean is_protected(const struct campaign *campaign)
{
    return campaign->protect != NULL;
}

static const struct word population_words[] = { { "all", FALSE }, { "original", TRUE }, { NULL } };

/* Makes the campaign's seed that of all runs. */
static gboolean seed_of_all(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    for (guint r = 0; r < campaign->runs->len; r++)
        ((struct run_option *)campaign->runs->pdata[r])->seed = -1;
    return TRUE;
}

static gboolean timeout_of_all(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    for (guint r = 0; r < campaign->runs->len; r++)
        ((struct run_option *)campaign->runs->pdata[r])->timeout = -1;
    return TRUE;
}

static const struct word levels[] = {
    { "instruction", LEVEL_INSTRUCTION },
    { "tensor", LEVEL_TENSOR },
    { "weight", LEVEL_WEIGHT },
    { NULL },
};

static const struct word samplings[] = { { "element", SAMPLING_ELEMENT }, { "layer", SAMPLING_LAYER }, { NULL } };

static const struct word until_words[] = { { "all", FALSE }, { "layer", TRUE }, { NULL } };

#define TIMEOUT(name) name, KEY_NUMBER, CAMPAIGN(timeout), .least = DBL_MIN, .most = LONGEST_TIMEOUT

/* The order is that of the canonical text. */
const struct key campaign_keys[] = {
    { "faults", KEY_CUSTOM, 0, .load = setting_load_later, .append = append_software, .block = TRUE,
      .type = "list of descriptions", .standard = "LLFI's" },
    { "compileOption", KEY_CUSTOM, 0, .load = load_compile_option, .keys = site_keys, .append = append_compile_option,
      .block = TRUE, .type = "map, LLFI", .standard = "" },
    { "model", KEY_STRING, CAMPAIGN(model), .resolve = resolve, .decides = DECIDES_BY_CONTENT, .matters = is_model },
    { "program", KEY_MAP, 0, .keys = program_keys },
    { "inputs", KEY_STRINGS, CAMPAIGN(inputs), OF_MODELS, .resolve = resolve_input, .decides = DECIDES_BY_CONTENT,
      .type = "path or list",
      .option = { "input", 'i', GROUP_INPUT, "FILE", ".npy, .npz, .pb, .png, .jpg, or a folder of them",
                  .is_file = TRUE } },
    { "labels", KEY_STRINGS, CAMPAIGN(labels), OF_MODELS, .resolve = resolve_label, .decides = DECIDES_BY_CONTENT,
      .type = "number, path, or list", .standard = "none",
      .option = { "label", 0, GROUP_INPUT, "N|FILE", "the right class, or a file of them", .is_file = TRUE } },
    { "layers", KEY_WORDS, CAMPAIGN(selection.layers), .word = add_layers, .clear = clear_pointers,
      .append = append_layer_list, .decides = DECIDES_GIVEN, .type = "pattern or list", .standard = "all layers",
      .option = { "layer", 'l', GROUP_SITES, "LAYERS", "only these layers, such as Conv:1" } },
    { "protect", KEY_STRING, CAMPAIGN(protect), .resolve = resolve, .decides = DECIDES_BY_CONTENT, .type = "path",
      .standard = "none",
      .option = { "protect", 0, GROUP_SITES, "FILE", "protect it as this plan of `lltfi protect` says",
                  .is_file = TRUE } },
    { "protect_sites", KEY_CHOICE, CAMPAIGN(originals_only), .words = population_words, .decides = DECIDES_GIVEN,
      .matters = is_protected,
      .option = { "protect-sites", 0, GROUP_SITES, "WHICH", "all (default), or original: not what protection added" } },
    { "runOption", KEY_CUSTOM, 0, .load = load_run_option, .keys = run_keys, .append = append_run_option, .block = TRUE,
      .type = "list, LLFI", .standard = "one run of 1000 bit flips" },
    { "outcome", KEY_CUSTOM, 0, .load = load_outcome, .keys = outcome_keys, .type = "map" },
    { "image", KEY_MAP, 0, .keys = image_keys },
    { "dims", KEY_CUSTOM, CAMPAIGN(dims), OF_MODELS, .load = load_dims, .word = add_dim, .clear = clear_pointers,
      .append = append_strings_as_set, .decides = DECIDES_GIVEN, .type = "map `{batch: 1}` or list `[batch=1]`",
      .standard = "from the inputs",
      .option = { "dim", 0, GROUP_INPUT, "NAME=N", "bind a symbolic dimension, such as batch=1" } },
    { "level", KEY_CHOICE, CAMPAIGN(level), OF_MODELS, .words = levels, .decides = DECIDES_GIVEN,
      .option = { "level", 0, GROUP_FAULT, "LEVEL", "instruction (default), tensor or weight" } },
    { "tensor_sampling", KEY_CHOICE, CAMPAIGN(sampling), OF_MODELS, .words = samplings, .decides = DECIDES_ALWAYS,
      .matters = strikes_elements,
      .option = { "tensor-sampling", 0, GROUP_FAULT, "HOW", "of tensors and weights: by element or layer" } },
    { "seed", KEY_INTEGER, CAMPAIGN(seed), .decides = DECIDES_ALWAYS,
      .option = { "seed", 's', GROUP_RUN, "N", "another number gives other faults (default 1)", .then = seed_of_all } },
    { "opt_level", KEY_INT, CAMPAIGN(opt_level), .high = 3, .decides = DECIDES_ALWAYS,
      .option = { "opt-level", 'O', GROUP_SITES, "0..3", "optimize the code that faults strike" } },
    { TIMEOUT("timeout"), .decides = DECIDES_GIVEN, .type = "seconds above 0",
      .standard = "a multiple of the golden run's time",
      .option = { "timeout", 0, GROUP_RUN, "SECONDS", "a trial that runs longer is a hang", .then = timeout_of_all } },
    { TIMEOUT("defaultTimeout"), .type = "seconds, LLFI", .standard = "as `timeout`" },
    { "record", KEY_BOOL, CAMPAIGN(record), OF_MODELS, .decides = DECIDES_GIVEN,
      .option = { "record", 0, GROUP_RUN, NULL, "record what each fault changes in each layer" } },
    { "exhaustive", KEY_BOOL, CAMPAIGN(exhaustive), OF_MODELS, .decides = DECIDES_GIVEN,
      .option = { "exhaustive", 0, GROUP_RUN, NULL, "every single-bit fault, not a sample" } },
    { "bits", KEY_WORDS, CAMPAIGN(bits), OF_MODELS, .word = add_bits, .clear = clear_array, .append = append_bits,
      .decides = DECIDES_GIVEN, .type = "list such as `[0..7, 31]`", .standard = "all",
      .option = { "bits", 0, GROUP_RUN, "LIST", "only these bits, such as 0..7,31" } },
    { "contained_only", KEY_BOOL, CAMPAIGN(contained_only), OF_MODELS, .decides = DECIDES_GIVEN,
      .option = { "contained-only", 0, GROUP_RUN, NULL, "leave out faults that need a child each" } },
    { "until_error", KEY_WORD, CAMPAIGN(until_error), .word = set_share, .append = append_share,
      .decides = DECIDES_GIVEN, .type = "share above 0 and below 50 %, such as `0.5%` or `0.005`", .standard = "none",
      .option = { "until-error", 0, GROUP_RUN, "X%", "stop when the SDC rate is known to +-X %" } },
    { "until_error_by", KEY_CHOICE, CAMPAIGN(until_by_layer), OF_MODELS, .words = until_words, .decides = DECIDES_GIVEN,
      .option = { "until-error-by", 0, GROUP_RUN, "WHAT", "all (default), or every layer" } },
    { "allow_nondeterminism", KEY_BOOL, CAMPAIGN(allow_nondeterminism),
      .option = { "allow-nondeterminism", 0, GROUP_RUN, NULL, "report rates though trials differ without a fault" } },
    { "jobs", KEY_INT, CAMPAIGN(jobs), .low = 1, .high = 1024, .standard = "number of cores",
      .option = { "jobs", 'j', GROUP_RUN, "N", "trials at once (default: processors)" } },
    { "out", KEY_STRING, CAMPAIGN(out), .resolve = resolve, .standard = "named after the model",
      .option = { "out", 'o', GROUP_RUN, "DIR", "the folder (default lltfi-<model's name>)", .is_file = TRUE } },
    { NULL },
};

static void collect_options(const struct key *keys, GPtrArray *options)
{
    for (const struct key *key = keys; key->name; key++) {
        if (key->option.name)
            g_ptr_array_add(options, (gpointer)key);
        if (key->keys)
            collect_options(key->keys, options);
    }
}

GPtrArray *settings_options(void)
{
    GPtrArray *options = g_ptr_array_new();

    collect_options(campaign_keys, options);
    return options;
}

gpointer setting_field(const struct key *key, const struct campaign *campaign, const struct run_option *run)
{
    return (char *)(key->of_run ? (gpointer)run : (gpointer)campaign) + key->offset;
}

static gboolean refuse_setting(const struct campaign *campaign, const struct key *key, GError **error)
{
    return set_error(error, LLTFI_ERROR_USAGE, "'%s' is a %s, and %s is for %s", campaign->model,
                     campaign->is_program ? "program" : "model", setting_name(key->name),
                     campaign->is_program ? "models" : "programs");
}

/* Whether a setting differs from its default. */
static gboolean is_given(const struct campaign *campaign, const struct campaign *plain, const struct key *key)
{
    g_autofree char *value = setting_text(key, campaign, NULL), *standard = setting_text(key, plain, NULL);

    return strcmp(value, standard) != 0;
}

static gboolean check_keys(const struct campaign *campaign, const struct campaign *plain, const struct key *keys,
                           enum key_holds wrong, GError **error)
{
    for (const struct key *key = keys; key->name; key++) {
        if (key->holds == wrong && !key->keys && is_given(campaign, plain, key))
            return refuse_setting(campaign, key, error);
        if (key->keys && !check_keys(campaign, plain, key->keys, wrong, error))
            return FALSE;
    }
    return TRUE;
}

gboolean settings_check_subject(const struct campaign *campaign, GError **error)
{
    g_autoptr(campaign_t) plain = campaign_new();

    return check_keys(campaign, plain, campaign_keys, campaign->is_program ? HOLDS_FOR_MODELS : HOLDS_FOR_PROGRAMS,
                      error);
}

static gboolean set_field(const struct key *key, gpointer field, const char *text, GError **error)
{
    return key_parse(key, field, text ? text : "true", error);
}

/* Sets a field of every run; there is one run unless a file gave more. */
static gboolean set_fields(struct campaign *campaign, const struct key *key, const char *text, GError **error)
{
    if (!key->of_run)
        return set_field(key, setting_field(key, campaign, NULL), text, error);
    for (guint r = 0; r < campaign->runs->len; r++)
        if (!set_field(key, setting_field(key, campaign, campaign->runs->pdata[r]), text, error))
            return FALSE;
    return TRUE;
}

gboolean setting_set(struct campaign *campaign, const struct key *key, const char *text, GError **error)
{
    const struct key_option *option = &key->option;

    return (option->set ? option->set(campaign, text, error) : set_fields(campaign, key, text, error)) &&
           (!option->then || option->then(campaign, error));
}

void setting_forget(struct campaign *campaign, const struct key *key)
{
    if (key->option.forget)
        key->option.forget(campaign);
    else if (key->of_run)
        return;
    else if (key->kind == KEY_STRINGS)
        clear_pointers(setting_field(key, campaign, NULL));
    else if (key->clear)
        key->clear(setting_field(key, campaign, NULL));
}
