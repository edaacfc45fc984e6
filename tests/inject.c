/* What each fault model does to a register. */
#include "runtime/shared/inject.h"

#include <glib.h>
#include <string.h>

static GArray *recorded;

static void record(const struct injection *injection, void *data G_GNUC_UNUSED)
{
    g_array_append_val(recorded, *injection);
}

static struct runtime_plan plan_of(enum fault_type type, uint64_t trial)
{
    return (struct runtime_plan){
        .type = type,
        .num_bits = 1,
        .bit = -1,
        .reg_index = -1,
        .every_site = -1,
        .n_faults = 1,
        .random = random_stream(1, trial),
        .record = record,
    };
}

/* One execution of an instruction with one register of `width` bits when the countdown has reached the fault. */
static uint64_t strike(struct runtime_plan *plan, uint64_t value, uint32_t width)
{
    g_clear_pointer(&recorded, g_array_unref);
    recorded = g_array_new(FALSE, FALSE, sizeof(struct injection));
    runtime_arm(plan, 0);
    lltfi_inject(0, 7, 0, 1, &value, width);
    lltfi_step(0);
    return value;
}

static const struct injection *only_record(void)
{
    g_assert_cmpuint(recorded->len, ==, 1);
    return &g_array_index(recorded, struct injection, 0);
}

static void a_bit_flip_changes_one_bit_below_the_width(void)
{
    uint64_t seen = 0;

    for (uint64_t k = 0; k < 1000; k++) {
        struct runtime_plan plan = plan_of(FAULT_BITFLIP, k);
        uint64_t change = strike(&plan, 0x0123456789abcdef, 20) ^ 0x0123456789abcdef;

        g_assert_cmpint(__builtin_popcountll(change), ==, 1);
        g_assert_cmpuint(change, ==, only_record()->mask[0]);
        g_assert_cmpuint(change, ==, (uint64_t)1 << only_record()->bit);
        seen |= change;
    }
    g_assert_cmpuint(seen, ==, 0xfffff);
}

static void several_bits_are_distinct(void)
{
    for (uint64_t k = 0; k < 200; k++) {
        struct runtime_plan plan = plan_of(FAULT_BITFLIP, k);

        plan.num_bits = 8;
        g_assert_cmpint(__builtin_popcountll(strike(&plan, 0, 12)), ==, 8);
    }
}

static void more_bits_than_the_register_has_change_all_of_them(void)
{
    struct runtime_plan plan = plan_of(FAULT_BITFLIP, 0);

    plan.num_bits = 8;
    g_assert_cmpuint(strike(&plan, 0, 1), ==, 1);
}

static void a_given_bit_is_the_one_that_changes(void)
{
    struct runtime_plan plan = plan_of(FAULT_BITFLIP, 0);

    plan.bit = 31;
    g_assert_cmpuint(strike(&plan, 0, 32), ==, 0x80000000);
}

static void stuck_bits_are_set_or_cleared(void)
{
    for (uint64_t k = 0; k < 200; k++) {
        struct runtime_plan zero = plan_of(FAULT_STUCK_AT_0, k), one = plan_of(FAULT_STUCK_AT_1, k);

        g_assert_cmpuint(strike(&zero, 0, 32), ==, 0);
        g_assert_cmpint(__builtin_popcountll(strike(&zero, 0xffffffff, 32)), ==, 31);
        g_assert_cmpuint(strike(&one, 0xffffffff, 32), ==, 0xffffffff);
        g_assert_cmpint(__builtin_popcountll(strike(&one, 0, 32)), ==, 1);
    }
}

static void a_random_value_stays_within_the_width(void)
{
    uint64_t all = 0, common = ~(uint64_t)0;

    for (uint64_t k = 0; k < 200; k++) {
        struct runtime_plan plan = plan_of(FAULT_RANDOM_VALUE, k);
        uint64_t value = strike(&plan, 0, 13);

        all |= value;
        common &= value;
    }
    g_assert_cmpuint(all, ==, 0x1fff);
    g_assert_cmpuint(common, ==, 0);
}

static void no_fault_leaves_the_value(void)
{
    struct runtime_plan plan = plan_of(FAULT_NONE, 0);

    g_assert_cmpuint(strike(&plan, 42, 32), ==, 42);
}

static uint64_t change_of(enum fault_type type, uint64_t trial, uint64_t value)
{
    struct runtime_plan plan = plan_of(type, trial);

    return strike(&plan, value, 20) ^ value;
}

static void models_change_what_their_row_says(void)
{
    for (int f = 0; f < FAULT_TYPES; f++) {
        enum fault_scope scope = fault_models[f].scope;
        uint64_t changed = 0;

        for (uint64_t k = 0; k < 200; k++) {
            uint64_t zeros = change_of((enum fault_type)f, k, 0), ones = change_of((enum fault_type)f, k, 0xfffff);

            changed |= zeros | ones;
            if (scope == SCOPE_BITS)
                g_assert_cmphex((zeros | ones) & ~only_record()->mask[0], ==, 0);
        }
        g_assert_cmphex(changed, ==, scope == SCOPE_BITS || scope == SCOPE_REGISTER ? 0xfffff : 0);
    }
}

static void each_register_of_an_instruction_is_as_likely(void)
{
    unsigned counts[3] = { 0 };

    recorded = g_array_new(FALSE, FALSE, sizeof(struct injection));
    for (uint64_t k = 0; k < 3000; k++) {
        struct runtime_plan plan = plan_of(FAULT_BITFLIP, k);
        uint64_t value = 0;

        g_array_set_size(recorded, 0);
        runtime_arm(&plan, 0);
        for (uint32_t r = 0; r < 3; r++)
            lltfi_inject(0, 7, r, 3, &value, 32);
        counts[only_record()->reg_index]++;
    }
    for (int r = 0; r < 3; r++)
        g_assert_cmpuint(counts[r], >, 850);
}

static void further_faults_follow_after_their_gaps(void)
{
    struct runtime_plan plan = plan_of(FAULT_BITFLIP, 0);
    uint64_t countdown, value;
    GString *struck = g_string_new(NULL);

    recorded = g_array_new(FALSE, FALSE, sizeof(struct injection));
    plan.n_faults = 3;
    plan.gaps[1] = 1;
    plan.gaps[2] = 4;
    runtime_arm(&plan, 2);
    countdown = lltfi_countdown;
    for (int i = 0; i < 12; i++) {
        value = 0;
        lltfi_inject(countdown, 7, 0, 1, &value, 32);
        g_string_append_c(struck, value ? 'x' : '.');
        countdown = lltfi_step(countdown);
    }
    g_assert_cmpstr(struck->str, ==, "..xx...x....");
    g_assert_false(runtime_pending());
    g_string_free(struck, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bitflip/one", a_bit_flip_changes_one_bit_below_the_width);
    g_test_add_func("/bitflip/several", several_bits_are_distinct);
    g_test_add_func("/bitflip/too-many", more_bits_than_the_register_has_change_all_of_them);
    g_test_add_func("/bitflip/given", a_given_bit_is_the_one_that_changes);
    g_test_add_func("/stuck-at", stuck_bits_are_set_or_cleared);
    g_test_add_func("/random-value", a_random_value_stays_within_the_width);
    g_test_add_func("/models", models_change_what_their_row_says);
    g_test_add_func("/none", no_fault_leaves_the_value);
    g_test_add_func("/register", each_register_of_an_instruction_is_as_likely);
    g_test_add_func("/multiple", further_faults_follow_after_their_gaps);
    return g_test_run();
}
