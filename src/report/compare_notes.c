/* What campaigns differ in, besides their rates. */
#include "report/compare_parts.h"
#include "report/notes.h"

#include <string.h>

/* The lines of an identity that begin with one of the prefixes, as one text. */
static char *identity_lines(struct store *store, const char *const *prefixes)
{
    g_autofree char *identity = store_get(store, "identity");
    g_auto(GStrv) lines = g_strsplit(identity ? identity : "", "\n", -1);
    GString *text = g_string_new(NULL);

    for (char **line = lines; *line; line++)
        for (const char *const *prefix = prefixes; *prefix; prefix++)
            if (g_str_has_prefix(*line, *prefix))
                g_string_append_printf(text, "%s\n", *line);
    return g_string_free(text, FALSE);
}

static char *model_of(struct store *store)
{
    static const char *const prefixes[] = { "model: ", "constants: ", NULL };

    return identity_lines(store, prefixes);
}

static char *inputs_of(struct store *store)
{
    static const char *const prefixes[] = { "input ", NULL };

    return identity_lines(store, prefixes);
}

static char *rule_of(struct store *store)
{
    return store_get(store, "definition");
}

static char *fault_of(struct store *store)
{
    return store_get(store, "fault");
}

static char *level_of(struct store *store)
{
    g_autofree char *level = store_get(store, "level"), *sampling = store_get(store, "sampling");

    return g_strdup_printf("%s %s", level ? level : level_names[LEVEL_INSTRUCTION], sampling ? sampling : "");
}

static char *selection_of(struct store *store)
{
    static const char *const prefixes[] = { "layers: ", "sites: ", "opt_level: ", NULL };

    return identity_lines(store, prefixes);
}

static char *seed_of(struct store *store)
{
    return store_get(store, "seed");
}

/* What compared campaigns may differ in. Different levels select different things, so the selection is compared only
 * between campaigns of the same level. */
static const struct {
    char *(*get)(struct store *store);
    const char *note; /* where it differs from the first campaign's */
    gboolean same_level;
} aspects[] = {
    { model_of, "another model" },
    { inputs_of, "other inputs or labels" },
    { rule_of, "another outcome rule" },
    { fault_of, "another fault" },
    { level_of, "another level or sampling" },
    { selection_of, "other layers or instructions selected", TRUE },
};

static gboolean same_aspect(char *(*get)(struct store *store), const struct compared *a, const struct compared *b)
{
    g_autofree char *one = get(a->store), *other = get(b->store);

    return g_strcmp0(one, other) == 0;
}

static void note_unfinished(GPtrArray *notes, const struct compared *campaign, guint c, const struct compare_row *all)
{
    g_autofree char *asked = store_get(campaign->store, "trials");

    if (asked && g_ascii_strtoull(asked, NULL, 10) > all->tally[c].trials)
        g_ptr_array_add(notes, g_strdup_printf("%c is unfinished: %" G_GUINT64_FORMAT " of %s trials",
                                               campaign_letter(c), all->tally[c].trials, asked));
}

static void add_stored(GPtrArray *notes, struct store *store, guint c)
{
    g_autoptr(GPtrArray) stored = stored_notes(store);

    for (guint i = 0; i < stored->len; i++)
        g_ptr_array_add(notes, g_strdup_printf("%c: %s", campaign_letter(c), (const char *)stored->pdata[i]));
}

GPtrArray *compare_notes(const struct compared *campaigns, guint n, const struct compare_row *all)
{
    GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);

    for (guint c = 0; c < n; c++) {
        g_autoptr(GString) text = g_string_new(NULL);

        add_stored(notes, campaigns[c].store, c);
        note_unfinished(notes, &campaigns[c], c, all);
        for (size_t i = 0; c > 0 && i < G_N_ELEMENTS(aspects); i++)
            if (!same_aspect(aspects[i].get, &campaigns[0], &campaigns[c]) &&
                (!aspects[i].same_level || same_aspect(level_of, &campaigns[0], &campaigns[c])))
                g_string_append_printf(text, "%s%s", text->len ? ", " : "", aspects[i].note);
        if (text->len > 0)
            g_ptr_array_add(notes, g_strdup_printf("%c has, compared with A: %s", campaign_letter(c), text->str));
        else if (c > 0 && same_aspect(seed_of, &campaigns[0], &campaigns[c]))
            g_ptr_array_add(notes, g_strdup_printf("%c has the seed and the faults of A: the tests assume "
                                                   "independent faults, which these are not",
                                                   campaign_letter(c)));
    }
    return notes;
}
