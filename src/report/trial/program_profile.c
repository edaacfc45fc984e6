/* The profile of a program. */
#include "passes/ir/names.h"
#include "report/trial/profile.h"

#include <string.h>

static const struct site *site_at(const struct program_subject *subject, guint s)
{
    return &g_array_index(subject->functions->sites, struct site, s);
}

static GPtrArray *rows_by_function(const struct profiled *measured)
{
    const struct program_subject *subject = measured->program;
    const GArray *functions = subject->functions->functions;
    GPtrArray *rows = profile_rows_new();

    for (guint f = 0; f < functions->len; f++) {
        const struct function *function = &g_array_index(functions, struct function, f);
        struct profile_row *row = profile_row_add(rows, f + 1, function->name, NULL);

        for (unsigned i = 0; i < function->n_instructions; i++)
            row->instructions += program_executions(subject, function->first_index + i);
        for (guint s = 0; s < function->n_sites; s++)
            row->selected += site_at(subject, function->first_site + s)->count;
    }
    return rows;
}

static GPtrArray *rows_by_opcode(const struct profiled *measured)
{
    const struct program_subject *subject = measured->program;
    uint64_t counts[OPCODE_COUNT] = { 0 }, selected[OPCODE_COUNT] = { 0 };

    for (unsigned i = 0; i < subject->functions->n_instructions; i++)
        counts[subject->functions->opcodes[i]] += program_executions(subject, i + 1);
    for (guint s = 0; s < subject->functions->sites->len; s++)
        selected[site_at(subject, s)->opcode] += site_at(subject, s)->count;
    return profile_rows_of_opcodes(counts, selected);
}

/* The row of a source line, made where it is missing. */
static struct profile_row *row_of_line(GPtrArray *rows, GHashTable *known, const char *file, unsigned line)
{
    g_autofree char *name = file ? g_strdup_printf("%s:%u", file, line) : g_strdup("without a line");
    struct profile_row *row = g_hash_table_lookup(known, name);

    if (!row) {
        row = profile_row_add(rows, line, name, NULL);
        g_hash_table_insert(known, row->name, row);
    }
    return row;
}

static gint by_file_and_line(gconstpointer a, gconstpointer b)
{
    const struct profile_row *left = *(struct profile_row *const *)a, *right = *(struct profile_row *const *)b;
    size_t file = strcspn(left->name, ":");
    int order =
        file == strcspn(right->name, ":") ? strncmp(left->name, right->name, file) : strcmp(left->name, right->name);

    return order ? order : (left->number > right->number) - (left->number < right->number);
}

static void add_lines(GPtrArray *rows, GHashTable *known, const struct program_subject *subject, LLVMValueRef function,
                      unsigned *index)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    for (size_t i = 0; i < n; i++) {
        unsigned line;
        const char *file = instruction_source(all[i], &line);

        row_of_line(rows, known, file, line)->instructions += program_executions(subject, ++*index);
    }
}

static GPtrArray *rows_by_line(const struct profiled *measured)
{
    const struct program_subject *subject = measured->program;
    GPtrArray *rows = profile_rows_new();
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    unsigned index = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(subject->program->module); f; f = LLVMGetNextFunction(f))
        add_lines(rows, known, subject, f, &index);
    for (guint s = 0; s < subject->functions->sites->len; s++) {
        const struct site *site = site_at(subject, s);

        row_of_line(rows, known, site->file, site->line)->selected += site->count;
    }
    g_ptr_array_sort(rows, by_file_and_line);
    return rows;
}

/* Those that faults strike. */
static GPtrArray *rows_by_instruction(const struct profiled *measured)
{
    const struct program_subject *subject = measured->program;
    GPtrArray *rows = profile_rows_new();

    for (guint s = 0; s < subject->functions->sites->len; s++) {
        const struct site *site = site_at(subject, s);
        g_autofree char *text = g_strstrip(g_strdup(site->text));
        struct profile_row *row = site->count > 0 ? profile_row_add(rows, site->index, text, site->function) : NULL;

        if (row)
            row->instructions = row->selected = site->count;
    }
    return rows;
}

const struct profile_view program_profile_views[] = {
    { "function", "#", "function", NULL, rows_by_function, SHORTEN_NAME },
    { "opcode", "#", "opcode", NULL, rows_by_opcode, SHORTEN_NAME },
    { "line", NULL, "line", NULL, rows_by_line, SHORTEN_NAME },
    { "instruction", "index", "instruction", "function", rows_by_instruction, SHORTEN_END },
    { NULL },
};
