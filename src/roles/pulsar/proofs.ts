/** What a Pulsar can prove by itself, without Galaxy's secrets: its queue takes and gives messages, its managers run jobs. */
import { feed, sh } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import type { Verdict } from '../../verify/check.ts';
import type { Proof } from '../../verify/proof.ts';
import type { HostContext } from '../role.ts';
import { queueOf } from './app-config.ts';
import { type Layout, layoutOf } from './layout.ts';
import { fixOfConnection } from './signs.ts';
import type { PulsarValues } from './vars.ts';

/** The proofs of Pulsar on a host. */
export function pulsarProofs(v: PulsarValues, host: HostContext): readonly Proof[] {
  const layout = layoutOf(v, host);
  const queue = queueOf(v, host);
  const messages = queue && {
    id: `${layout.unit}/message ${queue.vhost}`,
    title: `a message goes through ${queue.vhost} at ${queue.host} and comes back, as ${queue.user}`,
    asks: `a queue of its own in ${queue.vhost}, a message to it, and a look whether it is there`,
    program: 'pulsar/queue-probe.py.hbs',
    hop: 'broker',
    fix: `gatdeploy verify galaxy tells the broker's side; ${queue.user} needs configure, write and read on pulsar.* in ${queue.vhost}`,
  };
  const job = {
    id: `${layout.unit}/job`,
    title: `each manager of Pulsar on ${host.name} runs a job, as ${layout.user.name}`,
    asks: `a job with \`uname -n; id -un\` in each manager of ${layout.appYml}, in a folder of its own`,
    program: 'pulsar/selftest.py.hbs',
    hop: 'tool',
    fix: `ssh ${host.name} journalctl -u ${layout.unit} -n 50; for a cluster, see its own queue`,
  };
  return [...(messages ? [messages] : []), job].map((one) => proofOf(one, host, layout));
}

type Parts = Pick<Proof, 'id' | 'title' | 'asks'> & {
  readonly program: string;
  readonly hop: string;
  readonly fix: string;
};

function proofOf({ id, title, asks, program, hop, fix }: Parts, host: HostContext, layout: Layout): Proof {
  const python = sh`timeout 180 runuser -u ${layout.user.name} -- ${layout.python} - ${layout.appYml}`;
  return {
    id,
    host: host.name,
    others: [],
    title,
    asks,
    async conduct(context): Promise<Verdict> {
      const { code, stdout, stderr } = await context.ask(
        host.name,
        sh`cd / && ${feed(template(program, {}), python)}`,
      );
      const lines = stdout.trim().split('\n').filter(Boolean);
      const bad = lines.find((line) => !line.startsWith('OK'));
      if (code === 0 && lines.length > 0 && !bad)
        return { ok: true, got: lines.map((line) => line.slice(3)).join('; ') };
      const said = bad ?? stderr.trim().split('\n').at(-1) ?? '';
      return { ok: false, got: `hop ${hop}: ${said || `exit ${code}`}`, fix: fixOfConnection(said, fix) };
    },
  };
}
