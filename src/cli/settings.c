#include "cli/settings.h"

#include "base/errors.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define MANY 1000000000000

static gboolean add_text(GPtrArray *list, const char *value)
{
    g_ptr_array_add(list, g_strdup(value));
    return TRUE;
}

static gboolean set_input(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error G_GNUC_UNUSED)
{
    return add_text(campaign->inputs, value);
}

static void reset_inputs(struct campaign *campaign)
{
    g_ptr_array_set_size(campaign->inputs, 0);
}

static gboolean set_label(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error G_GNUC_UNUSED)
{
    return add_text(campaign->labels, value);
}

static void reset_labels(struct campaign *campaign)
{
    g_ptr_array_set_size(campaign->labels, 0);
}

static gboolean set_dim(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                        GError **error)
{
    const char *equals = strchr(value, '=');
    int64_t extent;

    if (equals && equals > value)
        return integer_parse(equals + 1, 0, G_MAXINT32, &extent, error) && add_text(campaign->dims, value);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' must be NAME=EXTENT, as batch=1", value);
    return FALSE;
}

static void reset_dims(struct campaign *campaign)
{
    g_ptr_array_set_size(campaign->dims, 0);
}

static gboolean set_layout(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                           GError **error)
{
    return image_layout_parse(value, &campaign->image.layout, error);
}

static gboolean set_scale(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error)
{
    return number_parse(value, -G_MAXDOUBLE, G_MAXDOUBLE, &campaign->image.scale, error);
}

static gboolean set_gamma(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error)
{
    return number_parse(value, G_MINDOUBLE, G_MAXDOUBLE, &campaign->image.gamma, error);
}

/* One number for all channels, or one for each. */
static gboolean parse_channels(double channels[4], const char *value, double low, GError **error)
{
    g_auto(GStrv) words = g_strsplit(value, ",", -1);
    guint n = g_strv_length(words);

    if (n != 1 && n != 3 && n != 4) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "'%s' must be one number, or three or four (one for each channel) separated by commas", value);
        return FALSE;
    }
    for (guint c = 0; c < 4; c++)
        if (!number_parse(words[MIN(c, n - 1)], low, G_MAXDOUBLE, &channels[c], error))
            return FALSE;
    return TRUE;
}

static gboolean set_mean(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                         GError **error)
{
    return parse_channels(campaign->image.mean, value, -G_MAXDOUBLE, error);
}

static gboolean set_std(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                        GError **error)
{
    return parse_channels(campaign->image.std, value, G_MINDOUBLE, error);
}

static gboolean set_invert(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED,
                           const char *value G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    campaign->image.invert = TRUE;
    return TRUE;
}

static gboolean set_layer(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error)
{
    return layer_patterns_parse(value, campaign->selection.layers, error);
}

static void reset_layers(struct campaign *campaign)
{
    g_ptr_array_set_size(campaign->selection.layers, 0);
}

static struct instruction_selection *find_entry(const struct selection *selection, enum selection_method method)
{
    for (guint e = 0; e < selection->entries->len; e++) {
        struct instruction_selection *entry = selection->entries->pdata[e];

        if (entry->method == method)
            return entry;
    }
    return NULL;
}

/* Hands every word of a comma-separated list to a setter of entries. */
static gboolean set_words(struct instruction_selection *entry, const char *value,
                          gboolean (*set)(struct instruction_selection *entry, const char *word, GError **error),
                          GError **error)
{
    g_auto(GStrv) words = g_strsplit(value, ",", -1);

    for (char **word = words; *word; word++)
        if (!set(entry, g_strstrip(*word), error))
            return FALSE;
    return TRUE;
}

static gboolean set_insttype(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                             GError **error)
{
    return set_words(find_entry(&campaign->selection, SELECT_OPCODE), value, entry_include_opcode, error);
}

static void reset_insttype(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_OPCODE);
}

static gboolean set_exclude(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                            GError **error)
{
    struct instruction_selection *entry = find_entry(&campaign->selection, SELECT_OPCODE);

    if (entry)
        return set_words(entry, value, entry_exclude_opcode, error);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "say as well what to leave it out of, as --insttype all --exclude %s", value);
    return FALSE;
}

static gboolean set_funcname(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                             GError **error)
{
    return set_words(find_entry(&campaign->selection, SELECT_FUNCTION), value, entry_include_function, error);
}

static void reset_funcname(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_FUNCTION);
}

static gboolean set_index(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error)
{
    return set_words(find_entry(&campaign->selection, SELECT_INDEX), value, entry_include_index, error);
}

static void reset_index(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_INDEX);
}

static gboolean check_program(const struct campaign *campaign, const char *value, GError **error)
{
    g_autofree char *choices = fault_choices();

    if (campaign->is_program || !names_software_fault(value))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "'%s' is a software fault: it changes calls of a C program, which a model does not have; use %s", value,
                choices);
    return FALSE;
}

static gboolean set_registers(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                              GError **error)
{
    return check_program(campaign, value, error) && register_method_parse(value, &campaign->selection, error);
}

/* Slices extend every entry, so this comes after all that make entries. */
static gboolean set_slice(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error)
{
    GPtrArray *entries = campaign->selection.entries;

    if (entries->len == 0)
        selection_add(&campaign->selection, SELECT_DEFAULT);
    for (guint e = 0; e < entries->len; e++)
        if (!set_words(entries->pdata[e], value, entry_add_slice, error))
            return FALSE;
    return TRUE;
}

/* A whole number of every run option: there is one unless a file gave more. */
static gboolean set_run_integer(struct campaign *campaign, const struct setting *setting, const char *value,
                                GError **error)
{
    int64_t number;

    if (!integer_parse(value, setting->low, setting->high, &number, error))
        return FALSE;
    for (guint r = 0; r < campaign->runs->len; r++)
        *(int64_t *)(void *)((char *)campaign->runs->pdata[r] + setting->offset) = number;
    return TRUE;
}

static gboolean set_run_int(struct campaign *campaign, const struct setting *setting, const char *value, GError **error)
{
    int64_t number;

    if (!integer_parse(value, setting->low, setting->high, &number, error))
        return FALSE;
    for (guint r = 0; r < campaign->runs->len; r++)
        *(int *)(void *)((char *)campaign->runs->pdata[r] + setting->offset) = (int)number;
    return TRUE;
}

/* A software fault also says which calls are struck. */
static gboolean set_fault(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error)
{
    struct run_option parsed = { .fault = FAULT_NONE };

    if (!check_program(campaign, value, error) || !fault_type_parse(value, &parsed, error))
        return FALSE;
    if (parsed.software)
        campaign_set_software(campaign, parsed.software);
    for (guint r = 0; !parsed.software && r < campaign->runs->len; r++) {
        ((struct run_option *)campaign->runs->pdata[r])->fault = parsed.fault;
        ((struct run_option *)campaign->runs->pdata[r])->software = NULL;
    }
    return TRUE;
}

static gboolean set_trials(struct campaign *campaign, const struct setting *setting, const char *value, GError **error)
{
    campaign->trials_given = TRUE;
    return set_run_integer(campaign, setting, value, error);
}

static gboolean set_switch(struct campaign *campaign, const struct setting *setting, const char *value G_GNUC_UNUSED,
                           GError **error G_GNUC_UNUSED)
{
    *(gboolean *)(void *)((char *)campaign + setting->offset) = TRUE;
    return TRUE;
}

static gboolean set_bits(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                         GError **error)
{
    return bits_parse(value, campaign->bits, error);
}

static void reset_bits(struct campaign *campaign)
{
    g_array_set_size(campaign->bits, 0);
}

static gboolean set_until_error(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED,
                                const char *value, GError **error)
{
    return share_parse(value, &campaign->until_error, error);
}

static gboolean set_until_by(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                             GError **error)
{
    return until_by_parse(value, &campaign->until_by_layer, error);
}

static gboolean set_snapshots(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                              GError **error)
{
    campaign->snapshots = strcmp(value, "auto") == 0;
    if (campaign->snapshots || strcmp(value, "off") == 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' is neither auto nor off", value);
    return FALSE;
}

static gboolean set_level(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                          GError **error)
{
    return level_parse(value, &campaign->level, error);
}

static gboolean set_sampling(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                             GError **error)
{
    return sampling_parse(value, &campaign->sampling, error);
}

/* "10" or "5..10": the gaps between faults. */
static gboolean set_window(struct campaign *campaign, const struct setting *setting, const char *value, GError **error)
{
    g_auto(GStrv) ends = g_strsplit(value, "..", 2);
    int64_t low = 1, high;

    if ((ends[0] && ends[1] && !integer_parse(ends[0], 1, setting->high, &low, error)) ||
        !integer_parse(ends[0] && ends[1] ? ends[1] : value, low, setting->high, &high, error))
        return FALSE;
    for (guint r = 0; r < campaign->runs->len; r++) {
        struct run_option *option = campaign->runs->pdata[r];

        option->window_start = low;
        option->window_end = high;
        option->window_len = -1;
    }
    return TRUE;
}

/* Rules that follow from what was given; --outcome, which comes later, has the last word. */
static gboolean imply(struct campaign *campaign, enum outcome_rule rule)
{
    campaign->outcome.rule = rule;
    return TRUE;
}

static gboolean set_outcome(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                            GError **error)
{
    return outcome_rule_parse(value, &campaign->outcome.rule, error);
}

static gboolean set_criteria(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                             GError **error)
{
    g_auto(GStrv) words = g_strsplit(value, ",", -1);

    for (char **word = words; *word; word++)
        if (!outcome_criterion_parse(g_strstrip(*word), &campaign->outcome.sdc, error))
            return FALSE;
    return imply(campaign, RULE_CLASSIFIER);
}

static void reset_criteria(struct campaign *campaign)
{
    campaign->outcome.sdc = 0;
}

static gboolean set_confidence(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED,
                               const char *value, GError **error)
{
    return outcome_confidence_parse(value, &campaign->outcome.relative_confidence, error);
}

static gboolean set_thresholds(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED,
                               const char *value, GError **error)
{
    g_auto(GStrv) words = g_strsplit(value, ",", -1);

    for (char **word = words; *word; word++)
        if (!outcome_add_threshold(&campaign->outcome, g_strstrip(*word), error))
            return FALSE;
    return imply(campaign, RULE_REGRESSION);
}

static void reset_thresholds(struct campaign *campaign)
{
    campaign->outcome.n_thresholds = 0;
    campaign->outcome.deciding_threshold = 0;
}

static gboolean set_tolerance(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                              GError **error)
{
    g_auto(GStrv) words = g_strsplit(value, ",", 2);
    struct outcome_option *outcome = &campaign->outcome;

    outcome->relative_tolerance = 0;
    return number_parse(words[0] ? words[0] : "", 0, G_MAXDOUBLE, &outcome->absolute_tolerance, error) &&
           (!words[1] || number_parse(words[1], 0, G_MAXDOUBLE, &outcome->relative_tolerance, error)) &&
           imply(campaign, RULE_TOLERANCE);
}

static gboolean set_command(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                            GError **error G_GNUC_UNUSED)
{
    g_free(campaign->outcome.command);
    campaign->outcome.command = g_strdup(value);
    return imply(campaign, RULE_COMMAND);
}

/* One seed for all run options. */
static gboolean set_seed(struct campaign *campaign, const struct setting *setting, const char *value, GError **error)
{
    if (!integer_parse(value, setting->low, setting->high, &campaign->seed, error))
        return FALSE;
    for (guint r = 0; r < campaign->runs->len; r++)
        ((struct run_option *)campaign->runs->pdata[r])->seed = -1;
    return TRUE;
}

static gboolean set_int(struct campaign *campaign, const struct setting *setting, const char *value, GError **error)
{
    int64_t number;

    if (!integer_parse(value, setting->low, setting->high, &number, error))
        return FALSE;
    *(int *)(void *)((char *)campaign + setting->offset) = (int)number;
    return TRUE;
}

static gboolean set_timeout(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                            GError **error)
{
    if (!number_parse(value, 0.001, 1e6, &campaign->timeout, error))
        return FALSE;
    for (guint r = 0; r < campaign->runs->len; r++)
        ((struct run_option *)campaign->runs->pdata[r])->timeout = 0;
    return TRUE;
}

static gboolean set_record(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED,
                           const char *value G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    campaign->record = TRUE;
    return TRUE;
}

static gboolean set_out(struct campaign *campaign, const struct setting *setting G_GNUC_UNUSED, const char *value,
                        GError **error G_GNUC_UNUSED)
{
    g_free(campaign->out);
    campaign->out = g_strdup(value);
    return TRUE;
}

static gboolean set_list(struct campaign *campaign, const struct setting *setting, const char *value,
                         GError **error G_GNUC_UNUSED)
{
    return add_text(*(GPtrArray **)(void *)((char *)campaign + setting->offset), value);
}

static void reset_files(struct campaign *campaign)
{
    g_ptr_array_set_size(campaign->program.files, 0);
}

static void reset_outputs(struct campaign *campaign)
{
    g_ptr_array_set_size(campaign->program.outputs, 0);
}

static gboolean set_text(struct campaign *campaign, const struct setting *setting, const char *value,
                         GError **error G_GNUC_UNUSED)
{
    char **field = (char **)(void *)((char *)campaign + setting->offset);

    g_free(*field);
    *field = g_strdup(value);
    return TRUE;
}

#define PROGRAM(field) .offset = offsetof(struct campaign, program.field)
#define RUN(field) .offset = offsetof(struct run_option, field)

const struct setting settings[] = {
    { "input", 'i', GROUP_INPUT, "FILE", ".npy, .npz, .pb, .png, .jpg, or a folder of them", set_input, reset_inputs,
      .is_file = TRUE },
    { "label", 0, GROUP_INPUT, "N|FILE", "the right class, or a file of them", set_label, reset_labels,
      .is_file = TRUE },
    { "dim", 0, GROUP_INPUT, "NAME=N", "bind a symbolic dimension, as batch=1", set_dim, reset_dims },
    { "layout", 0, GROUP_INPUT, "ORDER", "of pictures: auto (default), NCHW, NHWC", set_layout },
    { "scale", 0, GROUP_INPUT, "X", "pixels become ((pixel * scale)^gamma - mean) / std", set_scale },
    { "gamma", 0, GROUP_INPUT, "X", "default 1; scale: default 1/255", set_gamma },
    { "mean", 0, GROUP_INPUT, "X[,X,X]", "one, or one for each channel; default 0", set_mean },
    { "std", 0, GROUP_INPUT, "X[,X,X]", "default 1", set_std },
    { "invert", 0, GROUP_INPUT, NULL, "a pixel becomes 255 - pixel first", set_invert },

    { "cflags", 0, GROUP_PROGRAM, "FLAGS", "for clang, as '-I include -DN=10'", set_text, PROGRAM(cflags) },
    { "libs", 0, GROUP_PROGRAM, "FLAGS", "for the linker, as '-L lib -lz'", set_text, PROGRAM(libs) },
    { "cxx", 0, GROUP_PROGRAM, NULL, "link as C++", set_switch, PROGRAM(cxx) },
    { "threads", 0, GROUP_PROGRAM, NULL, "it has threads, though no library call shows it", set_switch,
      PROGRAM(threads) },
    { "files", 0, GROUP_PROGRAM, "PATH", "copy this file or folder for each run", set_list, reset_files,
      .is_file = TRUE, PROGRAM(files) },
    { "stdin", 0, GROUP_PROGRAM, "FILE", "what it reads as standard input", set_text, .is_file = TRUE, PROGRAM(input) },
    { "output", 0, GROUP_PROGRAM, "FILE", "a file that it writes and that is compared", set_list, reset_outputs,
      .is_file = TRUE, PROGRAM(outputs) },
    { "detected-status", 0, GROUP_PROGRAM, "N", "exit status N: it detected the fault", set_int,
      PROGRAM(detected_status), .high = 255 },

    { "layer", 'l', GROUP_SITES, "LAYERS", "only these layers, as Conv:1", set_layer, reset_layers },
    { "insttype", 0, GROUP_SITES, "OPCODES", "only instructions of these kinds, as fadd,fmul", set_insttype,
      reset_insttype },
    { "exclude", 0, GROUP_SITES, "OPCODES", "but not these, as --insttype all --exclude phi", set_exclude, .late = 1 },
    { "funcname", 0, GROUP_SITES, "NAMES", "only in these functions", set_funcname, reset_funcname },
    { "index", 0, GROUP_SITES, "NUMBERS", "only instructions with these LLFI indices", set_index, reset_index },
    { "registers", 0, GROUP_SITES, "WHICH", "which registers of an instruction, as dstreg", set_registers },
    { "slice", 0, GROUP_SITES, "WAYS", "and all that uses or feeds them", set_slice, .late = 1 },
    { "opt-level", 'O', GROUP_SITES, "0..3", "optimize the code that faults strike", set_int,
      .offset = offsetof(struct campaign, opt_level), .high = 3 },

    { "fault", 'f', GROUP_FAULT, "MODEL", "what happens to the register, as bitflip", set_fault },
    { "level", 0, GROUP_FAULT, "LEVEL", "instruction (default), tensor or weight", set_level },
    { "tensor-sampling", 0, GROUP_FAULT, "HOW", "of tensors and weights: by element or layer", set_sampling },
    { "num-bits", 0, GROUP_FAULT, "N", "to how many of its bits (default 1)", set_run_int, RUN(num_bits), .low = 1,
      .high = 128 },
    { "multiple", 0, GROUP_FAULT, "N", "faults of a trial, in different instructions", set_run_int, RUN(max_multiple),
      .low = 1, .high = 100 },
    { "window", 0, GROUP_FAULT, "[A..]B", "instructions between them, with --multiple", set_window, .high = MANY },
    { "bit", 0, GROUP_FAULT, "N", "always this bit", set_run_integer, RUN(bit), .high = 65535 },
    { "cycle", 0, GROUP_FAULT, "N", "always the N-th execution of all selected", set_run_integer, RUN(cycle), .low = 1,
      .high = G_MAXINT64 },
    { "fault-index", 0, GROUP_FAULT, "N", "all executions of the instruction N", set_run_integer, RUN(index),
      .high = G_MAXINT32 },
    { "register-index", 0, GROUP_FAULT, "N", "always this one of the selected registers", set_run_integer,
      RUN(reg_index), .high = 1000 },

    { "outcome", 0, GROUP_OUTCOME, "RULE", "how outputs are compared, as classifier", set_outcome, .late = 1 },
    { "criteria", 0, GROUP_OUTCOME, "CRITERIA", "what a classifier's SDC is, as top1,nan", set_criteria,
      reset_criteria },
    { "confidence", 0, GROUP_OUTCOME, "HOW", "its changes are relative (default) or absolute", set_confidence },
    { "thresholds", 0, GROUP_OUTCOME, "X,X...", "of a regression; default 15,30,60,90, 15 decides", set_thresholds,
      reset_thresholds },
    { "tolerance", 0, GROUP_OUTCOME, "ABS[,REL]", "more than ABS + REL * |golden| is SDC", set_tolerance },
    { "compare-command", 0, GROUP_OUTCOME, "COMMAND", "gets two files; status 0 benign, 1 SDC", set_command },

    { "trials", 'n', GROUP_RUN, "N", "how many faults (default 1000)", set_trials, RUN(trials), .low = 1,
      .high = MANY },
    { "until-error", 0, GROUP_RUN, "X%", "stop when the SDC rate is known to +-X %", set_until_error },
    { "until-error-by", 0, GROUP_RUN, "WHAT", "all (default), or every layer", set_until_by },
    { "exhaustive", 0, GROUP_RUN, NULL, "every single-bit fault, not a sample", set_switch,
      .offset = offsetof(struct campaign, exhaustive) },
    { "bits", 0, GROUP_RUN, "LIST", "of these bits only, as 0..7,31", set_bits, reset_bits },
    { "contained-only", 0, GROUP_RUN, NULL, "leave out faults that need a child each", set_switch,
      .offset = offsetof(struct campaign, contained_only) },
    { "seed", 's', GROUP_RUN, "N", "other faults for another number (default 1)", set_seed, .high = G_MAXINT64 },
    { "jobs", 'j', GROUP_RUN, "N", "trials at once (default: processors)", set_int,
      .offset = offsetof(struct campaign, jobs), .low = 1, .high = 1024 },
    { "snapshots", 0, GROUP_RUN, "WHEN", "programs' trials begin at their fault: auto (where safe; default), off",
      set_snapshots },
    { "timeout", 0, GROUP_RUN, "SECONDS", "a trial that runs longer hangs", set_timeout },
    { "record", 0, GROUP_RUN, NULL, "record what each fault changes in each layer", set_record },
    { "out", 'o', GROUP_RUN, "DIR", "the folder (default lltfi-<model's name>)", set_out, .is_file = TRUE },
    { NULL },
};

gboolean settings_check(const struct campaign *campaign, GError **error)
{
    for (guint r = 0; r < campaign->runs->len; r++) {
        const struct run_option *option = campaign->runs->pdata[r];

        if (option->window_end >= 1 && option->max_multiple < 1) {
            g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                                "--window says how far several faults are apart: say how many with --multiple N");
            return FALSE;
        }
        if (!run_option_check(option, error))
            return FALSE;
    }
    return campaign_check(campaign, error);
}
