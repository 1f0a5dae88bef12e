/** git: checkouts. */

import { gitCheckout } from '../../resources/git.ts';
import { aptPackage } from '../../resources/index.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { given, hostPath } from './common.ts';

/** `git` */
export const gitModule = defineModule({
  name: 'ansible.builtin.git',
  params: {
    repo: { type: 'text', aliases: ['name'], required: true },
    dest: { type: 'str', required: true },
    version: { type: 'str' },
    force: { type: 'bool' },
    update: { type: 'bool' },
    clone: { type: 'bool', refused: 'a checkout that may not be made is nothing to declare' },
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
    const git = aptPackage('git', {});
    return declare(
      [
        git,
        gitCheckout(dest, {
          repository: args.repo ?? '',
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
