/* One fault's way through the model, as SVG. */
#ifndef LLTFI_CLI_REPLAY_PICTURE_H
#define LLTFI_CLI_REPLAY_PICTURE_H

#include "cli/replay_report.h"

/* The caller frees. */
char *replay_draw(const struct replay *replay);

#endif
