/* Faults: their models (faults.def), and what one did to a value. No GLib: instrumented programs link it too. */
#ifndef LLTFI_BASE_FAULTS_H
#define LLTFI_BASE_FAULTS_H

#include <stdint.h>

#define MAX_FAULTS 100 /* of one trial */

/* FAULT_NONE, FAULT_BITFLIP... */
enum fault_type {
#define FAULT(NAME, name, SCOPE, effect) FAULT_##NAME,
#include "base/faults.def"
#undef FAULT
};

/* Not in the enum, so that a switch over it needs no case for it. */
#define FAULT(NAME, name, SCOPE, effect) +1
enum {
    FAULT_TYPES = 0
#include "base/faults.def"
};
#undef FAULT

/* What a fault model changes. */
enum fault_scope {
    SCOPE_NOTHING,
    SCOPE_BITS,     /* chosen bits of a register or an element */
    SCOPE_REGISTER, /* a whole register or element */
    SCOPE_CALL      /* arguments, results and effects of a program's calls */
};

struct fault_model {
    const char *name; /* "bitflip" */
    enum fault_scope scope;
    const char *effect; /* one line of help */
};

extern const struct fault_model fault_models[FAULT_TYPES]; /* by enum fault_type */

/* What a fault strikes. */
enum fault_level {
    LEVEL_INSTRUCTION, /* a register of an instruction */
    LEVEL_TENSOR,      /* an element of a layer's output */
    LEVEL_WEIGHT       /* an element of a constant of the model's file, for the whole run */
};

/* A fault as it was applied. The runtime fills the first part, the tool the second. */
struct injection {
    uint32_t site;         /* number in the campaign's site list */
    uint32_t reg_index;    /* index into the site's registers */
    uint32_t width;        /* bits of the struck value */
    uint32_t bit;          /* lowest bit that was chosen; bits of a multi-bit fault follow in mask */
    uint64_t fault;        /* which of the faults of its run, from 0; not stored */
    uint64_t mask[2];      /* chosen bits of the first 128 */
    uint64_t old_value[2]; /* first 128 bits of the value, before and after */
    uint64_t new_value[2];

    uint64_t cycle;         /* ordinal, from 1, among the executed selected instructions of the run */
    enum fault_level level; /* tensor and weight: value and element say what was struck, not site, cycle, reg_index */
    int value;              /* number of the struck tensor in the model */
    uint64_t element;       /* of it, in row-major order of the shape that the model's file gives it */
};

#endif
