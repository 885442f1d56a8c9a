import { Upload } from 'tus-js-client';

const bytes = new Blob([new Uint8Array(300000).fill(65)]);

// Uploads until `until` bytes have arrived, from where a former try stopped if there was one. Gives the upload's address.
function upload(endpoint, uploadUrl, until, asks = () => {}) {
  return new Promise((resolve, reject) => {
    const tus = new Upload(bytes, {
      endpoint, uploadUrl, chunkSize: 100000, retryDelays: null, storeFingerprintForResuming: false,
      onBeforeRequest: asks, onError: reject, onSuccess: () => resolve(tus.url),
      onChunkComplete: (_size, accepted) => { if (accepted === until) tus.abort().then(() => resolve(tus.url), reject); },
    });
    tus.start();
  });
}

export default async function client(base) {
  const endpoint = `${base}/files/`;
  const url = await upload(endpoint, null, 100000);
  let from;
  const again = await upload(endpoint, url, undefined, (request) => {
    if (request.getMethod() === 'PATCH') from ??= Number(request.getHeader('Upload-Offset'));
  });
  const head = await fetch(url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } });
  const options = await fetch(endpoint, { method: 'OPTIONS' });
  return {
    resumed: again === url, from, size: Number(head.headers.get('Upload-Length')), offset: head.headers.get('Upload-Offset'),
    extensions: /creation/.test(options.headers.get('Tus-Extension')),
  };
}
