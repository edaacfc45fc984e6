#include "base/interval.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

struct interval interval_wilson(uint64_t events, uint64_t n, double confidence)
{
    double z = gsl_cdf_ugaussian_Qinv((1 - confidence) / 2);
    double p = (double)events / (double)n;
    double weight = z * z / (double)n;
    double center = (p + weight / 2) / (1 + weight);
    double half = z / (1 + weight) * sqrt(p * (1 - p) / (double)n + weight / (4 * (double)n));

    if (n == 0)
        return (struct interval){ 0, 1 };
    return (struct interval){ events == 0 ? 0 : fmax(0, center - half), events == n ? 1 : fmin(1, center + half) };
}

/* The x below which a Beta(a, b) variable lies with chance p. GSL's own inversion does not converge everywhere. */
static double beta_quantile(double p, double a, double b)
{
    double x = gsl_cdf_beta_Pinv(p, a, b), low = 0, high = 1;

    if (fabs(gsl_cdf_beta_P(x, a, b) - p) <= 1e-9)
        return x;
    while (high - low > 1e-15 && high - low > 1e-12 * high) {
        double middle = low + (high - low) / 2;

        if (gsl_cdf_beta_P(middle, a, b) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

struct interval interval_exact(uint64_t events, uint64_t n, double confidence)
{
    const double tail = (1 - confidence) / 2;
    const double k = (double)events, rest = (double)(n - events);
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    struct interval interval = { 0, 1 };

    if (events > 0)
        interval.low = beta_quantile(tail, k, rest + 1);
    if (events < n)
        interval.high = beta_quantile(1 - tail, k + 1, rest);
    gsl_set_error_handler(handler);
    return interval;
}
