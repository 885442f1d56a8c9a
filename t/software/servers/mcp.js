'use strict';

const assert = require('node:assert/strict');
const { randomUUID, webcrypto } = require('node:crypto');
const { HOST } = require('../../browser/processes');
const { close, listen } = require('../../browser/servers');

module.exports = {
  software: "the Model Context Protocol's TypeScript SDK",

  async start({ need, stops }) {
    globalThis.crypto ??= webcrypto; // for Node.js 18, which Debian 12 has
    const { McpServer } = need('@modelcontextprotocol/sdk/server/mcp.js');
    const { StreamableHTTPServerTransport } = need('@modelcontextprotocol/sdk/server/streamableHttp.js');
    const sessions = new Map();
    // A session begins with the answer to "initialize"; all that comes without its id after that is refused by the SDK.
    const open = async () => {
      const mcp = new McpServer({ name: 'clock', version: '1' });
      mcp.registerTool('twelve', { description: 'Says twelve.' }, () => ({ content: [{ type: 'text', text: '12' }] }));
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID, onsessioninitialized: (id) => sessions.set(id, transport),
      });
      await mcp.connect(transport);
      return transport;
    };
    const server = await listen(async (request, response) => {
      const transport = sessions.get(request.headers['mcp-session-id']) ?? await open();
      await transport.handleRequest(request, response);
    });
    stops.push(() => close(server));
    return { defines: { MCP_BACKEND: `http://${HOST}:${server.address().port}` } };
  },

  with: (seen) => assert.deepEqual(seen, { session: true, tools: ['twelve'], said: '12' }),
  without: (seen) => assert.match(seen.error, /not initialized|Mcp-Session-Id/),
};
