#include "runtime/inject.h"

#include <string.h>

#define MAX_OCTETS 1024

/* Programs have it in a page of its own (process.c). */
#ifndef LLTFI_PROCESS
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

bool runtime_pending(void)
{
    return state.plan && (state.plan->every_site >= 0 || state.next < state.plan->n_faults);
}

static bool get_bit(const unsigned char *octets, unsigned bit)
{
    return octets[bit / 8] >> (bit % 8) & 1;
}

/* Threads of a program may strike at once where every execution of a site is struck. */
#ifdef LLTFI_PROCESS
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
    unsigned octets = (width + 7) / 8;
    unsigned char last = width % 8 ? (unsigned char)((1u << (width % 8)) - 1) : 0xff;

    for (unsigned i = 0; i < octets; i++) {
        switch (plan->type) {
        case RUNTIME_NONE:
            break;
        case RUNTIME_BITFLIP:
            value[i] ^= mask[i];
            break;
        case RUNTIME_STUCK_AT_0:
            value[i] &= (unsigned char)~mask[i];
            break;
        case RUNTIME_STUCK_AT_1:
            value[i] |= mask[i];
            break;
        case RUNTIME_RANDOM_VALUE:
            value[i] = (unsigned char)(random_next(&plan->random) & (i + 1 == octets ? last : 0xff));
            break;
        }
    }
}

static void copy_first_bits(uint64_t to[2], const unsigned char *octets, unsigned width)
{
    unsigned size = (width + 7) / 8;

    to[0] = to[1] = 0;
    memcpy(to, octets, size < 16 ? size : 16);
}

static bool has_bits(const struct runtime_plan *plan, uint32_t width)
{
    return width > 0 && width <= MAX_OCTETS * 8 && plan->bit < (int64_t)width;
}

bool runtime_change(struct runtime_plan *plan, void *value, uint32_t width, struct runtime_injection *injection)
{
    unsigned char mask[MAX_OCTETS];

    if (!has_bits(plan, width))
        return false;
    injection->width = width;
    copy_first_bits(injection->old_value, value, width);
    injection->bit = choose_bits(plan, width, mask);
    change(plan, value, mask, width);
    copy_first_bits(injection->mask, mask, width);
    copy_first_bits(injection->new_value, value, width);
    return true;
}

static void strike(struct runtime_plan *plan, uint64_t fault, uint32_t site, uint32_t reg_index, void *value,
                   uint32_t width)
{
    struct runtime_injection injection = { .site = site, .reg_index = reg_index, .fault = fault };

    if (!has_bits(plan, width))
        return;
    if (plan->allowed && (reg_index >= 64 || !(plan->allowed[site] >> reg_index & 1))) {
        plan->refused = true;
        return;
    }
    runtime_change(plan, value, width, &injection);
    if (plan->record)
        plan->record(&injection, plan->data);
}

/* Whether the instruction that is being executed is struck in this register, which is drawn at its first one. */
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

void lltfi_inject(uint64_t countdown, uint32_t site, uint32_t reg_index, uint32_t n_registers, void *value,
                  uint32_t width)
{
    lock();
    if (is_struck(countdown, site, reg_index, n_registers))
        strike(state.plan, state.next, site, reg_index, value, width);
    unlock();
}

uint64_t lltfi_hold(uint64_t countdown, uint32_t site, uint32_t reg_index, uint32_t n_registers)
{
    uint64_t held;

    lock();
    held = is_struck(countdown, site, reg_index, n_registers) ? state.next + UINT64_C(1) : 0;
    unlock();
    return held;
}

void lltfi_release(uint64_t held, uint32_t site, uint32_t reg_index, void *value, uint32_t width)
{
    if (held == 0)
        return;
    lock();
    if (state.plan)
        strike(state.plan, held - 1, site, reg_index, value, width);
    unlock();
}

uint64_t lltfi_step(uint64_t countdown)
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
