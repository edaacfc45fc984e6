/* A fault in one element of a tensor: what becomes of it, written wherever the element lies in memory. */
#ifndef LLTFI_ENGINE_MODEL_STRIKE_H
#define LLTFI_ENGINE_MODEL_STRIKE_H

#include "engine/model/propagation.h"
#include "engine/model/targets.h"
#include "engine/plan.h"

struct strike {
    gboolean activated; /* the element has the bit that was asked for */
    gboolean changed;   /* it is another value now */
    unsigned char before[16], after[16];
    struct injection injection;
};

/* What the planned fault makes of its element; nothing is written. `data` is a run's memory. */
void strike_draw(const struct machine *machine, unsigned char *data, const struct planned *planned,
                 struct strike *strike);

/* Puts `bytes` (before or after) where the element lies: in a layer's output, or in all constants that hold it. */
void strike_write(const struct machine *machine, unsigned char *data, const struct planned *planned,
                  const unsigned char *bytes);

/* The places of the struck element, from 0: the tensor and the box that holds it alone. FALSE: there are no more. */
gboolean strike_place(const struct machine *machine, const struct planned *planned, guint i, int *value,
                      struct box *box);

/* The first layer whose outputs the planned fault can change: the struck one, or the first that reads the weight. */
int planned_first_layer(const struct machine *machine, const struct planned *planned);

/* Tells the recorder what is struck: the layer of the site, or of the tensor, or all layers that read the weight. */
void planned_mark(const struct machine *machine, const struct planned *planned, unsigned site,
                  struct propagation *propagation);

#endif
