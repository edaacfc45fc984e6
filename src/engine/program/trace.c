#include "engine/program/trace.h"

#include "base/errors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The average size of a record. */
#define RECORD_BYTES 24
#define LEAST_ROOM 65536
#define MOST_ROOM (UINT64_C(1) << 31)

void trace_free(struct trace *trace)
{
    if (!trace)
        return;
    g_free(trace->records);
    g_free(trace);
}

gsize trace_room(const struct trace_request *request)
{
    uint64_t most = MIN(request->most, MOST_ROOM / RECORD_BYTES);

    return request->most == 0 ? 0 : most * RECORD_BYTES / RUNTIME_PAGE * RUNTIME_PAGE + RUNTIME_PAGE + LEAST_ROOM;
}

/* Reads a record. A struck program may have written anything into the shared file. */
static gboolean record_at(const guint8 *records, gsize size, gsize at, struct trace_record *record, gsize *end)
{
    if (at + sizeof(*record) > size)
        return FALSE;
    memcpy(record, records + at, sizeof(*record));
    *end = at + sizeof(*record) + ((gsize)record->bytes + 7) / 8 * 8;
    return *end <= size && (record->index > 0 || record->bytes > 0);
}

/* Copies the records, except those that do not belong to this program. */
static void copy_records(struct trace *trace, const guint8 *from, gsize size, unsigned n_instructions)
{
    struct trace_record record;
    gsize end;

    trace->records = g_malloc(MAX(size, 1));
    for (gsize at = 0; record_at(from, size, at, &record, &end); at = end) {
        if (record.index < 1 || record.index > n_instructions)
            continue;
        memcpy(trace->records + trace->size, from + at, end - at);
        trace->size += end - at;
        trace->n_entries++;
    }
}

/* The LLFI index of the instruction whose result was struck first; 0 if an operand was struck, or nothing. */
static unsigned struck_result(const struct shared_page *shared, const struct functions *functions)
{
    const struct injection *first = &shared->injections[0];
    const struct site *site;

    if (shared->n_injections == 0 || first->site >= functions->sites->len)
        return 0;
    site = &g_array_index(functions->sites, struct site, first->site);
    return first->reg_index < (uint32_t)site->n_registers && site->registers[first->reg_index].position == 0
               ? site->index
               : 0;
}

/* Phis, and stack slots, are traced together after the last of them. So the ones before the struck one appear in a
 * trace that begins with the fault, and are removed. */
static void drop_before(struct trace *trace, unsigned struck)
{
    struct trace_entry entry;
    uint64_t n = 0;
    gsize at = 0, begin = 0;

    while (struck > 0 && trace_next(trace, &at, &entry)) {
        if (entry.index == struck) {
            memmove(trace->records, trace->records + begin, trace->size - begin);
            trace->size -= begin;
            trace->n_entries -= n;
            trace->first += n;
            return;
        }
        begin = at;
        n++;
    }
}

struct trace *trace_take(const struct trace_request *request, const struct shared_page *shared, const guint8 *records,
                         const struct functions *functions)
{
    const struct trace_order *left = &shared->trace;
    struct trace *trace = g_new0(struct trace, 1);

    copy_records(trace, records, MIN(left->used, trace_room(request)), functions->n_instructions);
    trace->from_fault = request->first == 0;
    trace->first = trace->n_entries > 0 ? left->start : 0;
    trace->executed = left->executed;
    trace->cut = left->kept > trace->n_entries;
    if (trace->from_fault)
        drop_before(trace, struck_result(shared, functions));
    return trace;
}

gboolean trace_next(const struct trace *trace, gsize *at, struct trace_entry *entry)
{
    struct trace_record record;
    gsize end;

    if (!record_at(trace->records, trace->size, *at, &record, &end))
        return FALSE;
    *entry = (struct trace_entry){ record.index, record.bytes, trace->records + *at + sizeof(record) };
    *at = end;
    return TRUE;
}

void trace_append_value(GString *to, const struct trace_entry *entry)
{
    static const char digits[] = "0123456789abcdef";

    if (entry->bytes == 0)
        g_string_append(to, "00000000");
    for (unsigned i = entry->bytes; i-- > 0;) {
        g_string_append_c(to, digits[entry->value[i] >> 4]);
        g_string_append_c(to, digits[entry->value[i] & 15]);
    }
}

static void write_entries(const struct trace *trace, const struct functions *functions, FILE *file)
{
    g_autoptr(GString) line = g_string_new(NULL);
    struct trace_entry entry;

    for (gsize at = 0; trace_next(trace, &at, &entry);) {
        const char *opcode = opcode_name(functions->opcodes[entry.index - 1]);

        g_string_printf(line, "ID: %u\tOPCode: %s\tValue: ", entry.index, opcode ? opcode : "unknown");
        trace_append_value(line, &entry);
        g_string_append_c(line, '\n');
        fwrite(line->str, 1, line->len, file);
    }
}

gboolean trace_write(const struct trace *trace, const struct functions *functions, const char *path, GError **error)
{
    FILE *file = fopen(path, "we");
    gboolean done = file != NULL;

    if (file) {
        if (trace->from_fault)
            fprintf(file, "#TraceStartInstNumber: %" G_GUINT64_FORMAT "%s\n", trace->first,
                    trace->cut ? " #TraceCut" : "");
        write_entries(trace, functions, file);
        done = !ferror(file);
        done = fclose(file) == 0 && done;
    }
    if (!done)
        set_error(error, LLTFI_ERROR_RUN, "%s: the trace can't be written: %s", path, g_strerror(errno));
    return done;
}
