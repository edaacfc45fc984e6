/* A product of matrices and a stencil: loops whose length is known before they begin. */
#include <stdio.h>
#include <stdlib.h>

#define N 128

static double a[N][N], b[N][N], c[N][N];

static void multiply(void)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;

            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

static void smooth(void)
{
    for (int i = 1; i < N - 1; i++)
        for (int j = 1; j < N - 1; j++)
            a[i][j] = 0.2 * (c[i][j] + c[i - 1][j] + c[i + 1][j] + c[i][j - 1] + c[i][j + 1]) / N;
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1;
    double trace = 0;

    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (i * 3 + j) % 7;
            b[i][j] = (i + j * 5) % 11;
        }
    for (int s = 0; s < scale; s++) {
        multiply();
        smooth();
    }
    for (int i = 0; i < N; i++)
        trace += a[i][i] + c[i][i];
    printf("%.6f\n", trace);
    return 0;
}
