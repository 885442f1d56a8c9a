'use strict';

const assert = require('node:assert/strict');
const { HOST } = require('../../browser/processes');
const { close, listen } = require('../../browser/servers');
const bare = require('./bare');

module.exports = {
  software: 'tus-js-client and @tus/server',

  async start({ need, folder, stops }) {
    const { FileStore } = need('@tus/file-store');
    const { Server } = need('@tus/server');
    const tus = new Server({ path: '/files', datastore: new FileStore({ directory: folder }) });
    const server = await listen(bare((request, response) => tus.handle(request, response)));
    stops.push(() => close(server));
    return { defines: { TUS_BACKEND: `http://${HOST}:${server.address().port}` } };
  },

  with: (seen) => assert.deepEqual(seen, { resumed: true, from: 100000, size: 300000, offset: '300000', extensions: true }),
  without: (seen) => assert.match(seen.error, /Location/),
};
