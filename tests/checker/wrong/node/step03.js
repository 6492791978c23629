// Step 3 in Node: listens and types at the same time.
const net = require('net');
let name = null;
let typed = Buffer.alloc(0);
let closing = false;
const socket = net.connect({
  port: Number(process.env.PORT || 7007),
  host: '127.0.0.1',
  allowHalfOpen: true,
});
socket.setNoDelay(true);
function quit() {
  if (closing) return;
  closing = true;
  socket.end();
  setTimeout(() => process.exit(0), 1000);
}
function line(bytes) {
  if (closing) return;
  if (name === null) { name = bytes; return; }
  const word = bytes.toString('latin1');
  if (word === 'quit' || word === 'exit') { quit(); return; }
  const [colon, end] = [Buffer.from(': '), Buffer.from('\n')];
  const text = Buffer.concat([name, colon, bytes, end]);
  socket.write(text);
  process.stdout.write(text);
}
socket.on('connect', () => {
  process.stdout.write('your name? ');
  process.stdin.on('data', (d) => {
    typed = Buffer.concat([typed, d]);
    let at;
    while ((at = typed.indexOf(10)) >= 0) {
      const one = typed.subarray(0, at);
      typed = typed.subarray(at + 1);
      line(one);
    }
  });
  process.stdin.on('end', () => { if (typed.length) line(typed); quit(); });
});
socket.on('data', (d) => process.stdout.write(d));
socket.on('end', () => {
  console.log('the connection is closed');
  process.exit(0);
});
socket.on('error', (e) => {
  console.error('no server, or it has gone: ' + e.message);
  process.exit(1);
});
