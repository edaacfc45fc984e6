/* Configurations: LLFI's input.yaml and our keys, the fields that they set, and the errors. */
#include "config/settings.h"

#include "base/errors.h"
#include "llfi/dialect/dialect.h"

#include <string.h>

/* As `lltfi run --config input.yaml` reads it: LLFI's keys are known. */
static gboolean load_text(struct campaign *campaign, const char *text, gsize size, const char *path, GError **error)
{
    struct llfi_option option = { 0 };
    const struct dialect dialect = llfi_dialect(&option, FALSE);

    return campaign_load_text(campaign, text, size, path, &dialect, error);
}

static struct campaign *load(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct campaign *campaign = campaign_new();

    load_text(campaign, text, strlen(text), "input.yaml", &error);
    g_assert_no_error(error);
    return campaign;
}

static char *error_of(const char *text, gsize size)
{
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(load_text(campaign, text, size, "input.yaml", &error));
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG);
    return g_strdup(error->message);
}

static void assert_error(const char *text, const char *expected)
{
    g_autofree char *message = error_of(text, strlen(text));

    g_assert_cmpstr(message, ==, expected);
}

static void assert_error_begins(const char *text, const char *expected)
{
    g_autofree char *message = error_of(text, strlen(text));

    if (!g_str_has_prefix(message, expected))
        g_test_fail_printf("expected '%s...', got '%s'", expected, message);
}

static const struct instruction_selection *entry_of(const struct campaign *campaign, guint i)
{
    g_assert_cmpuint(i, <, campaign->selection.entries->len);
    return campaign->selection.entries->pdata[i];
}

static const struct run_option *run_of(const struct campaign *campaign, guint i)
{
    g_assert_cmpuint(i, <, campaign->runs->len);
    return campaign->runs->pdata[i];
}

static void defaults(void)
{
    g_autoptr(campaign_t) campaign = campaign_new();
    const struct run_option *run = run_of(campaign, 0);

    g_assert_cmpuint(campaign->runs->len, ==, 1);
    g_assert_cmpint(run->trials, ==, 1000);
    g_assert_cmpint(run->fault, ==, FAULT_BITFLIP);
    g_assert_cmpint(run->cycle, ==, -1);
    g_assert_cmpint(run->num_bits, ==, 1);
    g_assert_cmpint(run->seed, ==, -1);
    g_assert_cmpuint(campaign->selection.entries->len, ==, 0);
    g_assert_cmpuint(campaign->selection.layers->len, ==, 0);
    g_assert_cmpint(campaign->selection.registers, ==, REGISTER_DESTINATION);
    g_assert_cmpint(campaign->outcome.rule, ==, RULE_AUTO);
    g_assert_cmpuint(campaign->outcome.sdc, ==, SDC_TOP1);
    g_assert_true(campaign->outcome.relative_confidence);
    g_assert_cmpint(campaign->outcome.n_thresholds, ==, 4);
    g_assert_cmpfloat(campaign->outcome.thresholds[3], ==, 90);
    g_assert_cmpfloat(campaign->image.scale, ==, 1.0 / 255);
    g_assert_cmpfloat(campaign->image.std[3], ==, 1);
    g_assert_cmpint(campaign->seed, ==, 1);
    g_assert_cmpint(campaign->jobs, >=, 1);
    g_assert_cmpfloat(campaign->timeout, <=, 0);
    g_assert_cmpint(campaign->opt_level, ==, 0);
}

static void opcodes(void)
{
    g_assert_cmpstr(opcode_name(14), ==, "fadd");
    g_assert_cmpuint(opcode_number("freeze"), ==, 67);
    g_assert_cmpuint(opcode_number("getelementptr"), ==, 34);
    g_assert_cmpuint(opcode_number("fad"), ==, 0);
    g_assert_null(opcode_name(0));
    g_assert_null(opcode_name(58));
    g_assert_null(opcode_name(68));
    for (unsigned o = 0; o < OPCODE_COUNT; o++)
        if (opcode_name(o))
            g_assert_cmpuint(opcode_number(opcode_name(o)), ==, o);
}

/* Whether one pattern matches a layer of this type, occurrence, name and number. */
static gboolean matches(const char *pattern, const char *type, int occurrence, const char *name, int number)
{
    struct layer layer = { .number = number, .name = (char *)name, .occurrence = occurrence };
    g_autoptr(campaign_t) campaign = campaign_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(layer_patterns_parse(pattern, campaign->selection.layers, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < campaign->selection.layers->len; i++)
        if (layer_pattern_matches(campaign->selection.layers->pdata[i], &layer, type))
            return TRUE;
    return FALSE;
}

static void layers_are_known_by_type_occurrence_name_and_number(void)
{
    g_assert_true(matches("conv", "Conv", 2, "c", 3));
    g_assert_false(matches("conv", "ConvTranspose", 1, "c", 3));
    g_assert_true(matches("Conv:2", "Conv", 2, "c", 3));
    g_assert_false(matches("Conv:1", "Conv", 2, "c", 3));
    g_assert_true(matches("Conv:0", "Conv", 2, "c", 3));
    g_assert_true(matches("all", "Gemm", 1, "c", 3));
    g_assert_true(matches("#3", "Gemm", 1, "c", 3));
    g_assert_false(matches("#2", "Gemm", 1, "c", 3));
    g_assert_true(matches("Relu,name=a/b:0", "Gemm", 1, "a/b:0", 3));
    g_assert_false(matches("name=A/b:0", "Gemm", 1, "a/b:0", 3));
}

static void llfis_layer_names_stand_for_onnx_operators(void)
{
    static const char *const names[][2] = {
        { "conv", "Conv" },
        { "relu", "Relu" },
        { "maxpool", "MaxPool" },
        { "matmul", "MatMul" },
        { "add", "Add" },
        { "avgpool", "AveragePool" },
        { "softmax", "Softmax" },
        { "loop", "Loop" },
        { "unsqueeze", "Unsqueeze" },
        { "nonmaxs", "NonMaxSuppression" },
        { "unsquee", "Unsqueeze" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_true(matches(names[i][0], names[i][1], 1, "n", 1));
    g_assert_false(matches("ReduceMean", "ReduceMax", 1, "n", 1));
}

static void wrong_layers_are_refused(void)
{
    static const char *const wrong[] = { "",        "Conv:x",          "#", "#0", "name=", "conv1/Relu", "Conv,",
                                         "Conv:-1", "Conv:99999999999" };
    g_autoptr(campaign_t) campaign = campaign_new();

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(layer_patterns_parse(wrong[i], campaign->selection.layers, &error));
        g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, "allowed: an operator type (Conv)"));
    }
}

static void compile_option_selects(void)
{
    g_autoptr(campaign_t) campaign =
        load("compileOption:\n"
             "    instSelMethod:\n"
             "      - insttype:\n"
             "          include: [fadd, fmul]\n"
             "          exclude: [fmul]\n"
             "      - funcname:\n"
             "          include: [conv, gemm]\n"
             "          exclude: gemm\n"
             "      - customInstselector: {include: [llfiindex], options: [-injecttoindex=7, '-injecttoindex=9']}\n"
             "      - customInstselector: {include: [maingraph]}\n"
             "      - customInstselector: {include: [onlymain]}\n"
             "    regSelMethod: regloc\n"
             "    regloc: srcreg3\n"
             "    includeInjectionTrace: [forward, backward]\n");
    const struct instruction_selection *entry = entry_of(campaign, 0);

    g_assert_cmpuint(campaign->selection.entries->len, ==, 5);
    g_assert_cmpint(entry->method, ==, SELECT_OPCODE);
    g_assert_true(entry->include_opcode[14] && entry->include_opcode[18] && entry->exclude_opcode[18]);
    g_assert_true(entry->forward && entry->backward);
    entry = entry_of(campaign, 1);
    g_assert_cmpint(entry->method, ==, SELECT_FUNCTION);
    g_assert_cmpstr(entry->include_functions->pdata[1], ==, "gemm");
    g_assert_cmpstr(entry->exclude_functions->pdata[0], ==, "gemm");
    entry = entry_of(campaign, 2);
    g_assert_cmpint(entry->method, ==, SELECT_INDEX);
    g_assert_cmpuint(g_array_index(entry->indices, unsigned, 1), ==, 9);
    g_assert_cmpint(entry_of(campaign, 3)->method, ==, SELECT_MAIN_GRAPH);
    g_assert_cmpint(entry_of(campaign, 4)->method, ==, SELECT_ONLY_MAIN);
    g_assert_cmpint(campaign->selection.registers, ==, REGISTER_SOURCE);
    g_assert_cmpint(campaign->selection.source, ==, 3);
    g_assert_cmpuint(campaign->notices->len, ==, 1);
    g_assert_cmpstr(campaign->notices->pdata[0], ==,
                    "input.yaml:3:7: instSelMethod: a site must satisfy all 5 entries; LLFI reads only the last one");
}

static void a_slice_without_entries_is_of_the_default_selection(void)
{
    g_autoptr(campaign_t) campaign = load("compileOption: {includeInjectionTrace: [forward]}");

    g_assert_cmpint(entry_of(campaign, 0)->method, ==, SELECT_DEFAULT);
    g_assert_true(entry_of(campaign, 0)->forward);
    g_assert_false(entry_of(campaign, 0)->backward);
}

static void registers(void)
{
    static const struct {
        const char *word;
        enum register_method method;
        int source;
    } words[] = {
        { "dstreg", REGISTER_DESTINATION, 0 },
        { "srcreg1", REGISTER_SOURCE, 1 },
        { "srcreg4", REGISTER_SOURCE, 4 },
        { "allsrcreg", REGISTER_ALL_SOURCES, 0 },
        { "allreg", REGISTER_ALL, 0 },
        { "onlyconstint", REGISTER_ONLY_CONST_INT, 0 },
        { "FuncArgRegSelector", REGISTER_FUNCTION_ARGUMENT, 0 },
        { "RetValRegSelector", REGISTER_RETURN_VALUE, 0 },
        { "FuncDestRegSelector", REGISTER_FUNCTION_DESTINATION, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *text =
            g_strdup_printf("compileOption: {regSelMethod: customregselector, customRegSelector: %s}", words[i].word);
        g_autoptr(campaign_t) campaign = load(text);

        g_assert_cmpint(campaign->selection.registers, ==, words[i].method);
        g_assert_cmpint(campaign->selection.source, ==, words[i].source);
        g_assert_cmpstr(register_method_name(&campaign->selection), ==, words[i].word);
    }
}

/* As LLTFI's files have it, as its documentation shows it, and as YAML folds two lines without a list. */
static void layer_options_have_three_spellings(void)
{
    static const char *const spellings[] = {
        "            - -layerNo=1;0\n            - -layerName=conv;relu\n",
        "            - layerNo=1;0\n            - layerName=conv;relu\n",
        "            -layerNo=1;0\n            -layerName=conv;relu\n",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++) {
        g_autofree char *text =
            g_strconcat("compileOption:\n  instSelMethod:\n    - customInstselector:\n        include:\n"
                        "          - CustomTensorOperator\n        options:\n",
                        spellings[i], NULL);
        g_autoptr(campaign_t) campaign = load(text);
        const struct instruction_selection *entry = entry_of(campaign, 0);
        const struct layer_pattern *first = entry->layers->pdata[0], *second = entry->layers->pdata[1];

        g_assert_cmpint(entry->method, ==, SELECT_LAYER);
        g_assert_cmpstr(first->type, ==, "conv");
        g_assert_cmpint(first->occurrence, ==, 1);
        g_assert_cmpstr(second->type, ==, "relu");
        g_assert_cmpint(second->occurrence, ==, 0);
    }
}

static void run_options(void)
{
    g_autoptr(campaign_t) campaign =
        load("runOption:\n"
             "  - run: {numOfRuns: 3, fi_type: stuck_at_1, timeOut: 2.5, verbose: true, fi_cycle: 8, fi_index: 0,\n"
             "          fi_reg_index: 1, fi_bit: 31, fi_num_bits: 2, fi_random_seed: 0, window_len: 6}\n"
             "  - run: {numOfRuns: 1, fi_max_multiple: 4, window_len_multiple_startindex: 2, "
             "window_len_multiple_endindex: 5}\n"
             "  - run: {numOfRuns: 1, window_len_multiple: 9}\n"
             "defaultTimeout: 7\n");
    const struct run_option *run = run_of(campaign, 0);

    g_assert_cmpuint(campaign->runs->len, ==, 3);
    g_assert_cmpstr(run->name, ==, "runOption[0]");
    g_assert_cmpint(run->trials, ==, 3);
    g_assert_cmpint(run->fault, ==, FAULT_STUCK_AT_1);
    g_assert_cmpfloat(run->timeout, ==, 2.5);
    g_assert_true(run->verbose);
    g_assert_cmpint(run->cycle, ==, 8);
    g_assert_cmpint(run->index, ==, 0);
    g_assert_cmpint(run->reg_index, ==, 1);
    g_assert_cmpint(run->bit, ==, 31);
    g_assert_cmpint(run->num_bits, ==, 2);
    g_assert_cmpint(run->seed, ==, 0);
    g_assert_cmpint(run->window_len, ==, 6);
    run = run_of(campaign, 1);
    g_assert_cmpint(run->max_multiple, ==, 4);
    g_assert_cmpint(run->window_start, ==, 2);
    g_assert_cmpint(run->window_end, ==, 5);
    run = run_of(campaign, 2);
    g_assert_cmpint(run->max_multiple, ==, 100);
    g_assert_cmpint(run->window_start, ==, 1);
    g_assert_cmpint(run->window_end, ==, 9);
    g_assert_cmpfloat(campaign->timeout, ==, 7);
}

static void our_keys(void)
{
    g_autoptr(campaign_t) campaign =
        load("model: net.onnx\ninputs: [a.png, 'x=b.npy,y=c.npy']\nlabels: 8\ndims: {batch: 2, n: 3}\n"
             "layers: [Conv:1, '#4']\nseed: 5\njobs: 3\ntimeout: 0.5\nopt_level: 2\nout: there\n"
             "outcome: {rule: regression, criteria: [top5, SDC-10%], thresholds: [1, 2.5], deciding: 2.5,\n"
             "          tolerance: {absolute: 0.1, relative: 0.2}, command: ./judge -v, confidence: absolute}\n"
             "image: {layout: NHWC, scale: 1, gamma: 2.2, mean: [1, 2, 3], std: 4, invert: yes}\n");
    const struct outcome_option *outcome = &campaign->outcome;

    g_assert_cmpstr(campaign->model, ==, "net.onnx");
    g_assert_cmpstr(campaign->inputs->pdata[1], ==, "x=b.npy,y=c.npy");
    g_assert_cmpstr(campaign->labels->pdata[0], ==, "8");
    g_assert_cmpstr(campaign->dims->pdata[0], ==, "batch=2");
    g_assert_cmpuint(campaign->selection.layers->len, ==, 2);
    g_assert_cmpint(campaign->seed, ==, 5);
    g_assert_cmpint(campaign->jobs, ==, 3);
    g_assert_cmpfloat(campaign->timeout, ==, 0.5);
    g_assert_cmpint(campaign->opt_level, ==, 2);
    g_assert_cmpstr(campaign->out, ==, "there");
    g_assert_cmpint(outcome->rule, ==, RULE_REGRESSION);
    g_assert_cmpuint(outcome->sdc, ==, SDC_TOP5 | SDC_CONFIDENCE_10);
    g_assert_cmpint(outcome->n_thresholds, ==, 2);
    g_assert_cmpint(outcome->deciding_threshold, ==, 1);
    g_assert_cmpfloat(outcome->absolute_tolerance, ==, 0.1);
    g_assert_cmpfloat(outcome->relative_tolerance, ==, 0.2);
    g_assert_cmpstr(outcome->command, ==, "./judge -v");
    g_assert_false(outcome->relative_confidence);
    g_assert_cmpint(campaign->image.layout, ==, LAYOUT_NHWC);
    g_assert_cmpfloat(campaign->image.gamma, ==, 2.2);
    g_assert_cmpfloat(campaign->image.mean[2], ==, 3);
    g_assert_cmpfloat(campaign->image.std[3], ==, 4);
    g_assert_true(campaign->image.invert);
    g_assert_cmpuint(campaign->notices->len, ==, 0);
}

static void paths_are_relative_to_the_files_folder(void)
{
    static const char text[] = "model: net.onnx\ninputs: [/a.png, 'x=b.npy,y=/c.npy']\nlabels: [l.csv]\nout: there\n";
    g_autoptr(campaign_t) campaign = campaign_new();

    g_assert_true(load_text(campaign, text, strlen(text), "some/folder/c.yaml", NULL));
    g_assert_cmpstr(campaign->model, ==, "some/folder/net.onnx");
    g_assert_cmpstr(campaign->inputs->pdata[0], ==, "/a.png");
    g_assert_cmpstr(campaign->inputs->pdata[1], ==, "x=some/folder/b.npy,y=/c.npy");
    g_assert_cmpstr(campaign->labels->pdata[0], ==, "some/folder/l.csv");
    g_assert_cmpstr(campaign->out, ==, "some/folder/there");
}

static void dead_and_misspelt_keys_of_llfi_are_noticed(void)
{
    static const char *const expected[] = {
        "input.yaml:2:3: tracingPropagation: a campaign on a model writes no trace; `lltfi replay` shows what one "
        "trial's fault changed",
        "input.yaml:3:30: debugTrace: a campaign on a model writes no trace; `lltfi replay` shows what one trial's "
        "fault changed",
        "input.yaml:3:42: debugTrace: 'True/False' is read as false, as LLFI does",
        "input.yaml:3:54: mlTrace: LLFI does not read this key; ignored",
        "input.yaml:4:20: fi_reg: LLFI does not read this key; ignored",
        "input.yaml:5:1: defaultTimeOut: taken as defaultTimeout; LLFI ignores this spelling and waits 500 s",
        "input.yaml:6:1: timeOut: taken as defaultTimeout; LLFI ignores this key here and waits 500 s",
        "input.yaml:7:15: kernelOption: has no effect: there is no question that it could answer",
    };
    g_autoptr(campaign_t) campaign = load("compileOption:\n"
                                          "  tracingPropagation: False\n"
                                          "  tracingPropagationOption: {debugTrace: True/False, mlTrace: False}\n"
                                          "runOption: [{run: {fi_reg: 1, numOfRuns: 1}}]\n"
                                          "defaultTimeOut: 5\n"
                                          "timeOut: 6\n"
                                          "kernelOption: [forceRun]\n");

    g_assert_cmpuint(campaign->notices->len, ==, G_N_ELEMENTS(expected));
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpstr(campaign->notices->pdata[i], ==, expected[i]);
    g_assert_cmpfloat(campaign->timeout, ==, 6);
}

static void each_error_says_where_and_what_is_allowed(void)
{
    static const char *const errors[][2] = {
        { "sed: 4", "input.yaml:1:1: unknown key 'sed' in the configuration (did you mean 'seed'?); allowed: faults, "
                    "compileOption, " },
        { "image:\n  men: 4", "input.yaml:2:3: unknown key 'men' in image (did you mean 'mean'?); allowed: layout, "
                              "scale, gamma, mean, std, invert" },
        { "seed: x", "input.yaml:1:7: seed: 'x' is not a whole number from 0" },
        { "seed: 1.5", "input.yaml:1:7: seed: '1.5' is not a whole number from 0" },
        { "seed: [1]", "input.yaml:1:7: seed must be a whole number, but it is a list" },
        { "seed:", "input.yaml:1:1: seed must be a whole number, but it is empty" },
        { "opt_level: 4", "input.yaml:1:12: opt_level: '4' is not a whole number from 0 to 3" },
        { "jobs: 0", "input.yaml:1:7: jobs: '0' is not a whole number from 1 to 1024" },
        { "jobs: 99999999999999999999",
          "input.yaml:1:7: jobs: '99999999999999999999' is not a whole number from 1 to 1024" },
        { "timeout: 0", "input.yaml:1:10: timeout: '0' is not a number above 0" },
        { "timeout: nan", "input.yaml:1:10: timeout: 'nan' is not a number above 0" },
        { "image: {invert: maybe}", "input.yaml:1:17: invert: 'maybe' is not known; allowed: true, false" },
        { "image: {gamma: 0}", "input.yaml:1:16: gamma: '0' is not a number above 0" },
        { "image: {std: [1, 0]}", "input.yaml:1:18: std: '0' is not a number above 0" },
        { "image: {mean: [1, 2, 3, 4, 5]}",
          "input.yaml:1:15: mean must be one number, or a list of one for each channel (at most 4)" },
        { "image: 5", "input.yaml:1:8: image must be a map of keys and values" },
        { "model: {a: b}", "input.yaml:1:8: model must be a path, but it is a map" },
        { "outcome: {rule: clasifier}", "input.yaml:1:17: rule: 'clasifier' is not known (did you mean 'classifier'?); "
                                        "allowed: auto, classifier, regression, exact, tolerance, command" },
        { "outcome: {criteria: [top2]}", "input.yaml:1:22: criteria: 'top2' is not known (did you mean 'top1'?); "
                                         "allowed: top1, top5, confidence10, confidence20, nan, infinity, exact" },
        { "outcome: {thresholds: []}", "input.yaml:1:23: thresholds is an empty list" },
        { "outcome: {deciding: 31}", "input.yaml:1:21: deciding: 31 is not one of the thresholds" },
        { "outcome: {rule: command}",
          "input.yaml:1:10: outcome: the rule 'command' needs the key 'command', a program that gets two files" },
        { "dims: [batch]", "input.yaml:1:8: dims: 'batch' must be a symbolic dimension and its extent: batch=1" },
        { "dims: [batch=0]", "input.yaml:1:8: dims: '0' is not a whole number from 1 to 2147483647" },
        { "{model: a, program: {sources: b.c}}", "input.yaml:1:1: a campaign has either a model or a program" },
        { "program: {sorces: b.c}", "input.yaml:1:11: unknown key 'sorces' in program (did you mean 'sources'?)" },
        { "program: {snapshots: maybe}", "input.yaml:1:22: snapshots: 'maybe' is not known; allowed: auto, off" },
        { "program: {detected_status: 256}",
          "input.yaml:1:28: detected_status: '256' is not a whole number from 0 to 255" },
        { "layers: Conv:x", "input.yaml:1:9: layers: layer 'Conv:x': after ':' comes a number" },
        { "seed: 1\nseed: 2", "input.yaml:2:1: the key 'seed' is given twice in the configuration" },
        { "[a]: 1", "input.yaml:1:1: a key of the configuration must be one word" },
        { "- a", "input.yaml:1:1: the configuration must be a map of keys and values" },
        { "runOption: {run: {}}", "input.yaml:1:12: runOption must be a list of runs" },
        { "runOption: [{run: {}}]", "input.yaml:1:19: runOption[0] needs the key 'numOfRuns'" },
        { "runOption: [{run: {numOfRuns: 1, fi_type: bitflop}}]",
          "input.yaml:1:43: fi_type: 'bitflop' is not known (did you mean 'bitflip'?); allowed: none, bitflip, "
          "stuck_at_0, stuck_at_1, random_value" },
        { "runOption: [{run: {numOfRuns: 1, fi_type: BufferOverflow(API)}}]",
          "input.yaml:1:19: 'BufferOverflow(API)' is a software fault: it changes calls of a C program, which a model "
          "does not have" },
        { "runOption: [{run: {numOfRuns: 1, fi_type: AutoInjection}}]",
          "input.yaml: SoftwareFault, AutoInjection and Automatic stand for the software fault of customInstselector" },
        { "runOption: [{run: {numOfRuns: 1, fi_cycle: 0}}]",
          "input.yaml:1:44: fi_cycle: '0' is not a whole number from 1" },
        { "runOption: [{run: {numOfRuns: 1, fi_max_multiple: 101}}]",
          "input.yaml:1:51: fi_max_multiple: '101' is not a whole number from 1 to 100" },
        { "runOption: [{run: {numOfRuns: 1, window_len: 4, fi_max_multiple: 2}}]",
          "input.yaml:1:19: runOption[0]: window_len means two faults, fi_max_multiple and window_len_multiple mean "
          "more: give one of them" },
        { "runOption: [{run: {numOfRuns: 1, window_len_multiple_startindex: 4}}]",
          "input.yaml:1:19: runOption[0]: window_len_multiple_startindex and window_len_multiple_endindex belong "
          "together" },
        { "runOption: [{run: {numOfRuns: 1, window_len_multiple_startindex: 4, window_len_multiple_endindex: 3}}]",
          "input.yaml:1:19: runOption[0]: window_len_multiple_startindex is above window_len_multiple_endindex" },
        { "compileOption: {instSelMethod: [{insttype: {exclude: [ret]}}]}",
          "input.yaml:1:44: insttype needs the key 'include'" },
        { "compileOption: {instSelMethod: [{insttype: {include: [fad]}}]}",
          "input.yaml:1:55: include: 'fad' is not an instruction (did you mean 'fadd'?); allowed: " },
        { "compileOption: {instSelMethod: {insttype: {include: [fadd]}}}",
          "input.yaml:1:32: instSelMethod must be a list of maps" },
        { "compileOption: {instSelMethod: [{customInstselector: {include: [NoOpen(API)]}}]}",
          "input.yaml:1:54: 'NoOpen(API)' is a software fault: it selects calls of a C program, which a model does not "
          "have" },
        { "compileOption: {instSelMethod: [{customInstselector: {include: [maingraph, onlymain]}}]}",
          "input.yaml:1:76: include: 'onlymain' is a second selector in one entry" },
        { "compileOption: {instSelMethod: [{customInstselector: {include: [llfiindex]}}]}",
          "input.yaml:1:54: llfiindex needs the option -injecttoindex=N" },
        { "compileOption: {instSelMethod: [{customInstselector: {include: [CustomTensorOperator], options: "
          "[-layerNo=1]}}]}",
          "input.yaml:1:54: CustomTensorOperator needs the options -layerNo and -layerName with as many numbers as "
          "names" },
        { "compileOption: {instSelMethod: [{customInstselector: {include: [llfiindex], options: [-index=1]}}]}",
          "input.yaml:1:87: options: '-index=1' is not known; allowed: -layerNo=1;2, -layerName=conv;relu, "
          "-injecttoindex=12" },
        { "compileOption: {regSelMethod: regloc}",
          "input.yaml:1:16: regSelMethod regloc needs the key 'regloc': dstreg, " },
        { "compileOption: {regloc: dstre}",
          "input.yaml:1:25: regloc: 'dstre' is not known (did you mean 'dstreg'?); allowed: dstreg, " },
        { "compileOption: {regSelMethod: customregselector, customRegSelector: Automatic}",
          "input.yaml: SoftwareFault, AutoInjection and Automatic stand for" },
        { "compileOption: {regSelMethod: customregselector, customRegSelector: NoOpn(API)}",
          "input.yaml:1:69: customRegSelector: there is no software fault 'NoOpn(API)' (did you mean 'NoOpen(API)'?)" },
        { "faults: [{Failure_Class: X, Failure_Mode: Y}]", "input.yaml:1:10: a fault description needs the key" },
        { "compileOption: {includeInjectionTrace: [sideways]}",
          "input.yaml:1:41: includeInjectionTrace: 'sideways' is not known; allowed: forward, backward" },
        { "compileOption: {tracingPropagationOption: {maxTrace: 0}}",
          "input.yaml:1:54: maxTrace: '0' is not a whole number from 1" },
        { "compileOption: {fakeQuant: {}}", "input.yaml:1:17: fakeQuant: LLFI's fake quantization is not supported" },
        { "kernelOption: [fast]", "input.yaml:1:16: kernelOption: 'fast' is not known; allowed: forceRun" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(errors); i++)
        assert_error_begins(errors[i][0], errors[i][1]);
}

static void all_errors_are_reported_at_once(void)
{
    assert_error("seed: x\nimage: {invert: 3}\nopt_level: 9\n",
                 "input.yaml:1:7: seed: 'x' is not a whole number from 0\n"
                 "input.yaml:2:17: invert: '3' is not known; allowed: true, false\n"
                 "input.yaml:3:12: opt_level: '9' is not a whole number from 0 to 3");
}

static void many_errors_are_counted(void)
{
    GString *text = g_string_new(NULL);
    g_autofree char *message = NULL;

    for (int i = 0; i < 150; i++)
        g_string_append_printf(text, "key%d: 1\n", i);
    message = error_of(text->str, text->len);
    g_assert_true(g_str_has_suffix(message, "\ninput.yaml: and 50 more errors"));
    g_string_free(text, TRUE);
}

static void text_that_is_no_yaml_is_refused(void)
{
    assert_error("", "input.yaml:1:1: the file is empty");
    assert_error("# nothing\n", "input.yaml:1:1: the file is empty");
    assert_error_begins("a: [1\nb: 2", "input.yaml:3:1: flow sequence without a closing bracket");
    assert_error_begins("seed: 5\n seed: 7\n", "input.yaml:1:7: invalid multiline plain key");
    assert_error("seed: 1\n\xff\xfe", "input.yaml:2:1: this byte is not UTF-8 text: is this a YAML file?");
    assert_error("---\nseed: 1\n---\nseed: 2\n",
                 "input.yaml:3:1: a second document begins here; a configuration is one document");
    assert_error("a: *b", "input.yaml:1:5: the alias *b repeats nothing: no anchor has this name");
    assert_error("a: &a [*a]", "input.yaml:1:9: the alias *a is inside what it repeats");
}

static void aliases_work(void)
{
    g_autoptr(campaign_t) campaign = load("outcome: {thresholds: &t [1, 2]}\nimage: {mean: *t}\n");

    g_assert_cmpfloat(campaign->image.mean[1], ==, 2);
}

static void bombs_are_defused(void)
{
    GString *text = g_string_new("a: &a0 [x,x,x,x,x,x,x,x,x]\n");
    g_autofree char *bomb = NULL, *deep = g_strnfill(100000, '['), *nested = NULL, *big = g_strnfill(9 << 20, '#');
    g_autofree char *oversized = error_of(big, 9 << 20);

    for (int i = 0; i < 12; i++)
        g_string_append_printf(text, "b%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i + 1, i, i, i, i, i,
                               i, i, i);
    bomb = error_of(text->str, text->len);
    nested = error_of(deep, 100000);
    g_assert_nonnull(strstr(bomb, "more than 200000 values, aliases expanded"));
    g_assert_nonnull(strstr(nested, "nested more than 32 deep"));
    g_assert_nonnull(strstr(oversized, "a configuration has at most"));
    g_string_free(text, TRUE);
}

/* Every change of one byte and every truncation of a whole configuration: an error or not, but never a crash. */
static void no_text_crashes(void)
{
    static const char text[] =
        "compileOption: {instSelMethod: [insttype: {include: &x [fadd]}], regloc: *x}\n"
        "runOption:\n- run: {numOfRuns: 5, fi_type: \"bitflip\"}\nimage: {mean: [1, 2]}\n? layers\n: |\n  Conv:1\n";
    static const char bytes[] = { 0,    '\n', '\t', '[', '{', '*',    '&', '!', '"',
                                  '\'', ':',  '-',  '%', '|', '\x80', '#', ' ', '9' };
    gsize size = strlen(text);

    for (gsize i = 0; i < size; i++) {
        for (size_t o = 0; o < G_N_ELEMENTS(bytes); o++) {
            g_autofree char *changed = g_memdup2(text, size);
            g_autoptr(campaign_t) campaign = campaign_new();

            changed[i] = bytes[o];
            load_text(campaign, changed, o == 0 ? i : size, "f.yaml", NULL);
        }
    }
}

static void assert_round_trip(const struct campaign *campaign)
{
    g_autofree char *first = campaign_canonical(campaign), *second = NULL;
    g_autoptr(campaign_t) again = load(first);

    second = campaign_canonical(again);
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpuint(strlen(first), >, 0);
}

static const char full[] =
    "compileOption:\n"
    "  instSelMethod:\n"
    "    - insttype: {include: [fadd, fmul, all], exclude: [ret]}\n"
    "    - funcname: {include: [b, a], exclude: ['say \"hi\"']}\n"
    "    - funcname: {include: all}\n"
    "    - customInstselector: {include: [llfiindex], options: [-injecttoindex=9, -injecttoindex=7]}\n"
    "    - customInstselector: {include: [CustomTensorOperator], options: [-layerNo=1;0;0, -layerName=conv;relu;all]}\n"
    "    - customInstselector: {include: default}\n"
    "    - customInstselector: {include: maingraph}\n"
    "    - customInstselector: {include: onlymain}\n"
    "  regSelMethod: customregselector\n"
    "  customRegSelector: onlyconstint\n"
    "  includeInjectionTrace: [backward]\n"
    "runOption:\n"
    "  - run: {numOfRuns: 3, fi_type: stuck_at_1, timeOut: 2.5, fi_cycle: 8, fi_index: 0, fi_reg_index: 1, fi_bit: 31, "
    "window_len: 6}\n"
    "  - run: {numOfRuns: 1, window_len_multiple: 9, fi_random_seed: 7, fi_num_bits: 3}\n"
    "layers: ['#3', 'name=a b/c', Conv, all]\n"
    "dims: [batch=2]\n"
    "timeout: 0.1\n"
    "level: tensor\n"
    "tensor_sampling: layer\n"
    "image: {scale: 0.0039215686, gamma: 2.2, mean: [0.485, 0.456, 0.406], std: 0.1}\n";

static void canonical_text_reads_back_the_same(void)
{
    static const char *const outcomes[] = {
        "",
        "outcome: {rule: regression, thresholds: [0.1, 3], deciding: 3}",
        "outcome: {rule: tolerance, tolerance: {absolute: 1e-9}}",
        "outcome: {rule: command, command: \"./j 'x' \\\"y\\\"\"}",
        "outcome: {rule: classifier, criteria: [nan, top5, infinity], confidence: absolute}",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        g_autofree char *text = g_strconcat(full, outcomes[i], "\n", NULL);
        g_autoptr(campaign_t) campaign = load(text);
        g_autoptr(campaign_t) plain = load(*outcomes[i] ? outcomes[i] : "seed: 1");

        assert_round_trip(campaign);
        assert_round_trip(plain);
    }
}

static void canonical_text_knows_what_changes_results(void)
{
    static const char *const changes[] = {
        "seed: 2",
        "opt_level: 1",
        "level: tensor",
        "level: weight",
        "{level: weight, tensor_sampling: layer}",
        "timeout: 3",
        "dims: [n=2]",
        "layers: Conv",
        "layers: Conv:1",
        "image: {invert: true}",
        "image: {scale: 1}",
        "image: {gamma: 2}",
        "outcome: {rule: exact}",
        "outcome: {criteria: [top5]}",
        "outcome: {confidence: absolute}",
        "compileOption: {regloc: allreg}",
        "compileOption: {regloc: srcreg1}",
        "compileOption: {regloc: srcreg2}",
        "compileOption: {includeInjectionTrace: [forward]}",
        "compileOption: {instSelMethod: [{insttype: {include: [fadd]}}]}",
        "compileOption: {instSelMethod: [{insttype: {include: [all]}}]}",
        "compileOption: {instSelMethod: [{insttype: {include: [all], exclude: [ret]}}]}",
        "runOption: [{run: {numOfRuns: 4}}]",
        "runOption: [{run: {numOfRuns: 4, fi_type: stuck_at_0}}]",
        "runOption: [{run: {numOfRuns: 4}}, {run: {numOfRuns: 4}}]",
        "runOption: [{run: {numOfRuns: 4, fi_bit: 0}}]",
        "runOption: [{run: {numOfRuns: 4, fi_num_bits: 2}}]",
        "runOption: [{run: {numOfRuns: 4, fi_max_multiple: 2}}]",
        "runOption: [{run: {numOfRuns: 4, fi_random_seed: 1}}]",
        "outcome: {rule: regression}",
        "outcome: {rule: regression, deciding: 30}",
        "outcome: {rule: tolerance}",
        "outcome: {rule: tolerance, tolerance: {relative: 0.5}}",
    };
    g_autoptr(GHashTable) texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(campaign_t) campaign = load(changes[i]);

        if (!g_hash_table_add(texts, campaign_canonical(campaign)))
            g_error("'%s' does not change the canonical text", changes[i]);
    }
}

static void canonical_text_leaves_out_what_does_not(void)
{
    static const char *const others[] = {
        "seed: 1",
        "jobs: 7",
        "level: instruction",
        "tensor_sampling: layer",
        "model: x.onnx",
        "out: there",
        "inputs: [a]",
        "labels: [1]",
        "runOption: [{run: {numOfRuns: 1000, verbose: true}}]",
        "outcome: {thresholds: [1]}",
        "outcome: {tolerance: {absolute: 4}}",
    };
    g_autoptr(campaign_t) plain = campaign_new();
    g_autofree char *expected = campaign_canonical(plain);

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(campaign_t) campaign = load(others[i]);
        g_autofree char *text = campaign_canonical(campaign);

        g_assert_cmpstr(text, ==, expected);
    }
}

/* The row that an option sets. */
static const struct key *option_key(const char *name)
{
    g_autoptr(GPtrArray) keys = settings_options();

    for (guint k = 0; k < keys->len; k++)
        if (strcmp(((const struct key *)keys->pdata[k])->option.name, name) == 0)
            return keys->pdata[k];
    g_error("there is no option --%s", name);
}

static void setters_serve_the_command_line(void)
{
    g_autoptr(campaign_t) campaign =
        load("compileOption: {instSelMethod: [{insttype: {include: [all]}}, {funcname: {include: [f]}}]}");
    struct instruction_selection *entry = selection_replace(&campaign->selection, SELECT_OPCODE);
    g_autoptr(GError) error = NULL;
    struct run_option option = { .trials = 1 };

    g_assert_cmpuint(campaign->selection.entries->len, ==, 2);
    g_assert_true(entry_include_opcode(entry, "fadd", NULL));
    g_assert_false(entry->include_all);
    g_assert_false(entry_exclude_opcode(entry, "all", NULL));
    g_assert_false(entry_include_index(entry, "0", NULL));
    g_assert_true(fault_type_parse("random_value", &option, NULL));
    g_assert_cmpint(option.fault, ==, FAULT_RANDOM_VALUE);
    setting_forget(campaign, option_key("criteria"));
    g_assert_true(setting_set(campaign, option_key("criteria"), "sdc-20%, nan", NULL));
    g_assert_cmpuint(campaign->outcome.sdc, ==, SDC_CONFIDENCE_20 | SDC_NAN);
    g_assert_cmpint(campaign->outcome.rule, ==, RULE_CLASSIFIER);
    g_assert_false(fault_type_parse("bitflips", &option, &error));
    g_assert_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE);
}

/* A key's row as YAML: "image: {scale: 2}". */
static char *yaml_of(const struct key *keys, const struct key *wanted, const char *value)
{
    for (const struct key *key = keys; key->name; key++) {
        g_autofree char *below =
            key->keys && strcmp(key->name, "runOption") != 0 ? yaml_of(key->keys, wanted, value) : NULL;

        if (key == wanted)
            return g_strdup_printf("{%s: '%s'}", key->name, value);
        if (below)
            return g_strdup_printf("{%s: %s}", key->name, below);
    }
    return NULL;
}

static char *yaml_of_setting(const struct key *key, const char *value)
{
    const char *trials = strcmp(key->name, "numOfRuns") == 0 ? "" : "numOfRuns: 1, ";

    return key->of_run ? g_strdup_printf("runOption: [{run: {%s%s: '%s'}}]", trials, key->name, value)
                       : yaml_of(campaign_keys, key, value);
}

static const char *const values[] = { "-1",
                                      "0",
                                      "0.0001",
                                      "1",
                                      "3",
                                      "33",
                                      "100",
                                      "101",
                                      "128",
                                      "129",
                                      "255",
                                      "256",
                                      "1024",
                                      "1025",
                                      "8191",
                                      "8192",
                                      "65536",
                                      "2147483647",
                                      "2147483648",
                                      "3000000000",
                                      "4294967295",
                                      "4294967296",
                                      "1000000000000",
                                      "1000000000001",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "1e9",
                                      "1e10",
                                      "nan",
                                      "true",
                                      "x",
                                      "n=0",
                                      "n=1",
                                      "n=2147483648",
                                      "0.5%",
                                      "50%",
                                      "5..10",
                                      "10..5",
                                      "bitflip",
                                      "BufferOverflow(API)",
                                      "Conv:1",
                                      "#0" };

/* An option and its key accept the same values, and what they set can be stored and read again. */
static void options_and_keys_agree(void)
{
    g_autoptr(GPtrArray) keys = settings_options();

    for (guint k = 0; k < keys->len; k++) {
        const struct key *key = keys->pdata[k];

        for (size_t v = 0; v < G_N_ELEMENTS(values); v++) {
            g_autofree char *yaml = key->option.argument ? yaml_of_setting(key, values[v]) : NULL, *text = NULL;
            g_autoptr(campaign_t) by_option = campaign_new(), by_key = campaign_new(), again = campaign_new();
            gboolean taken;

            if (!yaml || key->kind == KEY_MAP || (key->kind == KEY_CUSTOM && !key->load))
                continue;
            setting_forget(by_option, key);
            taken = setting_set(by_option, key, values[v], NULL);
            if (campaign_load_text(by_key, yaml, strlen(yaml), "f.yaml", NULL, NULL) != taken)
                g_error("%s: --%s %s it", yaml, key->option.name, taken ? "takes" : "refuses");
            text = taken ? campaign_description(by_option) : NULL;
            if (taken && !campaign_load_text(again, text, strlen(text), "f.yaml", NULL, NULL))
                g_error("--%s %s can't be read again", key->option.name, values[v]);
        }
    }
}

static void programs_are_described(void)
{
    static const char text[] = "program:\n  sources: [a.c, /b.cc]\n  arguments: ['', \"x\\ny\", 100, a b]\n"
                               "  cflags: -O2 -DX=\"y\"\n  libs: -lz\n  cxx: true\n  threads: true\n  files: in\n"
                               "  links: [big]\n  stdin: s.txt\n  outputs: [o1, o2]\n  detected_status: 3\n"
                               "  snapshots: off\nrunOption: [{run: {numOfRuns: 4, fi_type: NoOpen(API)}}]\n";
    g_autoptr(campaign_t) campaign = campaign_new();
    const struct program_option *program = &campaign->program;
    g_autofree char *first = NULL, *second = NULL;
    g_autoptr(campaign_t) again = NULL;

    g_assert_true(campaign_load_text(campaign, text, strlen(text), "some/c.yaml", NULL, NULL));
    g_assert_true(campaign->is_program);
    g_assert_cmpstr(program->sources->pdata[0], ==, "some/a.c");
    g_assert_cmpstr(program->sources->pdata[1], ==, "/b.cc");
    g_assert_cmpuint(program->arguments->len, ==, 4);
    g_assert_cmpstr(program->arguments->pdata[0], ==, "");
    g_assert_cmpstr(program->arguments->pdata[1], ==, "x\ny");
    g_assert_cmpstr(program->cflags, ==, "-O2 -DX=\"y\"");
    g_assert_cmpstr(program->libs, ==, "-lz");
    g_assert_true(program->cxx && program->threads && !campaign->snapshots);
    g_assert_cmpstr(program->files->pdata[0], ==, "in");
    g_assert_cmpstr(program->links->pdata[0], ==, "big");
    g_assert_cmpstr(program->input, ==, "some/s.txt");
    g_assert_cmpstr(program->outputs->pdata[1], ==, "o2");
    g_assert_cmpint(program->detected_status, ==, 3);
    first = campaign_description(campaign);
    again = load(first);
    second = campaign_description(again);
    g_assert_cmpstr(first, ==, second);
}

/* Arguments and file names may hold any bytes. */
static void descriptions_keep_any_bytes(void)
{
    static const char *const words[] = {
        "",         "\xff\xfe a",           "\xc3(",           "\xed\xa0\x80", "\xf4\x8f\xbf\xbf",
        "\"q\\n\t", "\u2028\xc2\x85\ufeff", "gr\u00fc\u00dfe", "- : # [x] {y}"
    };
    g_autoptr(campaign_t) campaign = campaign_new(), again = campaign_new();
    g_autofree char *text = NULL;

    g_ptr_array_add(campaign->program.sources, g_strdup("a.c"));
    for (size_t w = 0; w < G_N_ELEMENTS(words); w++)
        g_ptr_array_add(campaign->program.arguments, g_strdup(words[w]));
    text = campaign_description(campaign);
    g_assert_true(campaign_load_text(again, text, strlen(text), "campaign", NULL, NULL));
    g_assert_cmpuint(again->program.arguments->len, ==, G_N_ELEMENTS(words));
    for (size_t w = 0; w < G_N_ELEMENTS(words); w++)
        g_assert_cmpstr(again->program.arguments->pdata[w], ==, words[w]);
}

static void settings_of_the_other_kind_are_refused(void)
{
    static const char *const texts[][2] = {
        { "{program: {sources: a.c}, level: tensor}", "'a.c' is a program, and level is for models" },
        { "{program: {sources: a.c}, inputs: x.npy}", "'a.c' is a program, and inputs is for models" },
        { "{program: {sources: a.c}, image: {scale: 2}}", "'a.c' is a program, and scale is for models" },
    };

    for (size_t t = 0; t < G_N_ELEMENTS(texts); t++) {
        g_autoptr(campaign_t) campaign = load(texts[t][0]);
        g_autoptr(GError) error = NULL;

        campaign->model = g_strdup("a.c");
        g_assert_false(campaign_check(campaign, &error));
        g_assert_cmpstr(error->message, ==, texts[t][1]);
    }
}

static char *range_text(const struct key *key, int64_t most)
{
    int64_t high = key->high ? key->high : most;

    return high == G_MAXINT64 ? g_strdup_printf("whole number from %" G_GINT64_FORMAT, key->low)
                              : g_strdup_printf("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, key->low, high);
}

static char *choice_text(const char *before, const struct word *words)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (; words->text; words++)
        if (!words->other)
            g_string_append_printf(text, "%s`%s`", text->len ? ", " : before, words->text);
    return g_strdup(text->str);
}

static char *faults_text(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int f = 0; f < FAULT_TYPES; f++)
        if (fault_models[f].scope != SCOPE_CALL)
            g_string_append_printf(text, "%s`%s`", text->len ? ", " : "", fault_models[f].name);
    return g_strdup(text->str);
}

/* The type of a key as the documentation gives it. */
static char *type_text(const struct key *key)
{
    if (key->type)
        return g_strdup(key->type);
    if (strcmp(key->name, "fi_type") == 0)
        return faults_text();
    switch (key->kind) {
    case KEY_STRING:
        return g_strdup(key->resolve ? "path" : "text");
    case KEY_STRINGS:
        return g_strdup("text or list");
    case KEY_INTEGER:
        return range_text(key, G_MAXINT64);
    case KEY_INT:
        return range_text(key, G_MAXINT32);
    case KEY_NUMBER:
        return g_strdup(key->least < 0 ? "number" : key->least > 0 ? "number above 0" : "number from 0");
    case KEY_BOOL:
        return g_strdup("true or false");
    case KEY_CHOICE:
        return choice_text("", key->words);
    case KEY_WORDS:
        return choice_text("word or list of ", key->words);
    case KEY_MAP:
        return g_strdup("map");
    default:
        return g_strdup("");
    }
}

static char *default_text(const struct key *key)
{
    g_autoptr(campaign_t) plain = campaign_new();
    g_autofree char *value = NULL;

    if (key->standard)
        return g_strdup(key->standard);
    value = setting_text(key, plain, plain->runs->pdata[0]);
    return key->kind == KEY_CHOICE                                          ? g_strdup_printf("`%s`", value)
           : key->kind == KEY_STRING || key->kind == KEY_STRINGS || !*value ? g_strdup("")
                                                                            : g_steal_pointer(&value);
}

static char *option_text(const struct key *key)
{
    const struct key_option *option = &key->option;

    return !option->name    ? g_strdup("")
           : option->letter ? g_strdup_printf("`--%s`, `-%c`", option->name, option->letter)
                            : g_strdup_printf("`--%s`", option->name);
}

static void append_cell(GString *row, const char *cell)
{
    g_string_append_printf(row, *cell ? " %s |" : "%s |", cell);
}

/* Adds the rows that the document lacks. */
static void find_missing(const char *document, const struct key *keys, GString *missing)
{
    for (const struct key *key = keys; key->name; key++) {
        g_autofree char *type = type_text(key), *standard = default_text(key), *option = option_text(key);
        g_autoptr(GString) row = g_string_new(NULL);

        g_string_printf(row, "\n| `%s` |", key->name);
        append_cell(row, option);
        append_cell(row, type);
        append_cell(row, standard);
        if (!strstr(document, row->str))
            g_string_append(missing, row->str);
        if (key->keys && key->keys != run_keys && key->keys[0].kind != KEY_CUSTOM)
            find_missing(document, key->keys, missing);
    }
}

/* Each row of the tables of settings is a row of the documentation: key, option, type, default, and a meaning. */
static void every_setting_is_documented(gconstpointer data)
{
    g_autofree char *document = NULL;
    g_autoptr(GString) missing = g_string_new(NULL);

    g_assert_true(g_file_get_contents(data, &document, NULL, NULL));
    find_missing(document, campaign_keys, missing);
    find_missing(document, run_keys, missing);
    g_assert_cmpstr(missing->str, ==, "");
}

/* Every ```yaml block of the documentation is a configuration that loads without a notice. */
static void documented_examples_load(gconstpointer data)
{
    g_autofree char *document = NULL;
    g_auto(GStrv) parts = NULL;
    guint n = 0;

    g_assert_true(g_file_get_contents(data, &document, NULL, NULL));
    parts = g_strsplit(document, "```", -1);
    for (char **part = parts; *part; part++) {
        if (g_str_has_prefix(*part, "yaml\n")) {
            g_autoptr(campaign_t) campaign = load(*part + strlen("yaml\n"));

            g_assert_cmpuint(campaign->notices->len, ==, 0);
            n++;
        }
    }
    g_assert_cmpuint(n, >=, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/config/" #name, name)
    TEST(defaults);
    TEST(opcodes);
    TEST(layers_are_known_by_type_occurrence_name_and_number);
    TEST(llfis_layer_names_stand_for_onnx_operators);
    TEST(wrong_layers_are_refused);
    TEST(compile_option_selects);
    TEST(a_slice_without_entries_is_of_the_default_selection);
    TEST(registers);
    TEST(layer_options_have_three_spellings);
    TEST(run_options);
    TEST(our_keys);
    TEST(paths_are_relative_to_the_files_folder);
    TEST(dead_and_misspelt_keys_of_llfi_are_noticed);
    TEST(each_error_says_where_and_what_is_allowed);
    TEST(all_errors_are_reported_at_once);
    TEST(many_errors_are_counted);
    TEST(text_that_is_no_yaml_is_refused);
    TEST(aliases_work);
    TEST(bombs_are_defused);
    TEST(no_text_crashes);
    TEST(canonical_text_reads_back_the_same);
    TEST(canonical_text_knows_what_changes_results);
    TEST(canonical_text_leaves_out_what_does_not);
    TEST(setters_serve_the_command_line);
    TEST(options_and_keys_agree);
    TEST(programs_are_described);
    TEST(descriptions_keep_any_bytes);
    TEST(settings_of_the_other_kind_are_refused);
    if (argc > 1) {
        g_test_add_data_func("/config/documented_examples_load", argv[1], documented_examples_load);
        g_test_add_data_func("/config/every_setting_is_documented", argv[1], every_setting_is_documented);
    }
    return g_test_run();
}
