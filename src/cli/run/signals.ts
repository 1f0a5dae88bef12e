/**
 * Ctrl-C and SIGTERM: the first one stops starting new work and waits for what runs; the second one leaves at once. After
 * SIGTERM what runs is waited for a few seconds only, as whoever sends it kills soon: it goes on by itself on the hosts.
 */
import { setMaxListeners } from 'node:events';
import type { Output } from '../../session/session-types.ts';
import { EXIT } from '../exit-codes.ts';

/** Docker and Kubernetes kill after 10 and 30 seconds, GitHub after 7.5. */
const GRACE_MS = 6000;

export type Interruption = {
  readonly signal: AbortSignal;
  /** The exit code of an interrupted run; undefined when nobody interrupted it. */
  exitCode(): number | undefined;
  /** Gives the signals their usual meaning back. */
  release(): void;
};

/** Listens for signals until `release`. Work that runs on hosts goes on there whatever happens here. */
export function listenForSignals({ reporter, clock }: Output): Interruption {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // each host of a fleet listens
  let code: number | undefined;
  const stop = (name: NodeJS.Signals): void => {
    const exitCode = name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    if (code !== undefined) process.exit(exitCode);
    code = exitCode;
    const text =
      name === 'SIGINT'
        ? 'stopping: what runs now is waited for, nothing new is started; once more to leave at once'
        : 'stopping: nothing new is started; what still runs in a few seconds goes on by itself on the hosts';
    reporter.emit({ type: 'warning', at: clock(), text });
    controller.abort();
    if (name !== 'SIGINT') setTimeout(() => process.exit(exitCode), GRACE_MS).unref();
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    exitCode: () => code,
    release: () => {
      for (const name of signals) process.off(name, stop);
    },
  };
}
