#include "report/compare_parts.h"

#include "report/render/render.h"

#include <string.h>

static void row_free(gpointer data)
{
    struct compare_row *row = data;

    g_free(row->labels[0]);
    g_free(row->labels[1]);
    g_free(row);
}

static void section_free(gpointer data)
{
    struct compare_section *section = data;

    g_ptr_array_unref(section->rows);
    g_free(section);
}

static struct compare_section *section_new(const char *name, const char *title, const char *first, const char *second)
{
    struct compare_section *section = g_new0(struct compare_section, 1);

    section->name = name;
    section->title = title;
    section->headings[0] = first;
    section->headings[1] = second;
    section->rows = g_ptr_array_new_with_free_func(row_free);
    return section;
}

static struct compare_row *find_row(struct compare_section *section, const char *first, const char *second)
{
    struct compare_row *row;

    for (guint r = 0; r < section->rows->len; r++) {
        row = section->rows->pdata[r];
        if (strcmp(row->labels[0], first) == 0 && g_strcmp0(row->labels[1], second) == 0)
            return row;
    }
    row = g_new0(struct compare_row, 1);
    row->labels[0] = g_strdup(first);
    row->labels[1] = g_strdup(second);
    g_ptr_array_add(section->rows, row);
    return row;
}

/* A register of LLVM's half holds what an element of float16 does: one row for both. */
static const char *common_type(const char *type)
{
    static const char *const names[][2] = {
        { "half", "float16" }, { "bfloat", "bfloat16" }, { "i1", "bool" },    { "i8", "int8" },
        { "i16", "int16" },    { "i32", "int32" },       { "i64", "int64" },  { "i8", "uint8" },
        { "i16", "uint16" },   { "i32", "uint32" },      { "i64", "uint64" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(type, names[i][1]) == 0)
            return names[i][0];
    return type;
}

static void add_tally(struct tally *to, const struct tally *from)
{
    to->trials += from->trials;
    for (int i = 0; i < OUTCOME_COUNT; i++)
        to->outcomes[i] += from->outcomes[i];
}

static void take_groups(struct compare_section *section, const struct breakdown *breakdown, guint campaign)
{
    gboolean by_bit = strcmp(section->name, "bit") == 0;

    for (guint g = 0; g < breakdown->groups->len; g++) {
        const struct group *group = breakdown->groups->pdata[g];
        const char *first = group_label(breakdown, group, by_bit ? "type" : "layer");
        const char *second = group_label(breakdown, group, by_bit ? "bits" : "name");

        if (group->tally.trials > 0)
            add_tally(&find_row(section, by_bit ? common_type(first) : first, second)->tally[campaign], &group->tally);
    }
}

static struct breakdown *load(struct store *store, enum report_by by, gboolean merged, GError **error)
{
    return by == BY_BIT && merged ? breakdown_load_bit_groups(store, TRUE, error) : breakdown_load(store, by, error);
}

static int compare_layers(gconstpointer a, gconstpointer b)
{
    const struct compare_row *one = *(const struct compare_row *const *)a,
                             *other = *(const struct compare_row *const *)b;
    guint64 left = g_ascii_strtoull(one->labels[0], NULL, 10), right = g_ascii_strtoull(other->labels[0], NULL, 10);

    return left == right ? strcmp(one->labels[1], other->labels[1]) : (left > right) - (left < right);
}

/* By type, highest bit first. */
static int compare_bits(gconstpointer a, gconstpointer b)
{
    const struct compare_row *one = *(const struct compare_row *const *)a,
                             *other = *(const struct compare_row *const *)b;
    guint64 left = g_ascii_strtoull(one->labels[1], NULL, 10), right = g_ascii_strtoull(other->labels[1], NULL, 10);
    int by_type = strcmp(one->labels[0], other->labels[0]);

    return by_type ? by_type : (left < right) - (left > right);
}

static void test_rows(struct compare_section *section, guint n, enum outcome outcome)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (guint r = 0; r < section->rows->len; r++) {
        struct compare_row *row = section->rows->pdata[r];

        for (guint c = 1; c < n; c++) {
            row->difference[c] = difference_of(row->tally[0].outcomes[outcome], tally_activated(&row->tally[0]),
                                               row->tally[c].outcomes[outcome], tally_activated(&row->tally[c]));
            g_ptr_array_add(all, &row->difference[c]);
        }
    }
    difference_adjust((struct difference **)all->pdata, all->len);
}

static struct compare_section *load_section(const struct compared *campaigns, guint n, enum report_by by,
                                            const struct compare_option *option, GError **error)
{
    struct compare_section *section = by == BY_ALL     ? section_new("all", "Overall", "", NULL)
                                      : by == BY_LAYER ? section_new("layer", "By layer", "#", "layer")
                                                       : section_new("bit", "By bit", "type", "bit");

    for (guint c = 0; c < n; c++) {
        g_autoptr(breakdown_t) breakdown = load(campaigns[c].store, by, !option->by_given, error);

        if (!breakdown) {
            section_free(section);
            return NULL;
        }
        if (by == BY_ALL)
            find_row(section, "all trials", NULL)->tally[c] = breakdown->total;
        else
            take_groups(section, breakdown, c);
    }
    if (by != BY_ALL)
        g_ptr_array_sort(section->rows, by == BY_LAYER ? compare_layers : compare_bits);
    test_rows(section, n, option->outcome);
    return section;
}

static GPtrArray *load_sections(const struct compared *campaigns, guint n, const struct compare_option *option,
                                GError **error)
{
    static const enum report_by all[] = { BY_ALL, BY_LAYER, BY_BIT };
    g_autoptr(GPtrArray) sections = g_ptr_array_new_with_free_func(section_free);

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        struct compare_section *section;

        if (option->by_given && option->report.by != all[i])
            continue;
        section = load_section(campaigns, n, all[i], option, error);
        if (!section)
            return NULL;
        g_ptr_array_add(sections, section);
    }
    return g_steal_pointer(&sections);
}

gboolean report_compare(const struct compared *campaigns, guint n, const struct compare_option *option, FILE *to,
                        GError **error)
{
    g_autoptr(GPtrArray) sections = load_sections(campaigns, n, option, error);
    struct compare_section *overall = sections ? load_section(campaigns, n, BY_ALL, option, error) : NULL;
    struct comparison_result result = { .campaigns = campaigns, .n = n, .sections = sections };
    g_autoptr(document_t) document = NULL;
    g_autoptr(GPtrArray) notes = NULL;

    if (!overall)
        return FALSE;
    result.all = overall->rows->pdata[0];
    result.notes = notes = compare_notes(campaigns, n, result.all);
    document = compare_document(&result, option);
    section_free(overall);
    return render(document, &option->report, to, error);
}
