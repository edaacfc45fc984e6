/* The text of a campaign: one line "key: value" for each setting, as YAML that campaign_load_text reads back. */
#include "config/settings.h"

#include "config/software_faults.h"

#include <string.h>

void append_number(GString *text, double number)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    for (int precision = 6; precision <= 17; precision += precision == 6 ? 9 : 1) {
        g_autofree char *format = g_strdup_printf("%%.%dg", precision);

        g_ascii_formatd(digits, sizeof(digits), format, number);
        if (g_ascii_strtod(digits, NULL) == number)
            break;
    }
    g_string_append(text, digits);
}

void append_name(GString *text, const char *name)
{
    if (names_software_fault(name))
        yaml_append_quoted(text, name);
    else
        g_string_append(text, name);
}

void append_numbers(GString *text, const double *numbers, int n)
{
    g_string_append_c(text, '[');
    for (int i = 0; i < n; i++) {
        g_string_append(text, i ? ", " : "");
        append_number(text, numbers[i]);
    }
    g_string_append_c(text, ']');
}

static int compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void append_strings(GString *text, const GPtrArray *strings)
{
    g_string_append_c(text, '[');
    for (guint i = 0; i < strings->len; i++) {
        g_string_append(text, i ? ", " : "");
        yaml_append_quoted(text, strings->pdata[i]);
    }
    g_string_append_c(text, ']');
}

void append_set(GString *text, const GPtrArray *strings)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy((GPtrArray *)strings, NULL, NULL);

    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, compare_strings);
    append_strings(text, sorted);
}

static char *pattern_text(const struct layer_pattern *pattern)
{
    if (pattern->all)
        return g_strdup("all");
    if (pattern->number)
        return g_strdup_printf("#%d", pattern->number);
    if (pattern->name)
        return g_strconcat("name=", pattern->name, NULL);
    return pattern->occurrence ? g_strdup_printf("%s:%d", pattern->type, pattern->occurrence) : g_strdup(pattern->type);
}

void append_layers(GString *text, const GPtrArray *layers)
{
    g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < layers->len; i++)
        g_ptr_array_add(strings, pattern_text(layers->pdata[i]));
    append_set(text, strings);
}

static void append_opcodes(GString *text, const char *key, gboolean all, const gboolean *set)
{
    const char *separator = "";

    g_string_append_printf(text, "%s: [", key);
    if (all) {
        g_string_append(text, "all");
        separator = ", ";
    }
    for (unsigned o = 1; o < OPCODE_COUNT; o++) {
        if (!set[o])
            continue;
        g_string_append_printf(text, "%s%s", separator, opcode_name(o));
        separator = ", ";
    }
    g_string_append(text, "]\n");
}

static int compare_unsigned(gconstpointer a, gconstpointer b)
{
    unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;

    return left < right ? -1 : left > right;
}

static void append_indices(GString *text, const GArray *indices)
{
    g_autoptr(GArray) sorted = g_array_copy((GArray *)indices);

    g_array_sort(sorted, compare_unsigned);
    g_string_append(text, "        options: [");
    for (guint i = 0; i < sorted->len; i++)
        g_string_append_printf(text, "%s-injecttoindex=%u", i ? ", " : "", g_array_index(sorted, unsigned, i));
    g_string_append(text, "]\n");
}

static void append_functions(GString *text, const struct instruction_selection *entry)
{
    g_string_append(text, "        include: ");
    if (entry->include_all)
        g_string_append(text, "[all]");
    else
        append_set(text, entry->include_functions);
    if (entry->exclude_functions->len) {
        g_string_append(text, "\n        exclude: ");
        append_set(text, entry->exclude_functions);
    }
    g_string_append_c(text, '\n');
}

static gboolean any_opcode(const gboolean *set)
{
    for (unsigned o = 0; o < OPCODE_COUNT; o++)
        if (set[o])
            return TRUE;
    return FALSE;
}

static void append_entry_layers(GString *text, const GPtrArray *layers)
{
    g_string_append(text, "        layers: ");
    append_layers(text, layers);
    g_string_append_c(text, '\n');
}

static void append_entry_software(GString *text, const struct software_fault *software)
{
    g_string_append(text, "        include: ");
    yaml_append_quoted(text, software->name);
    g_string_append_c(text, '\n');
}

static void append_entry(GString *text, const struct instruction_selection *entry)
{
    static const char *const heads[] = {
        [SELECT_OPCODE] = "insttype:\n",
        [SELECT_FUNCTION] = "funcname:\n",
        [SELECT_INDEX] = "customInstselector:\n        include: [llfiindex]\n",
        [SELECT_MAIN_GRAPH] = "customInstselector:\n        include: [maingraph]\n",
        [SELECT_ONLY_MAIN] = "customInstselector:\n        include: [onlymain]\n",
        [SELECT_LAYER] = "customInstselector:\n        include: [CustomTensorOperator]\n",
        [SELECT_DEFAULT] = "customInstselector:\n        include: [default]\n",
        [SELECT_SOFTWARE] = "customInstselector:\n",
    };

    g_string_append_printf(text, "    - %s", heads[entry->method]);
    if (entry->method == SELECT_OPCODE)
        append_opcodes(text, "        include", entry->include_all, entry->include_opcode);
    if (entry->method == SELECT_OPCODE && any_opcode(entry->exclude_opcode))
        append_opcodes(text, "        exclude", FALSE, entry->exclude_opcode);
    if (entry->method == SELECT_FUNCTION)
        append_functions(text, entry);
    if (entry->method == SELECT_INDEX)
        append_indices(text, entry->indices);
    if (entry->method == SELECT_LAYER)
        append_entry_layers(text, entry->layers);
    if (entry->method == SELECT_SOFTWARE)
        append_entry_software(text, entry->software);
    if (entry->forward || entry->backward)
        g_string_append_printf(text, "        includeInjectionTrace: [%s%s%s]\n", entry->forward ? "forward" : "",
                               entry->forward && entry->backward ? ", " : "", entry->backward ? "backward" : "");
}

void append_compile_option(GString *text, gconstpointer campaign)
{
    const struct selection *selection = &((const struct campaign *)campaign)->selection;
    gboolean location = selection->registers <= REGISTER_ALL;

    g_string_append(text, "compileOption:\n");
    if (selection->entries->len)
        g_string_append(text, "  instSelMethod:\n");
    for (guint e = 0; e < selection->entries->len; e++)
        append_entry(text, selection->entries->pdata[e]);
    g_string_append_printf(text, "  regSelMethod: %s\n  %s: ", location ? "regloc" : "customregselector",
                           location ? "regloc" : "customRegSelector");
    append_name(text, register_method_name(selection));
    g_string_append_c(text, '\n');
}

/* The descriptions themselves, not the names of their files, which may change. */
void append_software(GString *text, gconstpointer campaign)
{
    g_autoptr(GPtrArray) used = campaign_software(campaign);

    for (guint f = 0; f < used->len; f++) {
        g_autofree char *description = software_fault_text(used->pdata[f]);

        g_string_append_printf(text, "%s%s", f ? "" : "faults:\n", description);
    }
}

void setting_append(GString *text, const struct key *key, gconstpointer field)
{
    const char *word = key->kind == KEY_STRING ? *(char *const *)field : NULL;

    if (key->append) {
        key->append(text, field);
        return;
    }
    switch (key->kind) {
    case KEY_STRING:
        yaml_append_quoted(text, word ? word : "");
        break;
    case KEY_STRINGS:
        append_strings(text, *(GPtrArray *const *)field);
        break;
    case KEY_INTEGER:
        g_string_append_printf(text, "%" G_GINT64_FORMAT, *(const int64_t *)field);
        break;
    case KEY_INT:
        g_string_append_printf(text, "%d", *(const int *)field);
        break;
    case KEY_NUMBER:
        append_number(text, *(const double *)field);
        break;
    case KEY_BOOL:
        g_string_append(text, *(const gboolean *)field ? "true" : "false");
        break;
    case KEY_CHOICE:
        g_string_append(text, word_text(key->words, *(const int *)field));
        break;
    default:
        break;
    }
}

/* The values to write, of a campaign or of one of its runs, and the defaults to compare them with. */
struct written {
    const struct campaign *campaign, *plain;
    const struct run_option *run, *plain_run;
    gboolean all; /* also keys with DECIDES_BY_CONTENT */
};

char *setting_text(const struct key *key, const struct campaign *campaign, const struct run_option *run)
{
    GString *text = g_string_new(NULL);

    setting_append(text, key, setting_field(key, campaign, run));
    return g_string_free(text, FALSE);
}

static void append_value(GString *text, int indent, const struct key *key, const struct written *written)
{
    g_autofree char *value = setting_text(key, written->campaign, written->run);
    g_autofree char *plain = setting_text(key, written->plain, written->plain_run);

    if (key->decides == DECIDES_ALWAYS || strcmp(value, plain) != 0)
        g_string_append_printf(text, "%*s%s: %s\n", indent, "", key->name, value);
}

static void append_keys(GString *text, int indent, const struct key *keys, const struct written *written);

/* Writes a map if any of its keys is written. */
static void append_map(GString *text, int indent, const struct key *key, const struct written *written)
{
    g_autoptr(GString) below = g_string_new(NULL);

    append_keys(below, indent + 2, key->keys, written);
    if (below->len > 0)
        g_string_append_printf(text, "%*s%s:\n%s", indent, "", key->name, below->str);
}

static void append_keys(GString *text, int indent, const struct key *keys, const struct written *written)
{
    for (const struct key *key = keys; key->name; key++) {
        if (key->matters && !key->matters(written->campaign))
            continue;
        if (key->block)
            key->append(text, written->campaign);
        else if (key->keys)
            append_map(text, indent, key, written);
        else if (key->decides == DECIDES_BY_CONTENT ? written->all : key->decides != DECIDES_NOTHING)
            append_value(text, indent, key, written);
    }
}

void append_run_option(GString *text, gconstpointer data)
{
    const struct campaign *campaign = data;
    g_autoptr(campaign_t) plain = campaign_new();

    g_string_append(text, "runOption:\n");
    for (guint r = 0; r < campaign->runs->len; r++) {
        const struct written written = { campaign, plain, campaign->runs->pdata[r], plain->runs->pdata[0], FALSE };

        g_string_append(text, "  - run:\n");
        append_keys(text, 6, run_keys, &written);
    }
}

static char *campaign_text(const struct campaign *campaign, gboolean all)
{
    GString *text = g_string_new(NULL);
    g_autoptr(campaign_t) plain = campaign_new();

    append_keys(text, 0, campaign_keys, &(struct written){ .campaign = campaign, .plain = plain, .all = all });
    return g_string_free(text, FALSE);
}

char *campaign_canonical(const struct campaign *campaign)
{
    return campaign_text(campaign, FALSE);
}

char *campaign_description(const struct campaign *campaign)
{
    return campaign_text(campaign, TRUE);
}
