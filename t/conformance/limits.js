// What docs/limits.md says of redirects, EventSource and WebSocket, asked of the engines themselves.
'use strict';

const { HOST } = require('../browser/processes');
const { close, listen } = require('../browser/servers');

// A folder whose redirect, for its URL without the slash, is covered by the second of two ways to write <Location>.
const folder = (name, location) => `<Location "/${name}/">
    ProxyPass "http://@BACKEND@/"
    Header onsuccess set X-Stream-Id 7
</Location>
RedirectMatch 301 "^/${name}$" "/${name}/"
<Location "${location}">
    Header always set Access-Control-Allow-Origin "*"
    ExposeHeaders X-Stream-Id
</Location>`;

exports.start = async (stops) => {
  const server = await listen((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.end('data: one\n\n');
  });
  stops.push(() => close(server));
  const text = [folder('inside', '/inside/'), folder('both', '/both')].join('\n').replaceAll('@BACKEND@', `${HOST}:${server.address().port}`);
  return `# Needs: mod_alias, mod_headers, mod_proxy, mod_proxy_http, mod_cors_expose\n${text}\n`;
};

// Runs inside the page.
exports.step = async function step(base) {
  const reads = (path) => fetch(base + path).then((response) => response.headers.get('X-Stream-Id'), (error) => error.name);
  const events = await new Promise((resolve) => {
    const source = new EventSource(`${base}/both/`);
    source.onmessage = ({ data }) => { source.close(); resolve(data); };
    source.onerror = () => { source.close(); resolve('no event'); };
  });
  const about = (type) => Object.getOwnPropertyNames(type.prototype).filter((name) => /header|protocol/i.test(name)).join();
  return {
    redirected: [await reads('/inside'), await reads('/inside/'), await reads('/both'), await reads('/both/')],
    events, eventSource: about(EventSource), webSocket: about(WebSocket),
  };
};

exports.expected = { redirected: ['TypeError', '7', '7', '7'], events: 'one', eventSource: '', webSocket: 'protocol' };
