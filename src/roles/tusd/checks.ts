/** What shows that tusd works: it answers, and says so in the header of its protocol. */
import { sh } from '../../base/shell.ts';
import type { Check } from '../../verify/check.ts';
import type { HostContext } from '../role.ts';
import { listeningOf } from './args.ts';
import type { Instance, TusdValues } from './vars.ts';

/** A check for each server. */
export function tusdChecks(v: TusdValues, host: HostContext): readonly Check[] {
  return v.tusd_instances.map((one) => answers(one, host));
}

function answers(one: Instance, host: HostContext): Check {
  const { host: address, port, socket, base } = listeningOf(one.args);
  const name = /^(?:0\.0\.0\.0|\[?::\]?|)$/.test(address) ? 'localhost' : address;
  const url = `http://${socket === undefined ? `${name}:${port}` : 'localhost'}${base}`;
  const by = socket === undefined ? [] : ['--unix-socket', socket];
  return {
    id: `tusd/${one.name}`,
    host: host.name,
    title: `tusd-${one.name} answers as a server for resumable uploads`,
    asks: ['curl -sI -X OPTIONS', ...by, url].join(' '),
    script: sh`curl -sS -m 10 -o /dev/null -D - -X OPTIONS ${by} ${url}`,
    judge({ stdout, stderr }) {
      const version = /^Tus-Resumable: *(\S+)/im.exec(stdout)?.[1];
      if (version !== undefined) return { ok: true, got: `Tus-Resumable: ${version}` };
      const got = stdout.split('\r\n')[0] || stderr.trim() || 'no answer';
      return { ok: false, got, fix: `ssh ${host.name} journalctl -u tusd-${one.name} -n 20` };
    },
    patienceMs: 10_000,
  };
}
