/* Step 2 in C: getline here and there. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    const char *p = getenv("PORT");
    struct sockaddr_in a = {0};
    a.sin_family = AF_INET;
    a.sin_port = htons(p ? atoi(p) : 7007);
    a.sin_addr.s_addr = inet_addr("127.0.0.1");
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof a) < 0) {
        perror("no server; start it first");
        return 1;
    }
    FILE *in = fdopen(dup(s), "r");
    char *line = NULL, *answer = NULL;
    size_t lcap = 0, acap = 0;
    for (;;) {
        printf("> ");
        fflush(stdout);
        ssize_t n = getline(&line, &lcap, stdin);
        if (n <= 0) break;
        if (line[n - 1] != '\n') {
            line = realloc(line, n + 2);
            lcap = n + 2;
            line[n++] = '\n';
            line[n] = 0;
        }
        if (strcmp(line, "quit\n") == 0 || strcmp(line, "exit\n") == 0) break;
        if (write(s, line, n) != n) {
            fprintf(stderr, "the server has gone\n");
            return 1;
        }
        ssize_t m = getline(&answer, &acap, in);
        if (m <= 0) {
            fprintf(stderr, "the server has gone\n");
            return 1;
        }
        fwrite(answer, 1, m, stdout);
        fflush(stdout);
    }
    return 0;
}
