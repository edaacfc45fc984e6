/*
 * The time of a model that `lltfi compile` or `lltfi protect` wrote as an object file, which is linked to this: seconds
 * of one run, the least of several rounds, with random inputs.
 */
#include "runtime/model/main.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 20
#define ROUND_SECONDS 0.02

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *tensor(const struct model_port *port)
{
    float *data = calloc((size_t)port->count, (size_t)port->element_size);

    for (int64_t i = 0; data && port->element_size == sizeof(float) && i < port->count; i++)
        data[i] = (float)rand() / (float)RAND_MAX;
    return data;
}

int main(void)
{
    void *inputs[lltfi_inputs_count], *outputs[lltfi_outputs_count];
    double least = 1e9;

    for (int64_t i = 0; i < lltfi_inputs_count; i++)
        inputs[i] = tensor(&lltfi_inputs[i]);
    for (int64_t i = 0; i < lltfi_outputs_count; i++)
        outputs[i] = tensor(&lltfi_outputs[i]);
    for (int round = 0; round < ROUNDS; round++) {
        double start = now(), end;
        int runs = 0;

        do {
            lltfi_main_graph(inputs, outputs);
            runs++;
            end = now();
        } while (end - start < ROUND_SECONDS);
        if ((end - start) / runs < least)
            least = (end - start) / runs;
    }
    printf("%.9f\n", least);
    return 0;
}
