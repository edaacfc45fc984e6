/* One fault's way through the model, as SVG. */
#ifndef LLTFI_REPORT_TRIAL_REPLAY_PICTURE_H
#define LLTFI_REPORT_TRIAL_REPLAY_PICTURE_H

#include "report/trial/replay.h"

/* The caller frees. */
char *replay_draw(const struct model_trial *shown);

#endif
