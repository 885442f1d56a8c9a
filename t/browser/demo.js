// The demo's page, opened in each engine: it must show what a script really reads, and what the oracle says it should.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');

const { end } = require('./engines');
const oracle = require('./oracle');
const { HOST } = require('./servers');

const DEMO = path.join(__dirname, '../../conf-examples/demo');
// They belong to the connection, and the page doesn't count them.
const CONNECTION = ['connection', 'keep-alive', 'transfer-encoding'];

function free(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

// The demo takes three ports in a row.
async function threePorts() {
  for (let left = 100; left > 0; left--) {
    const port = 20000 + 3 * Math.floor(Math.random() * 10000);
    if (await free(port) && await free(port + 1) && await free(port + 2)) return port;
  }
  throw new Error('no three free ports in a row');
}

function headersOf(url, headers) {
  return new Promise((resolve, reject) => {
    http.get(url, { headers }, (answer) => {
      answer.resume().once('end', () => resolve({
        status: answer.statusCode,
        headers: answer.rawHeaders.flatMap((name, i, all) => (i % 2 ? [] : [[name, all[i + 1]]])),
      }));
    }).once('error', reject);
  });
}

// Runs inside the page. It is done when its own script says so.
async function shown() {
  while (!['done', 'failed'].includes(document.body.dataset.state)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  return {
    state: document.body.dataset.state,
    modes: [...document.querySelectorAll('[data-policy] [data-mode]')].map((node) => ({
      policy: node.closest('[data-policy]').dataset.policy,
      ...node.dataset,
      chips: [...node.querySelectorAll('.seen [data-header]')].map((chip) => chip.textContent.trim()),
    })),
  };
}

class Demo {
  static async start(module) {
    const demo = new Demo();
    demo.port = await threePorts();
    const env = { ...process.env, PORT: String(demo.port) };
    delete env.ONCE;
    demo.child = spawn(path.join(DEMO, 'run'), [module], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve, reject) => {
      let text = '';
      demo.child.once('error', reject);
      demo.child.once('exit', (code) => reject(new Error(`the demo ended with ${code}\n${text}`)));
      demo.child.stdout.on('data', (bytes) => {
        text += bytes;
        if (text.includes('Ctrl-C ends it.')) resolve();
      });
    });
    return demo;
  }

  stop() { return end(this.child); }

  // What the oracle reads in the demo's own configuration.
  async right(policy, mode) {
    const config = fs.readFileSync(path.join(DEMO, 'httpd.conf'), 'utf8');
    const from = config.indexOf(`<Location "/${policy}">`);
    const container = config.slice(from, config.indexOf('</Location>', from)).split('\n').map((line) => line.trim());
    const there = container.flatMap((line) => line.match(/(?<=^Header always set Access-Control-Expose-Headers ").*(?="$)/) || []);
    if (container.some((line) => line.startsWith('ProxyPass ')))
      there.push(...oracle.lines((await headersOf(`http://${HOST}:${this.port + 2}/answer.json`)).headers, oracle.ACEH));

    const origin = `http://${HOST}:${this.port}`;
    const include = mode === 'include';
    const cookie = include ? 'cors_expose_demo=1' : undefined;
    const answer = await headersOf(`http://${HOST}:${this.port + 1}/${policy}`, { Origin: origin, ...(include ? { Cookie: cookie } : {}) });
    const headers = answer.headers.filter(([name]) => ![oracle.ACEH, ...CONNECTION].includes(name.toLowerCase()));
    const { reason, list, asItWas } = oracle.decide(oracle.policy(container),
      { status: answer.status, headers, origin, cookie, there });
    const sent = asItWas || list;
    return {
      status: answer.status, reason, list: sent,
      readable: oracle.readable({ headers, origin, include, list: sent }),
      all: oracle.names([...headers, [oracle.ACEH, '']]),
    };
  }

  async check(suite, engine, picture) {
    await engine.open(`http://${HOST}:${this.port}/`);
    const { state, modes } = await engine.run(shown);
    suite.report('the page comes to its end', state === 'done' ? [] : [`it says ${state}`]);
    suite.report('the page shows seven policies in two modes', modes.length === 14 ? [] : [`it shows ${modes.length} of them`]);
    for (const one of modes) {
      const right = await this.right(one.policy, one.mode);
      const words = (text) => text.toLowerCase().split(/[ ,]+/).filter(Boolean).sort().join(' ');
      const pairs = {
        'status': [one.status, String(right.status)],
        'reason': [one.reason, right.reason || ''],
        'list': [words(one.aceh), words(right.list.join(' '))],
        'readable headers': [words(one.readable), words(right.readable.join(' '))],
        'readable headers for the eye': [words(one.chips.join(' ')), words(right.readable.join(' '))],
        'hidden headers': [words(one.hidden), words(right.all.filter((name) => !right.readable.includes(name)).join(' '))],
      };
      suite.report(`the page on ${one.policy}, ${one.mode}`, Object.entries(pairs).filter(([, [shows, due]]) => shows !== due)
        .map(([what, [shows, due]]) => `${what}: it shows ${shows}, not ${due}`));
    }
    await engine.screenshot(picture);
    suite.report('the screenshot', fs.statSync(picture).size > 10000 ? [] : ['it is empty']);
  }
}

module.exports = { Demo };
