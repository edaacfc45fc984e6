/*
 * All settings of a campaign: one row each in the tables of settings.c and the files that it names. The YAML loader,
 * the command line's options, the canonical text and docs/configuration.md follow from them.
 */
#ifndef LLTFI_CONFIG_SETTINGS_H
#define LLTFI_CONFIG_SETTINGS_H

#include "config/schema.h"

/* The keys of a configuration's top level; `keys` of a row are those below it. Ends with a NULL name. */
extern const struct key campaign_keys[];
/* The same below `image`, `outcome`, one entry of runOption, and the options that fill compileOption. */
extern const struct key image_keys[], outcome_keys[], run_keys[], site_keys[];

/* Where a row's value is. */
#define CAMPAIGN(field) offsetof(struct campaign, field)
#define RUN(field) offsetof(struct run_option, field), .of_run = TRUE

/* All rows that have an option, in the order of the tables: const struct key *. The caller frees. */
GPtrArray *settings_options(void);
/* What an option says, into the campaign: into all of its runs where the key is one of runs. */
gboolean setting_set(struct campaign *campaign, const struct key *key, const char *text, GError **error);
/* Empties the list that an option replaces. */
void setting_forget(struct campaign *campaign, const struct key *key);

/* Refuses what is set but has no meaning for a model, or for a program. */
gboolean settings_check_subject(const struct campaign *campaign, GError **error);

/* Where a key's value is. The run option is looked at for keys of runs only. */
gpointer setting_field(const struct key *key, const struct campaign *campaign, const struct run_option *run);
/* A key's value as YAML writes it in one line. */
void setting_append(GString *text, const struct key *key, gconstpointer field);
/* The same of a campaign or run; the caller frees. */
char *setting_text(const struct key *key, const struct campaign *campaign, const struct run_option *run);
/* Numbers in the shortest form that reads back as the same. */
void append_number(GString *text, double number);
/* "[a, b]" of numbers; a list of texts, sorted: a set's order does not matter. */
void append_numbers(GString *text, const double *numbers, int n);
void append_set(GString *text, const GPtrArray *strings);
/* A word, or the name of a software fault, which needs quotes. */
void append_name(GString *text, const char *name);
void append_layers(GString *text, const GPtrArray *layers);

/* Blocks of the canonical text that are no single values: the campaign's descriptions of software faults,
 * compileOption, runOption. */
void append_software(GString *text, gconstpointer campaign);
void append_compile_option(GString *text, gconstpointer campaign);
void append_run_option(GString *text, gconstpointer campaign);

/* Parts of rows. Hands every word of a comma-separated list to a setter. */
gboolean setting_each_word(const char *text, gboolean (*set)(gpointer target, const char *word, GError **error),
                           gpointer target, GError **error);
/* Refuses a software fault where there is no program. */
gboolean setting_check_fault(const struct campaign *campaign, const char *name, GError **error);
/* Takes nothing: what loads the map around the key takes it. */
void setting_load_later(struct loader *loader, const struct yaml *node, gpointer target);
void load_outcome(struct loader *loader, const struct yaml *node, gpointer campaign);

#endif
