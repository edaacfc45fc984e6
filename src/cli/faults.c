/* `lltfi faults` */
#include "cli/cli.h"
#include "cli/options.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "report/rates.h"

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

static void add_row(struct table *table, char *name, char *where, char *effect)
{
    table_row(table);
    table_cell(table, name);
    table_cell(table, where);
    table_cell(table, effect);
}

static void append_table(GString *to, const struct report_option *option)
{
    const GPtrArray *all = software_faults();
    g_autoptr(table_t) table = table_new(0);

    table_column(table, "fault", ALIGN_LEFT);
    table_column(table, "where", ALIGN_LEFT);
    table_column(table, "what it does", ALIGN_ELASTIC);
    for (const struct fault_model *model = fault_models; model < fault_models + FAULT_TYPES; model++)
        if (model->scope != SCOPE_CALL)
            add_row(table, g_strdup(model->name), g_strdup("selected registers"), g_strdup(model->effect));
    for (guint f = 0; f < all->len; f++) {
        const struct software_fault *fault = all->pdata[f];

        if (software_fault_find(fault->name) == fault)
            add_row(table, g_strdup(fault->name), software_fault_where(fault), software_fault_effect(fault));
    }
    table_print(table, option, to);
}

static gboolean append_text(GString *to, const char *name, GError **error)
{
    const struct software_fault *fault = software_fault_parse(name, error);
    g_autofree char *text = fault ? software_fault_text(fault) : NULL;

    g_string_append(to, text ? text : "");
    return text != NULL;
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
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    options_add(context, own);
    terminal_describe(&option);
    if (!g_option_context_parse(context, &argc, &argv, &error) || !load_all(fidl, &error) ||
        (name && !append_text(text, name, &error)))
        return cli_fail(error);
    if (!name)
        append_table(text, &option);
    return report_write(text, stdout, &error) ? 0 : cli_fail(error);
}
