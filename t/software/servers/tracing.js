'use strict';

const assert = require('node:assert/strict');
const { HOST } = require('../../browser/processes');
const { close, listen } = require('../../browser/servers');

module.exports = {
  software: "the browser's own performance API and fetch",

  async start({ stops }) {
    const server = await listen((_request, response) => {
      response.writeHead(200, {
        'Server-Timing': 'db;dur=53', 'X-Request-Id': 'abc', traceresponse: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      });
      response.end('{}');
    });
    stops.push(() => close(server));
    return { defines: { TRACING_BACKEND: `http://${HOST}:${server.address().port}` } };
  },

  with: (seen) => assert.deepEqual(seen, { header: 'db;dur=53', id: 'abc', trace: true, timing: [['db', 53]] }),
  // The performance API goes by Timing-Allow-Origin, which is in the recipe and isn't the module's.
  without: (seen) => assert.deepEqual(seen, { header: null, id: null, trace: false, timing: [['db', 53]] }),
};
