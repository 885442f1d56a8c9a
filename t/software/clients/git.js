import LightningFS from '@isomorphic-git/lightning-fs';
import { Buffer } from 'buffer';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/web';

globalThis.Buffer = Buffer;

export default async function client(base) {
  const fs = new LightningFS('repository', { wipe: true });
  const url = `${base}/git/notes.git`;
  const dir = '/notes';
  const challenge = await fetch(`${url}/info/refs?service=git-receive-pack`);
  const refs = (await git.listServerRefs({ http, url, protocolVersion: 2 })).map(({ ref }) => ref);

  await git.clone({ fs, http, dir, url });
  const text = await fs.promises.readFile(`${dir}/note.txt`, 'utf8');
  await fs.promises.writeFile(`${dir}/note.txt`, `${text} and more`);
  await git.add({ fs, dir, filepath: 'note.txt' });
  const made = await git.commit({ fs, dir, message: 'More', author: { name: 'Me', email: 'me@example.com' } });
  // It asks for a password when the answer is 401.
  let asked = 0;
  const pushed = await git.push({ fs, http, dir, url, onAuth: () => { asked++; return { username: 'me', password: '1' }; } });
  const [{ oid }] = await git.listServerRefs({ http, url, prefix: 'refs/heads/main' });
  return { refs, text, pushed: pushed.ok, asked, arrived: oid === made, challenge: challenge.headers.get('WWW-Authenticate') };
}
