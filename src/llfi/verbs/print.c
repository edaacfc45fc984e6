#include "llfi/verbs/print.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

/* Columns of LLFI's progress bar, without its arrow. */
#define BAR 50

struct llfi_print {
    const struct llfi_trials *trials;
    const struct program_subject *subject;
    const struct plan *plan;
    GHashTable *ended; /* uint64_t, number of an ended trial that is not printed yet -> double, its seconds */
    uint64_t next;     /* the trial that is printed next */
    gboolean verbose;  /* set by the first run option that has verbose: true, for all after it */
    GHashTable *codes; /* of this run option: exit status -> number of runs */
    char *command;
};

struct llfi_print *llfi_print_new(const struct llfi_trials *trials, const struct program_subject *subject,
                                  const struct plan *plan)
{
    struct llfi_print *print = g_new0(struct llfi_print, 1);
    g_autofree char *arguments = g_strjoinv(" ", (char **)subject->words->pdata + 1);

    print->trials = trials;
    print->subject = subject;
    print->plan = plan;
    print->ended = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    print->codes = g_hash_table_new(NULL, NULL);
    print->command = g_strdup_printf("%s%s%s", subject->fault_executable, *arguments ? " " : "", arguments);
    puts("======Fault Injection======");
    return print;
}

void llfi_print_free(struct llfi_print *print)
{
    if (!print)
        return;
    fflush(stdout);
    g_hash_table_unref(print->codes);
    g_hash_table_unref(print->ended);
    g_free(print->command);
    g_free(print);
}

static void print_bar(uint64_t done, uint64_t total)
{
    char bar[BAR + 2];
    int at = (int)(BAR * done / total);

    for (int i = 0; i <= BAR; i++)
        bar[i] = i < at ? '=' : i == at ? '>' : '-';
    bar[BAR + 1] = '\0';
    printf("\r[%s] %.1f%% (%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT ")\n", bar, 100.0 * (double)done / (double)total,
           done, total);
}

static gint by_code(gconstpointer a, gconstpointer b)
{
    return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

static void print_codes(const struct llfi_print *print)
{
    g_autoptr(GList) codes = g_list_sort(g_hash_table_get_keys(print->codes), by_code);

    puts("========== SUMMARY ==========\nReturn codes: (code:\toccurance)");
    for (const GList *code = codes; code; code = code->next) {
        int count = GPOINTER_TO_INT(g_hash_table_lookup(print->codes, code->data));

        if (GPOINTER_TO_INT(code->data) == LLFI_TIMED_OUT)
            printf("   TO: %5d\n", count);
        else
            printf("  %3d: %5d\n", GPOINTER_TO_INT(code->data), count);
    }
}

static void count_code(struct llfi_print *print, int code)
{
    gpointer key = GINT_TO_POINTER(code);

    g_hash_table_insert(print->codes, key,
                        GINT_TO_POINTER(GPOINTER_TO_INT(g_hash_table_lookup(print->codes, key)) + 1));
}

static gboolean write_runtime(const struct llfi_print *print, uint64_t number, GError **error)
{
    struct planned planned;
    g_autofree char *text = NULL;

    plan_trial(print->plan, number, &planned);
    text = llfi_runtime_text(print->trials->campaign, &planned);
    return file_write("llfi.config.runtime.txt", text, strlen(text), error);
}

static void begin_option(struct llfi_print *print, int config, const struct run_option *option)
{
    print->verbose |= option->verbose;
    g_hash_table_remove_all(print->codes);
    printf("---FI Config #%d---\n", config);
}

static gboolean print_one(struct llfi_print *print, uint64_t number, double seconds, GError **error)
{
    const int code = print->trials->statuses[number];
    const struct run_option *option;
    uint64_t run;
    int config;

    g_free(llfi_trial_number(print->trials->campaign, number, &config, &run));
    option = print->trials->campaign->runs->pdata[config];
    if (run == 0)
        begin_option(print, config, option);
    puts(print->command);
    if (code == LLFI_TIMED_OUT)
        puts("\tParent : Child timed out. Cleaning up ... ");
    else
        printf("\t program finish %d\n", code);
    printf("\t time taken %.3f \n", seconds);
    print_bar(run + 1, (uint64_t)option->trials);
    count_code(print, code);
    if (run + 1 == (uint64_t)option->trials && print->verbose)
        print_codes(print);
    return write_runtime(print, number, error);
}

gboolean llfi_print_trial(struct llfi_print *print, const struct trial *trial, GError **error)
{
    const double *seconds;

    g_hash_table_insert(print->ended, g_memdup2(&trial->number, sizeof(trial->number)),
                        g_memdup2(&trial->seconds, sizeof(trial->seconds)));
    while ((seconds = g_hash_table_lookup(print->ended, &print->next))) {
        if (!print_one(print, print->next, *seconds, error))
            return FALSE;
        g_hash_table_remove(print->ended, &print->next);
        print->next++;
    }
    return TRUE;
}
