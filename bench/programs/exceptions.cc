/* C++ with exceptions: an expression reader that throws at what it does not understand. */
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

class reader {
    const std::string &text;
    size_t at = 0;

    long number()
    {
        long value = 0;

        if (at >= text.size() || text[at] < '0' || text[at] > '9')
            throw std::runtime_error("a digit is missing");
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            value = value * 10 + (text[at++] - '0');
        return value;
    }

    long product()
    {
        long value = factor();

        while (at < text.size() && text[at] == '*') {
            at++;
            value = value * factor() % 1000003;
        }
        return value;
    }

    long factor()
    {
        long value;

        if (at >= text.size() || text[at] != '(')
            return number();
        at++;
        value = sum();
        if (at >= text.size() || text[at] != ')')
            throw std::out_of_range("a bracket is missing");
        at++;
        return value;
    }

public:
    explicit reader(const std::string &text) : text(text) {}

    long sum()
    {
        long value = product();

        while (at < text.size() && text[at] == '+') {
            at++;
            value += product();
        }
        return value;
    }
};

int main(int argc, char **argv)
{
    const std::string texts[] = { "1+2*3+(4+5)*6", "((7*8)+9)*(10+11*(12+13))", "14*(15+16*17)+18+19+20*21",
                                  "22*(23+24", "25+26*+27" };
    int scale = argc > 1 ? atoi(argv[1]) : 1, wrong = 0;
    long total = 0;

    for (int i = 0; i < scale * 1000; i++) {
        try {
            total += reader(texts[i % 40 == 7 ? 3 : i % 40 == 9 ? 4 : i % 3]).sum();
        } catch (const std::out_of_range &) {
            wrong++;
        } catch (const std::exception &) {
            wrong += 2;
        }
    }
    std::printf("%ld %d\n", total, wrong);
    return 0;
}
