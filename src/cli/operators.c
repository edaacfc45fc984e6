#include "cli/cli.h"
#include "cli/options.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "ops/ops.h"
#include "report/render/render.h"

#include <stdio.h>

static const char summary[] =
    "The ONNX operators that can be run and injected into: from which opset on, and for which\n"
    "types of elements.";

/* Sets of element types that tables show as one word. */
static const struct {
    unsigned elements;
    const char *name;
} families[] = {
    { ELEMENTS_ALL, "all" },
    { ELEMENTS_FLOATING, "floats" },
    { ELEMENTS_SIGNED, "int8..64" },
    { ELEMENTS_UNSIGNED, "uint8..64" },
};

static char *describe_elements(unsigned elements)
{
    GString *text = g_string_new(NULL);

    for (size_t f = 0; f < G_N_ELEMENTS(families); f++) {
        if ((elements & families[f].elements) != families[f].elements)
            continue;
        g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", families[f].name);
        elements &= ~families[f].elements;
    }
    for (unsigned e = 1; e < ELEMENT_COUNT; e++)
        if (elements & ELEMENT_BIT(e))
            g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", element_name((enum element)e));
    return g_string_free(text, FALSE);
}

static int last_opset(const struct operator* operator)
{
    return operator->last_opset ? operator->last_opset : NEWEST_OPSET;
}

/* The names of element types: all of them for machines, names of sets for people. */
static void cell_elements(struct sheet *sheet, unsigned elements)
{
    const char *names[ELEMENT_COUNT];
    guint n = 0;

    for (unsigned e = 1; e < ELEMENT_COUNT; e++)
        if (elements & ELEMENT_BIT(e))
            names[n++] = element_name((enum element)e);
    cell_list(sheet, names, n);
    cell_shown(sheet, describe_elements(elements));
}

static const struct sheet_column columns[] = {
    { COLUMN_TEXT, .name = "operator", .key = "operator" },
    { COLUMN_COUNT, .name = "opsets", .key = "first_opset", .alignment = ALIGN_LEFT },
    { COLUMN_COUNT, .key = "last_opset" },
    { COLUMN_LIST, .name = "types of elements", .key = "elements", .shorten = SHORTEN_END },
};

static struct document *operators_document(void)
{
    struct document *document = document_new("ONNX operators");
    struct sheet *sheet = sheet_new(NULL, NULL);
    size_t count;
    const struct operator* const * all = operators(&count);

    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (size_t i = 0; i < count; i++) {
        sheet_row(sheet);
        cell_text(sheet, all[i]->type);
        cell_count(sheet, (uint64_t)all[i]->first_opset);
        cell_shown(sheet, g_strdup_printf("%d..%d", all[i]->first_opset, last_opset(all[i])));
        cell_count(sheet, (uint64_t)last_opset(all[i]));
        cell_elements(sheet, all[i]->elements);
    }
    document_sheet(document, sheet);
    document_note(document, g_strdup_printf("%zu operators. floats: float16, bfloat16, float and double. Models of a "
                                            "newer opset are taken while their operators mean the same.",
                                            count));
    return document;
}

static gboolean print_operators(const struct report_option *option, GError **error)
{
    g_autoptr(document_t) document = operators_document();

    return render(document, option, stdout, error);
}

static gboolean parse(int *argc, char ***argv, struct report_option *option, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("- the ONNX operators that are supported");
    g_autofree char *format = NULL;
    const GOptionEntry entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, FORMATS, "FORMAT" },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    if (!options_take(context, entries, argc, argv, error) ||
        (format && !report_format_parse(format, &option->format, error)))
        return FALSE;
    if (*argc == 1)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "operators takes no '%s', only --format", (*argv)[1]);
    return FALSE;
}

int cli_operators(int argc, char **argv)
{
    struct report_option option = { .format = FORMAT_TABLE };
    g_autoptr(GError) error = NULL;

    terminal_describe(&option);
    if (!parse(&argc, &argv, &option, &error) || !print_operators(&option, &error))
        return cli_fail(error);
    return 0;
}
