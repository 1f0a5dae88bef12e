/** What it means that rabbitmqctl ended without an answer: a broker that is too busy is not one that nobody listens to. */
import type { CheckOutput, Verdict } from '../check.ts';

/** As timeout(1) ends, and as it does once it had to kill. */
const TOO_LATE = [124, 137];

/** The verdict on a question about a virtual host that the broker did not answer. */
export function notAnswered({ code, stderr }: CheckOutput, broker: string, vhost: string): Verdict {
  if (code !== null && TOO_LATE.includes(code))
    return {
      ok: false,
      got: 'the broker did not answer in time, so that it is not known who listens',
      fix: `ssh ${broker} uptime shows whether the host is overloaded; ssh ${broker} sudo rabbitmqctl await_startup, whether the broker is up`,
    };
  return { ok: false, got: stderr.trim().split('\n').at(-1) ?? '', fix: `is ${vhost} declared on ${broker}?` };
}
