// make test-browsers: `run.js MODULE BUILD`. MODULE is mod_cors_expose.so; BUILD has node_modules and takes the screenshots.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const table = require('./cases');
const engines = require('./engines');
const { Demo } = require('./demo');
const { HOST } = require('./processes');
const { Httpd, Tap, backend, close, pages } = require('./servers');
const { Suite } = require('./suite');

const ENGINES = [['Chromium', engines.chromium], ['Firefox', engines.firefox], ['WebKitGTK', engines.webkit]];

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cors-expose-browsers-'));
// What ends what was started, last first.
const stops = [];

async function end() {
  for (const stop of stops.splice(0).reverse()) await stop();
  fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

// The servers, with the table's cases in their configuration.
async function world(module) {
  const cases = [...Object.values(table.asked), ...Object.values(table.stepped)].flat();
  const servers = [await pages(), await pages(), await backend((id) => cases.find((one) => one.id === id)?.backend)];
  for (const server of servers) stops.push(() => close(server));
  const [portA, portB, backendPort] = servers.map((server) => server.address().port);
  const origins = { A: `http://${HOST}:${portA}`, B: `http://${HOST}:${portB}` };
  const tap = await Tap.start();
  stops.push(() => tap.stop());

  cases.forEach((one, i) => {
    one.id = `c${i}`;
    const words = { A: origins.A, B: origins.B, ID: one.id, OTHER: tap.ports[1] };
    const fill = (lines = []) => lines.map((line) => line.replace(/@([A-Z]+)@/g, (word, name) => words[name] ?? word));
    one.config = fill(one.config);
    one.server = fill(one.server);
  });
  const httpd = await Httpd.start({ scratch, module, backend: backendPort, cases });
  stops.push(() => httpd.stop());
  tap.upstream = httpd.port;

  let serial = 0;
  return { origins, tap, httpd, url: (one) => `http://${one.host || HOST}:${tap.ports[0]}/${one.id}/${++serial}/${one.path || 'pixel.png'}` };
}

async function main([module, build]) {
  // httpd's own user must come through.
  fs.chmodSync(scratch, 0o755);
  const pictures = engines.folder(build, 'screenshots');
  const servers = await world(path.resolve(module));
  const demo = await Demo.start(path.resolve(module));
  stops.push(() => demo.stop());

  const total = { passed: 0, failed: 0 };
  for (const [name, launch] of ENGINES) {
    const suite = new Suite(name, servers);
    try {
      const engine = await launch({ modules: path.resolve(build, 'node_modules'), scratch });
      stops.push(() => engine.close());
      console.log(`${name}: ${await engine.version()}`);
      await suite.run(engine, table);
      await suite.group('the demo', () => demo.check(suite, engine, path.join(pictures, `demo-${name}.png`)));
      await stops.pop()();
    } catch (error) {
      suite.report('the engine runs to the end', [error.stack]);
    }
    total.passed += suite.passed;
    total.failed += suite.failed;
  }
  console.log(`Screenshots: ${pictures}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.passed > 0 && total.failed === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end().finally(() => process.exit(130)));
main(process.argv.slice(2)).catch((error) => { console.error(error); return 1; })
  .then((code) => end().then(() => process.exit(code)), (error) => { console.error(error); process.exit(1); });
