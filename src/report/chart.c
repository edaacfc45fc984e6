#include "report/chart.h"

#include "base/errors.h"
#include "base/file.h"
#include "report/flow.h"
#include "report/text.h"

#include <math.h>
#include <string.h>

#define ROW 20 /* height of one bar and its gap */
#define BAR 12
#define TOP 64     /* above the first bar: title and legend */
#define BOTTOM 40  /* below the last: the axis */
#define LABELS 230 /* left of the bars */
#define PLOT 440
#define COUNTS 90 /* right of them */
#define LABEL_LETTERS 32
#define TICKS 5

/* The ends of the axis are round numbers. */
static double axis_end(double highest)
{
    static const double steps[] = { 1, 2, 2.5, 5, 10 };
    double power = pow(10, floor(log10(MAX(highest, 1e-6))));

    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if (steps[i] * power >= highest)
            return MIN(steps[i] * power, 1);
    return 1;
}

static struct interval group_interval(const struct group *group, const struct report_option *option)
{
    return report_interval(option, group->tally.outcomes[OUTCOME_SDC], tally_activated(&group->tally));
}

static double highest_bound(const struct breakdown *breakdown, const struct report_option *option)
{
    double highest = 0;

    for (guint i = 0; i < breakdown->groups->len; i++) {
        const struct group *group = breakdown->groups->pdata[i];

        if (tally_activated(&group->tally) > 0)
            highest = MAX(highest, group_interval(group, option).high);
    }
    return highest;
}

/* A coordinate with a point, whatever the locale. */
static void number(GString *to, const char *before, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(to, "%s=\"%s\"", before, g_ascii_formatd(text, sizeof(text), "%.2f", value));
}

static void line(GString *to, double x1, double y1, double x2, double y2, const char *class)
{
    g_string_append(to, "<line");
    number(to, " x1", x1);
    number(to, " y1", y1);
    number(to, " x2", x2);
    number(to, " y2", y2);
    g_string_append_printf(to, " class=\"%s\"/>\n", class);
}

static void text(GString *to, double x, double y, const char *class, const char *content)
{
    g_autofree char *escaped = g_markup_escape_text(content, -1);

    g_string_append(to, "<text");
    number(to, " x", x);
    number(to, " y", y);
    g_string_append_printf(to, " class=\"%s\">%s</text>\n", class, escaped);
}

/* "3 conv1/Conv (Conv)": the labels that tables show, but shares. */
static char *group_name(const struct breakdown *breakdown, const struct group *group)
{
    g_autoptr(GString) name = g_string_new(NULL);

    for (int i = 0; breakdown->labels[i].key; i++)
        if (breakdown->labels[i].heading && breakdown->labels[i].kind != LABEL_SHARE && group->labels[i] &&
            *group->labels[i])
            g_string_append_printf(name, "%s%s", name->len > 0 ? " " : "", group->labels[i]);
    if (g_utf8_strlen(name->str, -1) > LABEL_LETTERS) {
        g_autofree char *start = g_utf8_substring(name->str, 0, LABEL_LETTERS - 1);

        g_string_printf(name, "%s…", start);
    }
    return g_string_free(g_steal_pointer(&name), FALSE);
}

static void draw_group(GString *to, const struct breakdown *breakdown, const struct group *group,
                       const struct report_option *option, double y, double scale)
{
    g_autofree char *name = group_name(breakdown, group);
    uint64_t n = tally_activated(&group->tally);
    g_autofree char *count =
        g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, group->tally.outcomes[OUTCOME_SDC], n);
    struct interval interval = group_interval(group, option);
    double middle = y + BAR / 2.0;

    text(to, LABELS - 8, middle + 4, "name", name);
    text(to, LABELS + PLOT + 8, middle + 4, "count", count);
    if (n == 0)
        return;
    g_string_append(to, "<rect");
    number(to, " x", LABELS);
    number(to, " y", y);
    number(to, " width", scale * (double)group->tally.outcomes[OUTCOME_SDC] / (double)n);
    number(to, " height", BAR);
    g_string_append(to, " class=\"bar\"/>\n");
    line(to, LABELS + scale * interval.low, middle, LABELS + scale * interval.high, middle, "whisker");
    line(to, LABELS + scale * interval.low, middle - 3, LABELS + scale * interval.low, middle + 3, "whisker");
    line(to, LABELS + scale * interval.high, middle - 3, LABELS + scale * interval.high, middle + 3, "whisker");
}

static void draw_axis(GString *to, double bottom, double end)
{
    for (int i = 0; i <= TICKS; i++) {
        double x = LABELS + (double)PLOT * i / TICKS;
        g_autofree char *tick = g_strdup_printf("%.3g %%", 100 * end * i / TICKS);

        line(to, x, TOP - 6, x, bottom, i == 0 ? "axis" : "grid");
        text(to, x, bottom + 16, "tick", tick);
    }
}

static const char style[] =
    "<style>text{font:12px sans-serif;fill:#222}.title{font-size:15px;font-weight:bold}.note{fill:#666}"
    ".name{text-anchor:end}.count{fill:#666;font-size:11px}.tick{text-anchor:middle;fill:#666;font-size:11px}"
    ".bar{fill:#d1495b}.whisker{stroke:#222;stroke-width:1.2}.grid{stroke:#ddd}.axis{stroke:#888}</style>\n";

char *chart_draw(const struct breakdown *breakdown, const char *title, const struct report_option *option)
{
    GString *to = g_string_new(NULL);
    double end = axis_end(highest_bound(breakdown, option));
    double bottom = TOP + ROW * (double)breakdown->groups->len;
    int width = LABELS + PLOT + COUNTS, height = (int)bottom + BOTTOM;

    g_string_append_printf(
        to,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
        "%s<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
        width, height, width, height, style);
    text(to, 16, 24, "title", title);
    text(to, 16, 44, "note",
         option->exact
             ? "bar: SDC rate of the activated faults; whisker: exact 95 % interval; right: SDC of trials"
             : "bar: SDC rate of the activated faults; whisker: Wilson's 95 % interval; right: SDC of trials");
    draw_axis(to, bottom, end);
    for (guint i = 0; i < breakdown->groups->len; i++)
        draw_group(to, breakdown, breakdown->groups->pdata[i], option, TOP + ROW * (double)i, PLOT / end);
    return g_string_free(g_string_append(to, "</svg>\n"), FALSE);
}

static gboolean write_chart(const char *folder, const char *name, const char *title, struct breakdown *loaded,
                            const struct report_option *option, GError **error)
{
    g_autoptr(breakdown_t) breakdown = loaded;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *picture = breakdown ? chart_draw(breakdown, title, option) : NULL;

    return breakdown && file_write(path, picture, strlen(picture), error);
}

static gboolean write_flow(struct store *store, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "propagation.svg", NULL);
    g_autoptr(flow_t) flow = NULL;
    g_autofree char *picture = NULL;

    if (!store_has_propagation(store))
        return TRUE;
    flow = flow_load(store, error);
    picture = flow ? flow_draw(flow) : NULL;
    return picture && file_write(path, picture, strlen(picture), error);
}

gboolean charts_write(struct store *store, const char *dir, const struct report_option *option, GError **error)
{
    g_autofree char *folder = g_build_filename(dir, "graphs", NULL);

    if (g_mkdir_with_parents(folder, 0777) != 0) {
        int code = errno;

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: cannot make the folder: %s", folder, g_strerror(code));
        return FALSE;
    }
    return write_chart(folder, "sdc-by-layer.svg", "SDC rate by layer", breakdown_load(store, BY_LAYER, error), option,
                       error) &&
           write_chart(folder, "sdc-by-bit.svg", "SDC rate by bit", breakdown_load(store, BY_BIT, error), option,
                       error) &&
           write_flow(store, folder, error);
}
