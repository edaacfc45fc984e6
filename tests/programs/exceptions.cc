// Exceptions through frames with destructors, virtual calls, containers.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};

struct Square : Shape {
    double side;
    explicit Square(double s) : side(s) {}
    double area() const override
    {
        if (side > 5)
            throw std::runtime_error("too large: " + std::to_string((int)side));
        return side * side;
    }
};

struct Disc : Shape {
    double radius;
    explicit Disc(double r) : radius(r) {}
    double area() const override { return 3.0 * radius * radius; }
};

struct Guard {
    int &count;
    explicit Guard(int &c) : count(c) {}
    ~Guard() { count++; }
};

static double sum(const std::vector<std::unique_ptr<Shape>> &shapes, int &unwound)
{
    double total = 0;

    for (const auto &shape : shapes) {
        Guard guard(unwound);

        try {
            total += shape->area();
        } catch (const std::logic_error &) {
            total = -1;
        }
    }
    return total;
}

static std::string global = "static " + std::string("text");

int main()
{
    std::vector<std::unique_ptr<Shape>> shapes;
    int unwound = 0;

    for (int i = 1; i <= 7; i++) {
        if (i % 2)
            shapes.push_back(std::make_unique<Square>(i));
        else
            shapes.push_back(std::make_unique<Disc>(i));
        try {
            std::printf("%g\n", sum(shapes, unwound));
        } catch (const std::exception &e) {
            std::printf("caught: %s\n", e.what());
        }
    }
    std::printf("%d %s\n", unwound, global.c_str());
    return 0;
}
