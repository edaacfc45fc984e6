#include "campaign/program.h"

#include "base/scratch.h"
#include "report/progress.h"

#include <stdio.h>

struct program_subject *program_start(const struct campaign *campaign, const char *scratch, gboolean quiet,
                                      GError **error)
{
    g_autoptr(program_subject_t) subject = NULL;
    struct guard *guard = scratch_guard_begin(scratch);
    gboolean done;

    progress_phase("compiling the program and running it without faults", quiet);
    subject = program_subject_new(campaign, error);
    done = subject && program_run_golden(subject, scratch, error);
    progress_phase_end(quiet);
    scratch_guard_end(guard);
    for (guint n = 0; subject && n < subject->base.notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)subject->base.notices->pdata[n]);
    return done ? g_steal_pointer(&subject) : NULL;
}

static void print_notices(const struct subject *subject, guint from)
{
    for (guint n = from; n < subject->notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)subject->notices->pdata[n]);
}

struct model_subject *model_start(const struct campaign *campaign, GError **error)
{
    struct model_subject *subject = model_subject_create(campaign);
    gboolean done = subject_load(&subject->base, error);

    print_notices(&subject->base, 0);
    if (done)
        return subject;
    subject_free(&subject->base);
    return NULL;
}

gboolean model_start_golden(struct model_subject *subject, GError **error)
{
    guint before = subject->base.notices->len;
    gboolean done = subject_run_golden(&subject->base, NULL, error);

    print_notices(&subject->base, before);
    return done;
}
