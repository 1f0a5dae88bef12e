/** package and apt: Debian packages. */
import { sh, steps } from '../../base/shell.ts';
import { aptPackage, command, type Resource } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { unsupported } from '../errors.ts';
import { given } from './common.ts';
import { debFile } from './deb-file.ts';

const STATES = ['present', 'installed', 'latest', 'absent', 'removed', 'build-dep', 'fixed'] as const;

/** `package`: whatever the host's manager is, which is apt here. */
export const packageModule = defineModule({
  name: 'ansible.builtin.package',
  params: {
    name: { type: 'list', aliases: ['pkg'], required: true },
    state: { type: 'str' },
    use: { type: 'str', choices: ['auto', 'apt', 'ansible.builtin.apt'] },
    update_cache: {
      type: 'bool',
      aliases: ['update-cache'],
      ignored: 'lists are refreshed when they are old and something is to be installed',
    },
    cache_valid_time: {
      type: 'int',
      ignored: 'lists are refreshed when they are old and something is to be installed',
    },
    install_recommends: { type: 'bool', aliases: ['install-recommends'] },
    lock_timeout: { type: 'raw', ignored: 'apt waits five minutes for its lock' },
  },
  run: (args, context) => declare(packages(args.name ?? [], args.state ?? 'present', args, context)),
});

/** `apt` */
export const aptModule = defineModule({
  name: 'ansible.builtin.apt',
  params: {
    name: { type: 'list', aliases: ['package', 'pkg'] },
    state: { type: 'str', choices: STATES },
    update_cache: { type: 'bool', aliases: ['update-cache'] },
    cache_valid_time: { type: 'int' },
    deb: { type: 'str' },
    upgrade: { type: 'str', choices: ['dist', 'full', 'safe', 'yes', 'no', 'True', 'False'] },
    install_recommends: { type: 'bool', aliases: ['install-recommends'] },
    default_release: {
      type: 'str',
      aliases: ['default-release'],
      refused: 'pin the package with a file in /etc/apt/preferences.d',
    },
    purge: { type: 'bool' },
    autoremove: { type: 'bool' },
    autoclean: { type: 'bool', ignored: 'what apt keeps for later is no state of the host' },
    clean: { type: 'bool', ignored: 'what apt keeps for later is no state of the host' },
    force: { type: 'bool', refused: 'unsigned packages are not installed' },
    allow_unauthenticated: {
      type: 'bool',
      aliases: ['allow-unauthenticated'],
      refused: 'unsigned packages are not installed',
    },
    allow_downgrade: {
      type: 'bool',
      aliases: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'],
      refused: 'a package is never downgraded',
    },
    allow_change_held_packages: { type: 'bool', refused: 'a package that is held stays as it is' },
    only_upgrade: { type: 'bool', refused: 'state: latest installs what is missing' },
    fail_on_autoremove: { type: 'bool', ignored: 'nothing is removed unasked' },
    auto_install_module_deps: { type: 'raw', ignored: 'no Python library is needed' },
    dpkg_options: { type: 'str', ignored: 'configuration files that were changed are always kept' },
    force_apt_get: { type: 'raw', ignored: 'it is always apt-get' },
    policy_rc_d: { type: 'raw', ignored: 'services are started by the resources that declare them' },
    update_cache_retries: { type: 'raw', ignored: 'the next run goes on' },
    update_cache_retry_max_delay: { type: 'raw', ignored: 'the next run goes on' },
    lock_timeout: { type: 'raw', ignored: 'apt waits five minutes for its lock' },
  },
  run(args, context): Action {
    const names = args.name ?? [];
    const resources: Resource[] = [];
    if (names.length === 0 && args.update_cache) resources.push(refreshLists(args.cache_valid_time ?? 0, context));
    if (args.deb !== undefined) resources.push(debFile(args.deb, context));
    if (names.length > 0) resources.push(...packages(names, args.state ?? 'present', args, context));
    if (args.upgrade !== undefined && !['no', 'False'].includes(args.upgrade))
      resources.push(upgrade(args.upgrade, context));
    if (args.autoremove && names.length === 0) resources.push(autoremove(context));
    return declare(resources);
  },
});

type PackageArgs = {
  readonly install_recommends?: boolean | undefined;
  readonly purge?: boolean | undefined;
  readonly autoremove?: boolean | undefined;
};

/** Packages by name; `name=version` pins one, and `*` in a name stands for itself only. */
function packages(
  names: readonly string[],
  state: string,
  { install_recommends, purge, autoremove }: PackageArgs,
  context: ModuleContext,
): readonly Resource[] {
  if (state === 'build-dep' || state === 'fixed')
    throw unsupported(context.position, `state: ${state}`, undefined, 'use command with `creates`');
  return names
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => {
      const [bare = '', version] = name.split('=');
      if (/[*?^]/.test(name))
        throw unsupported(
          context.position,
          `the package pattern ${name}`,
          'a plan can name packages and exact versions only',
        );
      if (state === 'absent' || state === 'removed') {
        return aptPackage(bare, {
          absent: true,
          ...(purge && { purge }),
          ...(autoremove && { autoremove }),
        });
      }
      return aptPackage(bare, {
        recommends: install_recommends ?? true,
        ...given({ version }),
        ...(state === 'latest' ? { latest: true } : {}),
      });
    });
}

/** Without a package to install, lists are refreshed when they are older than a day or than `cache_valid_time`. */
function refreshLists(seconds: number, { title }: ModuleContext): Resource {
  const minutes = Math.max(1, Math.floor((seconds === 0 ? 86_400 : seconds) / 60));
  return command(title, {
    lane: 'apt',
    run: sh`rm -f /var/lib/gatdeploy/apt-updated; gd_apt_lists`,
    unless: sh`test -n "$(find /var/lib/gatdeploy/apt-updated -mmin ${`-${minutes}`} 2>/dev/null)"`,
  });
}

function upgrade(kind: string, { title }: ModuleContext): Resource {
  const verb = kind === 'dist' || kind === 'full' ? 'dist-upgrade' : 'upgrade';
  return command(`${title}: ${verb}`, {
    lane: 'apt',
    run: steps(
      sh`gd_apt_lists`,
      sh`DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ${verb}`,
    ),
    unless: sh`! apt-get -s -q ${verb} | grep -q '^Inst '`,
  });
}

function autoremove({ title }: ModuleContext): Resource {
  return command(`${title}: autoremove`, {
    lane: 'apt',
    run: sh`DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 autoremove`,
    unless: sh`! apt-get -s -q autoremove | grep -q '^Remv '`,
  });
}
