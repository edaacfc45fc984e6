/* What a campaign's faults may strike: instructions, their registers, layers. */
#ifndef LLTFI_CONFIG_SELECTION_H
#define LLTFI_CONFIG_SELECTION_H

#include "lltfi.h"

struct software_fault;

#define OPCODE_COUNT 68 /* LLVM's instruction numbers 1..67, as LLFI's */

/* The LLVM mnemonic of an instruction number ("fadd" for 14); NULL: no instruction has this number. The number of a
 * mnemonic, 0: unknown. */
const char *opcode_name(unsigned opcode);
unsigned opcode_number(const char *name);

/* Layers that a campaign injects into: an operator type and occurrence, a node name, or a number. */
struct layer_pattern {
    gboolean all;
    gboolean excluded; /* "!Softmax": all layers but these */
    char
        *type; /* operator type, compared without case; may be cut to seven letters as LLFI does ("unsquee"); or NULL */
    int occurrence; /* with type: the k-th one, 0: every one */
    char *name;     /* node name, or NULL */
    int number;     /* layer number, or 0 */
};

/* Which registers of a selected instruction are sites. */
enum register_method {
    REGISTER_DESTINATION,    /* dstreg */
    REGISTER_SOURCE,         /* srcregN, see source */
    REGISTER_ALL_SOURCES,    /* allsrcreg */
    REGISTER_ALL,            /* allreg */
    REGISTER_ONLY_CONST_INT, /* customRegSelector onlyconstint and the others that apply to hardware faults */
    REGISTER_FUNCTION_ARGUMENT,
    REGISTER_RETURN_VALUE,
    REGISTER_FUNCTION_DESTINATION,
    REGISTER_SOFTWARE /* those that a software fault names */
};

/* The property by which one entry of instSelMethod selects. */
enum selection_method {
    SELECT_OPCODE,
    SELECT_FUNCTION,
    SELECT_INDEX,
    SELECT_MAIN_GRAPH,
    SELECT_ONLY_MAIN,
    SELECT_LAYER,
    SELECT_DEFAULT,
    SELECT_SOFTWARE /* the calls and returns that a software fault names */
};

/* One entry of instSelMethod. A site is selected if every entry selects it. */
struct instruction_selection {
    enum selection_method method;
    gboolean include_all;
    gboolean include_opcode[OPCODE_COUNT];
    gboolean exclude_opcode[OPCODE_COUNT];
    GPtrArray *include_functions; /* char * */
    GPtrArray *exclude_functions;
    GArray *indices;                       /* unsigned: LLFI indices */
    GPtrArray *layers;                     /* struct layer_pattern * */
    const struct software_fault *software; /* SELECT_SOFTWARE */
    gboolean forward;                      /* includeInjectionTrace: add the forward / backward slices */
    gboolean backward;
};

struct selection {
    GPtrArray *entries; /* struct instruction_selection *; empty: SELECT_DEFAULT: results of floating-point arithmetic
                           and comparison and of logic instructions */
    GPtrArray *layers;  /* struct layer_pattern *, the key `layers`: intersected with the above; empty: all layers */
    enum register_method registers;
    int source;                            /* 1..4 for REGISTER_SOURCE */
    const struct software_fault *software; /* REGISTER_SOFTWARE; NULL while a file is read: that of the first entry */
};

/* An empty selection, and freeing what it holds. */
void selection_init(struct selection *selection);
void selection_clear(struct selection *selection);

/*
 * The YAML loader and the command line share the setters below. Each takes one word as the user wrote it. Errors
 * (LLTFI_ERROR_USAGE) say what is allowed; the caller prefixes the place of the word ("--layer: ", "input.yaml:3:9: ").
 */

/* Adds an entry, which the selection owns. selection_replace removes all entries of the same method first: an option of
 * the command line replaces those of the file. */
struct instruction_selection *selection_add(struct selection *selection, enum selection_method method);
struct instruction_selection *selection_replace(struct selection *selection, enum selection_method method);

/* SELECT_OPCODE: mnemonics ("fadd"); include may be "all". */
gboolean entry_include_opcode(struct instruction_selection *entry, const char *name, GError **error);
gboolean entry_exclude_opcode(struct instruction_selection *entry, const char *name, GError **error);
/* SELECT_FUNCTION: names; include may be "all". */
gboolean entry_include_function(struct instruction_selection *entry, const char *name, GError **error);
gboolean entry_exclude_function(struct instruction_selection *entry, const char *name, GError **error);
/* SELECT_INDEX: an LLFI index, from 1. */
gboolean entry_include_index(struct instruction_selection *entry, const char *text, GError **error);
/* includeInjectionTrace: "forward" or "backward". */
gboolean entry_add_slice(struct instruction_selection *entry, const char *name, GError **error);

/* Sets which registers are sites, as regloc and customRegSelector name them: "dstreg", "srcreg1".."srcreg4",
 * "allsrcreg", "allreg", "onlyconstint"..., a software fault's name, or "Automatic" for the software fault of the first
 * entry. */
gboolean register_method_parse(const char *text, struct selection *selection, GError **error);
/* The word that sets this method. */
const char *register_method_name(const struct selection *selection);

/* Parses "Conv:1", "Conv", "all", "#12" (number), "name=conv1/Relu"; several separated by ','. */
gboolean layer_patterns_parse(const char *text, GPtrArray *patterns, GError **error);
/* `type`: that of the layer's operator. */
gboolean layer_pattern_matches(const struct layer_pattern *pattern, const struct layer *layer, const char *type);
/* The same for a layer of which only number and operator type are known; `cut`: only the type's first seven letters. */
gboolean layer_pattern_names(const struct layer_pattern *pattern, const char *type, gboolean cut, int number,
                             int occurrence);
/* Whether patterns select a layer, of which `matches` says whether one of them is about it: one that is not excluded
 * has to match, if there is one, and none that is excluded. */
gboolean layer_patterns_select(const GPtrArray *patterns,
                               gboolean (*matches)(const struct layer_pattern *pattern, gconstpointer data),
                               gconstpointer data);
gboolean layer_patterns_match(const GPtrArray *patterns, const struct layer *layer, const char *type);

/* Whether faults in tensors may strike this layer: `layers` and every entry that selects layers must include it. */
gboolean selection_has_layer(const struct selection *selection, const struct layer *layer, const char *type);

#endif
