#include "campaign/older.h"

#include "config/settings.h"

#include <string.h>

/* A list was one text: one line for each element, with C's escapes. */
static void take_lines(const struct key *key, gpointer field, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; line[0] && line[1]; line++) {
        g_autofree char *element = g_strcompress(*line);

        key_parse(key, field, element, NULL);
    }
}

/* Switches were 0 or 1, and the exit status was stored plus 1. */
static void take_number(const struct key *key, gpointer field, const char *text)
{
    int number = (int)g_ascii_strtoll(text, NULL, 10);

    *(int *)field = key->kind == KEY_BOOL ? number : number - 1;
}

static void take_fact(struct store *store, const struct key *key, gpointer field)
{
    g_autofree char *text = store_get(store, key->name);

    if (!text || !*text)
        return;
    if (key->kind == KEY_STRINGS)
        take_lines(key, field, text);
    else if (key->kind == KEY_STRING)
        key_parse(key, field, text, NULL);
    else
        take_number(key, field, text);
}

static void take_facts(struct store *store, struct campaign *campaign, const struct key *keys)
{
    for (const struct key *key = keys; key->name; key++) {
        if (key->kind == KEY_MAP)
            take_facts(store, campaign, key->keys);
        else if (key->decides == DECIDES_BY_CONTENT && key->holds != HOLDS_ALWAYS)
            take_fact(store, key, setting_field(key, campaign, NULL));
    }
}

void campaign_store_get_older(struct store *store, struct campaign *campaign)
{
    if (campaign->program.sources->len == 0 && campaign->inputs->len == 0)
        take_facts(store, campaign, campaign_keys);
}
