'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

module.exports = {
  software: 'webdav (webdav-client) and mod_dav',

  start({ folder }) {
    fs.mkdirSync(path.join(folder, 'dav', 'site'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'dav', 'site', 'index.html'), 'an index');
    fs.writeFileSync(path.join(folder, 'users'), 'me:{SHA}NWoZK3kTsExUV00Ywo1G5jlUKKs=\n'); // the password is 1
    return {
      defines: { DAV_FOLDER: path.join(folder, 'dav') },
      config: `DavLockDB "${folder}/locks"
<Location "/dav/">
    AuthType Basic
    AuthName files
    AuthUserFile "${folder}/users"
    Require valid-user
</Location>`,
    };
  },

  with: (seen) => assert.deepEqual(seen, {
    compliance: ['1', '2'], lock: true, whileLocked: 423, text: 'two', files: ['/b.txt', '/folder', '/site'], site: ['/site/index.html'],
    allow: true, location: true, missing: 404,
  }),
  without: (seen) => {
    assert.deepEqual(seen.compliance, [], 'without DAV a client has to take it for a server that is no WebDAV one');
    assert.equal(seen.allow, false);
    assert.equal(seen.location, false);
  },
};
