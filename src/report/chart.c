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
#define PLOT 420
#define COUNTS 165 /* right of them */
#define LABEL_LETTERS 32
/* Room to the right of the longest bar, as a share of it. */
#define MARGIN 1.25
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

/* A true rate is its own interval. */
static struct interval group_interval(const struct group *group, const struct report_option *option)
{
    struct rate rate = tally_rate(option, &group->tally, OUTCOME_SDC);

    return rate.is_true ? (struct interval){ rate.share, rate.share } : rate.interval;
}

/*
 * The axis shows the rates: intervals of groups with few trials, which reach far beyond them, are cut off there. The
 * one of the largest group is shown whole, so that there is an axis where no trial was SDC.
 */
static double choose_end(const struct breakdown *breakdown, const struct report_option *option)
{
    double highest = 0;
    uint64_t most = 0;

    for (guint i = 0; i < breakdown->groups->len; i++)
        most = MAX(most, tally_activated(&((struct group *)breakdown->groups->pdata[i])->tally));
    for (guint i = 0; i < breakdown->groups->len; i++) {
        const struct group *group = breakdown->groups->pdata[i];
        uint64_t n = tally_activated(&group->tally);

        if (n > 0)
            highest = MAX(highest, MARGIN * tally_rate(option, &group->tally, OUTCOME_SDC).share);
        if (n == most && n > 0)
            highest = MAX(highest, group_interval(group, option).high);
    }
    return axis_end(highest);
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

/* A label that says nothing new: the type in "3 conv1/Conv Conv". */
static gboolean is_said(const GString *name, const char *label)
{
    return name->len > 0 && g_ascii_isalpha(*label) && strstr(name->str, label);
}

/* "3 conv1/Conv": the labels that tables show, but shares. */
static char *group_name(const struct breakdown *breakdown, const struct group *group)
{
    g_autoptr(GString) name = g_string_new(NULL);

    for (int i = 0; breakdown->labels[i].key; i++)
        if (breakdown->labels[i].heading && breakdown->labels[i].kind != LABEL_SHARE && group->labels[i] &&
            *group->labels[i] && !is_said(name, group->labels[i]))
            g_string_append_printf(name, "%s%s", name->len > 0 ? " " : "", group->labels[i]);
    if (g_utf8_strlen(name->str, -1) > LABEL_LETTERS) {
        g_autofree char *start = g_utf8_substring(name->str, 0, LABEL_LETTERS - 1);

        g_string_printf(name, "%s…", start);
    }
    return g_string_free(g_steal_pointer(&name), FALSE);
}

/* An interval from `low` to `high`, where a plot that ends at LABELS + PLOT shows it; what goes on gets an arrow. */
static void draw_whisker(GString *to, double low, double high, double y)
{
    double right = LABELS + PLOT, end = MIN(high, right);

    if (low > right)
        return;
    line(to, low, y, end, y, "whisker");
    line(to, low, y - 3, low, y + 3, "whisker");
    if (high <= right) {
        line(to, high, y - 3, high, y + 3, "whisker");
        return;
    }
    line(to, right - 5, y - 4, right, y, "whisker");
    line(to, right - 5, y + 4, right, y, "whisker");
}

static void draw_group(GString *to, const struct breakdown *breakdown, const struct group *group,
                       const struct report_option *option, double y, double scale)
{
    g_autofree char *name = group_name(breakdown, group);
    uint64_t n = tally_activated(&group->tally), events = group->tally.outcomes[OUTCOME_SDC];
    double rate = tally_rate(option, &group->tally, OUTCOME_SDC).share;
    g_autofree char *count =
        g_strdup_printf("%.2f %%  (%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")", 100 * rate, events, n);
    struct interval interval = group_interval(group, option);
    double middle = y + BAR / 2.0;

    text(to, LABELS - 8, middle + 4, "name", name);
    text(to, LABELS + PLOT + 10, middle + 4, "count", count);
    g_string_append(to, "<rect");
    number(to, " x", LABELS);
    number(to, " y", y);
    number(to, " width", scale * rate);
    number(to, " height", BAR);
    g_string_append(to, " class=\"bar\"/>\n");
    if (!group->tally.is_true)
        draw_whisker(to, LABELS + scale * interval.low, LABELS + scale * interval.high, middle);
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

static void draw_head(GString *to, const char *title, gboolean is_true, const struct report_option *option)
{
    g_autofree char *note = g_strdup_printf("Bar: SDC rate of the activated faults. Whisker: %s 95 %% interval; an "
                                            "arrow: it goes on. Right: SDC of trials.",
                                            option->exact ? "exact" : "Wilson's");

    text(to, 16, 24, "title", title);
    text(to, 16, 44, "note", is_true ? "Bar: true SDC rate of the activated faults. Right: SDC of trials." : note);
}

/* Groups that no fault struck are left out. */
static guint draw_groups(GString *to, const struct breakdown *breakdown, const struct report_option *option, double end)
{
    guint rows = 0;

    for (guint i = 0; i < breakdown->groups->len; i++) {
        const struct group *group = breakdown->groups->pdata[i];

        if (tally_activated(&group->tally) > 0)
            draw_group(to, breakdown, group, option, TOP + ROW * (double)rows++, PLOT / end);
    }
    return rows;
}

char *chart_draw(const struct breakdown *breakdown, const char *title, const struct report_option *option)
{
    g_autoptr(GString) axis = g_string_new(NULL), groups = g_string_new(NULL), head = g_string_new(NULL);
    double end = choose_end(breakdown, option);
    guint rows = draw_groups(groups, breakdown, option, end);
    int width = LABELS + PLOT + COUNTS, height = TOP + ROW * (int)rows + BOTTOM;

    draw_head(head, title, breakdown->total.is_true, option);
    draw_axis(axis, TOP + ROW * (double)rows, end);
    return g_strdup_printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                           "viewBox=\"0 0 %d %d\">\n%s<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
                           "%s%s%s</svg>\n",
                           width, height, width, height, style, head->str, axis->str, groups->str);
}

/* "SDC rate by layer: lenet.onnx, 2000 trials, bitflip, 1 bit". */
static char *make_title(struct store *store, const char *what)
{
    g_autofree char *path = store_get(store, "model"), *trials = store_get(store, "trials"),
                    *fault = store_get(store, "fault");
    g_autofree char *model = path ? g_path_get_basename(path) : NULL;

    return g_strdup_printf("SDC rate by %s: %s, %s trials, %s", what, model ? model : "?", trials ? trials : "?",
                           fault ? fault : "?");
}

static gboolean write_chart(struct store *store, const char *folder, const char *what, struct breakdown *loaded,
                            const struct report_option *option, GError **error)
{
    g_autoptr(breakdown_t) breakdown = loaded;
    g_autofree char *name = g_strdup_printf("sdc-by-%s.svg", what), *title = make_title(store, what);
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
    enum report_by by;

    if (g_mkdir_with_parents(folder, 0777) != 0) {
        int code = errno;

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE, "%s: cannot make the folder: %s", folder, g_strerror(code));
        return FALSE;
    }
    by = store_is_program(store) ? BY_FUNCTION : BY_LAYER;
    return write_chart(store, folder, by == BY_LAYER ? "layer" : "function", breakdown_load(store, by, error), option,
                       error) &&
           write_chart(store, folder, "bit", breakdown_load_bit_groups(store, FALSE, error), option, error) &&
           write_flow(store, folder, error);
}
