/* A folder of its own for each test. */
#ifndef LLTFI_TESTS_FIXTURE_H
#define LLTFI_TESTS_FIXTURE_H

#include <glib.h>

struct fixture {
    char *dir; /* empty at first; removed with its content after the test */
};

void set_up(struct fixture *fixture, gconstpointer data);
void tear_down(struct fixture *fixture, gconstpointer data);

/* Adds tests of a fixture under "/GROUP/". */
struct fixture_test {
    const char *name;
    void (*run)(struct fixture *fixture, gconstpointer data);
};
void add_tests(const char *group, const struct fixture_test *tests, size_t n);

/* Path of a file in the folder. The caller frees. */
char *in_folder(const struct fixture *fixture, const char *name);
/* Replaces a file's content. */
void write_file(const struct fixture *fixture, const char *name, const void *data, gsize size);
void write_text(const struct fixture *fixture, const char *name, const char *text);

#endif
