// A C++ library that throws.
#include <stdexcept>
#include <vector>

extern "C" double scale(long x)
{
    std::vector<double> parts;

    try {
        for (int i = 0;; i++) {
            if (i == 5)
                throw std::runtime_error("enough");
            parts.push_back(0.5 * static_cast<double>(x) + i);
        }
    } catch (const std::runtime_error &) {
        double total = 0;

        for (double part : parts)
            total += part;
        return total;
    }
}
