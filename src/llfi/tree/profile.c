#include "llfi/llfi.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/scratch.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* LLFI sets no time limit for the golden run. */
#define FOREVER 1e9

/* A golden run, and where its results go. */
struct profile {
    const struct llfi_tree *tree;
    struct llfi_record *record;
    struct program_subject *subject;
    const char *scratch;
    char *baseline;
    struct run_result *result;
};

/* A run that counts; its counts are to be freed. */
static struct run_order counting(const struct program_subject *subject)
{
    return (struct run_order){ .executable = subject->count_executable,
                               .location = { .countdown = NEVER },
                               .n_counters = subject->n_counters,
                               .counts = g_new0(uint64_t, subject->n_counters + 1),
                               .timeout = FOREVER };
}

static gboolean run(struct profile *on, GError **error)
{
    struct program_subject *subject = on->subject;
    struct run_order order = counting(subject);

    order.keep_folder = TRUE;
    subject->counts = order.counts;
    on->result = program_run(subject, &order, on->scratch, error);
    return on->result != NULL;
}

/* The total, and how often each instruction was executed. */
static void count(struct profile *on)
{
    struct llfi_record *record = on->record;
    const GArray *sites = on->subject->functions->sites;

    g_array_set_size(record->executions, 0);
    for (unsigned i = 1; i <= on->subject->functions->n_instructions; i++) {
        uint64_t executions = program_executions(on->subject, i);

        g_array_append_val(record->executions, executions);
    }
    record->total = 0;
    for (guint s = 0; s < sites->len; s++)
        record->total += g_array_index(record->executions, uint64_t, g_array_index(sites, struct site, s).index - 1);
    record->status = on->result->status;
    record->seconds = on->result->seconds;
    record->profiled = TRUE;
}

static gboolean keep_file(struct profile *on, const char *folder, const char *name, GError **error)
{
    g_autofree char *from = g_build_filename(folder, name, NULL);
    g_autofree char *kept = llfi_numbered_name(name, "prof");
    g_autofree char *to = g_build_filename(on->baseline, kept, NULL);
    struct stat status;

    if (stat(from, &status) != 0 || (status.st_size == 0 && g_str_has_prefix(name, "llfi")))
        return TRUE;
    if (S_ISREG(status.st_mode))
        g_ptr_array_add(on->record->files, g_strdup(name));
    return llfi_move(from, to, error);
}

static gboolean keep_files(struct profile *on, GError **error)
{
    g_autofree char *folder = run_folder(on->scratch);
    g_autoptr(GPtrArray) names = llfi_new_files(folder);
    gboolean done = TRUE;

    g_ptr_array_set_size(on->record->files, 0);
    for (guint n = 0; done && n < names->len; n++)
        done = keep_file(on, folder, names->pdata[n], error);
    folder_remove(folder);
    return done;
}

static gboolean write_profile(const struct profile *on, GError **error)
{
    g_autoptr(GString) text = g_string_new("# do not edit\n# cycle considered the execution cycle of each instruction "
                                           "type\n");

    g_string_append_printf(text, "total_cycle=%" G_GUINT64_FORMAT "\n", on->record->total);
    if (on->record->ml_stats)
        llfi_append_layers(text, on->subject);
    return file_write("llfi.stat.prof.txt", text->str, text->len, error);
}

static gboolean keep(struct profile *on, GError **error)
{
    const GByteArray *output = on->result->output;
    g_autofree char *golden = g_build_filename(on->baseline, "golden_std_output", NULL);
    g_autofree char *trace = g_build_filename(on->baseline, "llfi.stat.trace.prof.txt", NULL);
    g_autofree char *record = llfi_path(on->tree, LLFI_RECORD);

    folder_remove(on->baseline);
    if (g_mkdir_with_parents(on->baseline, 0777) != 0)
        return system_error(error, on->baseline);
    count(on);
    if (!file_write(golden, output->data, output->len, error) || !keep_files(on, error))
        return FALSE;
    /* After the files: standard error may go to one of the program's folder. */
    fwrite(on->result->messages->data, 1, on->result->messages->len, stderr);
    return write_profile(on, error) && llfi_trace_golden(on->subject, on->scratch, trace, error) &&
           llfi_record_save(on->record, record, error);
}

/* Says where a second run differs: trials will, too. */
static gboolean compare_again(struct profile *on, GError **error)
{
    struct program_subject *subject = on->subject;
    const struct run_order order = counting(subject);
    g_autofree uint64_t *counts = order.counts;
    g_autofree char *difference = NULL;
    g_autoptr(run_result_t) again = NULL;

    program_await_next_second(subject);
    subject->golden = on->result;
    again = program_run(subject, &order, on->scratch, error);
    difference = again ? run_difference(subject, on->result, again) : NULL;
    subject->golden = NULL;
    if (difference)
        fprintf(
            stderr,
            "lltfi: note: two runs without faults differ (%s): runs with faults that differ in this way say nothing "
            "about faults\n",
            difference);
    return again != NULL;
}

static gboolean profile(struct profile *on, const struct campaign *campaign, GError **error)
{
    on->subject = llfi_subject(on->tree, on->record, campaign, error);
    if (!on->subject || !llfi_keep_inputs(on->tree, campaign->program.arguments, error) || !run(on, error))
        return FALSE;
    g_free(on->record->command);
    on->record->command = g_strjoinv("\n", (char **)on->subject->words->pdata);
    return keep(on, error) && compare_again(on, error);
}

gboolean llfi_profile(const struct llfi_tree *tree, GPtrArray *arguments, int *status, GError **error)
{
    g_autoptr(llfi_record_t) record = llfi_record_load(tree, error);
    g_autoptr(campaign_t) campaign = record ? llfi_campaign(tree, record, NULL, arguments, error) : NULL;
    g_autoptr(scratch_t) scratch = campaign ? scratch_new(error) : NULL;
    g_autofree char *baseline = llfi_path(tree, "baseline");
    struct profile on = {
        .tree = tree, .record = record, .scratch = scratch ? scratch->path : NULL, .baseline = baseline
    };
    struct guard *guard;
    gboolean done;

    if (!scratch)
        return FALSE;
    guard = scratch_guard_begin(scratch->path);
    done = profile(&on, campaign, error);
    scratch_guard_end(guard);
    if (done)
        *status = record->status;
    run_result_free(on.result);
    program_subject_free(on.subject);
    return done;
}
