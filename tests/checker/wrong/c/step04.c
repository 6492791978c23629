/* Step 4 in C: a thread for each client, and one lock for the list. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    int socket;
    struct client *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct client *clients; /* guarded by the lock, as what they are sent */

static void say(struct client *author, const char *line, size_t length)
{
    pthread_mutex_lock(&lock);
    for (struct client *c = clients; c; c = c->next) {
        size_t sent = 0;
        while (c != author && sent < length) {
            ssize_t n = send(c->socket, line + sent, length - sent, 0);
            if (n <= 0) {
                shutdown(c->socket, SHUT_RDWR);
                break;
            }
            sent += (size_t)n;
        }
    }
    pthread_mutex_unlock(&lock);
}

static void leave(struct client *client)
{
    pthread_mutex_lock(&lock);
    struct client **at = &clients;
    while (*at != client)
        at = &(*at)->next;
    *at = client->next;
    pthread_mutex_unlock(&lock);
    close(client->socket);
    free(client);
}

static void *session(void *argument)
{
    struct client *client = argument;
    FILE *in = fdopen(dup(client->socket), "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while (in && (length = getline(&line, &size, in)) > 0) {
        if (line[length - 1] != '\n') {
            line = realloc(line, (size_t)length + 1);
            line[length++] = '\n';
            size = (size_t)length;
        }
        say(client, line, (size_t)length);
    }
    free(line);
    if (in)
        fclose(in);
    leave(client);
    return NULL;
}

int main(void)
{
    const char *port = getenv("PORT");
    signal(SIGPIPE, SIG_IGN);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    int yes = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)atoi(port ? port : "7007")),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (bind(server, (struct sockaddr *)&address, sizeof address)
        || listen(server, 128)) {
        perror("no way to listen");
        return 1;
    }
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int socket = accept(server, NULL, NULL);
        if (socket < 0) {
            perror("nobody can come in");
            usleep(100000);
            continue;
        }
        struct client *client = malloc(sizeof *client);
        client->socket = socket;
        pthread_mutex_lock(&lock);
        client->next = clients;
        clients = client;
        pthread_mutex_unlock(&lock);
        pthread_t thread;
        if (pthread_create(&thread, &detached, session, client))
            leave(client);
    }
}
