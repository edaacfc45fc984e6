/* The table of settings, and how those are read and written that no kind of key describes. */
#include "config/settings.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "config/software_faults.h"

#include <float.h>
#include <string.h>

/* More than any campaign runs, so that sums of it fit. */
#define MOST_TRIALS INT64_C(1000000000000)

#define CAMPAIGN(field) offsetof(struct campaign, field)
#define IMAGE(field) CAMPAIGN(image.field), .holds = HOLDS_FOR_MODELS, .decides = DECIDES_ALWAYS
#define RUN(field) offsetof(struct run_option, field), .of_run = TRUE

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean refuse(GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, text);
    return FALSE;
}

/* Hands every word of a comma-separated list to a setter. */
static gboolean each_word(const char *text, gboolean (*set)(gpointer target, const char *word, GError **error),
                          gpointer target, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (char **word = words; *word; word++)
        if (!set(target, g_strstrip(*word), error))
            return FALSE;
    return TRUE;
}

/* Paths in a file are relative to its folder. */
static char *resolve(const struct loader *loader, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(loader->campaign->file);

    if (g_path_is_absolute(path) || strcmp(folder, ".") == 0)
        return g_strdup(path);
    return g_build_filename(folder, path, NULL);
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
        return refuse(error, "'%.60s' must be a symbolic dimension and its extent: batch=1", text);
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

/* image */

/* A list that is too short repeats its last number. */
static gboolean parse_channels(double *channels, const char *text, double least, GError **error)
{
    g_auto(GStrv) numbers = g_strsplit(text, ",", -1);
    guint n = g_strv_length(numbers);

    if (n < 1 || n > 4)
        return refuse(error, "'%s' must be one number, or one for each channel (at most 4) separated by commas", text);
    for (guint c = 0; c < 4; c++)
        if (!number_parse(numbers[MIN(c, n - 1)], least, G_MAXDOUBLE, &channels[c], error))
            return FALSE;
    return TRUE;
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

static void load_mean(struct loader *loader, const struct yaml *node, gpointer mean)
{
    load_channels(loader, node, "mean", -G_MAXDOUBLE, mean);
}

static gboolean set_mean(gpointer mean, const char *text, GError **error)
{
    return parse_channels(mean, text, -G_MAXDOUBLE, error);
}

static void load_std(struct loader *loader, const struct yaml *node, gpointer std)
{
    load_channels(loader, node, "std", DBL_MIN, std);
}

static gboolean set_std(gpointer std, const char *text, GError **error)
{
    return parse_channels(std, text, DBL_MIN, error);
}

static void append_channels(GString *text, gconstpointer channels)
{
    append_numbers(text, channels, 4);
}

static const struct word layouts[] = {
    { "auto", LAYOUT_AUTO }, { "NCHW", LAYOUT_NCHW }, { "NHWC", LAYOUT_NHWC }, { NULL }
};

/* What most rows of models and of programs have in common. */
#define OF_MODELS .holds = HOLDS_FOR_MODELS
#define OF_PROGRAMS .holds = HOLDS_FOR_PROGRAMS, .decides = DECIDES_BY_CONTENT

static const struct key image_keys[] = {
    { "layout", KEY_CHOICE, IMAGE(layout), .words = layouts,
      .option = { "layout", 0, GROUP_INPUT, "ORDER", "of pictures: auto (default), NCHW, NHWC" } },
    { "scale", KEY_NUMBER, IMAGE(scale), .least = -G_MAXDOUBLE, .standard = "1/255",
      .option = { "scale", 0, GROUP_INPUT, "X", "pixels become ((pixel * scale)^gamma - mean) / std" } },
    { "gamma", KEY_NUMBER, IMAGE(gamma), .least = DBL_MIN,
      .option = { "gamma", 0, GROUP_INPUT, "X", "default 1; scale: default 1/255" } },
    { "mean", KEY_CUSTOM, IMAGE(mean), .load = load_mean, .word = set_mean, .append = append_channels,
      .type = "number, or one for each channel (up to 4)", .standard = "0",
      .option = { "mean", 0, GROUP_INPUT, "X[,X...]", "one, or one for each channel; default 0" } },
    { "std", KEY_CUSTOM, IMAGE(std), .load = load_std, .word = set_std, .append = append_channels,
      .type = "number above 0, or one for each channel", .standard = "1",
      .option = { "std", 0, GROUP_INPUT, "X[,X...]", "default 1" } },
    { "invert", KEY_BOOL, IMAGE(invert),
      .option = { "invert", 0, GROUP_INPUT, NULL, "a pixel becomes 255 - pixel first" } },
    { NULL },
};

/* program */

static const struct word snapshot_words[] = { { "auto", TRUE }, { "off", FALSE }, { NULL } };

static const struct key program_keys[] = {
    { "sources", KEY_STRINGS, CAMPAIGN(program.sources), OF_PROGRAMS, .resolve = resolve, .type = "path or list" },
    { "arguments", KEY_STRINGS, CAMPAIGN(program.arguments), OF_PROGRAMS, .may_be_empty = TRUE },
    { "cflags", KEY_STRING, CAMPAIGN(program.cflags), OF_PROGRAMS,
      .option = { "cflags", 0, GROUP_PROGRAM, "FLAGS", "for clang, as '-I include -DN=10'" } },
    { "libs", KEY_STRING, CAMPAIGN(program.libs), OF_PROGRAMS,
      .option = { "libs", 0, GROUP_PROGRAM, "FLAGS", "for the linker, as '-L lib -lz'" } },
    { "cxx", KEY_BOOL, CAMPAIGN(program.cxx), OF_PROGRAMS, .option = { "cxx", 0, GROUP_PROGRAM, NULL, "link as C++" } },
    { "threads", KEY_BOOL, CAMPAIGN(program.threads), OF_PROGRAMS,
      .option = { "threads", 0, GROUP_PROGRAM, NULL, "it has threads, though no library call shows it" } },
    { "files", KEY_STRINGS, CAMPAIGN(program.files), OF_PROGRAMS, .type = "path or list",
      .option = { "files", 0, GROUP_PROGRAM, "PATH", "copy this file or folder for each run", .is_file = TRUE } },
    { "links", KEY_STRINGS, CAMPAIGN(program.links), OF_PROGRAMS, .type = "path or list" },
    { "stdin", KEY_STRING, CAMPAIGN(program.input), OF_PROGRAMS, .resolve = resolve,
      .option = { "stdin", 0, GROUP_PROGRAM, "FILE", "what it reads as standard input", .is_file = TRUE } },
    { "outputs", KEY_STRINGS, CAMPAIGN(program.outputs), OF_PROGRAMS, .type = "path or list",
      .option = { "output", 0, GROUP_PROGRAM, "FILE", "a file that it writes and that is compared", .is_file = TRUE } },
    { "detected_status", KEY_INT, CAMPAIGN(program.detected_status), OF_PROGRAMS, .high = 255, .standard = "none",
      .option = { "detected-status", 0, GROUP_PROGRAM, "N", "exit status N: it detected the fault" } },
    { "snapshots", KEY_CHOICE, CAMPAIGN(snapshots), .words = snapshot_words, .holds = HOLDS_FOR_PROGRAMS,
      .option = { "snapshots", 0, GROUP_PROGRAM, "WHEN",
                  "trials begin at their fault: auto (where safe; default), off" } },
    { NULL },
};

/* compileOption: LLFI's dialect reads it; these are its options. */

static gboolean include_opcode(gpointer entry, const char *name, GError **error)
{
    return entry_include_opcode(entry, name, error);
}

static gboolean exclude_opcode(gpointer entry, const char *name, GError **error)
{
    return entry_exclude_opcode(entry, name, error);
}

static gboolean include_function(gpointer entry, const char *name, GError **error)
{
    return entry_include_function(entry, name, error);
}

static gboolean include_index(gpointer entry, const char *text, GError **error)
{
    return entry_include_index(entry, text, error);
}

static gboolean add_slice(gpointer entry, const char *name, GError **error)
{
    return entry_add_slice(entry, name, error);
}

static struct instruction_selection *find_entry(const struct campaign *campaign, enum selection_method method)
{
    for (guint e = 0; e < campaign->selection.entries->len; e++) {
        struct instruction_selection *entry = campaign->selection.entries->pdata[e];

        if (entry->method == method)
            return entry;
    }
    return NULL;
}

static void new_opcodes(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_OPCODE);
}

static void new_functions(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_FUNCTION);
}

static void new_indices(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_INDEX);
}

static gboolean set_opcodes(struct campaign *campaign, const char *text, GError **error)
{
    return each_word(text, include_opcode, find_entry(campaign, SELECT_OPCODE), error);
}

static gboolean set_excluded(struct campaign *campaign, const char *text, GError **error)
{
    struct instruction_selection *entry = find_entry(campaign, SELECT_OPCODE);

    return entry ? each_word(text, exclude_opcode, entry, error)
                 : refuse(error, "say as well what to leave it out of: insttype all, exclude %s", text);
}

static gboolean set_functions(struct campaign *campaign, const char *text, GError **error)
{
    return each_word(text, include_function, find_entry(campaign, SELECT_FUNCTION), error);
}

static gboolean set_indices(struct campaign *campaign, const char *text, GError **error)
{
    return each_word(text, include_index, find_entry(campaign, SELECT_INDEX), error);
}

/* Slices extend every entry. */
static gboolean set_slices(struct campaign *campaign, const char *text, GError **error)
{
    GPtrArray *entries = campaign->selection.entries;

    if (entries->len == 0)
        selection_add(&campaign->selection, SELECT_DEFAULT);
    for (guint e = 0; e < entries->len; e++)
        if (!each_word(text, add_slice, entries->pdata[e], error))
            return FALSE;
    return TRUE;
}

static gboolean check_program(const struct campaign *campaign, const char *name, GError **error)
{
    g_autofree char *choices = fault_choices();

    return campaign->is_program || !names_software_fault(name) ||
           refuse(error,
                  "'%s' is a software fault: it changes calls of a C program, which a model does not have; use %s",
                  name, choices);
}

static gboolean set_registers(struct campaign *campaign, const char *text, GError **error)
{
    return check_program(campaign, text, error) && register_method_parse(text, &campaign->selection, error);
}

static const struct key compile_keys[] = {
    { "insttype", KEY_CUSTOM, 0,
      .option = { "insttype", 0, GROUP_SITES, "OPCODES", "only instructions of these kinds, as fadd,fmul",
                  .set = set_opcodes, .forget = new_opcodes } },
    { "exclude", KEY_CUSTOM, 0,
      .option = { "exclude", 0, GROUP_SITES, "OPCODES", "but not these, as phi of all", .set = set_excluded,
                  .late = 1 } },
    { "funcname", KEY_CUSTOM, 0,
      .option = { "funcname", 0, GROUP_SITES, "NAMES", "only in these functions", .set = set_functions,
                  .forget = new_functions } },
    { "llfiindex", KEY_CUSTOM, 0,
      .option = { "index", 0, GROUP_SITES, "NUMBERS", "only instructions with these LLFI indices", .set = set_indices,
                  .forget = new_indices } },
    { "regloc", KEY_CUSTOM, 0,
      .option = { "registers", 0, GROUP_SITES, "WHICH", "which registers of an instruction, as dstreg",
                  .set = set_registers } },
    { "includeInjectionTrace", KEY_CUSTOM, 0,
      .option = { "slice", 0, GROUP_SITES, "WAYS", "and all that uses or feeds them", .set = set_slices, .late = 1 } },
    { NULL },
};

/* runOption */

static gboolean parse_fault(gpointer run, const char *text, GError **error)
{
    return fault_type_parse(text, run, error);
}

static void append_fault(GString *text, gconstpointer run)
{
    append_name(text, fault_type_name(run));
}

/* A software fault also says which calls are struck. */
static gboolean set_fault(struct campaign *campaign, const char *text, GError **error)
{
    struct run_option parsed = { .fault = FAULT_NONE };

    if (!check_program(campaign, text, error) || !fault_type_parse(text, &parsed, error))
        return FALSE;
    if (parsed.software)
        campaign_set_software(campaign, parsed.software);
    for (guint r = 0; !parsed.software && r < campaign->runs->len; r++) {
        ((struct run_option *)campaign->runs->pdata[r])->fault = parsed.fault;
        ((struct run_option *)campaign->runs->pdata[r])->software = NULL;
    }
    return TRUE;
}

/* "10" or "5..10": the gaps between faults. */
static gboolean parse_window(gpointer data, const char *text, GError **error)
{
    g_auto(GStrv) ends = g_strsplit(text, "..", 2);
    gboolean range = ends[0] && ends[1];
    struct run_option *run = data;
    int64_t low = 1, high;

    if ((range && !integer_parse(ends[0], 1, G_MAXINT64, &low, error)) ||
        !integer_parse(range ? ends[1] : text, low, G_MAXINT64, &high, error))
        return FALSE;
    run->window_start = low;
    run->window_end = high;
    return TRUE;
}

/* In place of what a file says about two faults. */
static gboolean forget_window_len(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    for (guint r = 0; r < campaign->runs->len; r++)
        ((struct run_option *)campaign->runs->pdata[r])->window_len = -1;
    return TRUE;
}

static gboolean trials_are_given(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    campaign->trials_given = TRUE;
    return TRUE;
}

const struct key run_keys[] = {
    { "numOfRuns", KEY_INTEGER, RUN(trials), .low = 1, .high = MOST_TRIALS, .required = TRUE, .decides = DECIDES_ALWAYS,
      .standard = "required",
      .option = { "trials", 'n', GROUP_RUN, "N", "how many faults (default 1000)", .then = trials_are_given } },
    { "fi_type", KEY_WORD, 0, .of_run = TRUE, .word = parse_fault, .append = append_fault, .decides = DECIDES_ALWAYS,
      .option = { "fault", 'f', GROUP_FAULT, "MODEL", "what happens to the register, as bitflip", .set = set_fault } },
    { "fi_cycle", KEY_INTEGER, RUN(cycle), .low = 1, .decides = DECIDES_GIVEN, .standard = "drawn",
      .option = { "cycle", 0, GROUP_FAULT, "N", "always the N-th execution of all selected" } },
    { "fi_index", KEY_INTEGER, RUN(index), .high = G_MAXUINT32, .decides = DECIDES_GIVEN, .standard = "",
      .option = { "fault-index", 0, GROUP_FAULT, "N", "all executions of the instruction N" } },
    { "fi_reg_index", KEY_INTEGER, RUN(reg_index), .high = G_MAXINT32, .decides = DECIDES_GIVEN, .standard = "drawn",
      .option = { "register-index", 0, GROUP_FAULT, "N", "always this one of the selected registers" } },
    { "fi_bit", KEY_INTEGER, RUN(bit), .high = G_MAXINT32, .decides = DECIDES_GIVEN, .standard = "drawn",
      .option = { "bit", 0, GROUP_FAULT, "N", "always this bit" } },
    { "fi_num_bits", KEY_INT, RUN(num_bits), .low = 1, .high = 128, .decides = DECIDES_ALWAYS,
      .option = { "num-bits", 0, GROUP_FAULT, "N", "to how many of its bits (default 1)" } },
    { "window_len", KEY_INTEGER, RUN(window_len), .low = 1, .decides = DECIDES_GIVEN, .standard = "" },
    { "fi_max_multiple", KEY_INT, RUN(max_multiple), .low = 1, .high = MAX_FAULTS, .decides = DECIDES_GIVEN,
      .standard = "1; 100 with a window below",
      .option = { "multiple", 0, GROUP_FAULT, "N", "faults of a trial, in different instructions" } },
    { "window_len_multiple", KEY_WORD, 0, .of_run = TRUE, .word = parse_window,
      .type = "whole number from 1, or a range `5..10`", .standard = "the whole run",
      .option = { "window", 0, GROUP_FAULT, "[A..]B", "instructions between several faults",
                  .then = forget_window_len } },
    { "window_len_multiple_startindex", KEY_INTEGER, RUN(window_start), .low = 1, .decides = DECIDES_GIVEN,
      .standard = "" },
    { "window_len_multiple_endindex", KEY_INTEGER, RUN(window_end), .low = 1, .decides = DECIDES_GIVEN,
      .standard = "" },
    { "fi_random_seed", KEY_INTEGER, RUN(seed), .decides = DECIDES_GIVEN, .standard = "the campaign's `seed`" },
    { "timeOut", KEY_NUMBER, RUN(timeout), .least = DBL_MIN, .most = LONGEST_TIMEOUT, .decides = DECIDES_GIVEN,
      .standard = "the campaign's" },
    { "verbose", KEY_BOOL, RUN(verbose) },
    { NULL },
};

/* outcome */

static const struct word outcome_criteria[] = {
    { "top1", SDC_TOP1 },
    { "top5", SDC_TOP5 },
    { "confidence10", SDC_CONFIDENCE_10 },
    { "confidence20", SDC_CONFIDENCE_20 },
    { "nan", SDC_NAN },
    { "infinity", SDC_INFINITY },
    { "exact", SDC_EXACT },
    { "SDC-1", SDC_TOP1, TRUE },
    { "SDC-5", SDC_TOP5, TRUE },
    { "SDC-10%", SDC_CONFIDENCE_10, TRUE },
    { "SDC-20%", SDC_CONFIDENCE_20, TRUE },
    { "SDC-10 %", SDC_CONFIDENCE_10, TRUE },
    { "SDC-20 %", SDC_CONFIDENCE_20, TRUE },
    { NULL },
};

static gboolean add_criterion(gpointer criteria, const char *text, GError **error)
{
    int value;

    if (!word_parse(outcome_criteria, text, &value, error))
        return FALSE;
    *(unsigned *)criteria |= (unsigned)value;
    return TRUE;
}

static gboolean add_criteria(gpointer criteria, const char *text, GError **error)
{
    return each_word(text, add_criterion, criteria, error);
}

static void clear_criteria(gpointer criteria)
{
    *(unsigned *)criteria = 0;
}

static void append_criteria(GString *text, gconstpointer criteria)
{
    const char *separator = "";

    g_string_append_c(text, '[');
    for (const struct word *word = outcome_criteria; word->text; word++) {
        if (word->other || !(*(const unsigned *)criteria & (unsigned)word->value))
            continue;
        g_string_append_printf(text, "%s%s", separator, word->text);
        separator = ", ";
    }
    g_string_append_c(text, ']');
}

static gboolean add_threshold(gpointer data, const char *text, GError **error)
{
    struct outcome_option *outcome = data;
    double threshold;

    if (!number_parse(text, 0, G_MAXDOUBLE, &threshold, error))
        return FALSE;
    if (outcome->n_thresholds == (int)G_N_ELEMENTS(outcome->thresholds))
        return refuse(error, "more than %zu thresholds", G_N_ELEMENTS(outcome->thresholds));
    outcome->thresholds[outcome->n_thresholds++] = threshold;
    return TRUE;
}

static gboolean add_thresholds(gpointer outcome, const char *text, GError **error)
{
    return each_word(text, add_threshold, outcome, error);
}

static void clear_thresholds(gpointer data)
{
    struct outcome_option *outcome = data;

    outcome->n_thresholds = 0;
    outcome->deciding_threshold = 0;
}

static void append_thresholds(GString *text, gconstpointer data)
{
    const struct outcome_option *outcome = data;

    append_numbers(text, outcome->thresholds, outcome->n_thresholds);
}

static gboolean set_deciding(gpointer data, const char *text, GError **error)
{
    struct outcome_option *outcome = data;
    double deciding;

    if (!number_parse(text, 0, G_MAXDOUBLE, &deciding, error))
        return FALSE;
    for (int i = 0; i < outcome->n_thresholds; i++) {
        if (outcome->thresholds[i] == deciding) {
            outcome->deciding_threshold = i;
            return TRUE;
        }
    }
    return refuse(error, "%g is not one of the thresholds", deciding);
}

static void append_deciding(GString *text, gconstpointer data)
{
    const struct outcome_option *outcome = data;

    append_number(text, outcome->thresholds[outcome->deciding_threshold]);
}

/* It names a threshold by its value, wherever in the map they are: load_outcome takes it last. */
static void take_later(struct loader *loader G_GNUC_UNUSED, const struct yaml *node G_GNUC_UNUSED,
                       gpointer target G_GNUC_UNUSED)
{
}

static gboolean set_tolerance(struct campaign *campaign, const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", 2);
    struct outcome_option *outcome = &campaign->outcome;

    outcome->relative_tolerance = 0;
    return number_parse(words[0] ? words[0] : "", 0, G_MAXDOUBLE, &outcome->absolute_tolerance, error) &&
           (!words[0] || !words[1] || number_parse(words[1], 0, G_MAXDOUBLE, &outcome->relative_tolerance, error));
}

/* The classifier's rule is also what auto may choose. Classes and their confidences are recorded under every rule. */
static gboolean classifies(const struct campaign *campaign)
{
    return (campaign->outcome.rule == RULE_AUTO || campaign->outcome.rule == RULE_CLASSIFIER) && campaign->outcome.sdc;
}

static gboolean measures(const struct campaign *campaign)
{
    return campaign->outcome.rule == RULE_REGRESSION;
}

static gboolean tolerates(const struct campaign *campaign)
{
    return campaign->outcome.rule == RULE_TOLERANCE;
}

static gboolean is_commanded(const struct campaign *campaign)
{
    return campaign->outcome.rule == RULE_COMMAND;
}

/* Rules that follow from what an option gives; --outcome is set later and overrides them. */
static gboolean rule_follows(struct campaign *campaign, enum outcome_rule rule)
{
    campaign->outcome.rule = rule;
    return TRUE;
}

static gboolean then_classifier(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_CLASSIFIER);
}

static gboolean then_regression(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_REGRESSION);
}

static gboolean then_tolerance(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_TOLERANCE);
}

static gboolean then_command(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    return rule_follows(campaign, RULE_COMMAND);
}

static const struct word outcome_rules[] = {
    { "auto", RULE_AUTO },
    { "classifier", RULE_CLASSIFIER },
    { "regression", RULE_REGRESSION },
    { "exact", RULE_EXACT },
    { "tolerance", RULE_TOLERANCE },
    { "command", RULE_COMMAND },
    { NULL },
};

static const struct word confidence_words[] = { { "relative", TRUE }, { "absolute", FALSE }, { NULL } };

static const struct key tolerance_keys[] = {
    { "absolute", KEY_NUMBER, CAMPAIGN(outcome.absolute_tolerance), .decides = DECIDES_ALWAYS },
    { "relative", KEY_NUMBER, CAMPAIGN(outcome.relative_tolerance), .decides = DECIDES_ALWAYS },
    { NULL },
};

static const struct key outcome_keys[] = {
    { "rule", KEY_CHOICE, CAMPAIGN(outcome.rule), .words = outcome_rules, .decides = DECIDES_ALWAYS,
      .option = { "outcome", 0, GROUP_OUTCOME, "RULE", "how outputs are compared, as classifier", .late = 1 } },
    { "confidence", KEY_CHOICE, CAMPAIGN(outcome.relative_confidence), .words = confidence_words,
      .decides = DECIDES_ALWAYS,
      .option = { "confidence", 0, GROUP_OUTCOME, "HOW", "its changes are relative (default) or absolute" } },
    { "criteria", KEY_WORDS, CAMPAIGN(outcome.sdc), .word = add_criteria, .clear = clear_criteria,
      .append = append_criteria, .matters = classifies, .decides = DECIDES_ALWAYS, .words = outcome_criteria,
      .option = { "criteria", 0, GROUP_OUTCOME, "CRITERIA", "what a classifier's SDC is, as top1,nan",
                  .then = then_classifier } },
    { "thresholds", KEY_WORDS, CAMPAIGN(outcome), .word = add_thresholds, .clear = clear_thresholds,
      .append = append_thresholds, .matters = measures, .decides = DECIDES_ALWAYS,
      .type = "list of up to 16 numbers from 0",
      .option = { "thresholds", 0, GROUP_OUTCOME, "X,X...", "of a regression; default 15,30,60,90, 15 decides",
                  .then = then_regression } },
    { "deciding", KEY_CUSTOM, CAMPAIGN(outcome), .load = take_later, .append = append_deciding, .matters = measures,
      .decides = DECIDES_ALWAYS, .type = "one of the thresholds", .standard = "the first" },
    { "tolerance", KEY_MAP, 0, .keys = tolerance_keys, .matters = tolerates,
      .option = { "tolerance", 0, GROUP_OUTCOME, "ABS[,REL]", "more than ABS + REL * |golden| is SDC",
                  .set = set_tolerance, .then = then_tolerance } },
    { "command", KEY_STRING, CAMPAIGN(outcome.command), .matters = is_commanded, .decides = DECIDES_GIVEN,
      .option = { "compare-command", 0, GROUP_OUTCOME, "COMMAND", "gets two files; status 0 benign, 1 SDC",
                  .then = then_command } },
    { NULL },
};

static void load_outcome(struct loader *loader, const struct yaml *node, gpointer data)
{
    struct campaign *campaign = data;
    const struct yaml *deciding = yaml_value(node, "deciding");
    const char *text = deciding ? load_scalar(loader, deciding, "deciding", "a number") : NULL;
    g_autoptr(GError) error = NULL;

    load_map(loader, node, outcome_keys, campaign, "outcome");
    if (text && !set_deciding(&campaign->outcome, text, &error))
        loader_error(loader, deciding, "deciding: %s", error->message);
    if (campaign->outcome.rule == RULE_COMMAND && !campaign->outcome.command)
        loader_error(loader, node,
                     "outcome: the rule 'command' needs the key 'command', a program that gets two files");
}

/* The top level */

static gboolean strikes_elements(const struct campaign *campaign)
{
    return campaign->level != LEVEL_INSTRUCTION;
}

static gboolean is_model(const struct campaign *campaign)
{
    return campaign->program.sources->len == 0;
}

/* One seed for all runs. */
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
    { "faults", KEY_CUSTOM, 0, .load = take_later, .append = append_software, .block = TRUE,
      .type = "list of descriptions", .standard = "LLFI's" },
    { "compileOption", KEY_CUSTOM, 0, .load = load_compile_option, .keys = compile_keys,
      .append = append_compile_option, .block = TRUE, .type = "map, LLFI", .standard = "" },
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
      .option = { "layer", 'l', GROUP_SITES, "LAYERS", "only these layers, as Conv:1" } },
    { "runOption", KEY_CUSTOM, 0, .load = load_run_option, .keys = run_keys, .append = append_run_option, .block = TRUE,
      .type = "list, LLFI", .standard = "one run of 1000 bit flips" },
    { "outcome", KEY_CUSTOM, 0, .load = load_outcome, .keys = outcome_keys, .type = "map" },
    { "image", KEY_MAP, 0, .keys = image_keys },
    { "dims", KEY_CUSTOM, CAMPAIGN(dims), OF_MODELS, .load = load_dims, .word = add_dim, .clear = clear_pointers,
      .append = append_strings_as_set, .decides = DECIDES_GIVEN, .type = "map `{batch: 1}` or list `[batch=1]`",
      .standard = "from the inputs",
      .option = { "dim", 0, GROUP_INPUT, "NAME=N", "bind a symbolic dimension, as batch=1" } },
    { "level", KEY_CHOICE, CAMPAIGN(level), OF_MODELS, .words = levels, .decides = DECIDES_GIVEN,
      .option = { "level", 0, GROUP_FAULT, "LEVEL", "instruction (default), tensor or weight" } },
    { "tensor_sampling", KEY_CHOICE, CAMPAIGN(sampling), OF_MODELS, .words = samplings, .decides = DECIDES_ALWAYS,
      .matters = strikes_elements,
      .option = { "tensor-sampling", 0, GROUP_FAULT, "HOW", "of tensors and weights: by element or layer" } },
    { "seed", KEY_INTEGER, CAMPAIGN(seed), .decides = DECIDES_ALWAYS,
      .option = { "seed", 's', GROUP_RUN, "N", "other faults for another number (default 1)", .then = seed_of_all } },
    { "opt_level", KEY_INT, CAMPAIGN(opt_level), .high = 3, .decides = DECIDES_ALWAYS,
      .option = { "opt-level", 'O', GROUP_SITES, "0..3", "optimize the code that faults strike" } },
    { TIMEOUT("timeout"), .decides = DECIDES_GIVEN, .type = "seconds above 0",
      .standard = "a multiple of the golden run's time",
      .option = { "timeout", 0, GROUP_RUN, "SECONDS", "a trial that runs longer hangs", .then = timeout_of_all } },
    { TIMEOUT("defaultTimeout"), .type = "seconds, LLFI", .standard = "as `timeout`" },
    { "record", KEY_BOOL, CAMPAIGN(record), OF_MODELS, .decides = DECIDES_GIVEN,
      .option = { "record", 0, GROUP_RUN, NULL, "record what each fault changes in each layer" } },
    { "exhaustive", KEY_BOOL, CAMPAIGN(exhaustive), OF_MODELS, .decides = DECIDES_GIVEN,
      .option = { "exhaustive", 0, GROUP_RUN, NULL, "every single-bit fault, not a sample" } },
    { "bits", KEY_WORDS, CAMPAIGN(bits), OF_MODELS, .word = add_bits, .clear = clear_array, .append = append_bits,
      .decides = DECIDES_GIVEN, .type = "list as `[0..7, 31]`", .standard = "all",
      .option = { "bits", 0, GROUP_RUN, "LIST", "of these bits only, as 0..7,31" } },
    { "contained_only", KEY_BOOL, CAMPAIGN(contained_only), OF_MODELS, .decides = DECIDES_GIVEN,
      .option = { "contained-only", 0, GROUP_RUN, NULL, "leave out faults that need a child each" } },
    { "until_error", KEY_WORD, CAMPAIGN(until_error), .word = set_share, .append = append_share,
      .decides = DECIDES_GIVEN, .type = "share above 0 and below 50 %, as `0.5%` or `0.005`", .standard = "none",
      .option = { "until-error", 0, GROUP_RUN, "X%", "stop when the SDC rate is known to +-X %" } },
    { "until_error_by", KEY_CHOICE, CAMPAIGN(until_by_layer), OF_MODELS, .words = until_words, .decides = DECIDES_GIVEN,
      .option = { "until-error-by", 0, GROUP_RUN, "WHAT", "all (default), or every layer" } },
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
    return refuse(error, "'%s' is a %s, and %s is for %s", campaign->model, campaign->is_program ? "program" : "model",
                  setting_name(key->name), campaign->is_program ? "models" : "programs");
}

/* Not its default. */
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

/* Of every run: there is one unless a file gave more. */
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
    gpointer field = setting_field(key, campaign, NULL);

    if (key->option.forget)
        key->option.forget(campaign);
    else if (key->kind == KEY_STRINGS)
        clear_pointers(field);
    else if (key->clear)
        key->clear(field);
}
