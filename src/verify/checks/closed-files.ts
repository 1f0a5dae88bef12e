/** Files with secrets are closed to other users, and so are the copies that people and Ansible leave beside them. */
import { sh, steps } from '../../base/shell.ts';
import type { Check } from '../check.ts';

/** The check: `files` hold secrets, `folders` may hold old copies of such files (`*~`, `*.bak`, `*.orig`). */
export function closedFiles(what: {
  readonly id: string;
  readonly host: string;
  readonly files: readonly string[];
  readonly folders: readonly string[];
}): Check {
  const { id, host, files, folders } = what;
  const copies = sh`-maxdepth 1 -type f '(' -name '*~' -o -name '*.bak' -o -name '*.orig' ')'`;
  return {
    id,
    host,
    title: 'files with secrets, and old copies of them, are closed to other users',
    asks: `find ${folders.join(' ')} -name '*~' -perm /o+r; stat -c %A ${files.join(' ')}`,
    script: steps(
      sh`timeout 10 find ${files} -maxdepth 0 -perm /o+r -printf ${'open %p\n'} 2>/dev/null`,
      sh`timeout 10 find ${folders} ${copies} -perm /o+r -printf ${'open %p\n'} 2>/dev/null`,
      sh`timeout 10 find ${folders} ${copies} ! -perm /o+r -printf ${'old %p\n'} 2>/dev/null; true`,
    ),
    judge({ stdout }) {
      const lines = stdout.split('\n').filter(Boolean);
      const open = lines.flatMap((line) => (line.startsWith('open ') ? [line.slice('open '.length)] : []));
      const old = lines.length - open.length;
      if (open.length === 0)
        return {
          ok: true,
          got: old === 0 ? 'closed' : `closed; ${old} old ${old === 1 ? 'copy' : 'copies'} beside them`,
        };
      const paths = open.join(' ');
      return { ok: false, got: `others can read ${paths}`, fix: `ssh ${host} sudo chmod o-rwx ${paths}` };
    },
  };
}
