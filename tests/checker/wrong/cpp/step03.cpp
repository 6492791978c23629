// Step 3 in C++: listens and types at the same time.
#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <chrono>

static std::mutex screen;

static void show(const std::string &text) {
    std::lock_guard<std::mutex> guard(screen);
    std::cout << text << std::flush;
}

static bool send_all(int fd, const std::string &text) {
    size_t at = 0;
    while (at < text.size()) {
        ssize_t n = send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
        if (n <= 0) return false;
        at += n;
    }
    return true;
}

static void hear(int fd) {
    std::string rest;
    char buf[4096];
    ssize_t n;
    while ((n = recv(fd, buf, sizeof buf, 0)) > 0) {
        rest.append(buf, n);
        size_t at;
        while ((at = rest.find('\n')) != std::string::npos) {
            show(rest.substr(0, at + 1));
            rest.erase(0, at + 1);
        }
    }
    show(rest + "the connection is closed\n");
    _exit(0);
}

int main() {
    const char *p = getenv("PORT");
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(p ? std::stoi(p) : 7007);
    a.sin_addr.s_addr = inet_addr("127.0.0.1");
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (sockaddr *)&a, sizeof a) < 0) {
        std::cerr << "nobody listens there; start the server first\n";
        return 1;
    }
    show("your name? ");
    std::string name, line;
    if (!std::getline(std::cin, name)) return 0;
    std::thread(hear, fd).detach();
    while (std::getline(std::cin, line)) {
        if (line == "quit" || line == "exit") break;
        std::string text = name + ": " + line + "\n";
        if (!send_all(fd, text)) break;
        show(text);
    }
    shutdown(fd, SHUT_WR);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    std::cout.flush();
    _exit(0);
}
