// Step 4 in JavaScript: a line goes to everyone but its author.
const net = require("net");

const writers = new Set(); // the sockets of everyone who is here

function say(author, line) {
  for (const writer of writers) {
    if (writer !== author) {
      writer.write(line);
    }
  }
}

function session(client) {
  let rest = Buffer.alloc(0);
  writers.add(client);
  client.setNoDelay(true);
  client.on("data", (data) => {
    rest = Buffer.concat([rest, data]);
    for (let end; (end = rest.indexOf(10)) >= 0;) {
      say(client, rest.subarray(0, end + 1));
      rest = rest.subarray(end + 1);
    }
  });
  client.on("end", () => {
    if (rest.length > 0) {
      say(client, Buffer.concat([rest, Buffer.from("\n")]));
    }
    client.end();
  });
  client.on("error", (error) => console.log("a client was lost:", error.code));
  client.on("close", () => writers.delete(client));
}

const server = net.createServer({ allowHalfOpen: true }, session);
server.on("error", (error) => console.log("nobody can come in:", error.code));
server.listen(Number(process.env.PORT || 7007), "127.0.0.1");
