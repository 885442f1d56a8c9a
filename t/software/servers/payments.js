'use strict';

const assert = require('node:assert/strict');
const { webcrypto } = require('node:crypto');
const { HOST } = require('../../browser/processes');
const { close, listen } = require('../../browser/servers');
const bare = require('./bare');

const NETWORK = 'eip155:84532';

// What checks payments and brings them to the chain. This one takes each whose signature is the payer's, and brings nothing anywhere.
function facilitator({ verifyTypedData }) {
  const types = { TransferWithAuthorization: [
    { name: 'from', type: 'address' }, { name: 'to', type: 'address' }, { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' }, { name: 'validBefore', type: 'uint256' }, { name: 'nonce', type: 'bytes32' }] };
  return {
    getSupported: async () => ({ kinds: [{ x402Version: 2, scheme: 'exact', network: NETWORK }], extensions: [], signers: {} }),
    async verify({ payload: { authorization, signature } }, { asset, extra }) {
      const payer = authorization.from;
      const domain = { name: extra.name, version: extra.version, chainId: Number(NETWORK.split(':')[1]), verifyingContract: asset };
      const isValid = await verifyTypedData({ address: payer, domain, types, primaryType: 'TransferWithAuthorization',
        message: authorization, signature });
      return { isValid, payer, ...(isValid ? {} : { invalidReason: 'invalid_signature' }) };
    },
    settle: async ({ payload: { authorization } }) => (
      { success: true, payer: authorization.from, transaction: `0x${'22'.repeat(32)}`, network: NETWORK }),
  };
}

module.exports = {
  software: '@x402/fetch and @x402/express, and the Payment scheme',

  async start({ need, stops }) {
    globalThis.crypto ??= webcrypto; // for Node.js 18, which Debian 12 has
    const express = need('express');
    const { paymentMiddleware, x402ResourceServer } = need('@x402/express');
    const { ExactEvmScheme } = need('@x402/evm/exact/server');
    const app = express();
    app.use(paymentMiddleware(
      { 'GET /paid/report': { accepts: { scheme: 'exact', price: '$0.10', network: NETWORK, payTo: `0x${'33'.repeat(20)}` } } },
      new x402ResourceServer(facilitator(need('viem'))).register(NETWORK, new ExactEvmScheme()),
    ));
    app.get('/paid/report', (_request, response) => response.json({ report: 'sunny' }));
    app.get('/paid/scheme', (request, response) => {
      if (request.headers.authorization?.startsWith('Payment ')) response.set('Payment-Receipt', 'cGFpZA').end();
      else response.status(402).set('WWW-Authenticate', 'Payment id="one", realm="reports", method="card", intent="charge"').end();
    });
    const server = await listen(bare(app));
    stops.push(() => close(server));
    return { defines: { PAYMENTS_BACKEND: `http://${HOST}:${server.address().port}` } };
  },

  with: (seen) => assert.deepEqual(seen, { status: 200, report: 'sunny', mine: true, scheme: [402, 200], receipt: 'cGFpZA' }),
  without: (seen) => assert.match(seen.error, /Failed to parse payment requirements/),
};
