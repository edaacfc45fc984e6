/* A product of matrices of doubles. */
#include <stdio.h>

#define N 8

static void multiply(double a[N][N], double b[N][N], double c[N][N])
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;

            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

int main(void)
{
    double a[N][N], b[N][N], c[N][N], trace = 0;

    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = i + 0.5 * j;
            b[i][j] = 1.0 / (1 + i + j);
        }
    multiply(a, b, c);
    for (int i = 0; i < N; i++)
        trace += c[i][i];
    printf("%.9f %.9f\n", trace, c[N - 1][0]);
    return 0;
}
