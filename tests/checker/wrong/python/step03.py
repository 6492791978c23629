"""Step 3 in Python: listens and types at the same time."""
import os
import socket
import sys
import threading

try:
    server = socket.create_connection(
        ("127.0.0.1", int(os.environ.get("PORT", 7007))))
except OSError as error:
    sys.exit(f"nobody listens there ({error}); start the server first")


def show():
    try:
        for line in server.makefile("r", encoding="utf-8", errors="replace"):
            print("\r" + line + "> ", end="", flush=True)
    except OSError:
        pass
    print("\rthe connection is closed", flush=True)
    os._exit(0)


try:
    name = input("your name? ")
    reader = threading.Thread(target=show, daemon=True)
    reader.start()
    while True:
        line = input("> ")
        if line in ("quit", "exit"):
            break
        line = f"{name}: {line}\n"
        server.sendall(line.encode())
        print(line, end="", flush=True)
except (EOFError, OSError):
    pass
server.shutdown(socket.SHUT_WR)
reader.join(1)
