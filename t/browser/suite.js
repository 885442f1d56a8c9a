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
    console.log(`${this.name}: ${name}: ${this.passed - passed} passed, ${this.failed - failed} failed (${((Date.now() - start) / 1000).toFixed(1)} s)`);
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
    world.httpd.reasons();
    const seen = await engine.run(step, { ...how, url });
    if (how.how === 'navigation') await engine.open(url);
    const exchanges = world.tap.take().filter((exchange) => exchange.url.startsWith(`/${one.id}/`));
    const decided = exchanges.map((exchange) => this.decided(one, exchange, problems));
    // A 416 decides twice (README, limits).
    const due = decided.flatMap(({ reason, facts }) => (facts.status === 416 ? [reason, reason] : [reason])).filter((reason) => reason !== null);
    const logged = world.httpd.reasons();
    if (due.join() !== logged.join()) problems.push(`the log has the reasons ${list(logged)}, not ${list(due)}`);
    logged.forEach((reason) => this.met.add(reason));
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

  // Compares one answer with the oracle's decision on the same facts.
  decided(one, exchange, problems) {
    const facts = this.facts(one, exchange);
    const sent = oracle.lines(exchange.headers, oracle.ACEH);
    const answer = { facts, list: sent.length ? sent : null };
    const what = `${exchange.method} ${exchange.url} ${exchange.status}`;
    const { reason, list: right, asItWas } = oracle.decide(oracle.policy([...one.policy || [], ...one.config]), facts);
    answer.reason = reason;
    // By hand there is no right and wrong, and what mod_cache stored goes out as it is, with a 304 too.
    if (one.sees && reason === null) return answer;
    if (/^HIT\b/.test(oracle.lines(exchange.headers, 'x-cache')[0])) {
      answer.reason = one.stored;
      answer.fromStore = true;
      if (facts.status === 304) return answer;
    }
    if (asItWas) {
      if (!same(sent, asItWas)) problems.push(`${what}: the lists are ${sent.join(' | ')}, not as they were: ${asItWas.join(' | ')}`);
    } else if (sent.length > 1 || !same(sent.length ? sent[0].toLowerCase().split(', ') : null, right)) {
      problems.push(`${what}: sent was ${sent.join(' | ') || 'no list'}`, `    it should be (${reason}): ${list(right)}`);
    } else {
      answer.list = right;
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
      const { least, most } = oracle.promised(rules, this.facts(one, { method: 'GET', request: { origin }, status: 200, headers: copy }), how.credentials === 'include');
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
