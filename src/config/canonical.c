/*
 * campaign_canonical: a line a field, "key: value", in YAML that campaign_load_text reads back. Left out: where files
 * lie, how many jobs run, and outcome keys that the rule does not look at.
 */
#include "config/outcome_words.h"

#include <string.h>

/* Numbers in the shortest form that reads back as the same. */
static void append_number(GString *text, double number)
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

static void append_key(GString *text, const char *key, const char *word)
{
    g_string_append_printf(text, "%s: ", key);
    yaml_append_quoted(text, word);
    g_string_append_c(text, '\n');
}

/* Words of ours need no quotes; names of software faults may. */
static void append_word(GString *text, const char *key, const char *word)
{
    if (names_software_fault(word))
        append_key(text, key, word);
    else
        g_string_append_printf(text, "%s: %s\n", key, word);
}

static void append_numbers(GString *text, const char *key, const double *numbers, int n)
{
    g_string_append_printf(text, "%s: [", key);
    for (int i = 0; i < n; i++) {
        g_string_append(text, i ? ", " : "");
        append_number(text, numbers[i]);
    }
    g_string_append(text, "]\n");
}

static void append_one_number(GString *text, const char *key, double number)
{
    g_string_append_printf(text, "%s: ", key);
    append_number(text, number);
    g_string_append_c(text, '\n');
}

static int compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A set of texts, whatever order it was given in. */
static void append_set(GString *text, const char *key, const GPtrArray *strings)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();

    for (guint i = 0; i < strings->len; i++)
        g_ptr_array_add(sorted, strings->pdata[i]);
    g_ptr_array_sort(sorted, compare_strings);
    g_string_append_printf(text, "%s: [", key);
    for (guint i = 0; i < sorted->len; i++) {
        g_string_append(text, i ? ", " : "");
        yaml_append_quoted(text, sorted->pdata[i]);
    }
    g_string_append(text, "]\n");
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

static void append_layers(GString *text, const char *key, const GPtrArray *layers)
{
    g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < layers->len; i++)
        g_ptr_array_add(strings, pattern_text(layers->pdata[i]));
    append_set(text, key, strings);
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
    if (entry->include_all)
        g_string_append(text, "        include: [all]\n");
    else
        append_set(text, "        include", entry->include_functions);
    if (entry->exclude_functions->len)
        append_set(text, "        exclude", entry->exclude_functions);
}

static gboolean any_opcode(const gboolean *set)
{
    for (unsigned o = 0; o < OPCODE_COUNT; o++)
        if (set[o])
            return TRUE;
    return FALSE;
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
        append_layers(text, "        layers", entry->layers);
    if (entry->method == SELECT_SOFTWARE)
        append_key(text, "        include", entry->software->name);
    if (entry->forward || entry->backward)
        g_string_append_printf(text, "        includeInjectionTrace: [%s%s%s]\n", entry->forward ? "forward" : "",
                               entry->forward && entry->backward ? ", " : "", entry->backward ? "backward" : "");
}

static void append_selection(GString *text, const struct selection *selection)
{
    gboolean location = selection->registers <= REGISTER_ALL;

    g_string_append(text, "compileOption:\n");
    if (selection->entries->len)
        g_string_append(text, "  instSelMethod:\n");
    for (guint e = 0; e < selection->entries->len; e++)
        append_entry(text, selection->entries->pdata[e]);
    g_string_append_printf(text, "  regSelMethod: %s\n", location ? "regloc" : "customregselector");
    append_word(text, location ? "  regloc" : "  customRegSelector", register_method_name(selection));
    if (selection->layers->len)
        append_layers(text, "layers", selection->layers);
}

static void append_given(GString *text, const char *key, int64_t number)
{
    if (number >= 0)
        g_string_append_printf(text, "      %s: %" G_GINT64_FORMAT "\n", key, number);
}

static void append_run(GString *text, const struct run_option *option)
{
    g_string_append_printf(text, "  - run:\n      numOfRuns: %" G_GINT64_FORMAT "\n", option->trials);
    append_word(text, "      fi_type", fault_type_name(option));
    append_given(text, "fi_cycle", option->cycle);
    append_given(text, "fi_index", option->index);
    append_given(text, "fi_reg_index", option->reg_index);
    append_given(text, "fi_bit", option->bit);
    append_given(text, "fi_num_bits", option->num_bits);
    append_given(text, "window_len", option->window_len);
    append_given(text, "fi_max_multiple", option->max_multiple);
    append_given(text, "window_len_multiple_startindex", option->window_start);
    append_given(text, "window_len_multiple_endindex", option->window_end);
    append_given(text, "fi_random_seed", option->seed);
    if (option->timeout > 0)
        append_one_number(text, "      timeOut", option->timeout);
}

static void append_criteria(GString *text, const struct outcome_option *outcome)
{
    const char *separator = "";

    g_string_append(text, "  criteria: [");
    for (const struct word *word = outcome_criterion_words; word->text; word++) {
        if (word->other || !(outcome->sdc & (unsigned)word->value))
            continue;
        g_string_append_printf(text, "%s%s", separator, word->text);
        separator = ", ";
    }
    g_string_append(text, "]\n");
}

/* Classes and their confidences are recorded under every rule; what else is looked at depends on it. */
static void append_outcome(GString *text, const struct outcome_option *outcome)
{
    g_string_append_printf(text, "outcome:\n  rule: %s\n  confidence: %s\n",
                           word_text(outcome_rule_words, outcome->rule),
                           outcome->relative_confidence ? "relative" : "absolute");
    if ((outcome->rule == RULE_AUTO || outcome->rule == RULE_CLASSIFIER) && outcome->sdc)
        append_criteria(text, outcome);
    if (outcome->rule == RULE_REGRESSION) {
        append_numbers(text, "  thresholds", outcome->thresholds, outcome->n_thresholds);
        append_one_number(text, "  deciding", outcome->thresholds[outcome->deciding_threshold]);
    }
    if (outcome->rule == RULE_TOLERANCE) {
        g_string_append(text, "  tolerance:\n");
        append_one_number(text, "    absolute", outcome->absolute_tolerance);
        append_one_number(text, "    relative", outcome->relative_tolerance);
    }
    if (outcome->rule == RULE_COMMAND && outcome->command)
        append_key(text, "  command", outcome->command);
}

static void append_image(GString *text, const struct image_option *image)
{
    g_string_append_printf(text, "image:\n  layout: %s\n", word_text(image_layout_words, (int)image->layout));
    append_one_number(text, "  scale", image->scale);
    append_one_number(text, "  gamma", image->gamma);
    append_numbers(text, "  mean", image->mean, 4);
    append_numbers(text, "  std", image->std, 4);
    g_string_append_printf(text, "  invert: %s\n", image->invert ? "true" : "false");
}

static void append_extent(GString *text, const struct campaign *campaign)
{
    if (campaign->exhaustive)
        g_string_append(text, "exhaustive: true\n");
    for (guint b = 0; b < campaign->bits->len; b++)
        g_string_append_printf(text, "%s%u%s", b ? ", " : "bits: [", g_array_index(campaign->bits, unsigned, b),
                               b + 1 < campaign->bits->len ? "" : "]\n");
    if (campaign->contained_only)
        g_string_append(text, "contained_only: true\n");
    if (campaign->until_error > 0)
        append_one_number(text, "until_error", campaign->until_error);
    if (campaign->until_by_layer)
        g_string_append(text, "until_error_by: layer\n");
}

/* The descriptions themselves: files may change. */
static void append_software(GString *text, const struct campaign *campaign)
{
    g_autoptr(GPtrArray) used = campaign_software(campaign);

    for (guint f = 0; f < used->len; f++) {
        g_autofree char *description = software_fault_text(used->pdata[f]);

        g_string_append_printf(text, "%s%s", f ? "" : "faults:\n", description);
    }
}

char *campaign_canonical(const struct campaign *campaign)
{
    GString *text = g_string_new(NULL);

    append_software(text, campaign);
    append_selection(text, &campaign->selection);
    g_string_append(text, "runOption:\n");
    for (guint r = 0; r < campaign->runs->len; r++)
        append_run(text, campaign->runs->pdata[r]);
    append_outcome(text, &campaign->outcome);
    append_image(text, &campaign->image);
    if (campaign->dims->len)
        append_set(text, "dims", campaign->dims);
    if (campaign->level != LEVEL_INSTRUCTION)
        g_string_append_printf(text, "level: %s\ntensor_sampling: %s\n", level_names[campaign->level],
                               sampling_names[campaign->sampling]);
    g_string_append_printf(text, "seed: %" G_GINT64_FORMAT "\nopt_level: %d\n", campaign->seed, campaign->opt_level);
    if (campaign->timeout > 0)
        append_one_number(text, "timeout", campaign->timeout);
    if (campaign->record)
        g_string_append(text, "record: true\n");
    append_extent(text, campaign);
    return g_string_free(text, FALSE);
}
