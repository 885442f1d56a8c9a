// Solid's specification tests about CORS, but for those of a redirect from http to https, which no recipe here has.
'use strict';

const { HOST } = require('../browser/processes');
const { close, listen } = require('../browser/servers');

const ORIGIN = 'https://tester.example';
const CONTAINER = '/alice/test/';
const RESOURCE = '/alice/test/hello.txt';
const ALICE = { Authorization: 'DPoP alice' };
// so long that browsers would ask first
const TYPES = ['application/rdf+xml', 'application/n-triples', 'application/n-quads', 'text/x-nquads', 'application/trig', 'text/n3',
  'application/ld+json', 'application/x-binary-rdf'];
const ACCEPT = ['text/turtle;q=0.9', ...TYPES.map((type) => `${type};q=0.8`), 'text/plain;q=0.7'].join(', ');
const OK = { OPTIONS: [200, 204], GET: [200], HEAD: [200], POST: [200, 201, 204, 205] };
const MINE = { 'Access-Control-Allow-Origin': ORIGIN };
const named = { is: MINE, there: ['Access-Control-Expose-Headers'], isNot: { 'Access-Control-Expose-Headers': '*' } };
const varies = { contains: { Vary: 'Origin' } };
const preflight = (method, names, more = {}) => ({ method: 'OPTIONS', path: CONTAINER, headers: {
  ...more, Origin: ORIGIN, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': names } });
// A request by method, with what the tables of the suite send with it.
const SENDS = { GET: { Accept: 'text/turtle' }, POST: { 'Content-Type': 'text/plain' } };
const request = (method, path, more = {}) => ({ method, path, headers: { ...more, Origin: ORIGIN, ...SENDS[method],
  ...(path === RESOURCE && method === 'GET' ? { Accept: 'text/plain' } : {}) }, body: method === 'POST' ? 'Hello' : undefined });
const asked = (file, name, ...steps) => ({ name: `${file}: ${name}`, steps });

const BODIES = { OPTIONS: /^$/, HEAD: /^$/, GET: /./ };
const cases = [
  ...[[CONTAINER, 'container'], [RESOURCE, 'resource']].flatMap(([path, what]) => [[{ is: MINE }, 'the origin is allowed'], [varies, 'Vary has Origin']]
    .flatMap(([expected, says]) => ['OPTIONS', 'GET', 'HEAD'].map((method) => asked('acao-vary', `${says}, ${method} on a ${what}`,
      [{ method, path, headers: { ...ALICE, Origin: ORIGIN } },
        { status: OK[method], body: path === RESOURCE && method === 'GET' ? /^Hello$/ : BODIES[method], ...expected }])))),

  asked('accept-acah', 'Accept is not allowed if nobody asked for it', [preflight('GET', 'X-CUSTOM, Content-Type', ALICE),
    { status: OK.OPTIONS, body: /^$/, there: ['Access-Control-Allow-Headers'], lacks: { 'Access-Control-Allow-Headers': 'Accept' } }]),
  asked('accept-acah', 'Accept is allowed to a POST that asks for it', [preflight('POST', 'X-CUSTOM, Content-Type, Accept', ALICE),
    { status: OK.OPTIONS, body: /^$/, contains: { 'Access-Control-Allow-Headers': 'Accept' } }]),
  asked('accept-acah', 'a long Accept is allowed, and understood',
    [preflight('GET', 'X-CUSTOM, Content-Type, Accept', ALICE),
      { status: OK.OPTIONS, body: /^$/, contains: { 'Access-Control-Allow-Headers': 'Accept' } }],
    [{ path: CONTAINER, headers: { ...ALICE, Accept: ACCEPT } }, { status: [200], body: /./, contains: { 'Content-Type': 'text/turtle' } }]),

  ...['GET', 'HEAD', 'POST'].flatMap((method) => [
    asked('access-control-headers', `${method} without a login`, [request(method, CONTAINER), { status: [401], is: MINE }]),
    asked('access-control-headers', `${method} with a login`, [request(method, CONTAINER, ALICE), { status: OK[method], is: MINE }]),
  ]),

  asked('enumerate-headers', 'the list is there, and is not *', [request('GET', CONTAINER, ALICE), { status: [200], body: /./, ...named }]),

  ...['GET', 'HEAD', 'POST'].map((method) => asked('preflight-requests', `${method} after its preflight`,
    [preflight(method, 'X-CUSTOM, Content-Type, Accept'), { status: OK.OPTIONS, body: /^$/, is: MINE, there: ['Access-Control-Expose-Headers'],
      contains: { 'Access-Control-Allow-Methods': method, 'Access-Control-Allow-Headers': ['X-CUSTOM', 'Content-Type', 'Accept'] } }],
    [{ ...request(method, CONTAINER), headers: { ...ALICE, Origin: ORIGIN, Accept: ACCEPT } }, { status: OK[method], ...named,
      contains: { ...(method === 'GET' ? { 'Content-Type': 'text/turtle' } : {}), ...(method === 'POST' ? {} : varies.contains) } }])),

  asked('preflight', 'a preflight of POST', [preflight('POST', 'X-CUSTOM, Content-Type'), { status: OK.OPTIONS, body: /^$/, is: MINE,
    there: ['Access-Control-Expose-Headers'],
    contains: { 'Access-Control-Allow-Methods': 'POST', 'Access-Control-Allow-Headers': ['X-CUSTOM', 'Content-Type'] } }]),

  ...[[CONTAINER, 'container', ['GET', 'HEAD', 'POST']], [RESOURCE, 'resource', ['GET', 'HEAD']]].flatMap(([path, what, methods]) =>
    methods.flatMap((method) => [
      asked('simple-requests', `${method} on a ${what} without a login`, [request(method, path), { status: [401], ...named }]),
      asked('simple-requests', `${method} on a ${what} with a login`,
        [request(method, path, ALICE), { status: OK[method], ...named, ...(method === 'POST' ? {} : varies) }]),
    ])),
];

module.exports = {
  recipe: 'solid',
  source: 'solid-contrib/specification-tests@fadd409 protocol/cors/*.feature',

  // A Solid server: a container with a file in it, which are Alice's alone. It takes a preflight for a request without a login, and has
  // CORS headers of its own that say too little.
  async start(stops) {
    const server = await listen((request, response) => {
      const { method, url, headers } = request;
      const fields = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Credentials': 'false', 'Access-Control-Expose-Headers': '*',
        'WAC-Allow': 'user="read write"', 'X-Of-The-Server': '1', 'X-Powered-By': 'us',
        'X-Asked': `${headers.host} ${headers['x-forwarded-proto']}`, Link: '<http://www.w3.org/ns/ldp#Resource>; rel="type"', Vary: 'Accept' };
      if (headers.authorization !== ALICE.Authorization) {
        response.writeHead(401, { ...fields, 'WWW-Authenticate': 'DPoP algs="ES256"' });
        response.end(method === 'HEAD' ? undefined : 'log in');
      } else if (method === 'OPTIONS') {
        response.writeHead(204, { ...fields, Allow: 'GET, HEAD, OPTIONS, POST' }).end();
      } else if (method === 'POST') {
        response.writeHead(201, { ...fields, Location: `${CONTAINER}new` }).end();
      } else {
        const turtle = url === CONTAINER;
        response.writeHead(200, { ...fields, 'Content-Type': turtle ? 'text/turtle' : 'text/plain' });
        response.end(turtle ? '<> a <http://www.w3.org/ns/ldp#Container> .' : 'Hello');
      }
    });
    stops.push(() => close(server));
    return { SOLID_BACKEND: `http://${HOST}:${server.address().port}` };
  },

  cases,
  // 16 scenarios of the suite, most of them with a table of requests
  count: 36,

  // What the suite leaves out, and the recipe promises.
  ours: [
    asked('the recipe', 'all that the specifications name is listed, and all else that is there, but for what is internal',
      [request('GET', CONTAINER, ALICE), { has: { 'Access-Control-Expose-Headers': 'Accept-Patch, Accept-Post, Accept-Put, Allow, Content-Range, ETag, '
        + 'Link, Location, MS-Author-Via, Updates-Via, Vary, WAC-Allow, WWW-Authenticate, DPoP-Nonce, X-Of-The-Server' },
      lacks: { 'Access-Control-Expose-Headers': 'X-Powered-By' } }]),
    asked('the recipe', 'credentials are welcome, and said once',
      [request('GET', CONTAINER, ALICE), { is: { 'Access-Control-Allow-Credentials': 'true' } }]),
    asked('the recipe', 'a preflight is kept', [preflight('GET', 'Accept'), { is: { 'Access-Control-Max-Age': '7200' } }]),
    asked('the recipe', 'the server learns what the client calls it', [
      { path: CONTAINER, headers: { ...ALICE, Host: 'pod.example' } }, { is: { 'X-Asked': 'pod.example http' } }]),
  ],
  unseen: { 'ExposeHeadersWildcard Expand': 'a removal alone makes names of the wildcard; t/suite/recipes/solid.t tries it without them' },
};
