/* llfi/lltfi.record: a GKeyFile with the groups "instrument" and "profile". */
#include "llfi/llfi.h"

#include "base/errors.h"
#include "base/file.h"

#include <string.h>

/* The version of this file's format. */
#define FORMAT 1

struct llfi_record *llfi_record_new(void)
{
    struct llfi_record *record = g_new0(struct llfi_record, 1);

    record->counters = g_array_new(FALSE, FALSE, sizeof(int));
    record->executions = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    record->files = g_ptr_array_new_with_free_func(g_free);
    return record;
}

void llfi_record_free(struct llfi_record *record)
{
    if (!record)
        return;
    g_free(record->index);
    g_free(record->hash);
    g_free(record->libs);
    g_free(record->command);
    g_array_unref(record->counters);
    g_array_unref(record->executions);
    g_ptr_array_unref(record->files);
    g_free(record);
}

static void set_numbers(GKeyFile *file, const char *group, const char *key, const GArray *numbers)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < numbers->len; i++)
        g_string_append_printf(text, "%" G_GUINT64_FORMAT ";", g_array_index(numbers, uint64_t, i));
    g_key_file_set_value(file, group, key, text->str);
}

static void get_numbers(GKeyFile *file, const char *group, const char *key, GArray *numbers)
{
    g_autofree char *text = g_key_file_get_value(file, group, key, NULL);
    char *at = text;

    while (at && *at) {
        uint64_t number = g_ascii_strtoull(at, &at, 10);

        g_array_append_val(numbers, number);
        at += *at == ';';
    }
}

static void set_profile(GKeyFile *file, const struct llfi_record *record)
{
    static const char group[] = "profile";

    g_key_file_set_string(file, group, "command", record->command);
    g_key_file_set_uint64(file, group, "total", record->total);
    g_key_file_set_integer(file, group, "status", record->status);
    g_key_file_set_double(file, group, "seconds", record->seconds);
    g_key_file_set_string_list(file, group, "files", (const char *const *)record->files->pdata, record->files->len);
    set_numbers(file, group, "executions", record->executions);
}

gboolean llfi_record_save(const struct llfi_record *record, const char *path, GError **error)
{
    static const char group[] = "instrument";
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *text = NULL;
    gsize size;

    g_key_file_set_integer(file, group, "format", FORMAT);
    g_key_file_set_string(file, group, "index", record->index);
    g_key_file_set_string(file, group, "hash", record->hash);
    g_key_file_set_string(file, group, "libs", record->libs ? record->libs : "");
    g_key_file_set_boolean(file, group, "cxx", record->cxx);
    g_key_file_set_boolean(file, group, "ml_lines", record->ml_lines);
    g_key_file_set_boolean(file, group, "ml_stats", record->ml_stats);
    g_key_file_set_integer(file, group, "n_counters", (int)record->n_counters);
    g_key_file_set_integer_list(file, group, "counters", (int *)(gpointer)record->counters->data,
                                record->counters->len);
    if (record->profiled)
        set_profile(file, record);
    text = g_key_file_to_data(file, &size, NULL);
    return file_write(path, text, size, error);
}

static void get_counters(GKeyFile *file, struct llfi_record *record)
{
    gsize n = 0;
    g_autofree int *counters = g_key_file_get_integer_list(file, "instrument", "counters", &n, NULL);

    g_array_append_vals(record->counters, counters, (guint)n);
}

static void get_profile(GKeyFile *file, struct llfi_record *record)
{
    static const char group[] = "profile";
    g_auto(GStrv) files = g_key_file_get_string_list(file, group, "files", NULL, NULL);

    record->profiled = g_key_file_has_group(file, group);
    record->command = g_key_file_get_string(file, group, "command", NULL);
    record->total = g_key_file_get_uint64(file, group, "total", NULL);
    record->status = g_key_file_get_integer(file, group, "status", NULL);
    record->seconds = g_key_file_get_double(file, group, "seconds", NULL);
    for (char **name = files; name && *name; name++)
        g_ptr_array_add(record->files, g_strdup(*name));
    get_numbers(file, group, "executions", record->executions);
}

static gboolean is_whole(const struct llfi_record *record)
{
    const guint n = record->counters->len;

    for (guint i = 0; i < n; i++)
        if (g_array_index(record->counters, int, i) >= (int)record->n_counters)
            return FALSE;
    return record->index && record->hash && n > 0 && (!record->profiled || record->executions->len == n);
}

struct llfi_record *llfi_record_load(const struct llfi_tree *tree, GError **error)
{
    static const char group[] = "instrument";
    g_autofree char *path = llfi_path(tree, LLFI_RECORD);
    g_autoptr(llfi_record_t) record = llfi_record_new();
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) why = NULL;

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &why)) {
        set_error(error, LLTFI_ERROR_INPUT, "%s: %s: run `lltfi instrument` on the IR file again", path, why->message);
        return NULL;
    }
    record->index = g_key_file_get_string(file, group, "index", NULL);
    record->hash = g_key_file_get_string(file, group, "hash", NULL);
    record->libs = g_key_file_get_string(file, group, "libs", NULL);
    record->cxx = g_key_file_get_boolean(file, group, "cxx", NULL);
    record->ml_lines = g_key_file_get_boolean(file, group, "ml_lines", NULL);
    record->ml_stats = g_key_file_get_boolean(file, group, "ml_stats", NULL);
    record->n_counters = (unsigned)MAX(g_key_file_get_integer(file, group, "n_counters", NULL), 0);
    get_counters(file, record);
    get_profile(file, record);
    if (g_key_file_get_integer(file, group, "format", NULL) == FORMAT && is_whole(record))
        return g_steal_pointer(&record);
    set_error(error, LLTFI_ERROR_INPUT,
              "%s: another version of lltfi wrote it, or it is damaged: run `lltfi instrument` on the IR file again",
              path);
    return NULL;
}
