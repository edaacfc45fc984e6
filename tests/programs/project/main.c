/* A program of two libraries and a function in assembler. */
#include "sum/sum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double scale(long x);
long twice(long x);

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 10;

    printf("%ld %.3f %.3f\n", twice(sum(n)), scale(sum(n)), sqrt(n));
    return 0;
}
