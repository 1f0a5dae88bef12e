/**
 * Ctrl-C and SIGTERM: the first one stops starting new work and waits for what runs; the second one leaves. After SIGTERM
 * what runs is waited for a few seconds only, as whoever sends it kills soon: it goes on by itself on the hosts.
 */
import { setMaxListeners } from 'node:events';
import type { Output } from '../../session/session-types.ts';
import { EXIT } from '../exit-codes.ts';

/** Docker and Kubernetes kill after 10 and 30 seconds, GitHub after 7.5. */
const GRACE_MS = 6000;

/** Whoever leaves still says what is done and what is not; a run that can't do that in this time ends without it. */
const LEAVE_MS = 2000;

export type Interruption = {
  /** Nothing new is to be started. */
  readonly signal: AbortSignal;
  /** Nothing is to be waited for any more. */
  readonly leave: AbortSignal;
  /** The exit code of an interrupted run; undefined when nobody interrupted it. */
  exitCode(): number | undefined;
  /** Gives the signals their usual meaning back. */
  release(): void;
};

/** Listens for signals until `release`. Work that runs on hosts goes on there whatever happens here. */
export function listenForSignals({ reporter, clock }: Output): Interruption {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // each host of a fleet listens
  const leaving = new AbortController();
  let code: number | undefined;
  const stop = (name: NodeJS.Signals): void => {
    const exitCode = name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    const leave = (): void => {
      if (leaving.signal.aborted) process.exit(exitCode);
      leaving.abort();
      setTimeout(() => process.exit(exitCode), LEAVE_MS).unref();
    };
    if (code !== undefined) {
      leave();
      return;
    }
    code = exitCode;
    const text =
      name === 'SIGINT'
        ? 'stopping: what runs now is waited for, nothing new is started; once more to leave at once'
        : 'stopping: nothing new is started; what still runs in a few seconds goes on by itself on the hosts';
    reporter.emit({ type: 'warning', at: clock(), text });
    controller.abort();
    if (name !== 'SIGINT') setTimeout(leave, GRACE_MS).unref();
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    leave: leaving.signal,
    exitCode: () => code,
    release: () => {
      for (const name of signals) process.off(name, stop);
    },
  };
}
