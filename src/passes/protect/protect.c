#include "passes/protect/protect.h"

#include "base/errors.h"

#include <string.h>

/* One row a technique; a file beside this one has what it does. */
static const struct technique {
    const char *name;
    gboolean (*run)(LLVMModuleRef module, const struct protection *protection, GError **error);
} techniques[] = {
    { NULL, NULL },
};

gboolean protect_module(LLVMModuleRef module, const struct protection *protection, GError **error)
{
    for (const struct technique *t = techniques; t->name; t++)
        if (strcmp(t->name, protection->technique) == 0)
            return t->run(module, protection, error);
    return set_error(error, LLTFI_ERROR_UNSUPPORTED, "there is no protection technique '%s'", protection->technique);
}
