// make test-recipes: `run.js MODULE BUILD`. The recipes of conf-examples/recipes/ in front of real servers, with real clients in real
// browsers; each also on a second httpd that is the same but for the module, where the client has to fail: so that the test can.
// MODULE is mod_cors_expose.so, BUILD has node_modules. ONLY=tus,mcp runs those alone.
'use strict';

const fs = require('node:fs');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');

const engines = require('../browser/engines');
const { HOST, freePorts } = require('../browser/processes');
const { close, listen } = require('../browser/servers');
const { Httpd } = require('./httpd');

const RECIPES = ['ranges', 's3', 'tus', 'grpc-web', 'webdav', 'registry', 'oauth', 'mcp', 'tracing', 'payments', 'git'];
const SIDES = ['with', 'without'];
const ENGINES = [['Chromium', engines.chromium], ['Firefox', engines.firefox]];

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cors-expose-recipes-'));
// What ends what was started, last first.
const stops = [];

async function end() {
  for (const stop of stops.splice(0).reverse()) await stop();
  fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

// Whom the scripts come from: a page for each recipe, with its client, for which its npm packages are bundled.
async function pages(names, need, modules) {
  const files = new Map([['/pdf.worker.mjs', fs.readFileSync(need.resolve('pdfjs-dist/build/pdf.worker.mjs'))]]);
  const { outputFiles } = await need('esbuild').build({
    entryPoints: names.map((name) => path.join(__dirname, 'clients', `${name}.js`)), nodePaths: [modules],
    bundle: true, format: 'iife', globalName: 'client', platform: 'browser', write: false, outdir: '/', logLevel: 'error',
  });
  for (const { path: file, contents } of outputFiles) files.set(`/${path.basename(file)}`, contents);
  const server = await listen((request, response) => {
    const script = files.get(request.url);
    response.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
    response.end(script ?? `<!doctype html><link rel=icon href="data:,"><script src="${request.url.replace(/\?.*/, '')}.js"></script>`);
  });
  stops.push(() => close(server));
  return `http://${HOST}:${server.address().port}`;
}

async function main([module, build]) {
  // httpd's own user must come through.
  fs.chmodSync(scratch, 0o755);
  const modules = path.resolve(build, 'node_modules');
  const need = createRequire(path.join(modules, 'index.js'));
  const names = process.env.ONLY ? process.env.ONLY.split(',') : RECIPES;
  const origin = await pages(names, need, modules);

  const hosts = [];
  const first = await freePorts(2 * names.length);
  for (const [i, name] of names.entries()) {
    const recipe = require(`./servers/${name}`);
    const folder = engines.folder(scratch, name);
    fs.chmodSync(folder, 0o755);
    const ports = { with: first + 2 * i, without: first + 2 * i + 1 };
    const server = await recipe.start({ need, folder, build: path.resolve(build), stops });
    hosts.push({ name, recipe, folder, ports, ...server });
  }
  const httpds = {};
  for (const side of SIDES) {
    const httpd = await Httpd.start({ scratch, side, origin, hosts, module: side === 'with' && path.resolve(module) });
    httpds[side] = httpd;
    stops.push(() => httpd.stop());
  }
  const total = { passed: 0, failed: 0 };
  for (const [engineName, launch] of ENGINES) {
    const engine = await launch({ modules, scratch });
    stops.push(() => engine.close());
    console.log(`${engineName}: ${await engine.version()}`);
    for (const { name, recipe, ports } of hosts) {
      for (const side of SIDES) {
        await engine.visit(`${origin}/${name}?${side}`);
        const seen = await engine.run((base) => client.default(base).catch((error) => ({ error: `${error.name}: ${error.message}` })),
          `http://${HOST}:${ports[side]}`).catch((error) => ({ error: error.message }));
        let problem;
        try { recipe[side](seen); } catch (error) { problem = error; }
        total[problem ? 'failed' : 'passed']++;
        console.log(`${problem ? 'not ok' : 'ok'} ${engineName}: ${name}: ${recipe.software}, ${side} the module`);
        if (problem) console.log(`${problem.message}\n${JSON.stringify(seen, null, 2)}\n${httpds[side].state()}`.replace(/^/gm, '    # '));
      }
    }
    await stops.pop()();
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.passed > 0 && total.failed === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end().finally(() => process.exit(130)));
main(process.argv.slice(2)).catch((error) => { console.error(error); return 1; })
  .then((code) => end().then(() => process.exit(code)), (error) => { console.error(error); process.exit(1); });
