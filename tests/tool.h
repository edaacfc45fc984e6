/* Running the lltfi program in a test's folder. */
#ifndef LLTFI_TESTS_TOOL_H
#define LLTFI_TESTS_TOOL_H

#include "fixture.h"

/* The program, a model and its input: the first arguments of the test. */
extern const char *program, *model, *picture;
void tool_init(char **argv);

/* What a run printed, and how it ended. */
struct result {
    int status; /* exit status, or 128 + signal */
    char *out, *err;
};
typedef struct result result_t;
void result_clear(struct result *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(result_t, result_clear)

/* lltfi with these arguments, in the fixture's folder; NULL ends them. */
result_t run(const struct fixture *fixture, const char *first, ...) G_GNUC_NULL_TERMINATED;
/* Any program, found in PATH, in the fixture's folder. */
result_t run_argv(const struct fixture *fixture, const char *const *argv);

void assert_ok(const result_t *result);
/* Asserts that the run ended with this status and wrote `with` to stderr. */
void assert_fails(const result_t *result, int status, const char *with);

#endif
