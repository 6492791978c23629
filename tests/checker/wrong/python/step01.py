"""Step 1 in Python: says back what it hears, to one client at a time."""
import os
import socket

server = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", 7007))))
while True:
    client, _ = server.accept()
    with client:
        try:
            while data := client.recv(1024):
                client.sendall(data)
        except OSError as error:
            print("a client was lost:", error)
