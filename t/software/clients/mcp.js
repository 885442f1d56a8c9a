import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export default async function client(base) {
  const transport = new StreamableHTTPClientTransport(new URL(`${base}/mcp`));
  const mcp = new Client({ name: 'page', version: '1' });
  await mcp.connect(transport);
  const { tools } = await mcp.listTools();
  const { content } = await mcp.callTool({ name: 'twelve' });
  const session = Boolean(transport.sessionId);
  await transport.terminateSession();
  await mcp.close();
  return { session, tools: tools.map(({ name }) => name), said: content[0].text };
}
