/*
 * The map of LLTFI, for reading first. Each file with the structs that it owns, in the order in which one is made from
 * the other. docs/glossary.md explains the words; tests/house.sh checks that files and structs are there.
 *
 *   base/faults.def                  the fault models: bitflip, stuck_at_0...
 *   base/faults.h
 *       struct injection             what a fault did: site, cycle, bits, value before and after
 *
 *   config/campaign.h                what a campaign is to do
 *       struct campaign              all settings, from options, from YAML or from a campaign's folder
 *       struct run_option            one kind of trial: how many, with which fault model and bits
 *   config/selection.h
 *       struct selection             which instructions, registers and layers faults may strike
 *   config/protection.h
 *       struct protection            a plan: which technique protects which instructions
 *   config/schema.h
 *       struct key                   one setting: YAML key, option, range, whether it decides results; rows: settings.c
 *
 * A model: an ONNX file becomes layers, each layer one LLVM function.
 *
 *   lower/lower.h                    made by frontend/onnx/, or another importer
 *       struct node_graph            nodes, weights, inputs and outputs as the file has them
 *   lltfi.h                          made by lower/
 *       struct model                 values and layers, every shape known
 *       struct value                 a tensor: input, constant, or output of a layer
 *       struct layer                 one node: its operator, its kernel with the parameters as constants
 *       struct site                  an instruction that faults may strike: LLFI index, registers, executions
 *   ops/ops.h
 *       struct operator              one of ONNX's: attributes, shapes, what a changed input reaches
 *   passes/pipeline.h
 *       struct compilation           what passes work on; pipeline.c has their order in every form
 *   engine/model/machine.h
 *       struct machine               the model as code that runs in this process, in every form, with its sites
 *       struct memory                the tensors of a run
 *   engine/model/golden.h
 *       struct golden                the run without faults of one input, and its profile
 *   engine/model/targets.h
 *       struct targets               the elements that faults at the levels tensor and weight may strike
 *   engine/model/subject.h
 *       struct model_subject         all of this together: model, inputs, machine, golden runs
 *
 * A program: sources become one LLVM module; its functions take the place of layers, its trials are processes.
 *
 *   frontend/program.h
 *       struct program               the module, and how it is linked
 *   passes/ir/functions.h
 *       struct functions             its functions with their instructions numbered, and their sites
 *   engine/program/subject.h
 *       struct program_subject       the built program, its golden run, how its results are compared
 *       struct run_result            one run: exit, output, files, what was injected
 *
 * A campaign is the same for both.
 *
 *   engine/subject.h
 *       struct subject               a model or a program, behind one interface
 *   engine/plan.h
 *       struct plan                  the campaign and the profile: trial k of seed s is a pure function of (s, k)
 *       struct planned               a trial before it runs: where and how its fault strikes
 *   runtime/shared/inject.h
 *       struct runtime_plan          its part that instrumented code reads
 *   engine/run.h
 *       struct run                   the trials' order: workers, what is done already, who gets the results
 *   engine/outcome.h
 *       struct outcome_reference     what a trial's outputs are judged by
 *   lltfi.h
 *       struct trial                 a trial after it ran: injections, outcome, criteria, changes
 *       struct change                what the fault did to one layer's output
 *   store/statement.h
 *       struct store                 the campaign's file, campaign.db
 *   report/breakdown.h
 *       struct breakdown             trials counted by layer, bit, opcode...; rates with 95 % intervals
 *   report/sheet.h
 *       struct document              what a report says, as sheets and notes; report/render/ shows it in any format
 *       struct sheet                 its columns and rows
 *
 * The library, include/lltfi/lltfi.h, and its first client, cli/.
 *
 *   library/library.h
 *       struct lltfi_settings        settings that are complete when a campaign is opened
 */
#ifndef LLTFI_H
#define LLTFI_H

#include "base/faults.h"
#include "base/tensor.h"

struct operator;

/* One tensor of the model: a graph input, an initializer or a node's output. Its number is its index in model->values.
 */
struct value {
    char *name; /* never NULL; made up for outputs that the model leaves unnamed */
    enum element type;
    int rank; /* -1 until the shape is known */
    int64_t dims[MAX_RANK];
    struct tensor *constant; /* initializer or folded; NULL: computed at run time. Owned */
    int producer;            /* number of the layer that computes it, -1 for inputs and constants */
    int original; /* a constant that was laid out for its kernel from this one (operator's `place`); -1: it was not */
    gboolean folded; /* a constant that was computed while lowering: the file has others in its place */
    gboolean unread; /* a constant that no layer reads: its content is gone, name, type and shape are left */
};

/* One node as lowered: which kernel computes it, with which constants. */
struct layer {
    int number;     /* from 1, in execution order; the debug line of its instructions */
    char *name;     /* the node's name, or "<type>_<number>" where it has none; unique in the model */
    int occurrence; /* this is the k-th layer of its type, from 1 */
    const struct operator* operator;
    int opset;    /* of the operator's domain */
    int n_inputs; /* length of inputs */
    int *inputs;  /* value numbers; -1 for an optional input that is absent */
    int n_outputs;
    int *outputs; /* value numbers; -1 for an optional output that is absent */
    char *kernel; /* symbol of the kernel, "conv_float" */
    void *params; /* the kernel's parameter struct: becomes a constant of the layer's module. Owned */
    size_t params_size;
    int space_rank; /* the index space that boxes range over: the shape of output 0 unless the operator says otherwise
                     */
    int64_t space[MAX_RANK];
};

/* A model with every shape known: what lower_graph() makes. */
struct model {
    char *path;         /* the file, for messages and debug locations */
    GPtrArray *values;  /* struct value *, owned */
    GPtrArray *layers;  /* struct layer *, owned, in execution order: every layer's inputs come from earlier ones */
    GArray *inputs;     /* int: values that a run must give */
    GArray *outputs;    /* int: values that a run yields */
    GArray *fixed;      /* int: inputs whose content shaped the model (a Reshape's target given as an input...): all
                           inputs of a campaign must agree on them */
    GPtrArray *notices; /* char *: what the user should know (newer opset than known...), in order */
};

/* An empty model; its arrays own what is added to them. */
struct model *model_new(const char *path);
void model_free(struct model *model);
typedef struct model model_t; /* for g_autoptr(model_t) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(model_t, model_free)

static inline struct value *model_value(const struct model *model, int number)
{
    return number < 0 ? NULL : (struct value *)g_ptr_array_index(model->values, (guint)number);
}

static inline struct layer *model_layer(const struct model *model, int number)
{
    return (struct layer *)g_ptr_array_index(model->layers, (guint)number - 1);
}

/* How an element is drawn at the levels tensor and weight. */
enum sampling {
    SAMPLING_ELEMENT, /* all elements of the selected layers alike */
    SAMPLING_LAYER    /* a layer, all alike, then an element of its tensors */
};

/* How a trial ended. */
enum outcome {
    OUTCOME_BENIGN,        /* the outcome rule saw no difference that matters */
    OUTCOME_SDC,           /* it did */
    OUTCOME_CRASH,         /* signal, or abnormal exit */
    OUTCOME_HANG,          /* the watchdog ended it */
    OUTCOME_DETECTED,      /* a protection reported the fault */
    OUTCOME_CORRECTED,     /* a protection reported the fault and mended it: the output is right */
    OUTCOME_NOT_ACTIVATED, /* the fault's instruction was not reached (does not happen for a fault drawn from the
                              profile) */
    OUTCOME_COUNT
};

extern const char *const outcome_names[OUTCOME_COUNT]; /* "benign", "SDC", "crash"... */
/* The outcome with this name; OUTCOME_COUNT: none has it. The name may be NULL. */
enum outcome outcome_named(const char *name);
extern const char *const level_names[];    /* "instruction", "tensor", "weight" */
extern const char *const sampling_names[]; /* "element", "layer" */

/*
 * One selected static instruction. Its registers are the sites; register 0 is the destination, register k is
 * operand k-1 (as LLFI's fi_reg_pos).
 */
struct site_register {
    int position;   /* fi_reg_pos */
    unsigned width; /* bits */
};

struct site {
    unsigned index;  /* LLFI index: number of the static instruction in the program, from 1 */
    int layer;       /* 0 outside any layer; of a program: the number of its function, from 1 */
    unsigned opcode; /* LLVM's number, as LLFI's insttype */
    char *function;
    char *text; /* the instruction as LLVM prints it */
    int n_registers;
    struct site_register *registers;
    uint64_t count; /* dynamic executions in one golden run, after the profile (of input 0) */
    char *file;     /* of a program with debug information: where in its source; NULL: unknown */
    unsigned line;  /* 0: unknown */
};

/* SDC criteria of a trial, a bit set; which of them decides benign or SDC is the outcome rule's business. */
enum sdc_flag {
    SDC_EXACT = 1 << 0,         /* some bit of some output differs */
    SDC_TOP1 = 1 << 1,          /* SDC-1: the golden top class is not the top class */
    SDC_TOP5 = 1 << 2,          /* SDC-5: the golden top class is not among the five highest */
    SDC_CONFIDENCE_10 = 1 << 3, /* confidence of the golden class changed by more than 10 % of its golden value */
    SDC_CONFIDENCE_20 = 1 << 4,
    SDC_NAN = 1 << 5,       /* an output that was finite is NaN */
    SDC_INFINITY = 1 << 6,  /* an output that was finite is infinite */
    SDC_TOLERANCE = 1 << 7, /* some output differs by more than the tolerance */
    SDC_COMMAND = 1 << 8,   /* the user's command decided so */
    SDC_THRESHOLD = 1 << 9  /* regression: bits 9.. one for each threshold, at most 16 */
};

/* What a fault did to one output of a layer that it reached: that it struck, or that read what it had changed. */
struct change {
    int layer;
    int output;
    uint64_t changed;        /* elements that differ from golden in some bit; 0: the layer gave the golden bits */
    uint64_t one_bit;        /* of these, those that differ in exactly one bit */
    uint64_t first;          /* the first of these, in row-major order */
    double golden, faulty;   /* its values */
    unsigned bits;           /* of it that differ */
    double largest;          /* |faulty - golden| of any element; NaN: some element is not comparable */
    double largest_relative; /* of |golden|; infinity where golden is 0 */
    gboolean masked;         /* the fault ended in this layer: equal bits here, and no later layer differs */
};

/* One trial: what was injected and how it ended. */
struct trial {
    uint64_t number;              /* k, from 0 */
    int config;                   /* index of the run option that it belongs to */
    int input;                    /* index of the campaign's input */
    int layer;                    /* the struck layer (of the first fault), 0: none */
    int n_injections;             /* faults that were applied */
    struct injection *injections; /* owned */
    int n_changes;                /* layers' outputs that the fault reached, in order of execution; 0: not recorded */
    struct change *changes;       /* owned */
    enum outcome outcome;
    unsigned sdc;     /* set of enum sdc_flag */
    int signal;       /* of a crash, else 0 */
    int golden_right; /* where labels are given: 1 right, 0 wrong; -1 no label */
    int faulty_right;
    double deviation;         /* largest absolute difference of any output element from golden (NaN: not comparable) */
    int faulty_class;         /* top-1 of output 0 where that is a classifier, else -1 */
    double faulty_confidence; /* of faulty_class; NaN where there is none */
    double golden_class_confidence; /* that the faulty run has in the golden class; NaN where there is none */
    double seconds;                 /* wall time of the trial */
    char *difference; /* of a control trial of a program that is not benign: what differs from golden; owned */
};

void trial_clear(struct trial *trial);

#endif
