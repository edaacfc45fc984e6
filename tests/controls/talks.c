/* A server and its client in one program, at a fixed port of the loopback device. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT 7411

static struct sockaddr_in address(void)
{
    return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(0x7f000001) };
}

static void ask(void)
{
    struct sockaddr_in server = address();
    int file = socket(AF_INET, SOCK_STREAM, 0), number = 12;

    if (connect(file, (struct sockaddr *)&server, sizeof(server)) == 0)
        (void)!write(file, &number, sizeof(number));
    _exit(0);
}

int main(void)
{
    struct sockaddr_in own = address();
    int listener = socket(AF_INET, SOCK_STREAM, 0), file, number = 0, sum = 0;

    if (bind(listener, (struct sockaddr *)&own, sizeof(own)) != 0 || listen(listener, 1) != 0) {
        perror("bind");
        return 1;
    }
    if (fork() == 0)
        ask();
    file = accept(listener, NULL, NULL);
    (void)!read(file, &number, sizeof(number));
    wait(NULL);
    for (int i = 0; i < number; i++)
        sum += i * i;
    printf("%d\n", sum);
    return 0;
}
