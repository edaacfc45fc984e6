/* Injecting the faults of one run: which register is struck, and what becomes of its value. */
#include "runtime/shared/inject.h"

#include <string.h>

#define MAX_BYTES 1024

/* Programs have it in a page of its own (runtime/program/shared_page.c). */
#ifndef LLTFI_IN_PROGRAM
uint64_t lltfi_countdown = NEVER;
#endif

static struct {
    struct runtime_plan *plan;
    unsigned next;     /* the fault that the countdown leads to */
    int64_t reg_index; /* drawn for the instruction that is being struck, -1: not yet */
} state;

void runtime_arm(struct runtime_plan *plan, uint64_t countdown)
{
    state.plan = plan;
    state.next = 0;
    state.reg_index = -1;
    lltfi_countdown = plan && plan->every_site >= 0 ? 0 : countdown;
}

bool runtime_strikes_always(void)
{
    return state.plan && state.plan->every_site >= 0;
}

bool runtime_pending(void)
{
    return state.plan && (state.plan->every_site >= 0 || state.next < state.plan->n_faults);
}

static bool get_bit(const unsigned char *bytes, unsigned bit)
{
    return bytes[bit / 8] >> (bit % 8) & 1;
}

/* If every execution of a site is struck, several threads of a program may do so at the same time. */
#ifdef LLTFI_IN_PROGRAM
static uint32_t locked;

static void lock(void)
{
    while (__atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE))
        ;
}

static void unlock(void)
{
    __atomic_store_n(&locked, 0, __ATOMIC_RELEASE);
}
#else
static void lock(void)
{
}

static void unlock(void)
{
}
#endif

/* Chooses the bits to change: a set of num_bits distinct ones, or the bit that was asked for. Returns the lowest. */
static unsigned choose_bits(struct runtime_plan *plan, unsigned width, unsigned char *mask)
{
    unsigned wanted = plan->num_bits < width ? plan->num_bits : width;
    unsigned lowest = width;

    memset(mask, 0, (width + 7) / 8);
    for (unsigned chosen = 0; chosen < wanted;) {
        unsigned bit =
            plan->bit >= 0 && chosen == 0 ? (unsigned)plan->bit : (unsigned)random_below(&plan->random, width);

        if (get_bit(mask, bit))
            continue;
        mask[bit / 8] |= (unsigned char)(1u << (bit % 8));
        lowest = bit < lowest ? bit : lowest;
        chosen++;
    }
    return lowest;
}

static void change(struct runtime_plan *plan, unsigned char *value, const unsigned char *mask, unsigned width)
{
    unsigned bytes = (width + 7) / 8;
    unsigned char last = width % 8 ? (unsigned char)((1u << (width % 8)) - 1) : 0xff;

    for (unsigned i = 0; i < bytes; i++) {
        switch (plan->type) {
        case FAULT_NONE:
        case FAULT_SOFTWARE:
            break;
        case FAULT_BITFLIP:
            value[i] ^= mask[i];
            break;
        case FAULT_STUCK_AT_0:
            value[i] &= (unsigned char)~mask[i];
            break;
        case FAULT_STUCK_AT_1:
            value[i] |= mask[i];
            break;
        case FAULT_RANDOM_VALUE:
            value[i] = (unsigned char)(random_next(&plan->random) & (i + 1 == bytes ? last : 0xff));
            break;
        }
    }
}

static void copy_first_bits(uint64_t to[2], const unsigned char *bytes, unsigned width)
{
    unsigned size = (width + 7) / 8;

    to[0] = to[1] = 0;
    memcpy(to, bytes, size < 16 ? size : 16);
}

static bool has_bits(const struct runtime_plan *plan, uint32_t width)
{
    return width > 0 && width <= MAX_BYTES * 8 && plan->bit < (int64_t)width;
}

bool runtime_change(struct runtime_plan *plan, void *value, uint32_t width, struct injection *injection)
{
    unsigned char mask[MAX_BYTES];

    if (!has_bits(plan, width))
        return false;
    injection->width = width;
    copy_first_bits(injection->old_value, value, width);
    injection->bit = choose_bits(plan, width, mask);
    change(plan, value, mask, width);
    if (plan->type != FAULT_SOFTWARE)
        copy_first_bits(injection->mask, mask, width);
    copy_first_bits(injection->new_value, value, width);
    return true;
}

/* Returns whether a software fault is still to act. */
static bool strike(struct runtime_plan *plan, uint64_t fault, uint32_t site, uint32_t reg_index, void *value,
                   uint32_t width, struct injection *injection)
{
    *injection = (struct injection){ .site = site, .reg_index = reg_index, .fault = fault };
    if (!has_bits(plan, width))
        return false;
    if (plan->allowed && (reg_index >= 64 || !(plan->allowed[site] >> reg_index & 1))) {
        plan->refused = true;
        return false;
    }
    runtime_change(plan, value, width, injection);
    if (plan->record)
        plan->record(injection, plan->data);
    return plan->type == FAULT_SOFTWARE;
}

/* Performs a software fault without the lock: it may never return, and other threads must not wait for it. */
#ifdef LLTFI_IN_PROGRAM
static void act(const struct runtime_software *software, struct injection *kept, uint32_t bit, void *value,
                uint32_t width)
{
    software_act(software, bit, value, width);
    if (!kept)
        return;
    copy_first_bits(kept->new_value, value, width);
    for (int i = 1; i >= 0; i--) {
        kept->mask[i] = kept->old_value[i] ^ kept->new_value[i];
        if (kept->mask[i])
            kept->bit = (uint32_t)(64 * i + __builtin_ctzll(kept->mask[i]));
    }
}
#else
static void act(const struct runtime_software *software, struct injection *kept, uint32_t bit, void *value,
                uint32_t width)
{
    (void)software;
    (void)kept;
    (void)bit;
    (void)value;
    (void)width;
}
#endif

/* Whether this register of the instruction is struck. The register is drawn at the instruction's first call. */
static bool is_struck(uint64_t countdown, uint32_t site, uint32_t reg_index, uint32_t n_registers)
{
    struct runtime_plan *plan = state.plan;

    if (!runtime_pending())
        return false;
    if (plan->every_site >= 0 ? plan->every_site != (int64_t)site : countdown != 0)
        return false;
    if (state.reg_index < 0)
        state.reg_index = plan->reg_index >= 0 ? plan->reg_index : (int64_t)random_below(&plan->random, n_registers);
    return state.reg_index == (int64_t)reg_index;
}

KEEPS_REGISTERS void lltfi_inject(uint64_t countdown, uint32_t site, uint32_t reg_index, uint32_t n_registers,
                                  void *value, uint32_t width)
{
    struct injection injection, *kept = NULL;
    struct runtime_software software;
    bool acts;

    lock();
    acts = is_struck(countdown, site, reg_index, n_registers) &&
           strike(state.plan, state.next, site, reg_index, value, width, &injection);
    if (acts) {
        kept = state.plan->kept;
        software = state.plan->software;
    }
    unlock();
    if (acts)
        act(&software, kept, injection.bit, value, width);
}

KEEPS_REGISTERS uint64_t lltfi_hold(uint64_t countdown, uint32_t site, uint32_t reg_index, uint32_t n_registers)
{
    uint64_t held;

    lock();
    held = is_struck(countdown, site, reg_index, n_registers) ? state.next + UINT64_C(1) : 0;
    unlock();
    return held;
}

KEEPS_REGISTERS void lltfi_release(uint64_t held, uint32_t site, uint32_t reg_index, void *value, uint32_t width)
{
    struct injection injection, *kept = NULL;
    struct runtime_software software;
    bool acts;

    if (held == 0)
        return;
    lock();
    acts = state.plan && strike(state.plan, held - 1, site, reg_index, value, width, &injection);
    if (acts) {
        kept = state.plan->kept;
        software = state.plan->software;
    }
    unlock();
    if (acts)
        act(&software, kept, injection.bit, value, width);
}

KEEPS_REGISTERS uint64_t lltfi_step(uint64_t countdown)
{
    struct runtime_plan *plan = state.plan;
    uint64_t next = NEVER;

    if (!plan || (plan->every_site < 0 && countdown > 0))
        return countdown - 1;
    lock();
    state.reg_index = -1;
    if (plan->every_site >= 0)
        next = countdown == 0 ? 0 : countdown - 1;
    else if (++state.next < plan->n_faults)
        next = plan->gaps[state.next] - 1;
    unlock();
    return next;
}
