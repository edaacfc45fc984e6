/* Builds a program's forms as executables, which are cached by their content. */
#include "engine/program/subject.h"

#include "base/cache.h"
#include "base/errors.h"
#include "base/setting_name.h"
#include "base/stages.h"
#include "passes/pipeline.h"

#include <glib/gstdio.h>
#include <llvm-c/BitWriter.h>
#include <unistd.h>

/* Adds a library's or object's content, which changes when it is built again. */
static void add_file(GChecksum *sum, const char *word, const char *folder)
{
    g_autofree char *path = g_canonicalize_filename(word, folder), *bytes = NULL;
    gsize size;

    if (word[0] != '-' && g_file_get_contents(path, &bytes, &size, NULL))
        g_checksum_update(sum, (const guchar *)bytes, (gssize)size);
}

/* A hash of all that an executable is made from. */
static char *key_of(const struct program *program, LLVMModuleRef module)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    LLVMMemoryBufferRef bitcode = LLVMWriteBitcodeToMemoryBuffer(module);

    g_checksum_update(sum, (const guchar *)LLVMGetBufferStart(bitcode), (gssize)LLVMGetBufferSize(bitcode));
    LLVMDisposeMemoryBuffer(bitcode);
    g_checksum_update(sum, (const guchar *)ir_target_description(), -1);
    g_checksum_update(sum, (const guchar *)(program->cxx ? "c++" : "cc"), -1);
    for (guint i = 0; i < program->link->len; i++) {
        g_checksum_update(sum, (const guchar *)program->link->pdata[i], -1);
        g_checksum_update(sum, (const guchar *)"", 1);
        add_file(sum, program->link->pdata[i], program->folder);
    }
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean write_object(LLVMModuleRef module, const char *path, GError **error)
{
    STAGE("generate code");
    LLVMMemoryBufferRef object = ir_emit_object(module, error);
    gboolean done =
        object && g_file_set_contents(path, LLVMGetBufferStart(object), (gssize)LLVMGetBufferSize(object), error);

    if (object)
        LLVMDisposeMemoryBuffer(object);
    return done;
}

/* What `lltfi cc` linked is linked by clang again. NULL: it is not installed. */
static char *find_driver(const struct program *program, GError **error)
{
    return program->folder || program->clang_links ? csource_tool(program->cxx ? "clang++" : "clang", error)
                                                   : csource_linker(program->cxx, error);
}

static gboolean link_object(const struct program *program, const char *object, const char *executable, GError **error)
{
    STAGE("link");
    g_autofree char *driver = find_driver(program, error);
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    if (!driver)
        return FALSE;
    g_ptr_array_extend(words, program->link, NULL, NULL);
    g_ptr_array_add(words, "-lm");
    g_ptr_array_add(words, "-lpthread");
    if (csource_link(program->folder, driver, object, words, executable, error))
        return TRUE;
    g_prefix_error(error, "'%s' does not link (%s takes libraries, as %s '-lz'; give all sources of the program). ",
                   program->path, setting_name("libs"), setting_name("libs"));
    return FALSE;
}

/* The executable gets its name when it is complete, since several campaigns may build it at once. */
static gboolean build(const struct program *program, LLVMModuleRef module, const char *executable, GError **error)
{
    g_autofree char *object = g_strdup_printf("%s.%d.o", executable, (int)getpid());
    g_autofree char *unfinished = g_strdup_printf("%s.%d", executable, (int)getpid());
    gboolean done = write_object(module, object, error) && link_object(program, object, unfinished, error);

    if (done && g_rename(unfinished, executable) != 0) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "%s: %s", executable, g_strerror(errno));
        done = FALSE;
    }
    g_unlink(object);
    if (!done)
        g_unlink(unfinished);
    return done;
}

char *program_build_module(const struct program *program, LLVMModuleRef module, GError **error)
{
    g_autofree char *folder = cache_folder("programs", error), *key = NULL, *executable = NULL;

    if (!folder)
        return NULL;
    key = key_of(program, module);
    executable = g_build_filename(folder, key, NULL);
    if (!g_file_test(executable, G_FILE_TEST_IS_EXECUTABLE) && !build(program, module, executable, error))
        return NULL;
    return g_steal_pointer(&executable);
}

LLVMModuleRef program_form(const struct program_subject *subject, enum form form, unsigned *counters,
                           unsigned *n_counters, GError **error)
{
    struct compilation compilation = { .what = COMPILE_PROGRAM,
                                       .form = form,
                                       .name = subject->program->path,
                                       .from = subject->program->module,
                                       .functions = subject->functions,
                                       .counters = counters };
    LLVMModuleRef module = NULL;

    if (form == FORM_COUNT || program_compile_injectors(subject, &compilation.injectors, error))
        module = pipeline_run(&compilation, error);
    *n_counters = compilation.count.n_blocks;
    return module;
}

static char *build_form(struct program_subject *subject, enum form form, GError **error)
{
    unsigned ignored, *n = form == FORM_COUNT ? &subject->n_counters : &ignored;
    unsigned *counters = form == FORM_COUNT ? subject->counters : NULL;
    LLVMModuleRef module = program_form(subject, form, counters, n, error);
    char *executable = module ? program_build_module(subject->program, module, error) : NULL;

    if (module)
        LLVMDisposeModule(module);
    return executable;
}

gboolean program_build_count(struct program_subject *subject, gboolean every_block, GError **error)
{
    subject->functions->every_block = every_block;
    g_free(subject->count_executable);
    subject->count_executable = build_form(subject, FORM_COUNT, error);
    return subject->count_executable != NULL;
}

gboolean program_build(struct program_subject *subject, GError **error)
{
    subject->counters = g_new(unsigned, subject->functions->n_instructions + 1);
    if (!program_build_count(subject, calls_handle_signals(subject->program->module), error))
        return FALSE;
    subject->fault_executable = build_form(subject, FORM_FAULT, error);
    return subject->fault_executable != NULL;
}

gboolean program_build_trace(struct program_subject *subject, GError **error)
{
    if (!subject->trace_executable)
        subject->trace_executable = build_form(subject, FORM_TRACE, error);
    return subject->trace_executable != NULL;
}
