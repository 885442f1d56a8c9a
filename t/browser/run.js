// make test-browsers: `run.js MODULE BUILD`. MODULE is mod_cors_expose.so; BUILD has node_modules and takes the screenshots.
// SEED=4711 takes the same random steps again; ENGINE=Firefox runs one engine alone, ONLY=pages the pages of docs/why-null and the demo
// without the table of cases, ONLY=null what README.md says that DevTools show; KEEP=1 leaves the servers' folder.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const table = require('./cases');
const engines = require('./engines');
const { Demo } = require('./demo');
const readme = require('./null');
const oracle = require('./oracle');
const { HOST } = require('./processes');
const { Httpd, Tap, backend, close, pages } = require('./servers');
const { Suite } = require('./suite');
const whyNull = require('./why-null');

const STEPS = 120;

const ENGINES = [['Chromium', engines.chromium], ['Firefox', engines.firefox], ['WebKitGTK', engines.webkit]];

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cors-expose-browsers-'));
// What ends what was started, last first.
const stops = [];

async function endAll() {
  // One that is gone already must not keep the others from ending.
  for (const stop of stops.splice(0).reverse()) await Promise.resolve(stop()).catch(() => {});
  if (process.env.KEEP) console.log(`kept: ${scratch}`);
  else fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

// Whoever comes second, a signal or the end of what it stopped, waits for the first.
let ending;
const end = () => { ending ??= endAll(); return ending; };

// The servers, with the table's cases in their configuration.
async function world(module) {
  const cases = [...Object.values(table.asked), ...Object.values(table.stepped), table.wandering, whyNull.CURES, readme.URLS].flat();
  const servers = [await pages(), await pages(), await backend((id) => cases.find((one) => one.id === id)?.backend)];
  for (const server of servers) stops.push(() => close(server));
  const [portA, portB, backendPort] = servers.map((server) => server.address().port);
  const origins = { A: `http://${HOST}:${portA}`, B: `http://${HOST}:${portB}` };
  const tap = await Tap.start();
  stops.push(() => tap.stop());

  cases.forEach((one, i) => {
    one.id = `c${i}`;
    const words = { A: origins.A, B: origins.B, ID: one.id, OTHER: tap.ports[1] };
    const fill = (lines) => lines?.map((line) => line.replace(/@([A-Z]+)@/g, (word, name) => words[name] ?? word));
    one.config = fill(one.config);
    one.server = fill(one.server);
    if (one.backend) one.backend.headers = one.backend.headers.map(fill);
    // Its lines in the order in which they count, and of the page of an ErrorDocument (`page404`) its Never lists.
    one.rules = oracle.policy([...fill(one.counts) || [...one.policy || [], ...one.config], ...one.page404 || []]);
  });
  const httpd = await Httpd.start({ scratch, module, backend: backendPort, cases });
  stops.push(() => httpd.stop());
  tap.upstream = httpd.port;

  let serial = 0;
  return { origins, tap, httpd, url: (one) => `http://${one.host || HOST}:${tap.ports[0]}/${one.id}/${++serial}/${one.path || 'pixel.png'}` };
}

// The same numbers for the same seed (mulberry32).
function seeded(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return { pick: (...from) => from[Math.floor(next() * from.length)] };
}

// On a terminal one line shows what runs and how much of it is done; a log has none of it.
class Progress {
  constructor(total) { Object.assign(this, { total, done: 0, shows: Boolean(process.stdout.isTTY) }); }

  step(what) {
    this.done++;
    if (!this.shows) return;
    const part = Math.min(99, Math.floor((100 * this.done) / this.total));
    process.stdout.write(`\r\x1b[K${`${part} % ${what}`.slice(0, process.stdout.columns - 1)}`);
  }

  say(line) { console.log(`${this.shows ? '\r\x1b[K' : ''}${line}`); }
}

// How many steps of progress the table takes in one engine.
const steps = () => STEPS + table.wandering.length + Object.values(table.stepped).flat().length
  + Object.values(table.asked).flat().reduce((sum, one) => sum + Object.keys(one.ask).length, 0);

async function main([module, build]) {
  const seed = Number(process.env.SEED || Math.floor(Math.random() * 1e6));
  if (!Number.isInteger(seed)) throw new Error(`SEED: '${process.env.SEED}' is no number`);
  console.log(`SEED=${seed}`);
  const chosen = ENGINES.filter(([name]) => !process.env.ENGINE || name === process.env.ENGINE);
  const progress = new Progress(chosen.length * steps());
  // httpd's own user must come through.
  fs.chmodSync(scratch, 0o755);
  const pictures = engines.folder(build, 'screenshots');
  const servers = await world(path.resolve(module));
  const total = { passed: 0, failed: 0 };
  // What is wrong with it must not keep the rest from running.
  const demo = await Demo.start(path.resolve(module)).catch((error) => {
    total.failed++;
    progress.say(`not ok the demo starts\n    # ${error.message}`);
  });
  if (demo) stops.push(() => demo.stop());

  for (const [name, launch] of chosen) {
    const suite = new Suite(name, servers, progress);
    try {
      const engine = await launch({ modules: path.resolve(build, 'node_modules'), scratch });
      stops.push(() => engine.close());
      progress.say(`${name}: ${await engine.version()}`);
      if (!process.env.ONLY) await suite.run(engine, { ...table, wandering: { cases: table.wandering, steps: STEPS, random: seeded(seed) } });
      // Its words are those of Chromium's and Firefox's DevTools.
      if (engine.said && process.env.ONLY !== 'pages')
        await suite.group('README.md', () => readme.check(suite, engine, { world: servers, modules: path.resolve(build, 'node_modules'), isChromium: name === 'Chromium' }));
      if (process.env.ONLY !== 'null') {
        if (demo) await suite.group('the demo', () => demo.check(suite, engine, path.join(pictures, `demo-${name}.png`)));
        await suite.group('docs/why-null', () => whyNull.check(suite, engine,
          { world: servers, demo, random: seeded(seed), picture: path.join(pictures, `why-null-${name}.png`) }));
      }
      await stops.pop()();
    } catch (error) {
      suite.report('the engine runs to the end', [error.stack]);
    }
    total.passed += suite.passed;
    total.failed += suite.failed;
  }
  progress.say(`Screenshots: ${pictures}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.passed > 0 && total.failed === 0 ? 0 : 1;
}

// Nobody reads any more.
process.stdout.on('error', () => end().finally(() => process.exit(1)));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end().finally(() => process.exit(130)));
main(process.argv.slice(2)).catch((error) => { console.error(error); return 1; })
  .then((code) => end().then(() => process.exit(code)), (error) => { console.error(error); process.exit(1); });
