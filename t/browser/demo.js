// The demo's page, opened in each engine: it must show what a script really reads, and what the oracle says it should.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const oracle = require('./oracle');
const { look, walk } = require('./looks');
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

// What a user does, and what the page must show then: a start by its address, fields that are changed after it; how it ends, the colour of
// the verdict, texts of the answer and what it must not say, and what becomes of some headers. `hint`: whether the start's is there still;
// `hash`: the address.
const PLAY = [
  { title: 'no list', start: 'no-list', state: 'done', verdict: 'bad', says: ['reads null', 'has no Access-Control-Expose-Headers', 'no directive of the module is in force',
    'response.headers.get("X-Total-Count")  // null', '0 exposed, 4 safelisted, 17 hidden: 21 sent'], never: ['httpd adds it later'],
    kinds: { 'x-internal-node': 'hidden', date: 'hidden' }, rows: { 'x-internal-node': 'hidden: there is no list', 'content-type': 'readable without a list' }, hash: '#no-list' },
  { title: 'its cure', start: 'no-list', fields: { outer: 'ExposeHeaders X-Total-Count' }, state: 'done', verdict: 'good',
    says: ['response.headers.get("X-Total-Count")  // "1184"'], kinds: { 'x-total-count': 'exposed' }, hint: false, hash: '#outer=ExposeHeaders+X-Total-Count' },
  { title: 'a list that works', start: 'works', state: 'done', verdict: 'good', says: ['3 exposed, 4 safelisted, 14 hidden: 21 sent', 'Measured by this browser',
    'Origin: the answer depends on who asks', 'Cookie: this API'],
    kinds: { 'x-total-count': 'exposed', 'x-ratelimit-reset': 'hidden', 'content-type': 'always' },
    rows: { 'x-ratelimit-reset': 'hidden by "-X-RateLimit-Reset" (inner.conf:1)', 'x-ratelimit-limit': 'exposed by "X-RateLimit-*" (outer.conf:1)' } },
  { title: 'the lines that README.md has', start: 'works', fields: { outer: '<IfModule mod_cors_expose.c>\n    ExposeHeaders X-Total-Count\n</IfModule>', inner: '' }, state: 'done', verdict: 'good',
    says: ['reads 1 header'], rows: { 'x-total-count': 'exposed by "X-Total-Count" (outer.conf:2)' }, hint: false,
    hash: '#outer=%3CIfModule+mod_cors_expose.c%3E%0A++++ExposeHeaders+X-Total-Count%0A%3C%2FIfModule%3E' },
  { title: 'a name misspelt', start: 'misspelt', state: 'done', verdict: 'bad', says: ['reads null', 'not in the response: X-TotalCount'], kinds: { 'x-totalcount': 'missing' } },
  { title: 'a colon', start: 'colon', state: 'refused', verdict: 'bad', says: ['httpd refuses', 'line 1 of outer.conf', "colon at the end of 'X-Total-Count:'"], kinds: {} },
  { title: 'nobody may read it', start: 'not-allowed', state: 'done', verdict: 'bad', says: ['keeps the whole answer', 'no script can read this response', '21 hidden: 21 sent',
    'has no Access-Control-Allow-Origin', '// TypeError', 'What mends it', 'Header always set Access-Control-Allow-Origin "http://'], never: ['always readable'],
    kinds: { 'content-type': 'hidden' }, rows: { 'cache-control': 'safelisted: it needs no list' } },
  { title: 'allowed twice', start: 'twice', state: 'done', verdict: 'bad', says: ['keeps the whole answer', 'Access-Control-Allow-Origin is there twice', 'Access-Control-Allow-Origin is on 2 lines', '// TypeError', 'Header onsuccess unset Access-Control-Allow-Origin'],
    kinds: { 'content-type': 'hidden' } },
  { title: 'its cure: one line', start: 'twice', fields: { allow: 'origin' }, state: 'done', verdict: 'good', says: ['reads 1 header'], kinds: { 'x-total-count': 'exposed' }, hint: false },
  { title: '* for all, with credentials', start: 'any-with-credentials', state: 'done', verdict: 'bad', says: ['keeps the whole answer', 'has to be the page\'s origin', 'credentials: "include"'],
    kinds: { 'x-total-count': 'hidden' } },
  { title: 'its cure: the origin', start: 'any-with-credentials', fields: { allow: 'origin' }, state: 'done', verdict: 'good', says: ['reads 1 header'], kinds: { 'x-total-count': 'exposed' }, hint: false },
  { title: '* with credentials', start: 'star-with-credentials', state: 'done', verdict: 'bad', says: ['reads null', 'browsers take that for a header that is called "*"'], kinds: { 'x-total-count': 'hidden' } },
  { title: 'its cure: a name', start: 'star-with-credentials', fields: { outer: 'ExposeHeaders X-Total-Count' }, state: 'done', says: ['reads 2 secrets'], verdict: 'bad', kinds: { 'x-total-count': 'exposed' }, hint: false },
  { title: 'its cure: *', start: 'star-with-credentials', fields: { outer: 'ExposeHeaders *' }, state: 'done', says: ['reads 2 secrets'], verdict: 'bad', kinds: { 'x-total-count': 'exposed' }, hint: false },
  { title: 'an old copy', start: 'old-copy', state: 'done', verdict: 'bad', says: ["old copy has no list", "answered from the browser's cache", 'Access-Control-Expose-Headers: X-Total-Count', 'get("X-Total-Count")  // null'],
    kinds: { 'x-total-count': 'hidden' }, hash: '#old-copy' },
  { title: 'its cure: no cache', start: 'old-copy', fields: { cache: 'empty' }, state: 'done', verdict: 'good', says: ['reads 1 header'], kinds: { 'x-total-count': 'exposed' }, hint: false },
  { title: 'an old copy, at another origin', start: 'old-copy', fields: { origin: 'https://app.example.com' }, state: 'done', verdict: 'bad', says: ['old copy has no list', 'Computed'], kinds: { 'x-total-count': 'hidden' }, hint: false,
    hash: '#outer=ExposeHeaders+X-Total-Count&origin=https%3A%2F%2Fapp.example.com&cache=old' },
  { title: 'no-cors', start: 'no-cors', state: 'done', verdict: 'bad', says: ['hides the whole response', '// "opaque"', '{ mode: "no-cors" }', 'for no Origin'], never: ['always readable'], kinds: { 'content-type': 'hidden' } },
  { title: 'its cure: cors', start: 'no-cors', fields: { mode: 'cors' }, state: 'done', verdict: 'good', says: ['reads 1 header', '// "cors"'], kinds: { 'x-total-count': 'exposed' }, hint: false },
  { title: 'Off, inherited', start: 'off', state: 'done', verdict: 'bad', says: ['reads null', 'ExposeHeadersWhen Off (outer.conf:1)'], kinds: { 'x-total-count': 'hidden' } },
  { title: 'the wrong origin', start: 'wrong-origin', state: 'done', verdict: 'bad', says: ['httpd notes at startup', 'port 80 alone', "doesn't hold: origin=http://localhost (outer.conf:1)"],
    kinds: { 'x-total-count': 'hidden' } },
  { title: 'a warning', start: 'works', fields: { inner: 'ExposeHeaders Links' }, state: 'done', verdict: 'good', says: ['httpd warns at startup', "inner.conf:1: ExposeHeaders: 'Links'"], kinds: {} },
  { title: 'the detail', start: 'works', fields: { inner: 'ExposeHeadersDetail Header' }, state: 'done', verdict: 'good', says: ['X-Expose-Headers-Detail: written-out (not credentialed)'],
    kinds: { 'x-expose-headers-detail': 'hidden' } },
  { title: 'a secret', start: 'secret', state: 'done', verdict: 'bad', says: ['2 secrets: x-internal-node, x-internal-trace'], kinds: { 'x-internal-node': 'secret', 'x-total-count': 'exposed' } },
  { title: 'the secret kept', start: 'secret', fields: { inner: 'ExposeHeadersNever X-Internal-*' }, state: 'done', verdict: 'good', says: ['15 exposed, 4 safelisted, 2 hidden: 21 sent'],
    kinds: { 'x-internal-node': 'hidden' }, rows: { 'x-internal-node': 'hidden by ExposeHeadersNever "X-Internal-*" (inner.conf:1)' }, hint: false },
  { title: 'a wildcard by hand, with credentials', start: 'works', fields: { outer: 'ExposeHeadersWhen Off', inner: '', list: 'star', credentials: 'include' }, state: 'done', verdict: 'bad',
    says: ['reads null', '"*" came with the response'], kinds: { 'x-total-count': 'hidden' } },
  { title: 'a wildcard of the backend, and no directive', start: 'no-list', fields: { list: 'star' }, state: 'done', verdict: 'bad', says: ['2 secrets'], never: ['httpd adds it later'],
    rows: { 'x-total-count': 'exposed by the "*" in Access-Control-Expose-Headers', 'x-internal-node': 'exposed by the "*" in Access-Control-Expose-Headers' } },
  { title: 'a malformed list by hand', start: 'works', fields: { outer: 'ExposeHeadersWhen Off', inner: '', list: 'broken' }, state: 'done', verdict: 'bad', says: ['reads null', '"total pages" is no header name'],
    kinds: { 'x-backend-version': 'hidden' } },
  { title: 'a malformed list, cleaned', start: 'works', fields: { list: 'broken', status: '404' }, state: 'done', verdict: 'good', says: ['with status 404', "the first 'total pages'"],
    kinds: { 'x-backend-version': 'exposed', 'x-backend-pages': 'exposed' } },
  { title: 'another origin', start: 'works', fields: { origin: 'https://app.example.com' }, state: 'done', verdict: 'good', says: ['3 exposed, 4 safelisted, 14 hidden: 21 sent', 'Computed'],
    kinds: { 'x-total-count': 'exposed', 'x-ratelimit-reset': 'hidden' } },
  { title: 'no Origin', start: 'works', fields: { origin: 'none' }, state: 'done', verdict: 'neutral', says: ['No script asks here', 'curl -si http'], kinds: {} },
  { title: 'another directive', start: 'works', fields: { inner: 'Header set X-A 1' }, state: 'refused', verdict: 'bad', says: ["The demo doesn't take this", "inner.conf:1: 'Header'"], kinds: {} },
];

// Runs inside the page: does it, and waits for the answer.
async function play({ start, fields }) {
  document.querySelector(`#starts [data-start=${start}]`).click();
  const hint = document.getElementById('hint').textContent;
  for (const [name, value] of Object.entries(fields || {})) {
    const field = document.querySelector(`#form [name=${name}]`);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  while (['loading', 'asking'].includes(document.body.dataset.play)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  const rows = [...document.querySelectorAll('#result tr')];
  const text = document.getElementById('result').textContent;
  let copied;
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (text) => { copied = text; } } });
  document.querySelector('#result .copy button')?.click();
  await new Promise((resolve) => { setTimeout(resolve); });
  return {
    state: document.body.dataset.play, text, hash: location.hash, copied,
    hint: hint !== '' && document.getElementById('hint').textContent === hint,
    pressed: [...document.querySelectorAll('#starts [aria-pressed=true]')].map((button) => button.dataset.start).join(' '),
    verdict: document.querySelector('#result .box').className.replace('box ', ''),
    isAnnounced: text.startsWith(document.getElementById('said').textContent || 'nothing'),
    kinds: Object.fromEntries(rows.map((row) => [row.dataset.header, row.dataset.kind])),
    rows: Object.fromEntries(rows.map((row) => [row.dataset.header, row.lastChild.textContent])),
  };
}

// Runs inside the page. It is done when its own script says so.
async function shown(isOpened) {
  const wait = () => new Promise((resolve) => { setTimeout(resolve, 50); });
  while (!['done', 'failed'].includes(document.body.dataset.state)) await wait();
  if (isOpened) {
    document.querySelector('#error summary').click();
    while (!document.querySelector('#error [data-mode]')) await wait();
  }
  while (document.body.dataset.play === 'asking') await wait();
  return {
    state: document.body.dataset.state,
    failure: document.getElementById('failure').textContent,
    modes: [...document.querySelectorAll('[data-policy] [data-mode]')].map((node) => ({
      policy: node.closest('[data-policy]').dataset.policy,
      ...node.dataset,
      allow: node.querySelector('[data-line=access-control-allow-origin]').textContent,
      chips: [...node.querySelectorAll('.seen [data-header]')].map((chip) => chip.textContent.trim()),
    })),
  };
}

// Runs inside the page: the answer once it is there.
async function reloaded() {
  while (['loading', 'asking'].includes(document.body.dataset.play)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  return document.getElementById('result').textContent;
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

  // A mail for somebody who wasn't there: the verdict, the lines, what was sent.
  letter({ copied = '', text }) {
    const verdict = text.split(/[.:]/)[0];
    return [verdict, 'In the container of the API:', 'Vary: ', `http://${HOST}:${this.port}/#`].filter((part) => !copied.includes(part)).map((part) => `it lacks '${part}': ${copied}`);
  }

  // What was sent goes with the link to the page that needs no httpd.
  async passesOn(suite, engine) {
    for (const [start, says] of [['twice', 'there twice'], ['star-with-credentials', 'called "*"'], ['works', 'The script reads X-Total-Count'], ['no-cors', 'is "opaque"']]) {
      await engine.open(`http://${HOST}:${this.port}/#${start}`);
      await engine.run(reloaded);
      await engine.open(await engine.run(async () => document.querySelector('#result a[href^="/why-null/"]').href));
      const text = await engine.run(async () => document.getElementById('result').textContent);
      suite.report(`passed on: ${start}`, text.includes(says) ? [] : [text]);
    }
  }

  async check(suite, engine, picture) {
    engine.said?.splice(0);
    await engine.open(`http://${HOST}:${this.port}/`);
    await engine.run(shown);
    suite.report('nothing comes to the console by itself', engine.said?.splice(0) || []);
    await look(suite, engine, 'the page');
    await walk(suite, engine, 'the page');
    const { state, modes } = await engine.run(shown, true);
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
    for (const one of PLAY) {
      const got = await engine.run(play, { start: one.start, fields: one.fields });
      const { state: ends, verdict, hash = got.hash, hint = !one.fields } = one;
      const wrong = [...Object.entries({ state: ends, verdict, hash, hint, isAnnounced: true, pressed: hint ? one.start : '' }).filter(([what, due]) => got[what] !== due)
        .map(([what, due]) => `${what}: ${got[what]}, not ${due}: ${got.text.slice(0, 200)}`),
      ...one.says.filter((text) => !got.text.includes(text)).map((text) => `it doesn't say '${text}', but: ${got.text.slice(0, 900)}`),
      ...(one.never || []).filter((text) => got.text.includes(text)).map((text) => `it says '${text}'`),
      ...['kinds', 'rows'].flatMap((what) => Object.entries(one[what] || {}).filter(([name, due]) => got[what][name] !== due)
        .map(([name, due]) => `${name}: ${got[what][name]}, not ${due}`))];
      suite.report(`played: ${one.title}`, wrong);
      if (ends === 'done') suite.report(`played: ${one.title}: what is copied`, this.letter(got));
      if (!one.hash) continue;
      // What the address says is what was there.
      await engine.open('about:blank');
      await engine.open(`http://${HOST}:${this.port}/${got.hash}`);
      const again = await engine.run(reloaded);
      const numberless = (text) => text.replace(/\/try\/\d+|try%2F\d+/g, '/try/N');
      suite.report(`played: ${one.title}: by its address`, numberless(again) === numberless(got.text) ? [] : [again]);
    }
    for (const start of engine.press ? ['colon', 'wrong-origin', 'secret', 'works'] : []) {
      await engine.run(play, { start });
      await look(suite, engine, `played: ${start}`);
    }
    await this.passesOn(suite, engine);
    await this.unreachable(suite, engine);
    await engine.open(`http://${HOST}:${this.port}/`);
    await engine.run(shown);
    await engine.run(play, { start: 'wrong-origin' });
    await engine.screenshot(picture);
    suite.report('the screenshot', fs.statSync(picture).size > 10000 ? [] : ['it is empty']);
  }
}

module.exports = { Demo };
