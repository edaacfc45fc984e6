/* A fault in one element of a tensor: computes the faulty value, and writes it wherever the element is in memory. */
#ifndef LLTFI_ENGINE_MODEL_STRIKE_H
#define LLTFI_ENGINE_MODEL_STRIKE_H

#include "engine/model/propagation.h"
#include "engine/model/targets.h"
#include "engine/plan.h"

struct strike {
    gboolean activated; /* the element has the fault's bit */
    gboolean changed;   /* its value is different */
    unsigned char before[16], after[16];
    struct injection injection;
};

/* Computes the faulty value of the planned fault's element without writing it. `data` is a run's memory. */
void strike_draw(const struct machine *machine, unsigned char *data, const struct planned *planned,
                 struct strike *strike);

/* Writes `bytes` (before or after) to the element: in a layer's output, or in all constants that hold it. */
void strike_write(const struct machine *machine, unsigned char *data, const struct planned *planned,
                  const unsigned char *bytes);

/* The i-th place of the struck element: the tensor, and the box of the element. FALSE: there are no more. */
gboolean strike_place(const struct machine *machine, const struct planned *planned, guint i, int *value,
                      struct box *box);

/* The first layer whose outputs the planned fault can change: the struck one, or the first that reads the weight. */
int planned_first_layer(const struct machine *machine, const struct planned *planned);

/* Reports to the recorder what is struck: the layer of the site or of the tensor, or all layers that read the weight.
 */
void planned_mark(const struct machine *machine, const struct planned *planned, unsigned site,
                  struct propagation *propagation);

#endif
