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
    int32_t code, counting, locating;
    uint32_t number;
};

extern const struct runtime_gate __start_lltfi_gates[] __attribute__((weak));
extern const struct runtime_gate __stop_lltfi_gates[] __attribute__((weak));

#define GATE_OCTETS 5

/* The compiler must not take what lies there for a part of the table. */
static uint8_t *follow(const int32_t *field)
{
    uintptr_t address = (uintptr_t)field + (uintptr_t)(intptr_t)*field;

    __asm__("" : "+r"(address));
    return (uint8_t *)address;
}

static void write_code(const struct runtime_gate *gate, enum gate_state state)
{
    static const uint8_t nothing[GATE_OCTETS] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
    uint8_t *code = follow(&gate->code), jump[GATE_OCTETS] = { 0xe9 };
    int32_t distance = (int32_t)(follow(state == GATE_COUNTS ? &gate->counting : &gate->locating) - code - GATE_OCTETS);

    memcpy(jump + 1, &distance, sizeof(distance));
    memcpy(code, state == GATE_CLOSED ? nothing : jump, GATE_OCTETS);
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
        end = code + GATE_OCTETS > end ? code + GATE_OCTETS : end;
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
    opened = number;
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

void lltfi_settle(uint64_t countdown)
{
    lltfi_countdown = countdown;
    if (!runtime_pending())
        gates_close();
}
