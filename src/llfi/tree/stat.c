/* LLFI's texts about faults: those planned (llfi.config.runtime.txt) and those injected (llfi.stat.fi.injectedfaults).
 */
#include "config/software_faults.h"
#include "llfi/llfi.h"

#include <string.h>

const char *llfi_fault_name(const struct run_option *option)
{
    return fault_type_name(option);
}

char *llfi_trial_number(const struct campaign *campaign, uint64_t number, int *config, uint64_t *run)
{
    const GPtrArray *runs = campaign->runs;
    guint c = 0;

    while (c + 1 < runs->len && number >= (uint64_t)((struct run_option *)runs->pdata[c])->trials)
        number -= (uint64_t)((struct run_option *)runs->pdata[c++])->trials;
    if (config)
        *config = (int)c;
    if (run)
        *run = number;
    return g_strdup_printf("%u-%" G_GUINT64_FORMAT, c, number);
}

static gboolean has_bit(const uint64_t words[2], unsigned bit)
{
    return words[bit / 64] >> (bit % 64) & 1;
}

static void take_bit(uint64_t to[2], const uint64_t from[2], unsigned bit)
{
    const uint64_t mask = UINT64_C(1) << (bit % 64);

    to[bit / 64] = (to[bit / 64] & ~mask) | (from[bit / 64] & mask);
}

static void append_hex(GString *text, const char *key, const uint64_t value[2], unsigned width)
{
    g_string_append_printf(text, ", %s=0x", key);
    if (width > 64)
        g_string_append_printf(text, "%" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", value[1], value[0]);
    else
        g_string_append_printf(text, "%" G_GINT64_MODIFIER "x", value[0]);
}

/* LLTFI's runtime for models prints a register of 64 bits as a double and every other one as a float. */
static double as_number(const uint64_t value[2], unsigned width)
{
    float single;
    double number;

    memcpy(&single, value, sizeof(single));
    memcpy(&number, value, sizeof(number));
    return width == 64 ? number : (double)single;
}

/* LLFI's two runtimes have different names for the layer's number. */
static void append_layer(GString *text, const struct llfi_trials *trials, const struct site *site)
{
    const struct llfi_layer *layer = trials->layers ? llfi_layer_of(trials->layers, site->index) : NULL;

    if (layer)
        g_string_append_printf(text, ", ml_layer_name=%s, ml_layer_%s=%d", layer->name,
                               trials->record->ml_lines ? "number" : "num", layer->number);
}

/* The line begins exactly as LLFI's; our additional fields follow. */
static void append_line(GString *text, const struct llfi_trials *trials, const struct run_option *option,
                        const struct injection *injection, const struct site *site, unsigned bit,
                        const uint64_t before[2], const uint64_t after[2])
{
    const char *opcode = opcode_name(site->opcode);

    g_string_append_printf(text,
                           "FI stat: fi_type=%s, fi_max_multiple=%d, fi_index=%u, fi_cycle=%" G_GUINT64_FORMAT
                           ", fi_reg_index=%u, fi_reg_pos=%d, fi_reg_width=%u, fi_bit=%u, opcode=%s",
                           llfi_fault_name(option), option->max_multiple, site->index, injection->cycle,
                           injection->reg_index, site->registers[injection->reg_index].position, injection->width, bit,
                           opcode ? opcode : "unknown");
    if (!trials->record->ml_lines)
        append_layer(text, trials, site);
    append_hex(text, "oldHex", before, injection->width);
    append_hex(text, "newHex", after, injection->width);
    if (trials->record->ml_lines) {
        g_string_append_printf(text, ", oldFloat=%f,  newFloat=%f", as_number(before, injection->width),
                               as_number(after, injection->width));
        append_layer(text, trials, site);
    }
    g_string_append_printf(text, ", function=%s", site->function);
    if (site->line > 0)
        g_string_append_printf(text, ", line=%u", site->line);
    g_string_append_c(text, '\n');
}

/* One line for each changed bit, with the value before and after. A software fault that flips no bits is one line. */
static void append_injection(GString *text, const struct llfi_trials *trials, const struct run_option *option,
                             const struct injection *injection, const struct site *site)
{
    uint64_t before[2] = { injection->old_value[0], injection->old_value[1] };
    gboolean whole = option->software && option->software->action != SOFTWARE_FLIP, written = FALSE;

    for (unsigned bit = 0; !whole && bit < MIN(injection->width, 128); bit++) {
        uint64_t after[2] = { before[0], before[1] };

        if (!has_bit(injection->mask, bit))
            continue;
        take_bit(after, injection->new_value, bit);
        append_line(text, trials, option, injection, site, bit, before, after);
        memcpy(before, after, sizeof(before));
        written = TRUE;
    }
    if (!written)
        append_line(text, trials, option, injection, site, injection->bit, injection->old_value, injection->new_value);
}

void llfi_append_injections(GString *text, const struct llfi_trials *trials, const struct program_subject *subject,
                            const struct trial *trial)
{
    const struct run_option *option = trials->campaign->runs->pdata[trial->config];

    for (int i = 0; i < trial->n_injections; i++) {
        const struct injection *injection = &trial->injections[i];

        append_injection(text, trials, option, injection,
                         &g_array_index(subject->functions->sites, struct site, injection->site));
    }
}

static void append_number(GString *text, const char *key, gboolean given, uint64_t number)
{
    if (given)
        g_string_append_printf(text, "%s=%" G_GUINT64_FORMAT "\n", key, number);
}

char *llfi_runtime_text(const struct campaign *campaign, const struct planned *planned)
{
    const struct run_option *option = campaign->runs->pdata[planned->config];
    const struct runtime_plan *runtime = &planned->runtime;
    gboolean several = option->max_multiple > 1;
    GString *text = g_string_new(NULL);
    uint64_t cycle = planned->cycle;

    append_number(text, "fi_cycle", cycle > 0, cycle);
    append_number(text, "fi_index", cycle == 0, (uint64_t)option->index);
    g_string_append_printf(text, "fi_type=%s\n", llfi_fault_name(option));
    append_number(text, "fi_reg_index", option->reg_index >= 0, (uint64_t)option->reg_index);
    append_number(text, "fi_bit", option->bit >= 0, (uint64_t)option->bit);
    append_number(text, "fi_num_bits", option->num_bits > 1, (uint64_t)option->num_bits);
    append_number(text, "fi_second_cycle", !several && runtime->n_faults > 1, cycle + runtime->gaps[1]);
    append_number(text, "fi_max_multiple", option->max_multiple > 0, (uint64_t)option->max_multiple);
    for (unsigned i = 1; several && i < runtime->n_faults; i++)
        append_number(text, "fi_next_cycle", TRUE, cycle += runtime->gaps[i]);
    return g_string_free(text, FALSE);
}
