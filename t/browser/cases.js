// The table. `config` is the case's own part of httpd's configuration, in a <Location>; the oracle reads the module's directives in it.
// A and B stand for the two page origins, as @A@ and @B@.
'use strict';

const { ACEH } = require('./oracle');

// --- Words of the table -------------------------------------------------------------------------------------------------------

// Not req(): httpd would add Vary by itself, and hide it when the module doesn't.
const has = (name) => `"expr=-n req_novary('${name}')"`;
const preflights = [
  `Header always set Access-Control-Allow-Headers "X-Ask, Range" "expr=%{REQUEST_METHOD} == 'OPTIONS'"`,
  `Header always set Access-Control-Allow-Methods "DELETE" "expr=%{REQUEST_METHOD} == 'OPTIONS'"`,
];
// How long browsers may use a copy without asking.
const fresh = ['Header always set Cache-Control "max-age=3600"'];
// Anyone may read, without credentials.
const open = [...preflights, 'Header always set Access-Control-Allow-Origin "*"'];
// The origin that asks may read, with credentials.
const trusting = [...preflights,
  `Header always set Access-Control-Allow-Origin "expr=%{req_novary:Origin}" ${has('Origin')}`,
  'Header always set Access-Control-Allow-Credentials "true"'];
// The origin that asks may read, but not in mode include.
const named = [...preflights, `Header always set Access-Control-Allow-Origin "expr=%{req_novary:Origin}" ${has('Origin')}`];
const onlyA = [...preflights, 'Header always set Access-Control-Allow-Origin "@A@"'];

// Those without `always` are missing on errors, as in most configurations; some come with a 200 alone, as from most backends.
const only200 = '"expr=%{REQUEST_STATUS} == 200"';
const details = [
  'Header always set X-Request-Id "4711"',
  `Header set X-RateLimit-Limit "60" ${only200}`,
  `Header set X-RateLimit-Remaining "59" ${only200}`,
  'Header set X-Internal-Node "db-3"',
  'Header always set X-Secret "s"',
  'Header always set Link "</next>; rel=next"',
  'Header always set Authorization "Token abc"',
  'Header always set Set-Cookie "visited=1; Path=/elsewhere"',
];

// A list that mod_headers makes.
const byHand = (list, when = '') => `Header always set Access-Control-Expose-Headers "${list}" ${when}`;

// The configuration of an API and of a policy for it.
const on = (api, ...policy) => [...api, ...details, ...policy];

// How a script asks: with which credentials mode, and whether the cookie is in the jar (it is sent only in mode include).
const anonymous = {
  'fetch': { how: 'fetch', cookie: true },
  'fetch omit': { how: 'fetch', credentials: 'omit', cookie: true },
  'XHR': { how: 'xhr', cookie: true },
  'preflighted': { how: 'fetch', headers: { 'X-Ask': '1' } },
};
const credentialed = {
  'include': { how: 'fetch', credentials: 'include' },
  'include, cookie': { how: 'fetch', credentials: 'include', cookie: true },
  'XHR credentials': { how: 'xhr', credentials: 'include' },
  'XHR credentials, cookie': { how: 'xhr', credentials: 'include', cookie: true },
  'preflighted include': { how: 'fetch', credentials: 'include', cookie: true, headers: { 'X-Ask': '1' } },
};
const every = { ...anonymous, ...credentialed };
const anonymousGets = { 'fetch': every.fetch, 'XHR': every.XHR };
const plain = { 'fetch': every.fetch, 'include, cookie': every['include, cookie'] };

// --- A policy, read in every mode ---------------------------------------------------------------------------------------------

const policies = {
  'explicit names': ['ExposeHeaders X-Request-Id, Link X-Not-There'],
  'a pattern': ['ExposeHeaders X-RateLimit-*'],
  'the wildcard': ['ExposeHeaders *'],
  'the wildcard and Authorization': ['ExposeHeaders Authorization *'],
  'the wildcard minus a name': ['ExposeHeaders * -X-Secret'],
  'the wildcard minus a pattern and a name': ['ExposeHeaders * -X-Internal-* -X-Secret'],
  'the wildcard and a Never list': ['ExposeHeaders *', 'ExposeHeadersNever X-Internal-*, X-Secret'],
  'a name that Never forbids': ['ExposeHeaders X-Request-Id X-Secret', 'ExposeHeadersNever X-S*'],
};

const modes = Object.entries(policies).flatMap(([name, config]) => [
  { name: `${name}, an open API`, config: on(open, ...config), ask: anonymous },
  { name: `${name}, an API with credentials`, config: on(trusting, ...config), ask: every },
]);

const single = [
  { name: 'an open API does not let mode include in', config: on(open, 'ExposeHeaders *'), ask: credentialed },
  { name: 'the origin is named, credentials are not allowed', config: on(named, 'ExposeHeaders *'), ask: every },
  { name: 'ExposeHeadersWildcard Expand', config: on(open, 'ExposeHeaders *', 'ExposeHeadersWildcard Expand'), ask: anonymous },
  { name: 'None', config: on(open, 'ExposeHeaders * X-Secret', 'ExposeHeaders None X-Request-Id'), ask: plain },
  { name: 'removed and added again', config: on(trusting, 'ExposeHeaders * -X-RateLimit-* X-RateLimit-Limit'), ask: plain },
  { name: 'a pattern that nothing matches', config: on(trusting, 'ExposeHeaders X-Nothing-*'), ask: plain },
  { name: 'only a removal', config: on(open, 'ExposeHeaders -X-Secret'), ask: anonymous },
  { name: 'only a Never list', config: on(open, 'ExposeHeadersNever X-Secret'), ask: anonymous },
  { name: 'None and nothing else', config: on(open, 'ExposeHeaders None'), ask: anonymous },
  { name: 'a removal where the condition doesn\'t hold', config: on(open, 'ExposeHeaders X-Secret', 'ExposeHeaders -X-Secret origin=@B@'), ask: anonymous },
  { name: 'a removal where the condition holds', config: on(open, 'ExposeHeaders X-Secret', 'ExposeHeaders -X-Secret origin=@B@'),
    page: 'B', ask: anonymous },
  { name: 'nothing for this origin', config: on(open, 'ExposeHeaders X-Secret origin=@A@'), page: 'B', ask: every },
  { name: 'no pattern for this origin', config: on(trusting, 'ExposeHeaders X-R* origin=@A@'), page: 'B', ask: every },
  { name: 'names removed and added again come in the new order', config: on(open, 'ExposeHeaders Link X-Secret -Link X-Request-Id Link'), ask: plain },
  { name: 'a name too long for any value', config: on(open, `ExposeHeaders X-${'a'.repeat(8000)} X-Request-Id`), ask: anonymous },
  { name: 'When Always', config: on(open, 'ExposeHeaders *', 'ExposeHeadersWhen Always'), ask: anonymous },
  { name: 'When Always, credentials', config: on(trusting, 'ExposeHeaders X-R*', 'ExposeHeadersWhen Always'), ask: every },
  { name: 'When Allowed', config: on(onlyA, 'ExposeHeaders *', 'ExposeHeadersWhen Allowed'), ask: every },
  { name: 'When Allowed, another origin', config: on(onlyA, 'ExposeHeaders *', 'ExposeHeadersWhen Allowed'),
    page: 'B', ask: every },
  { name: 'When Allowed, another origin, a list there before',
    config: on(onlyA, 'Header always set Access-Control-Expose-Headers "X-Secret"', 'ExposeHeaders *', 'ExposeHeadersWhen Allowed'),
    there: ['X-Secret'], page: 'B', ask: plain },
  { name: 'When Allowed, anyone, beside Access-Control-Allow-Credentials',
    config: on(open, 'Header always set Access-Control-Allow-Credentials "true"', 'ExposeHeaders *', 'ExposeHeadersWhen Allowed'), ask: every },
  { name: 'When Off', config: on(open, 'Header always set Access-Control-Expose-Headers "X-Secret"', 'ExposeHeaders *', 'ExposeHeadersWhen Off'),
    there: ['X-Secret'], ask: anonymous },
  ...[['X-Secret', 'a name'], ['X-Secret,, Link', 'a name among others'], ['Link ,X-Request-Id', 'none of the names'], ['*', 'the wildcard'], ['*, X-Secret', 'all']]
    .map(([value, what]) => ({ name: `When Off, and Never forbids ${what}`, there: [value], ask: every,
      config: on(trusting, `Header always set Access-Control-Expose-Headers "${value}"`, 'ExposeHeaders *', 'ExposeHeadersNever X-S*',
        'ExposeHeadersWhen Off') })),
  { name: 'When Off, and the wildcard is not forbidden by anything but names that are not there',
    config: on(open, 'Header always set Access-Control-Expose-Headers "*"', 'ExposeHeadersNever X-Not-There', 'ExposeHeadersWhen Off'),
    there: ['*'], ask: anonymous },
  { name: 'a condition on this origin', config: on(trusting, 'ExposeHeaders X-Request-Id', 'ExposeHeaders X-Secret Link origin=@A@'), ask: every },
  { name: 'a condition on the other origin', config: on(trusting, 'ExposeHeaders X-Request-Id', 'ExposeHeaders X-Secret Link origin=@A@'),
    page: 'B', ask: every },
  { name: 'a condition on any port', config: on(trusting, 'ExposeHeaders X-R* origin=http://127.0.0.1:*'), page: 'B', ask: plain },
  { name: 'a condition on a lookalike', config: on(trusting, 'ExposeHeaders * origin=https://127.0.0.1:* origin=http://127.0.0.1'), ask: plain },
  { name: 'env=, holding', config: on(open, 'SetEnvIf Origin "^@A@$" PARTNER', 'ExposeHeaders X-Secret env=PARTNER'),
    conditions: { 'env=PARTNER': ({ origin }, { A }) => origin === A }, ask: anonymous },
  { name: 'env=, failing', config: on(open, 'SetEnvIf Origin "^@A@$" PARTNER', 'ExposeHeaders X-Secret env=PARTNER'),
    conditions: { 'env=PARTNER': ({ origin }, { A }) => origin === A }, page: 'B', ask: plain },
  { name: 'expr= on the final status', config: on(open, `ExposeHeaders X-Request-Id`, `ExposeHeaders X-Secret "expr=%{REQUEST_STATUS} == 404"`),
    path: 'missing', expect: 404, conditions: { 'expr=%{REQUEST_STATUS} == 404': ({ status }) => status === 404 }, ask: anonymous },
  { name: 'expr= on another status', config: on(open, `ExposeHeaders X-Request-Id`, `ExposeHeaders X-Secret "expr=%{REQUEST_STATUS} == 404"`),
    conditions: { 'expr=%{REQUEST_STATUS} == 404': ({ status }) => status === 404 }, ask: anonymous },
];

// --- A list that is there before ----------------------------------------------------------------------------------------------

const answer = [['Content-Type', 'text/plain'], ['X-Own', '1'], ['X-Other', '2'], ['X-Internal-Key', '3'], ['X-Quota-Day', '4']];
const line = (value) => ['Access-Control-Expose-Headers', value];
// A backend's case: `sent` are the lines that it sends.
const behind = (name, sent, config, more = {}) => (
  { name, config, path: 'backend', there: sent, backend: { status: 200, headers: [...answer, ...sent.map(line)] }, ask: plain, ...more });
const lists = [
  behind('a backend\'s own list', ['X-Own'], [...trusting, 'ExposeHeaders X-Quota-*'], { ask: every }),
  behind('a backend\'s own list on three lines', ['X-Own', ', x-other', 'X-OWN,,X-Quota-Day'],
    [...trusting, 'ExposeHeaders X-Quota-Day'], { ask: every }),
  behind('a backend\'s malformed list', ['X-Own, bad name, X-Other'], [...trusting, 'ExposeHeaders X-Quota-*'], { ask: every }),
  behind('a backend\'s malformed list on another line', ['X-Own', 'X-Other;q=1, X-Quota-Day'],
    [...open, 'ExposeHeaders X-Internal-Key'], { ask: anonymous }),
  behind('a backend\'s malformed list with the wildcard', ['*, "X-Own"'], [...open, 'ExposeHeaders X-Own'], { ask: anonymous }),
  behind('nothing but malformed members', ['bad name, (bad)'], [...open, 'ExposeHeaders X-Own']),
  behind('a backend\'s wildcard with credentials', ['*'], [...trusting, 'ExposeHeaders X-Not-There'], { ask: every }),
  behind('a backend\'s wildcard, made smaller', ['*'], [...trusting, 'ExposeHeaders -X-Internal-*'], { ask: every }),
  behind('a backend\'s list, made smaller', ['X-Own, X-Internal-Key'], [...open, 'ExposeHeaders -X-Internal-*'], { ask: anonymous }),
  behind('a backend\'s list and Never', ['X-Own, X-Internal-Key, Set-Cookie'], [...open, 'ExposeHeadersNever X-Internal-*'], { ask: anonymous }),
  behind('a backend\'s X-* is a name', ['X-*'], [...open, 'ExposeHeaders X-Own']),
  behind('None forgets a backend\'s list', ['X-Own'], [...open, 'ExposeHeaders None X-Other']),
  behind('Replace', ['X-Own'], [...trusting, 'ExposeHeaders X-Other', 'ExposeHeadersBackend Replace']),
  behind('Keep', ['X-Own, bad name, X-Internal-Key'],
    [...trusting, 'ExposeHeaders X-Other', 'ExposeHeadersBackend Keep', 'ExposeHeadersNever X-Internal-*']),
  behind('Keep, nothing valid to keep', ['bad name'], [...trusting, 'ExposeHeaders X-Other', 'ExposeHeadersBackend Keep']),
  behind('the configuration\'s names come first', ['X-Own, X-Quota-Day'], [...open, 'ExposeHeaders X-Not-There X-Other x-own'], { ask: anonymous }),
  behind('a long list leaves the configuration\'s names their place', [1000, 1350].map((from) => Array.from({ length: 350 }, (_, i) => `X-Item-${from + i}`).join(',')),
    [...open, 'ExposeHeaders X-Own X-Other'], { ask: anonymous }),
  behind('only a removal, and the wildcard came', ['*'], [...open, 'ExposeHeaders -X-Internal-*'], { ask: anonymous }),
  behind('only a removal, and a list came', ['X-Own'], [...open, 'ExposeHeaders -X-Internal-*'], { ask: anonymous }),
  // As a member of a list that name would be the wildcard.
  ...[['written out', trusting, ['ExposeHeaders *'], every], ['Expand', open, ['ExposeHeaders *', 'ExposeHeadersWildcard Expand'], anonymous],
    ['a pattern', open, ['ExposeHeaders X-Q* -X-Own *'], anonymous], ['a removal', open, ['ExposeHeaders * -X-Internal-*'], anonymous],
    ['a Never list', open, ['ExposeHeaders *', 'ExposeHeadersNever X-Internal-*'], anonymous],
    ['a wildcard that is sent as such', open, ['ExposeHeaders *'], anonymous]]
    .map(([what, api, config, ask]) => ({ name: `a header is called *: ${what}`, config: [...api, ...config], path: 'backend', ask,
      backend: { status: 200, headers: [...answer, ['*', '5']] } })),
  { name: 'mod_headers\' list in both tables',
    config: on(trusting, 'Header set Access-Control-Expose-Headers "X-Request-Id"', 'Header always set Access-Control-Expose-Headers "Link"',
      'ExposeHeaders X-RateLimit-*'),
    there: ['Link', 'X-Request-Id'], ask: every },
];

// --- What became of a response, for people ------------------------------------------------------------------------------------

// No script of another origin reads it, whatever is exposed, unless an edit names it or '*' is sent.
const told = (name, api, config, ask, detail = {}) => ({ name: `${name}, and ExposeHeadersDetail Header`, config: on(api, ...config, 'ExposeHeadersDetail Header'), ask, detail });
const toldOfPolicies = Object.entries(policies).flatMap(([name, config]) => [
  told(`${name}, an open API`, open, config, anonymous, { readBy: /^the wildcard(?: and Authorization)?$/.test(name) ? Object.keys(anonymous) : [] }),
  told(`${name}, an API with credentials`, trusting, config, every),
]);
const telling = [
  ...toldOfPolicies,
  told('every name of ours', trusting, ['ExposeHeaders X-* *', 'ExposeHeadersWildcard Expand'], every),
  told('an edit names it', trusting, ['ExposeHeaders X-Expose-Headers-Detail'], every, { readBy: Object.keys(every) }),
  told('Never forbids it', open, ['ExposeHeaders * X-Expose-Headers-Detail', 'ExposeHeadersNever X-Expose-*'], anonymous),
  told('When Off', open, ['ExposeHeaders *', 'ExposeHeadersWhen Off'], anonymous),
];

// --- Errors, redirects and other answers --------------------------------------------------------------------------------------

const status = (code, headers = []) => ({ status: code, headers: [...answer, ...headers] });
const kinds = [
  { name: '401 from a backend', backend: status(401, [['WWW-Authenticate', 'Bearer']]), path: 'backend', expect: 401 },
  { name: '403', path: 'pixel.png', extra: ['Require all denied'], expect: 403 },
  { name: '404', path: 'missing', expect: 404 },
  { name: '405', path: 'pixel.png', method: 'DELETE', expect: 405 },
  { name: '500', path: 'broken', expect: 500 },
  { name: '502 from a backend that talks nonsense', path: 'backend/nonsense', expect: 502 },
  { name: '503', path: 'busy', expect: 503 },
  { name: '204', backend: { status: 204, headers: answer.slice(1) }, path: 'backend', expect: 204 },
  { name: '206', path: 'pixel.png', headers: { Range: 'bytes=0-3' }, expect: 206 },
  { name: '416', path: 'pixel.png', headers: { Range: 'bytes=9999-' }, expect: 416 },
  { name: 'a redirect', path: 'go', expect: 200, hops: 2 },
];
// A page of an ErrorDocument, with a policy of its own.
const gone = (line) => ['Alias "/@ID@/0/gone/" "@ROOT@/htdocs/"', '<Location "/@ID@/0/gone/">', line, '</Location>'];
const asked = (modesOf, { method, headers }) => Object.fromEntries(Object.entries(modesOf)
  .map(([name, mode]) => [name, { ...mode, method, headers: { ...mode.headers, ...headers } }]));
const statuses = kinds.flatMap(({ name, extra = [], expect, hops, method, headers, ...rest }) => [
  { name: `${name}, the wildcard, open`, config: on(open, ...extra, 'ExposeHeaders *'),
    ask: asked({ 'fetch': every.fetch, 'XHR': every.XHR }, { method, headers }), expect, hops, ...rest },
  { name: `${name}, minus a name, credentials`, config: on(trusting, ...extra, 'ExposeHeaders * -X-Secret'),
    ask: asked({ 'fetch': every.fetch, 'include': every.include, 'include, cookie': every['include, cookie'] }, { method, headers }),
    expect, hops, ...rest },
]).concat([
  { name: 'a 404\'s page has another policy', path: 'missing', expect: 404, ask: every,
    config: on(trusting, 'ErrorDocument 404 /@ID@/0/gone/gone.html', 'ExposeHeaders X-Request-Id'),
    server: gone('ExposeHeaders None X-Secret') },
  { name: 'a 404\'s page forbids more', path: 'missing', expect: 404, ask: every, page404: ['ExposeHeadersNever X-Secret'],
    config: on(trusting, 'ErrorDocument 404 /@ID@/0/gone/gone.html', 'ExposeHeaders *'),
    server: gone('ExposeHeadersNever X-Secret') },
  { name: 'a 404\'s page forbids, and nothing else is Off', path: 'missing', expect: 404, ask: plain, page404: ['ExposeHeadersNever X-Secret'],
    there: ['X-Secret, Link'],
    config: on(trusting, 'ErrorDocument 404 /@ID@/0/gone/gone.html', 'ExposeHeadersWhen Off', byHand('X-Secret, Link')),
    server: gone('ExposeHeadersNever X-Secret') },
  { name: 'a redirect to another origin makes Origin null', path: 'away', expect: 200, hops: 2, ask: { fetch: every.fetch, XHR: every.XHR },
    config: on(open, 'RedirectMatch 302 "^/(@ID@/[0-9]+)/away$" "http://127.0.0.1:@OTHER@/$1/pixel.png"',
      'ExposeHeaders X-Request-Id', 'ExposeHeaders X-Secret origin=@A@') },
  { name: 'a list on a redirect has no effect', path: 'go', expect: 200, hops: 2, ask: plain,
    config: on(trusting, `ExposeHeaders X-Secret "expr=%{REQUEST_STATUS} == 302"`),
    conditions: { 'expr=%{REQUEST_STATUS} == 302': ({ status: code }) => code === 302 } },
  { name: 'a list on a preflight has no effect', there: (exchange) => (exchange.method === 'OPTIONS' ? ['X-Secret, *'] : []),
    config: on(trusting, `Header always set Access-Control-Expose-Headers "X-Secret, *" "expr=%{REQUEST_METHOD} == 'OPTIONS'"`,
      'ExposeHeaders X-Request-Id'),
    ask: { 'preflighted': every.preflighted, 'preflighted include': every['preflighted include'] } },
  // A quick hit walks no containers and runs no filter of our type: the list that was stored comes back, and nothing is logged.
  { name: 'from mod_cache\'s store', config: on(open, ...fresh, 'ExposeHeaders X-RateLimit-*'), ask: anonymousGets,
    server: ['CacheEnable disk "/@ID@/"'], stored: null },
]);

// --- What httpd serves for the URL ----------------------------------------------------------------------------------------------

// The policy is that of the URL which the client asked for; what the request becomes adds its own behind it. Each case has a folder that
// is served below its URL, and lines for the file that answers.
const becomes = {
  'a front controller': { how: ['RewriteEngine On', 'RewriteRule !^pixel\\.png$ pixel.png'], path: 'into/some/where' },
  'FallbackResource': { how: ['FallbackResource /at-@ID@/pixel.png'], path: 'into/some/where' },
  'DirectoryIndex': { how: ['DirectoryIndex pixel.png'], path: 'into/' },
  'MultiViews': { how: ['Options +MultiViews'], path: 'into/pixel' },
};
const became = Object.entries(becomes).flatMap(([what, { how, path }]) => [
  ['says nothing', ['ExposeHeaders X-RateLimit-*'], []],
  ['adds a name', ['ExposeHeaders X-Request-Id'], ['ExposeHeaders Link']],
  ['takes a name away', ['ExposeHeaders * -X-Secret'], ['ExposeHeaders -Link']],
  ['adds what was taken away', ['ExposeHeaders X-Request-Id -Link'], ['ExposeHeaders Link']],
  ['forbids a name', ['ExposeHeaders X-Secret Link'], ['ExposeHeadersNever X-Secret']],
].map(([does, policy, own]) => ({
  name: `${what}: the file that answers ${does}`, ask: plain, path, folder: true,
  config: on(trusting, ...policy), counts: [...policy, ...own],
  server: ['AliasMatch "^/@ID@/[0-9]+/into/(.*)$" "@ROOT@/htdocs/at-@ID@/$1"', '<Directory "@ROOT@/htdocs/at-@ID@">', ...how,
    // mod_headers goes by the request that answers.
    ...on(trusting), '<Files "pixel.png">', ...own, '</Files>', '</Directory>'],
})));

// --- The browsers' own caches -------------------------------------------------------------------------------------------------

const stale = ['Header always set Cache-Control "no-cache"'];
const lives = { 'fresh': fresh, 'revalidated': stale };

const script = { how: 'fetch' };
const withCookie = { how: 'fetch', credentials: 'include', cookie: true };
const include = { how: 'fetch', credentials: 'include' };
const firsts = {
  'an image': { how: 'image' },
  'a no-cors fetch': { how: 'no-cors' },
  'a navigation': { how: 'navigation' },
};

const cached = {
  'explicit names': ['ExposeHeaders X-Request-Id Link'],
  'a pattern': ['ExposeHeaders X-RateLimit-*'],
  'the wildcard': ['ExposeHeaders *'],
  'the wildcard minus a pattern': ['ExposeHeaders * -X-Internal-* -X-Secret'],
};

const noOriginFirst = Object.entries(cached).flatMap(([what, policy]) => Object.entries(lives).flatMap(([life, cacheControl]) =>
  Object.entries(firsts).flatMap(([first, step]) => [
    { name: `${what}, ${life}: ${first}, then a script`, config: on(open, ...cacheControl, ...policy), steps: [step, script] },
    { name: `${what}, ${life}: ${first}, then a credentialed script`, config: on(trusting, ...cacheControl, ...policy),
      steps: [{ ...step, credentials: 'include' }, withCookie] },
  ])));

const otherWhens = Object.entries(lives).flatMap(([life, cacheControl]) => {
  const config = (api, when) => on(api, ...cacheControl, 'ExposeHeaders X-RateLimit-*', `ExposeHeadersWhen ${when}`);
  const image = firsts['an image'];
  return [
    { name: `When Allowed, ${life}: an image, then a script`, config: config(open, 'Allowed'), steps: [image, script] },
    { name: `When Allowed, ${life}: an image, then a credentialed script`, config: config(trusting, 'Allowed'), steps: [image, withCookie] },
    { name: `When Always, ${life}: an image, then a script`, config: config(open, 'Always'), steps: [image, script] },
  ];
});

const bothOrders = Object.entries(cached).flatMap(([what, policy]) => Object.entries(lives).flatMap(([life, cacheControl]) => [
  { name: `${what}, ${life}: credentialed, then anonymous, then credentialed`, config: on(trusting, ...cacheControl, ...policy),
    steps: [withCookie, script, include] },
  { name: `${what}, ${life}: anonymous, then credentialed, then anonymous`, config: on(trusting, ...cacheControl, ...policy),
    steps: [script, withCookie, script] },
  { name: `${what}, ${life}: the same script three times`, config: on(open, ...cacheControl, ...policy), steps: [script, script, script] },
]));

// An API that allows credentials only where a cookie came. WebKit ignores `Vary: Cookie`, and so reads nothing of a fresh copy of the
// other kind, whatever its list; asked anew, each engine reads what is exposed.
const perCookie = [...named, `Header always set Access-Control-Allow-Credentials "true" ${has('Cookie')}`, 'Header always merge Vary Cookie'];
const allowedByCookie = Object.entries(cached).flatMap(([what, policy]) => {
  const config = on(perCookie, ...stale, ...policy, 'ExposeHeadersWildcard Expand');
  return [
    { name: `${what}, credentials by cookie: anonymous, then credentialed, then anonymous`, config, steps: [script, withCookie, script] },
    { name: `${what}, credentials by cookie: credentialed, then anonymous, then credentialed`, config, steps: [withCookie, script, withCookie] },
  ];
});

const A = { ...script, page: 'A' };
const B = { ...script, page: 'B' };
const forA = {
  'a name for A': ['ExposeHeaders X-Request-Id X-Secret origin=@A@'],
  'a name for A and one for all': ['ExposeHeaders Link', 'ExposeHeaders X-Secret origin=@A@'],
  'a pattern for A': ['ExposeHeaders X-R* origin=@A@'],
  'the wildcard for A': ['ExposeHeaders * origin=@A@'],
  'the wildcard, less for A': ['ExposeHeaders *', 'ExposeHeaders -X-Secret origin=@A@'],
  'names, none of them for A': ['ExposeHeaders X-Secret Link', 'ExposeHeaders None origin=@A@'],
};
const twoOrigins = Object.entries(forA).flatMap(([what, policy]) => Object.entries(lives).flatMap(([life, cacheControl]) =>
  Object.entries({ open: [open, {}], credentials: [trusting, { credentials: 'include', cookie: true }] }).flatMap(([kind, [api, mode]]) => {
    const config = on(api, ...cacheControl, ...policy);
    const steps = (...all) => all.map((one) => ({ ...one, ...mode }));
    return [
      { name: `${what}, ${life}, ${kind}: A, then B`, config, steps: steps(A, B) },
      { name: `${what}, ${life}, ${kind}: B, then A, then B`, config, steps: steps(B, A, B) },
      { name: `${what}, ${life}, ${kind}: an image, then B, then A`, config, steps: [firsts['an image'], ...steps(B, A)] },
    ];
  })));

// A backend that answers the browser's condition itself, with a list on its 304 or without.
const renews = (name, sent, sent304, policy) => ({
  name, config: [...trusting, ...stale, ...policy], path: 'backend', steps: [script, withCookie, script],
  there: ({ status: code }) => (code === 304 ? sent304 : sent),
  backend: { status: 200, headers: [...answer, ['ETag', '"1"'], ...sent.map(line)], on304: [['ETag', '"1"'], ...sent304.map(line)] },
});
const renewed = [
  renews('a malformed list on both, a name', ['X-Own, bad name'], ['X-Own, bad name'], ['ExposeHeaders X-Other']),
  renews('a list on both, a pattern', ['X-Own'], ['X-Own'], ['ExposeHeaders X-Quota-*']),
  renews('a list on the 200 alone, a pattern', ['X-Own'], [], ['ExposeHeaders X-Quota-*']),
  // docs/limits.md: nothing tells this backend's 304 from one of a backend without a list.
  { ...renews('a list on the 200 alone, a name', ['X-Own'], [], ['ExposeHeaders X-Other']), short: true },
  renews('no list, a name', [], [], ['ExposeHeaders X-Other']),
  renews('the wildcard on both', ['*'], ['*'], ['ExposeHeaders -X-Internal-*']),
];

// --- Without the module -------------------------------------------------------------------------------------------------------

// What the module is up against, made by mod_headers: it shows that the oracle reads a list as the engines do,
const plainLists = [
  { name: 'by hand: a list', config: on(trusting, byHand('X-Request-Id, link')), there: ['X-Request-Id, link'], ask: every },
  { name: 'by hand: the wildcard', config: on(trusting, byHand('*, Link')), there: ['*, Link'], ask: every },
  { name: 'by hand: a malformed list', config: on(trusting, byHand('X-Request-Id, bad name')), there: ['X-Request-Id, bad name'], ask: every },
  behind('by hand: a malformed second line', ['X-Own', 'bad name'], trusting, { ask: every }),
];

// and that the caches do what the cases above rely on. `sees` is, for each reader, which watched name it reads and what the
// browser's cache made of its request: `cache` (it asked nobody) or the status that came.
const withOrigin = has('Origin');
const watched = ['x-request-id', 'link', 'x-secret'];
const all = watched.join(' ');
const engines = (Chromium, Firefox, WebKitGTK) => ({ Chromium, Firefox, WebKitGTK });
const withoutTheModule = [
  { name: 'by hand: a fresh copy is used again', config: on(open, ...fresh, byHand('Link')), steps: [script, script],
    sees: engines(['200 link', 'cache link'], ['200 link', 'cache link'], ['200 link', 'cache link']) },
  // So the cases with no Origin first do test something.
  ...Object.entries(firsts).flatMap(([first, step]) => [
    { name: `by hand: no Vary, and a script gets the copy of ${first}`, config: on(open, ...fresh, byHand('Link', withOrigin)),
      steps: [step, script], sees: engines(['cache'], [first === 'a no-cors fetch' ? 'cache' : '200 link'], ['cache']) },
    { name: `by hand: no Vary, and a credentialed script gets the copy of ${first}`,
      config: on(trusting, 'Header always set Access-Control-Allow-Origin "@A@"', ...fresh, byHand('Link', withOrigin)),
      steps: [{ ...step, credentials: 'include' }, include], sees: engines(['cache'], ['cache'], ['cache']) },
  ]),
  // docs/caches.md: it takes Expand where a `*` that an anonymous answer brought may be stored.
  { name: 'a stored wildcard, renewed for a credentialed script', config: on(perCookie, ...stale, 'ExposeHeaders *'),
    steps: [script, withCookie], sees: engines([`200 ${all}`, '304'], [`200 ${all}`, `200 ${all}`], [`200 ${all}`, `200 ${all}`]) },
  { name: 'by hand: a 304\'s list replaces the stored one',
    config: on(open, ...stale, byHand('Link'), byHand('X-Request-Id', '"expr=%{REQUEST_STATUS} == 304"')),
    steps: [script, script],
    sees: engines(['200 link', '304 x-request-id'], ['200 link', '304 x-request-id'], ['200 link', '304 x-request-id']) },
  { name: 'a 304 without a list for B: B reads what is A\'s',
    config: on(open, ...stale, 'ExposeHeaders X-Secret origin=@A@'), steps: [A, B],
    change: ({ status: code, headers }) => (code === 304 ? headers.filter(([name]) => name.toLowerCase() !== ACEH) : headers),
    sees: engines(['200 x-secret', '304 x-secret'], ['200 x-secret', '304 x-secret'], ['200 x-secret', '200']) },
  { name: 'a 304 with a list that exposes nothing',
    config: on(open, ...stale, 'ExposeHeaders X-Secret origin=@A@'), steps: [A, B],
    sees: engines(['200 x-secret', '304'], ['200 x-secret', '304'], ['200 x-secret', '200']) },
];

// --- At random ----------------------------------------------------------------------------------------------------------------

// Scripts of A and B, and requests without Origin, for one thing that has headers which only a 200 brings. A fresh copy is used again
// where Vary lets it, and else renewed.
const anyhow = [script, script, { ...script, cache: 'no-cache' }, { ...script, cache: 'reload' }, { how: 'no-cors' }];
const alsoCredentialed = [...anyhow, include, include, { ...include, cache: 'no-cache' }, { how: 'no-cors', credentials: 'include' }];
const at200 = { 'expr=%{REQUEST_STATUS} == 200': ({ status: code }) => code === 200 };
const wander = (name, policy, more = {}) => [
  { name: `${name}, open`, config: on(open, ...fresh, ...policy), hows: anyhow, ...more },
  { name: `${name}, credentials`, config: on(trusting, ...fresh, ...policy), hows: alsoCredentialed, ...more },
];
const wandering = [
  ...wander('names', ['ExposeHeaders X-Request-Id X-RateLimit-Limit']),
  ...wander('the wildcard', ['ExposeHeaders *']),
  ...wander('a pattern', ['ExposeHeaders X-R* -X-RateLimit-Limit']),
  ...wander('origin= with a name', ['ExposeHeaders X-RateLimit-Limit', 'ExposeHeaders X-Secret origin=@A@']),
  ...wander('origin= with a name, nothing for B', ['ExposeHeaders X-Secret origin=@A@']),
  ...wander('origin= with a pattern', ['ExposeHeaders Link', 'ExposeHeaders X-R* origin=@A@']),
  ...wander('origin= with a removal', ['ExposeHeaders *', 'ExposeHeaders -X-RateLimit-* -X-Secret origin=@B@']),
  ...wander('origin= with a removal among names', ['ExposeHeaders X-Secret X-RateLimit-Limit Link', 'ExposeHeaders -X-Secret origin=@B@']),
  ...wander('expr= on the status', [`ExposeHeaders X-RateLimit-Limit ${only200}`, 'ExposeHeaders Link'], { conditions: at200 }),
  ...wander('expr= on the status and origin=', [`ExposeHeaders X-RateLimit-Limit ${only200}`, 'ExposeHeaders Link origin=@B@'],
    { conditions: at200 }),
  ...['ExposeHeaders X-R*', 'ExposeHeaders X-RateLimit-Limit', `ExposeHeaders X-RateLimit-Limit ${only200}`].map((policy) => ({
    name: `When Allowed, and A alone is: ${policy}`, config: on(onlyA, ...fresh, policy, 'ExposeHeadersWhen Allowed'), hows: anyhow,
    conditions: at200, refused: ({ page }) => page === 'B' })),
];

// mod_cache answers the browser's conditional request from its store. Only a server's own policy is in force there, and stands back.
const shared = ['Header always set Cache-Control "max-age=0, s-maxage=3600"'];
const fromStore = [
  { name: 'mod_cache\'s 304, the policy in a <Location>', config: on(open, ...shared, 'ExposeHeaders X-RateLimit-*'),
    steps: [script, script], server: ['CacheEnable disk "/@ID@/"'], stored: null },
  { name: 'mod_cache\'s 304, the policy in a <VirtualHost>', host: 'localhost', policy: ['ExposeHeaders X-RateLimit-*'],
    config: on(open, ...shared), steps: [script, script], server: ['CacheEnable disk "/@ID@/"'], stored: 'stored' },
];

module.exports = {
  watched,
  // In every mode at once, each answer new.
  asked: { 'modes': modes, 'edits and conditions': single, 'a list that is there': lists, 'statuses': statuses, 'what is told': telling,
    'what the URL becomes': became, 'without the module': plainLists },
  // Step by step, through the browser's cache.
  stepped: { 'no Origin first': [...noOriginFirst, ...otherWhens], 'both orders': [...bothOrders, ...allowedByCookie],
    'two origins': twoOrigins, 'a backend\'s 304': renewed, 'from mod_cache\'s store': fromStore, 'caches without the module': withoutTheModule },
  // All of them side by side, through the browser's cache.
  wandering,
};
