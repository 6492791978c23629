"""Step 8 in Python: queues with an end; who has a full one is shown out."""
import os
import queue
import socket
import threading
import time

LINES_MAX = 1024  # how many lines may wait for one client
LINE_BYTES_MAX = 1000  # a longer line comes in pieces

lock = threading.Lock()
slow = set()  # sockets of those who are being shown out; lock is held
people = {}  # socket -> name or None; lock is held around it
queues = {}  # socket -> what the client has yet to be sent; as people


def close(client):
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def send(client, text):
    try:
        queues[client].put_nowait(f"{text}\n".encode())
    except queue.Full:
        slow.add(client)
        close(client)


def write(client, waiting):
    while line := waiting.get():
        try:
            client.sendall(line)
        except OSError:
            break
    close(client)


def tell_others(author, text):
    line = time.strftime("[%H:%M:%S] ") + text
    for client, name in people.items():
        if client is not author and name:
            send(client, line)


def claim(client, name):
    if not name.isalnum() or len(name) > 16:
        return "a name is 1 to 16 letters and digits"
    with lock:
        if any(n and n.lower() == name.lower() for n in people.values()):
            return f"{name!r} is taken"
        tell_others(client, f"* {name} joined")
        people[client] = name
        send(client, f"* you are {name}; /help lists commands")
    return None


def listen(client, lines):
    with lock:
        send(client, "* welcome; what is your name?")
    for line in lines:
        why = claim(client, line.strip())
        if why is None:
            break
        with lock:
            send(client, f"* {why}; another name?")
    for line in lines:
        text = "".join(c for c in line if c.isprintable()).rstrip()
        with lock:
            if text == "/users":
                here = [name for name in people.values() if name]
                send(client, f"* here ({len(here)}): {', '.join(here)}")
            elif text == "/help":
                send(client, "* /users: who is here; /help: this; /quit: leave")
            elif text == "/quit":
                return
            elif text.startswith("/"):
                send(client, f"* no command {text}; see /help")
            elif text:
                tell_others(client, f"{people[client]}: {text}")


def pieces(client):
    with client.makefile("rb") as stream:
        while line := stream.readline(LINE_BYTES_MAX):
            yield line.decode(errors="replace")


def session(client):
    lines = pieces(client)
    writer = threading.Thread(
        target=write, args=[client, queues[client]], daemon=True)
    writer.start()
    try:
        listen(client, lines)
    except OSError as error:
        print("a client was lost:", error)
    with lock:
        name = people.pop(client)
        if name:
            why = " (too slow)" if client in slow else ""
            tell_others(client, f"* {name} left{why}")
        slow.discard(client)
        waiting = queues.pop(client)
    waiting.put(b"")
    writer.join()
    lines.close()
    client.close()


server = socket.create_server(
    ("127.0.0.1", int(os.environ.get("PORT", 7007))), backlog=128)
try:
    while True:
        try:
            client, _ = server.accept()
        except OSError as error:
            print("nobody can come in:", error)
            time.sleep(0.1)
            continue
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with lock:
            people[client] = None
            queues[client] = queue.Queue(LINES_MAX)
        threading.Thread(target=session, args=[client], daemon=True).start()
except KeyboardInterrupt:
    print("stopped")
