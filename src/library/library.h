/*
 * The insides of include/lltfi/lltfi.h. lltfi's own verbs are linked with them, since what they print needs more than
 * the public header shows: a subject, a store.
 */
#ifndef LLTFI_LIBRARY_LIBRARY_H
#define LLTFI_LIBRARY_LIBRARY_H

#include "campaign/campaign.h"

#include <signal.h>

/* Settings are taken in this order. */
enum settings_stage { STAGE_SUBJECT, STAGE_FILES, STAGE_SINGLE, STAGE_COMPLETE };

struct lltfi_settings {
    struct campaign *campaign;
    enum settings_stage stage;
    GPtrArray *subjects;  /* char *: a model, or sources */
    GPtrArray *arguments; /* char *: of the program; empty: those of the file */
    GHashTable *given;    /* const struct key *: single settings, whose lists of the file are gone */
    GArray *late;         /* struct late_setting: those that are set after the others */
};

typedef lltfi_settings settings_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(settings_t, lltfi_settings_free)

/* The campaign as far as it is set. The settings own it. */
struct campaign *settings_campaign(lltfi_settings *settings);
/* Takes what is left, sets the defaults that depend on others, and checks the whole. */
gboolean settings_complete(lltfi_settings *settings, GError **error);
/* The name of the option that sets the setting with this key, "trials"; NULL: none. */
const char *settings_option(const char *key);

typedef lltfi_campaign library_campaign_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(library_campaign_t, lltfi_campaign_close)

struct campaign_run *library_campaign(lltfi_campaign *campaign);

/* What a call changes of the process, until it returns. */
struct host {
    int folder; /* the current folder; -1: unknown */
    struct sigaction child_ended, file_too_large;
};
void host_enter(struct host *host);
void host_leave(const struct host *host);

/* One campaign is open at a time, replays included. */
gboolean library_claim(GError **error);
void library_release(void);

#endif
