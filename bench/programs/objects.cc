/* C++ with virtual calls and containers. */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

struct shape {
    virtual ~shape() = default;
    virtual double area() const = 0;
};

struct circle : shape {
    double radius;
    explicit circle(double radius) : radius(radius) {}
    double area() const override { return 3.14159 * radius * radius; }
};

struct rectangle : shape {
    double width, height;
    rectangle(double width, double height) : width(width), height(height) {}
    double area() const override { return width * height; }
};

static double all_areas(const std::vector<std::unique_ptr<shape>> &shapes)
{
    double sum = 0;

    for (const auto &shape : shapes)
        sum += shape->area();
    return sum;
}

static unsigned count_words(unsigned seed)
{
    std::map<unsigned, unsigned> counts;

    for (int i = 0; i < 500; i++) {
        seed = seed * 1664525u + 1013904223u;
        counts[seed >> 24]++;
    }
    return counts.begin()->second + static_cast<unsigned>(counts.size());
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1;
    std::vector<std::unique_ptr<shape>> shapes;
    std::vector<int> numbers(1000);
    double sum = 0;
    unsigned words = 0;

    for (int i = 0; i < 1000; i++)
        if (i % 3)
            shapes.push_back(std::make_unique<circle>(i * 0.01));
        else
            shapes.push_back(std::make_unique<rectangle>(i * 0.1, 2));
    for (int s = 0; s < scale * 10; s++) {
        for (int i = 0; i < 1000; i++)
            numbers[i] = (i * 7919 + s) % 1009;
        std::sort(numbers.begin(), numbers.end());
        sum += all_areas(shapes) + numbers[500];
        words += count_words(static_cast<unsigned>(s));
    }
    std::printf("%.3f %u\n", sum, words);
    return 0;
}
