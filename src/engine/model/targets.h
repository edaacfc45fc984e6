/*
 * What faults above the instructions strike: the elements of tensors.
 *
 * At the level `tensor` these are the outputs of the selected layers, as fault injectors in TensorFlow and PyTorch have
 * it; at the level `weight` the constants that the selected layers read, element by element as the model's file has
 * them. Where a kernel reads a constant in another layout, with padding or several times, a fault strikes every place
 * that holds the element, and never the padding.
 */
#ifndef LLTFI_ENGINE_MODEL_TARGETS_H
#define LLTFI_ENGINE_MODEL_TARGETS_H

#include "base/random.h"
#include "engine/model/machine.h"

/* A constant in memory that holds the elements of a struck one. */
struct copy {
    int value;
    int layer; /* whose operator laid it out, 0: it is as the file has it */
    int input;
};

struct target {
    int layer;             /* that computes it; of a weight the first selected one that reads it */
    int value;             /* the tensor: a layer's output, or the constant of the file */
    uint64_t first, count; /* elements of earlier targets, and its own */
    GArray *copies;        /* struct copy, of a weight: at least one */
};

/* The targets of one layer follow each other. */
struct target_layer {
    int layer;
    uint64_t first, count;
};

struct targets {
    enum fault_level level;
    enum sampling sampling;
    GArray *list;    /* struct target */
    GArray *layers;  /* struct target_layer: those that have elements */
    uint64_t total;  /* elements */
    unsigned widest; /* bits of the widest element */
};

/* Error where the selection holds no element. */
struct targets *targets_new(const struct machine *machine, const struct campaign *campaign, GError **error);
void targets_free(struct targets *targets);

/* One element, drawn as the sampling says: 0 to total - 1. */
uint64_t targets_draw(const struct targets *targets, struct random *random);

/* The target that element `number` of all belongs to. */
const struct target *targets_find(const struct targets *targets, uint64_t number);

/* Where an element of the target lies in one of its copies: the number of an element of copy->value. */
int64_t copy_place(const struct machine *machine, const struct copy *copy, uint64_t element);

/* Whether the layer reads this weight. */
gboolean target_is_read(const struct machine *machine, const struct target *target, int layer);

/* Elements that the layer's targets have. */
uint64_t targets_of_layer(const struct targets *targets, int layer);

/* "float32" has 32; a bool has one bit that means something. */
unsigned target_bits(enum element type);

/* What is struck, in words: "elements of the outputs of 3 layers, all 7,340 alike". The caller frees. */
char *targets_text(const struct targets *targets);
/* What the user should know about constants that were computed from the file's; NULL: nothing. The caller frees. */
char *targets_notice(const struct machine *machine);

#endif
