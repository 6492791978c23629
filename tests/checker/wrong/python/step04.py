"""Step 4 in Python: each line goes to everyone but its author."""
import os
import socket
import threading
import time

lock = threading.Lock()
writers = []  # lock is held while this is read, changed or written to


def say(author, line):
    with lock:
        for writer in list(writers):
            if writer is not author:
                try:
                    writer.sendall(line)
                except OSError:
                    writers.remove(writer)


def session(client):
    try:
        for line in client.makefile("rb"):
            say(client, line if line.endswith(b"\n") else line + b"\n")
    except OSError as error:
        print("a client was lost:", error)
    with lock:
        if client in writers:
            writers.remove(client)
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
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
        with lock:
            writers.append(client)
        threading.Thread(target=session, args=[client], daemon=True).start()
except KeyboardInterrupt:
    print("stopped")
