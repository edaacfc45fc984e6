#include "base/paired.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define CONFIDENCE_95 1.959963984540054

/* Wilson's interval, for an arbitrary quantile. */
static struct interval wilson(double events, double n, double z)
{
    double p = events / n, z2 = z * z;
    double half = z * sqrt(z2 + 4 * n * p * (1 - p));

    return (struct interval){ (2 * n * p + z2 - half) / (2 * (n + z2)), (2 * n * p + z2 + half) / (2 * (n + z2)) };
}

/* The names are the paper's: n is the number of trials with an event, A, B and C make each interval as wide as it must
 * be for the ratio. */
struct interval paired_ratio(const struct paired *pairs)
{
    double first = (double)(pairs->both + pairs->only_first), second = (double)(pairs->both + pairs->only_second);
    double differ = (double)(pairs->only_first + pairs->only_second), n = (double)pairs->both + differ;
    double p = (first + 1) / (n + 2), q = (second + 1) / (n + 2);
    double a = sqrt((differ + 2) / ((first + 1) * (second + 1)));
    double b = sqrt((1 - p) / (first + 1)), c = sqrt((1 - q) / (second + 1));
    double z = b + c > 0 ? a / (b + c) * CONFIDENCE_95 : CONFIDENCE_95;
    struct interval one, other;

    if (first == 0)
        return (struct interval){ 0, INFINITY };
    one = wilson(first, n, z);
    other = wilson(second, n, z);
    return (struct interval){ second == 0 ? 0 : fmax(0, other.low / one.high), other.high / one.low };
}

double paired_mcnemar(const struct paired *pairs)
{
    unsigned n = (unsigned)(pairs->only_first + pairs->only_second);
    unsigned least = (unsigned)(pairs->only_first < pairs->only_second ? pairs->only_first : pairs->only_second);

    return n == 0 ? 1 : fmin(1, 2 * gsl_cdf_binomial_P(least, 0.5, n));
}

struct interval independent_ratio(uint64_t events_first, uint64_t n_first, uint64_t events_second, uint64_t n_second)
{
    double correction = events_first == 0 || events_second == 0 ? 0.5 : 0;
    double a = (double)events_first + correction, b = (double)events_second + correction;
    double n = (double)n_first + correction, m = (double)n_second + correction;
    double error = sqrt(fmax(0, 1 / a - 1 / n + 1 / b - 1 / m)), ratio = b / m / (a / n);

    if (events_first == 0)
        return (struct interval){ 0, INFINITY };
    return (struct interval){ events_second == 0 ? 0 : ratio * exp(-CONFIDENCE_95 * error),
                              ratio * exp(CONFIDENCE_95 * error) };
}
