// The CORS cases of Kubernetes' Gateway API.
'use strict';

const { HOST } = require('../browser/processes');
const { close, listen } = require('../browser/servers');

const PREFLIGHT = [200, 204];
const LISTED = 'x-header-3, x-header-4';
const origin = (name) => ({ 'Access-Control-Allow-Origin': name });
const preflight = (path, from, method, names) => ({ method: 'OPTIONS', path, headers: {
  Origin: from, 'Access-Control-Request-Method': method, ...(names ? { 'Access-Control-Request-Headers': names } : {}) } });
// Two of the suite's plain requests bring a preflight's headers along.
const plain = (path, from, more = {}, method = 'GET') => ({ method, path, headers: { Origin: from, ...more } });
const ASKED = { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'x-header-1, x-header-2' };
const BOTH = 'x-header-1, x-header-2';

const allowed = (from) => ({
  status: PREFLIGHT, is: { ...origin(from), 'Access-Control-Max-Age': '3600', 'Access-Control-Allow-Credentials': 'true' },
  lists: { 'Access-Control-Allow-Methods': 'GET, OPTIONS', 'Access-Control-Allow-Headers': BOTH, 'Access-Control-Expose-Headers': LISTED },
});
const CREDENTIALS = ['Access-Control-Allow-Credentials'];
const NOBODY = ['Access-Control-Allow-Origin'];

const one = ([name, request, expected]) => ({ name, steps: [[request, expected]] });

module.exports = {
  recipe: 'gateway',
  source: 'kubernetes-sigs/gateway-api@4564255 conformance/tests/httproute-cors.go',

  // An application that says of its own who may read, and knows no preflights.
  async start(stops) {
    const server = await listen((request, response) => {
      const status = request.method === 'OPTIONS' ? 405 : 200;
      response.writeHead(status, { 'Access-Control-Allow-Origin': 'https://elsewhere.example', 'Access-Control-Allow-Credentials': 'true' });
      response.end('echo');
    });
    stops.push(() => close(server));
    return { GATEWAY_BACKEND: `http://${HOST}:${server.address().port}` };
  },

  cases: [
    ['a preflight from an origin that is named', preflight('/cors-1', 'https://www.foo.com', 'GET', BOTH), allowed('https://www.foo.com')],
    ['a preflight from an origin that a pattern names', preflight('/cors-1', 'https://www.bar.com', 'GET', BOTH), allowed('https://www.bar.com')],
    ['a preflight from an origin with two labels in the place of *', preflight('/cors-1', 'https://xpto.www.bar.com', 'GET', BOTH),
      allowed('https://xpto.www.bar.com')],
    ['a preflight from another origin', preflight('/cors-1', 'https://foobar.com', 'GET'), { status: [200, 204, 403], absent: NOBODY }],
    ['a request from an origin that is named', plain('/cors-1', 'https://www.foo.com', ASKED), { status: [200], is: origin('https://www.foo.com') }],
    ['a request from an origin that a pattern names', plain('/cors-1', 'https://www.bar.com', ASKED),
      { status: [200], is: origin('https://www.bar.com') }],
    ['a request from another origin', plain('/cors-1', 'https://foobar.com', { 'Access-Control-Request-Method': 'GET' }),
      { status: [200], absent: NOBODY }],
    ['a preflight of POST, where any method is allowed', preflight('/cors-2', 'https://www.foo.com', 'POST'),
      { status: PREFLIGHT, is: { ...origin('https://www.foo.com'), 'Access-Control-Allow-Methods': ['POST', '*'] }, absent: CREDENTIALS }],
    ['a preflight where there are no credentials', preflight('/cors-2', 'https://www.foo.com', 'POST'), { status: PREFLIGHT, absent: CREDENTIALS }],
    ...[['', ''], [' with a port', ':12345']].map(([what, port]) => [`a preflight from any origin${what}`,
      preflight('/cors-wildcard-origin', `https://foobar.com${port}`, 'PUT'),
      { status: PREFLIGHT, is: { ...origin([`https://foobar.com${port}`, '*']), 'Access-Control-Allow-Methods': 'PUT' }, absent: CREDENTIALS }]),
    ['a request from any origin with a port', plain('/cors-wildcard-origin', 'https://foobar.com:12345', {}, 'PUT'),
      { status: [200], is: origin(['https://foobar.com:12345', '*']) }],
    ['a request from any origin', plain('/cors-wildcard-origin', 'https://foobar.com', {}, 'PUT'),
      { status: [200], is: origin(['https://foobar.com', '*']), absent: CREDENTIALS }],
    ['a preflight of anything, with credentials: the answer says what was asked for',
      preflight('/cors-wildcard-methods-headers', 'https://other.foo.com', 'PUT', BOTH),
      { status: PREFLIGHT, is: { ...origin('https://other.foo.com'), 'Access-Control-Allow-Methods': 'PUT', 'Access-Control-Allow-Credentials': 'true' },
        lists: { 'Access-Control-Allow-Headers': BOTH } }],
    ['a preflight of anything, without credentials', preflight('/cors-wildcard-methods-headers-unauth', 'https://other.foo.com', 'PUT', BOTH),
      { status: PREFLIGHT, is: { ...origin(['https://other.foo.com', '*']), 'Access-Control-Allow-Methods': ['PUT', '*'],
        'Access-Control-Allow-Headers': ['x-header-1, x-header-2', 'x-header-2, x-header-1', '*'] }, absent: CREDENTIALS }],
    ['a request with credentials', plain('/cors-wildcard-methods-headers', 'https://other.foo.com'),
      { status: [200], is: { ...origin('https://other.foo.com'), 'Access-Control-Allow-Credentials': 'true' } }],
    ['a request without credentials', plain('/cors-wildcard-methods-headers-unauth', 'https://other.foo.com'),
      { status: [200], is: origin(['https://other.foo.com', '*']), absent: CREDENTIALS }],
  ].map(one),
  count: 17,

  // What the suite leaves out, and the recipe promises.
  ours: [
    ['a request has the list, and credentials once', plain('/cors-1', 'https://www.foo.com'),
      { is: { 'Access-Control-Allow-Credentials': 'true' }, lists: { 'Access-Control-Expose-Headers': LISTED } }],
    ['a request where any method is allowed', plain('/cors-2', 'https://www.foo.com', {}, 'DELETE'),
      { status: [200], is: origin('https://www.foo.com'), absent: CREDENTIALS }],
  ].map(one),
};
