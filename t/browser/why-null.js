// docs/why-null, the page that reads a response's headers: its rules against the oracle's, each of its cures in httpd and a browser, and
// the page itself, from a file and from a server.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const cors = require('../../docs/why-null/cors');
const { look, walk } = require('./looks');
const oracle = require('./oracle');

const PAGE = path.join(__dirname, '../../docs/why-null/index.html');
const QUESTIONS = 3000;
const WANTED = 'X-Request-Id';

// Responses to a script that reads null, whose page is at origin A: a sentence, how it asks ("omit"), the headers beside WANTED, what the
// page says. `keeps`: another origin, and what the cured response has to allow it as before, or as it was meant.
const A = '@A@';
const allows = (value) => ['Access-Control-Allow-Origin', value], exposes = (value) => ['Access-Control-Expose-Headers', value];
const withCredentials = ['Access-Control-Allow-Credentials', 'true'];
const BROKEN = [
  { title: 'no list', headers: [allows(A)], says: ["doesn't say that scripts may read X-Request-Id"] },
  { title: 'Allow-Headers for Expose-Headers', headers: [allows(A), ['Access-Control-Allow-Headers', 'X-A, x-request-id']], says: ['is for what a script sends'] },
  { title: 'a header misspelt', headers: [allows(A), ['Access-Control-Expose-Header', WANTED]], says: ['"Access-Control-Expose-Header" means nothing'] },
  { title: 'another name', headers: [allows(A), exposes('X-Total-Count, X-RequestId')], says: ["doesn't name X-Request-Id", 'It has "X-RequestId", one letter away'] },
  { title: 'a malformed list', headers: [allows(A), exposes('X-Request-Id, Total Count')], says: ['"Total Count" is no header name', 'drop the whole list'] },
  { title: 'a malformed list on another line', headers: [allows('*'), exposes('*'), exposes('X-B:')], says: ['"X-B:" is no header name'] },
  { title: 'a pattern', headers: [allows(A), exposes('X-Request-*')], says: ['"X-Request-*" in Access-Control-Expose-Headers is no pattern'] },
  { title: '* with credentials', how: 'include', headers: [allows(A), withCredentials, exposes('*')], says: ['that is called "*"'] },
  { title: 'a name with a per cent sign', headers: [allows(A), exposes('X-100%, X-A')], says: ["doesn't name X-Request-Id"] },
  { title: 'no Allow-Origin', headers: [exposes(WANTED)], says: ['has no Access-Control-Allow-Origin', 'The fetch fails'] },
  { title: 'neither', headers: [], says: ['has no Access-Control-Allow-Origin', 'it has no Access-Control-Expose-Headers'] },
  { title: 'allowed twice', headers: [allows(A), allows(A), exposes(WANTED)], says: ['Access-Control-Allow-Origin is there twice'] },
  { title: 'two origins', headers: [allows(`${A}, https://b.example`), exposes(WANTED)], keeps: { 'https://b.example': 'https://b.example' }, says: ['names more than one origin'] },
  { title: 'a slash', headers: [allows(`${A}/`), exposes(WANTED)], says: ['The slash at its end'] },
  { title: 'another origin', headers: [allows('https://app.example.net'), exposes(WANTED)], keeps: { 'https://app.example.net': 'https://app.example.net' }, says: ['That is another origin'] },
  { title: 'a wildcard in the origin', headers: [allows('https://*.example.com'), exposes(WANTED)], says: ['no wildcard in an origin'] },
  { title: 'all origins, with credentials', how: 'include', headers: [allows('*'), withCredentials, exposes(WANTED)], keeps: { 'https://b.example': '*' }, says: ['is "*". With credentials'] },
  { title: 'credentials not allowed', how: 'include', headers: [allows(A), exposes(WANTED)], says: ['"Access-Control-Allow-Credentials: true", too'] },
  { title: 'True', how: 'include', headers: [allows(A), ['Access-Control-Allow-Credentials', 'True'], exposes(WANTED)], says: ['is "True"'] },
  { title: 'all of it', how: 'include', headers: [allows('*'), allows(A), ['Access-Control-Allow-Credentials', 'yes'], exposes('a b')], says: ['twice', 'is "yes"', '"a b"', "isn't exposed|doesn't name"] },
];
// What no header line mends.
const HOPELESS = [
  { title: 'not sent', headers: [['X-Request-Ids', '1'], allows(A), exposes('*')], says: ['has no X-Request-Id. It has X-Request-Ids, one letter away'] },
  { title: 'not sent, and nothing like it', headers: [allows(A), exposes(WANTED)], says: ['So null is right'] },
  { title: 'Set-Cookie', wanted: ['Set-Cookie'], headers: [['Set-Cookie', 'a=1'], allows(A), exposes('Set-Cookie')], says: ['No script ever reads Set-Cookie'] },
  { title: 'no-cors', how: 'no-cors', headers: [[WANTED, '1'], allows(A), exposes(WANTED)], says: ['mode: "no-cors" asks for a response'] },
];
const sent = (one) => [[WANTED, '5f2b'], ['X-Total-Count', '7'], ['Content-Type', 'text/plain'], ...one.headers];
const question = (one, headers) => ({ headers, status: 200, origin: A, how: one.how || 'omit', wanted: one.wanted || [WANTED] });

// Each cure in two containers: the broken lines come from a backend, or from httpd's own directives, which are in the other table.
const CURES = BROKEN.flatMap((one) => {
  const { byHand, byModule, missing } = cors.explain(question(one, sent(one)));
  const own = sent(one).map(([name, value], i, all) =>
    `Header always ${all.slice(0, i).some(([other]) => other === name) ? 'add' : 'set'} ${name} "${value.replace(/%/g, '%%')}"`);
  return [['by hand', byHand], ...(missing.length ? [['by the module', byModule]] : [])].flatMap(([way, lines]) => [
    { name: `${one.title}, a backend's: ${way}`, how: one.how, keeps: one.keeps, path: 'backend', backend: { status: 200, headers: sent(one) }, config: lines },
    { name: `${one.title}, httpd's own: ${way}`, how: one.how, keeps: one.keeps, path: 'pixel.png', config: [...own, ...lines] }]);
});

// What people copy out of DevTools and terminals, and what it is: the same three headers each time, but for `is`.
const HEADERS = [['access-control-allow-origin', 'https://app.example.com'], ['content-type', 'text/html; charset=utf-8'], ['x-date', 'Mon, 30 Nov 2026 10:11:12 GMT']];
const joined = (between, before = '') => HEADERS.map((pair) => before + pair.join(between)).join('\n');
const PASTED = [
  { title: 'raw', text: `HTTP/1.1 200 OK\r\n${joined(': ').replace(/\n/g, '\r\n')}\r\n\r\n`, status: 200 },
  { title: 'HTTP/2', text: `HTTP/2 404\n${joined(': ')}`, status: 404 },
  { title: 'a name, and its value on the next line', text: joined('\n') },
  { title: 'the same with colons', text: `HTTP/1.1 200 OK\n${joined(':\n')}\n`, status: 200 },
  { title: 'columns', text: joined('\t') },
  { title: 'without blanks', text: joined(':') },
  { title: 'with the pseudo header', text: `:status: 201\n${joined(': ')}`, status: 201 },
  { title: 'curl -v', text: `* Connected\n> GET / HTTP/1.1\n> Origin: https://app.example.com\n> X-Sent: 1\n>\n< HTTP/1.1 200 OK\n${joined(': ', '< ')}\n<\n{ [data not shown]`,
    status: 200, origin: 'https://app.example.com' },
  { title: "all that Chromium's panel has", status: 200, origin: 'https://app.example.com',
    text: `Request URL\nhttps://api.example.com/orders\nRequest Method\nGET\nStatus Code\n200 OK\nRemote Address\n192.0.2.1:443\nResponse Headers\n${joined('\n')}\n`
      + 'Request Headers\n:authority\napi.example.com\naccept\n*/*\norigin\nhttps://app.example.com\nreferer\nhttps://app.example.com/' },
  { title: 'all of a panel, the request first', origin: 'null', text: `Request Headers (540 B)\nHost: api.example.com\nOrigin: null\nAccept: */*\nResponse Headers (1.2 kB)\n${joined(': ')}` },
  { title: 'with the request below', text: `${joined(': ')}\n\nRequest Headers\nAccept: */*` },
  { title: 'after a redirect', text: `HTTP/1.1 302 Found\nLocation: /b\n\nHTTP/1.1 200 OK\n${joined(': ')}\n`, status: 200, earlier: 1 },
  { title: 'with a line that is none', text: `${joined(': ')}\n{"orders": []}`, ignored: ['{"orders": []}'] },
  { title: 'a folded value', text: 'X-A: one\n  two\nX-Empty:\nX-B: 1', is: [['X-A', 'one two'], ['X-Empty', ''], ['X-B', '1']] },
  { title: 'nothing', text: ' \n', is: [] },
];

// --- The rules ----------------------------------------------------------------------------------------------------------------

function any(random) {
  const some = (from, most) => Array.from({ length: random.pick(...Array(most + 1).keys()) }, () => random.pick(...from));
  const origin = 'https://a.example';
  const one = (name, value) => [random.pick(name, name.toLowerCase()), value];
  // Most are right, or most would be refused.
  const right = random.pick(origin, origin, '*');
  const list = () => some(['*', 'X-A', 'x-b', 'X-*', '', ' X-C ', random.pick('X-C', 'no name'), 'Set-Cookie', 'Authorization', 'X-A', 'X-D', random.pick('X-D', 'X-D:', '"X-A"'), 'Content-Type'], 4).join(random.pick(',', ', '));
  const headers = [
    ...some(['X-A', 'X-B', 'X-C', 'X-D', 'Set-Cookie', 'Content-Type', 'Authorization', 'X-Absent', '*'], 8).map((name) => one(name, '1')),
    ...random.pick([right], [right], [right], some(['*', origin, 'https://b.example', `${origin}/`, 'null', '', `${origin}, *`], 2)).map((value) => one('Access-Control-Allow-Origin', value)),
    ...random.pick(['true'], ['true'], some(['true', 'True', 'false', ''], 2)).map((value) => one('Access-Control-Allow-Credentials', value)),
    ...some([0, 0], 2).map(() => one('Access-Control-Expose-Headers', list())),
  ];
  return { headers, status: 200, origin: random.pick(origin, origin, origin, 'null'), how: random.pick('omit', 'include'), wanted: some(['X-A', 'X-B', 'X-C', 'X-D', 'Content-Type', 'X-Absent'], 2) };
}

// What is wrong with the answer to a question, by the oracle's account and by its own.
function wrong(asked) {
  const { headers, origin, how, wanted } = asked, include = how === 'include', found = [];
  const told = (one) => oracle.readable({ headers: one.filter(([name]) => name.toLowerCase() !== oracle.ACEH), origin, include,
    list: oracle.lines(one, oracle.ACEH).length ? oracle.lines(one, oracle.ACEH) : undefined });
  const names = (some) => (some === null ? 'no response' : [...some].sort().join(' '));
  const right = told(headers), said = cors.explain(asked);
  const compare = (what, is, due) => { if (is !== due) found.push(`${what}: ${is}, not ${due}`); };
  compare('readable', names(cors.readable(asked)), names(right));
  compare('the rows', names(said.rows.filter((row) => row.isReadable).map((row) => row.name.toLowerCase())), names(right || []));
  compare('it refuses', String(cors.refusals(asked).length > 0), String(right === null));
  const has = (name) => oracle.names(headers).includes(name.toLowerCase()), isRead = (name) => Boolean(right?.includes(name.toLowerCase()));
  if (wanted.length) compare('the colour', said.kind, wanted.every(isRead) ? 'good' : 'bad');
  if (said.kind === 'bad' && !said.faults.length) found.push('it gives no cause');
  if (said.notes.some((text) => text.startsWith('Without credentials')) && (right !== null
    || oracle.readable({ headers: headers.filter(([name]) => name.toLowerCase() !== oracle.ACEH), origin, include: false }) === null)) found.push('it helps nobody to leave credentials out');
  // The cure, done.
  const cured = [...headers.filter(([name]) => !said.needs.some(([need]) => need.toLowerCase() === name.toLowerCase())), ...said.needs];
  const after = told(cured);
  if (after === null) found.push('no response after the cure');
  else compare('after the cure', names(wanted.filter(has).filter((name) => !after.includes(name.toLowerCase()))), '');
  // No more than was meant.
  const meant = [...oracle.lines(headers, oracle.ACEH).join(',').split(','), ...wanted].map((name) => name.trim().toLowerCase());
  const more = (after || []).filter((name) => !oracle.SAFELISTED.includes(name) && !meant.includes(name) && !(meant.includes('*') && !include));
  compare('it lets out', names(more), '');
  return found;
}

function rules(suite, random) {
  const problems = [], met = { good: 0, bad: 0, needs: 0 };
  for (let i = 0; i < QUESTIONS && problems.length < 5; i++) {
    const asked = any(random), said = cors.explain(asked);
    met[said.kind]++;
    met.needs += said.needs.length > 0;
    problems.push(...wrong(asked).map((text) => `${text}: ${JSON.stringify(asked)}`));
  }
  if (Object.values(met).some((count) => count < QUESTIONS / 20)) problems.push(`too little of something was met: ${JSON.stringify(met)}`);
  suite.report(`${QUESTIONS} responses, judged as the oracle does, and cured`, problems);

  for (const one of [...BROKEN, ...HOPELESS]) {
    const headers = HOPELESS.includes(one) ? one.headers : sent(one);
    const { faults, kind, text, needs } = cors.explain(question(one, headers));
    const said = [text, ...faults].join(' ');
    const lacks = one.says.filter((part) => !part.split('|').some((way) => said.includes(way))).map((part) => `it doesn't say '${part}', but: ${said}`);
    suite.report(`explained: ${one.title}`, [...lacks, ...(kind === 'bad' ? [] : [`it is ${kind}`]), ...(HOPELESS.includes(one) && needs.length ? [`it needs ${needs}`] : [])]);
  }
  for (const { title, text, status = null, is = HEADERS, origin = null, earlier = 0, ignored = [] } of PASTED) {
    const got = JSON.stringify(cors.parse(text)), due = JSON.stringify({ status, headers: is, origin, earlier, ignored });
    suite.report(`pasted: ${title}`, got === due ? [] : [`${got}, not ${due}`]);
  }
  for (const [typed, due] of [['https://App.example.com:443/a?b#c', 'https://app.example.com'], ['http://localhost:3000', 'http://localhost:3000'], ['null', 'null'], [' ', null],
    ['app.example.com', undefined], ['moz-extension://0a1b/x', 'moz-extension://0a1b']])
    suite.report(`an origin: '${typed}'`, cors.originOf(typed) === due ? [] : [`it is ${cors.originOf(typed)}`]);
}

// --- Each cure, in httpd and a browser ----------------------------------------------------------------------------------------

// Runs inside the page.
async function fetched(asks) {
  return Promise.all(asks.map(({ url, how }) => fetch(url, { credentials: how || 'omit', cache: 'no-store' })
    .then((response) => [...response.headers.keys()].sort(), (error) => String(error))));
}

// What somebody at another origin is allowed.
const allowed = (url, origin) => new Promise((resolve, reject) => {
  http.get(url, { headers: { Origin: origin } }, (answer) => answer.resume().once('end', () => resolve(answer.rawHeaders
    .flatMap((name, i, all) => (i % 2 || name.toLowerCase() !== 'access-control-allow-origin' ? [] : [all[i + 1]])).join(' and ')))).once('error', reject);
});

// What the module warned of and noted at startup, by the case in whose lines it is.
function noted(httpd) {
  let id;
  const places = fs.readFileSync(path.join(httpd.root, 'httpd.conf'), 'utf8').split('\n').map((line) => { id = /^<Location "\/(c\d+)\/">/.exec(line)?.[1] ?? id; return id; });
  return [...httpd.log().matchAll(/\[cors_expose:(?:warn|info)\] .*?httpd\.conf:(\d+): (.*)/g)].map(([, line, text]) => [places[line - 1], text]);
}

async function cures(suite, engine, world) {
  const notes = noted(world.httpd);
  if (notes.length === 0) throw new Error('the module notes nothing of the whole table');
  const asks = CURES.map((one) => ({ how: one.how, url: world.url(one) }));
  await engine.visit(world.origins.A);
  world.tap.take();
  const got = await engine.run(fetched, asks);
  const exchanges = world.tap.take();
  for (const [i, one] of CURES.entries()) {
    const exchange = exchanges.find(({ url }) => asks[i].url.endsWith(url));
    const right = exchange && cors.readable({ headers: exchange.headers, origin: world.origins.A, how: one.how || 'omit' });
    const problems = Array.isArray(got[i]) && got[i].includes(WANTED.toLowerCase()) ? [] : [`the script gets ${got[i]}`];
    if (String(got[i]) !== String(right)) problems.push(`it gets ${got[i]}, and the page says ${right}`);
    // Whoever mends a backend's answer by these lines has no others that could be meant.
    if (one.backend) problems.push(...notes.filter(([id]) => id === one.id).map(([, text]) => `a note: ${text}`));
    for (const [origin, due] of Object.entries(one.keeps || {})) {
      const is = await allowed(asks[i].url, origin);
      if (is !== due) problems.push(`${origin} is allowed by '${is}', not '${due}'`);
      if (!oracle.lines(exchange?.headers || [], 'vary').join().toLowerCase().includes('origin')) problems.push("Vary doesn't name Origin");
    }
    suite.report(`cured: ${one.name}`, problems.length ? [...problems, JSON.stringify(exchange?.headers)] : []);
  }
}

// Runs inside the page: what the page says of response.type, and of XMLHttpRequest.
async function typed({ own, other }) {
  const same = await fetch(own), opaque = await fetch(other, { mode: 'no-cors' });
  const xhr = await new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('GET', other);
    request.onloadend = () => resolve(request.getResponseHeader('X-Total-Count'));
    request.send();
  });
  return [same.type, same.headers.get('Date') !== null, opaque.type, [...opaque.headers].length, opaque.status, xhr].join(' ');
}

async function claims(suite, engine, world) {
  const one = CURES.find(({ name }) => name.startsWith("no list, a backend's"));
  await engine.open(world.origins.A);
  engine.said?.splice(0);
  const got = await engine.run(typed, { own: world.origins.A, other: world.url(one) });
  const problems = got === 'basic true opaque 0 0 ' ? [] : [got];
  if (engine.alwaysHasFocus && !engine.said.splice(0).some((text) => text.includes('Refused to get unsafe header "X-Total-Count"'))) problems.push("the console doesn't say that it is unsafe");
  suite.report('what response.type and the console say', problems);
}

// --- The page -----------------------------------------------------------------------------------------------------------------

// Runs inside the page: fills the form in as somebody would, and reads the answer.
async function read(fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = document.querySelector(`#form [name=${name}]`);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  const result = document.getElementById('result'), text = result.textContent;
  const copies = [];
  const copy = async (writeText) => {
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: writeText && { writeText } });
    result.querySelector('.copy button')?.click();
    await new Promise((resolve) => { setTimeout(resolve); });
  };
  await copy(async (said) => { copies.push(said); });
  const isShown = result.querySelector('textarea') !== null;
  await copy(undefined);
  const area = result.querySelector('textarea');
  if (area) copies.push(area.value.slice(area.selectionStart, area.selectionEnd));
  return {
    text, copies, isShown, said: document.getElementById('said').textContent, state: document.body.dataset.play, hash: location.hash,
    invalid: [...document.querySelectorAll('[aria-invalid]')].map((field) => field.name).join(' '),
    pressed: [...document.querySelectorAll('#starts [aria-pressed=true]')].map((button) => button.dataset.start).join(' '),
    verdict: result.querySelector('.box')?.className.replace('box ', ''),
    read: [...result.querySelectorAll('tr')].filter((row) => row.dataset.kind !== 'hidden').map((row) => row.dataset.header).sort().join(' '),
  };
}

// Runs inside the page: each example, by its button.
async function examples() {
  return [...document.querySelectorAll('#starts button')].map((button) => {
    button.click();
    return {
      name: button.dataset.start, group: button.closest('[role=group]').getAttribute('aria-label'), hash: location.hash,
      verdict: document.querySelector('#result .box').className.replace('box ', ''), text: document.getElementById('result').textContent,
    };
  });
}

// Runs inside the page: a header that the script needs, by its button; where the focus is then.
async function need(name) {
  document.querySelector(`[data-header=${name}] button`).click();
  return { wanted: document.querySelector('[name=wanted]').value, focus: document.activeElement.name, text: document.getElementById('result').textContent };
}

const leaves = async (url) => fetch(url, { mode: 'no-cors' }).then(() => 'it leaves', () => 'it stays');
const emptied = { headers: '', wanted: '', origin: '', how: 'omit' };

async function page(suite, engine, url, from, elsewhere) {
  const origin = 'https://app.example.com';
  await engine.open(url);
  const first = await engine.run(read, {});
  suite.report(`${from}: with nothing pasted it says what helps nearly always`, first.state === 'empty' && first.text.includes('Access-Control-Expose-Headers: X-Request-Id') ? [] : [first.text]);
  for (const one of [...BROKEN, ...HOPELESS]) {
    const headers = (HOPELESS.includes(one) ? one.headers : sent(one)).map(([name, value]) => [name, value.replaceAll(A, origin)]);
    const text = ['HTTP/1.1 200 OK', ...headers.map((header) => header.join(': '))].join('\n');
    const got = await engine.run(read, { ...emptied, headers: text, wanted: (one.wanted || [WANTED]).join(), origin, how: one.how || 'omit' });
    const right = one.how === 'no-cors' ? [] : cors.readable({ headers, origin, how: one.how || 'omit' }) || [];
    const problems = one.says.filter((part) => !part.split('|').some((way) => got.text.includes(way))).map((part) => `it doesn't say '${part}', but: ${got.text}`);
    if (got.verdict !== 'bad') problems.push(`it is ${got.verdict}`);
    if (got.read !== right.filter((name) => !name.startsWith('access-control-')).join(' ')) problems.push(`it shows ${got.read}, not ${right}`);
    if (got.copies.length !== 2 || got.copies[0] !== got.copies[1] || got.isShown) problems.push(`copied: ${JSON.stringify(got.copies)}`);
    problems.push(...[`a page at ${origin}`, headers[0][0], ...(one.how === 'include' ? ['credentials: "include"'] : [])].filter((part) => !got.copies[0]?.includes(part)).map((part) => `'${part}' isn't copied: ${got.copies[0]}`));
    if (/a=1/.test(got.copies[0])) problems.push('a cookie is copied');
    if (got.hash) problems.push(`the address says ${got.hash}`);
    suite.report(`${from}: ${one.title}`, problems);
  }
  const wrongs = { origin: ['app.example.com', 'is no origin'], wanted: ['X Request:Id,(', 'is no header name'], headers: ['GET /orders', 'is no header line'] };
  for (const [field, [value, says]] of Object.entries(wrongs)) {
    const got = await engine.run(read, { ...emptied, [field]: value });
    suite.report(`${from}: '${value}' is named`, got.text.includes(says) && (field === 'headers' || got.invalid === field) ? [] : [`${got.invalid}: ${got.text}`]);
  }
  const open = await engine.run(read, { ...emptied, headers: `access-control-allow-origin: ${origin}\nx-id: 1\nx-more: 2` });
  suite.report(`${from}: it asks which header is meant`, open.text.includes('Which header is null') && open.said === 'The script gets the response, and reads no header.' ? [] : [open.text]);
  const once = await engine.run(need, 'x-id'), twice = await engine.run(need, 'x-more');
  suite.report(`${from}: a header is asked for by its button`, twice.wanted === 'x-id x-more' && once.focus === 'wanted' && twice.text.includes('ExposeHeaders x-id x-more') ? [] : [JSON.stringify({ once, twice })]);

  const shown = await engine.run(examples);
  suite.report(`${from}: each example shows what it is for`, shown.filter(({ group, verdict, name, hash }) => (group === 'It works' ? 'good' : 'bad') !== verdict || hash !== `#${name}`)
    .map((one) => JSON.stringify(one)));
  await engine.open('about:blank');
  await engine.open(`${url}#twice`);
  const named = await engine.run(read, {});
  suite.report(`${from}: an example by its address`, named.pressed === 'twice' && named.text.includes('there twice') ? [] : [named.text]);
  const edited = await engine.run(read, { wanted: 'X-B' });
  suite.report(`${from}: an edit leaves the example`, edited.pressed === '' && edited.hash === '' ? [] : [JSON.stringify(edited)]);
  suite.report(`${from}: nothing leaves the page`, await engine.run(leaves, elsewhere) === 'it stays' ? [] : ['it does']);
}

async function check(suite, engine, { world, random, demo, picture }) {
  rules(suite, random);
  await cures(suite, engine, world);
  await claims(suite, engine, world);
  const places = [['from a file', pathToFileURL(PAGE).href], ...(demo ? [['from a server', `http://127.0.0.1:${demo.port}/why-null/`]] : [])];
  engine.said?.splice(0);
  for (const [from, url] of places) {
    await engine.open(url);
    await engine.run(examples);
    await look(suite, engine, `why-null, ${from}`);
    await walk(suite, engine, `why-null, ${from}`);
    // But for what one of these tests is about, of which a browser may speak late.
    suite.report(`${from}: nothing comes to the console`, (engine.said?.splice(0) || []).filter((text) => !text.includes(world.origins.B)));
    await page(suite, engine, url, from, world.origins.B);
  }
  for (const name of ['star-with-credentials', 'right', 'set-cookie']) {
    if (!engine.press) break;
    await engine.open(`${places[0][1]}#${name}`);
    await look(suite, engine, `why-null, ${name}`);
  }
  await engine.screenshot(picture);
  suite.report('the screenshot', fs.statSync(picture).size > 10000 ? [] : ['it is empty']);
}

module.exports = { CURES, check };
