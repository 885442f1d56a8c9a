// README.md, "When a script reads null", in the browser: each row of the table of what DevTools shows, made on purpose. The script reads
// null; the README's own line for the console and the wire show what the row says; and its cure helps. (The log's table:
// t/suite/examples/null.t.)
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const oracle = require('./oracle');

const README = fs.readFileSync(path.join(__dirname, '../../README.md'), 'utf8');
const SECTION = README.split('## When a script reads null\n')[1].split('\n## ')[0];
const LINE = /```js\n(.+)\n```/.exec(SECTION)?.[1];
const ROWS = /\| what DevTools shows .*\n.*\n((?:\|.*\n)+)/.exec(SECTION)?.[1].trim().split('\n').map((row) => row.split('|')[1].trim()) || [];

const NAME = 'X-Request-Id';
const has = [`Header always set ${NAME} "5f2b"`];
const open = [...has, 'Header always set Access-Control-Allow-Origin "@A@"', 'Header always set Access-Control-Allow-Credentials "true"'];
const byHand = (value, when = '') => `Header always set Access-Control-Expose-Headers "${value}" ${when}`;
const onOptions = `"expr=%{REQUEST_METHOD} == 'OPTIONS'"`;
const preflight = [`Header always set Access-Control-Allow-Headers "X-Ask" ${onOptions}`];

// What the wire shows of the last answer: the values of a header.
const seen = (exchanges, name) => oracle.lines(exchanges[exchanges.length - 1]?.headers || [], name.toLowerCase());
const list = (exchanges) => seen(exchanges, oracle.ACEH).join(', ');
const fails = ({ error }) => /^TypeError: (?:Failed to fetch|NetworkError\b.*)$/.test(error);
const line = { how: 'line' };

// `row` is in the first cell of the table's row; `broken` what the URL says when the script reads null, `shows` how it is seen, `cures` what
// helps, one by one, or `again`, how to ask for the same once more.
const CASES = [
  ...[has, [...open, 'Header onsuccess set Access-Control-Allow-Origin "*"'], [...has, 'Header always set Access-Control-Allow-Origin "@B@"'],
    [...has, 'Header always set Access-Control-Allow-Origin "*"']].map((config) => (
    { row: 'Failed to fetch', ask: line, broken: [...config, `ExposeHeaders ${NAME}`], shows: fails, cures: [[...open, `ExposeHeaders ${NAME}`]] })),
  { row: 'opaque', ask: { ...line, mode: 'no-cors' }, broken: [...open, `ExposeHeaders ${NAME}`], shows: ({ type, names }) => type === 'opaque' && names.length === 0,
    cures: [[...open, `ExposeHeaders ${NAME}`]], cured: line },
  { row: 'basic', ask: { ...line, own: true }, broken: ['Header always set X-Other "1"'], shows: ({ type, names }) => type === 'basic' && names.includes('x-other'),
    cures: [has] },
  { row: 'no Access-Control-Expose-Headers', ask: line, broken: open, shows: ({ type, exchanges }) => type === 'cors' && seen(exchanges, oracle.ACEH).length === 0,
    cures: [[...open, `ExposeHeaders ${NAME}`], [...open, byHand(NAME)]] },
  { row: 'Access-Control-*Allow*-Headers names it', ask: line, broken: [...open, `Header always set Access-Control-Allow-Headers "${NAME}"`],
    shows: ({ exchanges }) => seen(exchanges, 'access-control-allow-headers').join() === NAME, cures: [[...open, byHand(NAME)]] },
  ...['X-Requst-Id', 'X-Total-Count', 'X-Request-*', `${NAME}, Total Count`].map((value) => (
    { row: 'a list without your header', ask: line, broken: [...open, byHand(value)],
      shows: ({ exchanges }) => list(exchanges) === value, cures: [[...open, byHand(NAME)], [...open, `ExposeHeaders ${NAME}`]] })),
  { row: '`*`, and credentials', ask: line, broken: [...open, byHand('*')], shows: ({ exchanges }) => list(exchanges) === '*',
    cures: [[...open, byHand(NAME)], [...open, 'ExposeHeaders *']] },
  { row: 'disk cache', ask: { ...line, twice: true }, broken: [...open, byHand(NAME), 'Header always set Cache-Control "max-age=3600"'],
    shows: ({ exchanges }) => exchanges.length === 0, again: { ...line, cache: 'reload' } },
  { row: '304', ask: { ...line, twice: true }, broken: [...open, 'ExposeHeaders X-Req*', 'Header always set Cache-Control "no-cache"'],
    shows: ({ exchanges }) => exchanges.length === 1 && exchanges[0].status === 304, again: { ...line, cache: 'reload' } },
  { row: 'a list on OPTIONS only', ask: { ...line, headers: { 'X-Ask': '1' } }, broken: [...open, ...preflight, byHand(NAME, onOptions)],
    shows: ({ exchanges }) => exchanges.length === 2 && list(exchanges) === '' && list(exchanges.slice(0, 1)) === NAME, cures: [[...open, ...preflight, byHand(NAME)]] },
  { row: 'a 302 with your header', ask: { ...line, path: 'go' },
    broken: [...open.slice(1), `${has[0]} "expr=%{REQUEST_STATUS} == 302"`, byHand(NAME)],
    shows: ({ exchanges }) => exchanges.length === 2 && exchanges[0].status === 302 && seen(exchanges.slice(0, 1), NAME).length === 1 && seen(exchanges, NAME).length === 0,
    cures: [[...open, byHand(NAME)]] },
  { row: 'Set-Cookie', ask: line, name: 'Set-Cookie', broken: [...open, 'Header always set Set-Cookie "a=1; Path=/elsewhere"', byHand('Set-Cookie')],
    shows: ({ exchanges }) => seen(exchanges, 'set-cookie').length === 1, cures: [[...open, byHand(NAME)]], instead: NAME },
];
for (const one of CASES) for (const [i, config] of [one.broken, ...one.cures || []].entries()) (one.urls ||= [])[i] = { name: one.row, config };

// Runs inside the page: the README's line, with these options in place of its own where the script has others.
async function said({ text, url, options, name, how }) {
  const out = [];
  const { log } = console;
  const own = window.fetch;
  let value;
  window.fetch = (...args) => own(args[0], { ...args[1], ...options }).then((response) => { value = response.headers.get(name); return response; });
  console.log = (...args) => out.push(args);
  try {
    if (how === 'xhr') {
      const request = new XMLHttpRequest();
      request.open('GET', url);
      request.withCredentials = true;
      await new Promise((resolve) => { request.onloadend = resolve; request.send(); });
      return { value: request.getResponseHeader(name) };
    }
    if (how === 'axios') return { value: String((await window.axios.get(url, { withCredentials: true })).headers[name.toLowerCase()]) };
    await eval(text); // eslint-disable-line no-eval
    return { type: out[0][0], names: out[0][1], value };
  } catch (error) {
    return { error: String(error), value: null };
  } finally {
    Object.assign(window, { fetch: own });
    console.log = log;
  }
}

async function ask(engine, world, url, how, name = NAME) {
  const { how: way, mode, cache, headers } = how;
  world.tap.take();
  const got = await engine.run(said, { text: LINE, url, name, how: way, options: { ...mode && { mode }, ...cache && { cache }, ...headers && { headers } } });
  return { ...got, exchanges: world.tap.take() };
}

const at = (world, one, { path: file }) => world.url({ ...one, path: file });

async function row(suite, engine, world, one) {
  const { urls, ask: how, name = NAME, instead = name } = one;
  const problems = [];
  const where = (i) => at(world, urls[i], how);
  // A page of the server itself, or of another origin
  const visit = (url) => (how.own ? engine.open(url) : engine.visit(world.origins.A));
  const first = where(0);
  await visit(first);
  if (how.twice) {
    world.tap.change = ({ headers }) => headers.filter(([header]) => header.toLowerCase() !== oracle.ACEH);
    await ask(engine, world, first, how);
    world.tap.change = null;
  }
  const got = await ask(engine, world, first, how, name);
  if (got.value !== null && got.value !== undefined) problems.push(`the script reads ${got.value}`);
  if (!one.shows(got)) problems.push(`it shows ${JSON.stringify(got)}`);
  if (one.again) {
    const again = await ask(engine, world, first, one.again);
    if (again.value !== '5f2b') problems.push(`anew it reads ${again.value}: ${JSON.stringify(again)}`);
  }
  for (let i = 1; i < urls.length; i++) {
    const url = where(i);
    await visit(url);
    const cured = await ask(engine, world, url, one.cured || how, instead);
    if (cured.value !== '5f2b') problems.push(`cured by ${urls[i].config.join('; ')} it reads ${cured.value}: ${JSON.stringify(cured)}`);
  }
  suite.report(`README: ${one.row}`, problems);
}

async function check(suite, engine, { world, modules, isChromium }) {
  suite.report('README: there is a line for the console', LINE ? [] : [SECTION]);
  const untried = ROWS.filter((shown) => !CASES.some((one) => shown.includes(one.row)));
  const unsaid = CASES.filter((one) => !ROWS.some((shown) => shown.includes(one.row))).map((one) => one.row);
  suite.report('README: each row is tried', [...untried, ...unsaid, ...(ROWS.length > 8 ? [] : ['the rows were not found'])]);
  for (const one of CASES) await row(suite, engine, world, one);

  // Its words for null, by other means than fetch
  const { urls } = CASES.find((one) => one.row === 'no Access-Control-Expose-Headers');
  // Where the console is listened to
  await engine.open(world.origins.A);
  await engine.run(async (text) => { window.eval(text); }, fs.readFileSync(path.join(modules, 'axios/dist/axios.min.js'), 'utf8'));
  for (const [how, none, words] of [['xhr', null, 'Refused to get unsafe header'], ['axios', 'undefined', 'undefined']]) {
    engine.said.splice(0);
    const got = await ask(engine, world, at(world, urls[0], line), { how });
    const console = how === 'xhr' ? engine.said.join() : String(got.value);
    const isSaid = SECTION.includes(words) && (console.includes(words) || (how === 'xhr' && !isChromium));
    suite.report(`README: ${how} says ${words}`, got.value === none && isSaid ? [] : [JSON.stringify({ got, console })]);
    const cured = await ask(engine, world, at(world, urls[1], line), { how });
    suite.report(`README: ${how}, cured`, cured.value === '5f2b' ? [] : [JSON.stringify(cured)]);
  }
  engine.said.splice(0);
}

module.exports = { URLS: CASES.flatMap((one) => one.urls), check };
