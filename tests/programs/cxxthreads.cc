// std::thread, and an exception that crosses from one thread to another.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <thread>

int main()
{
    std::exception_ptr error;
    int sum = 0;
    std::thread thread([&] {
        try {
            for (int i = 0; i < 100; i++) {
                sum += i;
                if (i == 60)
                    throw std::runtime_error("sixty");
            }
        } catch (...) {
            error = std::current_exception();
        }
    });

    thread.join();
    try {
        std::rethrow_exception(error);
    } catch (const std::exception &e) {
        std::printf("%s %d\n", e.what(), sum);
    }
    return 0;
}
