/*
 * Documents as JSON: an object with the facts as members, each sheet as an array of objects, or as an object where it
 * is keyed. A document whose only sheet has no key is that array. Notes are left out.
 */
#include "report/render/render.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

struct json {
    GString *text;
    int depth;
    gboolean first; /* nothing was written in this object or array yet */
};

/* Characters that steer a terminal are escaped as control characters are. */
static void append_character(GString *to, gunichar c)
{
    if (c == '"' || c == '\\')
        g_string_append_printf(to, "\\%c", (char)c);
    else if (!is_control(c))
        g_string_append_unichar(to, c);
    else
        g_string_append_printf(to, "\\u%04x", c);
}

static void append_quoted(GString *to, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    g_string_append_c(to, '"');
    for (const char *c = valid; *c; c = g_utf8_next_char(c))
        append_character(to, g_utf8_get_char(c));
    g_string_append_c(to, '"');
}

static void begin(struct json *json, const char *key)
{
    g_string_append(json->text, json->first || json->depth == 0 ? "" : ",");
    if (json->depth > 0)
        g_string_append_printf(json->text, "\n%*s", 2 * json->depth, "");
    if (key) {
        append_quoted(json->text, key);
        g_string_append(json->text, ": ");
    }
    json->first = FALSE;
}

/* Begins an object or array; `key` is NULL inside arrays and at the top. */
static void put_open(struct json *json, const char *key, char bracket)
{
    begin(json, key);
    g_string_append_c(json->text, bracket);
    json->depth++;
    json->first = TRUE;
}

static void put_close(struct json *json, char bracket)
{
    json->depth--;
    if (!json->first)
        g_string_append_printf(json->text, "\n%*s", 2 * json->depth, "");
    g_string_append_c(json->text, bracket);
    if (json->depth == 0)
        g_string_append_c(json->text, '\n');
    json->first = FALSE;
}

static void put_text(struct json *json, const char *key, const char *text)
{
    begin(json, key);
    append_quoted(json->text, text);
}

/* Without quotes. */
static void put_word(struct json *json, const char *key, const char *word)
{
    begin(json, key);
    g_string_append(json->text, word);
}

static void put_count(struct json *json, const char *key, uint64_t count)
{
    begin(json, key);
    g_string_append_printf(json->text, "%" G_GUINT64_FORMAT, count);
}

static void put_real(struct json *json, const char *key, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    put_word(json, key, isfinite(value) ? real_to_text(buffer, value) : "null");
}

/* JSON has no number for what is not finite: a text takes its place. */
static void put_value(struct json *json, const char *key, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    if (isfinite(value))
        put_real(json, key, value);
    else
        put_text(json, key, value_to_text(buffer, value));
}

static void put_rate_members(struct json *json, const struct rate *rate)
{
    put_real(json, "rate", rate->share);
    put_real(json, "low", rate->is_true ? NAN : rate->interval.low);
    put_real(json, "high", rate->is_true ? NAN : rate->interval.high);
}

static void put_rate(struct json *json, const char *key, const struct rate *rate)
{
    if (!*key) {
        put_rate_members(json, rate);
        return;
    }
    put_open(json, key, '{');
    put_count(json, "count", rate->events);
    put_count(json, "of", rate->n);
    put_rate_members(json, rate);
    put_close(json, '}');
}

static void put_list(struct json *json, const char *key, const GPtrArray *list)
{
    put_open(json, key, '[');
    for (guint l = 0; l < list->len; l++)
        put_text(json, NULL, list->pdata[l]);
    put_close(json, ']');
}

static void put_rows(struct json *json, const char *key, const struct sheet *sheet, guint first, guint n);

static void put_cell(struct json *json, const struct sheet_column *column, const struct sheet_cell *cell)
{
    if (cell->state == CELL_UNKNOWN)
        put_word(json, column->key, "null");
    else if (cell->state == CELL_NUMBER)
        put_word(json, column->key, isfinite(g_ascii_strtod(cell->text, NULL)) ? cell->text : "null");
    else if (column->kind == COLUMN_TEXT)
        put_text(json, column->key, cell->text);
    else if (column->kind == COLUMN_COUNT)
        put_count(json, column->key, cell->count);
    else if (column->kind == COLUMN_VALUE)
        put_value(json, column->key, cell->real);
    else if (column->kind == COLUMN_RATE)
        put_rate(json, column->key, cell->rate);
    else if (column->kind == COLUMN_LIST)
        put_list(json, column->key, cell->list);
    else if (column->kind == COLUMN_ROWS)
        put_rows(json, column->key, column->rows, cell->rows.first, cell->rows.n);
    else
        put_real(json, column->key, cell->real);
}

/* The members of a row from a column on; those with the same group are in an object of this name. */
static void put_members(struct json *json, const struct sheet *sheet, const struct sheet_row *row, guint from)
{
    const char *group = NULL;

    for (guint c = from; c < sheet->columns->len; c++) {
        const struct sheet_column *column = sheet_column_at(sheet, c);
        const struct sheet_cell *cell = sheet_cell(sheet, row, c);

        if (!column_is_seen(column, FOR_JSON) || !cell || cell->state == CELL_ABSENT)
            continue;
        if (group && g_strcmp0(group, column->group) != 0)
            put_close(json, '}');
        if (column->group && g_strcmp0(group, column->group) != 0)
            put_open(json, column->group, '{');
        group = column->group;
        put_cell(json, column, cell);
    }
    if (group)
        put_close(json, '}');
}

static void put_rows(struct json *json, const char *key, const struct sheet *sheet, guint first, guint n)
{
    put_open(json, key, '[');
    for (guint r = first; r < first + n; r++) {
        if (!(sheet_row_at(sheet, r)->seen_by & FOR_JSON))
            continue;
        put_open(json, NULL, '{');
        put_members(json, sheet, sheet_row_at(sheet, r), 0);
        put_close(json, '}');
    }
    put_close(json, ']');
}

/* Each row under the text of its first column. */
static void put_keyed(struct json *json, const struct sheet *sheet)
{
    guint name = 0;

    while (!column_is_seen(sheet_column_at(sheet, name), FOR_JSON))
        name++;
    if (sheet->key)
        put_open(json, sheet->key, '{');
    for (guint r = 0; r < sheet->rows->len; r++) {
        const struct sheet_row *row = sheet_row_at(sheet, r);

        if (!(row->seen_by & FOR_JSON))
            continue;
        put_open(json, sheet_cell(sheet, row, name)->text, '{');
        put_members(json, sheet, row, name + 1);
        put_close(json, '}');
    }
    if (sheet->key)
        put_close(json, '}');
}

/* NULL: not in JSON. */
static const struct sheet *json_sheet(const struct document *document, guint p)
{
    const struct sheet *sheet = g_array_index(document->parts, struct document_part, p).sheet;

    return sheet && sheet_is_seen(sheet, FOR_JSON) ? sheet : NULL;
}

/* The sheet that is the whole document. */
static const struct sheet *only_sheet(const struct document *document)
{
    for (guint p = 0; p < document->parts->len; p++) {
        const struct sheet *sheet = json_sheet(document, p);

        if (sheet && sheet->form == SHEET_ROWS && !sheet->key)
            return sheet;
    }
    return NULL;
}

void render_json(const struct document *document, const struct report_option *option G_GNUC_UNUSED, GString *to)
{
    const struct sheet *only = only_sheet(document);
    struct json json = { to, 0, TRUE };

    if (only) {
        put_rows(&json, NULL, only, 0, only->rows->len);
        return;
    }
    put_open(&json, NULL, '{');
    for (guint p = 0; p < document->parts->len; p++) {
        const struct sheet *sheet = json_sheet(document, p);

        if (sheet && sheet->form == SHEET_FACTS)
            put_members(&json, sheet, sheet_row_at(sheet, 0), 0);
        else if (sheet && sheet->form == SHEET_KEYED)
            put_keyed(&json, sheet);
        else if (sheet)
            put_rows(&json, sheet->key, sheet, 0, sheet->rows->len);
    }
    put_close(&json, '}');
}
