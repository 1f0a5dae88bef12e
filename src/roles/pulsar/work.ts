/** What Pulsar has in hand, by the marks that it keeps of its jobs in its persistence directory. */
import { type Script, sh, steps } from '../../base/shell.ts';
import type { ServiceWork } from '../../resources/index.ts';
import { managersOf, stagingOf, typeOf } from './managers.ts';
import type { PulsarValues } from './vars.ts';

/** Managers whose jobs are children of Pulsar itself, so that they end with it; a cluster's jobs go on. */
const OWN_CHILDREN = /^(?:queued_python|unqueued)$/;

/** How to find out what the Pulsar of a unit is at work on; undefined for a Pulsar that keeps no marks. */
export function pulsarWork(v: PulsarValues, unit: string): ServiceWork | undefined {
  const config = v.pulsar_yaml_config_merged;
  const persistence = config.get('persistence_directory');
  if (typeof persistence !== 'string') return undefined;
  const url = config.get('message_queue_url');
  const isAsked = url === undefined || url === null || url === '';
  const managers = [...managersOf(config)].map(([name, options]) => ({
    name,
    isOwn: OWN_CHILDREN.test(typeOf(options)),
    staging: stagingOf(v, options),
  }));
  return {
    list: steps(
      sh`cd -- ${persistence}
gd_start=$(systemctl show --timestamp=unix -p ActiveEnterTimestamp --value -- ${unit} 2>/dev/null)`,
      ...managers.map((manager) => listOf(manager, isAsked)),
    ),
    lost: (ids) =>
      sh`cd -- ${persistence}
for gd_id in ${ids}; do
  case $gd_id in */*) continue;; esac
  set -- ./*-jobs/"$gd_id"
  test -e "$1" || ls -d -- ${managers.map((one) => one.staging)} 2>/dev/null | while read -r gd_staging; do
    for gd_end in final_status cancelled preprocessing_failed; do
      test ! -e "$gd_staging/$gd_id/$gd_end" || echo ended; done; done | grep -q ended || printf '%s\n' "$gd_id"
done`,
  };
}

type Manager = { readonly name: string; readonly isOwn: boolean; readonly staging: string };

/**
 * Pulsar fetches and sends again at its start for each job that it finds a mark of. Before 0.16 jobs that are sent back have
 * no mark, so a restart loses them. A job whose inputs could not be fetched keeps its mark for ever. One that waits in
 * Pulsar's own queue still has its command line; that of one that runs is gone. A Pulsar that is asked over HTTP keeps the
 * mark of a job that has ended until somebody asks for it.
 */
function listOf({ name, isOwn, staging }: Manager, isAsked: boolean): Script {
  const ended = isAsked ? sh`echo "kept $gd_id ended"` : sh`echo "cut $gd_id running"`;
  const running = isOwn
    ? sh`if test -e ${staging}/"$gd_id"/command_line; then echo "kept $gd_id queued"
  elif test -e ${staging}/"$gd_id"/submitted; then echo "cut $gd_id running"; else ${ended}; fi`
    : sh`echo "kept $gd_id in the cluster"`;
  const back = `./${name}-postprocessing-jobs`;
  return sh`for gd_job in ${`./${name}`}-preprocessing-jobs/*; do
  test ! -e "$gd_job" || test -e ${staging}/"\${gd_job##*/}"/preprocessing_failed ||
    echo "again \${gd_job##*/} staging in"; done
for gd_job in ${`./${name}`}-active-jobs/*; do
  test -e "$gd_job" || continue
  gd_id=\${gd_job##*/}
  ${running}
done
for gd_job in ${back}/*; do
  test ! -e "$gd_job" || echo "again \${gd_job##*/} sending back"; done
test -z "$gd_start" || find ${staging} -mindepth 2 -maxdepth 2 -name final_status -newermt "$gd_start" 2>/dev/null | while read -r gd_end; do
  gd_job=\${gd_end%/*}; gd_id=\${gd_job##*/}
  test -e "$gd_job/postprocessed" || test -e "$gd_job/preprocessing_failed" || test -e ${back}/"$gd_id" || ! grep -q complete "$gd_end" || echo "cut $gd_id sending back"; done`;
}
