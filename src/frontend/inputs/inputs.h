/* The parts of the readers of input files. */
#ifndef LLTFI_FRONTEND_INPUTS_INPUTS_H
#define LLTFI_FRONTEND_INPUTS_INPUTS_H

#include "frontend/frontend.h"

/* A .npy file from memory; `what` names it in messages. */
struct tensor *npy_parse(const guint8 *data, gsize size, const char *what, GError **error);

/* Whether a tensor is what an input of the model wants; the error says both and what to do. */
gboolean input_check(const struct tensor *tensor, const struct port *port, const char *what, GError **error);

/* What a file is by its first bytes. */
enum input_format { INPUT_UNKNOWN, INPUT_NPY, INPUT_NPZ, INPUT_PICTURE };
enum input_format input_format(const char *path);

/* Whether a PNG or JPEG file is complete: the decoder ignores checksums and fills in missing data. */
gboolean picture_check(const guint8 *data, gsize size, const char *what, GError **error);

/* Attaches campaign->labels to inputs (struct input *). */
gboolean labels_attach(GPtrArray *inputs, const GPtrArray *labels, GError **error);

/* "what: ..." as LLTFI_ERROR_INPUT. Returns FALSE. */
gboolean input_error(const char *what, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
