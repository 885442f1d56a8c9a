// Runs the table in one engine: takes each step in the browser, and compares what went over the wire, what the module logged and what
// the script read with what the oracle says.
'use strict';

const oracle = require('./oracle');
const { watched } = require('./cases');

const list = (names) => (names === null ? 'nothing at all' : [...names].sort().join(' ') || 'no name');
const same = (one, two) => list(one) === list(two);

// Runs inside the page, so it can use nothing of this file. Makes all requests at once.
async function step({ cookie, requests }) {
  document.cookie = cookie ? 'session=1; path=/' : 'session=; path=/; max-age=0';
  const one = async ({ how, url, method, credentials, cache, headers }) => {
    const options = { method: method || 'GET', headers: headers || {} };
    if (credentials) options.credentials = credentials;
    if (cache) options.cache = cache;
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
  };
  return Promise.all(requests.map(one));
}

class Suite {
  constructor(name, world, progress) {
    Object.assign(this, { name, world, progress, passed: 0, failed: 0, met: new Set() });
  }

  report(what, problems) {
    this.progress.step(`${this.name}: ${what}`);
    if (problems.length) {
      this.failed++;
      this.progress.say(`not ok ${this.name}: ${what}\n${problems.map((line) => `    # ${line}`).join('\n')}`);
    } else {
      this.passed++;
      if (process.env.VERBOSE) this.progress.say(`ok ${this.name}: ${what}`);
    }
  }

  async group(name, run) {
    const { passed, failed } = this;
    const start = Date.now();
    await run();
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    this.progress.say(`${this.name}: ${name}: ${this.passed - passed} passed, ${this.failed - failed} failed (${seconds} s)`);
  }

  async run(engine, { asked, stepped, wandering }) {
    this.engine = engine;
    for (const [name, cases] of Object.entries(asked))
      await this.group(name, async () => {
        for (const one of cases) await this.ask(one);
      });
    for (const [name, cases] of Object.entries(stepped))
      await this.group(name, async () => { for (const one of cases) await this.walk(one); });
    await this.group('at random', () => this.wander(wandering));
    for (const reason of oracle.REASONS) this.report(`the reason ${reason}`, this.met.has(reason) ? [] : ['no case of the table met it']);
  }

  // Makes these requests, [{ one, how, url, problems }], all in one step of the same page. Gives of each what the script saw and what
  // went over the wire, which is compared at once.
  async take(page, cookie, asks) {
    const { engine, world } = this;
    await engine.visit(world.origins[page]);
    world.tap.take();
    const seen = await engine.run(step, { cookie, requests: asks.map(({ how, url }) => ({ ...how, url })) });
    for (const { how, url } of asks) if (how.how === 'navigation') await engine.open(url);
    const exchanges = world.tap.take();
    return asks.map(({ one, url, problems }, i) => {
      const [stem] = /^\/\w+\/\w+\//.exec(new URL(url).pathname);
      const decided = exchanges.filter((exchange) => exchange.url.startsWith(stem)).map((exchange) => this.decided(one, exchange, problems));
      return {
        seen: seen[i], preflights: decided.filter(({ facts }) => facts.preflight), answers: decided.filter(({ facts }) => !facts.preflight),
      };
    });
  }

  async takeOne(one, how, url, problems) {
    const [taken] = await this.take(how.page || one.page || 'A', how.cookie, [{ one, how, url, problems }]);
    return taken;
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
    const { rules } = one;
    const { reason, list: right, asItWas, ordered } = oracle.decide(rules, facts);
    const answer = { facts, reason, list: asItWas?.length ? asItWas : right ?? null };
    if (one.sees && reason === null) return answer; // by hand there is no right and wrong
    if (/^HIT\b/.test(oracle.lines(exchange.headers, 'x-cache')[0])) {
      answer.reason = one.stored;
      answer.fromStore = true;
    }
    // A 416 decides twice (docs/limits.md).
    const logged = this.world.httpd.reasons(exchange.id);
    const due = (facts.status === 416 ? [answer.reason, answer.reason] : [answer.reason]).filter((word) => word !== null);
    if (!same(logged, due)) problems.push(`${what}: the log has ${list(logged)}, not ${list(due)}`);
    logged.forEach((word) => this.met.add(word));

    if (answer.fromStore && facts.status === 304) return answer; // it carries what mod_cache stored with the 200
    const problem = (is, rather) => problems.push(`${what}: sent was ${is}`, `    it should be ${rather}`);
    const members = sent.length === 1 ? sent[0].toLowerCase().split(', ') : sent.length ? sent : null;
    if (asItWas) {
      if (sent.join('\n') !== asItWas.join('\n')) problem(sent.join(' | '), `as it was: ${asItWas.join(' | ')}`);
    } else if (!same(members, right) || (right && members.slice(0, ordered).join() !== right.slice(0, ordered).join())) {
      problem(sent.join(' | ') || 'no list', `(${reason}): ${right ? right.join(', ') : 'no list'}`);
    }
    if (answer.fromStore) return answer;
    const named = oracle.lines(exchange.headers, 'vary').flatMap((value) => value.toLowerCase().split(/[\s,]+/)).filter((name) => name === 'origin');
    const varies = oracle.varies(rules, facts);
    if (varies !== null && named.length !== Number(varies)) problems.push(`${what}: Vary names Origin ${named.length} times`);
    if (facts.status === 304 && !oracle.revalidates(rules, facts)) problems.push(`${what}: this should have been a full answer`);
    return answer;
  }

  // Requests in each of its modes that no cache has an answer for. Those with the same cookies in the jar are made at once.
  async ask(one) {
    for (const cookie of [true, false]) {
      const asks = Object.entries(one.ask).filter(([, how]) => Boolean(how.cookie) === cookie)
        .map(([mode, how]) => ({ one, mode, how, url: this.world.url(one), problems: [] }));
      if (asks.length === 0) continue;
      for (const { url } of 'stored' in one ? asks : []) await this.world.tap.get(url, this.world.origins.A);
      const taken = await this.take(one.page || 'A', cookie, asks);
      asks.forEach((asked, i) => this.answered(asked, taken[i]));
    }
  }

  answered({ one, mode, how, problems }, { seen, preflights, answers }) {
    const include = how.credentials === 'include';
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
    if (one.detail) {
      const told = last ? oracle.lines(last.facts.headers, oracle.DETAIL).length : 0;
      if (told !== 1) problems.push(`the answer has ${told} lines of ${oracle.DETAIL}`);
      if (seen.names?.includes(oracle.DETAIL) && !one.detail.readBy?.includes(mode)) problems.push(`the script reads ${oracle.DETAIL}`);
    }
    if (!same(seen.names ?? null, right)) problems.push(`the script reads ${list(seen.names ?? null)}`, `    it should read ${list(right)}`);
    this.report(`${one.name}: ${mode}`, problems);
  }

  // What the policy promises to this reader, whatever copy the answer comes from (`copy` are its headers). Gives what is missing and what
  // shows too much.
  wrong(one, how, copy, seen) {
    const origin = this.world.origins[how.page || 'A'];
    const facts = this.facts(one, { method: 'GET', request: { origin }, status: 200, headers: copy });
    const { least, most } = oracle.promised(one.rules, facts, how.credentials === 'include');
    return { missing: least.filter((name) => !seen.names.includes(name)), leaked: seen.names.filter((name) => !most.includes(name)) };
  }

  // Several requests for the same thing, so that the browser's cache has its say.
  async walk(one) {
    const problems = [];
    const url = this.world.url(one);
    const flow = [];
    const sees = [];
    let copy = [];
    let fromStore = false;
    this.world.tap.change = one.change;
    for (const how of one.steps) {
      const { seen, answers } = await this.takeOne(one, how, url, problems);
      copy = renewed(copy, answers);
      fromStore ||= answers.some((answer) => answer.fromStore);
      const came = answers.map(({ facts }) => facts.status).join('+') || 'cache';
      flow.push([how.how, ...(how.page ? [`from ${how.page}`] : []), came].join(' '));
      if (seen.error) problems.push(`${flow.join(', ')}: ${seen.error}`);
      if (!seen.names) continue;
      sees.push([came, ...watched.filter((name) => seen.names.includes(name))].join(' '));
      if (one.sees) continue;

      const { missing, leaked } = this.wrong(one, how, copy, seen);
      const short = one.short && came === '304' ? answers[0].list : null;
      const lost = missing.filter((name) => !(short && !short.includes(name)));
      if (lost.length) problems.push(`${flow.join(', ')}: the script does not read ${list(lost)}`);
      if (leaked.length) problems.push(`${flow.join(', ')}: the script reads ${list(leaked)}`);
    }
    this.world.tap.change = null;
    if ('stored' in one && !fromStore) problems.push('no answer came from mod_cache\'s store');
    const right = one.sees?.[this.name];
    if (right && right.join() !== sees.join()) problems.push(`the scripts see ${sees.join(', ')}`, `    they should see ${right.join(', ')}`);
    this.report(`${one.name} (${flow.join(', ')})`, problems);
  }

  // Scripts of two origins, and now and then somebody without an Origin, ask for the same things again and again, at random: whatever
  // copy the browser has and renews, each reads what the policy promises to it. All cases take a step at once.
  async wander({ cases, steps, random }) {
    const walks = cases.map((one) => ({ one, url: this.world.url(one), copy: [], problems: [], flow: [], readers: 0, wrong: 0 }));
    for (let n = 0; n < steps; n++) {
      const page = random.pick('A', 'B');
      const cookie = random.pick(true, false);
      for (const walk of walks) walk.how = { page, cookie, ...random.pick(...walk.one.hows) };
      const taken = await this.take(page, cookie, walks);
      walks.forEach((walk, i) => {
        const { seen, answers } = taken[i];
        walk.copy = renewed(walk.copy, answers);
        const { how, credentials, cache } = walk.how;
        walk.flow.push([how, page, credentials, cache, answers.map(({ facts }) => facts.status).join('+') || 'reused'].filter(Boolean).join(' '));
        const refused = Boolean(walk.one.refused?.(walk.how) && how === 'fetch');
        if (refused !== Boolean(seen.error)) walk.problems.push(`step ${n + 1}: ${seen.error || 'the script reads an answer that is not for it'}`);
        if (!seen.names || refused) return;
        walk.readers++;
        const { missing, leaked } = this.wrong(walk.one, walk.how, walk.copy, seen);
        if (missing.length || leaked.length) walk.wrong++;
        if (missing.length) walk.problems.push(`step ${n + 1}: the script does not read ${list(missing)}`);
        if (leaked.length) walk.problems.push(`step ${n + 1}: the script reads ${list(leaked)}`);
      });
      this.progress.step(`${this.name}: at random, ${n + 1} of ${steps}`);
    }
    for (const { one, problems, flow, readers, wrong } of walks) {
      if (readers === 0) problems.push('nobody read anything');
      // The first shows how it came to that; all would fill the screen.
      const first = problems.slice(0, 3);
      if (problems.length) {
        const until = Number(/^step (\d+)/.exec(problems[0])?.[1] || 0);
        first.push(`... ${problems.length} in all; up to the first: ${flow.slice(Math.max(0, until - 6), until).join(', ')}`);
      }
      this.report(`${one.name}: ${wrong} of ${readers} readers were wrong`, first);
    }
  }
}

// What a browser has after these answers: a 304's headers replace those that are stored, by name.
const renewed = (copy, answers) => answers.reduce((had, { facts: { status, headers } }) => {
  if (status !== 304) return headers;
  const fresh = oracle.names(headers);
  return [...had.filter(([name]) => !fresh.includes(name.toLowerCase())), ...headers];
}, copy);

module.exports = { Suite, list, same };
