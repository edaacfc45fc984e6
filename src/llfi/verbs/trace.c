/* LLFI's tools for traces: tracediff, traceunion, traceontograph, tracetodot. */
#include "llfi/verbs/verbs.h"

#include "base/errors.h"
#include "base/file.h"
#include "llfi/traces/report.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* A tool that reads files and prints a result. */
struct tool {
    const char *help;
    int least, most; /* files */
    gboolean (*run)(char **files, GString *to, GError **error);
};

static const char diff_help[] = "usage: lltfi tracediff GOLDEN FAULTY\n\n"
                                "Prints a report of what a fault changed, from the trace of the golden run\n"
                                "(llfi/baseline/llfi.stat.trace.prof.txt) and that of a run with a fault\n"
                                "(llfi/llfi_stat_output/llfi.stat.trace.<c>-<r>.txt). See docs/propagation.md.\n";
static const char union_help[] = "usage: lltfi traceunion REPORT REPORT...\n\n"
                                 "Prints the reports of several files, as tracediff makes them, as one. Reports about\n"
                                 "the same instruction are merged.\n";
static const char graph_help[] = "usage: lltfi traceontograph REPORT GRAPH.dot\n\n"
                                 "Prints the program's graph (llfi.stat.graph.dot, written where input.yaml says\n"
                                 "generateCDFG: True) with struck instructions in red, changed ones in yellow, and\n"
                                 "branches that went another way in red.\n";
static const char dot_help[] = "usage: lltfi tracetodot\n\n"
                               "In the folder llfi/llfi_stat_output: tracediff and traceontograph of every trace in\n"
                               "it, into ../trace_report_output. Errors are listed in stderr_log.txt there.\n";

static gboolean diff(char **files, GString *to, GError **error)
{
    g_autoptr(trace_file_t) golden = trace_file_read(files[0], error);
    g_autoptr(trace_file_t) faulty = golden ? trace_file_read(files[1], error) : NULL;

    if (!faulty)
        return FALSE;
    if (fault_report_compare(golden, faulty, to, error))
        return TRUE;
    g_prefix_error(error, "%s, %s: ", files[0], files[1]);
    return FALSE;
}

static gboolean unite(char **files, GString *to, GError **error)
{
    g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func(fault_report_free);

    for (; *files; files++)
        if (!fault_reports_read(*files, reports, error))
            return FALSE;
    fault_reports_unite(reports);
    for (guint r = 0; r < reports->len; r++)
        fault_report_append(reports->pdata[r], to);
    return TRUE;
}

static gboolean colour(char **files, GString *to, GError **error)
{
    g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func(fault_report_free);
    g_autofree char *graph = NULL, *coloured = NULL;

    if (!fault_reports_read(files[0], reports, error) || !g_file_get_contents(files[1], &graph, NULL, error))
        return FALSE;
    coloured = fault_reports_colour(reports, graph);
    g_string_append(to, coloured);
    return TRUE;
}

/* Where tracetodot reads and writes, as seen from llfi_stat_output. */
#define REPORTS "../trace_report_output"
#define GOLDEN "../baseline/llfi.stat.trace.prof.txt"
#define TRACE "llfi.stat.trace"
#define GRAPH "llfi.stat.graph.dot"
#define REPORT "TraceDiffReportFile"

static gboolean write_text(const char *path, const GString *text, GError **error)
{
    return file_write(path, text->str, text->len, error);
}

/* Writes the report and the graph of a trace, "llfi.stat.trace.0-3.txt". */
static gboolean report_on(const char *name, GError **error)
{
    const char *suffix = name + strlen(TRACE);
    g_autofree char *number = g_strndup(suffix, strlen(suffix) - strlen(".txt"));
    g_autofree char *report = g_strconcat(REPORTS "/" REPORT, suffix, NULL);
    g_autofree char *picture = g_strconcat(REPORTS "/TraceGraph", number, ".dot", NULL);
    const char *graph = g_file_test("../../" GRAPH, G_FILE_TEST_EXISTS) ? "../../" GRAPH : "../../../" GRAPH;
    g_autoptr(GString) text = g_string_new(NULL), coloured = g_string_new(NULL);

    return diff((char *[]){ (char *)GOLDEN, (char *)name, NULL }, text, error) && write_text(report, text, error) &&
           colour((char *[]){ report, (char *)graph, NULL }, coloured, error) && write_text(picture, coloured, error);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *find_traces(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(".", 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        if (g_str_has_prefix(name, TRACE ".") && g_str_has_suffix(name, ".txt"))
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

/* Removes reports of an earlier call. */
static void clear_reports(void)
{
    g_autoptr(GDir) dir = g_dir_open(REPORTS, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(REPORTS, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
            g_unlink(path);
    }
}

static gboolean report_all(char **files, GString *to, GError **error)
{
    g_autoptr(GPtrArray) names = find_traces();
    g_autoptr(GString) log = g_string_new(NULL);

    (void)files;
    (void)to;
    if (names->len == 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "there is no trace (" TRACE ".<c>-<r>.txt) in this folder: run it in llfi/llfi_stat_output, "
                         "after an injectfault with tracingPropagation: True in input.yaml");
    if (g_mkdir_with_parents(REPORTS, 0777) != 0)
        return set_error(error, LLTFI_ERROR_INPUT, REPORTS ": %s", g_strerror(errno));
    clear_reports();
    for (guint n = 0; n < names->len; n++) {
        g_autoptr(GError) why = NULL;

        if (!report_on(names->pdata[n], &why))
            g_string_append_printf(log, "%s\n", why->message);
    }
    if (!write_text(REPORTS "/stderr_log.txt", log, error))
        return FALSE;
    return log->len == 0 ||
           set_error(error, LLTFI_ERROR_INPUT, "not every trace has its report:\n%s", g_strchomp(log->str));
}

static int run_tool(const struct tool *tool, int argc, char **argv)
{
    g_autoptr(GString) to = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(tool->help, stdout);
        return 0;
    }
    if (argc - 1 < tool->least || argc - 1 > tool->most) {
        fputs(tool->help, stderr);
        return 1;
    }
    if (!tool->run(argv + 1, to, &error))
        return llfi_fail(error);
    fwrite(to->str, 1, to->len, stdout);
    return fflush(stdout) != 0;
}

int verb_tracediff(int argc, char **argv)
{
    return run_tool(&(struct tool){ diff_help, 2, 2, diff }, argc, argv);
}

int verb_traceunion(int argc, char **argv)
{
    return run_tool(&(struct tool){ union_help, 2, G_MAXINT, unite }, argc, argv);
}

int verb_traceontograph(int argc, char **argv)
{
    return run_tool(&(struct tool){ graph_help, 2, 2, colour }, argc, argv);
}

int verb_tracetodot(int argc, char **argv)
{
    return run_tool(&(struct tool){ dot_help, 0, 0, report_all }, argc, argv);
}
