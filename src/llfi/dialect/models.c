#include "llfi/dialect/models.h"

#include "base/errors.h"

#include <string.h>

static const struct yaml *find_include(const struct yaml_document *document)
{
    const struct yaml *methods = yaml_value(yaml_value(document->root, "compileOption"), "instSelMethod");
    const struct yaml *first =
        methods && methods->kind == YAML_LIST && methods->items->len > 0 ? methods->items->pdata[0] : NULL;

    return yaml_value(yaml_value(first, "customInstselector"), "include");
}

GPtrArray *llfi_model_names(const struct yaml_document *document, const char *path, GError **error)
{
    const struct yaml *include = find_include(document);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    if (include && include->kind == YAML_SCALAR && *include->text)
        g_ptr_array_add(names, g_strdup(include->text));
    for (guint i = 0; include && include->kind == YAML_LIST && i < include->items->len; i++) {
        const struct yaml *item = include->items->pdata[i];

        if (item->kind != YAML_SCALAR || !*item->text || strchr(item->text, '/')) {
            set_error(error, LLTFI_ERROR_CONFIG, "%s:%d:%d: include: it must be the name of a selector", path,
                      item->line, item->column);
            return NULL;
        }
        g_ptr_array_add(names, g_strdup(item->text));
    }
    if (names->len > 0)
        return g_steal_pointer(&names);
    set_error(error, LLTFI_ERROR_CONFIG,
              "%s:%d:%d: the first entry of compileOption's instSelMethod has no customInstselector with a list "
              "'include': the batch commands take each of its names in turn",
              path, document->root->line, document->root->column);
    return NULL;
}

static gboolean is_plain(const char *text)
{
    for (const char *c = text; *c; c++)
        if (!g_ascii_isalnum(*c) && !strchr("_()./+-", *c))
            return FALSE;
    return g_ascii_isalnum(*text);
}

static void append_scalar(GString *to, const char *text)
{
    if (is_plain(text)) {
        g_string_append(to, text);
        return;
    }
    g_string_append_c(to, '"');
    for (const char *c = text; *c; c++) {
        if (g_ascii_iscntrl(*c))
            g_string_append_printf(to, "\\x%02x", (unsigned char)*c);
        else
            g_string_append_printf(to, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    }
    g_string_append_c(to, '"');
}

/* Writes a document with one list replaced. */
struct writer {
    GString *to;
    const struct yaml *include;
    const char *name;
};

static void append_node(const struct writer *writer, const struct yaml *node, int indent);

/* The value after "key:" or "-". */
static void append_value(const struct writer *writer, const struct yaml *node, int indent)
{
    if (node == writer->include) {
        g_string_append(writer->to, " [");
        append_scalar(writer->to, writer->name);
        g_string_append(writer->to, "]\n");
    } else if (node->kind == YAML_SCALAR) {
        g_string_append_c(writer->to, ' ');
        append_scalar(writer->to, node->text);
        g_string_append_c(writer->to, '\n');
    } else if (node->items->len == 0) {
        g_string_append(writer->to, node->kind == YAML_LIST ? " []\n" : " {}\n");
    } else {
        g_string_append_c(writer->to, '\n');
        append_node(writer, node, indent + 2);
    }
}

static void append_node(const struct writer *writer, const struct yaml *node, int indent)
{
    const guint step = node->kind == YAML_MAP ? 2 : 1;

    for (guint i = 0; i + step <= node->items->len; i += step) {
        const struct yaml *first = node->items->pdata[i];

        g_string_append_printf(writer->to, "%*s", indent, "");
        if (step == 1)
            g_string_append_c(writer->to, '-');
        else if (first->kind == YAML_SCALAR)
            append_scalar(writer->to, first->text);
        if (step == 2)
            g_string_append_c(writer->to, ':');
        append_value(writer, step == 2 ? node->items->pdata[i + 1] : first, indent);
    }
}

char *llfi_model_text(const struct yaml_document *document, const char *name)
{
    struct writer writer = { g_string_new(NULL), find_include(document), name };

    append_node(&writer, document->root, 0);
    return g_string_free(writer.to, FALSE);
}
