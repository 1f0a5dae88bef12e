/**
 * All processes that gravity, Galaxy's process manager, makes units of: web, handlers, Celery and whatever else is configured.
 * Their target stays active while some of them have stopped. Which ones there are is known on the host only.
 */
import { type Script, sh } from '../../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type State } from '../kind.ts';

export type GravityProcessesProps = CommonProps & {
  /** Units that are declared on their own. */
  readonly except: readonly string[];
  /** Runs after a start and must succeed before the processes count as started. */
  readonly ready: Script;
};

const ALL = 'all';

/** Two seconds in half seconds. */
const SETTLE_LOOKS = [1, 2, 3, 4];

/** The target is asked for first, which makes systemd read the units that it wants. */
const probe: Probe<GravityProcessesProps> = {
  name: 'gravity-processes',
  needs: 'systemctl',
  script: (items) =>
    sh`systemctl show -p Id,LoadState,ActiveState,Wants -- ${items.map(({ name }) => name)} 'galaxy*-*.service'`,
  parse(stdout, items) {
    const blocks = stdout.split(/\n\n/).map(fieldsOf);
    const byName = new Map(blocks.map((fields) => [fields.get('Id') ?? '', fields]));
    return new Map(
      items.flatMap(({ name, props }): [string, Observed][] => {
        const target = byName.get(name);
        if (!target || target.get('LoadState') === 'not-found') return [];
        const wanted = (target.get('Wants') ?? '').split(' ').filter((one) => one && !props.except.includes(one));
        const stopped = wanted.filter((one) => byName.get(one)?.get('ActiveState') !== 'active');
        return [[name, { running: stopped.length === 0 ? ALL : `all but ${stopped.sort().join(', ')}` }]];
      }),
    );
  },
};

function fieldsOf(block: string): ReadonlyMap<string, string> {
  return new Map(block.split('\n').map((line) => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')]));
}

/** Makes all processes run that a target of gravity's wants; those that run are left alone. The name is the target's. */
export const gravityProcesses = defineKind<GravityProcessesProps>({
  kind: 'gravity_processes',
  lane: 'slow',
  probe,
  desired: (): State => ({ running: ALL }),
  apply: ({ name, props: { except, ready } }) => sh`gd_stopped=''
for gd_unit in $(systemctl show -p Wants --value -- ${name}); do
  case ${` ${except.join(' ')} `} in *" $gd_unit "*) continue ;; esac
  systemctl is-active -q -- "$gd_unit" && continue
  if test "$(systemctl show -p LoadState --value -- "$gd_unit")" = masked; then
    echo "$gd_unit is masked; to let it start again: systemctl unmask $gd_unit"; exit 1; fi
  gd_stopped="$gd_stopped $gd_unit"
done
if test -n "$gd_stopped"; then
  gd_since=$(date +%s)
  systemctl reset-failed -- $gd_stopped 2>/dev/null || true
  systemctl start -- $gd_stopped
  for gd_look in ${SETTLE_LOOKS}; do
    sleep 0.5
    for gd_unit in $gd_stopped; do
      systemctl is-active -q -- "$gd_unit" && continue
      echo "$gd_unit ended soon after its start:"
      journalctl -q -o cat -n 15 --since "@$gd_since" -u "$gd_unit" 2>/dev/null || true
      exit 1
    done
  done
  ${ready}
fi`,
});
