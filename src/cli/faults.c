/* `lltfi faults`: lists hardware and software faults. */
#include "cli/cli.h"
#include "cli/options.h"
#include "config/software_faults.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "report/render/render.h"

#include <stdio.h>
#include <string.h>

static const char summary[] =
    "The faults that `lltfi run --fault NAME` knows. Hardware faults change bits of registers;\n"
    "software faults, of programs only, change arguments and results of calls.";
static const char description[] = "Examples:\n"
                                  "  lltfi faults\n"
                                  "  lltfi faults --fidl my-faults.yaml\n"
                                  "  lltfi faults --text 'BufferOverflow(API)' > mine.yaml\n"
                                  "  lltfi run prog.c --fault 'BufferOverflow(API)' -- args\n";

static void add_row(struct sheet *sheet, const char *name, const char *where, const char *effect)
{
    sheet_row(sheet);
    cell_text(sheet, name);
    cell_text(sheet, where);
    cell_text(sheet, effect);
}

static void add_software_row(struct sheet *sheet, const struct software_fault *fault)
{
    g_autofree char *where = software_fault_where(fault), *effect = software_fault_effect(fault);

    if (software_fault_find(fault->name) == fault)
        add_row(sheet, fault->name, where, effect);
}

static const struct sheet_column columns[] = {
    { COLUMN_TEXT, .name = "fault", .key = "fault" },
    { COLUMN_TEXT, .name = "where", .key = "where" },
    { COLUMN_TEXT, .name = "what it does", .key = "effect", .shorten = SHORTEN_END },
};

static struct document *faults_document(void)
{
    const GPtrArray *all = software_faults();
    struct document *document = document_new("Faults");
    struct sheet *sheet = sheet_new(NULL, NULL);

    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (const struct fault_model *model = fault_models; model < fault_models + FAULT_TYPES; model++)
        if (model->scope != SCOPE_CALL)
            add_row(sheet, model->name, "selected registers", model->effect);
    for (guint f = 0; f < all->len; f++)
        add_software_row(sheet, all->pdata[f]);
    document_sheet(document, sheet);
    return document;
}

static gboolean print_table(const struct report_option *option, GError **error)
{
    g_autoptr(document_t) document = faults_document();

    return render(document, option, stdout, error);
}

static gboolean print_text(const char *name, GError **error)
{
    const struct software_fault *fault = software_fault_parse(name, error);
    g_autofree char *text = fault ? software_fault_text(fault) : NULL;

    return text && fputs(text, stdout) >= 0;
}

static gboolean load_all(char **paths, GError **error)
{
    for (; paths && *paths; paths++)
        if (!software_faults_load(*paths, error))
            return FALSE;
    return TRUE;
}

int cli_faults(int argc, char **argv)
{
    struct report_option option = { .format = FORMAT_TABLE };
    g_autoptr(GOptionContext) context = g_option_context_new("- the faults that campaigns can inject");
    g_auto(GStrv) fidl = NULL;
    g_autofree char *name = NULL;
    const GOptionEntry own[] = {
        { "fidl", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &fidl, "descriptions of software faults, as YAML", "FILE" },
        { "text", 0, 0, G_OPTION_ARG_STRING, &name, "the description of one, as a file for --fidl", "NAME" },
        { NULL },
    };
    g_autoptr(GError) error = NULL;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    terminal_describe(&option);
    if (!options_take(context, own, &argc, &argv, &error) || !load_all(fidl, &error) ||
        !(name ? print_text(name, &error) : print_table(&option, &error)))
        return cli_fail(error);
    return 0;
}
