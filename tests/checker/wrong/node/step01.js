// Step 1 in Node: serves all at once.
const net = require('net');
const server = net.createServer((socket) => {
  socket.on('data', (data) => socket.write(data));
  socket.on('error', (e) => console.error('lost:', e.message));
});
server.listen(Number(process.env.PORT || 7007), '127.0.0.1');
