/* Floating point: bodies that attract each other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BODIES 8

static struct body {
    double at[3], speed[3], mass;
} bodies[BODIES];

static void attract(struct body *a, struct body *b, double step)
{
    double distance[3], square = 1e-3, force;

    for (int d = 0; d < 3; d++) {
        distance[d] = a->at[d] - b->at[d];
        square += distance[d] * distance[d];
    }
    force = step / (square * sqrt(square));
    for (int d = 0; d < 3; d++) {
        a->speed[d] -= distance[d] * b->mass * force;
        b->speed[d] += distance[d] * a->mass * force;
    }
}

static void advance(double step)
{
    for (int i = 0; i < BODIES; i++)
        for (int j = i + 1; j < BODIES; j++)
            attract(&bodies[i], &bodies[j], step);
    for (int i = 0; i < BODIES; i++)
        for (int d = 0; d < 3; d++)
            bodies[i].at[d] += step * bodies[i].speed[d];
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1;
    double energy = 0;

    for (int i = 0; i < BODIES; i++) {
        bodies[i].mass = 1.0 / (i + 1);
        for (int d = 0; d < 3; d++)
            bodies[i].at[d] = (i * 7 + d * 3) % 11;
    }
    for (int i = 0; i < scale * 1000; i++)
        advance(1e-3);
    for (int i = 0; i < BODIES; i++)
        for (int d = 0; d < 3; d++)
            energy += 0.5 * bodies[i].mass * bodies[i].speed[d] * bodies[i].speed[d];
    printf("%.9f\n", energy);
    return 0;
}
