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

// Passes on what comes to a port of its own, and nothing of what would go to the next one: a tunnel that forwards the page alone.
function forward(to) {
  const server = http.createServer((question, answer) => {
    const headers = { ...question.headers, host: `${HOST}:${to}` };
    if (headers.origin) headers.origin = `http://${HOST}:${to}`;
    question.pipe(http.request({ host: HOST, port: to, method: question.method, path: question.url, headers }, (got) => {
      // It names the ports of the demo, which are others here.
      delete got.headers['content-security-policy'];
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    }).once('error', () => answer.destroy()));
  });
  return freePorts(2).then((port) => new Promise((resolve) => { server.listen(port, HOST, () => resolve({ server, port })); }));
}

// What a user does, and what the page must show then: a mistake to start from (its place in the row, 0 is none), fields that are changed
// after it; how it ends, the colour of the verdict, texts, and what becomes of some headers.
const PLAY = [
  { title: 'a list that works', start: 0, state: 'done', verdict: 'good', says: ['3 exposed, 4 safelisted, 14 hidden: 21 sent', 'Measured by this browser'],
    kinds: { 'x-total-count': 'exposed', 'x-ratelimit-reset': 'hidden', 'content-type': 'always' },
    rows: { 'x-ratelimit-reset': 'hidden by "-X-RateLimit-Reset" (inner.conf:1)', 'x-ratelimit-limit': 'exposed by "X-RateLimit-*" (outer.conf:1)' } },
  { title: 'a name misspelt', start: 1, state: 'done', verdict: 'bad', says: ['reads null', 'not in the response: X-TotalCount'], kinds: { 'x-totalcount': 'missing' } },
  { title: 'a colon', start: 2, state: 'refused', verdict: 'bad', says: ['httpd refuses', 'line 1 of outer.conf', "colon at the end of 'X-Total-Count:'"], kinds: {} },
  { title: 'nobody may read it', start: 3, state: 'done', verdict: 'bad', says: ['keeps the whole answer', 'no script can read this response', '21 hidden: 21 sent'],
    kinds: { 'content-type': 'hidden' } },
  { title: 'Off, inherited', start: 4, state: 'done', verdict: 'bad', says: ['reads null', 'ExposeHeadersWhen Off (outer.conf:1)'], kinds: { 'x-total-count': 'hidden' } },
  { title: 'the wrong origin', start: 5, state: 'done', verdict: 'bad', says: ['httpd warns at startup', 'port 80 alone', "doesn't hold: origin=http://localhost (outer.conf:1)"],
    kinds: { 'x-total-count': 'hidden' } },
  { title: 'a secret', start: 6, state: 'done', verdict: 'bad', says: ['2 secrets: x-internal-node, x-internal-trace'], kinds: { 'x-internal-node': 'secret', 'x-total-count': 'exposed' } },
  { title: 'the secret kept', start: 6, fields: { inner: 'ExposeHeadersNever X-Internal-*' }, state: 'done', verdict: 'good', says: ['15 exposed, 4 safelisted, 2 hidden: 21 sent'],
    kinds: { 'x-internal-node': 'hidden' }, rows: { 'x-internal-node': 'hidden by ExposeHeadersNever "X-Internal-*" (inner.conf:1)' } },
  { title: 'a wildcard by hand, with credentials', start: 0, fields: { outer: 'ExposeHeadersWhen Off', inner: '', list: 'star', credentials: 'include' }, state: 'done', verdict: 'bad',
    says: ['reads null', '"*" came with the response'], kinds: { 'x-total-count': 'hidden' } },
  { title: 'a malformed list by hand', start: 0, fields: { outer: 'ExposeHeadersWhen Off', inner: '', list: 'broken' }, state: 'done', verdict: 'bad', says: ['reads null'],
    kinds: { 'x-backend-version': 'hidden' } },
  { title: 'a malformed list, cleaned', start: 0, fields: { list: 'broken', status: '404' }, state: 'done', verdict: 'good', says: ['with status 404', "the first 'total pages'"],
    kinds: { 'x-backend-version': 'exposed', 'x-backend-pages': 'exposed' } },
  { title: 'another origin', start: 0, fields: { origin: 'https://app.example.com' }, state: 'done', verdict: 'good', says: ['3 exposed, 4 safelisted, 14 hidden: 21 sent', 'Computed'],
    kinds: { 'x-total-count': 'exposed', 'x-ratelimit-reset': 'hidden' } },
  { title: 'no Origin', start: 0, fields: { origin: 'none' }, state: 'done', verdict: 'neutral', says: ['No script asks here'], kinds: {} },
  { title: 'another directive', start: 0, fields: { inner: 'Header set X-A 1' }, state: 'refused', verdict: 'bad', says: ["The demo doesn't take this", "inner.conf:1: 'Header'"], kinds: {} },
];

// Runs inside the page: does it, and waits for the answer.
async function play({ start, fields }) {
  document.querySelectorAll('#mistakes button')[start].click();
  for (const [name, value] of Object.entries(fields || {})) {
    const field = document.querySelector(`#form [name=${name}]`);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  while (['loading', 'asking'].includes(document.body.dataset.play)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  const rows = [...document.querySelectorAll('#result tr')];
  return {
    state: document.body.dataset.play, text: document.getElementById('result').textContent,
    verdict: document.querySelector('#result .box').className.replace('box ', ''),
    kinds: Object.fromEntries(rows.map((row) => [row.dataset.header, row.dataset.kind])),
    rows: Object.fromEntries(rows.map((row) => [row.dataset.header, row.lastChild.textContent])),
  };
}

// Runs inside the page. It is done when its own script says so.
async function shown() {
  while (!['done', 'failed'].includes(document.body.dataset.state)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  return {
    state: document.body.dataset.state,
    failure: document.getElementById('failure').textContent,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    modes: [...document.querySelectorAll('[data-policy] [data-mode]')].map((node) => ({
      policy: node.closest('[data-policy]').dataset.policy,
      ...node.dataset,
      allow: node.querySelector('[data-line=access-control-allow-origin]').textContent,
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
    // Nor what is for the browser.
    const counted = (names) => names.filter((name) => !name.startsWith('access-control-'));
    const { reason, list, asItWas } = oracle.decide(oracle.policy(container),
      { status: answer.status, headers, origin, cookie, there });
    const sent = asItWas || list;
    return {
      status: answer.status, reason, list: sent,
      readable: counted(oracle.readable({ headers, origin, include, list: sent })),
      all: counted(oracle.names(headers)),
    };
  }

  // With the page's port alone within reach it isn't CORS that is wrong, and the page says what is.
  async unreachable(suite, engine) {
    const { server, port } = await forward(this.port);
    try {
      await engine.open(`http://${HOST}:${port}/`);
      const { state, failure } = await engine.run(shown);
      const right = state === 'failed' && failure.includes(`not the API at http://${HOST}:${port + 1}.`);
      suite.report("the page says that the API's port is out of reach", right ? [] : [`${state}: ${failure}`]);
    } finally {
      server.closeAllConnections?.();
      await new Promise((resolve) => { server.close(resolve); });
    }
  }

  async check(suite, engine, picture) {
    await engine.open(`http://${HOST}:${this.port}/`);
    const { state, modes, wide } = await engine.run(shown);
    suite.report('the page comes to its end', state === 'done' ? [] : [`it says ${state}`]);
    // Where the script sees no difference, one panel stands for both modes.
    const each = modes.flatMap((one) => one.mode.split(' ').map((mode) => ({ ...one, mode })));
    suite.report('the page shows seven policies in two modes', each.length === 14 ? [] : [`it shows ${each.length} of them`]);
    suite.report('equal panels are merged', modes.length === 9 ? [] : [`there are ${modes.length} panels`]);
    for (const one of each) {
      const right = await this.right(one.policy, one.mode);
      const words = (text) => text.toLowerCase().split(/[ ,]+/).filter(Boolean).sort().join(' ');
      const leaks = right.readable.some((name) => name.startsWith('x-internal-'));
      const pairs = {
        'status': [one.status, String(right.status)],
        'reason': [one.reason, right.reason],
        'list': [words(one.aceh), words(right.list.join(' '))],
        'Access-Control-Allow-Origin': [one.allow, `Access-Control-Allow-Origin: http://${HOST}:${this.port}`],
        'readable headers': [words(one.readable), words(right.readable.join(' '))],
        'readable headers for the eye': [words(one.chips.join(' ')), words(right.readable.join(' '))],
        'hidden headers': [words(one.hidden), words(right.all.filter((name) => !right.readable.includes(name)).join(' '))],
        'colour': [one.verdict, leaks || right.readable.every((name) => oracle.SAFELISTED.includes(name)) ? 'bad' : 'good'],
      };
      suite.report(`the page on ${one.policy}, ${one.mode}`, Object.entries(pairs).filter(([, [shows, due]]) => shows !== due)
        .map(([what, [shows, due]]) => `${what}: it shows ${shows}, not ${due}`));
    }
    suite.report('nothing is wider than the page', wide <= 0 ? [] : [`by ${wide} pixels`]);
    for (const one of PLAY) {
      const got = await engine.run(play, { start: one.start, fields: one.fields });
      const wrong = [...['state', 'verdict'].filter((what) => got[what] !== one[what]).map((what) => `${what}: ${got[what]}, not ${one[what]}: ${got.text.slice(0, 200)}`),
        ...one.says.filter((text) => !got.text.includes(text)).map((text) => `it doesn't say '${text}', but: ${got.text.slice(0, 500)}`),
        ...['kinds', 'rows'].flatMap((what) => Object.entries(one[what] || {}).filter(([name, due]) => got[what][name] !== due)
          .map(([name, due]) => `${name}: ${got[what][name]}, not ${due}`))];
      suite.report(`played: ${one.title}`, wrong);
    }
    await this.unreachable(suite, engine);
    await engine.open(`http://${HOST}:${this.port}/`);
    await engine.run(shown);
    await engine.run(play, { start: 0 });
    await engine.screenshot(picture);
    suite.report('the screenshot', fs.statSync(picture).size > 10000 ? [] : ['it is empty']);
  }
}

module.exports = { Demo };
