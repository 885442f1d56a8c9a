// make test-conformance: `run.js MODULE BUILD`. The public suites that ask for this header, written anew from their texts: against the
// recipes of conf-examples/recipes/ as they are, and against each recipe without each of its lines, where its suite has to fail, or the
// line says nothing. And the Web Platform Tests in three engines, which are also asked what docs/limits.md says of them. MODULE is
// mod_cors_expose.so, BUILD has node_modules. VERBOSE=1 names what passes.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const engines = require('../browser/engines');
const { HOST, freePorts } = require('../browser/processes');
const { close, listen } = require('../browser/servers');
const { Httpd } = require('../software/httpd');
const { ask, problems } = require('./http');
const limits = require('./limits');
const wpt = require('./wpt');

const SUITES = ['gateway', 'solid', 'ipfs'].map((name) => require(`./${name}`));
const ENGINES = [['Chromium', engines.chromium], ['Firefox', engines.firefox], ['WebKitGTK', engines.webkit]];
const PAGE = '<!doctype html><link rel=icon href="data:,">';
const RECIPES = path.join(__dirname, '..', '..', 'conf-examples', 'recipes');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cors-expose-conformance-'));
// What ends what was started, last first.
const stops = [];
const total = { passed: 0, failed: 0 };

async function end() {
  for (const stop of stops.splice(0).reverse()) await Promise.resolve(stop()).catch(() => {});
  fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

function report(what, found) {
  total[found.length ? 'failed' : 'passed']++;
  if (found.length || process.env.VERBOSE) console.log(`${found.length ? 'not ok' : 'ok'} ${what}`);
  for (const problem of found) console.log(`    # ${problem}`);
}

// Runs a group of cases, and says how many came out well. A group without a case has failed.
async function group(name, run) {
  const { passed, failed } = total;
  await run();
  if (total.passed + total.failed === passed + failed) report(name, ['it ran no test']);
  console.log(`${name}: ${total.passed - passed} passed, ${total.failed - failed} failed`);
}

const recipe = (name) => fs.readFileSync(path.join(RECIPES, `${name}.conf`), 'utf8');

// A recipe without each of its lines: [number, the line, the text that is left]. Lines that only hold others together stay.
function shortened(text) {
  const lines = text.split(/(?<=\n)/);
  const found = [];
  for (let at = 0; at < lines.length; at++) {
    let until = at;
    while (lines[until].endsWith('\\\n')) until++;
    const left = [...lines.slice(0, at), ...lines.slice(until + 1)].join('');
    if (/^\s*(?![#<\s]|Define\b)\S/.test(lines[at])) found.push([at + 1, lines[at].trim().replace(/ *\\$/, ''), left]);
    at = until;
  }
  return found;
}

// What is wrong with the answers of each case: [its name, the problems].
async function tried(cases, port) {
  const found = [];
  for (const { name, steps } of cases) {
    const wrong = [];
    for (const [request, expected] of steps)
      for (const problem of problems(await ask(port, request), expected)) wrong.push(`${request.method ?? 'GET'} ${request.path}: ${problem}`);
    found.push([name, wrong]);
  }
  return found;
}

// Whom the scripts come from: pages, one of them with a worker; what redirects to elsewhere; and what answers as a case says.
async function pages() {
  const page = await listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    const script = pathname === '/worker.js';
    response.setHeader('Cache-Control', 'no-store');
    if (pathname === '/to') response.writeHead(302, { Location: searchParams.get('url') }).end();
    else response.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html' }).end(script ? wpt.WORKER_SCRIPT : PAGE);
  });
  stops.push(() => close(page));
  return `http://${HOST}:${page.address().port}`;
}

async function backend(origins) {
  const server = await listen((request, response) => {
    const [, side, id] = request.url.match(/^\/(\w+)\/([\w-]+)$/) ?? [];
    const one = wpt.cases.find((each) => each.id === id);
    if (!one) { response.writeHead(404).end(); return; }
    const { status, headers } = wpt.answer(side, one, one.worker ? origins.worker : origins.page);
    response.sendDate = !headers.some(([name]) => name === 'Date');
    response.writeHead(status, headers.flat());
    response.end('top');
  });
  stops.push(() => close(server));
  return server.address().port;
}

async function browsers(modules, origins, { port, limited }) {
  const url = (side, { id, redirected }) => {
    const there = `http://${HOST}:${port}/${side}/${id}`;
    return redirected ? `${origins.page}/to?url=${encodeURIComponent(there)}` : there;
  };
  for (const [engineName, launch] of ENGINES) await group(`Web Platform Tests and docs/limits.md, ${engineName}`, async () => {
    const engine = await launch({ modules, scratch });
    stops.push(() => engine.close());
    console.log(`${engineName}: ${await engine.version()}`);
    for (const worker of [false, true]) {
      const asked = wpt.cases.filter((one) => Boolean(one.worker) === worker).flatMap((one) => wpt.SIDES.map((side) => [side, one]));
      await engine.visit(worker ? origins.worker : origins.page);
      const requests = asked.map(([side, one]) => (
        { how: one.how, url: url(side, one), include: Boolean(one.include), names: Object.keys(one.reads) }));
      const { seen, answered } = await engine.run(wpt.step, { worker, requests });
      asked.forEach(([side, one], i) => {
        const wrong = wpt.problems(side, one, seen[i]);
        if (worker && !answered.includes(requests[i].url)) wrong.push('no worker answered it');
        report(`${engineName}: ${one.source}: ${one.name}, ${side} the module`, wrong);
      });
    }
    await engine.visit(origins.page);
    const seen = await engine.run(limits.step, `http://${HOST}:${limited}`);
    for (const [what, right] of Object.entries(limits.expected)) {
      const [is, wanted] = [seen[what], right].map((value) => JSON.stringify(value));
      report(`${engineName}: docs/limits.md: ${what}`, is === wanted ? [] : [`it is ${is}, not ${wanted}`]);
    }
    await stops.pop()();
  });
}

async function main([module, build]) {
  // httpd's own user must come through.
  fs.chmodSync(scratch, 0o755);
  const origins = { page: await pages(), worker: await pages() };
  const behind = await backend(origins);
  const proxies = wpt.SIDES.map((side) => `ProxyPass "/${side}/" "http://${HOST}:${behind}/${side}/"\n${wpt.config(side).join('\n')}`).join('\n');
  const hosts = [{ name: 'wpt', text: `# Needs: mod_proxy, mod_proxy_http, mod_cors_expose\n${proxies}\n` }];
  hosts.push({ name: 'limits', text: await limits.start(stops) });
  const tests = [];
  for (const suite of SUITES) {
    const defines = await suite.start(stops);
    const text = recipe(suite.recipe);
    const add = (name, without) => { hosts.push({ name, text: without, defines }); return hosts.at(-1); };
    tests.push({ suite, host: add(suite.recipe, text),
      lines: shortened(text).map(([number, line, left]) => ({ number, line, host: add(`${suite.recipe}-${number}`, left) })) });
  }
  const first = await freePorts(hosts.length);
  hosts.forEach((host, i) => { host.ports = { with: first + i }; host.folder = scratch; });
  const httpd = await Httpd.start({ scratch, side: 'with', origin: origins.page, hosts, module: path.resolve(module) });
  stops.push(() => httpd.stop());

  for (const { suite: { recipe: name, source, cases, count, ours, unseen = {} }, host, lines } of tests) {
    await group(`${name}.conf, ${source}`, async () => {
      if (cases.length !== count) report(name, [`it has ${cases.length} cases, not ${count}`]);
      for (const [what, wrong] of await tried(cases, host.ports.with)) report(`${name}: ${what}`, wrong);
    });
    await group(`${name}.conf, what its suite leaves out`, async () => {
      for (const [what, wrong] of await tried(ours, host.ports.with)) report(`${name}: ${what}`, wrong);
    });
    await group(`${name}.conf without each of its ${lines.length} lines`, async () => {
      for (const { number, line, host: { ports } } of lines) {
        const noticed = (await tried([...cases, ...ours], ports.with)).some(([, wrong]) => wrong.length > 0);
        const known = line in unseen;
        const problem = known ? 'its absence is noticed after all' : 'nobody notices its absence';
        report(`${name}.conf:${number}: ${line}`, noticed === known ? [problem] : []);
      }
      for (const line of Object.keys(unseen)) if (!lines.some((one) => one.line === line)) report(`${name}.conf: ${line}`, ['there is no such line']);
    });
  }
  await browsers(path.resolve(build, 'node_modules'), origins, { port: hosts[0].ports.with, limited: hosts[1].ports.with });
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.passed > 0 && total.failed === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end().finally(() => process.exit(130)));
main(process.argv.slice(2)).catch((error) => { console.error(error); return 1; })
  .then((code) => end().then(() => process.exit(code)), (error) => { console.error(error); process.exit(1); });
