"""Step 2 in Python: sends a line, shows the answer, asks again."""
import os
import socket
import sys

try:
    server = socket.create_connection(
        ("127.0.0.1", int(os.environ.get("PORT", 7007))))
except OSError as error:
    sys.exit(f"nobody listens there ({error}); start the server first")
answers = server.makefile("r", encoding="utf-8", errors="replace")
while True:
    try:
        line = input("> ")
    except EOFError:
        break
    if line in ("quit", "exit"):
        break
    try:
        server.sendall(f"{line}\n".encode())
        answer = answers.readline()
    except OSError:
        answer = ""
    if not answer:
        sys.exit("the server has gone")
    print(answer, end="", flush=True)
