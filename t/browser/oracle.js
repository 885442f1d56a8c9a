// What should come out, computed without the module: the first half from DESIGN.md's sections 2 and 3, the second from the Fetch
// standard. It reads the same directives that httpd reads. Names are lower case throughout; lists are arrays of unique names.
'use strict';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REASONS = ['off', 'preflight', 'stored', 'not-allowed', 'no-origin', 'not-modified', 'empty', 'names', 'wildcard', 'written-out'];
const NEVER = ['set-cookie', 'set-cookie2'];
const SAFELISTED = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'];
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer',
  'transfer-encoding', 'upgrade'];
const ACEH = 'access-control-expose-headers';
// What the module says of a response, to people.
const DETAIL = 'x-expose-headers-detail';
// What is said to an origin for which there is nothing to say: no list would leave another origin's standing that a browser has stored.
const EXPOSES_NOTHING = ['cache-control'];
// A value has room for so many bytes.
const BOUND = 8000;

const unique = (names) => [...new Set(names)];
const lines = (headers, name) => headers.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value);
const names = (headers) => unique(headers.map(([name]) => name.toLowerCase()));

// Only `*` is special, and it matches any run of characters.
const known = new Map();
function matches(pattern, name) {
  if (!pattern.includes('*')) return pattern.toLowerCase() === name.toLowerCase();
  if (!known.has(pattern)) known.set(pattern, compiled(pattern));
  return known.get(pattern).test(name.toLowerCase());
}

function compiled(pattern) {
  const parts = pattern.toLowerCase().split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function matchesOrigin(pattern, origin) {
  if (origin === undefined) return false;
  const [, scheme, host, port = ''] = pattern.match(/^(\w[\w+.-]*:\/\/)(\[[^\]]*\]|[^:]*)(:.*)?$/);
  const escaped = host.replace(/[.?^${}()|[\]\\]/g, '\\$&').replace('*', '[^.:/]+(?:\\.[^.:/]+)*');
  return new RegExp(`^${scheme}${escaped}${port === ':*' ? '(?::\\d+)?' : port}$`).test(origin);
}

// --- The directives -----------------------------------------------------------------------------------------------------------

const words = (line) => [...line.matchAll(/"([^"]*)"|([^\s,"]+)/g)].map(([, quoted, bare]) => quoted ?? bare);

function edit(word) {
  if (word.toLowerCase() === 'none') return { forget: true, add: false };
  const sign = /^[+-]/.test(word) ? word[0] : '+';
  return { add: sign === '+', name: word.replace(/^[+-]/, '').toLowerCase() };
}

// The policy of one case: the directives of the module in the order in which they count. The rest of the configuration speaks through
// the response.
function policy(config) {
  const result = { edits: [], never: [...NEVER], backend: 'merge', wildcard: 'auto', when: 'cors' };
  for (const line of config) {
    const [directive = '', ...rest] = words(line);
    switch (directive.toLowerCase()) {
      case 'exposeheaders': {
        const conditions = rest.filter((word) => /^(?:origin|env|expr)=/i.test(word));
        for (const word of rest) if (!conditions.includes(word)) result.edits.push({ ...edit(word), conditions });
        result.inForce = true;
        break;
      }
      case 'exposeheadersnever': result.never.push(...rest.map((word) => word.toLowerCase())); result.inForce = true; break;
      case 'exposeheadersbackend': result.backend = rest[0].toLowerCase(); result.inForce = true; break;
      case 'exposeheaderswildcard': result.wildcard = rest[0].toLowerCase(); result.inForce = true; break;
      case 'exposeheaderswhen': result.when = rest[0].toLowerCase(); result.inForce = true; break;
      case 'exposeheadersdetail': result.inForce = true; break;
      default:
    }
  }
  result.moreNever = result.never.some((name) => !NEVER.includes(name));
  // What can count at all, whatever its condition makes of it.
  const left = result.edits.slice(result.edits.map((one) => Boolean(one.forget && !one.conditions.length)).lastIndexOf(true) + 1);
  const hasCondition = (kind) => left.some((one) => one.conditions.some((word) => word.toLowerCase().startsWith(kind)));
  result.byOrigin = hasCondition('origin=');
  result.byExpression = hasCondition('expr=');
  result.adds = left.some((one) => one.add);
  result.addsPattern = left.some((one, i) => one.add && one.name.includes('*')
    && !left.slice(i + 1).some((later) => later.name && !later.add && !later.conditions.length && [one.name, '*'].includes(later.name)));
  return result;
}

// The members of a list that was there before: those that are field names.
function members(list) {
  return list.flatMap((line) => line.split(',')).map((member) => member.trim()).filter((member) => TOKEN.test(member))
    .map((member) => member.toLowerCase());
}

// An edit's conditions: of several origins one suffices, everything else is required. `facts.conditions` says of each env= and expr=
// of the case whether it holds; a condition that the case doesn't mention is a mistake in the table.
function holds({ conditions = [] }, facts) {
  const origins = conditions.filter((one) => /^origin=/i.test(one));
  if (origins.length && !origins.some((one) => matchesOrigin(one.slice('origin='.length), facts.origin))) return false;
  return conditions.filter((one) => !origins.includes(one)).every((one) => {
    if (!(one in facts.conditions)) throw new Error(`the table doesn't say when ${one} holds`);
    return facts.conditions[one];
  });
}

// The edits that count for one response, as functions of a name. `explicit` has the configuration's names first.
function exposure(rules, facts) {
  const there = members(facts.there || []).map((name) => ({ add: true, name, literal: name !== '*', brought: true }));
  const own = rules.edits.filter((one) => holds(one, facts));
  let edits = [...(rules.backend === 'replace' ? [] : there), ...own];
  if (rules.backend === 'keep' && there.length) edits = there;
  edits = edits.slice(edits.map((one) => Boolean(one.forget)).lastIndexOf(true) + 1);

  const matched = (one, name) => (one.literal ? one.name === name : matches(one.name, name));
  const forbidden = (name) => rules.never.some((pattern) => matches(pattern, name));
  const removed = (name, after) => edits.slice(after + 1).some((one) => !one.add && matched(one, name));
  const standing = (one, i) => one.add && !edits.slice(i + 1).some((later) => !later.add && (later.name === one.name || later.name === '*'));
  const plain = (one) => one.literal || !one.name.includes('*');
  const explicit = edits.filter((one, i) => one.add && plain(one) && !removed(one.name, i) && !forbidden(one.name));

  const star = edits.map((one) => one.add && !one.literal && one.name === '*').lastIndexOf(true);
  return {
    explicit: unique([...explicit.filter((one) => !one.brought), ...explicit.filter((one) => one.brought)].map(({ name }) => name)),
    open: edits.some((one, i) => !plain(one) && standing(one, i)),
    everything: star >= 0 && !edits.slice(star + 1).some((one) => !one.add) && !rules.moreNever,
    has(name) {
      const last = edits.filter((one) => matched(one, name)).pop();
      return Boolean(last && last.add) && !forbidden(name);
    },
  };
}

// --- The decision -------------------------------------------------------------------------------------------------------------

function credentialed({ origin, cookie, authorization, headers }) {
  return origin === undefined || Boolean(cookie) || Boolean(authorization)
    || lines(headers, 'access-control-allow-credentials').includes('true');
}

// The explicit names, and what this response carries of the others. A header that is called `*` would be the wildcard.
function writtenOut(exposed, { status, headers, range }) {
  const hops = [...HOP_BY_HOP, ...lines(headers, 'connection').join(',').toLowerCase().split(',').map((hop) => hop.trim())];
  const left = (name) => SAFELISTED.includes(name) || hops.includes(name) || /^access-control-/.test(name) || name === 'authorization' || name === DETAIL
    || name === '*' || !TOKEN.test(name);
  // A range may be cut out of a whole answer by whoever stores it.
  const cuts = range || lines(headers, 'accept-ranges').some((line) => line.toLowerCase() !== 'none');
  const present = [...names(headers), ...([206, 416].includes(status) || (status === 200 && cuts) ? ['content-range'] : [])];
  return unique([...exposed.explicit, ...present.filter((name) => !left(name) && exposed.has(name))]);
}

// What fits into the value; a name that never can is left out alone.
function bounded(list) {
  const short = list.filter((name) => name.length <= BOUND);
  while (short.join(', ').length > BOUND) short.pop();
  return short;
}

// A response that is left alone, but for Never.
function underNever(reason, rules, facts) {
  const there = facts.there || [];
  const alone = policy(['ExposeHeadersBackend Keep']);
  const exposed = exposure({ ...alone, never: rules.never, moreNever: rules.moreNever }, facts);
  const all = members(there);
  if (all.every((name) => exposed.has(name) && (name !== '*' || !rules.moreNever))) return { reason, asItWas: there };
  const list = bounded(exposed.open ? writtenOut(exposed, facts) : exposed.explicit);
  return { reason, list: list.length ? list : null, ordered: exposed.explicit.length };
}

// Facts: preflight, fromStore, origin, cookie, authorization, range, status, headers (as on the wire), there (the lines of the list that was
// there before the module), conditions. The verdict is the reason word (null: the module doesn't act) and the list (null: there is none),
// of which so many names have their place (`ordered`), or `asItWas`, the lines that the module must not touch.
function decide(rules, facts) {
  const there = facts.there || [];
  const { origin, headers } = facts;
  if (!rules.inForce) return { reason: null, asItWas: there };
  if (rules.when === 'off') return underNever('off', rules, facts);
  if (facts.preflight) return { reason: 'preflight', asItWas: there };
  if (facts.fromStore) return underNever('stored', rules, facts);

  const exposed = exposure(rules, facts);
  const open = exposed.open || exposed.everything;
  if (rules.when === 'allowed' && origin !== undefined && !corsCheck(headers, origin, false)) return { reason: 'not-allowed', list: null };
  if (origin === undefined && rules.when !== 'always' && !open && !rules.byExpression && !there.length)
    return { reason: 'no-origin', list: null };

  const wildcard = exposed.everything && !credentialed(facts) && rules.wildcard === 'auto';
  if (facts.status === 304) {
    const same = (wildcard || !open) && !rules.byExpression && lines(headers, 'access-control-allow-origin').length > 0;
    if (!same && !rules.byOrigin) return { reason: 'not-modified', list: null };
  }
  const ordered = exposed.explicit.length;
  if (wildcard) return { reason: 'wildcard', list: bounded(['*', ...exposed.explicit]), ordered: ordered + 1 };
  const list = bounded(open ? writtenOut(exposed, facts) : exposed.explicit);
  if (list.length === 0) {
    const kept = facts.status === 304 || lines(headers, 'etag').length > 0 || lines(headers, 'last-modified').length > 0;
    return { reason: 'empty', list: rules.byOrigin && origin !== undefined && kept ? EXPOSES_NOTHING : null };
  }
  return { reason: open ? 'written-out' : 'names', list, ordered };
}

// Must Vary name Origin? (null: the module doesn't look at it.)
function varies(rules, facts) {
  if (!rules.inForce || rules.when === 'off' || facts.preflight || facts.fromStore) return null;
  const brings = members(facts.there || []).includes('*');
  return rules.byOrigin || rules.when === 'allowed' || (rules.when === 'cors' && rules.adds) || (rules.when !== 'always' && brings);
}

// One URL's stored copies differ by origin, and a 304 can't say how: may there be a 304 for this request?
function revalidates(rules, { origin }) {
  const poor = rules.addsPattern || rules.byExpression;
  return !(rules.inForce && rules.when !== 'off' && origin !== undefined && poor && (rules.byOrigin || rules.when === 'allowed'));
}

// --- Fetch --------------------------------------------------------------------------------------------------------------------

function corsCheck(headers, origin, include) {
  const allowed = lines(headers, 'access-control-allow-origin');
  const credentials = lines(headers, 'access-control-allow-credentials');
  if (allowed.length !== 1) return false;
  if (!include && allowed[0] === '*') return true;
  return allowed[0] === origin && (!include || (credentials.length === 1 && credentials[0] === 'true'));
}

// "Extract header list values": all lines together; one member that is no token and there is no list.
function extract(list) {
  const all = (list || []).flatMap((line) => line.split(',')).map((member) => member.trim()).filter((member) => member !== '');
  return all.every((member) => TOKEN.test(member)) ? all.map((member) => member.toLowerCase()) : [];
}

// The names that a script reads of a response with this list (lines of it or names), null if it gets a network error instead.
function readable({ headers, origin, include, list }) {
  if (!corsCheck(headers, origin, include)) return null;
  const exposed = extract(list);
  const all = exposed.includes('*') && !include;
  return names([...headers, ...(list ? [[ACEH, '']] : [])])
    .filter((name) => !NEVER.includes(name) && (all || SAFELISTED.includes(name) || exposed.includes(name)));
}

// What a policy exposes to a reader of these names, whatever copy the answer comes from: at least and at most. The two differ only
// for a wildcard, which is stricter where it is written out.
function promised(rules, facts, include) {
  const exposed = exposure(rules, facts);
  const listed = bounded(exposed.open || exposed.everything ? writtenOut(exposed, facts) : exposed.explicit);
  const all = names([...facts.headers, [ACEH, '']]).filter((name) => !NEVER.includes(name));
  const least = all.filter((name) => SAFELISTED.includes(name) || listed.includes(name));
  return { least, most: exposed.everything && !include && rules.wildcard === 'auto' ? all : least };
}

module.exports = { ACEH, DETAIL, HOP_BY_HOP, REASONS, SAFELISTED, decide, lines, names, policy, promised, readable, revalidates, varies };
