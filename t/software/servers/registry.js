'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { HOST, connects, end, freePort, start, until } = require('../../browser/processes');

// Installed by the administrator, or unpacked by t/software/setup.
function program(build) {
  const unpacked = path.join(build, 'root', 'usr', 'bin', 'docker-registry');
  return fs.existsSync(unpacked) ? unpacked : execFileSync('sh', ['-c', 'command -v docker-registry'], { encoding: 'utf8' }).trim();
}

module.exports = {
  software: 'fetch and docker-registry',

  async start({ build, folder, stops }) {
    const port = await freePort();
    const config = path.join(folder, 'registry.json'); // YAML that is JSON
    fs.writeFileSync(config, JSON.stringify({
      version: 0.1, log: { level: 'error' }, http: { addr: `${HOST}:${port}` },
      storage: { filesystem: { rootdirectory: path.join(folder, 'images') }, delete: { enabled: true } },
    }));
    const log = path.join(folder, 'log');
    const registry = await start(program(build), ['serve', config], {
      stdio: ['ignore', fs.openSync(log, 'w'), fs.openSync(log, 'a')], log: () => fs.readFileSync(log, 'utf8'),
      ready: () => until(() => connects(port), 'the registry'),
    });
    stops.push(() => end(registry));
    return { defines: { REGISTRY_BACKEND: `http://${HOST}:${port}` } };
  },

  with: (seen) => assert.deepEqual(seen, {
    version: 'registry/2.0', begun: '0-0', part: '0-4', more: '0-9', digest: true, next: true, deleted: 202, gone: 404,
  }),
  without: (seen) => assert.deepEqual(seen, { version: null, begun: null, stuck: 'no Location' }),
};
