/*
 * All settings of a campaign: one row each in the tables of settings.c and the files that it names. The YAML loader,
 * the command line's options, the canonical text and docs/configuration.md follow from them.
 */
#ifndef LLTFI_CONFIG_SETTINGS_H
#define LLTFI_CONFIG_SETTINGS_H

#include "config/schema.h"

/* The keys of a configuration's top level; `keys` of a row are those below it. Ends with a NULL name. */
extern const struct key campaign_keys[];
/* The keys below `image`, `outcome` and one entry of runOption, and the options that fill compileOption. */
extern const struct key image_keys[], outcome_keys[], run_keys[], site_keys[];

/* The field that a row sets. */
#define CAMPAIGN(field) offsetof(struct campaign, field)
#define RUN(field) offsetof(struct run_option, field), .of_run = TRUE

/* All rows that have an option, in the order of the tables: const struct key *. The caller frees. */
GPtrArray *settings_options(void);
/* Sets a key from its option's word, in the campaign or, if it is a key of runs, in all of its runs. */
gboolean setting_set(struct campaign *campaign, const struct key *key, const char *text, GError **error);
/* Empties the list that an option replaces. */
void setting_forget(struct campaign *campaign, const struct key *key);

/* Refuses what is set but has no meaning for a model, or for a program. */
gboolean settings_check_subject(const struct campaign *campaign, GError **error);

/* The field of a key; `run` is used for keys of runs only. */
gpointer setting_field(const struct key *key, const struct campaign *campaign, const struct run_option *run);
/* Appends a key's value as YAML in one line. */
void setting_append(GString *text, const struct key *key, gconstpointer field);
/* The value of a key in a campaign or run, in the same form; the caller frees. */
char *setting_text(const struct key *key, const struct campaign *campaign, const struct run_option *run);
/* Appends a number in the shortest form that reads back as the same number. */
void append_number(GString *text, double number);
/* Append "[a, b]": numbers in their order; texts sorted, because the order of a set does not matter. */
void append_numbers(GString *text, const double *numbers, int n);
void append_set(GString *text, const GPtrArray *strings);
/* Appends a name, in quotes if it is that of a software fault. */
void append_name(GString *text, const char *name);
void append_layers(GString *text, const GPtrArray *layers);

/* Append the blocks of the canonical text that are not single values: the campaign's descriptions of software faults,
 * compileOption, runOption. */
void append_software(GString *text, gconstpointer campaign);
void append_compile_option(GString *text, gconstpointer campaign);
void append_run_option(GString *text, gconstpointer campaign);

/* Helpers of rows. Calls a setter with every word of a comma-separated list. */
gboolean setting_each_word(const char *text, gboolean (*set)(gpointer target, const char *word, GError **error),
                           gpointer target, GError **error);
/* Refuses a software fault in a campaign on a model. */
gboolean setting_check_fault(const struct campaign *campaign, const char *name, GError **error);
/* A `load` that does nothing: the loader of the map around the key reads it. */
void setting_load_later(struct loader *loader, const struct yaml *node, gpointer target);
void load_outcome(struct loader *loader, const struct yaml *node, gpointer campaign);

#endif
