/** Python packages in a virtual environment, installed together so that one resolver sees them all. See pip-install. */
import { type Script, sh, steps } from '../base/shell.ts';
import { type Change, defineKind } from './kind.ts';
import { checkPath } from './paths.ts';
import { asUser } from './python/as-user.ts';
import { parseRequirement, requirementKey, requirementState } from './python/requirement.ts';
import { NOTE, noteOf, type TreeProps, trees } from './python/trees.ts';

export type Installer = 'auto' | 'pip' | 'uv';

export type PipSetProps = TreeProps & {
  /** What pip takes: `kombu`, `amqp==5.0.2`, `pulsar-app[web]`, `git+https://…`. Any installed version meets a bare name. */
  readonly packages: readonly string[];
  /**
   * `uv` does what pip does several times faster; it is fetched by pip. Default `auto`: uv, except where pip is told of
   * an index or a proxy of the site's own and uv is not, or where there are `extraArgs`, which uv may not know.
   */
  readonly installer?: Installer;
  /** Environment of the installer, for packages that are compiled: `PYCURL_SSL_LIBRARY=openssl`. No secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further words for the installer's command line. */
  readonly extraArgs?: readonly string[];
  /** Who owns the virtual environment; default root. */
  readonly owner?: string;
};

/** Where uv lives on a host: in gatdeploy's own folder, so that it is nobody's dependency. */
const UV = '/var/lib/gatdeploy/uv';

/**
 * Nobody but root gets into that folder, and root runs nothing of somebody else's environment: an owner has a uv of its
 * own, beside the packages.
 */
function uvOf(owner: string | undefined, environment: string): string {
  return isRoot(owner) ? UV : `${environment}/.gatdeploy-uv`;
}

function isRoot(owner: string | undefined): boolean {
  return owner === undefined || owner === 'root';
}

/**
 * Installs Python packages into the virtual environment of this path.
 * @example pipSet('/mnt/pulsar/venv', { packages: ['pulsar-app==0.16.0', 'kombu'] })
 */
export const pipSet = defineKind<PipSetProps>({
  kind: 'pip',
  lane: 'slow',
  probe: trees,
  desired(props, name) {
    checkPath(name);
    return Object.fromEntries(
      props.packages.map(parseRequirement).map((one) => [requirementKey(one), requirementState(one)]),
    );
  },
  touches: (_props, name) => ({ uses: [name] }),
  loadables: (_props, path) => [{ type: 'tree', path }],
  apply(change) {
    const names = change.props.packages
      .map(parseRequirement)
      .flatMap((one) => (one.kind === 'named' ? [one.name] : []));
    const python = `${change.name}/bin/python`;
    if (!change.after) return asUser(change.props.owner, sh`${python} -m pip uninstall -q -y -- ${names}`);
    return steps(sh`umask 022`, install(change, python), note(change));
  },
});

/** Settings of pip that uv would not know. */
const OWN_SETTINGS = '^[[:space:]]*(index-url|extra-index-url|no-index|find-links|proxy)[[:space:]]*=';

function install({ name, props }: Change<PipSetProps>, python: string): Script {
  const { owner } = props;
  const folder = uvOf(owner, name);
  const env = Object.entries(props.env ?? {}).map(([key, value]) => `${key}=${value}`);
  const hasWords = (props.extraArgs ?? []).length > 0;
  const words = [...(props.extraArgs ?? []), '--', ...props.packages];
  const pip = sh`env ${env} ${python} -m pip install --no-input --disable-pip-version-check ${words}`;
  const cache = isRoot(owner) ? [] : ['UV_NO_CACHE=1'];
  // As pip does: a service that may not write here would compile everything anew at each start.
  const uv = sh`env ${[...env, ...cache]} ${`${folder}/bin/uv`} pip install --compile-bytecode --python ${python} ${words}`;
  if (props.installer === 'pip' || (props.installer !== 'uv' && hasWords)) return asOwner(owner, pip);
  const fetch = asOwner(
    owner,
    sh`${python} -m pip install -q --no-input --disable-pip-version-check --target ${folder} -- uv`,
  );
  const there = sh`test -x ${`${folder}/bin/uv`}`;
  // Everybody may write to the lock that uv leaves behind.
  const byUv = steps(asOwner(owner, uv), asOwner(owner, sh`rm -f -- ${`${name}/.lock`}`));
  if (props.installer === 'uv') return steps(sh`${there} || ${fetch}`, byUv);
  const told = sh`test ! -f /etc/uv/uv.toml && grep -qsE ${OWN_SETTINGS} /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"`;
  return sh`if ! { ${told}; } && { ${there} || ${fetch}; }; then
${byUv}
else
${asOwner(owner, pip)}
fi`;
}

/** Both keep a cache in the home directory, and runuser leaves root's in the environment. */
function asOwner(owner: string | undefined, command: Script): Script {
  if (owner === undefined || isRoot(owner)) return command;
  return asUser(owner, sh`env HOME="$(getent passwd -- ${owner} | cut -d: -f6)" ${command}`);
}

/** Notes the requirements that can't be read back from the names of what is installed. */
function note({ name, props }: Change<PipSetProps>): Script | false {
  const opaque = props.packages
    .map(parseRequirement)
    .flatMap((one) => (one.kind === 'opaque' ? [noteOf(one.text)] : []));
  return opaque.length > 0 && sh`printf '%s\n' ${opaque} >${`${name}/${NOTE}`}`;
}
