/* Custom injectors: C++ statements of fault descriptions, compiled and linked into the program. */
#include "config/software_faults.h"
#include "engine/program/subject.h"

#include <glib/gstdio.h>
#include <llvm-c/DebugInfo.h>
#include <unistd.h>

static const char head[] =
    "#include <cerrno>\n#include <cmath>\n#include <csignal>\n#include <cstdint>\n#include <cstdio>\n#include "
    "<cstdlib>\n"
    "#include <cstring>\n#include <pthread.h>\n#include <unistd.h>\nusing namespace std;\n"
    "extern \"C\" void lltfi_custom(uint32_t lltfi_number, char *buf, unsigned size, unsigned fi_bit)\n"
    "{\nint *Target = (int *)(void *)buf;\n(void)Target, (void)size, (void)fi_bit;\nswitch (lltfi_number) {\n";

/* The source of all custom injectors; NULL if there are none. Its #line makes the compiler's messages name the fault.
 */
static char *source_of(const struct campaign *campaign)
{
    g_autoptr(GPtrArray) used = campaign_software(campaign);
    g_autoptr(GString) text = g_string_new(head);
    gboolean any = FALSE;

    for (guint f = 0; f < used->len; f++) {
        const struct software_fault *fault = used->pdata[f];
        g_autofree char *name = g_strescape(fault->name, NULL);

        if (fault->action != SOFTWARE_CUSTOM)
            continue;
        g_string_append_printf(text, "case %uu: {\n#line 1 \"%s, Custom_Injector\"\n%s\n} break;\n",
                               software_fault_number(fault), name, fault->custom);
        any = TRUE;
    }
    g_string_append(text, "}\n}\n");
    return any ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

static LLVMModuleRef compile(const char *source, GString *warnings, GError **error)
{
    const struct program_option option = { 0 };
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("lltfi-XXXXXX.cc", &path, error);
    LLVMModuleRef module = NULL;

    if (file < 0)
        return NULL;
    close(file);
    if (g_file_set_contents(path, source, -1, error))
        module = csource_read(path, &option, 1, ir_context(), warnings, error);
    g_unlink(path);
    return module;
}

gboolean program_compile_injectors(const struct program_subject *subject, LLVMModuleRef *injectors, GError **error)
{
    g_autofree char *source = source_of(subject->base.campaign);

    if (!source)
        return TRUE;
    *injectors = compile(source, subject->base.warnings, error);
    if (!*injectors)
        return FALSE;
    subject->program->cxx = TRUE;
    LLVMStripModuleDebugInfo(*injectors);
    return TRUE;
}
