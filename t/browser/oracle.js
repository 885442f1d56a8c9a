// What should come out, computed without the module: the first half from DESIGN.md's sections 2 and 3, the second from the Fetch
// standard. It reads the same directives that httpd reads. Names are lower case throughout; lists are arrays of unique names.
'use strict';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REASONS = ['preflight', 'stored', 'not-allowed', 'no-origin', 'not-modified', 'empty', 'names', 'wildcard', 'written-out'];
const NEVER = ['set-cookie', 'set-cookie2'];
const SAFELISTED = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'];
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer',
  'transfer-encoding', 'upgrade'];
const ACEH = 'access-control-expose-headers';
// What a 304 says that has nothing to say to this origin: no list would leave another origin's standing that the browser has stored.
const EXPOSES_NOTHING = ['cache-control'];

const unique = (names) => [...new Set(names)];
const lines = (headers, name) => headers.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value);
const names = (headers) => unique(headers.map(([name]) => name.toLowerCase()));

// Only `*` is special, and it matches any run of characters.
function matches(pattern, name) {
  const parts = pattern.toLowerCase().split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name.toLowerCase());
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
  if (word.toLowerCase() === 'none') return { forget: true };
  const sign = /^[+-]/.test(word) ? word[0] : '+';
  return { add: sign === '+', name: word.replace(/^[+-]/, '').toLowerCase() };
}

// The policy of one case. Only the directives of the module count; the rest of the configuration speaks through the response.
function policy(config) {
  const result = { edits: [], never: [...NEVER], moreNever: false, backend: 'merge', wildcard: 'auto', when: 'cors' };
  for (const line of config) {
    const [directive = '', ...rest] = words(line);
    switch (directive.toLowerCase()) {
      case 'exposeheaders': {
        const conditions = rest.filter((word) => /^(?:origin|env|expr)=/i.test(word));
        for (const word of rest) if (!conditions.includes(word)) result.edits.push({ ...edit(word), conditions });
        result.inForce = true;
        break;
      }
      case 'exposeheadersnever':
        result.never.push(...rest.map((word) => word.toLowerCase()));
        result.moreNever ||= rest.some((word) => !NEVER.includes(word.toLowerCase()));
        result.inForce = true;
        break;
      case 'exposeheadersbackend': result.backend = rest[0].toLowerCase(); result.inForce = true; break;
      case 'exposeheaderswildcard': result.wildcard = rest[0].toLowerCase(); result.inForce = true; break;
      case 'exposeheaderswhen': result.when = rest[0].toLowerCase(); result.inForce = true; break;
      default:
    }
  }
  const conditions = result.edits.flatMap((one) => one.conditions);
  result.byOrigin = conditions.some((one) => /^origin=/i.test(one));
  result.byExpression = conditions.some((one) => /^expr=/i.test(one));
  return result;
}

// The members of a list that was there before; `valid` are those that are field names.
function members(list) {
  return list.flatMap((line) => line.split(',')).map((member) => member.trim()).filter((member) => member !== '' && TOKEN.test(member))
    .map((member) => member.toLowerCase()).filter((member) => !NEVER.includes(member));
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

// The edits that count for one response, as functions of a name.
function exposure(rules, facts) {
  const there = members(facts.there || []).map((name) => ({ add: true, name, literal: name !== '*' }));
  const own = rules.edits.filter((one) => holds(one, facts));
  let edits = [...(rules.backend === 'replace' ? [] : there), ...own];
  if (rules.backend === 'keep' && there.length) edits = there;
  edits = edits.slice(edits.map((one) => Boolean(one.forget)).lastIndexOf(true) + 1);

  const matched = (one, name) => (one.literal ? one.name === name : matches(one.name, name));
  const forbidden = (name) => rules.never.some((pattern) => matches(pattern, name));
  const removed = (name, after) => edits.slice(after + 1).some((one) => !one.add && matched(one, name));
  const standing = (one, i) => one.add && !edits.slice(i + 1).some((later) => !later.add && (later.name === one.name || later.name === '*'));
  const plain = (one) => one.literal || !one.name.includes('*');

  const star = edits.map((one) => one.add && !one.literal && one.name === '*').lastIndexOf(true);
  return {
    explicit: unique(edits.filter((one, i) => one.add && plain(one) && !removed(one.name, i) && !forbidden(one.name)).map(({ name }) => name)),
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

function writtenOut(exposed, { headers, range }) {
  const hops = [...HOP_BY_HOP, ...lines(headers, 'connection').join(',').toLowerCase().split(',').map((hop) => hop.trim())];
  const left = (name) => SAFELISTED.includes(name) || hops.includes(name) || /^access-control-/.test(name) || name === 'authorization';
  const present = [...names(headers), ...(range ? ['content-range'] : [])];
  return unique([...exposed.explicit, ...present.filter((name) => !left(name) && exposed.has(name))]);
}

// Facts: preflight, origin, cookie, authorization, range, status, headers (as on the wire), there (the lines of the list that was there
// before the module), conditions. The verdict is the reason word (null: the module doesn't act) and the list (null: there is none), or
// `asItWas`, the lines that the module must not touch.
function decide(rules, facts) {
  const there = facts.there || [];
  const { origin, headers } = facts;
  if (!rules.inForce || rules.when === 'off') return { reason: null, asItWas: there };
  if (facts.preflight) return { reason: 'preflight', asItWas: there };

  const exposed = exposure(rules, facts);
  const open = exposed.open || exposed.everything;
  if (rules.when === 'allowed' && (origin === undefined || !corsCheck(headers, origin, false))) {
    if (origin !== undefined) return { reason: 'not-allowed', list: null };
  }
  if (origin === undefined && rules.when !== 'always' && !open && !there.length) return { reason: 'no-origin', list: null };

  const whole = credentialed(facts);
  const wildcard = exposed.everything && !whole && rules.wildcard === 'auto';
  if (facts.status === 304) {
    const same = (wildcard || !open) && !rules.byExpression && lines(headers, 'access-control-allow-origin').length > 0;
    if (!same && !rules.byOrigin) return { reason: 'not-modified', list: null };
  }
  if (wildcard) return { reason: 'wildcard', list: ['*', ...exposed.explicit] };
  const list = open ? writtenOut(exposed, facts) : exposed.explicit;
  if (list.length === 0) return { reason: 'empty', list: facts.status === 304 && rules.byOrigin ? EXPOSES_NOTHING : null };
  return { reason: open ? 'written-out' : 'names', list };
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
  const listed = exposed.open || exposed.everything ? writtenOut(exposed, facts) : exposed.explicit;
  const all = names([...facts.headers, [ACEH, '']]).filter((name) => !NEVER.includes(name));
  const least = all.filter((name) => SAFELISTED.includes(name) || listed.includes(name));
  return { least, most: exposed.everything && !include && rules.wildcard === 'auto' ? all : least };
}

module.exports = { ACEH, HOP_BY_HOP, REASONS, decide, lines, names, policy, promised, readable };
