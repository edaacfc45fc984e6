/* Reads from an executable its bitcode, and how it was linked, for frontend/program.c; and writes the record of the
 * latter for `lltfi cc`. */
#include "frontend/binary/binary.h"

#include "base/errors.h"
#include "frontend/binary/elf.h"
#include "frontend/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "BC" 0xC0DE, and the blocks of a bitcode file. */
#define BITCODE_MAGIC UINT32_C(0xdec04342)
#define ENTER_SUBBLOCK 1

gboolean binary_is(const char *path)
{
    FILE *file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "rbe") : NULL;
    char start[SELFMAG] = { 0 };
    gboolean is;

    if (!file)
        return FALSE;
    is = fread(start, 1, SELFMAG, file) == SELFMAG && memcmp(start, ELFMAG, SELFMAG) == 0;
    fclose(file);
    return is;
}

void binary_free(struct binary *binary)
{
    if (!binary)
        return;
    for (guint m = 0; m < binary->modules->len; m++)
        if (binary->modules->pdata[m])
            LLVMDisposeModule(binary->modules->pdata[m]);
    g_ptr_array_unref(binary->modules);
    g_ptr_array_unref(binary->words);
    g_free(binary->folder);
    g_free(binary);
}

static gboolean bad(GError **error, const char *path, const char *what)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "'%s': %s", path, what);
    return FALSE;
}

/* The bytes of a section; NULL if there is none, or if it is not inside the file. */
static GBytes *read_section(int file, const char *name)
{
    struct elf_section section;
    g_autofree guint8 *bytes = NULL;
    struct stat status;

    if (!elf_find(file, name, &section) || fstat(file, &status) != 0 || section.size > (guint64)status.st_size)
        return NULL;
    bytes = g_malloc(section.size);
    if (pread(file, bytes, section.size, (off_t)section.offset) != (ssize_t)section.size)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&bytes), section.size);
}

static GBytes *read_bitcode(int file)
{
    GBytes *found = read_section(file, BITCODE_SECTION);

    return found ? found : read_section(file, CLANG_BITCODE_SECTION);
}

gboolean binary_has_bitcode(const char *path)
{
    int file = binary_is(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    g_autoptr(GBytes) found = file < 0 ? NULL : read_bitcode(file);

    if (file >= 0)
        close(file);
    return found != NULL;
}

static uint32_t word_at(const guint8 *bytes)
{
    uint32_t word;

    memcpy(&word, bytes, sizeof(word));
    return GUINT32_FROM_LE(word);
}

/* Length of the bitcode that begins here: its magic and the blocks after it, each of which gives its length. */
static gsize bitcode_length(const guint8 *bytes, gsize size)
{
    gsize at = 4;

    if (size < 4 || word_at(bytes) != BITCODE_MAGIC)
        return 0;
    while (size - at >= 8 && (word_at(bytes + at) & 3) == ENTER_SUBBLOCK) {
        gsize length = 8 + 4 * (gsize)word_at(bytes + at + 4);

        if (length > size - at)
            return 0;
        at += length;
    }
    return at;
}

static gboolean add_module(struct binary *binary, const char *path, const guint8 *bytes, gsize size,
                           LLVMContextRef context, GError **error)
{
    g_autofree char *name = g_strdup_printf("%s, module %u", path, binary->modules->len + 1);
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy((const char *)bytes, size, name);
    LLVMModuleRef module = llvmir_parse(name, buffer, context, error);

    if (module)
        g_ptr_array_add(binary->modules, module);
    return module != NULL;
}

static gboolean add_modules(struct binary *binary, const char *path, GBytes *section, LLVMContextRef context,
                            GError **error)
{
    gsize size, at = 0;
    const guint8 *bytes = g_bytes_get_data(section, &size);

    while (at < size) {
        gsize length = bitcode_length(bytes + at, size - at);

        if (length == 0 && bytes[at] == 0) {
            at++;
            continue;
        }
        if (length == 0)
            return bad(error, path, "its bitcode is damaged: build it again with `lltfi cc`");
        if (!add_module(binary, path, bytes + at, length, context, error))
            return FALSE;
        at += length;
    }
    return TRUE;
}

/* The next text of a record, NULL: there is none. */
static const char *next_text(const char **at, const char *end)
{
    const char *text = *at, *zero = text < end ? memchr(text, '\0', (size_t)(end - text)) : NULL;

    *at = zero ? zero + 1 : end;
    return zero ? text : NULL;
}

/* Linker words that the bitcode replaces: objects with bitcode, and deleted objects. Archives stay, as they only fill
 * gaps, except with --whole-archive. */
static gboolean is_in_modules(const struct binary *binary, const char *word)
{
    g_autofree char *path = g_canonicalize_filename(word, binary->folder);

    if (strstr(word, "--whole-archive") || g_str_has_prefix(word, "-Wl,-Map"))
        return TRUE;
    if (word[0] == '-' || !g_str_has_suffix(word, ".o"))
        return FALSE;
    return !g_file_test(path, G_FILE_TEST_EXISTS) || binary_has_bitcode(path);
}

/* The instrumented executable is in another folder, so $ORIGIN becomes the folder of the original one. */
static char *with_origin(const char *word, const char *origin)
{
    g_autoptr(GString) text = g_string_new(word);

    g_string_replace(text, "${ORIGIN}", origin, 0);
    g_string_replace(text, "$ORIGIN", origin, 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The first record is that of the last link, which puts it before all other objects. */
static void take_record(struct binary *binary, const char *path, GBytes *section)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL), *origin = g_path_get_dirname(whole);
    gsize size;
    const char *at = g_bytes_get_data(section, &size), *end = at + size, *driver, *folder, *number, *word;

    if (g_strcmp0(next_text(&at, end), RECORD_MAGIC) != 0)
        return;
    driver = next_text(&at, end);
    folder = next_text(&at, end);
    number = next_text(&at, end);
    if (!number)
        return;
    binary->cxx = strcmp(driver, "c++") == 0;
    binary->folder = g_strdup(folder);
    for (guint64 n = g_ascii_strtoull(number, NULL, 10); n > 0 && (word = next_text(&at, end)); n--)
        if (!is_in_modules(binary, word))
            g_ptr_array_add(binary->words, with_origin(word, origin));
}

static gboolean take_sections(struct binary *binary, const char *path, int file, LLVMContextRef context, GError **error)
{
    g_autoptr(GBytes) bitcode = read_bitcode(file);
    g_autoptr(GBytes) record = read_section(file, RECORD_SECTION);

    if (!bitcode)
        return bad(error, path,
                   "there is no LLVM IR in this file: build the program with CC='lltfi cc' CXX='lltfi c++', which keep "
                   "it (docs/programs.md)");
    if (record)
        take_record(binary, path, record);
    return add_modules(binary, path, bitcode, context, error);
}

struct binary *binary_read(const char *path, LLVMContextRef context, GError **error)
{
    g_autoptr(binary_t) binary = g_new0(struct binary, 1);

    int file = open(path, O_RDONLY | O_CLOEXEC);
    gboolean taken;

    binary->modules = g_ptr_array_new();
    binary->words = g_ptr_array_new_with_free_func(g_free);
    if (file < 0)
        bad(error, path, g_strerror(errno));
    taken = file >= 0 && take_sections(binary, path, file, context, error);
    if (file >= 0)
        close(file);
    return taken ? g_steal_pointer(&binary) : NULL;
}

static void add_text(GByteArray *to, const char *text)
{
    g_byte_array_append(to, (const guint8 *)text, (guint)strlen(text) + 1);
}

GByteArray *binary_record(gboolean cxx, const char *folder, const GPtrArray *words)
{
    GByteArray *record = g_byte_array_new();
    g_autofree char *number = g_strdup_printf("%u", words->len);

    add_text(record, RECORD_MAGIC);
    add_text(record, cxx ? "c++" : "cc");
    add_text(record, folder);
    add_text(record, number);
    for (guint w = 0; w < words->len; w++)
        add_text(record, words->pdata[w]);
    return record;
}
