'use strict';

const assert = require('node:assert/strict');
const { HOST } = require('../../browser/processes');
const { close, listen } = require('../../browser/servers');
const { orders } = require('../clients/orders');

module.exports = {
  software: 'connect-web (gRPC-web and Connect) and connect-node',

  async start({ need, stops }) {
    const { Code, ConnectError } = need('@connectrpc/connect');
    const { connectNodeAdapter } = need('@connectrpc/connect-node');
    const service = orders(need('@bufbuild/protobuf'), need('@bufbuild/protobuf/wkt'));
    const rpc = connectNodeAdapter({
      routes: (router) => router.service(service, {
        get({ value }, context) {
          if (value === 'none') throw new ConnectError('no such order', Code.NotFound);
          context.responseTrailer.set('cost', '7');
          return { value: `order ${value}` };
        },
      }),
    });
    const server = await listen((request, response) => {
      // As Envoy and Go's servers do, and connect-node doesn't: an error without a body is all in the head.
      if (request.headers.authorization === 'Bearer stranger') {
        response.writeHead(200, { 'Content-Type': 'application/grpc-web+proto', 'grpc-status': '7', 'grpc-message': 'not%20yours' });
        response.end();
      } else rpc(request, response);
    });
    stops.push(() => close(server));
    return { defines: { GRPC_WEB_BACKEND: `http://${HOST}:${server.address().port}` } };
  },

  with: (seen) => assert.deepEqual(seen, {
    grpcWeb: 'order 1', inBody: 'not_found: no such order', inHead: 'permission_denied: not yours', connect: 'order 1', trailer: '7',
    refused: 'not_found: no such order',
  }),
  // What travels in the body needs no list.
  without: (seen) => {
    assert.deepEqual({ ...seen, inHead: '' }, {
      grpcWeb: 'order 1', inBody: 'not_found: no such order', inHead: '', connect: 'order 1', trailer: null,
      refused: 'not_found: no such order',
    });
    assert.doesNotMatch(seen.inHead, /permission_denied|not yours/);
  },
};
