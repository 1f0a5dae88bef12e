/** What can go wrong while hosts are read. */
import { GatError } from '../base/errors.ts';

/** The host's answer stopped before its end. */
export function probeIncomplete(host: string, section: string): GatError {
  return new GatError({
    code: 'probe/incomplete',
    class: 'unreachable',
    what: `cannot read the ${section} of ${host}: its answer stops in the middle`,
    where: { host },
    why: 'the connection was lost, or something on the host ended the script',
    fix: 'run the same command again; nothing was changed',
  });
}

/** The host's own shell failed to run the probe. */
export function probeFailed(host: string, code: number | null, stderr: string): GatError {
  return new GatError({
    code: 'probe/failed',
    class: 'unreachable',
    what: `cannot read the state of ${host}: its shell ended with ${code === null ? 'a signal' : `exit ${code}`}`,
    where: { host },
    why: stderr.trim() || 'it printed no reason',
    fix: 'log in to the host and see whether sh runs as root; nothing was changed',
  });
}
