/* File mappings for a machine's constants and for the tensors of its runs. */
#include "engine/model/machine.h"

#include "base/errors.h"
#include "ops/ops.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Alignment of tensors, so that they do not share cache lines. */
#define ALIGNMENT 64
/*
 * A corrupted address must have the same outcome in every process. So tensors and constants have the same addresses in
 * all of them, and the memory around them is unmapped: the address leads to another element or to a crash, never to
 * other data of the process.
 */
#define GUARD ((size_t)1 << 34)
#define ARENA_BEGIN ((uintptr_t)0x200000000000)
#define ARENA_END ((uintptr_t)0x500000000000)
/* Vectorized kernels may read (never write) up to one vector after a tensor's end. */
#define SLACK 4096

static int new_file(const char *name, size_t size, GError **error)
{
    int file = memfd_create(name, MFD_CLOEXEC);

    if (file >= 0 && ftruncate(file, (off_t)size) == 0)
        return file;
    system_error(error, "reserving memory for tensors");
    if (file >= 0)
        close(file);
    return -1;
}

static void *map(int file, size_t size, int protection, int flags, GError **error)
{
    void *data = mmap(NULL, size, protection, flags, file, 0);

    if (data != MAP_FAILED)
        return data;
    system_error(error, "mapping memory for tensors");
    return NULL;
}

static size_t whole_pages(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return (size + page - 1) / page * page;
}

/* The address of the next mapping with its guards. */
static uintptr_t arena_next = ARENA_BEGIN;

/* Reserves `size` bytes of the arena; NULL if they are not available (many inputs, ulimit -v, a sanitizer). */
static char *reserve(size_t size)
{
    char *reserved;

    if (size > ARENA_END - arena_next)
        return NULL;
    reserved = mmap((void *)arena_next, size, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (reserved == (char *)arena_next) {
        arena_next += size;
        return reserved;
    }
    if (reserved != MAP_FAILED)
        munmap(reserved, size);
    return NULL;
}

static void unmap_guarded(void *data, size_t size, size_t guard)
{
    char *begin = (char *)data - guard;
    size_t length = whole_pages(size) + 2 * guard;

    munmap(begin, length);
    if (guard > 0 && (uintptr_t)begin + length == arena_next)
        arena_next = (uintptr_t)begin;
}

/* Maps a file in the arena between two guards, or without guards if there is no room; *guard receives their size. */
static void *map_guarded(int file, size_t size, size_t *guard, GError **error)
{
    char *reserved = reserve(whole_pages(size) + 2 * GUARD);

    *guard = reserved ? GUARD : 0;
    if (!reserved)
        return map(file, size, PROT_READ | PROT_WRITE, MAP_SHARED, error);
    if (mmap(reserved + GUARD, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) != MAP_FAILED)
        return reserved + GUARD;
    system_error(error, "mapping memory for tensors");
    unmap_guarded(reserved + GUARD, size, GUARD);
    return NULL;
}

static size_t place(size_t *end, size_t size)
{
    size_t offset = *end;

    *end += (MAX(size, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return offset;
}

size_t machine_value_size(const struct machine *machine, int number)
{
    const struct value *value = model_value(machine->model, number);
    size_t count = 1;

    for (int d = 0; d < value->rank; d++)
        count *= (size_t)value->dims[d];
    return count * element_size(value->type);
}

void *machine_value(const struct machine *machine, unsigned char *data, int number)
{
    return (model_value(machine->model, number)->constant ? machine->constants : data) + machine->offsets[number];
}

struct tensor machine_view(const struct machine *machine, unsigned char *data, int number)
{
    const struct value *value = model_value(machine->model, number);
    struct tensor view = { .type = value->type, .rank = value->rank };

    view.data = data ? machine_value(machine, data, number) : NULL;
    view.size = machine_value_size(machine, number);
    view.count = view.size / element_size(value->type);
    memcpy(view.dims, value->dims, sizeof(view.dims));
    return view;
}

static void copy_constants(const struct machine *machine)
{
    for (guint v = 0; v < machine->model->values->len; v++) {
        const struct tensor *constant = model_value(machine->model, (int)v)->constant;

        if (constant)
            memcpy(machine->constants + machine->offsets[v], constant->data, constant->size);
    }
}

static void write_boxes(struct machine *machine, size_t offset)
{
    struct box *boxes = (struct box *)(void *)(machine->constants + offset);

    for (guint l = 0; l < machine->model->layers->len; l++) {
        const struct layer *layer = model_layer(machine->model, (int)l + 1);

        box_whole(layer->space_rank, layer->space, &boxes[l]);
    }
    machine->boxes = boxes;
}

/* Makes the mapping read-only and private: a write (a fault in a weight) stays in the process that makes it. */
static gboolean make_private(const struct machine *machine, int file, GError **error)
{
    if (mmap(machine->constants, machine->constants_size, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0) != MAP_FAILED)
        return TRUE;
    return system_error(error, "protecting the constants");
}

gboolean machine_map_constants(struct machine *machine, GError **error)
{
    GPtrArray *values = machine->model->values;
    gboolean done;
    size_t boxes;
    int file;

    machine->offsets = g_new0(size_t, MAX(values->len, 1));
    for (guint v = 0; v < values->len; v++) {
        const struct value *value = values->pdata[v];

        if (value->constant || (value->rank >= 0 && !value->unread))
            machine->offsets[v] =
                place(value->constant ? &machine->constants_size : &machine->size, machine_value_size(machine, (int)v));
    }
    boxes = place(&machine->constants_size, machine->model->layers->len * sizeof(struct box));
    machine->size += SLACK;
    machine->constants_size += SLACK;
    file = new_file("lltfi-constants", machine->constants_size, error);
    if (file < 0)
        return FALSE;
    machine->constants = map_guarded(file, machine->constants_size, &machine->constants_guard, error);
    if (machine->constants) {
        copy_constants(machine);
        write_boxes(machine, boxes);
    }
    done = machine->constants && make_private(machine, file, error);
    close(file);
    return done;
}

void machine_write_constant(const struct machine *machine, size_t offset, const void *bytes, size_t size)
{
    size_t begin = offset / whole_pages(1) * whole_pages(1), length = whole_pages(offset + size) - begin;
    unsigned char *page = machine->constants + begin;

    if (mprotect(page, length, PROT_READ | PROT_WRITE) != 0)
        g_error("making a constant writable: %s", g_strerror(errno));
    memcpy(machine->constants + offset, bytes, size);
    if (mprotect(page, length, PROT_READ) != 0)
        g_error("protecting a constant: %s", g_strerror(errno));
}

void machine_unmap_constants(struct machine *machine)
{
    if (machine->constants)
        unmap_guarded(machine->constants, machine->constants_size, machine->constants_guard);
}

struct memory *memory_new(const struct machine *machine, struct tensor *const *inputs, GError **error)
{
    struct memory *memory = g_new0(struct memory, 1);

    memory->size = machine->size;
    memory->file = new_file("lltfi-tensors", memory->size, error);
    memory->data = memory->file < 0 ? NULL : map_guarded(memory->file, memory->size, &memory->guard, error);
    if (!memory->data) {
        memory_free(memory);
        return NULL;
    }
    for (guint i = 0; i < machine->model->inputs->len; i++) {
        int value = g_array_index(machine->model->inputs, int, i);

        memcpy(memory->data + machine->offsets[value], inputs[i]->data, inputs[i]->size);
    }
    return memory;
}

gboolean memory_freeze(struct memory *memory, GError **error)
{
    void *again = mmap(memory->data, memory->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, memory->file, 0);

    if (again == MAP_FAILED)
        return system_error(error, "mapping the golden tensors");
    memory->golden = map(memory->file, memory->size, PROT_READ, MAP_SHARED, error);
    return memory->golden != NULL;
}

gboolean machine_is_guarded(const struct machine *machine, const struct memory *memory)
{
    return machine->constants_guard > 0 && memory->guard > 0;
}

void memory_reset(struct memory *memory)
{
    madvise(memory->data, memory->size, MADV_DONTNEED);
}

void memory_free(struct memory *memory)
{
    if (!memory)
        return;
    if (memory->data)
        unmap_guarded(memory->data, memory->size, memory->guard);
    if (memory->golden)
        munmap((void *)memory->golden, memory->size);
    if (memory->file >= 0)
        close(memory->file);
    g_free(memory);
}
