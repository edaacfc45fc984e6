#include "engine/exhaustive/population.h"

#include <math.h>

#define QUANTILE 1.959963984540054 /* of the normal distribution, two-sided 95 % */

static unsigned register_faults(const struct site_register *reg, const GArray *bits)
{
    unsigned n = 0;

    if (bits->len == 0)
        return reg->width;
    for (guint b = 0; b < bits->len; b++)
        n += g_array_index(bits, unsigned, b) < reg->width;
    return n;
}

unsigned site_faults(const struct site *site, const GArray *bits)
{
    unsigned n = 0;

    for (int r = 0; r < site->n_registers; r++)
        n += register_faults(&site->registers[r], bits);
    return n;
}

struct population population_of_layer(const struct machine *machine, const struct golden *golden, int layer,
                                      const GArray *bits)
{
    const struct layer_code *code = &machine->code[layer - 1];
    struct population population = { 0 };

    for (unsigned s = code->first_site; s < code->first_site + code->n_sites; s++) {
        const struct site *site = &g_array_index(machine->sites, struct site, s);

        for (int r = 0; r < site->n_registers; r++) {
            uint64_t faults = golden->executions[s] * register_faults(&site->registers[r], bits);

            population.faults += faults;
            population.contained += r < 64 && machine->contained[s] >> r & 1 ? faults : 0;
        }
    }
    return population;
}

uint64_t sample_size(uint64_t population, double error)
{
    double n = (double)population, spread = QUANTILE * QUANTILE * 0.25;

    return population == 0 ? 0 : (uint64_t)ceil(n / (1 + error * error * (n - 1) / spread));
}
