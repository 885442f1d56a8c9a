// A private httpd with a virtual host for each recipe, which it includes as it is but for the origin's name; or for a `text` of its own.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { HOST, connects, end, start, until } = require('../browser/processes');
const { apxs, unprivileged } = require('../browser/servers');

const RECIPES = path.join(__dirname, '..', '..', 'conf-examples', 'recipes');
// besides what the recipes say that they need
const MODULES = ['mpm_event', 'unixd', 'log_config', 'authz_core', 'authn_core', 'authn_file', 'authz_user', 'auth_basic', 'mime', 'dir'];

class Httpd {
  // `module` is the file of the module under test, false for none.
  static async start({ scratch, side, origin, hosts, module }) {
    const root = path.join(scratch, `httpd-${side}`);
    fs.mkdirSync(path.join(root, 'recipes'), { recursive: true });
    const needs = new Set(MODULES);
    for (const { name, text } of hosts) {
      const recipe = text ?? fs.readFileSync(path.join(RECIPES, `${name}.conf`), 'utf8');
      for (const [, needed] of recipe.match(/^# Needs: (.*)/m)[1].matchAll(/mod_(\w+)/g)) needs.add(needed);
      fs.writeFileSync(path.join(root, 'recipes', `${name}.conf`), recipe.replace(/https:\/\/(?:app|ui)\.example\.com/g, origin));
    }
    needs.delete('cors_expose');
    const libexec = apxs('LIBEXECDIR');
    // What isn't there as a file is built in.
    const load = [...needs].map((name) => [name, path.join(libexec, `mod_${name}.so`)]).filter(([, file]) => fs.existsSync(file));
    if (module) {
      // Root's checkout may be closed to the user that httpd runs as.
      fs.copyFileSync(module, path.join(root, 'mod_cors_expose.so'));
      load.push(['cors_expose', path.join(root, 'mod_cors_expose.so')]);
    }
    const conf = path.join(root, 'httpd.conf');
    fs.writeFileSync(conf, `ServerRoot "${root}"
ServerName ${HOST}
PidFile "${root}/pid"
DefaultRuntimeDir "${root}"
Mutex file:${root} default
ErrorLog "${root}/error_log"
LogLevel warn cors_expose:debug
TypesConfig /dev/null
${load.map(([name, file]) => `LoadModule ${name}_module "${file}"`).join('\n')}
${hosts.map(({ name, ports, defines = {}, config = '', folder }) => `Listen ${HOST}:${ports[side]}
<VirtualHost ${HOST}:${ports[side]}>
DocumentRoot "${folder}"
${Object.entries(defines).map(([word, value]) => `Define ${word} "${value}"`).join('\n')}
Include "${root}/recipes/${name}.conf"
${config}
</VirtualHost>`).join('\n')}
`);
    if (!module) fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace(' cors_expose:debug', ''));
    // What it says before it has opened its log matters only if it doesn't start.
    const said = fs.openSync(path.join(root, 'said'), 'w');
    const httpd = new Httpd();
    httpd.log = () => ['said', 'error_log'].map((name) => path.join(root, name)).filter(fs.existsSync)
      .map((file) => fs.readFileSync(file, 'utf8')).join('');
    // It writes its pid once it has all of its ports: one that answers may be another's.
    const ready = () => until(() => fs.existsSync(path.join(root, 'pid')) && connects(hosts[0].ports[side]), 'httpd');
    const options = { stdio: ['ignore', said, said], log: httpd.log, ready };
    if (process.getuid() === 0) {
      [options.uid, options.gid] = unprivileged();
      execFileSync('chown', ['-R', `${options.uid}:${options.gid}`, root, ...hosts.map(({ folder }) => folder)]);
    }
    httpd.child = await start(path.join(apxs('sbindir'), apxs('progname')), ['-f', conf, '-D', 'FOREGROUND'], options);
    fs.closeSync(said);
    return httpd;
  }

  // whether it still runs, and what it said last
  state() {
    const { exitCode, signalCode } = this.child;
    const ended = exitCode ?? signalCode;
    return `httpd ${ended === null ? 'runs' : `ended with ${ended}`}; its log ends with\n${this.log().split('\n').slice(-10).join('\n')}`;
  }

  stop() { return end(this.child); }
}

module.exports = { Httpd };
