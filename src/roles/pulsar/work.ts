/** What Pulsar has in hand, by the marks that it keeps of its jobs in its persistence directory. */
import { type Script, sh, steps } from '../../base/shell.ts';
import { isDict, type Value } from '../../base/value.ts';
import type { ServiceWork } from '../../resources/index.ts';
import { managerNames } from './app-config.ts';
import type { PulsarValues } from './vars.ts';

/** Managers whose jobs are children of Pulsar itself, so that they end with it; a cluster's jobs go on. */
const OWN_CHILDREN = /^(?:queued_python|unqueued)$/;

/** How to find out what Pulsar is at work on; undefined for a Pulsar that keeps no marks. */
export function pulsarWork(v: PulsarValues): ServiceWork | undefined {
  const config = v.pulsar_yaml_config_merged;
  const persistence = config.get('persistence_directory');
  if (typeof persistence !== 'string') return undefined;
  const staging = textOf(config.get('staging_directory')) ?? v.pulsar_staging_dir;
  const managers = managerNames(config).map((name) => managerOf(config.get('managers'), name, staging));
  return {
    list: steps(sh`cd -- ${persistence}`, ...managers.map(listOf)),
    lost: (ids) =>
      sh`cd -- ${persistence}
for gd_id in ${ids}; do
  case $gd_id in */*) continue;; esac
  set -- ./*-jobs/"$gd_id"
  test -e "$1" || ls -d -- ${managers.map((one) => one.staging)} 2>/dev/null | while read -r gd_staging; do
    test ! -e "$gd_staging/$gd_id/final_status" || echo ended; done | grep -q ended || printf '%s\n' "$gd_id"
done`,
  };
}

type Manager = { readonly name: string; readonly isOwn: boolean; readonly staging: string };

function managerOf(managers: Value | undefined, name: string, staging: string): Manager {
  const options = managers !== undefined && managers !== null && isDict(managers) ? managers.get(name) : undefined;
  const own = options !== undefined && options !== null && isDict(options) ? options : new Map();
  return {
    name,
    isOwn: OWN_CHILDREN.test(textOf(own.get('type')) ?? 'queued_python'),
    staging: textOf(own.get('staging_directory')) ?? staging,
  };
}

/** A job that waits in Pulsar's own queue still has its command line; that of one that runs is gone. */
function listOf({ name, isOwn, staging }: Manager): Script {
  const running = isOwn
    ? sh`if test -e ${staging}/"$gd_id"/command_line; then echo "kept $gd_id queued"; else echo "cut $gd_id running"; fi`
    : sh`echo "kept $gd_id in the cluster"`;
  return sh`for gd_job in ${`./${name}`}-preprocessing-jobs/*; do
  test ! -e "$gd_job" || echo "cut \${gd_job##*/} staging in"; done
for gd_job in ${`./${name}`}-active-jobs/*; do
  test -e "$gd_job" || continue
  gd_id=\${gd_job##*/}
  ${running}
done
for gd_job in ${`./${name}`}-postprocessing-jobs/*; do
  test ! -e "$gd_job" || echo "cut \${gd_job##*/} sending back"; done`;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
