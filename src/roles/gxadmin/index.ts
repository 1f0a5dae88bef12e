/** gxadmin: the command for Galaxy's administrators, from its repository. */
import { sh, steps } from '../../base/shell.ts';
import { aptPackage, command, directory, file, gitCheckout, link, type Resource } from '../../resources/index.ts';
import { defineRole, type RoleValues } from '../role.ts';
import { bool, word } from '../types.ts';

const vars = {
  gxadmin_repo: {
    type: word,
    default: 'https://github.com/galaxyproject/gxadmin.git',
    doc: 'The repository, or a mirror of it.',
  },
  gxadmin_commit: { type: word, default: 'main', doc: 'Branch, tag or commit; a branch may move at any run.' },
  gxadmin_dir: { type: word, default: '/opt/gxadmin', doc: 'Where the checkout is.' },
  gxadmin_bin_dir: { type: word, default: '/usr/local/bin', doc: 'Where the command is linked.' },
  gxadmin_force: { type: bool, default: true, doc: 'Throw away local changes; without it they stop the update.' },
  gxadmin_local: {
    type: word.optional(),
    doc: "File of the project with functions of the site's own; it becomes ~/.config/gxadmin-local.sh of the user that the playbook runs the role as, else of root.",
  },
} as const;

export const gxadmin = defineRole({
  name: 'gxadmin',
  aliases: ['galaxyproject.gxadmin', 'usegalaxy_eu.gxadmin'],
  doc: 'Installs the command gxadmin from its repository.',
  vars,

  declare(v, host) {
    const debs = ['ca-certificates', 'git', 'make'].map((name) => aptPackage(name, {}));
    const checkout = gitCheckout(v.gxadmin_dir, {
      repository: v.gxadmin_repo,
      version: v.gxadmin_commit,
      force: v.gxadmin_force,
      after: debs,
    });
    const built = declareBuild(v, checkout);
    const shown = link(`${v.gxadmin_bin_dir}/gxadmin`, { target: `${v.gxadmin_dir}/gxadmin`, after: [built] });
    const user = host.becomeUser ?? 'root';
    const home = user === 'root' ? '/root' : `/home/${user}`;
    const local =
      v.gxadmin_local === undefined
        ? []
        : [
            directory(`${home}/.config`, { looseFor: user }),
            file(`${home}/.config/gxadmin-local.sh`, { content: host.readFile(v.gxadmin_local), looseFor: user }),
          ];
    return [...debs, checkout, built, shown, ...local];
  },

  verify: (v, host) => [
    {
      id: 'gxadmin/runs',
      host: host.name,
      title: 'gxadmin can be run',
      asks: 'gxadmin version',
      script: sh`timeout 20 ${`${v.gxadmin_bin_dir}/gxadmin`} version`,
      judge({ code, stdout, stderr }) {
        const got = (stdout || stderr).trim().split('\n').at(-1) || `exit ${code}`;
        return code === 0
          ? { ok: true, got }
          : { ok: false, got, fix: 'apply again; it checks gxadmin out and builds it' };
      },
    },
  ],
});

/** It is one program made of parts; the note tells of which commit. */
function declareBuild(v: RoleValues<typeof vars>, checkout: Resource): Resource {
  const note = `${v.gxadmin_dir}/.git/gatdeploy-built`;
  const head = sh`git -c safe.directory=${'*'} -C ${v.gxadmin_dir} rev-parse HEAD`;
  return command(`make of ${v.gxadmin_dir}`, {
    creates: `${v.gxadmin_dir}/gxadmin`,
    unless: sh`test -x ${`${v.gxadmin_dir}/gxadmin`} && test "$(${head})" = "$(cat ${note})"`,
    run: steps(sh`make -s -C ${v.gxadmin_dir} gxadmin`, sh`${head} >${note}`),
    after: [checkout],
  });
}
