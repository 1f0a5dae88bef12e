/** Says what runs when nothing else is said: a step that takes its time, and a sign of life after half a minute of silence. */
import type { RunEvent } from '../../base/events.ts';
import { hostLine } from '../event-line.ts';
import type { Line, Lines } from '../line.ts';
import { count, renderTime } from '../quantity.ts';

/** A step is named once it runs for so long; quick ones only when they are done. */
const SLOW_MS = 3000;
/** The longest silence. CI systems end a job that says nothing for ten minutes, people wonder sooner. */
const SILENCE_MS = 30_000;
const TICK_MS = 1000;
/** Of more running steps only the number is told. */
const NAMED = 10;

type Step = {
  readonly host: string;
  readonly resource: string;
  readonly summary: string;
  readonly since: number;
  line: string;
  named: boolean;
};

/** Watches the running steps of all hosts. */
export type Watch = {
  note(event: RunEvent): void;
  /** Something was printed. */
  heard(): void;
  stop(): void;
};

/** Begins to watch with the first event; the timer keeps no process alive. */
export function watchRunning(now: () => number, say: (lines: Lines) => void): Watch {
  const running = new Map<string, Step>();
  const asked: Asked = { read: 0, open: new Set() };
  let heardAt = now();
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    const time = now();
    const slow = [...running.values()].filter((step) => !step.named && time - step.since >= SLOW_MS);
    for (const step of slow) step.named = true;
    say(slow.map((step) => hostLine(step.host, `runs ${step.resource}: ${step.summary}`)));
    if (time - heardAt >= SILENCE_MS) say(signOfLife([...running.values()], time, asked));
  };
  return {
    note(event) {
      timer ??= setInterval(tick, TICK_MS).unref();
      track(running, event, now());
      trackAsked(asked, event);
    },
    heard: () => {
      heardAt = now();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function track(running: Map<string, Step>, event: RunEvent, since: number): void {
  if (event.type === 'started') {
    const { host, resource, summary } = event;
    running.set(`${host}/${resource}`, { host, resource, summary, since, line: '', named: false });
  }
  if (event.type === 'output') {
    const step = running.get(`${event.host}/${event.resource}`);
    if (step) step.line = event.line;
  }
  if (event.type === 'done') running.delete(`${event.host}/${event.resource}`);
}

/** Hosts that are being read: how many have answered, and who has not yet. */
type Asked = { read: number; readonly open: Set<string> };

function trackAsked(asked: Asked, event: RunEvent): void {
  if (event.type === 'connecting') asked.open.add(event.host);
  if (event.type === 'unreachable' || event.type === 'probed') asked.open.delete(event.host);
  if (event.type === 'probed') asked.read++;
}

function waiting({ read, open }: Asked): string {
  // Where no host has been read yet, this may be a command that reads none.
  if (read === 0 || open.size === 0) return 'still at work';
  const [first = '', ...others] = open;
  return `still waits for an answer of ${others.length === 0 ? first : `${first} and ${others.length} more`}`;
}

function signOfLife(steps: readonly Step[], time: number, asked: Asked): Lines {
  if (steps.length === 0) return [hostLine(undefined, waiting(asked))];
  const lines = steps.slice(0, NAMED).map((step): Line => {
    const said = step.line === '' ? '' : `: ${step.line}`;
    return hostLine(step.host, `still runs ${step.resource} after ${renderTime(time - step.since)}${said}`);
  });
  const more = steps.length - NAMED;
  return more > 0 ? [...lines, hostLine(undefined, `${count(more, 'more step')} still run`)] : lines;
}
