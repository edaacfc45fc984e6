/*
 * How a fault travelled through a program: the traces of the golden run and of the run with the fault, from the struck
 * instruction on, side by side.
 *
 * A store has no result. The fault reaches it if its value or its address is changed, or if a load reads a changed
 * value from it. Memory is followed by the addresses of loads and stores, not through library calls.
 */
#ifndef LLTFI_REPORT_TRAVEL_H
#define LLTFI_REPORT_TRAVEL_H

#include "engine/program/trace.h"

/* What happened to an instruction. Of several, the last in this list is shown. */
enum travel_mark {
    TRAVEL_ONLY_GOLDEN, /* executed in the golden run only */
    TRAVEL_ONLY_FAULTY, /* in the faulty run only */
    TRAVEL_STORED,      /* a store that a changed value passed through */
    TRAVEL_CHANGED,     /* its result differed */
    TRAVEL_STRUCK,
    TRAVEL_MARKS
};
extern const char *const travel_mark_names[TRAVEL_MARKS]; /* "only golden", "only faulty"... */

/* A static instruction that the fault reached. */
struct travel_node {
    unsigned index; /* LLFI index */
    enum travel_mark mark;
    uint64_t number;                            /* of its first execution that was reached, in the whole run */
    uint64_t changed, only_faulty, only_golden; /* executions */
    char *golden, *faulty;                      /* the values of the first changed one; NULL: none was */
    unsigned function;                          /* number of the function, from 1 */
    unsigned block;                             /* number of the block in it, from 0 */
    const char *function_name, *opcode;
    const char *file; /* NULL: unknown */
    char *text;
    unsigned line; /* 0: unknown */
};

enum travel_way { TRAVEL_DATA, TRAVEL_MEMORY, TRAVEL_CONTROL };

struct travel_edge {
    guint from, to; /* numbers of nodes */
    enum travel_way way;
};

struct travel {
    GArray *nodes;                              /* struct travel_node, in the order in which the fault reached them */
    GArray *edges;                              /* struct travel_edge, each once */
    uint64_t struck;                            /* number of the struck instruction in the whole run, from 1 */
    uint64_t changed, only_faulty, only_golden; /* executions in all */
    uint64_t compared;                          /* instructions of the faulty run that were traced */
    gint64 diverged; /* number of the node at which control flow first differed; -1: it never did */
    gint64 last;     /* number of the node that was reached last; -1: the fault changed nothing */
    uint64_t last_number;
    uint64_t quiet; /* instructions after it that ran as in the golden run */
    unsigned end;   /* LLFI index of the last traced instruction of the faulty run; 0: there is none */
    gboolean cut;   /* the run continued after the trace */
};

/* `module` is the program as it was before any pass, with the instructions of `functions`. `struck`: LLFI index of the
 * struck instruction. `ended`: the run with the fault ended by itself, so what the golden run did after that is
 * reported as missing. After a crash it is not reported. Both traces begin with the same number. */
struct travel *travel_new(LLVMModuleRef module, const struct functions *functions, const struct trace *golden,
                          const struct trace *faulty, unsigned struck, gboolean ended);
void travel_free(struct travel *travel);
typedef struct travel travel_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(travel_t, travel_free)

/* What a node of the picture is. */
enum travel_level { TRAVEL_AUTO, TRAVEL_BY_INSTRUCTION, TRAVEL_BY_LINE, TRAVEL_BY_FUNCTION };

/* DOT text. AUTO: instructions, where they are few, else lines, else functions. The caller frees. */
char *travel_dot(const struct travel *travel, const char *title, enum travel_level level);

#endif
