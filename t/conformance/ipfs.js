// The CORS cases of IPFS's gateway conformance suite.
'use strict';

const { HOST } = require('../browser/processes');
const { close, listen } = require('../browser/servers');

const PATH = '/ipfs/bafkqabtimvwgy3yk/';
const expected = {
  status: [200, 204], is: { 'Access-Control-Allow-Origin': '*' },
  has: {
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS', 'Access-Control-Allow-Headers': 'Content-Type, Range, User-Agent, X-Requested-With',
    'Access-Control-Expose-Headers': 'Content-Range, Content-Length, X-Ipfs-Path, X-Ipfs-Roots, X-Chunked-Output, X-Stream-Output',
  },
};

module.exports = {
  recipe: 'ipfs',
  source: 'ipfs/gateway-conformance@22c7644 tests/path_gateway_cors_test.go',

  // A gateway that knows no preflights, and whose own CORS headers say something else.
  async start(stops) {
    const server = await listen((request, response) => {
      const status = request.headers['access-control-request-method'] ? 405 : 200;
      response.writeHead(status, {
        'X-Ipfs-Path': PATH, 'Access-Control-Allow-Origin': 'https://elsewhere.example', 'Access-Control-Allow-Methods': 'GET',
        'Access-Control-Allow-Headers': 'X-Own', 'Access-Control-Allow-Credentials': 'true',
      });
      response.end('hello');
    });
    stops.push(() => close(server));
    return { IPFS_BACKEND: `http://${HOST}:${server.address().port}` };
  },

  cases: [
    { name: 'GET', steps: [[{ path: PATH }, expected]] },
    { name: 'OPTIONS', steps: [[{ method: 'OPTIONS', path: PATH }, expected]] },
  ],
  count: 2,

  // What the suite leaves out, and the recipe promises.
  ours: [
    { name: 'a name', steps: [[{ path: '/ipns/example.net/' }, expected]] },
    { name: 'each is there once', steps: [[{ path: PATH }, {
      lists: expected.has, absent: ['Access-Control-Allow-Credentials'] }]] },
    { name: 'a preflight', steps: [[{ method: 'OPTIONS', path: PATH, headers: {
      Origin: 'https://tester.example', 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'range' } },
    { status: [204], is: { 'Access-Control-Max-Age': '7200' } }]] },
  ],
};
