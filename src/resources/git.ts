/** A git checkout: of a commit, a tag or the newest commit of a branch. See git-fetch(1), git-ls-remote(1). */
import { mapText, type Text } from '../base/secret.ts';
import { feed, type Script, sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from './kind.ts';
import { checkPath } from './paths.ts';

export type GitProps = CommonProps & {
  readonly repository: Text;
  /** A commit, tag or branch; default: the branch that the remote calls HEAD. */
  readonly version?: string;
  /** An existing checkout is left as it is. */
  readonly onlyIfMissing?: boolean;
  /** Local changes are thrown away; without it they stop the update. */
  readonly force?: boolean;
  /** Local changes are looked for at each run; not for repositories whose build changes what they hold. Needs `force`. */
  readonly pristine?: boolean;
  readonly depth?: number;
  readonly recursive?: boolean;
  /** Who owns the checkout; default root. */
  readonly owner?: string;
  /** No network while reading: a branch counts as it was last fetched. */
  readonly offline?: boolean;
  /** Further settings of git, such as the command for ssh. */
  readonly config?: readonly string[];
};

const FRESH = 'the wanted version';

/** Prints a line for each checkout: its number, and `ok`, `old COMMIT` or `none`. */
const probe: Probe<GitProps> = {
  name: 'git-checkouts',
  needs: 'git',
  script: (items) =>
    steps(...items.map(({ name, props }, index) => asOwner(props, sh`${look(name, props)}`, index)), sh`true`),
  parse: (stdout, items) =>
    new Map(
      stdout.split('\n').flatMap((line): [string, Observed][] => {
        const [mark, index = '', answer, commit = ''] = line.split(' ');
        const item = items[Number(index)];
        if (mark !== '@git' || !item || answer === 'none') return [];
        return [[item.name, { at: answer === 'ok' ? FRESH : commit }]];
      }),
    ),
};

/**
 * Checks out a repository.
 * @example gitCheckout('/srv/tools', { repository: 'https://git.example.org/tools', version: 'v1.2' })
 */
export const gitCheckout = defineKind<GitProps>({
  kind: 'git',
  lane: 'slow',
  sideEffects: true,
  probe,
  desired(_props, name) {
    checkPath(name);
    return { at: FRESH };
  },
  touches: (props, name) => ({ path: name, users: [props.owner ?? 'root'] }),
  loadables: (_props, path) => [{ type: 'tree', path }],
  apply: ({ name, props }) => asOwner(props, checkOut(name, props)),
});

/** Runs as the owner, the script by standard input: the repository's URL may hold a password. */
function asOwner({ owner = 'root', config = [] }: GitProps, script: Script, index?: number): Script {
  const whole = sh`{ GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=true; export GIT_TERMINAL_PROMPT GIT_ASKPASS
gd_git() { git -c safe.directory='*' ${config.flatMap((one) => ['-c', one])} "$@"; }
${index === undefined ? sh`set -e` : sh`gd_index=${index}`}
${script}
} </dev/null
`;
  return owner === 'root' ? sh`( ${whole} )` : feed(whole.text, sh`runuser -u ${owner} -- sh -s`);
}

function look(path: string, props: GitProps): Script {
  const { version = 'HEAD', onlyIfMissing, offline } = props;
  if (onlyIfMissing)
    return sh`test -e ${`${path}/.git`} && echo "@git $gd_index ok" || echo "@git $gd_index none"`;
  return sh`if ! gd_head=$(gd_git -C ${path} rev-parse -q --verify HEAD 2>/dev/null) || ! test -e ${`${path}/.git`}; then echo "@git $gd_index none"
elif test "$(gd_git -C ${path} config --get remote.origin.url)" != ${props.repository}; then echo "@git $gd_index old $gd_head"
else
gd_want=$(gd_git -C ${path} rev-parse -q --verify ${`refs/tags/${version}^{commit}`} 2>/dev/null || { case ${version} in *[!0-9a-f]*) false;; *) gd_git -C ${path} rev-parse -q --verify ${`${version}^{commit}`} 2>/dev/null;; esac; } || ${wantedNow(path, version, offline ?? false)})
if test "$gd_want" = "$gd_head" && ${props.force && props.pristine ? unchanged(path) : sh`true`}; then echo "@git $gd_index ok"; else echo "@git $gd_index old $gd_head"; fi
fi`;
}

/** Nobody has edited what the checkout holds; files of others beside it do not count. Nothing is written, not even the index. */
function unchanged(path: string): Script {
  return sh`( GIT_OPTIONAL_LOCKS=0; export GIT_OPTIONAL_LOCKS; gd_git -C ${path} diff --quiet HEAD -- )`;
}

/** What a branch is at the remote; without an answer within the limit, as it was last fetched. */
function wantedNow(path: string, version: string, offline: boolean): Script {
  const ref = version === 'HEAD' ? 'HEAD' : `refs/heads/${version}`;
  const fetched = version === 'HEAD' ? 'refs/remotes/origin/HEAD' : `refs/remotes/origin/${version}`;
  const local = sh`gd_git -C ${path} rev-parse -q --verify ${fetched}`;
  if (offline) return local;
  return sh`{ gd_line=$(cd -- ${path} && timeout 20 git -c safe.directory='*' ls-remote -q origin ${ref} 2>/dev/null) && test -n "$gd_line" && printf '%s' "$gd_line" | head -n 1 | cut -f1; } || ${local}`;
}

/** The URL goes into the configuration by the shell's own printf, as an argument would show a password in it. */
function setRemote(repository: Text): Script {
  const quoted = mapText(repository, (url) => url.replace(/["\\]/g, '\\$&'));
  return sh`if test "$(gd_git config --get remote.origin.url)" != ${repository}; then
  gd_git config --remove-section remote.origin 2>/dev/null || true
  printf '[remote "origin"]\n\turl = "%s"\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n' ${quoted} >>.git/config
fi`;
}

function checkOut(path: string, props: GitProps): Script {
  const { repository, version = 'HEAD', force, depth, recursive } = props;
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  return steps(
    sh`if ! test -e ${`${path}/.git`}; then
  if test -d ${path} && test -n "$(ls -A -- ${path})"; then echo ${`${path} is there, is not empty and is no checkout`} >&2; exit 1; fi
  gd_git init -q -- ${path}
fi
cd -- ${path}
if test -n "$(gd_git status --porcelain --untracked-files=no 2>/dev/null)"; then
  ${force ? sh`gd_git reset -q --hard` : sh`echo ${`${path} has local changes; force: true would throw them away`} >&2; exit 1`}
fi
${setRemote(repository)}`,
    version === 'HEAD'
      ? sh`gd_git fetch -q --tags --force ${shallow} origin HEAD
gd_git checkout -q --force --detach FETCH_HEAD
gd_branch=$(gd_git ls-remote --symref origin HEAD | sed -n 's,^ref: refs/heads/\\(.*\\)	HEAD,\\1,p')
test -z "$gd_branch" || { gd_git checkout -q -B "$gd_branch" FETCH_HEAD; gd_git update-ref refs/remotes/origin/HEAD FETCH_HEAD; }`
      : sh`if gd_git fetch -q ${shallow} origin ${`+refs/heads/${version}:refs/remotes/origin/${version}`} 2>/dev/null; then
  gd_git checkout -q --force -B ${version} ${`refs/remotes/origin/${version}`}
elif gd_git fetch -q ${shallow} origin ${`+refs/tags/${version}:refs/tags/${version}`} 2>/dev/null; then
  gd_git checkout -q --force --detach ${`refs/tags/${version}`}
else
  gd_git fetch -q ${shallow} origin ${version} 2>/dev/null || gd_git fetch -q --tags origin '+refs/heads/*:refs/remotes/origin/*'
  gd_git checkout -q --force --detach ${version}
fi`,
    recursive !== false && sh`test ! -f .gitmodules || gd_git submodule -q update --init --recursive ${shallow}`,
  );
}
