/** What shows why Pulsar takes no jobs, or does not end them. */
import { sh } from '../../base/shell.ts';
import type { CheckOutput } from '../../verify/check.ts';
import type { Diagnosis, Examination } from '../../verify/doctor/examination.ts';
import { grepOf, linesAfter, readNewest, readSigns } from '../../verify/doctor/signs.ts';
import { newestLines } from '../../verify/journal.ts';
import type { HostContext } from '../role.ts';
import { queueOf } from './app-config.ts';
import { queueNames } from './consumers.ts';
import { ANYTIME, DONE, STAGING } from './job-signs.ts';
import { layoutOf } from './layout.ts';
import { CONNECTING, STARTING } from './signs.ts';
import type { PulsarValues } from './vars.ts';

/** Examines Pulsar's unit, its journal and its connections. */
export function pulsarExaminations(v: PulsarValues, host: HostContext): readonly Examination[] {
  if (!v.pulsar_systemd) return [];
  const { unit } = layoutOf(v, host);
  const queue = queueOf(v, host);
  const wanted = queue ? queueNames(v).length : 0;
  return [
    {
      id: unit,
      host: host.name,
      script: sh`systemctl show -p LoadState,ActiveState,NRestarts,MainPID -- ${unit}
gd_pid=$(systemctl show -p MainPID --value -- ${unit})
printf 'Connections=%s\n' "$(ss -Htnp state established ${`( dport = :${queue?.port ?? 0} )`} | grep -c "pid=$gd_pid,")"
printf '@last\n'
timeout 10 journalctl -q -u ${unit} -n 30 -o cat --no-pager | grep -E '^[A-Za-z_.]*(Error|Exception)|rror' | tail -n 1
printf '@connecting\n'
gd_run=$(systemctl show -p InvocationID --value -- ${unit})
${newestLines(grepOf([...CONNECTING, QUIT]), 100, sh`_SYSTEMD_INVOCATION_ID="$gd_run"`)}
printf '@journal\n'
${newestLines(JOURNAL, 300, sh`-u ${unit} --since "$gd_since"`)}
true`,
      diagnose: (output) => diagnose(output, { unit, wanted, host: host.name }),
    },
  ];
}

const JOURNAL = `${grepOf([...STARTING, ...STAGING, ...ANYTIME])}|${DONE.source}`;

const QUIT = {
  id: 'pulsar/consumers-quit',
  pattern: /consumer quitting in problematic fashion/,
  place: 'Pulsar',
  cause: 'its consumers have quit: it runs, but takes no jobs',
  fix: 'gatdeploy apply pulsar restarts it once its login works',
  explains: ['broker/queue', 'galaxy/job'],
} as const;

type About = { readonly unit: string; readonly wanted: number; readonly host: string };

function diagnose({ stdout }: CheckOutput, { unit, wanted, host }: About): readonly Diagnosis[] {
  const [head = '', rest = ''] = stdout.split('@last\n');
  const [last = '', said = ''] = rest.split('@connecting\n');
  const [connecting = '', journal = ''] = said.split('@journal\n');
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(head)?.[1] ?? '';
  const isRunning = value('ActiveState') === 'active';
  const isConnected = wanted > 0 && isRunning && Number(value('Connections')) >= wanted;
  // One that sends has a connection more, so all may seem to be there when a consumer has quit.
  const hasQuit = QUIT.pattern.test(connecting);
  const isStarting = !isConnected && value('ActiveState') !== 'inactive';
  const told = [
    ...(isRunning && (!isConnected || hasQuit)
      ? [...readNewest(connecting, CONNECTING, host), ...readSigns(connecting, [QUIT], host)]
      : []),
    ...(isStarting ? readNewest(journal, STARTING, host) : []),
    ...readSigns(linesAfter(journal, DONE), STAGING, host),
    ...readSigns(journal, ANYTIME, host),
  ];
  return [
    ...told,
    ...(isRunning
      ? []
      : [notRunning(host, unit, { state: value('ActiveState'), loaded: value('LoadState'), last })]),
  ];
}

function notRunning(
  host: string,
  unit: string,
  { state, loaded, last }: { readonly state: string; readonly loaded: string; readonly last: string },
): Diagnosis {
  const ends = state === 'activating' || state === 'failed';
  return {
    id: ends ? 'pulsar/ends' : 'pulsar/stopped',
    place: 'Pulsar',
    host,
    cause: ends ? `${unit} ends soon after each start` : `${unit} does not run`,
    evidence: `${loaded === 'masked' ? 'masked, ' : ''}${state || 'no such unit'}${last.trim() ? `: ${last.trim().slice(0, 250)}` : ''}`,
    fix: loaded === 'masked' ? `ssh ${host} sudo systemctl unmask ${unit}` : 'gatdeploy apply pulsar',
    explains: ['pulsar', 'broker/queue', 'galaxy/job', unit],
  };
}
