#include "tool.h"

#include <string.h>
#include <sys/wait.h>

const char *program, *model, *picture;

void tool_init(char **argv)
{
    program = g_canonicalize_filename(argv[1], NULL);
    model = g_canonicalize_filename(argv[2], NULL);
    picture = g_canonicalize_filename(argv[3], NULL);
}

void result_clear(struct result *result)
{
    g_free(result->out);
    g_free(result->err);
}

result_t run_argv(const struct fixture *fixture, const char *const *argv)
{
    result_t result = { 0 };
    g_autoptr(GError) error = NULL;
    int status;

    g_spawn_sync(fixture->dir, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &result.out, &result.err, &status,
                 &error);
    g_assert_no_error(error);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

result_t run(const struct fixture *fixture, const char *first, ...)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    va_list rest;

    g_ptr_array_add(words, (gpointer)program);
    va_start(rest, first);
    for (const char *word = first; word; word = va_arg(rest, const char *))
        g_ptr_array_add(words, (gpointer)word);
    va_end(rest);
    g_ptr_array_add(words, NULL);
    return run_argv(fixture, (const char *const *)words->pdata);
}

void assert_ok(const result_t *result)
{
    if (result->status != 0)
        g_test_message("status %d: %s", result->status, result->err);
    g_assert_cmpint(result->status, ==, 0);
}

void assert_fails(const result_t *result, int status, const char *with)
{
    if (!strstr(result->err, with))
        g_test_message("'%s' is not in: %s", with, result->err);
    g_assert_nonnull(strstr(result->err, with));
    g_assert_cmpint(result->status, ==, status);
}
