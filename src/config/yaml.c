/* Builds the tree from libfyaml's events, not from its document tree: events have positions for all nodes, and limits
 * are checked while the text is read. */
#include "config/yaml.h"

#include "base/errors.h"

#include <libfyaml.h>

#include <stdarg.h>
#include <string.h>

#define MAX_SIZE (8 << 20)
#define MAX_DEPTH 32
#define MAX_WEIGHT 200000
/* The first of 256 characters that represent single bytes: see yaml_append_quoted. */
#define BYTES 0x10ff00u

struct builder {
    struct yaml_document *document;
    const char *path;
    GPtrArray *stack;    /* struct yaml *: open lists and maps */
    GHashTable *anchors; /* name -> struct yaml * */
    gboolean done;       /* the first document has ended */
    GError **error;
};

static void node_free(gpointer data)
{
    struct yaml *node = data;

    g_free(node->text);
    g_clear_pointer(&node->items, g_ptr_array_unref);
    g_free(node);
}

void yaml_free(struct yaml_document *document)
{
    if (!document)
        return;
    g_ptr_array_unref(document->nodes);
    g_free(document);
}

static gboolean build_error(struct builder *builder, int line, int column, const char *format, ...) G_GNUC_PRINTF(4, 5);

static gboolean build_error(struct builder *builder, int line, int column, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(builder->error, LLTFI_ERROR, LLTFI_ERROR_CONFIG, "%s:%d:%d: %s", builder->path, line, column, text);
    return FALSE;
}

/* The position of a token. A value that is left out has none, and gets that of the token before it. */
static void locate(const struct builder *builder, struct fy_token *token, int *line, int *column)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    const struct yaml *before = builder->stack->len ? builder->stack->pdata[builder->stack->len - 1] : NULL;

    if (before && before->items->len)
        before = before->items->pdata[before->items->len - 1];
    *line = mark ? mark->line + 1 : before ? before->line : 1;
    *column = mark ? mark->column + 1 : before ? before->column : 1;
}

/* Replaces characters that represent bytes by these bytes, except NUL. */
static void restore_bytes(char *text)
{
    char *to = text;

    for (const char *next; *text; text = (char *)next) {
        gunichar character = g_utf8_get_char(text);

        next = g_utf8_next_char(text);
        if (character > BYTES)
            *to++ = (char)(character & 0xff);
        else
            to = (char *)memmove(to, text, (size_t)(next - text)) + (next - text);
    }
    *to = '\0';
}

static char *token_text(struct fy_token *token)
{
    size_t length = 0;
    const char *text = token ? fy_token_get_text(token, &length) : NULL;
    char *copy = g_strndup(text ? text : "", text ? length : 0);

    restore_bytes(copy);
    return copy;
}

/* Adds a node to the innermost open list or map. */
static gboolean attach(struct builder *builder, struct yaml *node)
{
    if (builder->stack->len == 0) {
        builder->document->root = node;
        return TRUE;
    }
    g_ptr_array_add(((struct yaml *)builder->stack->pdata[builder->stack->len - 1])->items, node);
    for (guint i = 0; i < builder->stack->len; i++) {
        struct yaml *above = builder->stack->pdata[i];

        above->weight += node->weight + 1;
        if (above->weight > MAX_WEIGHT)
            return build_error(builder, node->line, node->column,
                               "the file holds more than %d values, aliases expanded", MAX_WEIGHT);
    }
    return TRUE;
}

static struct yaml *add_node(struct builder *builder, enum yaml_kind kind, struct fy_token *token,
                             struct fy_token *anchor)
{
    struct yaml *node = g_new0(struct yaml, 1);

    node->kind = kind;
    node->items = kind == YAML_SCALAR ? NULL : g_ptr_array_new();
    node->text = kind == YAML_SCALAR ? token_text(token) : NULL;
    locate(builder, token, &node->line, &node->column);
    g_ptr_array_add(builder->document->nodes, node);
    if (anchor)
        g_hash_table_replace(builder->anchors, token_text(anchor), node);
    return node;
}

static gboolean open_node(struct builder *builder, enum yaml_kind kind, struct fy_token *token, struct fy_token *anchor)
{
    struct yaml *node = add_node(builder, kind, token, anchor);

    if (builder->stack->len == MAX_DEPTH)
        return build_error(builder, node->line, node->column, "lists and maps are nested more than %d deep", MAX_DEPTH);
    if (!attach(builder, node))
        return FALSE;
    node->open = TRUE;
    g_ptr_array_add(builder->stack, node);
    return TRUE;
}

static void close_node(struct builder *builder)
{
    struct yaml *node = g_ptr_array_steal_index(builder->stack, builder->stack->len - 1);

    node->open = FALSE;
}

static gboolean add_alias(struct builder *builder, struct fy_token *token)
{
    g_autofree char *name = token_text(token);
    struct yaml *node = g_hash_table_lookup(builder->anchors, name);
    int line, column;

    if (node && !node->open)
        return attach(builder, node);
    locate(builder, token, &line, &column);
    return build_error(builder, line, column, "the alias *%.40s %s", name,
                       node ? "is inside what it repeats" : "repeats nothing: no anchor has this name");
}

static gboolean start_document(struct builder *builder, struct fy_token *token)
{
    int line, column;

    if (!builder->done)
        return TRUE;
    locate(builder, token, &line, &column);
    return build_error(builder, line, column, "a second document begins here; a configuration is one document");
}

static gboolean take_event(struct builder *builder, struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return start_document(builder, event->document_start.document_start);
    case FYET_DOCUMENT_END:
        builder->done = TRUE;
        return TRUE;
    case FYET_MAPPING_START:
        return open_node(builder, YAML_MAP, event->mapping_start.mapping_start, event->mapping_start.anchor);
    case FYET_SEQUENCE_START:
        return open_node(builder, YAML_LIST, event->sequence_start.sequence_start, event->sequence_start.anchor);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        close_node(builder);
        return TRUE;
    case FYET_SCALAR:
        return attach(builder, add_node(builder, YAML_SCALAR, event->scalar.value, event->scalar.anchor));
    case FYET_ALIAS:
        return add_alias(builder, event->alias.anchor);
    default:
        return TRUE;
    }
}

static gboolean parser_error(struct builder *builder, struct fy_diag *diag)
{
    void *previous = NULL;
    struct fy_diag_error *first = fy_diag_errors_iterate(diag, &previous);
    g_autofree char *message = first && first->msg ? g_utf8_make_valid(first->msg, -1) : g_strdup("this is not YAML");

    return build_error(builder, first ? MAX(first->line, 1) : 1, first ? MAX(first->column, 1) : 1, "%s", message);
}

static gboolean build(struct builder *builder, struct fy_parser *parser, struct fy_diag *diag)
{
    struct fy_event *event;
    gboolean going = TRUE;

    while (going && (event = fy_parser_parse(parser))) {
        going = take_event(builder, event);
        fy_parser_event_free(parser, event);
    }
    if (going && fy_parser_get_stream_error(parser))
        return parser_error(builder, diag);
    return going;
}

/* Checks what any YAML text must satisfy here: limited size, UTF-8, no NUL. */
static gboolean check_text(struct builder *builder, const char *text, gsize size)
{
    const char *end;
    int line = 1, column = 1;

    if (size > MAX_SIZE)
        return build_error(builder, 1, 1, "the file has %" G_GSIZE_FORMAT " bytes; a configuration has at most %d",
                           size, MAX_SIZE);
    if (g_utf8_validate_len(text, size, &end))
        return TRUE;
    for (const char *c = text; c < end; c++) {
        column = *c == '\n' ? 1 : column + 1;
        line += *c == '\n';
    }
    return build_error(builder, line, column, "this byte is not UTF-8 text: is this a YAML file?");
}

static void discard(struct fy_diag *diag G_GNUC_UNUSED, void *user G_GNUC_UNUSED, const char *text G_GNUC_UNUSED,
                    size_t length G_GNUC_UNUSED)
{
}

static gboolean parse(struct builder *builder, const char *text, gsize size)
{
    struct fy_diag_cfg diag_config = { .output_fn = discard, .level = FYET_ERROR, .module_mask = ~0u };
    struct fy_diag *diag = fy_diag_create(&diag_config);
    struct fy_parse_cfg config = { .flags = FYPCF_QUIET | FYPCF_JSON_NONE | FYPCF_ALLOW_DUPLICATE_KEYS, .diag = diag };
    struct fy_parser *parser;
    gboolean done;

    fy_diag_set_collect_errors(diag, true);
    parser = fy_parser_create(&config);
    done = fy_parser_set_string(parser, text, size) == 0 ? build(builder, parser, diag) : parser_error(builder, diag);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return done;
}

struct yaml_document *yaml_parse(const char *text, gsize size, const char *path, GError **error)
{
    g_autoptr(yaml_document_t) document = g_new0(struct yaml_document, 1);
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    g_autoptr(GHashTable) anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct builder builder = { document, path, stack, anchors, FALSE, error };

    document->nodes = g_ptr_array_new_with_free_func(node_free);
    if (!check_text(&builder, text, size) || !parse(&builder, text, size))
        return NULL;
    if (document->root)
        return g_steal_pointer(&document);
    build_error(&builder, 1, 1, "the file is empty");
    return NULL;
}

const struct yaml *yaml_value(const struct yaml *map, const char *key)
{
    for (guint i = 0; map && map->kind == YAML_MAP && i + 1 < map->items->len; i += 2) {
        const struct yaml *name = map->items->pdata[i];

        if (name->kind == YAML_SCALAR && strcmp(name->text, key) == 0)
            return map->items->pdata[i + 1];
    }
    return NULL;
}

static void append_character(GString *text, gunichar character)
{
    if (character == '"' || character == '\\')
        g_string_append_printf(text, "\\%c", (char)character);
    else if (character < 0x80 && g_ascii_iscntrl((char)character))
        g_string_append_printf(text, "\\x%02x", character);
    else if (!g_unichar_isprint(character))
        g_string_append_printf(text, "\\U%08x", character);
    else
        g_string_append_unichar(text, character);
}

void yaml_append_quoted(GString *text, const char *word)
{
    g_string_append_c(text, '"');
    while (*word) {
        gunichar character = g_utf8_get_char_validated(word, -1);

        if (character < BYTES)
            append_character(text, character);
        else
            g_string_append_printf(text, "\\U%08x", BYTES | (unsigned char)*word);
        word = character < BYTES ? g_utf8_next_char(word) : word + 1;
    }
    g_string_append_c(text, '"');
}
