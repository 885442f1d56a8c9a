'use strict';

const assert = require('node:assert/strict');
const { pathToFileURL } = require('node:url');
const { HOST } = require('../../browser/processes');
const { close, listen } = require('../../browser/servers');
const bare = require('./bare');

module.exports = {
  software: 'oauth4webapi and oidc-provider, with DPoP nonces',

  async start({ need, stops }) {
    // It warns of what only matters where a server stays.
    console.info = console.warn = () => {};
    const { default: Provider } = await import(pathToFileURL(need.resolve('oidc-provider')));
    const server = await listen(bare((request, response) => {
      request.originalUrl = request.url;
      request.url = request.url.replace(/^\/oauth/, '');
      provider.callback()(request, response);
    }));
    stops.push(() => close(server));
    const origin = `http://${HOST}:${server.address().port}`;
    const provider = new Provider(`${origin}/oauth`, {
      clients: [{ client_id: 'page', client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
      clientBasedCORS: () => true,
      features: {
        clientCredentials: { enabled: true }, devInteractions: { enabled: false },
        dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
      },
    });
    // What the client calls it is what its proofs are about; httpd says so in X-Forwarded-Host.
    provider.proxy = true;
    return { defines: { OAUTH_BACKEND: origin } };
  },

  with: (seen) => assert.deepEqual(seen, { first: 'use_dpop_nonce', second: 'dpop', challenge: 'invalid_token' }),
  without: (seen) => assert.deepEqual(seen, { first: 'use_dpop_nonce', second: 'use_dpop_nonce', challenge: null }),
};
