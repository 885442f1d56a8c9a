// What pushing and deleting an image takes, by the OCI distribution specification.
const TYPE = 'application/vnd.oci.image.manifest.v1+json';

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `sha256:${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

async function send(url, method, body, headers) {
  const answer = await fetch(url, { method, body, headers, credentials: 'include' });
  await answer.arrayBuffer();
  return { status: answer.status, header: (name) => answer.headers.get(name) };
}

// The upload goes to where the Location of the answer before it says.
async function push(base, name, text) {
  const begin = await send(`${base}/v2/${name}/blobs/uploads/`, 'POST');
  const location = begin.header('Location');
  if (!location) return { begin };
  const octets = { 'Content-Type': 'application/octet-stream' };
  const part = await send(location, 'PATCH', text.slice(0, 5), { ...octets, 'Content-Range': '0-4' });
  const more = await send(part.header('Location'), 'PATCH', text.slice(5), { ...octets, 'Content-Range': `5-${text.length - 1}` });
  const url = new URL(more.header('Location'));
  url.searchParams.set('digest', await digest(text));
  const done = await send(url, 'PUT');
  return { begin, part, more, done };
}

export default async function client(base) {
  const version = (await send(`${base}/v2/`, 'GET')).header('Docker-Distribution-Api-Version');
  const { begin, part, more } = await push(base, 'app', '{"a": "b"}');
  if (!part) return { version, begun: begin.header('Range'), stuck: 'no Location' };
  const blob = { digest: await digest('{"a": "b"}'), size: 10 };
  const manifest = JSON.stringify({
    schemaVersion: 2, mediaType: TYPE, config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...blob }, layers: [],
  });
  await push(base, 'other', '{"a": "b"}');
  for (const name of ['app', 'other']) await send(`${base}/v2/${name}/manifests/1`, 'PUT', manifest, { 'Content-Type': TYPE });
  const head = await send(`${base}/v2/app/manifests/1`, 'HEAD', undefined, { Accept: TYPE });
  const found = head.header('Docker-Content-Digest');
  const catalog = await send(`${base}/v2/_catalog?n=1`, 'GET');
  const deleted = await send(`${base}/v2/app/manifests/${found}`, 'DELETE');
  return {
    version, begun: begin.header('Range'), part: part.header('Range'), more: more.header('Range'),
    digest: found === await digest(manifest), next: /rel="next"/.test(catalog.header('Link')), deleted: deleted.status,
    gone: (await send(`${base}/v2/app/manifests/1`, 'HEAD', undefined, { Accept: TYPE })).status,
  };
}
