// The demo's page, opened in each engine: it must show what a script really reads, and what the oracle says it should.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const oracle = require('./oracle');
const { HOST, end, freePorts, says, start } = require('./processes');

const DEMO = path.join(__dirname, '../../conf-examples/demo');

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
    // The demo takes three in a row.
    demo.port = await freePorts(3);
    const env = { ...process.env, PORT: String(demo.port) };
    delete env.ONCE;
    demo.child = await start(path.join(DEMO, 'run'), [module],
      { env, stdio: ['ignore', 'pipe', 'inherit'], ready: ({ stdout }) => says(stdout, /Ctrl-C ends it\./) });
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
    // The page doesn't count what belongs to the connection.
    const headers = answer.headers.filter(([name]) => ![oracle.ACEH, ...oracle.HOP_BY_HOP].includes(name.toLowerCase()));
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
