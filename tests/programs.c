/*
 * Programs under faults: programs FOLDER LLTFI.
 *
 * Each program of the folder is instrumented and run: it prints the same as the plain program, its profile equals a
 * slow count of single instructions, and a fault in cycle N strikes the instruction that the slow count has there, both
 * with all gates open and with the gates that a walk has chosen.
 */
#include "engine/program/walk.h"

#include "addresses.h"
#include "base/folder.h"
#include "passes/count/tables.h"
#include "passes/inject/gates.h"

#include <glib/gstdio.h>
#include <llvm-c/DebugInfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder, *tool;

static const struct program_case {
    const char *sources, *arguments, *cflags, *input, *output;
    const char *text;     /* golden standard output */
    int status;           /* golden, as waitpid gives it */
    gboolean threads;     /* it has threads: the order of cycles changes from run to run */
    gboolean leads;       /* some faults have a lead */
    gboolean interrupted; /* a signal ends it in the middle of a loop: countdowns in registers are lost then */
} cases[] = {
    { "sort.c", "12", .text = "86 113 187 283 395 526 749 767 778 819 838 980 \n" },
    { "matrix.c", .text = "40.045537796 21.666071429\n" },
    { "list.c", .text = "1743391990\n" },
    { "recursion.c", .text = "55 9\n", .leads = TRUE },
    { "exceptions.cc", .text = "1\n13\n22\n70\n95\n203\ncaught: too large: 7\n28 static text\n" },
    { "threads.c", .text = "250 499 750 1000\n", .threads = TRUE },
    { "crew.c", .text = "32670\n", .threads = TRUE },
    { "mutual.c", .text = "5261\n", .status = 7 << 8, .leads = TRUE },
    { "cxxthreads.cc", .text = "sixty 1830\n", .threads = TRUE },
    { "jumps.c", .text = "jumped\njumped\njumped\n122 4\n" },
    { "varargs.c", .text = "3.583333333333333 12345678901234566\n5 17 10 0 116\n" },
    { "files.c", "words.txt", .output = "result.txt", .text = "" },
    { "ends.c", "exit", .text = "before 90\n", .status = 3 << 8 },
    { "ends.c", "_exit", .text = "before 90\n", .status = 4 << 8 },
    { "ends.c", "quick_exit", .text = "before 90\n", .status = 5 << 8 },
    { "ends.c", "abort", .text = "before 90\n", .status = 6 },
    { "ends.c", "signal", .text = "before 90\n", .status = 15 },
    { "ends.c", .text = "before 45\nafter 15\n" },
    { "dies.c", .text = "699\n", .status = 8, .interrupted = TRUE },
    { "dies.c", .cflags = "-DHANDLER", .text = "0\n", .interrupted = TRUE },
    { "reads.c", .input = "numbers.txt", .text = "46\n" },
    { "forks.c", .text = "97 12\n" },
    { "checked.c", .text = "40425\n" },
    { "part_main.c part_other.c", .cflags = "-DSCALE=2", .text = "16\n" },
};

/* How a case is built and which registers are struck. */
static const struct variant {
    const char *name, *registers;
    int opt_level;
    gboolean flags; /* gates are flags, as on machines where code is not overwritten */
} variants[] = {
    { "O0", "dstreg", 0 },
    { "O0 operands", "allsrcreg", 0 },
    { "O2", "dstreg", 2 },
    { "O2 all registers", "allreg", 2 },
    { "O2 flags", "dstreg", 2, .flags = TRUE },
};

struct test {
    const struct program_case *program;
    const struct variant *variant;
};

static void add_words(GPtrArray *to, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words ? words : "", " ", -1);

    for (char **word = list; *word; word++)
        if (**word)
            g_ptr_array_add(to, g_strdup(*word));
}

static struct campaign *campaign_of(const struct test *test)
{
    struct campaign *campaign = campaign_new();

    add_words(campaign->program.sources, test->program->sources);
    add_words(campaign->program.arguments, test->program->arguments);
    add_words(campaign->program.outputs, test->program->output);
    campaign->program.cflags = g_strdup(test->program->cflags);
    campaign->program.input = g_strdup(test->program->input);
    campaign->snapshots = FALSE;
    campaign->opt_level = test->variant->opt_level;
    selection_add(&campaign->selection, SELECT_OPCODE)->include_all = TRUE;
    g_assert_true(register_method_parse(test->variant->registers, &campaign->selection, NULL));
    return campaign;
}

static void check_golden(const struct test *test, const struct program_subject *subject)
{
    const struct run_result *golden = subject->golden;
    g_autofree char *text = g_strndup((const char *)golden->output->data, golden->output->len);

    g_assert_cmpstr(text ? text : "", ==, test->program->text);
    g_assert_cmpint(golden->status, ==, test->program->status);
    for (guint n = 0; n < subject->base.notices->len; n++)
        if (strstr(subject->base.notices->pdata[n], "two runs without faults"))
            g_test_message("%s", (char *)subject->base.notices->pdata[n]);
}

/* A call that subtracts one from the countdown and gets the register that may be struck, in LLFI's order: before the
 * instruction for operands, after it for results. */
struct slow {
    LLVMBuilderRef builder;
    LLVMTypeRef i32, i64;
    LLVMValueRef countdown, inject, step;
};

static gboolean is_counted_after(const struct site *site)
{
    return site->n_registers == 1 && site->registers[0].position == 0;
}

static LLVMValueRef place_of(LLVMValueRef instruction, const struct site *site)
{
    LLVMValueRef place = is_counted_after(site) ? LLVMGetNextInstruction(instruction) : instruction;

    while (LLVMIsAPHINode(place) || LLVMGetInstructionOpcode(place) == LLVMLandingPad)
        place = LLVMGetNextInstruction(place);
    return place;
}

static LLVMValueRef call_slowly(struct slow *slow, LLVMValueRef function, LLVMValueRef *arguments, unsigned n)
{
    LLVMValueRef call = LLVMBuildCall2(slow->builder, LLVMGlobalGetValueType(function), function, arguments, n, "");

    LLVMSetFunctionCallConv(function, LLVMPreserveMostCallConv);
    LLVMSetInstructionCallConv(call, LLVMPreserveMostCallConv);
    return call;
}

static void count_slowly(struct slow *slow, LLVMValueRef instruction, LLVMValueRef place, const struct site *site,
                         unsigned number)
{
    gboolean after = is_counted_after(site) || LLVMIsAPHINode(instruction);
    LLVMValueRef left;

    LLVMPositionBuilderBefore(slow->builder, place);
    left = LLVMBuildLoad2(slow->builder, slow->i64, slow->countdown, "");
    for (int r = 0; r < site->n_registers; r++) {
        LLVMValueRef value = site_register_value(instruction, site->registers[r].position), slot;
        LLVMValueRef arguments[6];

        slot = LLVMBuildAlloca(slow->builder, LLVMTypeOf(value), "");
        if (value != instruction || after)
            LLVMBuildStore(slow->builder, value, slot);
        arguments[0] = left;
        arguments[1] = LLVMConstInt(slow->i32, number, FALSE);
        arguments[2] = LLVMConstInt(slow->i32, (unsigned)r, FALSE);
        arguments[3] = LLVMConstInt(slow->i32, (unsigned)site->n_registers, FALSE);
        arguments[4] = slot;
        arguments[5] = LLVMConstInt(slow->i32, site->registers[r].width, FALSE);
        call_slowly(slow, slow->inject, arguments, 6);
    }
    left = call_slowly(slow, slow->step, &left, 1);
    LLVMBuildStore(slow->builder, left, slow->countdown);
}

static void slow_init(struct slow *slow, LLVMModuleRef module)
{
    LLVMTypeRef inject[6];

    slow->builder = LLVMCreateBuilderInContext(ir_context());
    slow->i32 = LLVMInt32TypeInContext(ir_context());
    slow->i64 = LLVMInt64TypeInContext(ir_context());
    slow->countdown = LLVMAddGlobal(module, slow->i64, "lltfi_countdown");
    inject[0] = slow->i64;
    inject[1] = inject[2] = inject[3] = inject[5] = slow->i32;
    inject[4] = LLVMPointerTypeInContext(ir_context(), 0);
    slow->inject = LLVMAddFunction(module, "lltfi_inject",
                                   LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), inject, 6, FALSE));
    slow->step = LLVMAddFunction(module, "lltfi_step", LLVMFunctionType(slow->i64, &slow->i64, 1, FALSE));
}

static void instrument_slowly(const struct functions *functions, LLVMModuleRef module)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new(), places = g_ptr_array_new();
    struct slow slow;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        size_t n;
        g_autofree LLVMValueRef *some = function_instructions(f, &n);

        for (size_t i = 0; i < n; i++)
            g_ptr_array_add(all, some[i]);
    }
    for (guint s = 0; s < functions->sites->len; s++) {
        const struct site *site = &g_array_index(functions->sites, struct site, s);

        g_ptr_array_add(places, place_of(all->pdata[site->index - 1], site));
    }
    slow_init(&slow, module);
    for (guint s = 0; s < functions->sites->len; s++) {
        const struct site *site = &g_array_index(functions->sites, struct site, s);

        count_slowly(&slow, all->pdata[site->index - 1], places->pdata[s], site, s);
    }
    LLVMDisposeBuilder(slow.builder);
}

static gboolean add_runtime(LLVMModuleRef module, GError **error)
{
    g_autoptr(GArray) terms = g_array_new(FALSE, FALSE, sizeof(struct count_term));
    struct gate_order none = { 0 };

    gates_define(&none, module);
    count_tables_define(module, 0, FALSE, terms);
    return functions_link_runtime(module, error) && ir_verify(module, "the runtime", error);
}

static char *build_slowly(const struct program_subject *subject)
{
    LLVMModuleRef module = functions_copy(subject->program->module);
    g_autoptr(GError) error = NULL;
    char *executable;

    LLVMStripModuleDebugInfo(module);
    instrument_slowly(subject->functions, module);
    g_assert_true(add_runtime(module, &error));
    executable = program_build_module(subject->program, module, &error);
    g_assert_no_error(error);
    LLVMDisposeModule(module);
    return executable;
}

static struct run_result *run(const struct program_subject *subject, const char *executable,
                              const struct planned *planned, const char *scratch)
{
    struct run_order order = { .executable = executable,
                               .plan = planned ? &planned->runtime : NULL,
                               .gates = GATE_COUNTS,
                               .location = { .gate = ALL_GATES, .countdown = planned ? planned->countdown : NEVER },
                               .timeout = 60 };
    g_autoptr(GError) error = NULL;
    struct run_result *result = program_run(subject, &order, scratch, &error);

    g_assert_no_error(error);
    return result;
}

static void check_strike(const struct program_subject *subject, const struct run_result *one,
                         const struct run_result *other)
{
    const struct injection *a = &one->shared->injections[0], *b = &other->shared->injections[0];

    g_assert_cmpuint(one->shared->n_injections, ==, 1);
    g_assert_cmpuint(other->shared->n_injections, ==, 1);
    g_assert_cmpuint(a->site, ==, b->site);
    g_assert_cmpuint(a->reg_index, ==, b->reg_index);
    g_assert_cmpuint(a->bit, ==, b->bit);
    g_assert_cmpint(one->status, ==, subject->golden->status);
    if (a->width <= 32 &&
        g_array_index(subject->functions->sites, struct site, a->site).registers[a->reg_index].position != 0)
        g_assert_cmpuint(a->old_value[0], ==, b->old_value[0]);
}

#define CYCLES 12

/* Where a walk finds faults of these cycles. Returns how many have a lead. */
static int locate(const struct program_subject *subject, const struct planned *planned, int n,
                  struct location *locations, const char *scratch)
{
    g_autoptr(GError) error = NULL;
    struct program_walk *walk = program_walk_new(subject, scratch, planned[0].countdown, &error);
    int n_leads = 0;

    g_assert_no_error(error);
    for (int i = 0; i < n; i++) {
        struct trial trial = { 0 };
        const char *obstacle;

        g_assert_false(program_walk_trial(walk, &planned[i], &trial, &locations[i], &obstacle, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(locations[i].gate, !=, ALL_GATES);
        n_leads += locations[i].lead.is_there != 0;
    }
    program_walk_free(walk);
    return n_leads;
}

/* The same cycles strike the same registers with the same values, whichever way they are counted. */
static void check_cycles(struct program_subject *subject, const char *slow, gboolean leads, const char *scratch)
{
    struct plan plan;
    struct planned planned[CYCLES];
    struct location locations[CYCLES];
    int n = (int)MIN(subject->total, CYCLES), n_leads;

    g_assert_true(plan_init(&plan, &subject->base, NULL));
    for (int i = 0; i < n; i++) {
        plan_trial(&plan, (uint64_t)i, &planned[i]);
        planned[i].countdown = subject->total / (uint64_t)n * (uint64_t)i;
        planned[i].runtime.type = FAULT_NONE;
    }
    n_leads = locate(subject, planned, n, locations, scratch);
    g_assert_true(!leads || n_leads > 0);
    for (int i = 0; i < n; i++) {
        struct run_order order = program_order(subject, &planned[i], locations[i]);
        g_autoptr(GError) error = NULL;
        g_autoptr(run_result_t) located = program_run(subject, &order, scratch, &error);
        g_autoptr(run_result_t) all = run(subject, subject->fault_executable, &planned[i], scratch);
        g_autoptr(run_result_t) other = run(subject, slow, &planned[i], scratch);

        g_assert_no_error(error);
        check_strike(subject, all, other);
        check_strike(subject, located, other);
    }
}

static void test_program(gconstpointer data)
{
    const struct test *test = data;
    g_autoptr(campaign_t) campaign = campaign_of(test);
    g_autoptr(GError) error = NULL;
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", NULL), *slow = NULL;
    g_autoptr(program_subject_t) subject = program_subject_load(campaign, &error);
    g_autoptr(run_result_t) plain = NULL, counted = NULL;

    g_assert_no_error(error);
    subject->functions->gate_flags = test->variant->flags;
    g_assert_true(program_build(subject, &error));
    g_assert_true(program_run_golden(subject, scratch, &error));
    check_golden(test, subject);
    slow = build_slowly(subject);
    counted = run(subject, slow, NULL, scratch);
    plain = run(subject, subject->fault_executable, NULL, scratch);
    g_assert_cmpuint(subject->total, >, 0);
    if (test->program->threads) {
        /* The main thread has a ration left. */
        g_assert_cmpuint(NEVER - plain->countdown, >=, subject->total);
        g_assert_cmpuint(NEVER - plain->countdown, <, subject->total + 4096);
    } else if (!test->program->interrupted) {
        g_assert_cmpuint(NEVER - plain->countdown, ==, subject->total);
    }
    if (test->program->interrupted) {
        /* The block that was interrupted counts as a whole. */
        g_assert_cmpuint(NEVER - counted->countdown, <=, subject->total);
        g_assert_cmpuint(NEVER - counted->countdown + 20, >, subject->total);
    } else if (!test->program->threads) {
        g_assert_cmpuint(NEVER - counted->countdown, ==, subject->total);
        check_cycles(subject, slow, test->program->leads, scratch);
    }
    folder_remove(scratch);
}

static void lltfi(const char *arguments, int status, const char *said)
{
    g_autofree char *command = g_strdup_printf("%s %s", tool, arguments);
    g_autofree char *output = NULL, *messages = NULL;
    g_auto(GStrv) words = NULL;
    int ended;

    g_assert_true(g_shell_parse_argv(command, NULL, &words, NULL));
    g_assert_true(g_spawn_sync(NULL, words, NULL, 0, NULL, NULL, &output, &messages, &ended, NULL));
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != status || (said && !strstr(output, said) && !strstr(messages, said)))
        g_error("%s\nended with %x, without '%s':\n%s%s", command, (unsigned)ended, said ? said : "", output, messages);
}

static char *out(const char *name)
{
    return g_strdup_printf("%s/lltfi-test-programs-%d-%s", g_get_tmp_dir(), (int)getpid(), name);
}

/* Without a fault every trial is benign; jobs don't change trials; each is repeated. */
static void test_campaign(void)
{
    g_autofree char *a = out("a"), *b = out("b"), *none = out("none");
    g_autofree char *first = g_strdup_printf("run jumps.c -q --trials 30 --jobs 1 --out %s", a);
    g_autofree char *second = g_strdup_printf("run jumps.c -q --trials 30 --jobs 3 --out %s", b);
    g_autofree char *nothing = g_strdup_printf("run files.c -q --fault none --trials 6 --output result.txt --out %s -- "
                                               "words.txt",
                                               none);
    g_autofree char *rates = g_strdup_printf("results %s --by function --format csv", none);
    g_autofree char *sqlite = g_find_program_in_path("sqlite3");
    g_autofree char *lines = g_strdup_printf("results %s --by line", a);
    g_autofree char *compare =
        g_strdup_printf("q='select number, outcome, signal, site, cycle, bit, new_value from result order by number'; "
                        "test \"$(sqlite3 %s/campaign.db \"$q\")\" = \"$(sqlite3 %s/campaign.db \"$q\")\"",
                        a, b);

    lltfi(first, 0, "jumps.c");
    lltfi(second, 0, NULL);
    if (sqlite && addresses_are_fixed())
        g_assert_cmpint(system(compare), ==, 0);
    for (int trial = 0; trial < 30 && addresses_are_fixed(); trial += 7) {
        g_autofree char *replay = g_strdup_printf("replay %s --trial %d", b, trial);

        lltfi(replay, 0, "as in the campaign");
    }
    lltfi(lines, 0, "jumps.c");
    lltfi(nothing, 0, "benign         6");
    lltfi(rates, 0, "main");
    folder_remove(a);
    folder_remove(b);
    folder_remove(none);
}

/* A program detects the fault and reports it in both possible ways. */
static void test_detected(void)
{
    g_autofree char *marked = out("marked"), *status = out("status");
    g_autofree char *first =
        g_strdup_printf("run checked.c -q --funcname work --insttype add --trials 10 --out %s", marked);
    g_autofree char *second = g_strdup_printf(
        "run checked.c -q --funcname work --insttype mul --trials 10 --detected-status 42 --out %s -- x", status);

    lltfi(first, 0, "detected");
    lltfi(second, 0, "detected      10");
    folder_remove(marked);
    folder_remove(status);
}

/* LLVM IR as text and as bitcode. */
static void test_ir(void)
{
    g_autofree char *made = out("ir");
    g_autofree char *compile = g_strdup_printf(
        "mkdir -p %s && clang-19 -g -O0 -S -emit-llvm exceptions.cc -o %s/e.ll && "
        "clang-19 -g -O2 -c -emit-llvm varargs.c -o %s/v.bc && printf 'define i32 @f() { ret i32 %%%%x }' > %s/bad.ll "
        "&& "
        "printf 'define i32 @main() { %%%%a = add i32 %%%%b, 1\\n %%%%b = add i32 1, 1\\n ret i32 %%%%a }' > "
        "%s/order.ll && "
        "printf 'define i32 @f() { ret i32 0 }' > %s/nomain.ll && printf 'BC\\300\\336....' > %s/broken.bc",
        made, made, made, made, made, made, made);
    g_autofree char *ll = g_strdup_printf("run %s/e.ll -q --trials 5 --out %s/o1", made, made);
    g_autofree char *bc = g_strdup_printf("run %s/v.bc -q --trials 5 --out %s/o2", made, made);
    g_autofree char *bad = g_strdup_printf("run %s/bad.ll --out %s/o3", made, made);
    g_autofree char *order = g_strdup_printf("run %s/order.ll --out %s/o3", made, made);
    g_autofree char *nomain = g_strdup_printf("run %s/nomain.ll --out %s/o3", made, made);
    g_autofree char *broken = g_strdup_printf("run %s/broken.bc --out %s/o3", made, made);
    g_autofree char *left = g_strdup_printf("%s/o3", made);

    g_assert_cmpint(system(compile), ==, 0);
    lltfi(ll, 0, "exit status 0, 54 bytes");
    lltfi(bc, 0, "exit status 0, 50 bytes");
    lltfi(bad, 1, "use of undefined value");
    lltfi(order, 1, "does not dominate all uses");
    lltfi(nomain, 1, "defines no function main");
    lltfi(broken, 1, "can't be read as LLVM IR");
    g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
    folder_remove(made);
}

static void test_bad_use(void)
{
    lltfi("run endless.c -q --timeout 0.5 --out /nowhere/x", 1, "did not end in 0.5 seconds");
    lltfi("run part_main.c -q --out /nowhere/x", 1, "does not link");
    lltfi("run missing.c -q --out /nowhere/x", 1, "there is no such file");
    lltfi("run sort.c words.txt -q --out /nowhere/x", 2, "is not a source of a program");
}

static void add_tests(void)
{
    for (size_t v = 0; v < G_N_ELEMENTS(variants); v++)
        for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
            g_autofree char *path = g_strdup_printf(
                "/programs/%s/%s%s%s%s", variants[v].name, cases[c].sources, cases[c].arguments ? " " : "",
                cases[c].arguments ? cases[c].arguments : "", cases[c].cflags ? cases[c].cflags : "");
            struct test *test = g_new(struct test, 1);

            *test = (struct test){ &cases[c], &variants[v] };
            g_test_add_data_func_full(path, test, test_program, g_free);
        }
    g_test_add_func("/campaigns/jobs, replay, no fault", test_campaign);
    g_test_add_func("/campaigns/detected", test_detected);
    g_test_add_func("/campaigns/IR", test_ir);
    g_test_add_func("/campaigns/bad use", test_bad_use);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 3) {
        fprintf(stderr, "usage: programs FOLDER LLTFI\n");
        return 2;
    }
    folder = argv[1];
    tool = g_canonicalize_filename(argv[2], NULL);
    if (g_chdir(folder) != 0) {
        fprintf(stderr, "programs: %s is not a folder\n", folder);
        return 2;
    }
    add_tests();
    return g_test_run();
}
