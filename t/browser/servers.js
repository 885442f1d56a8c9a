// What the browsers talk to: two page origins, a backend, the private httpd with the module, and in front of it a tap that
// notes what goes over the wire, so that a case knows it, and knows what a cache answered. It adds one field to a request, X-Exchange,
// by which the lines of httpd's log can be told apart.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const { HOST, connects, end, freePort, start, until } = require('./processes');

// The smallest PNG: it can be an image, a document and a fetch alike.
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const PAGE = '<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><title>page</title>';

const pairs = (flat) => flat.flatMap((name, i) => (i % 2 ? [] : [[name, flat[i + 1]]]));

function listen(handler) {
  const server = http.createServer(handler);
  // A connection that closes while the browser reuses it would make a request come twice.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, () => resolve(server));
  });
}

function close(server) {
  return new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

const pages = () => listen((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html', 'Cache-Control': 'no-store' });
  response.end(PAGE);
});

// Answers as the case says, or with a header that httpd makes a 502 of.
const backend = (answerOf) => listen((request, response) => {
  const [, id, , ...rest] = request.url.split('/');
  if (rest.join('/') === 'backend/nonsense') { request.socket.end('HTTP/1.1 200 OK\r\nno colon\r\n\r\n'); return; }
  const answer = answerOf(id) || { status: 404, headers: [] };
  const etag = answer.headers.find(([name]) => name === 'ETag');
  const fresh = etag && request.headers['if-none-match'] === etag[1];
  const { status, headers } = fresh ? { status: 304, headers: answer.on304 } : answer;
  response.sendDate = false;
  response.writeHead(status, headers.flat());
  response.end(fresh ? undefined : 'answer');
});

class Tap {
  constructor() {
    this.agent = new http.Agent({ keepAlive: true });
    this.exchanges = [];
    this.count = 0;
    this.change = null;
  }

  // Two ports, since a redirect to the other one leads to another origin. Whoever starts it says later which port is `upstream`.
  static async start() {
    const tap = new Tap();
    const pass = (request, response) => tap.pass(request, response);
    tap.servers = [await listen(pass), await listen(pass)];
    tap.ports = tap.servers.map((server) => server.address().port);
    return tap;
  }

  pass(request, response) {
    const id = ++this.count;
    const onward = http.request({
      host: HOST, port: this.upstream, method: request.method, path: request.url,
      headers: [...request.rawHeaders, 'X-Exchange', id], setHost: false, agent: this.agent,
    });
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => {
      const exchange = {
        id, method: request.method, url: request.url, request: request.headers,
        status: answer.statusCode, headers: pairs(answer.rawHeaders),
      };
      this.exchanges.push(exchange);
      const sent = this.change ? this.change(exchange) : exchange.headers;
      response.sendDate = false;
      response.writeHead(answer.statusCode, answer.statusMessage, sent.flat());
      answer.pipe(response);
    });
    request.pipe(onward);
  }

  // The request of somebody else who reads from this origin.
  get(url, origin) {
    return new Promise((resolve, reject) => {
      http.get(url, { headers: { Origin: origin } }, (answer) => answer.resume().once('end', resolve)).once('error', reject);
    });
  }

  // What came by since the last call.
  take() { return this.exchanges.splice(0); }

  async stop() {
    this.agent.destroy();
    for (const server of this.servers) await close(server);
  }
}

function apxs(name) {
  return execFileSync(process.env.APXS || 'apxs', ['-q', name], { encoding: 'utf8' }).trim();
}

// Whom httpd runs as where root starts it: Debian's user for it, or else nobody.
function unprivileged() {
  const id = (flag, user) => Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const user of ['www-data', 'nobody']) {
    try { return [id('-u', user), id('-g', user)]; } catch { /* there is no such user */ }
  }
  throw new Error('neither www-data nor nobody is a user here, and httpd does not run as root');
}

class Httpd {
  constructor(root, port) { Object.assign(this, { root, port, read: 0, logged: new Map() }); }

  static async start({ scratch, module, backend: backendPort, cases }) {
    const root = path.join(scratch, 'httpd');
    for (const part of ['htdocs', 'cache', 'run']) fs.mkdirSync(path.join(root, part), { recursive: true });
    fs.writeFileSync(path.join(root, 'htdocs', 'pixel.png'), PIXEL);
    fs.writeFileSync(path.join(root, 'htdocs', 'gone.html'), '<!doctype html><title>gone</title>');
    for (const { id } of cases.filter(({ folder }) => folder)) {
      fs.mkdirSync(path.join(root, 'htdocs', `at-${id}`));
      fs.writeFileSync(path.join(root, 'htdocs', `at-${id}`, 'pixel.png'), PIXEL);
    }
    // Root's checkout may be closed to the user that httpd runs as.
    fs.copyFileSync(module, path.join(root, 'mod_cors_expose.so'));

    const port = await freePort();
    const values = {
      ROOT: root, PORT: port, BACKEND: backendPort, MODULES: apxs('LIBEXECDIR'),
      HOSTS: cases.flatMap(({ policy = [] }) => policy).join('\n    '),
      CASES: cases.map(({ id, server = [], config }) =>
        [...server, `<Location "/${id}/">`, ...config.map((line) => `    ${line}`), '</Location>'].join('\n')).join('\n'),
    };
    const template = fs.readFileSync(path.join(__dirname, 'httpd.conf.in'), 'utf8');
    const conf = path.join(root, 'httpd.conf');
    // The cases have such words, too.
    const filled = (text) => text.replace(/@([A-Z]+)@/g, (word, name) => (name in values ? filled(String(values[name])) : word));
    fs.writeFileSync(conf, filled(template));

    const httpd = new Httpd(root, port);
    // What it says before it has opened its log, such as the module's notes on the cases, matters only if it doesn't start.
    const said = fs.openSync(path.join(root, 'said'), 'w');
    // It writes its pid once it has its port: one that answers may be another's.
    const ready = () => until(() => fs.existsSync(path.join(root, 'run', 'httpd.pid')) && connects(port), 'httpd');
    const options = { stdio: ['ignore', said, said], log: () => httpd.log(), ready };
    if (process.getuid() === 0) {
      [options.uid, options.gid] = unprivileged();
      execFileSync('chown', ['-R', `${options.uid}:${options.gid}`, root]);
    }
    httpd.child = await start(path.join(apxs('sbindir'), apxs('progname')), ['-f', conf, '-D', 'FOREGROUND'], options);
    fs.closeSync(said);
    return httpd;
  }

  log() {
    return ['said', 'error_log'].map((name) => path.join(this.root, name)).filter(fs.existsSync)
      .map((file) => fs.readFileSync(file, 'utf8')).join('');
  }

  // The reason words that the module logged for an exchange; it logs before the answer leaves.
  reasons(id) {
    const file = fs.openSync(path.join(this.root, 'error_log'), 'r');
    try {
      const bytes = Buffer.alloc(fs.fstatSync(file).size - this.read);
      this.read += fs.readSync(file, bytes, 0, bytes.length, this.read);
      const line = /^(\d+) \[cors_expose:debug\] (?:\S+: )?([a-z-]+): (?:sent|nothing sent|removed|left alone)\b/gm;
      for (const [, exchange, reason] of bytes.toString().matchAll(line))
        this.logged.set(Number(exchange), [...this.logged.get(Number(exchange)) || [], reason]);
    } finally {
      fs.closeSync(file);
    }
    return this.logged.get(id) || [];
  }

  stop() { return end(this.child); }
}

module.exports = { Httpd, Tap, apxs, backend, close, listen, pages, unprivileged };
