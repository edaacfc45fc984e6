#include "library/library.h"

#include "base/setting_name.h"

static gboolean repeat(struct campaign_run *c, lltfi_trial *trial, GError **error)
{
    struct replayed replayed = { 0 };
    gboolean done = campaign_prepare(c, error) && campaign_replay(c, &replayed, error);

    if (done && trial)
        *trial = trial_view(&replayed.now);
    if (done && replayed.differs) {
        g_propagate_error(error, g_steal_pointer(&replayed.differs));
        done = FALSE;
    }
    replayed_clear(&replayed);
    return done;
}

int lltfi_replay(const char *folder, uint64_t number, const lltfi_events *events, lltfi_trial *trial,
                 lltfi_error **error)
{
    static const lltfi_events none;
    struct campaign_run *c;
    struct host host;
    gboolean done;

    setting_set_default_names(settings_option);
    if (!library_claim(error))
        return FALSE;
    host_enter(&host);
    c = campaign_open_stored(folder, number, events ? events : &none, error);
    done = c && repeat(c, trial, error);
    campaign_close(c);
    host_leave(&host);
    library_release();
    return done;
}
