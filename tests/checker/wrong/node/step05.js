// Step 5 in Node: names, announcements, commands, times.
const net = require('net');

const people = new Map(); // socket -> name or null

function send(client, text) {
  if (client.writable) client.write(text + '\n');
}

function tellOthers(author, text) {
  const line = `[${new Date().toTimeString().slice(0, 8)}] ${text}`;
  for (const [client, name] of people) {
    if (client !== author && name) send(client, line);
  }
}

function claim(client, name) {
  if (!/^[\p{L}\p{N}]{1,16}$/u.test(name)) {
    return 'a name is 1 to 16 letters and digits';
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
  const text = line.replace(/\p{Cc}/gu, '').trimEnd();
  const name = people.get(client);
  if (name === null) {
    const why = claim(client, text.trim());
    if (why) send(client, `* ${why}; another name?`);
  } else if (text === '/users') {
    const here = [...people.values()].filter((other) => other);
    send(client, `* here (${here.length}): ${here.join(', ')}`);
  } else if (text === '/help') {
    send(client, '* /users: who is here; /help: this; /quit: leave');
  } else if (text === '/quit') {
    leave(client);
  } else if (text.startsWith('/')) {
    send(client, `* no command ${text}; see /help`);
  } else if (text !== '') {
    tellOthers(client, `${name}: ${text}`);
  }
}

function leave(client) {
  const name = people.get(client);
  people.delete(client);
  if (name) tellOthers(client, `* ${name} left`);
  client.end();
}

const server = net.createServer({ allowHalfOpen: true }, (client) => {
  let rest = Buffer.alloc(0);
  client.setNoDelay(true);
  people.set(client, null);
  send(client, '* welcome; what is your name?');
  client.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    let end;
    while ((end = rest.indexOf(10)) >= 0 && people.has(client)) {
      const line = rest.subarray(0, end).toString();
      rest = rest.subarray(end + 1);
      hear(client, line);
    }
  });
  client.on('end', () => {
    if (rest.length > 0 && people.has(client)) hear(client, rest.toString());
    leave(client);
  });
  client.on('error', (error) => {
    console.log(`a client was lost: ${error.code}`);
  });
  client.on('close', () => leave(client));
});
server.listen(Number(process.env.PORT || 7007), '127.0.0.1', 511);
process.on('SIGINT', () => process.exit(0));
