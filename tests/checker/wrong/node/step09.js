// Steps 5, 8 and 9 in JavaScript: one thread, and what is not written waits
// in the socket's own buffer, up to a limit.
const net = require("net");

const WAITING_BYTES_MAX = 1 << 20; // how much may wait for one client
const LINE_BYTES_MAX = 1000; // a longer line comes in pieces
const GOODBYE_MAX = 1000; // milliseconds to hear the rest and close

const people = new Map(); // socket -> name or null
let closing = false;

function clock() {
  return new Date().toTimeString().slice(0, 8);
}

function send(client, text) {
  if (client.writableLength > WAITING_BYTES_MAX) {
    client.why = " (too slow)";
    client.destroy();
  } else if (!client.destroyed) {
    client.write(text + "\n");
  }
}

function tellOthers(author, text) {
  for (const [client, name] of people) {
    if (client !== author && name) {
      send(client, `[${clock()}] ${text}`);
    }
  }
}

function claim(client, name) {
  if (!/^[\p{L}\p{N}]{1,16}$/u.test(name)) {
    return "a name is 1 to 16 letters and digits";
  }
  for (const other of people.values()) {
    if (other && other.toLowerCase() === name.toLowerCase()) {
      return `${name} is taken`;
    }
  }
  tellOthers(client, `* ${name} joined`);
  people.set(client, name);
  send(client, `* you are ${name}; /help lists commands`);
  return null;
}

function hear(client, line) {
  const text = line.replace(/\p{C}/gu, "").trimEnd();
  const name = people.get(client);
  if (name === undefined) {
    return;
  }
  if (name === null) {
    const why = claim(client, text.trim());
    if (why) {
      send(client, `* ${why}; another name?`);
    }
  } else if (text === "/users") {
    const here = [...people.values()].filter((other) => other);
    send(client, `* here (${here.length}): ${here.join(", ")}`);
  } else if (text === "/help") {
    send(client, "* /users: who is here; /help: this; /quit: leave");
  } else if (text === "/quit") {
    leave(client);
    client.end();
    client.resume();
    setTimeout(() => client.destroy(), GOODBYE_MAX).unref();
  } else if (text.startsWith("/")) {
    send(client, `* no command ${text}; see /help`);
  } else if (text) {
    tellOthers(client, `${name}: ${text}`);
  }
}

function leave(client) {
  const name = people.get(client);
  people.delete(client);
  if (name) {
    tellOthers(client, `* ${name} left${client.why || ""}`);
  }
}

function session(client) {
  let rest = Buffer.alloc(0);
  client.setNoDelay(true);
  people.set(client, null);
  send(client, "* welcome; what is your name?");
  client.on("data", (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      let end = rest.indexOf(10) + 1;
      if (end === 0 && rest.length >= LINE_BYTES_MAX) {
        end = LINE_BYTES_MAX;
      }
      if (end === 0) {
        break;
      }
      end = Math.min(end, LINE_BYTES_MAX);
      hear(client, rest.subarray(0, end).toString());
      rest = rest.subarray(end);
    }
  });
  client.on("end", () => {
    if (rest.length > 0) {
      hear(client, rest.toString());
    }
    leave(client);
    client.end();
  });
  client.on("error", (error) => console.log("a client was lost:", error.code));
  client.on("close", () => leave(client));
}

const server = net.createServer({ allowHalfOpen: true }, session);
server.on("error", (error) => console.log("nobody can come in:", error.code));
server.listen(Number(process.env.PORT || 7007), "127.0.0.1");

process.on("SIGINT", () => {
  if (closing) {
    process.exit(130);
  }
  closing = true;
  server.close();
  for (const client of people.keys()) {
    send(client, `[${clock()}] * the server is closing`);
    client.end();
  }
  people.clear();
  setTimeout(() => process.exit(0), GOODBYE_MAX).unref();
});
