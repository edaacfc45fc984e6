/* Draws the faults of trials, and checks run options against the profile. */
#include "engine/plan.h"

#include "base/errors.h"
#include "config/campaign.h"
#include "config/software_faults.h"
#include "engine/model/targets.h"

#include <string.h>

static gboolean option_error(const struct run_option *option, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean option_error(const struct run_option *option, GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_CONFIG, "%s%s%s", option->name ? option->name : "",
                option->name ? ": " : "", text);
    return FALSE;
}

/* The number of the site with this LLFI index; -1 if it is not selected. */
static int64_t site_number(const struct plan *plan, int64_t index)
{
    for (guint s = 0; s < plan->subject->sites->len; s++)
        if (g_array_index(plan->subject->sites, struct site, s).index == index)
            return s;
    return -1;
}

/* Executed selected instructions of a run. */
static uint64_t total_of(const struct plan *plan, size_t input)
{
    return plan->subject->kind->total(plan->subject, input);
}

static unsigned widest_register(const struct plan *plan)
{
    unsigned widest = 0;

    for (guint s = 0; s < plan->subject->sites->len; s++) {
        const struct site *site = &g_array_index(plan->subject->sites, struct site, s);

        for (int r = 0; r < site->n_registers; r++)
            widest = MAX(widest, site->registers[r].width);
    }
    return widest;
}

/* Whether the widest register or element that may be struck has the bits that the run option names. */
static gboolean check_bits(const struct run_option *option, unsigned widest, const char *what, GError **error)
{
    gboolean counted = fault_models[option->fault].scope == SCOPE_BITS || option->fault == FAULT_SOFTWARE;

    if (option->bit >= (int64_t)widest)
        return option_error(option, error, "fi_bit %" G_GINT64_FORMAT ": the widest selected %s has %u bits",
                            option->bit, what, widest);
    if (counted && option->num_bits > (int)widest)
        return option_error(option, error, "fi_num_bits %d: the widest selected %s has %u bits", option->num_bits, what,
                            widest);
    return TRUE;
}

/* A register that no instruction has would make every trial "not activated". */
static gboolean check_register(const struct plan *plan, const struct run_option *option, GError **error)
{
    int most = 0;

    for (guint s = 0; s < plan->subject->sites->len; s++)
        most = MAX(most, g_array_index(plan->subject->sites, struct site, s).n_registers);
    if (option->reg_index >= most)
        return option_error(option, error,
                            "fi_reg_index %" G_GINT64_FORMAT ": the selected instructions have at most %d selected "
                            "register%s, numbered from 0",
                            option->reg_index, most, most == 1 ? "" : "s");
    return TRUE;
}

/* A fault in a tensor strikes one element, so options about instructions do not apply to it. */
static gboolean check_element_option(const struct plan *plan, const struct run_option *option, GError **error)
{
    const struct targets *targets = plan->subject->targets;
    const char *level = level_names[targets->level];

    if (run_option_faults(option) > 1)
        return option_error(option, error, "level %s: a trial strikes one element, not several instructions", level);
    if (option->index >= 0 || option->reg_index >= 0)
        return option_error(option, error, "level %s: fi_index and fi_reg_index choose among instructions", level);
    if (option->cycle > 0 && (uint64_t)option->cycle > targets->total)
        return option_error(option, error, "fi_cycle %" G_GINT64_FORMAT " is past the last element, %" G_GUINT64_FORMAT,
                            option->cycle, targets->total);
    return check_bits(option, targets->widest, "element", error);
}

static gboolean check_option(const struct plan *plan, const struct run_option *option, GError **error)
{
    if (plan->subject->targets)
        return check_element_option(plan, option, error);

    for (size_t i = 0; i < plan->subject->n_inputs; i++) {
        uint64_t total = total_of(plan, i);

        if (total == 0)
            return option_error(option, error,
                                "no selected instruction is executed: select other layers, opcodes or registers");
        if (option->cycle > 0 && (uint64_t)option->cycle > total)
            return option_error(option, error,
                                "fi_cycle %" G_GINT64_FORMAT " is past the last cycle, %" G_GUINT64_FORMAT,
                                option->cycle, total);
    }
    if (option->index >= 0 && option->cycle <= 0 && site_number(plan, option->index) < 0)
        return option_error(option, error, "fi_index %" G_GINT64_FORMAT " is not among the selected instructions",
                            option->index);
    return check_register(plan, option, error) && check_bits(option, widest_register(plan), "register", error);
}

static gboolean check_options(struct plan *plan, GError **error)
{
    for (guint c = 0; c < plan->campaign->runs->len; c++) {
        const struct run_option *option = plan->campaign->runs->pdata[c];

        if (!check_option(plan, option, error))
            return FALSE;
        plan->trials += (uint64_t)option->trials;
    }
    return TRUE;
}

gboolean plan_init(struct plan *plan, struct subject *subject, GError **error)
{
    *plan = (struct plan){ .campaign = subject->campaign, .subject = subject };
    return check_options(plan, error);
}

static const struct run_option *option_of(const struct plan *plan, uint64_t number, int *config)
{
    const GPtrArray *runs = plan->campaign->runs;
    guint c = 0;

    while (c + 1 < runs->len && number >= (uint64_t)((struct run_option *)runs->pdata[c])->trials)
        number -= (uint64_t)((struct run_option *)runs->pdata[c++])->trials;
    *config = (int)c;
    return runs->pdata[c];
}

/* The gaps of faults after the first one: window_len for two, fi_max_multiple with windows for more. */
static void draw_gaps(const struct run_option *option, uint64_t total, struct runtime_plan *runtime)
{
    uint64_t low = 1, high = total > 1 ? total - 1 : 1;

    runtime->n_faults = (unsigned)run_option_faults(option);
    if (option->window_len > 0)
        high = (uint64_t)option->window_len;
    else if (option->window_start > 0 && option->window_end >= option->window_start) {
        low = (uint64_t)option->window_start;
        high = (uint64_t)option->window_end;
    }
    for (unsigned i = 1; i < runtime->n_faults; i++)
        runtime->gaps[i] = low + random_below(&runtime->random, high - low + 1);
}

/* Like LLFI: a second fault after the last cycle is moved to the last cycle, and further ones are dropped. */
static void clip_faults(const struct run_option *option, uint64_t cycle, uint64_t total, struct runtime_plan *runtime)
{
    uint64_t at = cycle;

    for (unsigned i = 1; i < runtime->n_faults; i++) {
        if (at + runtime->gaps[i] <= total) {
            at += runtime->gaps[i];
            continue;
        }
        if (option->window_len > 0 && at < total)
            runtime->gaps[i] = total - at;
        else
            runtime->n_faults = i;
    }
}

/* Finds the layer of the cycle, and the distance from the beginning of the code that runs in its fault form. */
static void locate(const struct plan *plan, struct planned *planned)
{
    uint64_t before;

    planned->layer = plan->subject->kind->locate(plan->subject, (size_t)planned->input, planned->cycle, &before);
    planned->countdown = planned->cycle - 1 - before;
}

static void plan_element(const struct plan *plan, const struct run_option *option, struct planned *planned)
{
    const struct targets *targets = plan->subject->targets;

    planned->level = targets->level;
    planned->cycle = 1 + targets_draw(targets, &planned->runtime.random);
    if (option->cycle > 0)
        planned->cycle = (uint64_t)option->cycle;
    planned->target = targets_find(targets, planned->cycle - 1);
    planned->element = planned->cycle - 1 - planned->target->first;
    planned->layer = planned->target->layer;
    planned->runtime.n_faults = 1;
}

/* A software fault that flips bits is injected like a hardware fault. */
static void set_fault(const struct run_option *option, struct runtime_plan *runtime)
{
    const struct software_fault *software = option->software;

    runtime->type = option->fault;
    if (!software)
        return;
    runtime->software = (struct runtime_software){ .action = software->action,
                                                   .custom = software_fault_number(software),
                                                   .value = software->value };
    if (software->action == SOFTWARE_FLIP)
        runtime->type = FAULT_BITFLIP;
}

void plan_trial(const struct plan *plan, uint64_t number, struct planned *planned)
{
    const struct run_option *option = option_of(plan, number, &planned->config);
    struct runtime_plan *runtime = &planned->runtime;
    uint64_t total;

    planned->input = plan->subject->n_inputs > 1 ? (int)(number % plan->subject->n_inputs) : 0;
    planned->timeout = option->timeout > 0 ? option->timeout : plan->campaign->timeout;
    planned->is_control = FALSE;
    planned->level = LEVEL_INSTRUCTION;
    planned->target = NULL;
    planned->countdown = 0;
    memset(runtime, 0, offsetof(struct runtime_plan, gaps)); /* draw_gaps gives as many as there are faults */
    runtime->random = random_stream((uint64_t)(option->seed >= 0 ? option->seed : plan->campaign->seed), number);
    set_fault(option, runtime);
    runtime->num_bits = (unsigned)MAX(option->num_bits, 1);
    runtime->bit = option->bit;
    runtime->reg_index = option->reg_index;
    runtime->every_site = -1;
    if (plan->subject->targets) {
        plan_element(plan, option, planned);
        return;
    }
    total = total_of(plan, (size_t)planned->input);
    planned->cycle = 1 + random_below(&runtime->random, total);
    if (option->cycle > 0)
        planned->cycle = (uint64_t)option->cycle;
    draw_gaps(option, total, runtime);
    clip_faults(option, planned->cycle, total, runtime);
    if (option->index >= 0 && option->cycle <= 0) {
        runtime->every_site = site_number(plan, option->index);
        planned->layer = g_array_index(plan->subject->sites, struct site, runtime->every_site).layer;
        planned->cycle = 0;
        return;
    }
    locate(plan, planned);
}

void plan_control(struct planned *planned)
{
    planned->is_control = TRUE;
    planned->runtime.type = FAULT_NONE;
}
