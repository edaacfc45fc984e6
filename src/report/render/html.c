/* Documents as one page that needs no other file: sheets as tables with bars, facts as a list, notes as paragraphs. */
#include "report/render/grid.h"
#include "report/render/render.h"
#include "report/text.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n<style>\n"
    "body{font:14px/1.5 system-ui,sans-serif;margin:2em;color:#222;background:#fff}\n"
    "h2{font-size:1.15em;margin:1.5em 0 .3em}\ntable{border-collapse:collapse;margin:.5em 0}\n"
    "td,th{padding:0 1em 0 0;text-align:left;vertical-align:top;white-space:pre}\n"
    ".right{text-align:right;font-variant-numeric:tabular-nums}\n"
    "th{color:#666;font-weight:normal;border-bottom:1px solid #ccc}\n.facts th{border:0}\n"
    "code,pre{font:13px/1.5 ui-monospace,monospace}\ncode{white-space:pre}\np{max-width:50em;margin:.3em 0}\n"
    ".bar{display:inline-block;height:.75em}\n.bars{width:12em}\n"
    "</style>\n</head>\n<body>\n";

static const char *const colours[TINT_COUNT] = {
    [TINT_NONE] = "#888",      [TINT_GREEN] = "#2e8b57", [TINT_RED] = "#d1495b",  [TINT_PURPLE] = "#7b3294",
    [TINT_YELLOW] = "#c98b00", [TINT_BLUE] = "#2f6690",  [TINT_CYAN] = "#2a9d8f", [TINT_DIM] = "#bbb",
};

static void append_escaped(GString *to, const char *text)
{
    g_autofree char *clean = printable_lines(text), *escaped = g_markup_escape_text(clean, -1);

    g_string_append(to, escaped);
}

/* An element with a text in it; `attributes` is empty or begins with a blank. */
static void append_element(GString *to, const char *name, const char *attributes, const char *text)
{
    g_string_append_printf(to, "<%s%s>", name, attributes);
    append_escaped(to, text);
    g_string_append_printf(to, "</%s>", name);
}

static gboolean has_bars(const struct sheet *sheet, const struct text_grid *grid)
{
    gboolean any = FALSE;

    for (guint r = 0; !sheet->is_heat && r < grid->n_rows; r++)
        any |= grid->rows[r]->bar >= 0;
    return any;
}

static void append_headings(GString *to, const struct text_grid *grid, gboolean bars)
{
    g_string_append(to, "<tr>");
    for (guint c = 0; c < grid->n_columns; c++)
        append_element(to, "th", grid->columns[c].is_right ? " class=\"right\"" : "", grid->columns[c].heading);
    g_string_append(to, bars ? "<th class=\"bars\"></th></tr>\n" : "</tr>\n");
}

static void append_cell(GString *to, const struct grid_column *column, guint r)
{
    if (!column->column->is_code) {
        append_element(to, "td", column->is_right ? " class=\"right\"" : "", column->texts[r]);
        return;
    }
    g_string_append(to, "<td>");
    append_element(to, "code", "", column->texts[r]);
    g_string_append(to, "</td>");
}

static void append_bar(GString *to, const struct sheet_row *row)
{
    char width[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(to, "<td class=\"bars\">");
    if (row->bar > 0)
        g_string_append_printf(to, "<span class=\"bar\" style=\"width:%s%%;background:%s\"></span>",
                               g_ascii_formatd(width, sizeof(width), "%.2f", 100 * row->bar), colours[row->tint]);
    g_string_append(to, "</td>");
}

/* The redder, the longer its bar would be. */
static void append_heat(GString *to, const struct sheet_row *row)
{
    if (row->bar >= 0)
        g_string_append_printf(to, "<tr style=\"background:rgba(215,48,39,.%02d)\">", (int)(row->bar * 40));
    else
        g_string_append(to, "<tr>");
}

static void append_sheet(GString *to, const struct sheet *sheet)
{
    g_autoptr(text_grid_t) grid = grid_new(sheet, 0);
    gboolean bars = has_bars(sheet, grid);

    if (sheet->title)
        append_element(to, "h2", "", sheet->title);
    g_string_append(to, "\n<table>\n");
    append_headings(to, grid, bars);
    for (guint r = 0; r < grid->n_rows; r++) {
        if (sheet->is_heat)
            append_heat(to, grid->rows[r]);
        else
            g_string_append(to, "<tr>");
        for (guint c = 0; c < grid->n_columns; c++)
            append_cell(to, &grid->columns[c], r);
        if (bars)
            append_bar(to, grid->rows[r]);
        g_string_append(to, "</tr>\n");
    }
    g_string_append(to, "</table>\n");
    for (guint r = 0; r < sheet->remarks->len; r++)
        append_element(to, "p", "", sheet->remarks->pdata[r]);
}

static void append_facts(GString *to, const struct sheet *sheet)
{
    g_autoptr(text_grid_t) grid = grid_new(sheet, 0);

    g_string_append(to, "<table class=\"facts\">\n");
    for (guint c = 0; c < grid->n_columns; c++) {
        if (!*grid->columns[c].texts[0])
            continue;
        g_string_append(to, "<tr>");
        append_element(to, "th", "", grid->columns[c].heading);
        append_element(to, "td", "", grid->columns[c].texts[0]);
        g_string_append(to, "</tr>\n");
    }
    g_string_append(to, "</table>\n");
}

static void append_note(GString *to, const struct document_part *part)
{
    g_auto(GStrv) lines = g_strsplit(part->note, "\n", -1);

    if (part->is_verbatim) {
        append_element(to, "pre", "", part->note);
        return;
    }
    for (char **line = lines; *line; line++)
        append_element(to, "p", "", *line);
    g_string_append_c(to, '\n');
}

void render_html(const struct document *document, const struct report_option *option G_GNUC_UNUSED, GString *to)
{
    g_autofree char *clean = printable(document->title ? document->title : "lltfi");
    g_autofree char *title = g_markup_escape_text(clean, -1);

    g_string_append_printf(to, head, title);
    append_element(to, "h1", "", clean);
    g_string_append_c(to, '\n');
    for (guint p = 0; p < document->parts->len; p++) {
        const struct document_part *part = &g_array_index(document->parts, struct document_part, p);

        if (!part_is_seen(part))
            continue;
        if (!part->sheet)
            append_note(to, part);
        else if (part->sheet->form == SHEET_FACTS)
            append_facts(to, part->sheet);
        else
            append_sheet(to, part->sheet);
    }
    g_string_append(to, "</body>\n</html>\n");
}
