/* Sheets with awkward content through every renderer, and names that are too long. */
#include "report/elide.h"
#include "report/render/render.h"
#include "report/text.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Names that a model's file may have. */
static const char *const awkward[] = {
    "plain",
    "",
    "a \"quoted\", name",
    "two\r\nlines\tand a tab",
    "größe/層/слой",
    "\033[31mred\033[0m \xc2\x9b"
    "2J",
    "not UTF-8: \xff\xfe.",
    "<script>alert('&')</script>]]>",
    "written \xe2\x80\xae sdrawkcab",
    "=1+1, {\"key\": [1]} \\ \\n",
    "StatefulPartitionedCall/a_very_long_scope/another_very_long_scope/and_one_more/sequential/conv2d_1/BiasAdd",
    NULL,
};

#define N_AWKWARD (G_N_ELEMENTS(awkward) - 1)

static const double numbers[] = { 0, -0.25, 1e-300, 3.4028234663852886e38, NAN, INFINITY, -INFINITY };

static const struct sheet_column columns[] = {
    { COLUMN_TEXT, .name = "name", .key = "name", .shorten = SHORTEN_NAME, .is_label = TRUE },
    { COLUMN_COUNT, .name = "count", .key = "count" },
    { COLUMN_VALUE, .name = "value", .key = "value" },
    { COLUMN_REAL, .name = "real", .key = "real", .unit = "ms", .yields = 1 },
    { COLUMN_RATE, .name = "SDC", .key = "SDC", .group = "outcomes", .yields = 2, .is_chart = TRUE },
    { COLUMN_LIST, .name = "list", .key = "list", .yields = 1 },
    { COLUMN_TEXT, .key = "unknown" },
};

static void add_row(struct sheet *sheet, guint i)
{
    const struct rate rate = { i, i * 10, i ? 0.1 : NAN, FALSE, { 0.05, 0.2 } };
    struct sheet_row *row = sheet_row(sheet);

    row->bar = 0.1;
    row->tint = TINT_RED;
    cell_text(sheet, awkward[i]);
    cell_count(sheet, G_MAXUINT64 - i);
    cell_real(sheet, numbers[i % G_N_ELEMENTS(numbers)]);
    cell_real(sheet, numbers[i % G_N_ELEMENTS(numbers)]);
    cell_rate(sheet, &rate);
    cell_list(sheet, awkward, 2);
    cell_text(sheet, NULL);
}

static struct document *make_document(void)
{
    struct document *document = document_new(awkward[7]);
    struct sheet *facts = facts_new(), *sheet = sheet_new("rows", awkward[5]);

    fact_text(facts, "fact", "fact", awkward[3]);
    document_sheet(document, facts);
    sheet_columns(sheet, columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < N_AWKWARD; i++)
        add_row(sheet, i);
    sheet_remark(sheet, g_strdup(awkward[5]));
    document_sheet(document, sheet);
    document_note(document, g_strdup(awkward[5]));
    return document;
}

static GString *rendered(enum report_format format, int width)
{
    const struct report_option option = { .format = format, .width = width };
    g_autoptr(document_t) document = make_document();
    GString *text = g_string_new(NULL);

    switch (format) {
    case FORMAT_TABLE:
        render_table(document, &option, text);
        break;
    case FORMAT_CSV:
        render_csv(document, &option, text);
        break;
    case FORMAT_JSON:
        render_json(document, &option, text);
        break;
    case FORMAT_HTML:
        render_html(document, &option, text);
        break;
    case FORMAT_SVG:
        render_svg(document, &option, text);
        break;
    }
    return text;
}

static void assert_harmless(const GString *text, const char *allowed)
{
    g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
    for (const char *c = text->str; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);

        if (is_control(character) && !(character < 0x80 && strchr(allowed, (int)character)))
            g_error("character U+%04X at %zu", character, (size_t)(c - text->str));
    }
}

static void nothing_steers_a_terminal_or_breaks_a_document(void)
{
    static const char *const allowed[] = {
        [FORMAT_TABLE] = "\n", [FORMAT_CSV] = "\r\n\t", [FORMAT_JSON] = "\n", [FORMAT_HTML] = "\n", [FORMAT_SVG] = "\n"
    };

    for (enum report_format format = FORMAT_TABLE; format <= FORMAT_SVG; format++) {
        g_autoptr(GString) text = rendered(format, 80);

        assert_harmless(text, allowed[format]);
    }
}

static void tables_keep_to_the_terminal(void)
{
    for (int width = 40; width <= 200; width += 20) {
        g_autoptr(GString) text = rendered(FORMAT_TABLE, width);
        g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
        gboolean any = FALSE;

        for (char **line = lines; *line; line++) {
            any |= strstr(*line, "BiasAdd") != NULL;
            if (width >= 80)
                g_assert_cmpint(text_columns(*line), <=, width);
        }
        g_assert_true(any);
        g_assert_true((strstr(text->str, "real ms") != NULL) == (width >= 100));
    }
}

static void cells_are_aligned_by_columns_not_bytes(void)
{
    g_autoptr(document_t) document = document_new("widths");
    const struct report_option option = { .width = 80 };
    g_autoptr(GString) text = g_string_new(NULL);
    struct sheet *sheet = sheet_new(NULL, NULL);
    static const char *const names[] = { "abcd", "äöüß", "層層", "e\xcc\x81tre" };

    sheet_column(sheet, (struct sheet_column){ COLUMN_TEXT, .name = "name" });
    sheet_column(sheet, (struct sheet_column){ COLUMN_COUNT, .name = "n" });
    for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
        sheet_row(sheet);
        cell_text(sheet, names[n]);
        cell_count(sheet, 1);
    }
    document_sheet(document, sheet);
    render_table(document, &option, text);
    g_assert_cmpstr(text->str, ==, "name  n\nabcd  1\näöüß  1\n層層  1\ne\xcc\x81tre  1\n");
}

/* A small reader of RFC 4180: GPtrArray of GPtrArray of char *. */
static GPtrArray *read_csv(const char *text)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

    while (*text) {
        GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
        gboolean more = TRUE;

        while (more) {
            GString *field = g_string_new(NULL);
            gboolean quoted = *text == '"';

            text += quoted;
            while (quoted ? *text != '"' || text[1] == '"' : *text != ',' && *text != '\r') {
                g_assert_cmpint(*text, !=, '\0');
                g_assert_true(quoted || (*text != '"' && *text != '\n'));
                text += quoted && *text == '"';
                g_string_append_c(field, *text++);
            }
            text += quoted;
            g_ptr_array_add(fields, g_string_free(field, FALSE));
            more = *text == ',';
            text += more;
        }
        g_assert_true(g_str_has_prefix(text, "\r\n"));
        text += 2;
        g_ptr_array_add(lines, fields);
    }
    return lines;
}

static void csv_is_read_back(void)
{
    static const char *const headings[] = { "name",     "count",   "value",    "real", "SDC",
                                            "SDC_rate", "SDC_low", "SDC_high", "list", "unknown" };
    static const char *const values[] = { "0",   "-0.25",    "1e-300",   "3.4028234663852886e+38",
                                          "NaN", "Infinity", "-Infinity" };
    g_autoptr(GString) text = rendered(FORMAT_CSV, 80);
    g_autoptr(GPtrArray) lines = read_csv(text->str);

    g_assert_cmpuint(lines->len, ==, 1 + N_AWKWARD);
    for (guint l = 0; l < lines->len; l++) {
        const GPtrArray *fields = lines->pdata[l];
        g_autofree char *name = l > 0 ? printable_fields(awkward[l - 1]) : g_strdup("name");

        g_assert_cmpuint(fields->len, ==, G_N_ELEMENTS(headings));
        g_assert_cmpstr(fields->pdata[0], ==, name);
        for (guint f = 0; l == 0 && f < fields->len; f++)
            g_assert_cmpstr(fields->pdata[f], ==, headings[f]);
        if (l > 0)
            g_assert_cmpstr(fields->pdata[2], ==, values[(l - 1) % G_N_ELEMENTS(values)]);
    }
    g_assert_cmpstr(((GPtrArray *)lines->pdata[1])->pdata[5], ==, "");
    g_assert_cmpstr(((GPtrArray *)lines->pdata[5])->pdata[3], ==, "");
}

/* Compares what Python reads with the names, which are arguments; those that are not UTF-8 are left out. */
static const char reader[] =
    "import json, sys\n"
    "whole = json.load(open(sys.argv[1], encoding='utf-8'))\n"
    "rows = whole['rows']\n"
    "names = sys.argv[2:]\n"
    "assert [row['name'] for row in rows if '\\ufffd' not in row['name']] == names, rows\n"
    "assert whole['fact'] == names[3]\n"
    "assert rows[0]['count'] == 2**64 - 1 and rows[0]['unknown'] is None\n"
    "assert rows[0]['outcomes']['SDC'] == {'count': 0, 'of': 0, 'rate': None, 'low': 0.05, 'high': 0.2}\n"
    "assert [row['value'] for row in rows[:7]] == [0, -0.25, 1e-300, 3.4028234663852886e38, 'NaN', 'Infinity',"
    " '-Infinity']\n"
    "assert rows[4]['real'] is None and rows[1]['real'] == -0.25\n"
    "assert rows[0]['list'] == names[:2]\n";

static void json_is_read_back(void)
{
    g_autofree char *python = g_find_program_in_path("python3"), *path = NULL;
    g_autoptr(GString) text = rendered(FORMAT_JSON, 80);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    int status, file;

    if (!python) {
        g_test_skip("python3 is not installed");
        return;
    }
    file = g_file_open_tmp("lltfi-XXXXXX.json", &path, &error);
    g_assert_no_error(error);
    g_close(file, NULL);
    g_file_set_contents(path, text->str, (gssize)text->len, &error);
    g_assert_no_error(error);
    g_ptr_array_add(argv, python);
    g_ptr_array_add(argv, "-c");
    g_ptr_array_add(argv, (char *)reader);
    g_ptr_array_add(argv, path);
    for (guint i = 0; i < N_AWKWARD; i++)
        if (g_utf8_validate(awkward[i], -1, NULL))
            g_ptr_array_add(argv, (char *)awkward[i]);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_true(g_spawn_check_wait_status(status, &error));
    g_remove(path);
}

static void pages_escape_names(void)
{
    g_autoptr(GString) html = rendered(FORMAT_HTML, 80), svg = rendered(FORMAT_SVG, 80);
    const GMarkupParser parser = { NULL };
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, NULL, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(strstr(html->str, "<script"));
    g_assert_nonnull(strstr(html->str, "&lt;script&gt;"));
    g_assert_nonnull(strstr(svg->str, "&lt;script&gt;"));
    g_assert_true(g_str_has_suffix(html->str, "</html>\n"));
    g_assert_true(g_markup_parse_context_parse(context, svg->str, (gssize)svg->len, &error));
    g_assert_true(g_markup_parse_context_end_parse(context, &error));
    g_assert_no_error(error);
}

/* Rows inside rows: an array in JSON, repeated cells in CSV. */
static void rows_of_rows(void)
{
    g_autoptr(document_t) document = document_new("nested");
    struct sheet *outer = sheet_new(NULL, NULL), *inner = sheet_new(NULL, NULL);
    g_autoptr(GString) csv = g_string_new(NULL), json = g_string_new(NULL);
    const struct report_option option = { 0 };

    sheet_column(inner, (struct sheet_column){ COLUMN_COUNT, .key = "index" });
    sheet_column(outer, (struct sheet_column){ COLUMN_TEXT, .key = "layer" });
    sheet_column(outer, (struct sheet_column){ COLUMN_ROWS, .key = "values", .rows = inner });
    for (guint r = 0; r < 3; r++) {
        guint first = inner->rows->len;

        sheet_row(outer);
        cell_text(outer, r == 0 ? "none" : r == 1 ? "one" : "two");
        for (guint i = 0; i < r; i++) {
            sheet_row(inner);
            cell_count(inner, 10 * r + i);
        }
        cell_rows(outer, first);
    }
    document_sheet(document, outer);
    render_csv(document, &option, csv);
    render_json(document, &option, json);
    g_assert_cmpstr(csv->str, ==, "layer,index\r\none,10\r\ntwo,20\r\ntwo,21\r\n");
    g_assert_true(g_str_has_prefix(json->str, "[\n  {\n    \"layer\": \"none\",\n    \"values\": []\n  },\n"));
}

static void assert_elided(const char *name, int columns, const char *expected)
{
    g_autofree char *shortened = elide(name, columns);

    g_assert_cmpstr(shortened, ==, expected);
    g_assert_cmpint(text_columns(shortened), <=, columns);
}

static void names_lose_what_says_least(void)
{
    assert_elided("conv1", 5, "conv1");
    assert_elided("StatefulPartitionedCall/sequential/conv2d_1/BiasAdd", 20, "…/conv2d_1/BiasAdd");
    assert_elided("/avgpool1/AveragePool", 16, "…/AveragePool");
    assert_elided("/work/models/eight.png", 12, "…/eight.png");
    assert_elided("/a/much_too_long_for_this", 12, "much_t…_this");
    assert_elided("resnet_block_17_convolution_2", 13, "resnet…tion_2");
    assert_elided("std::vector<int, std::allocator<int>>::push_back", 30, "std::vector<…>::push_back");
    assert_elided("std::vector<int>::push_back(int const&)", 20, "…::push_back(…)");
    assert_elided("space::inner::compute", 12, "…::compute");
    assert_elided("a<b>::operator->(int, long, char)", 20, "a<…>::operator->(…)");
    assert_elided("größe/層層層層/слой", 12, "…/слой");
    assert_elided("層層層層層", 5, "層…層");
}

static void assert_apart(const char *const *given, int columns)
{
    g_auto(GStrv) names = g_strdupv((char **)given);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    guint n = g_strv_length(names);

    elide_all(names, n, columns);
    for (guint i = 0; i < n; i++) {
        g_assert_cmpint(text_columns(names[i]), <=, columns);
        if (!g_hash_table_add(seen, names[i]))
            g_error("'%s' is '%s', as another name is", given[i], names[i]);
    }
}

static void different_names_stay_different(void)
{
    static const char *const tails[] = { "model/conv2d_1/BiasAdd", "model/conv2d_2/BiasAdd", "model/dense/BiasAdd",
                                         NULL };
    static const char *const middles[] = { "/model/block_1/attention/query/MatMul_output_of_this_layer",
                                           "/model/block_2/attention/query/MatMul_output_of_this_layer",
                                           "/model/block_3/attention/query/MatMul_output_of_this_layer", NULL };
    static const char *const heads[] = { "first_of_all_the_long_names_there_are",
                                         "other_of_all_the_long_names_there_are", NULL };
    g_auto(GStrv) equal = g_strsplit("scope/layer/name scope/layer/name", " ", -1);

    assert_apart(tails, 12);
    assert_apart(middles, 16);
    assert_apart(middles, 30);
    assert_apart(heads, 12);
    elide_all(equal, 2, 8);
    g_assert_cmpstr(equal[0], ==, equal[1]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sheets/harmless", nothing_steers_a_terminal_or_breaks_a_document);
    g_test_add_func("/sheets/table", tables_keep_to_the_terminal);
    g_test_add_func("/sheets/widths", cells_are_aligned_by_columns_not_bytes);
    g_test_add_func("/sheets/csv", csv_is_read_back);
    g_test_add_func("/sheets/json", json_is_read_back);
    g_test_add_func("/sheets/pages", pages_escape_names);
    g_test_add_func("/sheets/nested", rows_of_rows);
    g_test_add_func("/elide/names", names_lose_what_says_least);
    g_test_add_func("/elide/columns", different_names_stay_different);
    return g_test_run();
}
