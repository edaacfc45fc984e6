/* The ONNX backend node tests (Debian's libonnx-testdata) as test cases: a model, its inputs, the outputs it must give.
 */
#ifndef LLTFI_TESTS_BACKEND_H
#define LLTFI_TESTS_BACKEND_H

#include "engine/model/machine.h"
#include "frontend/frontend.h"

#define BACKEND_FOLDER "/usr/share/libonnx-testdata/data/node"

struct backend_case {
    struct model *model;
    struct tensor **inputs;
    size_t n_inputs;
    GPtrArray *outputs; /* struct tensor *: the expected outputs */
};

void backend_case_free(struct backend_case *c);
typedef struct backend_case backend_case_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(backend_case_t, backend_case_free)

/* Names of the tests in a folder, sorted: char *. Empty where the folder is missing. */
GPtrArray *backend_names(const char *folder);

/*
 * The first data set of a test, lowered for its inputs. NULL with *skip set (a new string: the reason) if the test
 * needs an operator that is not in the table, or values that are not tensors; NULL with an error if it fails.
 */
struct backend_case *backend_load(const char *folder, const char *name, char **skip, GError **error);

/* A case made from a model file only: random inputs of the declared shapes, no expected outputs. */
struct backend_case *backend_from_model(const char *path, GError **error);

/* The result of one test, which runs in a child process so that a crash fails only that test. */
enum verdict { VERDICT_PASSED, VERDICT_FAILED, VERDICT_SKIPPED };
typedef enum verdict (*backend_check)(const char *name, gpointer data, char **message);

/* Runs `check` on every name and prints TAP; at the end, how many passed, failed and were skipped, and why. Returns the
 * exit status. */
int backend_run(const GPtrArray *names, backend_check check, gpointer data);

#endif
