#include "cli/cli.h"
#include "cli/options.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "ops/ops.h"
#include "report/json.h"
#include "report/rates.h"
#include "report/text.h"

#include <stdio.h>

static const char summary[] = "The ONNX operators that can be run and injected into: since which opset, and in which\n"
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

static char *describe_opsets(const struct operator* operator)
{
    int last = operator->last_opset ? operator->last_opset : NEWEST_OPSET;

    return g_strdup_printf("%d..%d", operator->first_opset, last);
}

static void write_table(const struct operator* const * all, size_t count, const struct report_option *option,
                        GString *to)
{
    g_autoptr(table_t) table = table_new(0);

    table_column(table, "operator", ALIGN_LEFT);
    table_column(table, "opsets", ALIGN_LEFT);
    table_column(table, "types of elements", ALIGN_ELASTIC);
    for (size_t i = 0; i < count; i++) {
        table_row(table);
        table_cell(table, g_strdup(all[i]->type));
        table_cell(table, describe_opsets(all[i]));
        table_cell(table, describe_elements(all[i]->elements));
    }
    table_print(table, option, to);
    g_string_append_printf(to, "\n%zu operators. ", count);
    append_wrapped(to,
                   "floats: float16, bfloat16, float and double. Models of a newer opset are taken while their "
                   "operators mean the same.",
                   option);
}

static void write_csv(const struct operator* const * all, size_t count, GString *to)
{
    g_string_append(to, "operator,first_opset,last_opset,elements\r\n");
    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(to, "%s,%d,%d,", all[i]->type, all[i]->first_opset,
                               all[i]->last_opset ? all[i]->last_opset : NEWEST_OPSET);
        for (unsigned e = 1, n = 0; e < ELEMENT_COUNT; e++)
            if (all[i]->elements & ELEMENT_BIT(e))
                g_string_append_printf(to, "%s%s", n++ > 0 ? " " : "", element_name((enum element)e));
        g_string_append(to, "\r\n");
    }
}

static void write_json(const struct operator* const * all, size_t count, GString *to)
{
    struct json json = { to, 0, TRUE };

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&json, NULL, '{');
        json_text(&json, "operator", all[i]->type);
        json_integer(&json, "first_opset", (uint64_t)all[i]->first_opset);
        json_integer(&json, "last_opset", (uint64_t)(all[i]->last_opset ? all[i]->last_opset : NEWEST_OPSET));
        json_open(&json, "elements", '[');
        for (unsigned e = 1; e < ELEMENT_COUNT; e++)
            if (all[i]->elements & ELEMENT_BIT(e))
                json_text(&json, NULL, element_name((enum element)e));
        json_close(&json, ']');
        json_close(&json, '}');
    }
    json_close(&json, ']');
}

static gboolean print_operators(const struct report_option *option, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    size_t count;
    const struct operator* const * all = operators(&count);

    if (option->format == FORMAT_CSV)
        write_csv(all, count, text);
    else if (option->format == FORMAT_JSON)
        write_json(all, count, text);
    else
        write_table(all, count, option, text);
    return report_write(text, stdout, error);
}

static gboolean parse(int *argc, char ***argv, struct report_option *option, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("- the ONNX operators that are supported");
    g_autofree char *format = NULL;
    const GOptionEntry entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "table (default), csv or json", "FORMAT" },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    options_add(context, entries);
    if (!g_option_context_parse(context, argc, argv, error) ||
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
