// The three engines behind one face: visit(url) goes to a page that stays open, open(url) loads one anew, run(function, argument) calls
// something inside the page, screenshot(file) and close(). show(width, scheme) gives the window one of `widths` and the page one of
// `schemes`. The two that puppeteer drives press(key), too, and collect what comes to the console in `said`.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { HOST, end, freePort, says, start, until } = require('./processes');

// Long enough for a busy machine, in milliseconds.
const PATIENCE = 30000;

// A proxy of the machine's must not come between the browser and loopback.
function environment(extra) {
  const env = { ...process.env, ...extra };
  for (const name of Object.keys(env))
    if (/^(https?|ftp|all|no)_proxy$/i.test(name)) delete env[name];
  return env;
}

function folder(...parts) {
  const made = path.join(...parts);
  fs.mkdirSync(made, { recursive: true, mode: 0o700 });
  return made;
}

// The browser that the system's packages brought; Debian's name of it first, then others'.
function program(...names) {
  const found = names.map((name) => path.join('/usr/bin', name)).find((file) => fs.existsSync(file));
  if (!found) throw new Error(`there is no /usr/bin/${names[0]}`);
  return found;
}

class Puppet {
  constructor(browser, page) {
    this.browser = browser;
    this.first = page;
    this.tabs = new Map();
    this.widths = [1280, 390];
    this.schemes = ['light'];
    this.said = [];
    page.on('console', (message) => { if (['error', 'warn', 'warning'].includes(message.type())) this.said.push(`${message.text()} ${message.location().url || ''}`); });
    page.on('pageerror', (error) => this.said.push(String(error)));
  }

  async show(width, scheme) {
    await this.page.setViewport({ width, height: 1600 });
    if (this.schemes.length > 1) await this.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  }

  press(key) { return this.page.keyboard.press(key); }

  // A tab for each page is faster than loading it again and again.
  async visit(url) {
    if (!this.tabs.has(url)) {
      const tab = await this.browser.newPage();
      await tab.goto(url);
      this.tabs.set(url, tab);
    }
    this.page = this.tabs.get(url);
  }

  async open(url) {
    this.page = this.first;
    // The clock of a tab behind another ticks once in a second.
    await this.page.bringToFront();
    await this.page.goto(url);
  }

  run(what, argument) { return this.page.evaluate(what, argument); }
  async screenshot(file) {
    // A tab behind another isn't painted.
    await this.page.bringToFront();
    await this.page.screenshot({ path: file, fullPage: true });
  }

  version() { return this.browser.version(); }
  close() { return this.browser.close(); }
}

async function puppet(modules, options) {
  const puppeteer = require(path.join(modules, 'puppeteer-core'));
  const browser = await puppeteer.launch({
    headless: true, defaultViewport: { width: 1280, height: 1600 }, protocolTimeout: PATIENCE,
    // run.js ends what it started.
    handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false, ...options,
  });
  try {
    const pages = await browser.pages();
    return new Puppet(browser, pages[0] || await browser.newPage());
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function chromium({ modules, scratch }) {
  const home = folder(scratch, 'chromium');
  const engine = await puppet(modules, {
    executablePath: program('chromium', 'chromium-browser'),
    userDataDir: folder(home, 'profile'),
    env: environment({ HOME: home, XDG_CONFIG_HOME: folder(home, 'config'), XDG_CACHE_HOME: folder(home, 'cache') }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-proxy-server'],
  });
  engine.schemes = ['light', 'dark'];
  engine.alwaysHasFocus = true;
  return engine;
}

async function firefox({ modules, scratch }) {
  const home = folder(scratch, 'firefox');
  return puppet(modules, {
    browser: 'firefox',
    executablePath: program('firefox-esr', 'firefox'),
    userDataDir: folder(home, 'profile'),
    env: environment({ HOME: home, XDG_CONFIG_HOME: folder(home, 'config'), XDG_CACHE_HOME: folder(home, 'cache') }),
    extraPrefsFirefox: {
      'network.auth.subresource-http-auth-allow': 0,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'network.proxy.type': 0,
      'browser.safebrowsing.malware.enabled': false,
      'browser.safebrowsing.phishing.enabled': false,
      'app.normandy.enabled': false,
    },
  });
}

class WebKit {
  constructor(base) { Object.assign(this, { base, children: [], visits: 0, widths: [1280], schemes: ['light'] }); }

  async show() {}

  async command(method, where, body) {
    const answer = await fetch(this.base + where, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebDriver ${where}: ${value.error}: ${value.message}`);
    return value;
  }

  // Its session has one page. To a page that it knows, WebKit would bring along the images that the page had when it was there last, so
  // each visit has an address of its own.
  async visit(url) {
    if (this.at === url) return;
    await this.open(`${url}/${++this.visits}`);
    this.at = url;
  }

  async open(url) {
    await this.command('POST', `${this.session}/url`, { url });
    this.at = url;
  }

  async run(what, argument) {
    const script = `const done = arguments[arguments.length - 1];
      (${what})(arguments[0]).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.command('POST', `${this.session}/execute/async`, { script, args: [argument ?? null] });
    if (error) throw new Error(error);
    return value;
  }

  async screenshot(file) {
    fs.writeFileSync(file, Buffer.from(await this.command('GET', `${this.session}/screenshot`), 'base64'));
  }

  version() { return this.name; }

  async close() {
    if (this.session) await this.command('DELETE', this.session).catch(() => {});
    for (const child of this.children.reverse()) await end(child);
  }
}

async function webkit({ scratch }) {
  const home = folder(scratch, 'webkit');
  const port = await freePort();
  const engine = new WebKit(`http://${HOST}:${port}`);
  try {
    // It picks a free display by itself and says which, once it is ready.
    const xvfb = await start('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1280x1600x24'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], ready: ({ stdio }) => says(stdio[3], /\n$/) });
    engine.children.push(xvfb);
    engine.children.push(await start('WebKitWebDriver', [`--port=${port}`, `--host=${HOST}`], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: environment({
        DISPLAY: `:${xvfb.said.trim()}`, HOME: home, GSETTINGS_BACKEND: 'memory', NO_AT_BRIDGE: '1', GDK_BACKEND: 'x11',
        // Without a graphics card a frame may take it seconds.
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        XDG_CONFIG_HOME: folder(home, 'config'), XDG_CACHE_HOME: folder(home, 'cache'),
        XDG_DATA_HOME: folder(home, 'share'), XDG_RUNTIME_DIR: folder(home, 'run'),
      }),
      ready: () => until(() => fetch(`${engine.base}/status`).catch(() => null), 'an answer of WebKitWebDriver'),
    }));
    const { sessionId, capabilities } = await engine.command('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': {
        binary: path.join(__dirname, 'webkit-browser'), args: [folder(home, 'session')] } } },
    });
    engine.session = `/session/${sessionId}`;
    engine.name = `${capabilities.browserName} ${capabilities.browserVersion}`;
    await engine.command('POST', `${engine.session}/timeouts`, { script: PATIENCE, pageLoad: PATIENCE });
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

module.exports = { chromium, firefox, webkit, folder };
