/*
 * Descriptions of software faults, in LLFI's fault description language (FIDL): which argument or result of which calls
 * is changed, and how. They are data that is read when needed; only an injector written in C++ must be compiled.
 *
 *     Failure_Class: API
 *     Failure_Mode: BufferOverflow
 *     New_Failure_Mode:
 *       Trigger: {call: [fread, fwrite]}            # call*: [...]: names that contain this; return: values returned
 *       Trigger*: [12, 40]                          # only these LLFI indices; optional
 *       Target: {src: {fread: [2], fwrite: [2]}}    # arguments from 0; or dst: the call's result
 *       Action: {Perturb: ChangeValueInjector, value: 45, option: false}    # or Corrupt, Freeze, Delay
 */
#ifndef LLTFI_CONFIG_SOFTWARE_FAULTS_H
#define LLTFI_CONFIG_SOFTWARE_FAULTS_H

#include "base/software.h"
#include "config/yaml.h"

#include <stdint.h>

enum software_place { PLACE_CALL, PLACE_CALLS_LIKE, PLACE_RETURN };

/* The calls that start the fault, and the arguments or the result that it strikes. */
struct software_trigger {
    enum software_place place;
    char *function;    /* the callee, part of its name, or "all"; NULL: PLACE_RETURN */
    GArray *arguments; /* int from 0; empty: the result, or the value returned */
};

struct software_fault {
    char *name; /* "BufferOverflow(API)" */
    char *class, *mode;
    const char *from;    /* the file that it was read from; NULL: it is one of LLFI's */
    GPtrArray *triggers; /* struct software_trigger * */
    GArray *indices;     /* unsigned: only these LLFI indices; empty: all */
    enum software_action action;
    int64_t value; /* SOFTWARE_ADD, SOFTWARE_SET */
    char *custom;  /* SOFTWARE_CUSTOM: statements of C++ that see char *buf, unsigned size, unsigned fi_bit */
};

struct loader;

/* All known software faults, LLFI's first: struct software_fault *. They live until the process ends. */
const GPtrArray *software_faults(void);
/* Sets the callback for errors in the user's own descriptions, called when they are first read. */
void software_faults_set_note(void (*note)(const char *text));
/* The number by which the runtime calls the fault's own injector; computed from its name. */
guint32 software_fault_number(const struct software_fault *fault);
/* The software fault with this name, as it was read last; NULL: unknown. */
const struct software_fault *software_fault_find(const char *name);
/* The same; the error suggests the nearest name. */
const struct software_fault *software_fault_parse(const char *name, GError **error);

/* Adds a file's descriptions. Its errors name file, line and column. */
gboolean software_faults_load(const char *path, GError **error);
gboolean software_faults_load_text(const char *text, gsize size, const char *path, GError **error);
/* Adds one description, or a list of them, from a configuration. */
void load_software_faults(struct loader *loader, const struct yaml *node);

/* The description in FIDL, as an item of a list that software_faults_load_text reads back. The caller frees. */
char *software_fault_text(const struct software_fault *fault);
/* LLFI's name of its action: "ChangeValueInjector". The caller frees. */
char *software_fault_injector(const struct software_fault *fault);
/* What its action does: "adds 45", "flips bits". The caller frees. */
char *software_fault_effect(const struct software_fault *fault);
/* Where it strikes: "fread and fwrite, argument 2", "the value that a function returns". The caller frees. */
char *software_fault_where(const struct software_fault *fault);

/*
 * The user's own descriptions, which every campaign knows: a file in the user's configuration folder. Add copies a
 * file's descriptions there and replaces those of the same names; remove deletes one, or all of them (NULL).
 */
char *software_store_path(void);
gboolean software_store_add(const char *path, GError **error);
gboolean software_store_remove(const char *name, GError **error);

/* LLFI's own descriptions: data/software-faults.yaml, embedded in the tool. */
extern const char software_faults_yaml[], software_faults_yaml_end[];

#endif
