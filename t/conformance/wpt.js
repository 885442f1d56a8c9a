// The Web Platform Tests of Access-Control-Expose-Headers. Each is asked twice through httpd: of a server without a directive of the
// module, which has to come out as the tests say, and of one where the module makes the list, which has to be at least as good.
'use strict';

// What comes over the wire in the tests' own words.
const STAR = [['Test', 'X'], ['Set-Cookie', 'X'], ['*', 'whoa'], ['Content-Type', 'text/plain']];
const ANY = [['Access-Control-Allow-Origin', '*']];
const ME = [['Access-Control-Allow-Origin', '@origin'], ['Access-Control-Allow-Credentials', 'true']];
const HIDDEN = { 'set-cookie': null };

// Each: the file of web-platform-tests and what it is about; how it is asked; what the server sends, and its `list`, line by line; the
// `edits` of ExposeHeaders that stand in the place of that list (none: the list comes along, and the module merges it); what a script
// reads, `null` for nothing and `true` for anything; `better` is what it reads with the module where that differs.
const star = (how, file) => [
  [file, '*', { how, headers: [...STAR, ...ANY], list: ['*'], edits: '*', reads: { ...HIDDEN, test: 'X', '*': 'whoa' } }],
  // Browsers take the * for a name then. The module writes the list out, and never a header of that name.
  [file, '* with credentials', { how, include: true, headers: [...STAR, ...ME], list: ['*'], edits: '*',
    reads: { ...HIDDEN, 'content-type': 'text/plain', test: null, '*': 'whoa' }, better: { test: 'X', '*': null } }],
  [file, '* as one of several', { how, headers: [...STAR, ...ANY], list: ['set-cookie,*'], reads: { ...HIDDEN, test: 'X', '*': 'whoa' } }],
];

const FILTER = 'fetch/api/cors/cors-filtering.sub.any.js';
const LATE = '04 May 1988 22:22:22 GMT';
// mod_proxy takes a Warning for one only in this form.
const WARNING = '199 - "Mind the gap"';
const COOKIE = 'name=value; max-age=0';
const filtering = [
  ...[['Cache-Control', 'no-cache'], ['Content-Language', 'fr'], ['Content-Type', 'text/html'], ['Expires', LATE], ['Last-Modified', LATE],
    ['Pragma', 'no-cache'], ['Content-Length', '3']].map(([name, value]) => [FILTER, `${name}, always readable`,
    { headers: [[name, value], ...ANY], edits: 'X-Other', reads: { [name]: value } }]),
  ...[['Age', '27'], ['Server', 'wptServe'], ['Warning', WARNING], ['Set-Cookie', COOKIE], ['Set-Cookie2', COOKIE]]
    .map(([name, value]) => [FILTER, `${name}, not listed`, { headers: [[name, value], ...ANY], edits: 'X-Other', reads: { [name]: null } }]),
  ...[['Age', '27'], ['Server', 'wptServe'], ['Warning', WARNING]].map(([name, value]) => [FILTER, `${name}, listed`,
    { headers: [[name, value], ...ME], list: [name], edits: name, reads: { [name]: value } }]),
  ...['Set-Cookie', 'Set-Cookie2'].flatMap((name) => [false, true].map((include) => [FILTER, `${name}, listed${include ? ', with credentials' : ''}`,
    { include, headers: [[name, COOKIE], ...ME], list: [name], reads: { [name]: null } }])),
];

// The inputs are ours, by the rule that the test is about (Fetch, extract header list values): its own file of them couldn't be had.
const PARSE = 'cors/access-control-expose-headers-parsing.window.js';
const droid = [['BB-8', 'hey'], ['Content-Language', 'mkay'], ...ANY];
const parsing = [
  ...[['BB-8'], ['bb-8,,'], [',bb-8'], ['', 'bb-8'], ['x-other, bb-8'], ['x-other', 'bb-8']].map((list) => [list, 'hey', {}]),
  // One member that is no name voids the whole list. The module leaves it out.
  ...[['bb-8, no no'], ['@invalid,bb-8'], ['bb-8,@invalid'], ['no no', 'bb-8']].map((list) => [list, null, { 'bb-8': 'hey' }]),
  ...[['"bb-8"'], ['bb-8;q=1'], ['no no']].map((list) => [list, null, {}]),
].map(([list, value, better]) => [PARSE, list.map((line) => JSON.stringify(line)).join(' and '),
  { status: 221, headers: droid, list, reads: { 'content-language': 'mkay', 'bb-8': value }, better }]);

// "…" as its bytes: scripts read bytes.
const BYTES = Buffer.from('…').toString('latin1');
const xhr = [
  ['cors/response-headers.htm', 'three lists, and headers of each kind', { how: 'xhr',
    list: ['X-Custom-Header, X-Custom-Header-Empty, X-Custom-Header-Comma, X-Custom-Header-Bytes', 'X-Second-Expose', 'Date'],
    headers: [['X-Custom-Header', 'test'], ['Set-Cookie', 'test1=t1;max-age=2'], ['Set-Cookie2', 'test2=t2;Max-Age=2'], ['X-Custom-Header-Empty', ''],
      ['X-Custom-Header-Comma', '1'], ['X-Custom-Header-Comma', '2'], ['X-Custom-Header-Bytes', BYTES], ['X-Nonexposed', 'unicorn'],
      ['X-Second-Expose', 'flyingpig'], ['Cache-Control', 'no-cache'], ['Content-Language', 'nn'], ['Expires', 'Thu, 01 Dec 1994 16:00:00 GMT'],
      ['Last-Modified', 'Thu, 01 Dec 1994 10:00:00 GMT'], ['Pragma', 'no-cache'], ['Date', 'Tue, 22 Oct 2013 10:00:00 GMT'], ['X-Powered-By', 'us'], ...ANY],
    reads: { 'X-Custom-Header': 'test', 'X-Custom-Header-Empty': '', 'X-Custom-Header-Comma': '1, 2', 'X-Custom-Header-Bytes': BYTES,
      'X-Second-Expose': 'flyingpig', Date: true, 'Cache-Control': 'no-cache', 'Content-Language': 'nn', Expires: 'Thu, 01 Dec 1994 16:00:00 GMT',
      'Last-Modified': 'Thu, 01 Dec 1994 10:00:00 GMT', Pragma: 'no-cache', 'Set-Cookie': null, 'Set-Cookie2': null, 'X-Nonexposed': null,
      Server: null, 'X-Powered-By': null, 'X-Non-Existent-Header': null, ' x-custom-header': null } }],
  ['xhr/access-control-response-with-exposed-headers.htm', 'one header of two', { how: 'xhr', list: ['x-Foo'], edits: 'x-Foo',
    headers: [['Cache-Control', 'no-cache'], ['X-foo', 'BAR'], ['x-test', 'TEST'], ...ANY], reads: { 'X-FOO': 'BAR', 'x-foo': 'BAR', 'x-test': null } }],
  ['xhr/access-control-expose-headers-on-redirect.html', "a redirect of the page's own server leads to it", { how: 'xhr', redirected: true, list: ['foo'],
    edits: 'foo', headers: [['foo', 'bar'], ['hoge', 'fuga'], ...ANY], reads: { foo: 'bar', hoge: null } }],
  ['xhr/access-control-basic-cors-safelisted-response-headers.htm', 'the headers that are always readable', { how: 'xhr', edits: 'X-Other',
    headers: [['Cache-Control', 'no cache'], ['Content-Language', 'en'], ['Content-Type', 'text/html'], ['Expires', 'Fri, 30 Oct 1998 14:19:41 GMT'],
      ['Last-Modified', 'Tue, 15 Nov 1994 12:45:26 GMT'], ['Pragma', 'no-cache'], ['X-webkit', 'foobar'], ...ANY],
    reads: { 'cache-control': true, 'content-language': true, 'content-type': true, expires: true, 'last-modified': true, pragma: true, 'x-webkit': null } }],
];

// A worker that answers the page by respondWith(fetch()). The first is the test; the other is what it is like in mode include.
const WORKER = 'service-workers/service-worker/fetch-cors-exposed-header-names.https.html';
const worker = [
  [WORKER, '*, through a Service Worker', { worker: true, headers: [['foo', 'bar'], ['Set-Cookie', 'X'], ...ANY], list: ['*'], edits: '*',
    reads: { ...HIDDEN, foo: 'bar', 'access-control-expose-headers': '*' } }],
  [WORKER, '* with credentials, through a Service Worker', { worker: true, include: true, headers: [['foo', 'bar'], ['Set-Cookie', 'X'], ...ME], list: ['*'],
    edits: '*', reads: { ...HIDDEN, foo: null }, better: { foo: 'bar' } }],
];

exports.cases = [...star('fetch', 'fetch/api/cors/cors-expose-star.sub.any.js'), ...star('xhr', 'xhr/cors-expose-star.sub.any.js'), ...filtering, ...parsing,
  ...xhr, ...worker].map(([source, name, one], i) => ({ id: `case-${i}`, source, name, how: 'fetch', status: 200, list: [], better: {}, ...one }));

exports.SIDES = ['without', 'with'];

// The configuration of one side, and what its backend answers for a case.
exports.config = (side) => (side === 'without' ? [] : exports.cases.map(({ id, edits }) =>
  `<Location "/with/${id}">\n${edits ? `ExposeHeaders ${edits}` : 'ExposeHeadersBackend Merge'}\n</Location>`));
exports.answer = (side, { headers, list, edits, status }, origin) => ({ status, headers: [
  ...headers.map(([name, value]) => [name, value === '@origin' ? origin : value]),
  ...(side === 'with' && edits ? [] : list.map((line) => ['Access-Control-Expose-Headers', line]))] });

exports.WORKER_SCRIPT = `
const answered = [];
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.pathname === '/answered') event.respondWith(new Response(JSON.stringify(answered)));
  if (url.origin === location.origin) return;
  answered.push(event.request.url);
  event.respondWith(fetch(event.request));
});
`;

// Runs inside the page. Gives of each request its status, its type and what can be read of the names, or the error.
exports.step = async function step({ worker, requests }) {
  if (worker && !navigator.serviceWorker.controller) {
    const controlled = new Promise((resolve) => { navigator.serviceWorker.addEventListener('controllerchange', resolve); });
    await navigator.serviceWorker.register('/worker.js');
    await controlled;
  }
  const one = async ({ how, url, include, names }) => {
    if (how === 'fetch') {
      const response = await fetch(url, { credentials: include ? 'include' : 'omit' });
      return { status: response.status, type: response.type, values: names.map((name) => response.headers.get(name)) };
    }
    const request = new XMLHttpRequest();
    request.open('GET', url);
    request.withCredentials = include;
    await new Promise((resolve, reject) => {
      request.onload = resolve;
      request.onerror = () => reject(new Error('network error'));
      request.send();
    });
    const values = names.map((name) => request.getResponseHeader(name));
    return { status: request.status, type: 'cors', values, all: request.getAllResponseHeaders() };
  };
  const seen = await Promise.all(requests.map((request) => one(request).catch((error) => ({ error: String(error) }))));
  return { seen, answered: worker ? await (await fetch('/answered')).json() : [] };
};

// What is wrong with what a script saw.
exports.problems = (side, { status, reads, better }, { error, ...seen }) => {
  if (error) return [error];
  const wanted = { ...reads, ...(side === 'with' ? better : {}) };
  const found = Object.entries(wanted).flatMap(([name, value], i) => {
    const right = value === true ? typeof seen.values[i] === 'string' && seen.values[i].length > 0 : seen.values[i] === value;
    return right ? [] : [`${name} reads ${JSON.stringify(seen.values[i])}, not ${JSON.stringify(value)}`];
  });
  if (seen.status !== status) found.push(`the status is ${seen.status}`);
  if (seen.type !== 'cors') found.push(`the type is ${seen.type}`);
  const all = seen.all?.toLowerCase().split('\r\n').map((line) => line.split(':')[0]);
  for (const [name, value] of all ? Object.entries(wanted).filter(([one]) => one.trim() === one) : []) {
    const is = all.includes(name.toLowerCase());
    if (is !== (value !== null)) found.push(`${name} ${is ? 'is' : "isn't"} among all headers`);
  }
  return found;
};
