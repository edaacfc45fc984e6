#include "passes/dump.h"

#include "base/errors.h"
#include "passes/ir/functions.h"

#include <errno.h>
#include <string.h>

static struct dump_option wanted;

gboolean dump_begin(const struct dump_option *option, GError **error)
{
    if (strcmp(option->after, "all") != 0 && !pipeline_has(option->after))
        return set_error(error, LLTFI_ERROR_USAGE, "there is no pass '%s'; help lists them", option->after);
    if (option->folder && g_mkdir_with_parents(option->folder, 0777) != 0)
        return set_error(error, LLTFI_ERROR_RUN, "%s: %s", option->folder, g_strerror(errno));
    wanted = (struct dump_option){ g_strdup(option->after), g_strdup(option->only), NULL, option->print };
    if (option->folder)
        wanted.folder = g_canonicalize_filename(option->folder, NULL);
    return TRUE;
}

gboolean dump_is_on(void)
{
    return wanted.after != NULL;
}

static gboolean matches(const char *name)
{
    return !wanted.only || g_pattern_match_simple(wanted.only, name);
}

static gboolean is_wanted(const char *pass)
{
    return wanted.after && (strcmp(wanted.after, "all") == 0 || strcmp(wanted.after, pass) == 0);
}

static gboolean has_sites(const struct functions *functions, const char *name)
{
    for (guint f = 0; functions && f < functions->functions->len; f++) {
        const struct function *function = &g_array_index(functions->functions, struct function, f);

        if (strcmp(function->name, name) == 0)
            return function->n_sites > 0;
    }
    return !functions;
}

static void add_text(GString *text, char *llvm_text)
{
    g_string_append(text, llvm_text);
    g_string_append_c(text, '\n');
    LLVMDisposeMessage(llvm_text);
}

/* Of a program, and of anything else where a function's name is asked for, functions are printed, not the module. */
static void add_functions(GString *text, const struct compilation *c)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(c->module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && matches(LLVMGetValueName(f)) && has_sites(c->functions, LLVMGetValueName(f)))
            add_text(text, LLVMPrintValueToString(f));
}

/* What is to be printed of a module; empty: nothing. */
static char *text_of(const struct compilation *c)
{
    GString *text = g_string_new(NULL);
    gboolean struck = !c->sites || c->sites->len > 0;

    if (c->functions || !matches(c->name))
        add_functions(text, c);
    else if (struck)
        add_text(text, LLVMPrintModuleToString(c->module));
    return g_string_free(text, FALSE);
}

static void write_file(const struct compilation *c, const char *pass, int number, const char *text)
{
    g_autofree char *base = g_strdup_printf("%s.%s.%02d-%s.ll", c->name, form_names[c->form], number, pass);
    g_autofree char *name = g_strdelimit(g_strdup(base), "/", '_');
    g_autofree char *path = g_build_filename(wanted.folder, name, NULL), *why = NULL;
    g_autoptr(GError) error = NULL;

    if (g_file_set_contents(path, text, -1, &error))
        return;
    why = g_strdup_printf("; %s\n", error->message);
    wanted.print(why);
}

void dump_after(const struct compilation *c, const char *pass, int number)
{
    g_autofree char *text = is_wanted(pass) ? text_of(c) : NULL, *headed = NULL;

    if (!text || !*text)
        return;
    if (wanted.folder) {
        write_file(c, pass, number, text);
        return;
    }
    headed = g_strdup_printf("; '%s', %s form, after %s\n%s", c->name, form_names[c->form], pass, text);
    wanted.print(headed);
}
