// Runs the table in one engine: takes each step in the browser, and compares what went over the wire, what the module logged and what
// the script read with what the oracle says.
'use strict';

const oracle = require('./oracle');
const { watched } = require('./cases');

const list = (names) => (names === null ? 'nothing at all' : [...names].sort().join(' ') || 'no name');
const same = (one, two) => list(one) === list(two);

// Runs inside the page, so it can use nothing of this file.
async function step({ how, url, method, credentials, headers, cookie }) {
  document.cookie = cookie ? 'session=1; path=/' : 'session=; path=/; max-age=0';
  const options = { method: method || 'GET', headers: headers || {} };
  if (credentials) options.credentials = credentials;
  switch (how) {
    case 'image':
      return new Promise((resolve) => {
        const image = new Image();
        image.onload = () => resolve({});
        image.onerror = () => resolve({ error: 'the image did not load' });
        image.src = url;
      });
    case 'no-cors':
      return fetch(url, { ...options, mode: 'no-cors' }).then(() => ({}), (error) => ({ error: String(error) }));
    case 'xhr':
      return new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open(options.method, url);
        request.withCredentials = credentials === 'include';
        for (const name of Object.keys(options.headers)) request.setRequestHeader(name, options.headers[name]);
        request.onerror = () => resolve({ error: 'network error' });
        request.onload = () => resolve({
          names: request.getAllResponseHeaders().trim().split('\r\n').map((line) => line.split(':')[0].toLowerCase()),
        });
        request.send();
      });
    case 'fetch':
      return fetch(url, options).then(async (response) => {
        await response.arrayBuffer();
        return { names: [...response.headers.keys()] };
      }, (error) => ({ error: String(error) }));
    default: // a navigation, which needs nothing of the page but the cookie
      return {};
  }
}

class Suite {
  constructor(name, world) {
    Object.assign(this, { name, world, passed: 0, failed: 0, met: new Set() });
  }

  report(what, problems) {
    if (problems.length) {
      this.failed++;
      console.log(`not ok ${this.name}: ${what}\n${problems.map((line) => `    # ${line}`).join('\n')}`);
    } else {
      this.passed++;
      if (process.env.VERBOSE) console.log(`ok ${this.name}: ${what}`);
    }
  }

  async group(name, run) {
    const { passed, failed } = this;
    const start = Date.now();
    await run();
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log(`${this.name}: ${name}: ${this.passed - passed} passed, ${this.failed - failed} failed (${seconds} s)`);
  }

  async run(engine, { asked, stepped }) {
    this.engine = engine;
    for (const [name, cases] of Object.entries(asked))
      await this.group(name, async () => {
        for (const one of cases) for (const [mode, how] of Object.entries(one.ask)) await this.ask(one, mode, how);
      });
    for (const [name, cases] of Object.entries(stepped))
      await this.group(name, async () => { for (const one of cases) await this.walk(one); });
    for (const reason of oracle.REASONS) this.report(`the reason ${reason}`, this.met.has(reason) ? [] : ['no case of the table met it']);
  }

  // Takes one step in the browser. Gives what the script saw and what went over the wire, which is compared at once.
  async take(one, how, url, problems) {
    const { engine, world } = this;
    await engine.visit(world.origins[how.page || one.page || 'A']);
    world.tap.take();
    const seen = await engine.run(step, { ...how, url });
    if (how.how === 'navigation') await engine.open(url);
    const exchanges = world.tap.take().filter((exchange) => exchange.url.startsWith(`/${one.id}/`));
    const decided = exchanges.map((exchange) => this.decided(one, exchange, problems));
    return { seen, preflights: decided.filter(({ facts }) => facts.preflight), answers: decided.filter(({ facts }) => !facts.preflight) };
  }

  facts(one, exchange) {
    const { method, request, status, headers } = exchange;
    const facts = {
      status, range: request.range, origin: request.origin, cookie: request.cookie, authorization: request.authorization,
      preflight: method === 'OPTIONS' && Boolean(request.origin && request['access-control-request-method']),
      headers: headers.filter(([name]) => name.toLowerCase() !== oracle.ACEH),
      there: typeof one.there === 'function' ? one.there(exchange) : one.there || [],
    };
    facts.conditions = Object.fromEntries(Object.entries(one.conditions || {})
      .map(([text, holds]) => [text, holds(facts, this.world.origins)]));
    return facts;
  }

  // Compares one answer with the oracle's decision on the same facts. What scripts read must then follow from the list as it should be.
  decided(one, exchange, problems) {
    const facts = this.facts(one, exchange);
    const what = `${exchange.method} ${exchange.url} ${exchange.status}`;
    const sent = oracle.lines(exchange.headers, oracle.ACEH);
    const { reason, list: right, asItWas } = oracle.decide(oracle.policy([...one.policy || [], ...one.config]), facts);
    const answer = { facts, reason, list: asItWas?.length ? asItWas : right ?? null };
    if (one.sees && reason === null) return answer; // by hand there is no right and wrong
    if (/^HIT\b/.test(oracle.lines(exchange.headers, 'x-cache')[0])) {
      answer.reason = one.stored;
      answer.fromStore = true;
    }
    // A 416 decides twice (README, limits).
    const logged = this.world.httpd.reasons(exchange.id);
    const due = (facts.status === 416 ? [answer.reason, answer.reason] : [answer.reason]).filter((word) => word !== null);
    if (!same(logged, due)) problems.push(`${what}: the log has ${list(logged)}, not ${list(due)}`);
    logged.forEach((word) => this.met.add(word));

    if (answer.fromStore && facts.status === 304) return answer; // it carries what mod_cache stored with the 200
    const problem = (is, rather) => problems.push(`${what}: sent was ${is}`, `    it should be ${rather}`);
    if (asItWas) {
      if (!same(sent, asItWas)) problem(sent.join(' | '), `as it was: ${asItWas.join(' | ')}`);
    } else if (sent.length > 1 || !same(sent.length ? sent[0].toLowerCase().split(', ') : null, right)) {
      problem(sent.join(' | ') || 'no list', `(${reason}): ${list(right)}`);
    }
    return answer;
  }

  // One request that no cache has an answer for.
  async ask(one, mode, how) {
    const problems = [];
    const url = this.world.url(one);
    const include = how.credentials === 'include';
    if ('stored' in one) await this.world.tap.get(url, this.world.origins.A);
    const { seen, preflights, answers } = await this.take(one, how, url, problems);

    const readable = ({ facts, list: sent }) => oracle.readable({ headers: facts.headers, origin: facts.origin, include, list: sent });
    const refused = preflights.some((answer) => readable(answer) === null);
    const due = refused ? 0 : one.hops || 1;
    const last = answers[answers.length - 1];
    const right = last ? readable(last) : null;
    if (how.headers?.['X-Ask'] && preflights.length === 0) problems.push('there was no preflight');
    if (answers.length !== due) problems.push(`${answers.length} requests came, not ${due}`);
    if (last && last.facts.status !== (one.expect || 200)) problems.push(`the status was ${last.facts.status}, not ${one.expect || 200}`);
    if (last && Boolean(last.facts.cookie) !== Boolean(include && how.cookie)) problems.push(`the request's Cookie was ${last.facts.cookie}`);
    if (last && 'stored' in one && !last.fromStore) problems.push('the answer did not come from mod_cache\'s store');
    if (!same(seen.names ?? null, right)) problems.push(`the script reads ${list(seen.names ?? null)}`, `    it should read ${list(right)}`);
    this.report(`${one.name}: ${mode}`, problems);
  }

  // Several requests for the same thing, so that the browser's cache has its say.
  async walk(one) {
    const problems = [];
    const url = this.world.url(one);
    const rules = oracle.policy([...one.policy || [], ...one.config]);
    const flow = [];
    const sees = [];
    let copy = [];
    let fromStore = false;
    this.world.tap.change = one.change;
    for (const how of one.steps) {
      const { seen, answers } = await this.take(one, how, url, problems);
      for (const { facts } of answers) copy = facts.status === 304 ? [...copy, ...facts.headers] : facts.headers;
      fromStore ||= answers.some((answer) => answer.fromStore);
      const came = answers.map(({ facts }) => facts.status).join('+') || 'cache';
      flow.push([how.how, ...(how.page ? [`from ${how.page}`] : []), came].join(' '));
      if (seen.error) problems.push(`${flow.join(', ')}: ${seen.error}`);
      if (!seen.names) continue;
      sees.push([came, ...watched.filter((name) => seen.names.includes(name))].join(' '));
      if (one.sees) continue;

      const origin = this.world.origins[how.page || 'A'];
      const facts = this.facts(one, { method: 'GET', request: { origin }, status: 200, headers: copy });
      const { least, most } = oracle.promised(rules, facts, how.credentials === 'include');
      const short = one.short && came === '304' ? answers[0].list : null;
      const missing = least.filter((name) => !seen.names.includes(name) && !(short && !short.includes(name)));
      const leaked = seen.names.filter((name) => !most.includes(name));
      if (missing.length) problems.push(`${flow.join(', ')}: the script does not read ${list(missing)}`);
      if (leaked.length) problems.push(`${flow.join(', ')}: the script reads ${list(leaked)}`);
    }
    this.world.tap.change = null;
    if ('stored' in one && !fromStore) problems.push('no answer came from mod_cache\'s store');
    const right = one.sees?.[this.name];
    if (right && right.join() !== sees.join()) problems.push(`the scripts see ${sees.join(', ')}`, `    they should see ${right.join(', ')}`);
    this.report(`${one.name} (${flow.join(', ')})`, problems);
  }
}

module.exports = { Suite, list, same };
