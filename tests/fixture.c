#include "fixture.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

void set_up(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->dir = g_dir_make_tmp("lltfi-test-XXXXXX", NULL);
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_tree(child);
    }
    g_remove(path);
}

void tear_down(struct fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    remove_tree(fixture->dir);
    g_free(fixture->dir);
}

void add_tests(const char *group, const struct fixture_test *tests, size_t n)
{
    for (size_t t = 0; t < n; t++) {
        g_autofree char *path = g_strdup_printf("/%s/%s", group, tests[t].name);

        g_test_add(path, struct fixture, NULL, set_up, tests[t].run, tear_down);
    }
}

char *in_folder(const struct fixture *fixture, const char *name)
{
    return g_build_filename(fixture->dir, name, NULL);
}

void write_file(const struct fixture *fixture, const char *name, const void *data, gsize size)
{
    g_autofree char *path = in_folder(fixture, name);
    FILE *file;

    g_unlink(path); /* overwriting a file can wait for the disk, in some tests thousands of times */
    file = fopen(path, "wb");
    g_assert_nonnull(file);
    g_assert_true(size == 0 || fwrite(data, 1, size, file) == size);
    g_assert_cmpint(fclose(file), ==, 0);
}

void write_text(const struct fixture *fixture, const char *name, const char *text)
{
    write_file(fixture, name, text, strlen(text));
}
