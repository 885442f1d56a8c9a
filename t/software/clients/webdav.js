import { createClient } from 'webdav';

export default async function client(base) {
  const dav = createClient(`${base}/dav`, { username: 'me', password: '1' });
  const status = (error) => error.status;
  const { compliance } = await dav.getDAVCompliance('/');
  await dav.putFileContents('/a.txt', 'one');
  const lock = await dav.lock('/a.txt');
  const whileLocked = await dav.putFileContents('/a.txt', 'stranger').catch(status);
  // mod_dav wants the angle brackets that the header has in RFC 4918; the client leaves them to its caller.
  await dav.unlock('/a.txt', `<${lock.token}>`);
  await dav.putFileContents('/a.txt', 'two');
  await dav.createDirectory('/folder');
  await dav.moveFile('/a.txt', '/b.txt');
  const names = async (folder) => (await dav.getDirectoryContents(folder)).map(({ filename }) => filename).sort();
  const headers = { Authorization: `Basic ${btoa('me:1')}` };
  const allow = (await fetch(`${base}/dav/`, { method: 'OPTIONS', headers })).headers.get('Allow');
  const made = await fetch(`${base}/dav/c.txt`, { method: 'PUT', headers, body: 'x' });
  const seen = {
    compliance: compliance.filter((word) => /^\d$/.test(word)), lock: Boolean(lock.token), whileLocked, allow: Boolean(allow),
    location: made.headers.get('Location') === `${base}/dav/c.txt`,
  };
  await dav.deleteFile('/c.txt');
  Object.assign(seen, {
    text: await dav.getFileContents('/b.txt', { format: 'text' }), files: await names('/'), site: await names('/site'),
    missing: await dav.stat('/none').catch(status),
  });
  await dav.deleteFile('/folder');
  await dav.deleteFile('/b.txt');
  return seen;
}
