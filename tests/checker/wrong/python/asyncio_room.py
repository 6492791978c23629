"""The room of step 8 with one thread for all: Python's asyncio."""
import asyncio
import os
import time

LINE_BYTES_MAX = 1000  # a longer line comes in pieces
BACKLOG_BYTES_MAX = 1 << 20  # how much may wait for one client

people = {}  # writer -> name or None; one thread, so there is no lock


def send(writer, text):
    if writer.transport.get_write_buffer_size() > BACKLOG_BYTES_MAX:
        writer.too_slow = True
        writer.transport.abort()
    else:
        writer.write(f"{text}\n".encode())


def tell_others(author, text):
    line = time.strftime("[%H:%M:%S] ") + text
    for writer, name in people.items():
        if writer is not author and name:
            send(writer, line)


def claim(writer, name):
    if not name.isalnum() or len(name) > 16:
        return "a name is 1 to 16 letters and digits"
    if any(n and n.lower() == name.lower() for n in people.values()):
        return f"{name!r} is taken"
    tell_others(writer, f"* {name} joined")
    people[writer] = name
    send(writer, f"* you are {name}; /help lists commands")
    return None


async def pieces(reader):
    data = b""
    while fresh := await reader.read(65536):
        data += fresh
        while (end := data.find(b"\n") + 1) or len(data) >= LINE_BYTES_MAX:
            end = min(end or LINE_BYTES_MAX, LINE_BYTES_MAX)
            yield data[:end].decode(errors="replace")
            data = data[end:]
    if data:
        yield data.decode(errors="replace")


async def listen(reader, writer):
    send(writer, "* welcome; what is your name?")
    async for line in pieces(reader):
        text = "".join(c for c in line if c.isprintable()).rstrip()
        if people[writer] is None:
            if why := claim(writer, text.strip()):
                send(writer, f"* {why}; another name?")
        elif text == "/users":
            here = [name for name in people.values() if name]
            send(writer, f"* here ({len(here)}): {', '.join(here)}")
        elif text == "/help":
            send(writer, "* /users: who is here; /help: this; /quit: leave")
        elif text == "/quit":
            return
        elif text.startswith("/"):
            send(writer, f"* no command {text}; see /help")
        elif text:
            tell_others(writer, f"{people[writer]}: {text}")


async def session(reader, writer):
    writer.too_slow = False
    people[writer] = None
    try:
        await listen(reader, writer)
    except OSError as error:
        print("a client was lost:", error)
    if name := people.pop(writer):
        why = " (too slow)" if writer.too_slow else ""
        tell_others(writer, f"* {name} left{why}")
    writer.close()


async def main():
    port = int(os.environ.get("PORT", 7007))
    server = await asyncio.start_server(
        session, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("stopped")
