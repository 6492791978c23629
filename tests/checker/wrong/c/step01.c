/* Step 1 in C: says back what it hears, to one client at a time. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void echo(int client)
{
    char buffer[1024];
    ssize_t count;
    while ((count = recv(client, buffer, sizeof buffer, 0)) > 0) {
        ssize_t sent = 0;
        while (sent < count) {
            ssize_t part = send(client, buffer + sent, count - sent, 0);
            if (part < 0) {
                perror("a client was lost");
                return;
            }
            sent += part;
        }
    }
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const char *port = getenv("PORT");
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_port = htons(port ? atoi(port) : 7007);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0
        || listen(server, 128) < 0) {
        perror("listen");
        return 1;
    }
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (client < 0) {
            perror("accept");
            continue;
        }
        echo(client);
        close(client);
    }
}
