#include "report/notes.h"

#include "base/interval.h"

char *control_note(struct store *store)
{
    uint64_t n = store_get_number(store, FACT_CONTROLS), differing = store_get_number(store, FACT_DIFFERING);
    g_autofree char *difference = store_get(store, FACT_DIFFERENCE);
    struct interval interval = interval_wilson(differing, n, 0.95);

    if (differing == 0)
        return NULL;
    return g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                           " control trials, %.1f %% [%.1f, %.1f], differ from the golden run without any fault (%s): "
                           "the rates contain about this share",
                           differing, n, 100 * (double)differing / (double)n, 100 * interval.low, 100 * interval.high,
                           difference ? difference : "");
}

GPtrArray *stored_notes(struct store *store)
{
    GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = store_get(store, FACT_NOTES);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    char *control = control_note(store);

    if (control)
        g_ptr_array_add(notes, control);
    for (char **line = lines; *line; line++)
        if (**line)
            g_ptr_array_add(notes, g_strdup(*line));
    return notes;
}

void document_stored_notes(struct document *document, struct store *store)
{
    g_autoptr(GPtrArray) notes = stored_notes(store);
    struct sheet *sheet;

    if (notes->len == 0)
        return;
    sheet = facts_new();
    sheet_column(sheet, (struct sheet_column){ COLUMN_LIST, .key = "notes" });
    cell_list(sheet, (const char *const *)notes->pdata, notes->len);
    document_sheet(document, sheet);
    for (guint n = 0; n < notes->len; n++)
        document_note(document, g_strdup_printf("Note: %s.", (const char *)notes->pdata[n]));
}
