// The processes of this suite, httpd, the demo, the display and the drivers, start and end in one way; and the ports that they listen on.
'use strict';

const { spawn } = require('node:child_process');
const net = require('node:net');

const HOST = '127.0.0.1';

// Listens for a moment. Resolves with whether the port was free.
function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

// The first of so many in a row, below the kernel's range for outgoing connections and for servers that take any port: nobody gets one
// of them before it is used. Browsers refuse 10080 (Fetch, "bad port").
async function freePorts(count) {
  for (let left = 100; left > 0; left--) {
    const first = 10081 + Math.floor(Math.random() * 20000);
    const free = [];
    for (let i = 0; i < count; i++) free.push(await isFree(first + i));
    if (!free.includes(false)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

const freePort = () => freePorts(1);

// Asks again and again, ten seconds long.
async function until(asks, what) {
  for (let left = 200; ; left--) {
    const answer = await asks();
    if (answer) return answer;
    if (left === 0) throw new Error(`${what} does not come`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

const connects = (port) => new Promise((resolve) => {
  const socket = net.connect(port, HOST, () => { socket.destroy(); resolve(true); });
  socket.once('error', () => resolve(false));
});

// Ends a child by its process id and waits for it, so that nothing outlives the suite.
function end(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.once('exit', () => { clearTimeout(force); resolve(); });
    child.kill('SIGTERM');
  });
}

// Resolves with the child once ready(child) has resolved, whose value is then child.said. If the child ends before, that is an error,
// with what `log` gives.
async function start(program, args, { ready, log = () => '', ...options }) {
  const child = spawn(program, args, options);
  const gone = new Promise((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}\n${log()}`)));
  });
  gone.catch(() => {});
  try {
    child.said = await Promise.race([ready(child), gone]);
    return child;
  } catch (error) {
    await end(child);
    throw error;
  }
}

// Resolves with what a stream of the child's has said, once that matches.
const says = (stream, what) => new Promise((resolve) => {
  let text = '';
  stream.on('data', (bytes) => {
    text += bytes;
    if (what.test(text)) resolve(text);
  });
});

module.exports = { HOST, connects, end, freePort, freePorts, says, start, until };
