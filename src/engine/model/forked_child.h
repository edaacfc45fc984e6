/*
 * One trial in a forked child (tier 2): the tensors of earlier layers are golden, the struck layer runs whole in its
 * fault form, and so do later layers up to the last fault; all others run in fast form.
 *
 * The child reports through a pipe, so nothing that the fault does to its memory can reach the parent or another trial.
 */
#ifndef LLTFI_ENGINE_MODEL_FORKED_CHILD_H
#define LLTFI_ENGINE_MODEL_FORKED_CHILD_H

#include "engine/model/propagation.h"
#include "engine/model/subject.h"
#include "engine/plan.h"

/* What a child writes to its pipe: a tag, a size, and that number of bytes. */
enum message_tag {
    MESSAGE_INJECTION = 1, /* struct injection */
    MESSAGE_UNCHANGED,     /* nothing: every tensor is golden again, and so are the outputs */
    MESSAGE_OUTPUT,        /* uint32_t number of an output, then its elements */
    MESSAGE_END,           /* nothing: the run ended by itself */
    MESSAGE_CHANGE,        /* struct change: of a layer that has run */
    MESSAGE_REPORT,        /* uint32_t enum report_kind: of the protection; sent at once */
    MESSAGE_LAYER          /* replay only: uint32_t value number, then its elements */
};

struct message {
    uint32_t tag;
    uint32_t size;
};

/* Runs in the child: writes messages to `pipe` and ends the process. `every_layer`: sends the outputs of all layers.
 * Never returns. */
void trial_child(const struct model_runner *runner, gboolean every_layer, const struct planned *planned,
                 double cpu_seconds, int pipe) G_GNUC_NORETURN;

/* The time limit of a trial, in seconds of processor time, so that it does not depend on how busy the machine is. */
double trial_time_limit(const struct golden *golden, const struct machine *machine, const struct planned *planned);

#endif
