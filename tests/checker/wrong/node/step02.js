// Step 2 in Node: sends a line, shows the answer, asks again.
const net = require('net');

const server = net.connect(Number(process.env.PORT || 7007), '127.0.0.1');
let typed = '';
let answers = Buffer.alloc(0);
let waiting = false;
let ended = false;
const lines = [];

function next() {
  if (waiting) return;
  if (lines.length > 0) {
    const line = lines.shift();
    if (line === 'quit' || line === 'exit') return leave();
    waiting = true;
    server.write(line + '\n');
    showAnswer();
  } else if (ended) {
    leave();
  }
}

function showAnswer() {
  const end = answers.indexOf(10);
  if (!waiting || end < 0) return;
  process.stdout.write(answers.subarray(0, end + 1));
  answers = answers.subarray(end + 1);
  waiting = false;
  next();
}

function leave() {
  server.destroy();
  process.exit(0);
}

server.on('data', (data) => {
  answers = Buffer.concat([answers, data]);
  showAnswer();
});
server.on('end', () => {
  console.error('the server has gone');
  process.exit(1);
});
server.on('error', (error) => {
  console.error(`no connection (${error.code}); start the server first`);
  process.exit(1);
});
process.stdin.setEncoding('utf8');
process.stdin.on('data', (data) => {
  const parts = (typed + data).split('\n');
  typed = parts.pop();
  lines.push(...parts);
  next();
});
process.stdin.on('end', () => {
  ended = true;
  next();
});
