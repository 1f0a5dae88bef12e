/**
 * The units that gravity, Galaxy's process manager, writes from its configuration. What it last wrote is noted with the
 * configuration's and its own version, so that a look at them needs no Python. See galaxyctl, "update".
 */
import { type Script, sh, steps } from '../../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type Resource } from '../kind.ts';

export type GravityUnitsProps = CommonProps & {
  /** The virtual environment that has galaxyctl. */
  readonly venv: string;
  /** Names of the units that must come out of it. */
  readonly units: readonly string[];
  /** What the units are made from. */
  readonly from: readonly Resource[];
};

const FOLDER = '/etc/systemd/system';
const CURRENT = 'as configured';

/** Where the digests of the last writing are noted. */
function notePath(config: string): string {
  return `/var/lib/gatdeploy/gravity${config.replaceAll('/', '_')}`;
}

/** Prints the digests of configuration, gravity's version and units. */
function digests(config: string, { venv }: GravityUnitsProps): Script {
  return sh`{ sha256sum -- ${config} ${FOLDER}/galaxy.target ${FOLDER}/galaxy-*.service; ls -d ${venv}/lib/python3.*/site-packages/gravity-*.dist-info; } 2>/dev/null`;
}

const probe: Probe<GravityUnitsProps> = {
  name: 'gravity-units',
  needs: 'systemctl',
  script: (items) =>
    steps(
      ...items.map(
        ({ name, props }) =>
          sh`if test ! -f ${notePath(name)}; then echo none; elif test "$(${digests(name, props)})" = "$(cat -- ${notePath(name)})"; then echo same; else echo other; fi`,
      ),
    ),
  parse(stdout, items) {
    const lines = stdout.split('\n');
    return new Map(
      items.flatMap(({ name }, index): [string, Observed][] => {
        if (lines[index] === 'none') return [];
        return [[name, { units: lines[index] === 'same' ? CURRENT : 'others' }]];
      }),
    );
  },
};

/** Makes gravity write its units; the name is the path of galaxy.yml. */
export const gravityUnits = defineKind<GravityUnitsProps>({
  kind: 'gravity_units',
  lane: 'slow',
  probe,
  desired: () => ({ units: CURRENT }),
  reacts: ({ from }) => [{ key: 'units', to: from }],
  loadables: ({ units }) => units.map((name) => ({ type: 'file', path: `${FOLDER}/${name}` })),
  apply({ name, props }) {
    return steps(
      sh`( cd / && ${`${props.venv}/bin/galaxyctl`} -c ${name} update --force )`,
      sh`for gd_unit in ${props.units}; do
test -f ${FOLDER}/"$gd_unit" || { echo "galaxyctl update wrote no $gd_unit" >&2; exit 1; }
done`,
      sh`systemctl daemon-reload`,
      sh`${digests(name, props)} >${notePath(name)}`,
    );
  },
});
