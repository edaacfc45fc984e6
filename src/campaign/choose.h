/*
 * Which instructions to protect within a budget, by what a campaign measured: an instruction's worth is its SDC rate
 * times its executions, its price the executions that protection adds. The best choice is a knapsack.
 */
#ifndef LLTFI_CAMPAIGN_CHOOSE_H
#define LLTFI_CAMPAIGN_CHOOSE_H

#include "config/protection.h"
#include "store/store.h"

/* An instruction of the campaign. */
struct choice_item {
    unsigned index; /* LLFI index */
    int layer;
    char *layer_name, *layer_type, *text;
    uint64_t count;           /* executions in a run */
    uint64_t trials[2], sdc[2]; /* of trials with even and with odd numbers */
    gboolean possible;        /* it can be protected */
    gboolean chosen;
};

struct choice {
    GArray *items;         /* struct choice_item, by LLFI index */
    uint64_t instructions; /* executions of all instructions in a run */
    uint64_t sdc;          /* trials with SDC */
};

/* A set of instructions: what it costs and what it covers. */
struct choice_sum {
    unsigned instructions; /* static */
    double cost;           /* added executions, as a share of all */
    uint64_t covered, sdc; /* trials with SDC whose fault struck them, of all trials with SDC that were counted */
};

/* The sites of a campaign with their trials. It is an error if its faults strike no instructions, or none is SDC. */
struct choice *choice_load(struct store *store, GError **error);
void choice_free(struct choice *choice);
typedef struct choice choice_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(choice_t, choice_free)

/* Marks those of `indices` (unsigned, ascending) as possible. */
void choice_allow(struct choice *choice, const GArray *indices);

/* Which trials an estimate is made of. */
enum choice_trials { TRIALS_EVEN = 1, TRIALS_ODD = 2, TRIALS_ALL = 3 };

/*
 * Each chooses within a budget (added executions as a share of all), where an execution of a protected instruction adds
 * `price` executions. Worth is estimated by the lower end of the rate's interval, so that a lucky guess about a rarely
 * struck instruction does not count.
 */
typedef void (*chooser)(struct choice *choice, double budget, double price, unsigned trials);
void choose_best(struct choice *choice, double budget, double price, unsigned trials);
void choose_greedily(struct choice *choice, double budget, double price, unsigned trials);
/* All of one operator's layers, whatever they cost; NULL: of all layers. */
void choose_type(struct choice *choice, const char *type);

/* Executions that protection adds to each of a protected instruction, about: its copies, and for techniques that compare
 * often the comparison and its branch. */
double choice_price(int technique, int correction);

struct choice_sum choice_sum(const struct choice *choice, double price, unsigned trials);

#endif
