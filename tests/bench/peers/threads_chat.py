"""The chat room as a Python exercise solves it with threads: one for each
client, and whoever speaks writes to everyone else under a lock. To compare
with. Usage: threads_chat.py PORT"""

import itertools
import socket
import sys
import threading
import time

lock = threading.Lock()
connections = []


def chat(connection, name):
    with lock:
        connections.append(connection)
        connection.sendall(f"* you are {name}\n".encode())
    try:
        for line in connection.makefile("rb"):
            now = time.strftime("%H:%M:%S")
            text = f"[{now}] {name}: ".encode() + line
            with lock:
                for other in connections:
                    if other is not connection:
                        try:
                            other.sendall(text)
                        except OSError:
                            pass  # Its own thread will notice.
    except OSError:
        pass
    finally:
        with lock:
            connections.remove(connection)
        connection.close()


def main():
    port = int(sys.argv[1])
    listener = socket.create_server(("127.0.0.1", port), backlog=4096)
    for number in itertools.count(1):
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name = f"guest-{number}"
        threading.Thread(
            target=chat, args=(connection, name), daemon=True
        ).start()


main()
