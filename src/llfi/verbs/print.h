/* What injectfault prints while it runs, as LLFI does: run by run, in order of their numbers. */
#ifndef LLTFI_LLFI_VERBS_PRINT_H
#define LLTFI_LLFI_VERBS_PRINT_H

#include "engine/plan.h"
#include "llfi/llfi.h"

struct llfi_print;

/* The arguments must outlive it. */
struct llfi_print *llfi_print_new(const struct llfi_trials *trials, const struct program_subject *subject,
                                  const struct plan *plan);
/* Takes a run that has ended, and prints it once all runs before it are printed. Also writes its
 * llfi.config.runtime.txt. */
gboolean llfi_print_trial(struct llfi_print *print, const struct trial *trial, GError **error);
void llfi_print_free(struct llfi_print *print);

#endif
