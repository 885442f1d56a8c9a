import * as oauth from 'oauth4webapi';

export default async function client(base) {
  const server = { issuer: `${base}/oauth`, token_endpoint: `${base}/oauth/token` };
  const page = { client_id: 'page' };
  // It keeps the nonce of the last answer for the next proof.
  const DPoP = oauth.DPoP(page, await oauth.generateKeyPair('ES256'));
  const ask = async () => {
    const answer = await oauth.clientCredentialsGrantRequest(server, page, oauth.ClientSecretPost('secret'), new URLSearchParams(),
      { DPoP, [oauth.allowInsecureRequests]: true });
    return oauth.processClientCredentialsResponse(server, page, answer).then(({ token_type: type }) => type, (error) => error.error);
  };
  const first = await ask();
  const second = await ask();
  const closed = await fetch(`${base}/oauth/me`, { headers: { Authorization: 'Bearer nonsense' } });
  const challenge = closed.headers.get('WWW-Authenticate')?.match(/error="(\w+)"/)[1] ?? null;
  return { first, second, challenge };
}
