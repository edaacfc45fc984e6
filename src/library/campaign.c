#include "library/library.h"

struct lltfi_campaign {
    struct campaign_run *run;
    char *folder;
};

struct campaign_run *library_campaign(lltfi_campaign *campaign)
{
    return campaign->run;
}

/* What the files of settings have to say. */
static void note_all(GPtrArray *notices, const lltfi_events *events)
{
    for (guint n = 0; events->note && n < notices->len; n++)
        events->note(events->data, notices->pdata[n]);
    g_ptr_array_set_size(notices, 0);
}

static struct campaign_run *open_checked(const struct campaign *settings, const lltfi_events *events, GError **error)
{
    g_autoptr(campaign_run_t) run = campaign_open(settings, events, error);

    return run && campaign_plan(run, error) ? g_steal_pointer(&run) : NULL;
}

lltfi_campaign *lltfi_campaign_open(lltfi_settings *settings, const lltfi_events *events, lltfi_error **error)
{
    static const lltfi_events none;
    struct campaign *asked = settings_campaign(settings);
    struct campaign_run *run;
    lltfi_campaign *campaign;
    struct host host;

    if (!settings_complete(settings, error) || !library_claim(error))
        return NULL;
    note_all(asked->notices, events ? events : &none);
    host_enter(&host);
    run = open_checked(asked, events ? events : &none, error);
    host_leave(&host);
    if (!run) {
        library_release();
        return NULL;
    }
    campaign = g_new(lltfi_campaign, 1);
    *campaign = (lltfi_campaign){ run, g_strdup(asked->out) };
    return campaign;
}

int lltfi_campaign_run(lltfi_campaign *campaign, lltfi_error **error)
{
    struct host host;
    gboolean done;

    host_enter(&host);
    done = campaign_run(campaign->run, error);
    host_leave(&host);
    return done;
}

const char *lltfi_campaign_folder(const lltfi_campaign *campaign)
{
    return campaign->folder;
}

void lltfi_campaign_close(lltfi_campaign *campaign)
{
    struct host host;

    if (!campaign)
        return;
    host_enter(&host);
    campaign_close(campaign->run);
    host_leave(&host);
    library_release();
    g_free(campaign->folder);
    g_free(campaign);
}
