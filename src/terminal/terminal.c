#include "terminal/terminal.h"

#include "terminal/progress.h"

#include <stdlib.h>
#include <unistd.h>

const char *terminal_program;

void terminal_describe(struct report_option *option)
{
    const char *none = g_getenv("NO_COLOR"), *columns = g_getenv("COLUMNS");

    option->width = terminal_columns(STDOUT_FILENO);
    option->color = option->width > 0 && (!none || !*none);
    if (columns && atoi(columns) > 0)
        option->width = atoi(columns);
}
