// A server's handler without what it would say about CORS: as tusd -disable-cors, and what is usual in a service that has a proxy in front.
// Otherwise a client would work by the server's own list, and the comparison without the module would show nothing.
'use strict';

const cors = (name) => /^access-control-/i.test(name);

module.exports = (handle) => (request, response) => {
  const { setHeader, writeHead } = response;
  response.setHeader = function set(name, value) { return cors(name) ? this : setHeader.call(this, name, value); };
  response.writeHead = function write(status, ...rest) {
    return writeHead.call(this, status, ...rest.map((one) => (one && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).filter(([name]) => !cors(name))) : one)));
  };
  return handle(request, response);
};
