/* Opening and closing gates: writing a jump over a no-operation, or setting a flag. */
#include "runtime/program/gates.h"

#include "runtime/shared/inject.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern uint8_t lltfi_gate_flags[];
extern const uint64_t lltfi_n_gate_flags; /* 0: gates are code */
extern const uint64_t lltfi_threads;
extern const uint32_t lltfi_gate_sites[][2]; /* a site, and a gate that it is behind */
extern const uint64_t lltfi_n_gate_sites;

bool lltfi_stops;
static struct {
    enum gate_state state;
    uint32_t number;
} opened;

static void set_flags(uint32_t number, enum gate_state state)
{
    if (number == ALL_GATES)
        memset(lltfi_gate_flags, state, lltfi_n_gate_flags);
    else
        lltfi_gate_flags[number] = (uint8_t)state;
}

#ifdef __x86_64__
/* Distances, each from its own field. A block that the compiler duplicated has two of these. */
struct runtime_gate {
    int32_t code, counting, locating, marking;
    uint32_t number;
};

extern const struct runtime_gate __start_lltfi_gates[] __attribute__((weak));
extern const struct runtime_gate __stop_lltfi_gates[] __attribute__((weak));

#define BYTES 5

/* The asm hides where the address comes from: the compiler would assume that it points into the table. */
static uint8_t *follow(const int32_t *field)
{
    uintptr_t address = (uintptr_t)field + (uintptr_t)(intptr_t)*field;

    __asm__("" : "+r"(address));
    return (uint8_t *)address;
}

static void make_jump(const struct runtime_gate *gate, enum gate_state state, uint8_t *bytes)
{
    const int32_t *to = state == GATE_COUNTS    ? &gate->counting
                        : state == GATE_LOCATES ? &gate->locating
                                                : &gate->marking;
    int32_t distance = (int32_t)(follow(to) - (follow(&gate->code) + BYTES));

    bytes[0] = 0xe9;
    memcpy(bytes + 1, &distance, sizeof(distance));
}

typedef volatile uint64_t bytes8 __attribute__((aligned(1), may_alias));

/* With one store, so that a signal handler or another thread executes either the old or the new instruction. In
 * programs with threads a gate is within 8 aligned bytes; in others it may be anywhere. */
static void write_code(const struct runtime_gate *gate, enum gate_state state)
{
    uint8_t bytes[BYTES] = { 0x0f, 0x1f, 0x44, 0, 0 }, *code = follow(&gate->code);
    size_t before = lltfi_threads ? (uintptr_t)code % sizeof(bytes8) : 0;
    bytes8 *around = (bytes8 *)(code - before);
    uint64_t all = *around;

    if (state != GATE_CLOSED)
        make_jump(gate, state, bytes);
    memcpy((uint8_t *)&all + before, bytes, BYTES);
    *around = all;
}

static bool is_meant(const struct runtime_gate *gate, uint32_t number)
{
    return number == ALL_GATES || gate->number == number;
}

/* Makes the pages of the gates writable while it changes them. */
static bool set_code(uint32_t number, enum gate_state state)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = UINTPTR_MAX, end = 0;
    const struct runtime_gate *gate;

    for (gate = __start_lltfi_gates; gate < __stop_lltfi_gates; gate++) {
        uintptr_t code = (uintptr_t)follow(&gate->code);

        if (!is_meant(gate, number))
            continue;
        begin = code < begin ? code : begin;
        end = code + sizeof(bytes8) > end ? code + sizeof(bytes8) : end;
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
    if (lltfi_n_gate_flags == 0)
        return set_code(number, state);
    set_flags(number, state);
    return true;
}

bool gates_open(uint32_t number, enum gate_state state)
{
    opened.state = state;
    opened.number = number;
    return gates_set(number, state);
}

bool gates_open_site(uint32_t site)
{
    bool done = true;

    for (uint64_t i = 0; done && i < lltfi_n_gate_sites; i++)
        done = lltfi_gate_sites[i][0] != site || gates_set(lltfi_gate_sites[i][1], GATE_COUNTS);
    return done;
}

void gates_close(void)
{
    if (opened.state != GATE_CLOSED)
        gates_set(opened.number, GATE_CLOSED);
    opened.state = GATE_CLOSED;
}

bool lltfi_keeps_gates;

void gates_settle(void)
{
    if (runtime_strikes_always() || lltfi_keeps_gates)
        return;
    if (!runtime_pending())
        gates_close();
    else if (opened.number != ALL_GATES || opened.state != GATE_COUNTS)
        gates_open(ALL_GATES, GATE_COUNTS);
}

KEEPS_REGISTERS void lltfi_settle(uint64_t countdown)
{
    lltfi_countdown = countdown;
    gates_settle();
}
