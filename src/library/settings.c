/* Settings of a campaign, one by one or from files, by the table of config/settings.h. */
#include "library/library.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "config/settings.h"
#include "frontend/program.h"
#include "llfi/dialect/dialect.h"

#include <string.h>

/* The most trials of a campaign that ends when its rate is known. */
#define MOST_TRIALS 1000000000

struct late_setting {
    const struct key *key;
    char *value; /* NULL of switches */
};

static void late_clear(gpointer data)
{
    g_free(((struct late_setting *)data)->value);
}

const char *settings_option(const char *key)
{
    g_autoptr(GPtrArray) rows = settings_options();

    for (guint r = 0; r < rows->len; r++) {
        const struct key *row = rows->pdata[r];

        if (strcmp(row->name, key) == 0)
            return row->option.name;
    }
    return NULL;
}

lltfi_settings *lltfi_settings_new(void)
{
    lltfi_settings *settings = g_new0(lltfi_settings, 1);

    setting_set_default_names(settings_option);
    settings->campaign = campaign_new();
    settings->subjects = g_ptr_array_new_with_free_func(g_free);
    settings->arguments = g_ptr_array_new_with_free_func(g_free);
    settings->given = g_hash_table_new(NULL, NULL);
    settings->late = g_array_new(FALSE, FALSE, sizeof(struct late_setting));
    g_array_set_clear_func(settings->late, late_clear);
    return settings;
}

void lltfi_settings_free(lltfi_settings *settings)
{
    if (!settings)
        return;
    campaign_free(settings->campaign);
    g_ptr_array_unref(settings->subjects);
    g_ptr_array_unref(settings->arguments);
    g_hash_table_unref(settings->given);
    g_array_unref(settings->late);
    g_free(settings);
}

struct campaign *settings_campaign(lltfi_settings *settings)
{
    return settings->campaign;
}

static gboolean has_source(const lltfi_settings *settings)
{
    return settings->subjects->len > 0 && program_is_source(settings->subjects->pdata[0]);
}

static gboolean check_source(const char *path, GError **error)
{
    return program_is_source(path) ||
           set_error(error, LLTFI_ERROR_USAGE,
                     "'%s' is not a source of a program (.c, .cc, .cpp, .ll, .bc...); other files are for %s", path,
                     setting_name("libs"));
}

static gboolean check_subject(const lltfi_settings *settings, const char *path, GError **error)
{
    gboolean is_program = settings->subjects->len > 0 ? has_source(settings) : program_is_source(path);

    if (settings->stage > STAGE_SUBJECT)
        return set_error(error, LLTFI_ERROR_USAGE, "'%s': the model or program comes before all other settings", path);
    if (settings->subjects->len > 0 && !is_program)
        return set_error(error, LLTFI_ERROR_USAGE, "one model at a time, not also '%s'", path);
    return !is_program || check_source(path, error);
}

int lltfi_settings_subject(lltfi_settings *settings, const char *path, lltfi_error **error)
{
    if (!check_subject(settings, path, error))
        return FALSE;
    g_ptr_array_add(settings->subjects, g_strdup(path));
    settings->campaign->is_program = has_source(settings);
    return TRUE;
}

int lltfi_settings_load(lltfi_settings *settings, const char *path, lltfi_error **error)
{
    struct llfi_option llfi = { 0 };
    const struct dialect dialect = llfi_dialect(&llfi, FALSE);

    if (settings->stage > STAGE_FILES)
        return set_error(error, LLTFI_ERROR_USAGE, "'%s': files come before single settings", path);
    settings->stage = STAGE_FILES;
    return campaign_load(settings->campaign, path, &dialect, error);
}

/* What was complete is to be checked again. */
static void change(lltfi_settings *settings)
{
    settings->stage = MIN(settings->stage, STAGE_SINGLE);
}

void lltfi_settings_argument(lltfi_settings *settings, const char *argument)
{
    g_ptr_array_add(settings->arguments, g_strdup(argument));
    change(settings);
}

static void replace_strings(GPtrArray *strings, const GPtrArray *by)
{
    g_ptr_array_set_size(strings, 0);
    for (guint s = 0; s < by->len; s++)
        g_ptr_array_add(strings, g_strdup(by->pdata[s]));
}

/* If nothing selects instructions of a program: all that have a result, which LLFI's users include as "all". */
static void take_program(struct campaign *campaign)
{
    g_free(campaign->model);
    campaign->model = g_strdup(campaign->program.sources->pdata[0]);
    if (campaign->selection.entries->len == 0)
        selection_add(&campaign->selection, SELECT_OPCODE)->include_all = TRUE;
}

/* The subject is known before single settings are taken: what they may be depends on it. */
static gboolean take_subject(lltfi_settings *settings, GError **error)
{
    struct campaign *campaign = settings->campaign;
    GPtrArray *sources = campaign->program.sources;
    gboolean is_model = settings->subjects->len > 0 && !has_source(settings);

    if (is_model && campaign->is_program)
        return set_error(error, LLTFI_ERROR_USAGE, "'%s' is a model, but '%s' describes a program",
                         (char *)settings->subjects->pdata[0], campaign->file);
    if (is_model) {
        g_free(campaign->model);
        campaign->model = g_strdup(settings->subjects->pdata[0]);
    } else if (settings->subjects->len > 0)
        replace_strings(sources, settings->subjects);
    for (guint s = 0; s < sources->len; s++)
        if (!check_source(sources->pdata[s], error))
            return FALSE;
    if (sources->len > 0)
        take_program(campaign);
    return campaign->model || set_error(error, LLTFI_ERROR_USAGE, "say which model or program");
}

static gboolean begin_single(lltfi_settings *settings, GError **error)
{
    if (settings->stage >= STAGE_SINGLE)
        return TRUE;
    if (!take_subject(settings, error))
        return FALSE;
    settings->stage = STAGE_SINGLE;
    return TRUE;
}

static const struct key *find_key(const char *name, GError **error)
{
    g_autoptr(GPtrArray) rows = settings_options(), names = g_ptr_array_new();
    g_autofree char *meant = NULL, *given = NULL;

    for (guint r = 0; r < rows->len; r++) {
        const struct key *row = rows->pdata[r];

        if (strcmp(row->option.name, name) == 0)
            return row;
        g_ptr_array_add(names, (gpointer)row->option.name);
    }
    g_ptr_array_add(names, NULL);
    given = shown(name);
    meant = suggestion(name, (const char *const *)names->pdata);
    set_error(error, LLTFI_ERROR_USAGE, "there is no setting '%s'%s", given, meant);
    return NULL;
}

/* An error of a setter says which setting it is about. */
static gboolean set(struct campaign *campaign, const struct key *key, const char *value, GError **error)
{
    g_autoptr(GError) why = NULL;

    return setting_set(campaign, key, value, &why) ||
           set_error(error, LLTFI_ERROR_USAGE, "%s: %s", setting_name(key->name), why->message);
}

/* A list of the file is dropped before the first entry that is given here. */
static void forget_file(lltfi_settings *settings, const struct key *key)
{
    if (g_hash_table_add(settings->given, (gpointer)key))
        setting_forget(settings->campaign, key);
}

int lltfi_settings_set(lltfi_settings *settings, const char *name, const char *value, lltfi_error **error)
{
    const struct key *key = find_key(name, error);
    struct late_setting late = { .key = key };

    if (!key || !begin_single(settings, error))
        return FALSE;
    if (!value && key->option.argument)
        return set_error(error, LLTFI_ERROR_USAGE, "%s needs a value: %s", setting_name(key->name),
                         key->option.argument);
    change(settings);
    forget_file(settings, key);
    if (!key->option.late)
        return set(settings->campaign, key, value, error);
    late.value = g_strdup(value);
    g_array_append_val(settings->late, late);
    return TRUE;
}

static gboolean set_late(lltfi_settings *settings, GError **error)
{
    for (guint l = 0; l < settings->late->len; l++) {
        const struct late_setting *late = &g_array_index(settings->late, struct late_setting, l);

        if (!set(settings->campaign, late->key, late->value, error))
            return FALSE;
    }
    g_array_set_size(settings->late, 0);
    return TRUE;
}

static gboolean take_arguments(lltfi_settings *settings, GError **error)
{
    struct campaign *campaign = settings->campaign;

    if (settings->arguments->len == 0)
        return TRUE;
    if (campaign->program.sources->len == 0)
        return set_error(error, LLTFI_ERROR_USAGE, "'%s': only programs have arguments, and '%s' is a model",
                         (char *)settings->arguments->pdata[0], campaign->model);
    replace_strings(campaign->program.arguments, settings->arguments);
    return TRUE;
}

static gboolean check_windows(const struct campaign *campaign, GError **error)
{
    for (guint r = 0; r < campaign->runs->len; r++) {
        const struct run_option *option = campaign->runs->pdata[r];

        if (option->window_end >= 1 && option->max_multiple < 1)
            return set_error(error, LLTFI_ERROR_USAGE,
                             "%s says how far several faults are apart: say how many with %s N",
                             setting_name("window_len_multiple"), setting_name("fi_max_multiple"));
    }
    return TRUE;
}

/* models/lenet.onnx: lltfi-lenet. */
static char *default_folder(const char *model)
{
    g_autofree char *base = g_path_get_basename(model);
    char *dot = strrchr(base, '.');

    if (dot && dot > base)
        *dot = '\0';
    return g_strconcat("lltfi-", base, NULL);
}

static void set_defaults(struct campaign *campaign)
{
    if (campaign->until_error > 0 && !campaign->trials_given)
        ((struct run_option *)campaign->runs->pdata[0])->trials = MOST_TRIALS;
    if (!campaign->out)
        campaign->out = default_folder(campaign->model);
}

gboolean settings_complete(lltfi_settings *settings, GError **error)
{
    struct campaign *campaign = settings->campaign;

    if (settings->stage == STAGE_COMPLETE)
        return TRUE;
    if (!begin_single(settings, error) || !take_arguments(settings, error) || !set_late(settings, error) ||
        !check_windows(campaign, error) || !campaign_check(campaign, error))
        return FALSE;
    set_defaults(campaign);
    settings->stage = STAGE_COMPLETE;
    return TRUE;
}
