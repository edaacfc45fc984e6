/*
 * Wrong files given to `lltfi run`: each is refused with a clear error and exit status 1, and no campaign folder is
 * made.
 *
 * Details are tested elsewhere: models in frontend.c, inputs in inputs.c, YAML in config.c, full disks and folders of
 * other campaigns in store.c and cli.c.
 */
#include "onnx_build.h"
#include "tool.h"

#include "base/tensor.h"
#include "frontend/frontend.h"

static void refuse_run(const struct fixture *fixture, const char *network, const char *input, const char *option,
                       const char *value, const char *says)
{
    g_auto(result_t) result =
        run(fixture, "run", network, "--input", input, "--trials", "5", "--out", "campaign", option, value, NULL);
    g_autofree char *folder = in_folder(fixture, "campaign");

    assert_fails(&result, 1, says);
    g_assert_cmpstr(result.out, ==, "");
    g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

/* x of 2x3 -> relu -> y, to which tests add more. */
static Onnx__ModelProto *small_model(void)
{
    Onnx__ModelProto *built = build_model(17);

    build_input(built, "x", ELEMENT_FLOAT, "2,3");
    build_output(built, "y", ELEMENT_FLOAT, NULL);
    build_node(built, "relu", "Relu", "x", "y");
    return built;
}

static void write_array(const struct fixture *fixture, const char *name, enum element type, int64_t columns)
{
    g_autofree char *path = in_folder(fixture, name);
    g_autoptr(tensor_t) tensor = tensor_new(type, 2, (const int64_t[]){ 2, columns }, NULL);

    g_assert_true(tensor_save_npy(tensor, path, NULL));
}

static void refuse_model(const struct fixture *fixture, Onnx__ModelProto *built, const char *says)
{
    g_autofree char *path = in_folder(fixture, "bad.onnx");

    build_write(built, path);
    write_array(fixture, "x.npy", ELEMENT_FLOAT, 3);
    refuse_run(fixture, "bad.onnx", "x.npy", NULL, NULL, says);
}

static void missing_model(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    refuse_run(fixture, "model.onnx", picture, NULL, NULL, "lltfi: model.onnx: no such file\n");
    refuse_run(fixture, ".", picture, NULL, NULL, "lltfi: .: a file is wanted, not a folder\n");
}

static void truncated_model(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const gsize parts[] = { 0, 1, 100, 5000, 50000, 99999 };
    g_autofree char *bytes = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(model, &bytes, &size, NULL));
    for (size_t p = 0; p < G_N_ELEMENTS(parts); p++) {
        write_file(fixture, "half.onnx", bytes, size * parts[p] / 100000);
        refuse_run(fixture, "half.onnx", picture, NULL, NULL, "lltfi: half.onnx: ");
    }
}

static void other_format(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    refuse_run(fixture, picture, picture, NULL, NULL, "this is not an ONNX model but looks like a PNG picture");
}

static void cycle(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Onnx__ModelProto *built = small_model();

    build_node(built, "a", "Relu", "q", "p");
    build_node(built, "b", "Relu", "p", "q");
    refuse_model(fixture, built, "cycle: node 'a', which reads from node 'b', which reads from the first");
}

static void missing_initializer(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Onnx__ModelProto *built = small_model();

    build_node(built, "dense", "MatMul", "y weight", "z");
    refuse_model(fixture, built, "node 'dense' (MatMul, opset 17): input 1 is 'weight', which is neither computed");
}

static void shape_mismatch(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const float weights[8] = { 1 };
    Onnx__ModelProto *built = small_model();

    build_initializer(built, "weight", ELEMENT_FLOAT, "4,2", weights, sizeof(weights));
    build_node(built, "dense", "MatMul", "y weight", "z");
    refuse_model(fixture, built, "bad.onnx: node 'dense' (MatMul, opset 17): ");
}

static void unsupported_operator(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    Onnx__ModelProto *built = small_model();

    build_node(built, "a", "NonMaxSuppression", "y", "p");
    build_node(built, "b", "Frobnicate", "p", "q");
    refuse_model(fixture, built, "NonMaxSuppression");
    refuse_run(fixture, "bad.onnx", "x.npy", NULL, NULL, "Frobnicate");
}

static void unfit_input(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = in_folder(fixture, "good.onnx");

    build_write(small_model(), path);
    write_array(fixture, "wide.npy", ELEMENT_FLOAT, 4);
    write_array(fixture, "double.npy", ELEMENT_DOUBLE, 3);
    refuse_run(fixture, "good.onnx", "wide.npy", NULL, NULL,
               "wide.npy: it holds float 2x4, but input 'x' of the model wants float 2x3");
    refuse_run(fixture, "good.onnx", "double.npy", NULL, NULL,
               "double.npy: it holds double 2x3, but input 'x' of the model wants float 2x3: save it as that type");
    refuse_run(fixture, "good.onnx", "none.npy", NULL, NULL, "lltfi: none.npy: no such file\n");
}

static void no_picture(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    write_text(fixture, "letter.png", "Dear Sir or Madam");
    refuse_run(fixture, model, "letter.png", NULL, NULL, "letter.png: ");
    write_file(fixture, "half.png", "\x89PNG\r\n\x1a\n", 8);
    refuse_run(fixture, model, "half.png", NULL, NULL, "half.png: the PNG picture is truncated");
}

static void bad_yaml(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const cases[][2] = {
        { "jobs: 2\nsed: 4\n", "c.yaml:2:1: unknown key 'sed' in the configuration (did you mean 'seed'?)" },
        { "runOption:\n  - run:\n      numOfRun: 3\n", "c.yaml:3:7: unknown key 'numOfRun'" },
        { "seed: [1]\n", "c.yaml:1:7: seed must be a whole number, but it is a list" },
        { "image: {std: 0}\n", "c.yaml:1:14: std: '0' is not a number above 0" },
        { "jobs: 0\n", "c.yaml:1:7: jobs: '0' is not a whole number from 1 to 1024" },
        { "outcome: {rule: [a\n", "c.yaml:" },
    };

    refuse_run(fixture, model, picture, "--config", "none.yaml", "lltfi: none.yaml: no such file\n");
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        write_text(fixture, "c.yaml", cases[c][0]);
        refuse_run(fixture, model, picture, "--config", "c.yaml", cases[c][1]);
    }
}

static void more_bits_than_there_are(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const cases[][2] = {
        { "level: weight\nrunOption: [{run: {numOfRuns: 1, fi_num_bits: 33}}]\n",
          "fi_num_bits 33: the widest selected element has 32 bits" },
        { "level: tensor\nrunOption: [{run: {numOfRuns: 1, fi_bit: 32}}]\n",
          "fi_bit 32: the widest selected element has 32 bits" },
        { "compileOption: {instSelMethod: [insttype: {include: fadd}]}\nrunOption: [{run: {numOfRuns: 1, fi_num_bits: "
          "33}}]\n",
          "fi_num_bits 33: the widest selected register has 32 bits" },
        { "compileOption: {instSelMethod: [insttype: {include: fadd}]}\nrunOption: [{run: {numOfRuns: 1, fi_bit: "
          "32}}]\n",
          "fi_bit 32: the widest selected register has 32 bits" },
    };

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        write_text(fixture, "c.yaml", cases[c][0]);
        refuse_run(fixture, model, picture, "--config", "c.yaml", cases[c][1]);
    }
}

static void register_that_no_instruction_has(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    refuse_run(fixture, model, picture, "--register-index", "1",
               "fi_reg_index 1: the selected instructions have at most 1 selected register, numbered from 0");
    write_text(fixture, "c.yaml",
               "compileOption: {instSelMethod: [insttype: {include: fadd}], regSelMethod: regloc, regloc: allsrcreg}\n"
               "runOption: [{run: {numOfRuns: 1, fi_reg_index: 2}}]\n");
    refuse_run(fixture, model, picture, "--config", "c.yaml",
               "fi_reg_index 2: the selected instructions have at most 2 selected registers, numbered from 0");
}

static void empty_selection(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    refuse_run(fixture, model, picture, "--layer", "Conv:77", "the selection holds no instruction of");
    refuse_run(fixture, model, picture, "--insttype", "frem", "the selection holds no instruction of");
    refuse_run(fixture, model, picture, "--funcname", "printf", "the selection holds no instruction of");
    refuse_run(fixture, model, picture, "--index", "99999999", "the selection holds no instruction of");
    write_text(fixture, "c.yaml", "compileOption: {instSelMethod: [{insttype: {include: [invoke]}}]}\n");
    refuse_run(fixture, model, picture, "--config", "c.yaml", "the selection holds no instruction of");
}

static const struct fixture_test tests[] = {
    { "missing-model", missing_model },
    { "truncated-model", truncated_model },
    { "other-format", other_format },
    { "cycle", cycle },
    { "missing-initializer", missing_initializer },
    { "shape-mismatch", shape_mismatch },
    { "unsupported-operator", unsupported_operator },
    { "unfit-input", unfit_input },
    { "no-picture", no_picture },
    { "bad-yaml", bad_yaml },
    { "empty-selection", empty_selection },
    { "more-bits-than-there-are", more_bits_than_there_are },
    { "register-that-no-instruction-has", register_that_no_instruction_has },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc != 4)
        g_error("usage: bad-input LLTFI MODEL PICTURE");
    tool_init(argv);
    add_tests("bad-input", tests, G_N_ELEMENTS(tests));
    return g_test_run();
}
