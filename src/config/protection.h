/*
 * A plan of protection: which technique for which instructions. `lltfi protect` writes it as YAML beside the protected
 * program, and `lltfi run` applies it again:
 *
 *     subject: lenet.onnx
 *     hash: 5f1c...              # SHA-256 of the model's file, or of the program's IR before protection
 *     on_detect: abort
 *     rules:
 *       - technique: shadow
 *         correct: vote
 *         scope: arithmetic
 *         layers: ["Conv"]
 *
 * An instruction is protected by the first rule that selects it.
 */
#ifndef LLTFI_CONFIG_PROTECTION_H
#define LLTFI_CONFIG_PROTECTION_H

#include "config/selection.h"

enum technique {
#define TECHNIQUE(name, help) TECHNIQUE_##name,
#include "config/techniques.def"
#undef TECHNIQUE
    TECHNIQUE_COUNT
};

enum correction {
#define CORRECTION(name, help) CORRECT_##name,
#include "config/corrections.def"
#undef CORRECTION
    CORRECTION_COUNT
};

/* What a rule may duplicate, besides what it selects. */
enum protection_scope {
    SCOPE_ARITHMETIC, /* instructions that compute, compare or choose floating-point values */
    SCOPE_DATA,       /* all that computes a value that is stored, returned or passed on, but no addresses */
    SCOPE_ADDRESS,    /* what addresses of loads and stores are computed from */
    SCOPE_ALL         /* everything that can be computed twice, with conditions of branches */
};

/* What the outputs of a layer lie between. */
struct layer_bounds {
    int layer; /* its number */
    double low, high;
};

struct protection_rule {
    int technique;  /* enum technique */
    int correction; /* enum correction */
    int scope;      /* enum protection_scope */
    struct selection selection;
    GArray *bounds; /* struct layer_bounds, of the technique range */
};

struct protection {
    char *path;           /* the file, NULL: none */
    char *subject;        /* name of the model or program, for messages */
    char *hash;           /* NULL: for any */
    gboolean keeps_going; /* a program that detects a fault goes on, instead of being aborted */
    GPtrArray *rules;     /* struct protection_rule *, at least one */
};

struct protection *protection_new(void);
void protection_free(struct protection *protection);
typedef struct protection protection_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(protection_t, protection_free)

/* The bounds of a layer; NULL: it has none. */
const struct layer_bounds *protection_bounds(const struct protection_rule *rule, int layer);

/* Refuses corrections that a technique does not have. */
gboolean protection_check_rule(const struct protection_rule *rule, GError **error);

/* Whether a plan restricts ranges. */
gboolean protection_has_ranges(const struct protection *protection);

/* A rule with every default, added to the plan. */
struct protection_rule *protection_add(struct protection *protection);

/* Makes the rule select what the command line's selection does: layers, functions, opcodes and LLFI indices. */
gboolean protection_select(struct protection_rule *rule, const struct selection *selection, GError **error);

/* Errors have file:line:column, as those of campaigns. */
struct protection *protection_load(const char *path, GError **error);

/* The plan as YAML, the same for equal plans. The caller frees. */
char *protection_text(const struct protection *protection);

/* Refuses a plan that was made for another subject. */
gboolean protection_check_hash(const struct protection *protection, const char *hash, const char *name, GError **error);

/* Words of the command line; the error lists what is allowed. */
gboolean technique_parse(const char *text, int *technique, GError **error);
gboolean correction_parse(const char *text, int *correction, GError **error);
gboolean protection_scope_parse(const char *text, int *scope, GError **error);
const char *technique_name(int technique);
const char *correction_name(int correction);

/* "  aid        every selected...\n" of all techniques, and of all corrections, for --help. The caller frees. */
char *protection_help(void);

#endif
