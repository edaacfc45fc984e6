#include "runtime/gates.h"

#include "runtime/inject.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern uint8_t lltfi_gate_flags[];
extern const uint64_t lltfi_n_gate_flags; /* 0: gates are code */
extern const uint64_t lltfi_threads;

static bool is_open;
static uint32_t opened;

static void set_flags(uint32_t number, enum gate_state state)
{
    if (number == ALL_GATES)
        memset(lltfi_gate_flags, state, lltfi_n_gate_flags);
    else
        lltfi_gate_flags[number] = (uint8_t)state;
}

#ifdef __x86_64__
/* Distances from the fields themselves. A block that the compiler has put in twice has two. */
struct runtime_gate {
    int32_t code, near, locating;
    uint32_t number;
    int32_t size; /* selected instructions of the block */
};

extern const struct runtime_gate __start_lltfi_gates[] __attribute__((weak));
extern const struct runtime_gate __stop_lltfi_gates[] __attribute__((weak));

#define MOST_OCTETS 19

/* The compiler must not take what lies there for a part of the table. */
static uint8_t *follow(const int32_t *field)
{
    uintptr_t address = (uintptr_t)field + (uintptr_t)(intptr_t)*field;

    __asm__("" : "+r"(address));
    return (uint8_t *)address;
}

static uint8_t *append(uint8_t *to, const void *octets, size_t n)
{
    memcpy(to, octets, n);
    return to + n;
}

/* As far as from where the field ends, and `behind` octets more. */
static uint8_t *append_distance(uint8_t *to, const uint8_t *field, const void *target, int behind)
{
    int32_t distance = (int32_t)((intptr_t)target - (intptr_t)field - (int)sizeof(distance) - behind);

    return append(to, &distance, sizeof(distance));
}

/* subq $size, lltfi_countdown(%rip) or %fs:lltfi_ration, and jb to `near`. Returns its length. */
static size_t make_count(const struct runtime_gate *gate, uint8_t *octets)
{
    const uint8_t *code = follow(&gate->code);
    const bool is_long = gate->size > INT8_MAX;
    const int size_octets = is_long ? 4 : 1;
    const uint8_t plain[] = { 0x48, is_long ? 0x81 : 0x83, 0x2d };
    const uint8_t local[] = { 0x64, 0x48, is_long ? 0x81 : 0x83, 0x2c, 0x25 };
    const int32_t offset = (int32_t)((intptr_t)&lltfi_ration - (intptr_t)__builtin_thread_pointer());
    uint8_t *end;

    if (lltfi_threads) {
        end = append(octets, local, sizeof(local));
        end = append(end, &offset, sizeof(offset));
    } else {
        end = append(octets, plain, sizeof(plain));
        end = append_distance(end, code + (end - octets), &lltfi_countdown, size_octets);
    }
    end = append(end, &gate->size, (size_t)size_octets);
    end = append(end, "\x0f\x82", 2);
    end = append_distance(end, code + (end - octets), follow(&gate->near), 0);
    return (size_t)(end - octets);
}

/* No-operations as they were compiled in. */
static void make_nothing(uint8_t *octets, size_t length)
{
    static const char first[] = "\x66\x66\x66\x66\x66\x2e\x0f\x1f\x84\0\0\0\0";
    static const char *const rest[] = { [0] = "", [2] = "\x66\x90", [3] = "\x0f\x1f\0", [5] = "\x0f\x1f\x44\0\0" };

    append(append(octets, first, sizeof(first)), rest[length - sizeof(first)], length - sizeof(first));
}

static void write_code(const struct runtime_gate *gate, enum gate_state state)
{
    uint8_t octets[MOST_OCTETS], *code = follow(&gate->code);
    size_t length = make_count(gate, octets);

    if (state == GATE_CLOSED)
        make_nothing(octets, length);
    if (state == GATE_LOCATES) {
        octets[0] = 0xe9;
        append_distance(octets + 1, code + 1, follow(&gate->locating), 0);
    }
    memcpy(code, octets, length);
}

static bool is_meant(const struct runtime_gate *gate, uint32_t number)
{
    return number == ALL_GATES || gate->number == number;
}

/* The pages of the gates: writable as well for a while. */
static bool set_code(uint32_t number, enum gate_state state)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = UINTPTR_MAX, end = 0;
    const struct runtime_gate *gate;

    for (gate = __start_lltfi_gates; gate < __stop_lltfi_gates; gate++) {
        uintptr_t code = (uintptr_t)follow(&gate->code);

        if (!is_meant(gate, number))
            continue;
        begin = code < begin ? code : begin;
        end = code + MOST_OCTETS > end ? code + MOST_OCTETS : end;
    }
    if (begin >= end)
        return true;
    begin -= begin % page;
    if (mprotect((void *)begin, end - begin, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return false;
    for (gate = __start_lltfi_gates; gate < __stop_lltfi_gates; gate++)
        if (is_meant(gate, number))
            write_code(gate, state);
    return mprotect((void *)begin, end - begin, PROT_READ | PROT_EXEC) == 0;
}
#else
static bool set_code(uint32_t number, enum gate_state state)
{
    (void)number;
    (void)state;
    return true;
}
#endif

bool gates_set(uint32_t number, enum gate_state state)
{
    is_open = state != GATE_CLOSED;
    opened = is_open ? number : 0;
    if (lltfi_n_gate_flags == 0)
        return set_code(number, state);
    set_flags(number, state);
    return true;
}

void gates_close(void)
{
    if (is_open && !lltfi_threads)
        gates_set(opened, GATE_CLOSED);
}

KEEPS_REGISTERS void lltfi_settle(uint64_t countdown)
{
    lltfi_countdown = countdown;
    if (!runtime_pending())
        gates_close();
}
