"""Step 5 in Python: names, announcements, commands, times."""
import os
import socket
import threading
import time

lock = threading.Lock()
people = {}  # socket -> name or None; lock is held around it


def send(client, text):
    try:
        client.sendall(f"{text}\n".encode())
    except OSError:
        try:
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


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
    send(client, "* welcome; what is your name?")
    for line in lines:
        why = claim(client, line.strip())
        if why is None:
            break
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


def session(client):
    lines = client.makefile("r", encoding="utf-8", errors="replace")
    try:
        listen(client, lines)
    except OSError as error:
        print("a client was lost:", error)
    with lock:
        name = people.pop(client)
        if name:
            tell_others(client, f"* {name} left")
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
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
        threading.Thread(target=session, args=[client], daemon=True).start()
except KeyboardInterrupt:
    print("stopped")
