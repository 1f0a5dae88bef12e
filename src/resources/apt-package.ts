/** A Debian package. All that are ready at the same time are installed by one apt-get. See apt-get(8), dpkg-query(1). */
import { type Script, sh, steps } from '../base/shell.ts';
import { parseCandidates, printCandidates } from './apt-candidates.ts';
import { type Change, type CommonProps, defineKind, type Observed, type Probe, type State } from './kind.ts';

export type AptPackageProps = CommonProps & {
  /** An exact version, or undefined for whatever is there or is the candidate. */
  readonly version?: string;
  /** Upgrade to the candidate when there is a newer one. */
  readonly latest?: boolean;
  /** Units that the package's own scripts must not start: gatdeploy starts them when their configuration is ready. */
  readonly holdUnits?: readonly string[];
  /** Install recommended packages too; default false. */
  readonly recommends?: boolean;
  /** When it is taken away: its configuration too. */
  readonly purge?: boolean;
  /** When it is taken away: also what was only installed for it. */
  readonly autoremove?: boolean;
};

const CONFIG = ['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'];
const APT = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', ...CONFIG];

const probe: Probe<AptPackageProps> = {
  name: 'packages',
  needs: 'dpkg-query',
  script: (items) => {
    const latest = items.filter((item) => item.props.latest).map((item) => item.name);
    return steps(
      sh`dpkg-query -W -f '\${Package} \${db:Status-Status} \${Version}\n' -- ${items.map((item) => item.name)} 2>/dev/null || true`,
      latest.length > 0 && sh`echo; ${printCandidates(latest)}`,
    );
  },
  parse(stdout, items) {
    const [installed = '', policies = ''] = stdout.split('\n\n', 2);
    const candidates = parseCandidates(policies);
    const states = new Map<string, Observed>();
    const latest = new Set(items.filter((item) => item.props.latest).map((item) => item.name));
    const purged = new Set(items.filter((item) => item.props.purge).map((item) => item.name));
    for (const line of installed.split('\n')) {
      const [name = '', status, version = ''] = line.split(' ');
      if (status === 'config-files' && purged.has(name)) states.set(name, { installed: false, version });
      if (status !== 'installed') continue;
      const newest: State = latest.has(name) ? { newest: (candidates.get(name) ?? version) === version } : {};
      states.set(name, { installed: true, version, ...newest });
    }
    return states;
  },
};

/**
 * Installs a package.
 * @example aptPackage('rabbitmq-server', { holdUnits: ['rabbitmq-server.service'] })
 */
export const aptPackage = defineKind<AptPackageProps>({
  kind: 'package',
  lane: 'apt',
  sideEffects: true,
  probe,
  desired: (props) => ({
    installed: true,
    ...(props.version === undefined ? {} : { version: props.version }),
    ...(props.latest ? { newest: true } : {}),
  }),
  loadables: (_props, name) => [{ type: 'package', name }],
  applyAll(changes) {
    const gone = changes.filter((change) => !change.after);
    const wanted = changes.filter((change) => change.after);
    return steps(
      remove(
        gone.filter(({ props }) => !props.purge),
        [],
      ),
      remove(
        gone.filter(({ props }) => props.purge),
        ['--purge'],
      ),
      wanted.length > 0 && install(wanted),
    );
  },
});

function remove(gone: readonly Change<AptPackageProps>[], options: readonly string[]): Script | false {
  if (gone.length === 0) return false;
  const others = gone.some(({ props }) => props.autoremove) ? ['--auto-remove'] : [];
  const names = gone.map(({ name }) => name);
  return sh`DEBIAN_FRONTEND=noninteractive apt-get remove ${[...APT, ...options, ...others]} -- ${names}`;
}

/** What a power cut or a kill has left half configured, or half noted, is finished first; dpkg refuses everything else. */
const finishEarlier = sh`until test -z "$(dpkg --audit; ls -A /var/lib/dpkg/updates)"; do
  echo 'an earlier installation was cut off: dpkg --configure -a'
  if gd_said=$(DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confold 2>&1 </dev/null); then break; fi
  case $gd_said in *lock*) sleep 2;; *) echo "$gd_said"; exit 1;; esac
done`;

/** A masked unit isn't started by its package's scripts (deb-systemd-invoke(1p) asks `is-enabled` first). */
function install(changes: readonly Change<AptPackageProps>[]): Script {
  const held = [...new Set(changes.flatMap((change) => change.props.holdUnits ?? []))];
  const words = changes.map(({ name, props }) =>
    props.version === undefined ? name : `${name}=${props.version}`,
  );
  const recommends = changes.some((change) => change.props.recommends) ? [] : ['--no-install-recommends'];
  return steps(
    sh`gd_apt_lists`,
    finishEarlier,
    held.length > 0 &&
      sh`gd_unmask() { systemctl unmask --runtime -q -- ${held}; }
systemctl mask --runtime -q -- ${held}
trap gd_unmask EXIT`,
    sh`DEBIAN_FRONTEND=noninteractive apt-get install ${APT} ${recommends} -- ${words}`,
  );
}
