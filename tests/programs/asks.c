/* Sends a request to a server at a Unix socket, and prints the answer. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int sum(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += *text;
    return n;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char answer[16] = "";
    int server = socket(AF_UNIX, SOCK_STREAM, 0);

    strncpy(address.sun_path, argv[argc - 1], sizeof(address.sun_path) - 1);
    if (connect(server, (struct sockaddr *)&address, sizeof(address)) != 0 || read(server, answer, 15) <= 0)
        return 2;
    printf("%s %d\n", answer, sum(answer));
    return close(server);
}
