#include "cli/cli.h"
#include "cli/options.h"
#include "config/software_faults.h"
#include "llfi/verbs/verbs.h"
#include "terminal/display.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "base/stages.h"

#include "version.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct verb verbs[] = {
    { "run", cli_run, "run a campaign of faults on a model or program and print its SDC rate" },
    { "results", cli_results, "rates of a finished or running campaign, by layer, bit, opcode..." },
    { "compare", cli_compare, "rates of several campaigns side by side, and whether they differ" },
    { "replay", cli_replay, "repeat one trial and show every value that its fault changed" },
    { "trace", cli_trace, "one trial of a program: how its fault travels from instruction to instruction" },
    { "profile", cli_profile, "dynamic instructions and time of a model, by layer and opcode" },
    { "protect", cli_protect, "compute what matters twice, and report or correct differences" },
    { "compile", cli_compile, "the whole model as LLVM IR, bitcode, object file or program" },
    { "cc", cli_cc, "compile C as clang does, for a project's own build: run accepts what it makes" },
    { "c++", cli_cxx, "the same for C++" },
    { "faults", cli_faults, "the hardware and software faults that can be injected" },
    { "operators", cli_operators, "the ONNX operators that are supported" },
};

static void print_help(FILE *to)
{
    fputs("usage: lltfi VERB [OPTION...]\n\n"
          "Shows what a transient hardware fault (a bit flip in one instruction) does to a neural network or a "
          "program.\n\n"
          "verbs:\n",
          to);
    for (size_t v = 0; v < G_N_ELEMENTS(verbs); v++)
        fprintf(to, "  %-10s %s\n", verbs[v].name, verbs[v].summary);
    fputs("\nverbs of LLFI, as its users know them:\n", to);
    for (const struct verb *verb = llfi_verbs; verb->name; verb++)
        fprintf(to, "  %-24s %s\n", verb->name, verb->summary);
    fputs("\n"
          "first steps:\n"
          "  lltfi run models/lenet.onnx --input models/eight.png --trials 2000\n"
          "  lltfi results lltfi-lenet --by layer\n"
          "  lltfi run tests/programs/sort.c -- 30\n"
          "  lltfi VERB --help      what a verb takes, with examples\n",
          to);
}

int cli_fail(const GError *error)
{
    gboolean usage = error->domain == G_OPTION_ERROR || g_error_matches(error, LLTFI_ERROR, LLTFI_ERROR_USAGE);

    fprintf(stderr, "lltfi: %s\n", error->message);
    return usage ? 2 : 1;
}

/* GOption begins --help with the program's name: sets it to "lltfi VERB". */
static int run_verb(const struct verb *verb, int argc, char **argv)
{
    g_autofree char *name = g_strconcat("lltfi ", verb->name, NULL), *stages = NULL;
    int status;

    g_set_prgname(name);
    status = verb->run(argc, argv);
    stages = stages_text();
    if (stages)
        fputs(stages, stderr);
    return status;
}

static const struct verb *find_verb(const char *name)
{
    for (size_t v = 0; v < G_N_ELEMENTS(verbs); v++)
        if (strcmp(verbs[v].name, name) == 0)
            return &verbs[v];
    return llfi_verb(name);
}

/* LLFI's commands are links to this program: a link runs LLFI's verb, even if a verb of ours has the same name.
 * lltfi-cc is for builds whose compiler must be a single word. */
static const struct verb *verb_of_program(const char *path)
{
    g_autofree char *name = g_path_get_basename(path);
    const struct verb *verb = llfi_verb(name);

    return verb ? verb : find_verb(g_str_has_prefix(name, "lltfi-") ? name + strlen("lltfi-") : name);
}

/* Suggested commands name the program that the link leads to. */
static int run_link(const struct verb *verb, int argc, char **argv)
{
    g_autofree char *path = g_file_read_link("/proc/self/exe", NULL);

    terminal_program = path ? path : "lltfi";
    return run_verb(verb, argc, argv);
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : NULL;
    const struct verb *found = argc > 0 ? verb_of_program(argv[0]) : NULL;

    terminal_program = argv[0];
    /* A write beyond the limit on file sizes then fails with an error that names the file; the signal would end us. */
    signal(SIGXFSZ, SIG_IGN);
    setting_set_names(option_of_setting);
    software_faults_set_note(display_note);
    if (found)
        return run_link(found, argc, argv);
    if (!verb) {
        print_help(stderr);
        return 2;
    }
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0 || strcmp(verb, "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(verb, "--version") == 0) {
        puts("lltfi " LLTFI_VERSION);
        return 0;
    }
    found = find_verb(verb);
    if (found)
        return run_verb(found, argc - 1, argv + 1);
    fprintf(stderr, "lltfi: there is no verb '%s'; `lltfi --help` lists them\n", verb);
    return 2;
}
