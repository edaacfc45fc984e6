/*
 * What faults above the instructions strike: the elements of tensors.
 *
 * At the level `tensor` these are the outputs of the selected layers, as in fault injectors for TensorFlow and PyTorch;
 * at the level `weight` they are the constants that the selected layers read, with their elements as in the model's
 * file. If a kernel reads a constant in another layout, with padding or several times, a fault strikes every copy of
 * the element, and never the padding.
 */
#ifndef LLTFI_ENGINE_MODEL_TARGETS_H
#define LLTFI_ENGINE_MODEL_TARGETS_H

#include "base/random.h"
#include "engine/model/machine.h"

/* A constant in memory that holds the elements of a struck one. */
struct weight_copy {
    int value;
    int layer; /* the layer whose operator chose its layout; 0: it is as in the file */
    int input;
};

struct target {
    int layer;             /* the layer that computes it; for a weight, the first selected layer that reads it */
    int value;             /* the tensor: a layer's output, or the constant of the file */
    uint64_t first, count; /* number of elements of all earlier targets, and of this one */
    GArray *copies;        /* struct weight_copy, of a weight: at least one */
};

/* The targets of one layer, which are consecutive. */
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

/* It is an error if the selection has no element. */
struct targets *targets_new(const struct machine *machine, const struct campaign *campaign, GError **error);
void targets_free(struct targets *targets);

/* Draws an element by the sampling: 0 to total - 1. */
uint64_t targets_draw(const struct targets *targets, struct random *random);

/* The target that element `number` of all belongs to. */
const struct target *targets_find(const struct targets *targets, uint64_t number);

/* The position of the target's element in one of its copies: the number of an element of copy->value. */
int64_t copy_place(const struct machine *machine, const struct weight_copy *copy, uint64_t element);

/* Whether the layer reads this weight. */
gboolean target_is_read(const struct machine *machine, const struct target *target, int layer);

/* The number of elements of a layer's targets. */
uint64_t targets_of_layer(const struct targets *targets, int layer);

/* Bits of an element type: 32 for "float32", 1 for bool. */
unsigned target_bits(enum element type);

/* A description of what is struck: "elements of the outputs of 3 layers, all 7,340 alike". The caller frees. */
char *targets_text(const struct targets *targets);
/* A notice about constants that were computed from those of the file; NULL: none. The caller frees. */
char *targets_notice(const struct machine *machine);

#endif
