// Step 9 in C++: a queue with an end for each client, and a goodbye.
#include <algorithm>
#include <cerrno>
#include <arpa/inet.h>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
#include <vector>
using namespace std;

const size_t LINE_MAX_BYTES = 1000;
const size_t QUEUE_MAX = 1024;

struct Client {
    int fd;
    string name;
    string fault;
    mutex m;
    condition_variable news;
    deque<string> queue;
    bool closed = false;
    bool writerEnded = false;

    explicit Client(int fd) : fd(fd) {}
    ~Client() { ::close(fd); }

    void send(const string &text) {
        lock_guard<mutex> guard(m);
        if (closed) return;
        if (queue.size() >= QUEUE_MAX) {
            fault = " (too slow)";
            closed = true;
            queue.clear();
            ::shutdown(fd, SHUT_RDWR);
        } else {
            queue.push_back(text + "\n");
        }
        news.notify_all();
    }
    void close() {
        lock_guard<mutex> guard(m);
        closed = true;
        news.notify_all();
    }
    void write() {
        while (true) {
            string line;
            {
                unique_lock<mutex> guard(m);
                news.wait(guard, [&] { return closed || !queue.empty(); });
                if (queue.empty()) break;
                line = queue.front();
                queue.pop_front();
            }
            size_t at = 0;
            while (at < line.size()) {
                ssize_t n = ::send(
                    fd, line.data() + at, line.size() - at, MSG_NOSIGNAL);
                if (n <= 0) {
                    ::shutdown(fd, SHUT_RDWR);
                    return;
                }
                at += n;
            }
        }
        ::shutdown(fd, SHUT_WR);
    }
};
using Ref = shared_ptr<Client>;

mutex room;
vector<Ref> here;
mutex countLock;
condition_variable countNews;
int sessions = 0;

string now() {
    time_t t = time(nullptr);
    tm parts;
    gmtime_r(&t, &parts);
    char text[16];
    strftime(text, sizeof text, "%H:%M:%S", &parts);
    return text;
}

string lower(string s) {
    for (char &c : s) c = tolower((unsigned char)c);
    return s;
}

void tell(const Ref &me, const string &text) {
    string line = "[" + now() + "] " + text;
    for (auto &c : here)
        if (c != me && !c->name.empty()) c->send(line);
}

string cleaned(const string &line) {
    string out;
    for (unsigned char c : line)
        if (c >= 32 && c != 127) out += (char)c;
    return out;
}

string stripped(string s) {
    while (!s.empty() && s.back() == ' ') s.pop_back();
    return s;
}

struct Lines {
    int fd;
    string rest;
    bool ended = false;
    optional<string> next() {
        while (true) {
            size_t at = rest.find('\n');
            bool full = rest.size() >= LINE_MAX_BYTES;
            if (at == string::npos && full) at = LINE_MAX_BYTES;
            if (at != string::npos) {
                string line = rest.substr(0, at);
                bool ended = at < rest.size() && rest[at] == '\n';
                rest.erase(0, ended ? at + 1 : at);
                return cleaned(line);
            }
            char buf[1024];
            ssize_t n = ended ? 0 : ::recv(fd, buf, sizeof buf, 0);
            if (n <= 0) {
                if (rest.empty()) return nullopt;
                string line;
                line.swap(rest);
                ended = true;
                return cleaned(line);
            }
            rest.append(buf, n);
        }
    }
};

string claim(const Ref &me, const string &name) {
    if (name.empty() || name.size() > 16) return "a name has 1 to 16 bytes";
    for (unsigned char c : name)
        if (!isalnum(c) && c < 128) return "a name is letters and digits";
    lock_guard<mutex> guard(room);
    for (auto &c : here)
        if (lower(c->name) == lower(name)) return name + " is taken";
    tell(me, "* " + name + " joined");
    me->name = name;
    me->send("* you are " + name + "; /help lists commands");
    return "";
}

void talk(const Ref &me) {
    Lines lines{me->fd, "", false};
    me->send("* welcome; what is your name?");
    while (me->name.empty()) {
        auto name = lines.next();
        if (!name) return;
        string why = claim(me, stripped(*name));
        if (!why.empty()) me->send("* " + why + "; another name?");
    }
    while (auto raw = lines.next()) {
        string line = stripped(*raw);
        if (line.empty()) continue;
        if (line == "/quit") return;
        lock_guard<mutex> guard(room);
        if (line == "/users") {
            string names;
            for (auto &c : here)
                if (!c->name.empty())
                    names += (names.empty() ? "" : ", ") + c->name;
            me->send("* here: " + names);
        } else if (line == "/help") {
            me->send("* /users, /help, /quit");
        } else if (line[0] == '/') {
            me->send("* no command " + line + "; see /help");
        } else {
            tell(me, me->name + ": " + line);
        }
    }
}

void leave(const Ref &me) {
    lock_guard<mutex> guard(room);
    auto at = find(here.begin(), here.end(), me);
    if (at != here.end()) {
        here.erase(at);
        if (!me->name.empty()) tell(me, "* " + me->name + " left" + me->fault);
    }
    me->close();
}

void session(Ref me) {
    thread writer([me] { me->write(); });
    talk(me);
    leave(me);
    writer.join();
    me.reset();
    lock_guard<mutex> guard(countLock);
    sessions--;
    countNews.notify_all();
}

void acceptAll(int s) {
    while (true) {
        int fd = ::accept(s, nullptr, nullptr);
        if (fd < 0) {
            if (errno == EINVAL) return;
            perror("accept");
            this_thread::sleep_for(chrono::milliseconds(100));
            continue;
        }
        timeval limit{2, 0};
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        auto me = make_shared<Client>(fd);
        {
            lock_guard<mutex> guard(countLock);
            sessions++;
        }
        {
            lock_guard<mutex> guard(room);
            here.push_back(me);
        }
        try {
            thread(session, me).detach();
        } catch (const system_error &) {
            leave(me);
            lock_guard<mutex> guard(countLock);
            sessions--;
        }
    }
}

int main() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    const char *p = getenv("PORT");
    int s = ::socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(p ? stoi(p) : 7007);
    a.sin_addr.s_addr = inet_addr("127.0.0.1");
    if (::bind(s, (sockaddr *)&a, sizeof a) < 0) {
        perror("bind");
        return 1;
    }
    ::listen(s, 128);
    cout << "listening; Ctrl-C ends" << endl;
    thread listener(acceptAll, s);
    int sig;
    sigwait(&set, &sig);
    ::shutdown(s, SHUT_RDWR);
    listener.join();
    vector<Ref> all;
    {
        lock_guard<mutex> guard(room);
        all.swap(here);
        for (auto &c : all) {
            c->send("[" + now() + "] * the server is closing");
            c->close();
        }
    }
    {
        unique_lock<mutex> guard(countLock);
        countNews.wait_for(
            guard, chrono::seconds(1), [] { return sessions == 0; });
    }
    for (auto &c : all) ::shutdown(c->fd, SHUT_RDWR);
    cout << "stopped" << endl;
    _exit(0);
}
