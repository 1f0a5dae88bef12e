/** git: checkouts. */

import { mapText } from '../../base/secret.ts';
import { sh } from '../../base/shell.ts';
import { gitCheckout } from '../../resources/git.ts';
import { aptPackage } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { given, hostPath } from './common.ts';
import { reading, result } from './read.ts';

/** `git` */
export const gitModule = defineModule({
  name: 'ansible.builtin.git',
  params: {
    repo: { type: 'text', aliases: ['name'], required: true },
    dest: { type: 'str', required: true },
    version: { type: 'str' },
    force: { type: 'bool' },
    update: { type: 'bool' },
    clone: { type: 'bool' },
    depth: { type: 'int' },
    recursive: { type: 'bool' },
    track_submodules: { type: 'bool', refused: 'submodules are checked out as the repository names them' },
    accept_hostkey: { type: 'bool' },
    accept_newhostkey: { type: 'bool' },
    ssh_opts: { type: 'str' },
    key_file: { type: 'path' },
    executable: { type: 'str', ignored: "it is the git of the host's PATH" },
    remote: { type: 'str', choices: ['origin'] },
    single_branch: { type: 'raw', ignored: 'just what is needed is fetched' },
    umask: { type: 'raw', refused: 'set the mode with file' },
    bare: { type: 'bool', refused: 'use command with `creates`' },
    separate_git_dir: { type: 'path', refused: 'use command with `creates`' },
    refspec: { type: 'str', refused: 'name a branch, tag or commit with version' },
    reference: { type: 'raw', ignored: 'everything is fetched from the repository' },
    archive: { type: 'path', refused: 'use command with `creates`' },
    archive_prefix: { type: 'str', refused: 'use command with `creates`' },
    verify_commit: { type: 'bool', refused: 'use command: git verify-commit' },
    gpg_allowlist: { type: 'raw', refused: 'use command: git verify-commit', aliases: ['gpg_whitelist'] },
  },
  run(args, context): Action {
    const dest = hostPath(args.dest ?? '', 'dest', context, 'git');
    const trusts = args.accept_hostkey || args.accept_newhostkey;
    const ssh = [
      'ssh',
      ...(trusts ? ['-o StrictHostKeyChecking=accept-new'] : []),
      ...(args.key_file === undefined ? [] : [`-i ${args.key_file} -o IdentitiesOnly=yes`]),
      ...(args.ssh_opts === undefined ? [] : [args.ssh_opts]),
    ];
    if (args.clone === false) return lookAt(dest, args.version ?? 'HEAD', context);
    const git = aptPackage('git', {});
    return declare(
      [
        git,
        gitCheckout(dest, {
          repository: mapText(args.repo ?? '', (repo) => (repo.startsWith('/') ? `file://${repo}` : repo)),
          owner: context.user,
          ...given({ version: args.version, force: args.force, depth: args.depth, recursive: args.recursive }),
          ...(args.update === false ? { onlyIfMissing: true } : {}),
          ...(ssh.length > 1 ? { config: [`core.sshCommand=${ssh.join(' ')}`] } : {}),
          after: [git],
        }),
      ],
      { dest },
    );
  },
});

/** A checkout that isn't to be made or moved: where it stands, and where the repository does. */
function lookAt(dest: string, version: string, { user }: ModuleContext): Action {
  const script = sh`git -C ${dest} rev-parse HEAD 2>/dev/null || echo; git -C ${dest} ls-remote origin ${version} 2>/dev/null | cut -f1 | head -n 1`;
  return reading(script, user, ({ stdout }) => {
    const [before = '', after = ''] = stdout.split('\n');
    return result({ before: before || null, after: after || before || null, changed: false });
  });
}
