// The beginning of the single executable: puts the files that travel inside it where the program finds them.
// Optional parts of packages are not there, and nothing that lies beside the executable is taken for them.
const gatRequire = (id) => {
  if (require('node:module').isBuiltin(id)) return require(id);
  throw Object.assign(new Error(`Cannot find module '${id}'`), { code: 'MODULE_NOT_FOUND' });
};
const gatUrl = (() => {
  const fs = require('node:fs');
  const os = require('node:os');
  const path = require('node:path');
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  const target = path.join(base, 'gatdeploy', 'files-DIGEST');
  const statsOf = (folder) => {
    try {
      return fs.lstatSync(folder);
    } catch {
      return undefined;
    }
  };
  const isOurs = (folder) => {
    const stats = statsOf(folder);
    return stats?.isDirectory() && stats.uid === process.getuid() && (stats.mode & 0o022) === 0;
  };
  const unpack = (folder) => {
    const files = JSON.parse(require('node:sea').getAsset('files', 'utf8'));
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true, mode: 0o700 });
      fs.writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    }
    return folder;
  };
  const place = () => {
    if (isOurs(target)) return target;
    try {
      fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
      // Whole or not at all: other runs may begin at the same time.
      const fresh = unpack(fs.mkdtempSync(`${target}.`));
      try {
        fs.renameSync(fresh, target);
      } catch {
        fs.rmSync(fresh, { recursive: true, force: true });
      }
      if (isOurs(target)) return target;
    } catch {}
    const passing = unpack(fs.mkdtempSync(path.join(os.tmpdir(), 'gatdeploy-files-')));
    process.on('exit', () => fs.rmSync(passing, { recursive: true, force: true }));
    return passing;
  };
  return require('node:url').pathToFileURL(path.join(place(), 'dist', 'main.cjs')).href;
})();
// The program that follows in the same file uses both.
module.exports = { gatRequire, gatUrl };
