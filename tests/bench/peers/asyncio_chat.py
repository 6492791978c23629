"""The chat room as a Python exercise solves it with asyncio: one task for
each client, and whoever speaks writes to everyone else in turn. To compare
with. Usage: asyncio_chat.py PORT"""

import asyncio
import itertools
import sys
import time

writers = set()
numbers = itertools.count(1)


async def chat(reader, writer):
    name = f"guest-{next(numbers)}"
    writers.add(writer)
    try:
        writer.write(f"* you are {name}\n".encode())
        async for line in reader:
            now = time.strftime("%H:%M:%S")
            text = f"[{now}] {name}: ".encode() + line
            for other in list(writers):
                if other is not writer:
                    other.write(text)
                    await other.drain()
    except ConnectionError:
        pass
    finally:
        writers.discard(writer)
        writer.close()


async def main():
    port = int(sys.argv[1])
    server = await asyncio.start_server(chat, "127.0.0.1", port, backlog=4096)
    async with server:
        await server.serve_forever()


asyncio.run(main())
