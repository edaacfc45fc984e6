#include "engine/subject.h"

#include "base/errors.h"
#include "engine/model/subject.h"
#include "engine/program/subject.h"

struct subject *subject_new(const struct campaign *campaign)
{
    return campaign->program.sources->len > 0 ? &program_subject_create(campaign)->base
                                              : &model_subject_create(campaign)->base;
}

void subject_init(struct subject *subject, const struct subject_kind *kind, const struct campaign *campaign)
{
    subject->kind = kind;
    subject->campaign = campaign;
    subject->notices = g_ptr_array_new_with_free_func(g_free);
    subject->warnings = g_string_new(NULL);
    subject->n_inputs = 1;
}

void subject_clear(struct subject *subject)
{
    g_ptr_array_unref(subject->notices);
    g_string_free(subject->warnings, TRUE);
    g_free(subject->unsteady);
    protection_free(subject->protection);
}

void subject_free(struct subject *subject)
{
    if (subject)
        subject->kind->free(subject);
}

gboolean subject_load(struct subject *subject, GError **error)
{
    const char *plan = subject->campaign->protect;

    if (plan && subject->campaign->level != LEVEL_INSTRUCTION)
        return set_error(error, LLTFI_ERROR_USAGE,
                         "level %s: protection guards instructions, so its faults must strike them",
                         level_names[subject->campaign->level]);
    if (plan && !subject->protection)
        subject->protection = protection_load(plan, error);
    return (!plan || subject->protection) && subject->kind->load(subject, error);
}

gboolean subject_run_golden(struct subject *subject, const char *scratch, GError **error)
{
    return subject->kind->run_golden(subject, scratch, error);
}

void subject_add_sites(GString *text, const GArray *sites)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint s = 0; s < sites->len; s++) {
        const struct site *site = &g_array_index(sites, struct site, s);

        g_checksum_update(sum, (const guchar *)site->text, -1);
        g_checksum_update(sum, (const guchar *)&site->index, sizeof(site->index));
    }
    g_string_append_printf(text, "sites: %s\n", g_checksum_get_string(sum));
}

static void add_protection(GString *text, const struct protection *protection)
{
    g_autofree char *plan = protection_text(protection);
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, plan, -1);

    g_string_append_printf(text, "protection: %s\n", hash);
}

char *subject_identity(const struct subject *subject)
{
    g_autofree char *canonical = campaign_canonical(subject->campaign);
    GString *text = g_string_new(NULL);

    subject->kind->add_identity(subject, text);
    if (subject->protection)
        add_protection(text, subject->protection);
    g_string_append(text, canonical);
    return g_string_free(text, FALSE);
}

void remains_clear(struct remains *remains)
{
    g_clear_pointer(&remains->values, g_ptr_array_unref);
    g_clear_pointer(&remains->result, run_result_free);
}
