// Step 4 in C++: a thread for each client, and a lock.
#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

class Room {
    std::mutex mutex;
    std::vector<int> fds;

    static bool send_all(int fd, const std::string &text) {
        size_t at = 0;
        while (at < text.size()) {
            ssize_t n = ::send(
                fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
            if (n < 0) return false;
            at += n;
        }
        return true;
    }

public:
    void join(int fd) {
        std::lock_guard<std::mutex> guard(mutex);
        fds.push_back(fd);
    }
    void say(int author, const std::string &line) {
        std::lock_guard<std::mutex> guard(mutex);
        for (auto it = fds.begin(); it != fds.end();) {
            if (*it != author && !send_all(*it, line)) {
                ::shutdown(*it, SHUT_RDWR);
                it = fds.erase(it);
            } else {
                ++it;
            }
        }
    }
    void leave(int fd) {
        std::lock_guard<std::mutex> guard(mutex);
        fds.erase(std::remove(fds.begin(), fds.end(), fd), fds.end());
        ::close(fd);
    }
};

static void session(Room &room, int fd) {
    std::string rest;
    char buf[4096];
    ssize_t n;
    while ((n = ::recv(fd, buf, sizeof buf, 0)) > 0) {
        rest.append(buf, n);
        size_t at;
        while ((at = rest.find('\n')) != std::string::npos) {
            room.say(fd, rest.substr(0, at + 1));
            rest.erase(0, at + 1);
        }
    }
    if (!rest.empty()) room.say(fd, rest + "\n");
    room.leave(fd);
}

int main() {
    const char *p = std::getenv("PORT");
    int s = ::socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(p ? std::stoi(p) : 7007);
    a.sin_addr.s_addr = inet_addr("127.0.0.1");
    if (::bind(s, (sockaddr *)&a, sizeof a) < 0) {
        std::perror("bind");
        return 1;
    }
    ::listen(s, 128);
    static Room room;
    while (true) {
        int fd = ::accept(s, nullptr, nullptr);
        if (fd < 0) {
            std::perror("accept");
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            continue;
        }
        room.join(fd);
        try {
            std::thread([fd] { session(room, fd); }).detach();
        } catch (const std::system_error &) {
            room.leave(fd);
        }
    }
}
