/* Reads LLFI's files back: the campaign, its subject, and the golden run that profile made. */
#include "llfi/llfi.h"

#include "base/errors.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* If input.yaml gives no time limit: the shortest one, and how many times the golden run's time a trial may take. */
#define LEAST_SECONDS 1.0
#define TIMES_GOLDEN 20.0

char *llfi_hash(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    return file ? g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)g_mapped_file_get_contents(file),
                                              g_mapped_file_get_length(file))
                : NULL;
}

static void swap_selections(struct campaign *a, struct campaign *b)
{
    const struct selection selection = a->selection;

    a->selection = b->selection;
    b->selection = selection;
}

/* If the verb's standard input is a file, each run reads that file from its beginning. */
static char *standard_input(void)
{
    struct stat status;

    return fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode) ? g_strdup("/proc/self/fd/0") : NULL;
}

static void add_program(struct campaign *campaign, const struct llfi_record *record, const GPtrArray *arguments)
{
    struct program_option *program = &campaign->program;

    g_ptr_array_add(program->sources, g_strdup(record->index));
    for (guint a = 0; a < arguments->len; a++)
        g_ptr_array_add(program->arguments, g_strdup(arguments->pdata[a]));
    program->libs = g_strdup(record->libs);
    program->cxx = record->cxx;
    program->input = standard_input();
    program->ignores_messages = TRUE;
    campaign->model = g_strdup(record->index);
}

struct campaign *llfi_campaign(const struct llfi_tree *tree, struct llfi_record *record, const char *input,
                               GPtrArray *arguments, GError **error)
{
    g_autofree char *copy = llfi_path(tree, LLFI_INPUT);
    g_autoptr(campaign_t) instrumented = llfi_campaign_load(copy, &record->option, error);
    g_autoptr(campaign_t) campaign = NULL;
    struct llfi_option changed = { 0 };

    if (!instrumented)
        return NULL;
    campaign = input ? llfi_campaign_load(input, &changed, error) : g_steal_pointer(&instrumented);
    if (!campaign)
        return NULL;
    if (instrumented)
        swap_selections(campaign, instrumented);
    add_program(campaign, record, arguments);
    return llfi_add_files(campaign, tree, error) ? g_steal_pointer(&campaign) : NULL;
}

/* The path as seen from base; NULL if it is not in base. */
static const char *below(const struct llfi_tree *tree, const char *path)
{
    size_t length = strlen(tree->base);

    return g_str_has_prefix(path, tree->base) && path[length] == '/' ? path + length + 1 : NULL;
}

GPtrArray *llfi_arguments(const struct llfi_tree *tree, int argc, char **argv)
{
    GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);

    for (int a = 0; a < argc; a++) {
        char *path = realpath(argv[a], NULL);
        const char *inside = path ? below(tree, path) : NULL;

        g_ptr_array_add(arguments, g_strdup(inside ? inside : path ? path : argv[a]));
        free(path);
    }
    return arguments;
}

static gboolean changed(const struct llfi_record *record, GError **error)
{
    return set_error(error, LLTFI_ERROR_INPUT,
                     "%s has changed since the executables were made from it: run `lltfi instrument` again",
                     record->index);
}

static gboolean check_index(const struct llfi_record *record, GError **error)
{
    g_autofree char *hash = llfi_hash(record->index, error);

    return hash && (strcmp(record->hash, hash) == 0 || changed(record, error));
}

struct program_subject *llfi_subject(const struct llfi_tree *tree, const struct llfi_record *record,
                                     const struct campaign *campaign, GError **error)
{
    g_autoptr(program_subject_t) subject = check_index(record, error) ? program_subject_load(campaign, error) : NULL;
    g_autofree char *count = llfi_stem_path(tree, LLFI_PROFILING);
    g_autofree char *fault = llfi_stem_path(tree, LLFI_FAULTINJECTION);
    gboolean done;

    if (!subject || (record->counters->len != subject->functions->n_instructions && !changed(record, error)))
        return NULL;
    subject->count_executable = g_build_filename(tree->base, count, NULL);
    subject->fault_executable = g_build_filename(tree->base, fault, NULL);
    subject->n_counters = record->n_counters;
    subject->counters = g_memdup2(record->counters->data, (gsize)record->counters->len * sizeof(int));
    done = llfi_trace_begin(subject, &record->option, error);
    llfi_print_warnings(subject->base.warnings);
    return done ? g_steal_pointer(&subject) : NULL;
}

static gboolean read_bytes(const char *path, GBytes **bytes, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    *bytes = file ? g_mapped_file_get_bytes(file) : NULL;
    return file != NULL;
}

static void bytes_free(gpointer bytes)
{
    if (bytes)
        g_bytes_unref(bytes);
}

/* Reads a file that the golden run wrote, from the folder baseline. */
static gboolean add_golden_file(const struct llfi_tree *tree, const char *name, GPtrArray *files, GError **error)
{
    g_autofree char *kept = llfi_numbered_name(name, "prof");
    g_autofree char *baseline = llfi_path(tree, "baseline");
    g_autofree char *path = g_build_filename(baseline, kept, NULL);
    GBytes *bytes;

    if (!read_bytes(path, &bytes, error))
        return FALSE;
    g_ptr_array_add(files, bytes);
    return TRUE;
}

/* The record has executions by instruction, so each instruction is a counter. */
static void take_executions(const struct llfi_record *record, struct program_subject *subject)
{
    subject->n_counters = record->executions->len;
    subject->counts = g_memdup2(record->executions->data, (gsize)record->executions->len * sizeof(uint64_t));
    for (unsigned i = 0; i < subject->n_counters; i++)
        subject->counters[i] = i;
    for (guint s = 0; s < subject->functions->sites->len; s++) {
        struct site *site = &g_array_index(subject->functions->sites, struct site, s);

        site->count = program_executions(subject, site->index);
    }
    subject->total = record->total;
}

gboolean llfi_take_golden(const struct llfi_tree *tree, const struct llfi_record *record,
                          struct program_subject *subject, GError **error)
{
    g_autofree char *path = llfi_path(tree, "baseline/golden_std_output");
    struct run_result *golden = subject->golden = g_new0(struct run_result, 1);
    g_autoptr(GBytes) output = NULL;

    golden->output = g_byte_array_new();
    golden->messages = g_byte_array_new();
    golden->names = g_ptr_array_ref(record->files);
    golden->files = g_ptr_array_new_with_free_func(bytes_free);
    golden->shared = g_new0(struct shared_page, 1);
    golden->status = record->status;
    golden->seconds = record->seconds;
    subject->seconds = record->seconds;
    subject->limit = MAX(LEAST_SECONDS, TIMES_GOLDEN * record->seconds);
    take_executions(record, subject);
    if (!read_bytes(path, &output, error))
        return FALSE;
    g_byte_array_append(golden->output, g_bytes_get_data(output, NULL), (guint)g_bytes_get_size(output));
    for (guint f = 0; f < record->files->len; f++)
        if (!add_golden_file(tree, record->files->pdata[f], golden->files, error))
            return FALSE;
    return TRUE;
}
