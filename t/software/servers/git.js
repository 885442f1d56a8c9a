'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const done = { refs: ['HEAD', 'refs/heads/main'], text: 'one', pushed: true, asked: 1, arrived: true };

module.exports = {
  software: "isomorphic-git and git's http-backend",

  start({ folder }) {
    const repositories = path.join(folder, 'srv');
    const bare = path.join(repositories, 'notes.git');
    const work = path.join(folder, 'work');
    const git = (...args) => execFileSync('git', ['-c', 'user.name=Me', '-c', 'user.email=me@example.com', ...args], { stdio: 'pipe' });
    git('init', '--quiet', '--initial-branch=main', work);
    fs.writeFileSync(path.join(work, 'note.txt'), 'one');
    git('-C', work, 'add', 'note.txt');
    git('-C', work, 'commit', '--quiet', '--message=One');
    git('clone', '--quiet', '--bare', work, bare);
    fs.writeFileSync(path.join(bare, 'git-daemon-export-ok'), '');
    fs.writeFileSync(path.join(folder, 'users'), 'me:{SHA}NWoZK3kTsExUV00Ywo1G5jlUKKs=\n'); // the password is 1
    return {
      defines: { GIT_FOLDER: repositories },
      config: `<Location "/git/">
    <If "%{QUERY_STRING} =~ /service=git-receive-pack$/ || %{REQUEST_URI} =~ m#/git-receive-pack$#">
        AuthType Basic
        AuthName repositories
        AuthUserFile "${folder}/users"
        Require valid-user
    </If>
</Location>`,
    };
  },

  // What was pushed with the module is there for the browser without it, and for the next one.
  with(seen) { assert.deepEqual({ ...seen, text: seen.text.slice(0, 3) }, { ...done, challenge: 'Basic realm="repositories"' }); },
  without(seen) { assert.deepEqual({ ...seen, text: seen.text.slice(0, 3) }, { ...done, challenge: null }); },
};
